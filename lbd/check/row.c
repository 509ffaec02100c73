/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing check rows. */
#include "check/row.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

/* A restarted process takes over an "up" that was found at most this long ago. */
#define REMEMBER_UP (60 * CLOCK_SECOND)

void row_claim_begin(struct stat_writer *writer)
{
	if (writer)
		stat_claim_begin(writer, STAT_FAMILY_CHECK);
}

struct stat_check *row_claim(struct stat_writer *writer, const struct check_identity *identity)
{
	struct stat_check labels;

	if (!writer)
		return NULL;
	memset(&labels, 0, sizeof(labels));
	TEXT_COPY(labels.virtual_server, identity->virtual_server);
	TEXT_COPY(labels.real_server, identity->real_server);
	TEXT_COPY(labels.check, identity->check);
	TEXT_COPY(labels.target, identity->target);
	return stat_claim(writer, STAT_FAMILY_CHECK, &labels);
}

void row_claim_end(struct stat_writer *writer)
{
	if (writer)
		stat_claim_end(writer, STAT_FAMILY_CHECK);
}

/* The segment takes the presence of states away when a process begins (they are not published before the
 * process vouches for them, invariant 4), but not the values, which are 0 in a row that is new. */
enum health row_remembered(const struct stat_check *row, bool process_is_new)
{
	if (row && row->health == HEALTH_DOWN)
		return HEALTH_DOWN;
	if (row && row->health == HEALTH_UP && process_is_new &&
	    clock_wall() - row->last_run < REMEMBER_UP)
		return HEALTH_UP;
	return HEALTH_UNKNOWN;
}

void row_begin(struct stat_check *row, const struct check *check)
{
	if (!row)
		return;
	stat_begin(&row->row);
	stat_put(check, row, health, check->schedule.verdict);
	if (check->schedule.verdict != HEALTH_UNKNOWN && row->changed != 0)
		stat_put(check, row, changed, row->changed);
	stat_end(&row->row);
}

void row_began(struct stat_check *row, int64_t lateness)
{
	if (!row)
		return;
	stat_begin(&row->row);
	stat_put(check, row, last_lateness, lateness);
	stat_end(&row->row);
}

void row_publish(struct stat_check *row, const struct check *check, bool changed)
{
	const struct check_outcome *outcome = &check->outcome;
	int64_t wall = clock_wall();

	if (!row)
		return;
	stat_begin(&row->row);
	row->probes[outcome->result]++;
	stat_put(check, row, last_result, outcome->result);
	stat_put(check, row, last_error, outcome->error);
	stat_put(check, row, last_run, wall);
	stat_put(check, row, attempts, check->schedule.attempts);
	if (outcome->result == CHECK_RESULT_SUCCESS && outcome->round_trip >= 0) {
		stat_put(check, row, last_round_trip, outcome->round_trip);
		stat_observe(&row->round_trip, outcome->round_trip);
		/* The one kind of check there is asks for nothing but a connection. */
		row->phase_time[CHECK_PHASE_CONNECT] += (uint64_t)outcome->round_trip;
	}
	if (changed) {
		stat_put(check, row, health, check->schedule.verdict);
		stat_put(check, row, changed, wall);
	}
	stat_end(&row->row);
}
