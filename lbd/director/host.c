/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking the host, and telling the board. */
#include "director/host.h"

#include <string.h>
#include <unistd.h>

static void sample_processors(struct host *host, struct board *board, int64_t now)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (!percpu_read(&host->percpu)) {
		board_totals(board, NULL, 0, NULL);
		return;
	}
	percpu_skew_take(&host->skew, &host->percpu, online > 0 ? (uint32_t)online : 1, now);
	board_totals(board, &host->percpu, percpu_lag(&host->lag, &host->percpu, now), &host->skew);
}

static void sample_sync(struct host *host, struct ipvs_backend *backend, struct board *board,
			int64_t now)
{
	struct ipvs_sync sync[IPVS_SYNC_ROLES];

	if (now < host->next_sync)
		return;
	host->next_sync = now + HOST_SYNC_INTERVAL;
	board_sync(board, ipvs_sync(backend, sync) == 0 ? sync : NULL);
}

struct defence_state host_sample(struct host *host, struct ipvs_backend *backend,
				 struct board *board, int64_t now)
{
	sample_processors(host, board, now);
	sample_sync(host, backend, board, now);
	return defence_read();
}

void host_lost(struct host *host, struct board *board)
{
	memset(host, 0, sizeof(*host));
	board_totals(board, NULL, 0, NULL);
	board_sync(board, NULL);
}
