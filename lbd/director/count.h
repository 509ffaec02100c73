/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the kernel's counters, which start again at 0 whenever somebody removes a row or runs
 * `ipvsadm -Z`, to counters that only grow (invariant 3), and to rates. Pure.
 */
#ifndef LBD_DIRECTOR_COUNT_H
#define LBD_DIRECTOR_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "ipvs/ipvs.h"

/* Adds what the kernel counted since the last reading. `raw` is that reading, and becomes this one;
 * both live in the segment, so a restart of the director goes on where it was. One value below the
 * last reading means that all five were reset: what they show now is new. (A destination that is
 * removed and added again is reset only if no connection to it was left: `raw` outlives its
 * absence.) */
void count_advance(struct ipvs_counters *published, struct ipvs_counters *raw,
		   const struct ipvs_counters *kernel);

/* The kernel copies its counters to where netlink sees them every 2 s (ip_vs_est.c). A rate is
 * taken between two such copies, over the whole number of periods between them, so that it does not
 * depend on when we read. */
#define COUNT_PERIOD INT64_C(2000000000)

struct count_rate {
	bool begun;
	int64_t since; /* when the copy that `base` shows was made, as well as we know */
	struct ipvs_counters base;
};

/* Takes a reading at `now` (monotonic). True when `rates` (thousandths a second) has new values:
 * after a change, or zeros once a copy must have been made and changed nothing. While the kernel's
 * estimation is `frozen` nothing is known. */
bool count_rates(struct count_rate *rate, const struct ipvs_counters *published, bool frozen,
		 int64_t now, int64_t rates[IPVS_COUNTERS]);

#endif
