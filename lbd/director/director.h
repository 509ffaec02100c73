/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director: holds the desired state and has it reconciled with the kernel's. All of it but the
 * process around it (process.c), so that a test can run it on a virtual clock against a table in
 * memory.
 *
 *   configuration, verdicts → pool.h (who serves, quorum, desired table)
 *                                  → reconcile.h (kernel as desired; drift) → board.h (numbers)
 *                                                                           → announce.h (events)
 *
 * It neither probes servers (check/) nor touches addresses (vrrp/). Nothing in it blocks.
 */
#ifndef LBD_DIRECTOR_DIRECTOR_H
#define LBD_DIRECTOR_DIRECTOR_H

#include "base/event.h"
#include "base/message.h"
#include "conf/conf.h"
#include "director/board.h"
#include "director/host.h"
#include "director/pool.h"
#include "director/reconcile.h"
#include "stat/stat.h"

/* Events handed over in one turn. */
#define DIRECTOR_EVENTS 64
/* Drift is told at once, unless somebody keeps fighting us over the table: after this many events
 * in quick succession one more is told every DIRECTOR_DRIFT_PAUSE, with all that came together. */
#define DIRECTOR_DRIFT_EVENTS 5
#define DIRECTOR_DRIFT_PAUSE INT64_C(10000000000)
/* When nothing is to be done at all, wake up this much later. */
#define DIRECTOR_IDLE INT64_C(3600000000000)

struct director {
	struct ipvs_backend *backend; /* owned */
	void (*tell)(const struct event *event, void *argument);
	void *argument;
	struct pool pool;
	struct board board;
	struct host host;
	struct defence_watch defence;
	struct reconciler reconciler;
	bool configured, flush_on_stop;
	bool stale;         /* the pool changed: a new desired table is due */
	bool weights_shown; /* the board shows the weights that are in force */
	uint32_t untold;    /* real servers whose change is yet to be told */
	bool quorum_untold;
	unsigned drift_credit; /* events that may be told at once */
	int64_t drift_credit_at;
	struct reconcile_totals shown; /* what the counters of the ipvs row have already */
};

/* Takes over `backend`. `tell` gets each event; the record is its only for the call. */
void director_begin(struct director *director, struct ipvs_backend *backend,
		    void (*tell)(const struct event *event, void *argument), void *argument);
void director_end(struct director *director);

/* A configuration is in force from now on; it stays the caller's and must outlive the next call of
 * this. Rows are claimed from `writer`. Call director_turn() next. */
void director_configure(struct director *director, const struct conf *conf,
			struct stat_writer *writer, int64_t now);

/* What a check says. True when director_turn() should follow at once. */
bool director_judge(struct director *director, const struct message_verdict *verdict, int64_t now);

/* Sets the weight of a real server, if the configuration permits it (snmp_writable): in force at once as
 * far as the kernel takes it, and told. *before is the one that it had. */
enum set_result director_set_weight(struct director *director, const struct message_set *set,
				    int64_t *before, int64_t now);

/* Does what is due; returns when it wants to be called again (monotonic; `now`: at once). */
int64_t director_turn(struct director *director, int64_t now);

/* The director stops: with lvs_flush_on_stop the configured services leave the kernel. */
void director_stop(struct director *director);

#endif
