/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks and generations. */
#include "exporters/snmp/walk.h"

#include <string.h>

static void drop(struct walks *walks, size_t i)
{
	view_free(walks->generations[i].view);
	memmove(&walks->generations[i], &walks->generations[i + 1],
		(WALK_GENERATIONS - 1 - i) * sizeof(walks->generations[0]));
	walks->generations[WALK_GENERATIONS - 1] = (struct walk_generation){0};
}

static bool is_over(const struct walk_generation *generation, int64_t now)
{
	return now - generation->made > WALK_AGE || now - generation->used > WALK_IDLE;
}

void walk_renew(struct walks *walks)
{
	if (walks->generations[0].view)
		walks->generations[0].made -= WALK_TICK;
}

void walk_tidy(struct walks *walks, int64_t now)
{
	for (size_t i = WALK_GENERATIONS; i-- > 0;)
		if (walks->generations[i].view && is_over(&walks->generations[i], now))
			drop(walks, i);
}

/* What was asked for single objects only goes first, then what nobody walked in for longest. */
static void make_room(struct walks *walks, int64_t now)
{
	size_t oldest = 0;

	walk_tidy(walks, now);
	if (walks->generations[0].view && walks->generations[0].used == walks->generations[0].made)
		drop(walks, 0);
	if (!walks->generations[WALK_GENERATIONS - 1].view)
		return;
	for (size_t i = 1; i < WALK_GENERATIONS; i++)
		if (walks->generations[i].used <= walks->generations[oldest].used)
			oldest = i;
	drop(walks, oldest);
}

static struct walk_generation *newest(struct walks *walks, int64_t now)
{
	struct walk_generation *first = &walks->generations[0];

	if (first->view && now - first->made < WALK_TICK)
		return first;
	make_room(walks, now);
	memmove(first + 1, first, (WALK_GENERATIONS - 1) * sizeof(*first));
	*first = (struct walk_generation){.view = walks->make(walks->argument),
					  .number = ++walks->numbers,
					  .made = now,
					  .used = now};
	return first;
}

const struct view *walk_newest(struct walks *walks, int64_t now)
{
	return newest(walks, now)->view;
}

static uint64_t hash_of(size_t which, const uint32_t *ids, size_t count)
{
	return (object_id_hash(ids, count) ^ which) * UINT64_C(0x9e3779b97f4a7c15);
}

static struct walk_generation *generation_of(struct walks *walks, const struct walk_place *place)
{
	for (size_t i = 0; i < WALK_GENERATIONS; i++)
		if (walks->generations[i].view &&
		    walks->generations[i].number == place->generation)
			return &walks->generations[i];
	return NULL;
}

static struct walk_place *alike(struct walks *walks, uint64_t object)
{
	return walks->places[object % (WALK_PLACES / WALK_ALIKE)];
}

/* Is somebody who asks for what comes after that object rather at `a`? */
static bool is_likelier(const struct walk_place *a, const struct walk_place *b, uint64_t who)
{
	if ((a->who == who) != (b->who == who))
		return a->who == who;
	if (a->left != b->left)
		return b->left;
	return a->order > b->order;
}

/* Where he is who asks for what comes after that object; NULL: he does not walk. */
static struct walk_place *find_place(struct walks *walks, uint64_t who, uint64_t object,
				     int64_t now)
{
	struct walk_place *found = NULL;

	for (size_t i = 0; i < WALK_ALIKE; i++) {
		struct walk_place *place = &alike(walks, object)[i];
		const struct walk_generation *generation = generation_of(walks, place);

		if (place->object == object && generation && !is_over(generation, now) &&
		    (!found || is_likelier(place, found, who)))
			found = place;
	}
	return found;
}

const struct view *walk_next(struct walks *walks, uint64_t who, size_t which, const uint32_t *ids,
			     size_t count, int64_t now)
{
	struct walk_place *place = find_place(walks, who, hash_of(which, ids, count), now);
	struct walk_generation *generation;

	if (!place)
		return newest(walks, now)->view;
	place->left = true;
	generation = generation_of(walks, place);
	if (generation->used < now)
		generation->used = now;
	return generation->view;
}

/* Is there less need of `a`? Of what was left, only who lost the answer asks again. */
static bool is_needless(struct walks *walks, const struct walk_place *a, const struct walk_place *b)
{
	bool gone = !generation_of(walks, a);

	if (gone != !generation_of(walks, b))
		return gone;
	if (a->left != b->left)
		return a->left;
	return a->order < b->order;
}

/* The one for these three, or one that is needed least. */
static struct walk_place *choose_place(struct walks *walks, uint64_t who, uint64_t object,
				       uint64_t generation)
{
	struct walk_place *places = alike(walks, object), *chosen = &places[0];

	for (size_t i = 0; i < WALK_ALIKE; i++) {
		if (places[i].object == object && places[i].who == who &&
		    places[i].generation == generation)
			return &places[i];
		if (is_needless(walks, &places[i], chosen))
			chosen = &places[i];
	}
	return chosen;
}

void walk_answered(struct walks *walks, uint64_t who, size_t which, const struct view *view,
		   const struct object_id *found)
{
	uint64_t object = hash_of(which, found->ids, found->count);

	for (size_t i = 0; i < WALK_GENERATIONS; i++) {
		struct walk_generation *generation = &walks->generations[i];

		if (generation->view != view)
			continue;
		/* Later than `made`: somebody may go on from here. */
		if (generation->used == generation->made)
			generation->used++;
		*choose_place(walks, who, object, generation->number) =
			(struct walk_place){.object = object,
					    .who = who,
					    .generation = generation->number,
					    .order = ++walks->answers};
	}
}

void walks_free(struct walks *walks)
{
	while (walks->generations[0].view)
		drop(walks, 0);
}
