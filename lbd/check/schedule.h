/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One check as a state machine: when its next probe starts and what the outcomes so far say of the
 * server. Values in, values out: no clock, no socket. All instants are monotonic ns.
 *
 * Probes start on a grid: at phase, phase + interval, phase + 2 × interval, …, whatever the probes
 * themselves take. A failure while the server does not count as down leaves the grid: up to `retry`
 * further tries follow, each delay_before_retry after the end of the one before, as keepalived does it
 * (keepalived.conf(5): "retry", "delay_before_retry"). Then the check is back on its grid.
 */
#ifndef LBD_CHECK_SCHEDULE_H
#define LBD_CHECK_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/set.h"

struct schedule_settings {
	int64_t interval;           /* > 0 */
	int64_t delay_before_retry; /* >= 0 */
	uint32_t retry;             /* further tries before the server counts as down */
	uint32_t slot;              /* phase.h */
};

struct schedule {
	int64_t due;             /* when the next probe starts; not meaningful while one runs */
	int64_t started;         /* when the last one did */
	enum health verdict;
	enum check_result last;  /* how the last probe ended; valid when attempts > 0 */
	uint32_t attempts;       /* probes in a row that ended like the last; 0: none has ended */
	uint32_t failures;       /* failures in a row; a CHECK_RESULT_LOCAL neither adds nor ends */
};

/* A new check. `remembered` is a verdict from before (HEALTH_UNKNOWN for none). The first probe is due
 * within `spread` ns from now, at a point that the slot says. */
void schedule_begin(struct schedule *schedule, const struct schedule_settings *settings,
		    enum health remembered, int64_t now, int64_t spread);

/* A probe starts. */
void schedule_start(struct schedule *schedule, int64_t now);

/* The probe that runs has ended. Sets `due`; true when the verdict changed. CHECK_RESULT_LOCAL says
 * something of this host and nothing of the server: the verdict stays. */
bool schedule_finish(struct schedule *schedule, const struct schedule_settings *settings,
		     enum check_result result, int64_t now);

/* The settings changed while no probe runs: `due` moves to where they want it. */
void schedule_adapt(struct schedule *schedule, const struct schedule_settings *settings,
		    int64_t now);

/* How long the first probes of `count` new checks with this interval may take to begin. `warmup` as
 * configured, or 0: at most a second per 1,000 checks, never longer than the interval. */
int64_t schedule_spread(int64_t interval, int64_t warmup, uint64_t count);

#endif
