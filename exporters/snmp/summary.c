/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Totals, and the worst. */
#include "exporters/snmp/summary.h"

#include <string.h>

/* Puts the row where it belongs, if it does; `worse` says whether a is worse than b. */
static void pick(struct summary_worst *worst, const void *row,
		 bool (*worse)(const void *a, const void *b))
{
	size_t at = worst->count;

	while (at > 0 && worse(row, worst->rows[at - 1]))
		at--;
	if (at == SUMMARY_WORST)
		return;
	if (worst->count < SUMMARY_WORST)
		worst->count++;
	memmove(&worst->rows[at + 1], &worst->rows[at],
		(worst->count - 1 - at) * sizeof(worst->rows[0]));
	worst->rows[at] = row;
}

static int64_t gauge(const struct stat_row *row, unsigned index, int64_t value)
{
	return stat_has(row, index) ? value : 0;
}

/* --- VRRP instances */

static void count_instance(struct summary *summary, const struct stat_vrrp *row)
{
	if (!stat_has(&row->row, STAT_vrrp_state))
		return;
	summary->numbers[SUMMARY_instances_master] += row->state == VRRP_STATE_MASTER;
	summary->numbers[SUMMARY_instances_backup] += row->state == VRRP_STATE_BACKUP;
	summary->numbers[SUMMARY_instances_fault] += row->state == VRRP_STATE_FAULT;
	summary->numbers[SUMMARY_instances_initialize] += row->state == VRRP_STATE_INITIALIZE;
}

/* --- virtual services */

static bool lacks_quorum(const struct stat_virtual_server *row)
{
	return stat_has(&row->row, STAT_virtual_server_quorum_reached) && !row->quorum_reached;
}

static int64_t servers_out(const struct stat_virtual_server *row)
{
	if (!stat_has(&row->row, STAT_virtual_server_real_servers) ||
	    !stat_has(&row->row, STAT_virtual_server_real_servers_up))
		return 0;
	return row->real_servers - row->real_servers_up;
}

/* Shares are compared without a division: out / all. */
static bool worse_virtual_server(const void *left, const void *right)
{
	const struct stat_virtual_server *a = left, *b = right;

	if (lacks_quorum(a) != lacks_quorum(b))
		return lacks_quorum(a);
	return servers_out(a) * b->real_servers > servers_out(b) * a->real_servers;
}

static void count_virtual_server(struct summary *summary, const struct stat_virtual_server *row)
{
	int64_t *numbers = summary->numbers;

	numbers[SUMMARY_virtual_servers]++;
	numbers[SUMMARY_virtual_servers_no_quorum] += lacks_quorum(row);
	numbers[SUMMARY_virtual_servers_sorry] +=
		gauge(&row->row, STAT_virtual_server_sorry_server_active,
		      row->sorry_server_active) != 0;
	numbers[SUMMARY_active_connections] += gauge(
		&row->row, STAT_virtual_server_active_connections, row->active_connections);
	numbers[SUMMARY_inactive_connections] += gauge(
		&row->row, STAT_virtual_server_inactive_connections, row->inactive_connections);
	numbers[SUMMARY_persistent_connections] +=
		gauge(&row->row, STAT_virtual_server_persistent_connections,
		      row->persistent_connections);
	numbers[SUMMARY_connection_rate] +=
		gauge(&row->row, STAT_virtual_server_connection_rate, row->connection_rate);
	numbers[SUMMARY_in_byte_rate] +=
		gauge(&row->row, STAT_virtual_server_in_byte_rate, row->in_byte_rate);
	numbers[SUMMARY_out_byte_rate] +=
		gauge(&row->row, STAT_virtual_server_out_byte_rate, row->out_byte_rate);
	if (lacks_quorum(row) || servers_out(row) > 0)
		pick(&summary->virtual_servers, row, worse_virtual_server);
}

/* --- real servers */

static bool worse_real_server(const void *left, const void *right)
{
	const struct stat_real_server *a = left, *b = right;

	return gauge(&a->row, STAT_real_server_changed, a->changed) >
	       gauge(&b->row, STAT_real_server_changed, b->changed);
}

static void count_real_server(struct summary *summary, const struct stat_real_server *row)
{
	int64_t health = gauge(&row->row, STAT_real_server_health, row->health);
	int64_t *numbers = summary->numbers;

	numbers[SUMMARY_real_servers]++;
	numbers[SUMMARY_real_servers_up] += health == HEALTH_UP;
	numbers[SUMMARY_real_servers_down] += health == HEALTH_DOWN;
	numbers[SUMMARY_real_servers_unknown] += health == HEALTH_UNKNOWN;
	numbers[SUMMARY_real_servers_in_service] +=
		gauge(&row->row, STAT_real_server_in_service, row->in_service) != 0;
	if (health == HEALTH_DOWN)
		pick(&summary->real_servers, row, worse_real_server);
}

/* --- checks */

static bool worse_check(const void *left, const void *right)
{
	const struct stat_check *a = left, *b = right;

	return a->last_round_trip > b->last_round_trip;
}

static void count_check(struct summary *summary, const struct stat_check *row)
{
	summary->numbers[SUMMARY_checks]++;
	summary->numbers[SUMMARY_checks_down] +=
		gauge(&row->row, STAT_check_health, row->health) == HEALTH_DOWN;
	if (stat_has(&row->row, STAT_check_last_round_trip))
		pick(&summary->checks, row, worse_check);
}

/* --- all of it */

static void count_processes(struct summary *summary, const struct snapshot *snapshot)
{
	for (size_t i = 0; i < PROCESS_COUNT; i++)
		summary->numbers[SUMMARY_processes_down] +=
			snapshot_required((enum process_id)i) &&
			snapshot->segments[i].liveness != STAT_ALIVE;
}

static void note_presence(struct summary *summary, const struct snapshot *snapshot)
{
	static const enum process_id sources[] = {
#define SUMMARY(id, name, SYNTAX, PROCESS, units, help) PROCESS_##PROCESS,
#include "exporters/snmp/summary.def"
#undef SUMMARY
	};

	for (size_t i = 0; i < SUMMARY_COUNT; i++)
		summary->present[i] = sources[i] == PROCESS_COUNT ||
				      snapshot->segments[sources[i]].liveness == STAT_ALIVE;
}

void summary_take(struct summary *summary, const struct snapshot *snapshot)
{
	const struct snapshot_rows *families = snapshot->families;

	*summary = (struct summary){0};
	count_processes(summary, snapshot);
	note_presence(summary, snapshot);
	for (size_t i = 0; i < families[STAT_FAMILY_VRRP].count; i++)
		count_instance(summary, (const struct stat_vrrp *)snapshot_row(
						snapshot, STAT_FAMILY_VRRP, i));
	for (size_t i = 0; i < families[STAT_FAMILY_VIRTUAL_SERVER].count; i++)
		count_virtual_server(summary, (const struct stat_virtual_server *)snapshot_row(
						      snapshot, STAT_FAMILY_VIRTUAL_SERVER, i));
	for (size_t i = 0; i < families[STAT_FAMILY_REAL_SERVER].count; i++)
		count_real_server(summary, (const struct stat_real_server *)snapshot_row(
						   snapshot, STAT_FAMILY_REAL_SERVER, i));
	for (size_t i = 0; i < families[STAT_FAMILY_CHECK].count; i++)
		count_check(summary,
			    (const struct stat_check *)snapshot_row(snapshot, STAT_FAMILY_CHECK, i));
}
