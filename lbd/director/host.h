/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the director learns of this host's IPVS besides the table: counters of each processor, the
 * synchronisation daemon, switches and amounts of the defences. Read at the pace at which the table
 * is; all of it are small answers that the kernel gives at once. What cannot be read is absent from
 * the board, and nothing else follows from it.
 */
#ifndef LBD_DIRECTOR_HOST_H
#define LBD_DIRECTOR_HOST_H

#include "director/board.h"
#include "director/percpu.h"

/* The daemon seldom changes. */
#define HOST_SYNC_INTERVAL INT64_C(2000000000)

struct host {
	struct percpu percpu;
	struct percpu_lag lag;
	struct percpu_skew skew;
	int64_t next_sync; /* when the synchronisation daemon is asked for again */
};

/* After a reading of the table. Returns the defences, which the board shows with it. */
struct defence_state host_sample(struct host *host, struct ipvs_backend *backend,
				 struct board *board, int64_t now);
/* The kernel's IPVS does not answer: what was known of it is known no longer. */
void host_lost(struct host *host, struct board *board);

#endif
