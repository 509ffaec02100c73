/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The board: the director's rows in the segment. Writes what was read from the kernel and what the
 * pool says into struct stat_virtual_server, stat_real_server and stat_ipvs. Decides nothing. A row
 * that the segment had no room for is NULL and passed over; what could not be read is left as it
 * was, or taken away (invariant 4).
 */
#ifndef LBD_DIRECTOR_BOARD_H
#define LBD_DIRECTOR_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "director/count.h"
#include "director/defence.h"
#include "director/percpu.h"
#include "director/pool.h"
#include "director/reconcile.h"
#include "director/share.h"
#include "stat/stat.h"

/* One configured virtual service. */
struct board_service {
	struct stat_virtual_server *row;
	struct count_rate rate;
	struct share share;
	struct ipvs_service_key key;
	uint32_t first_server, server_count; /* its slots in `servers` */
};

/* One real server (or the sorry server) under one virtual service. */
struct board_server {
	struct stat_real_server *row;
	struct count_rate rate;
	struct ipvs_destination_key key;
	uint32_t real_server; /* index into conf->real_servers; IPVS_NONE: the sorry server */
};

struct board {
	const struct conf *conf;        /* borrowed */
	struct board_service *services; /* as conf->services */
	struct board_server *servers;
	struct share_server *shares; /* as servers */
	size_t server_count;
	struct stat_ipvs *ipvs;
	struct stat_sync *sync[IPVS_SYNC_ROLES];
};

/* Claims all rows anew for a configuration. */
void board_begin(struct board *board, const struct conf *conf, struct stat_writer *writer);
void board_free(struct board *board);

/* What the rows remember of real servers, into memory[conf->real_server_count]: from before this
 * process (`first`: it has its first configuration), or from before a reload. */
void board_recall(const struct board *board, bool first, struct pool_memory *memory, int64_t now);
/* The same for the quorums, into the pool. */
void board_recall_quorums(const struct board *board, bool first, struct pool *pool, int64_t now);

/* And which of the kernel's defences were active when it was last read. */
void board_recall_defence(const struct board *board, struct defence_watch *watch, int64_t now);

/* The state of all virtual and real servers, after a configuration; or of those that changed. */
void board_show_all(struct board *board, const struct pool *pool);
void board_show_server(struct board *board, const struct pool *pool, uint32_t real_server);
void board_show_quorum(struct board *board, const struct pool *pool, uint32_t virtual_server);
void board_count_failure(struct board *board, uint32_t real_server);

/* Counters, connections and rates from a table just read from the kernel. */
void board_sample(struct board *board, const struct ipvs_table *actual, bool frozen, int64_t now);
/* Effective weights from what the kernel holds now. */
void board_weights(struct board *board, const struct ipvs_table *held);
/* Shares and imbalance, from the counters and connections that board_sample() has just put. */
void board_shares(struct board *board, const struct ipvs_table *actual, bool frozen, int64_t now);
/* What the kernel counted for all services together; `reading` NULL: it does not say. */
void board_totals(struct board *board, const struct percpu *reading, int64_t lag,
		  const struct percpu_skew *skew);
/* The synchronisation daemon; NULL: not known. */
void board_sync(struct board *board, const struct ipvs_sync sync[IPVS_SYNC_ROLES]);
/* IPVS as a whole; `defence` is NULL when the kernel could not be read. */
void board_kernel(struct board *board, const struct reconciler *reconciler,
		  const struct defence_state *defence);

#endif
