/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which generation answers. A request for the object after one that was answered a moment ago goes
 * on with a walk, and is answered from the generation that answered then: a walk sees one moment,
 * however long it takes and whatever is added or removed meanwhile. Any other request is answered
 * from the newest. Managers do not say that they walk; the object identifier answered last tells.
 *
 * Several may walk at the same time, one overtake the other, and each stays in its generation: an
 * object that several generations have answered is told by who asked then, where that is known; else
 * by whether anybody has gone on from there. Two of whom nothing is known and who wait at the same
 * object in the same instant may be taken for each other.
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
/* Objects that were answered and are remembered, and how many of those with hashes alike. */
#define WALK_PLACES 4096
#define WALK_ALIKE 4

struct walk_generation {
	struct view *view;
	uint64_t number; /* from 1 */
	int64_t made, used;
};

/* An object that was answered. */
struct walk_place {
	uint64_t object;     /* a hash of its identifier */
	uint64_t who;        /* asked */
	uint64_t generation; /* its number; 0: free */
	uint64_t order;      /* in which they were answered */
	bool left;           /* somebody has gone on from here */
};

struct walks {
	/* Makes a generation of now. */
	struct view *(*make)(void *argument);
	void *argument;
	uint64_t numbers;
	struct walk_generation generations[WALK_GENERATIONS]; /* the newest first */
	uint64_t answers;
	struct walk_place places[WALK_PLACES / WALK_ALIKE][WALK_ALIKE];
};

/* The newest generation, made now if need be. Good until the next call of either. */
const struct view *walk_newest(struct walks *walks, int64_t now);
/* The generation for the object after `ids` in subtree `which`. `who` tells managers apart; 0: not
 * known. */
const struct view *walk_next(struct walks *walks, uint64_t who, size_t which, const uint32_t *ids,
			     size_t count, int64_t now);
/* That was the answer of walk_next(). */
void walk_answered(struct walks *walks, uint64_t who, size_t which, const struct view *view,
		   const struct object_id *found);
/* Something was changed: the next request that is no walk's is answered from a new generation. */
void walk_renew(struct walks *walks);
/* Lets generations go that nobody walks in. To be called now and then. */
void walk_tidy(struct walks *walks, int64_t now);
void walks_free(struct walks *walks);

#endif
