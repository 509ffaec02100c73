/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who got how much of a virtual service's connections, and who should have. Pure.
 *
 *   share  = connections scheduled to the server / those to all servers of the service
 *   ideal  = weight of the server / sum of the weights
 *   imbalance = ½ Σ |share - ideal|
 *
 * The imbalance is the part of the connections that went to another server than the weights ask
 * for: 0 none, 1 all. All in thousandths.
 *
 * They are taken over windows: one ends when it has lasted SHARE_SHORTEST and seen
 * SHARE_CONNECTIONS, so that neither chance nor the kernel's 2 s steps say much. One that has not by
 * SHARE_LONGEST ends without a result, and one in which a weight changed begins anew: what was known
 * is known no longer. The ideal is that of a scheduler that looks at weights alone (wrr); lc and wlc
 * give a slow server less on purpose, and persistence keeps clients where they are.
 */
#ifndef LBD_DIRECTOR_SHARE_H
#define LBD_DIRECTOR_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHARE_SHORTEST INT64_C(10000000000)
#define SHARE_LONGEST INT64_C(60000000000)
#define SHARE_CONNECTIONS 100

/* One real server under the service. */
struct share_server {
	uint64_t connections; /* scheduled so far; never goes back */
	int64_t weight;       /* in the kernel; 0: not in its table */
	/* Of the last window. */
	int64_t share, ideal;
	/* The module's own: as they were when the window began. */
	uint64_t first_connections;
	int64_t first_weight;
};

struct share {
	bool known; /* share, ideal and imbalance are of the last window */
	int64_t imbalance;
	/* The module's own. */
	bool begun;
	int64_t since;
};

/* Takes a reading (connections and weight of each server) at `now` (monotonic). */
void share_take(struct share *share, struct share_server *servers, size_t count, int64_t now);
/* A reading could not be relied upon: the window begins anew, and nothing is known. */
void share_forget(struct share *share);

#endif
