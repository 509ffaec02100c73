/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reconciler (invariant 2): keeps the kernel's IPVS table equal to the desired one. It reads
 * the table again and again, because the kernel tells nobody of changes; what differs from what we
 * left there is drift, made by somebody else, and is repaired at once.
 *
 * A change of ours (a verdict, a reload) is planned against what we know the kernel to hold,
 * without reading first, so it is in force within the same turn. Whenever that knowledge is shaky
 * (at start, after a refused operation, after an apply that another change overtook) the kernel is
 * read first. Long plans are carried out in slices; between two the process's loop runs.
 *
 * Owns no descriptor, timer or row: reconcile_turn() is told the time and says when it wants to be
 * called again. The next stop: director.h.
 */
#ifndef LBD_DIRECTOR_RECONCILE_H
#define LBD_DIRECTOR_RECONCILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/event.h"
#include "ipvs/ipvs.h"

/* Operations in one turn: some ten milliseconds on a slow host. */
#define RECONCILE_SLICE 256
/* With more refused operations than this, drift is repaired but no longer told apart from them. */
#define RECONCILE_REFUSED 64
/* How often a kernel without IPVS is asked, and a refused operation tried, again. */
#define RECONCILE_RETRY INT64_C(1000000000)

enum reconcile_availability { RECONCILE_UNTRIED, RECONCILE_AVAILABLE, RECONCILE_UNAVAILABLE };

/* What a turn did; bits. */
enum {
	RECONCILE_READ =
		1, /* `actual` is the kernel's table as of now, before this turn's changes */
	RECONCILE_FAILED = 2,  /* reading failed */
	RECONCILE_CHANGED = 4, /* operations were carried out */
	RECONCILE_LOST = 8,    /* the kernel's IPVS became unavailable */
	RECONCILE_BACK = 16,   /* it is available again */
};

/* Drift found and not told yet. Entries, and a line for each (event_add_detail) in `found`. */
struct reconcile_drift {
	uint32_t missing, changed, surplus, repaired;
	struct event found; /* holds the time and the detail lines; the teller adds the facts */
};

struct reconcile_totals {
	uint64_t samples, sample_errors, operations, operation_errors, drifts;
};

struct reconciler {
	struct ipvs_backend *backend;
	struct ipvs_table desired;  /* set by the owner, who then calls reconcile_desire() */
	struct ipvs_table expected; /* what the kernel holds of ours, when `certain` */
	struct ipvs_table actual;   /* as last read */
	struct ipvs_table earlier;  /* the reading before, when a row was missing */
	struct ipvs_table ours;     /* services that we may have put there */
	struct ipvs_plan plan;
	size_t done;              /* of the plan's operations */
	struct ipvs_plan refused; /* those of the plan's operations that the kernel refused */
	uint32_t streak;          /* plans in a row with any */
	bool certain, due, flush;
	enum reconcile_availability availability;
	int error; /* of the last reading, -errno or 0 */
	int64_t next_read;
	int64_t read_duration, usual_duration; /* ns: of the last reading, and smoothed */
	struct ipvs_info info;
	struct reconcile_totals totals;
	struct reconcile_drift drift;
};

/* `flush`: the first plan also removes services that are not ours. */
void reconcile_begin(struct reconciler *reconciler, struct ipvs_backend *backend, bool flush);
void reconcile_end(struct reconciler *reconciler);

/* `desired` was changed. */
void reconcile_desire(struct reconciler *reconciler);

/* Is there nothing to be put into the kernel, nor anything of ours left in it? Then IPVS is none of
 * our business (a director may do VRRP alone): do not call reconcile_turn(), it would load the
 * module. */
bool reconcile_idle(const struct reconciler *reconciler);

/* Reads if it is time, plans if there is reason, carries out a slice. Returns what it did; *next is
 * the monotonic instant at which it wants to be called again (`now`: at once). */
unsigned reconcile_turn(struct reconciler *reconciler, int64_t now, int64_t *next);

/* Is everything that is desired in force, as far as the kernel lets us? */
bool reconcile_settled(const struct reconciler *reconciler);
/* Was drift found that is repaired by now? */
bool reconcile_repaired(const struct reconciler *reconciler);

/* Deletes the services that are ours: the director stops. Returns how many could not be. */
unsigned reconcile_flush(struct reconciler *reconciler);

#endif
