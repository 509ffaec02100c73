/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which generation answers. A request for the object after one that was answered a moment ago goes
 * on with a walk, and is answered from the generation that answered then: a walk sees one moment,
 * however long it takes and whatever is added or removed meanwhile. Any other request is answered
 * from the newest. Managers do not say that they walk; the object identifier answered last tells.
 *
 * A generation is made when it is asked for and the newest is older than WALK_TICK, so nobody's
 * asking costs nothing. Older ones are kept while walks go on in them: at most WALK_GENERATIONS, and
 * none for longer than WALK_AGE. Time comes in as a value.
 */
#ifndef LBD_EXPORTERS_SNMP_WALK_H
#define LBD_EXPORTERS_SNMP_WALK_H

#include "base/clock.h"
#include "exporters/snmp/view.h"

#define WALK_TICK CLOCK_SECOND
#define WALK_GENERATIONS 4
#define WALK_AGE (60 * CLOCK_SECOND)
/* A walk that asks for nothing for so long has ended. */
#define WALK_IDLE (10 * CLOCK_SECOND)
#define WALK_SLOTS 4096

struct walk_generation {
	struct view *view;
	uint64_t number; /* from 1 */
	int64_t made, used;
};

struct walks {
	/* Makes a generation of now. */
	struct view *(*make)(void *argument);
	void *argument;
	uint64_t numbers;
	struct walk_generation generations[WALK_GENERATIONS]; /* the newest first */
	struct {
		uint64_t hash;
		uint64_t number;
	} slots[WALK_SLOTS]; /* what was answered last, by which generation */
};

/* The newest generation, made now if need be. Good until the next call of either. */
const struct view *walk_newest(struct walks *walks, int64_t now);
/* The generation for the object after `ids` in subtree `which`. */
const struct view *walk_next(struct walks *walks, size_t which, const uint32_t *ids, size_t count,
			     int64_t now);
/* That was the answer of walk_next(). */
void walk_answered(struct walks *walks, size_t which, const struct view *view,
		   const struct object_id *found);
/* Something was changed: the next request that is no walk's is answered from a new generation. */
void walk_renew(struct walks *walks);
/* Lets generations go that nobody walks in. To be called now and then. */
void walk_tidy(struct walks *walks, int64_t now);
void walks_free(struct walks *walks);

#endif
