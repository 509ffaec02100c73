/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/net/ip_vs_stats_percpu (ip_vs_ctl.c): what each processor counted, live, for all services of
 * this network namespace, and below it the sum as the kernel's estimator last copied it, which is
 * how old everything is that netlink and ipvsadm show. So this file tells what they cannot: whether
 * those counters still move, and whether one processor does all the work.
 *
 * Pure but for percpu_read(), which opens the file afresh each time: it goes with the module.
 */
#ifndef LBD_DIRECTOR_PERCPU_H
#define LBD_DIRECTOR_PERCPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipvs/ipvs.h"

#define PERCPU_MOST 512
/* As many lines of at most 80 bytes, and the heads and sums. */
#define PERCPU_TEXT 49152

struct percpu {
	uint32_t count;                     /* lines of processors; possible ones, not all online */
	uint64_t packets[PERCPU_MOST];      /* in and out, of each */
	struct ipvs_counters live;          /* sum over the processors; no `ipvsadm -Z` resets it */
	struct ipvs_counters copied;        /* as the estimator shows it */
};

/* False when the text is not of that form, or has more processors than we have room for. Bytes of
 * the kernel's, read as if they were a stranger's: `text` need not be terminated. */
bool percpu_parse(const char *text, size_t length, struct percpu *into);
/* False when it cannot be had. */
bool percpu_read(struct percpu *into);

/* How long the live counters have moved without the copied ones following: 0 while they keep step,
 * which is every 2 s (ip_vs_est.c). */
struct percpu_lag {
	bool begun;
	struct ipvs_counters copied; /* as last seen to change … */
	struct ipvs_counters live;   /* … and the live ones at that moment */
	int64_t behind_since;        /* when they were first seen to part; 0: they have not */
};

int64_t percpu_lag(struct percpu_lag *lag, const struct percpu *reading, int64_t now);

/* How unevenly the packets of the last window fell on the processors: the busiest one's part times
 * their number, in thousandths; 1000 is even, 4000 is one of four doing it all. Windows as those of
 * share.h: at least PERCPU_SHORTEST long with PERCPU_PACKETS packets, given up after PERCPU_LONGEST. */
#define PERCPU_SHORTEST INT64_C(10000000000)
#define PERCPU_LONGEST INT64_C(60000000000)
#define PERCPU_PACKETS 1000

struct percpu_skew {
	bool known;
	int64_t skew; /* of the last window */
	bool begun;
	int64_t since;
	uint32_t count;
	uint64_t first[PERCPU_MOST];
};

/* `online`: processors that can have work. */
void percpu_skew_take(struct percpu_skew *skew, const struct percpu *reading, uint32_t online,
		      int64_t now);

#endif
