/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Phases by bit reversal (the van der Corput sequence in base 2). */
#include "check/phase.h"

#include <stdlib.h>

#include "base/memory.h"

static uint32_t reverse_bits(uint32_t value)
{
	value = (value >> 1 & 0x55555555) | (value & 0x55555555) << 1;
	value = (value >> 2 & 0x33333333) | (value & 0x33333333) << 2;
	value = (value >> 4 & 0x0f0f0f0f) | (value & 0x0f0f0f0f) << 4;
	return __builtin_bswap32(value);
}

int64_t phase_offset(uint32_t slot, int64_t span)
{
	return (int64_t)((unsigned __int128)reverse_bits(slot) * (uint64_t)span >> 32);
}

/* By interval; within it, holders by slot, then those without one; ties in list order. */
static int compare(const void *left, const void *right)
{
	const struct phase_claim *a = *(struct phase_claim *const *)left;
	const struct phase_claim *b = *(struct phase_claim *const *)right;

	if (a->interval != b->interval)
		return a->interval < b->interval ? -1 : 1;
	if (a->slot != b->slot)
		return a->slot < b->slot ? -1 : 1;
	return a < b ? -1 : a > b;
}

static void drop_doubles(struct phase_claim **sorted, size_t count)
{
	const struct phase_claim *holder = NULL;

	for (size_t i = 0; i < count; i++) {
		if (holder && sorted[i]->interval == holder->interval &&
		    sorted[i]->slot == holder->slot)
			sorted[i]->slot = PHASE_SLOT_NONE;
		else
			holder = sorted[i];
	}
}

/* One interval's claims, sorted: the gaps between the slots held go to those that have none. */
static void allot_interval(struct phase_claim **sorted, size_t count)
{
	size_t held = 0, next = 0;
	uint32_t slot = 0;

	while (held < count && sorted[held]->slot != PHASE_SLOT_NONE)
		held++;
	for (size_t i = held; i < count; i++, slot++) {
		for (; next < held && sorted[next]->slot == slot; next++)
			slot++;
		sorted[i]->slot = slot;
	}
}

void phase_allot(struct phase_claim *claims, size_t count)
{
	struct phase_claim **sorted = memory_array(count, sizeof(struct phase_claim *));
	size_t first = 0;

	for (size_t i = 0; i < count; i++)
		sorted[i] = &claims[i];
	qsort(sorted, count, sizeof(*sorted), compare);
	drop_doubles(sorted, count);
	qsort(sorted, count, sizeof(*sorted), compare);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && sorted[i]->interval == sorted[first]->interval)
			continue;
		allot_interval(sorted + first, i - first);
		first = i;
	}
	free(sorted);
}
