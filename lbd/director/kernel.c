/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's rows: the kernel's IPVS as a whole, and its synchronisation daemon. */
#include "director/board.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

/* Every entry is counted by the destination that it leads to; those of a destination that was removed
 * are counted by nobody until they time out. Reading them one by one (/proc/net/ip_vs_conn) would
 * hold up the kernel. */
static void put_entries(struct stat_ipvs *row, const struct ipvs_table *actual, uint32_t buckets)
{
	int64_t entries = 0;

	for (size_t i = 0; i < actual->destination_count; i++) {
		const struct ipvs_destination *destination = &actual->destinations[i];

		entries += (int64_t)destination->active + destination->inactive +
			   destination->persistent;
	}
	stat_put(ipvs, row, connection_table_entries, entries);
	if (buckets > 0)
		stat_put(ipvs, row, connection_table_load,
			 (entries * 1000 + buckets / 2) / buckets);
	else
		stat_unset(ipvs, row, connection_table_load);
}

static void put_table(struct board *board, const struct reconciler *reconciler)
{
	const struct ipvs_table *actual = &reconciler->actual;
	struct stat_ipvs *row = board->ipvs;
	int64_t foreign = 0;

	for (size_t i = 0; i < actual->service_count; i++)
		foreign += ipvs_table_find_service(&reconciler->ours, &actual->services[i].key) ==
			   IPVS_NONE;
	stat_put(ipvs, row, virtual_services, (int64_t)actual->service_count);
	stat_put(ipvs, row, foreign_services, foreign);
	stat_put(ipvs, row, destinations, (int64_t)actual->destination_count);
	stat_put(ipvs, row, version, reconciler->info.version);
	stat_put(ipvs, row, connection_table_size, reconciler->info.table_size);
	put_entries(row, actual, reconciler->info.table_size);
	stat_put(ipvs, row, sample_duration, reconciler->read_duration);
	stat_put(ipvs, row, last_sample, clock_wall());
}

static void put_defence(struct stat_ipvs *row, const struct defence_state *defence)
{
#define PUT_OR_UNSET(name, value)                       \
	do {                                            \
		if ((value) < 0)                        \
			stat_unset(ipvs, row, name);    \
		else                                    \
			stat_put(ipvs, row, name, (value)); \
	} while (0)
	PUT_OR_UNSET(drop_entry, defence->drop_entry);
	PUT_OR_UNSET(drop_packet, defence->drop_packet);
	PUT_OR_UNSET(secure_tcp, defence->secure_tcp);
	PUT_OR_UNSET(estimation, defence->estimation);
	PUT_OR_UNSET(defence_memory, defence->memory);
	PUT_OR_UNSET(defence_threshold, defence->threshold);
	PUT_OR_UNSET(drop_rate, defence->drop_rate);
#undef PUT_OR_UNSET
}

void board_kernel(struct board *board, const struct reconciler *reconciler,
		  const struct defence_state *defence)
{
	struct stat_ipvs *row = board->ipvs;

	if (!row)
		return;
	stat_begin(&row->row);
	if (reconciler->availability == RECONCILE_UNTRIED)
		stat_unset(ipvs, row, available);
	else
		stat_put(ipvs, row, available, reconciler->availability == RECONCILE_AVAILABLE);
	if (defence) {
		put_table(board, reconciler);
		put_defence(row, defence);
	}
	stat_end(&row->row);
}

/* --- all services together ---------------------------------------------------------------- */

static void put_counters(struct stat_ipvs *row, const struct percpu *reading)
{
	struct ipvs_counters published = {{row->connections, row->in_packets, row->out_packets,
					   row->in_bytes, row->out_bytes}};
	struct ipvs_counters last;

	memcpy(last.values, row->kernel, sizeof(last.values));
	count_advance(&published, &last, &reading->live);
	memcpy(row->kernel, last.values, sizeof(last.values));
	row->connections = published.values[IPVS_CONNECTIONS];
	row->in_packets = published.values[IPVS_IN_PACKETS];
	row->out_packets = published.values[IPVS_OUT_PACKETS];
	row->in_bytes = published.values[IPVS_IN_BYTES];
	row->out_bytes = published.values[IPVS_OUT_BYTES];
}

void board_totals(struct board *board, const struct percpu *reading, int64_t lag,
		  const struct percpu_skew *skew)
{
	struct stat_ipvs *row = board->ipvs;

	if (!row)
		return;
	stat_begin(&row->row);
	if (reading) {
		put_counters(row, reading);
		stat_put(ipvs, row, estimator_lag, lag);
	} else {
		stat_unset(ipvs, row, estimator_lag);
	}
	if (reading && skew->known)
		stat_put(ipvs, row, cpu_skew, skew->skew);
	else
		stat_unset(ipvs, row, cpu_skew);
	stat_end(&row->row);
}

/* --- the synchronisation daemon ----------------------------------------------------------- */

static void put_sync(struct stat_sync *row, const struct ipvs_sync *sync)
{
	char group[ADDRESS_PORT_TEXT] = "";

	if (sync->running && address_is_set(&sync->group))
		address_format_port(&sync->group, sync->port, group);
	TEXT_COPY(row->interface, sync->interface);
	TEXT_COPY(row->group, group);
	stat_put(sync, row, running, sync->running);
	if (sync->running)
		stat_put(sync, row, sync_id, sync->sync_id);
	else
		stat_unset(sync, row, sync_id);
	if (sync->running && sync->max_length > 0)
		stat_put(sync, row, max_length, sync->max_length);
	else
		stat_unset(sync, row, max_length);
}

static void unset_sync(struct stat_sync *row)
{
	TEXT_COPY(row->interface, "");
	TEXT_COPY(row->group, "");
	stat_unset(sync, row, running);
	stat_unset(sync, row, sync_id);
	stat_unset(sync, row, max_length);
}

void board_sync(struct board *board, const struct ipvs_sync sync[IPVS_SYNC_ROLES])
{
	for (int i = 0; i < IPVS_SYNC_ROLES; i++) {
		struct stat_sync *row = board->sync[i];

		if (!row)
			continue;
		stat_begin(&row->row);
		if (sync)
			put_sync(row, &sync[i]);
		else
			unset_sync(row);
		stat_end(&row->row);
	}
}
