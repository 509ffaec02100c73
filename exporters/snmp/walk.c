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

const struct view *walk_next(struct walks *walks, size_t which, const uint32_t *ids, size_t count,
			     int64_t now)
{
	uint64_t hash = hash_of(which, ids, count);
	uint64_t number = walks->slots[hash % WALK_SLOTS].number;

	if (number != 0 && walks->slots[hash % WALK_SLOTS].hash == hash)
		for (size_t i = 0; i < WALK_GENERATIONS; i++) {
			struct walk_generation *generation = &walks->generations[i];

			if (generation->view && generation->number == number &&
			    !is_over(generation, now)) {
				if (generation->used < now)
					generation->used = now;
				return generation->view;
			}
		}
	return newest(walks, now)->view;
}

void walk_answered(struct walks *walks, size_t which, const struct view *view,
		   const struct object_id *found)
{
	uint64_t hash = hash_of(which, found->ids, found->count);

	for (size_t i = 0; i < WALK_GENERATIONS; i++)
		if (walks->generations[i].view == view) {
			/* Later than `made`: somebody may go on from here. */
			if (walks->generations[i].used == walks->generations[i].made)
				walks->generations[i].used++;
			walks->slots[hash % WALK_SLOTS].hash = hash;
			walks->slots[hash % WALK_SLOTS].number = walks->generations[i].number;
		}
}

void walks_free(struct walks *walks)
{
	while (walks->generations[0].view)
		drop(walks, 0);
}
