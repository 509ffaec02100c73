/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Phases are even, and belong to a slot for good. */
#include "check/phase.h"

#include <stdlib.h>

#include "base/clock.h"
#include "tests/unit/unit.h"

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

/* The widest and the narrowest gap between neighbours on a circle of `span`. */
static void gaps(uint32_t count, int64_t span, int64_t *widest, int64_t *narrowest)
{
	int64_t *offsets = calloc(count, sizeof(*offsets));

	for (uint32_t slot = 0; slot < count; slot++)
		offsets[slot] = phase_offset(slot, span);
	qsort(offsets, count, sizeof(*offsets), compare);
	*widest = *narrowest = offsets[0] + span - offsets[count - 1];
	for (uint32_t i = 1; i < count; i++) {
		int64_t gap = offsets[i] - offsets[i - 1];

		*widest = gap > *widest ? gap : *widest;
		*narrowest = gap < *narrowest ? gap : *narrowest;
	}
	free(offsets);
}

static void offsets_lie_within_the_span(void)
{
	UNIT_NUMBER(phase_offset(0, CLOCK_SECOND), 0);
	UNIT_NUMBER(phase_offset(1, CLOCK_SECOND), CLOCK_SECOND / 2);
	UNIT_NUMBER(phase_offset(2, CLOCK_SECOND), CLOCK_SECOND / 4);
	UNIT_NUMBER(phase_offset(3, CLOCK_SECOND), CLOCK_SECOND * 3 / 4);
	CU_ASSERT(phase_offset(UINT32_MAX - 1, CLOCK_SECOND) < CLOCK_SECOND);
	UNIT_NUMBER(phase_offset(UINT32_MAX, 1), 0);
	CU_ASSERT(phase_offset(UINT32_MAX, INT64_MAX) < INT64_MAX);
}

static void any_number_is_spread_evenly(void)
{
	static const uint32_t counts[] = {1, 2, 3, 5, 8, 100, 1000, 1023, 1024, 1025, 10000};

	for (size_t i = 0; i < UNIT_COUNT(counts); i++) {
		int64_t widest, narrowest, perfect = CLOCK_SECOND / counts[i];

		gaps(counts[i], CLOCK_SECOND, &widest, &narrowest);
		CU_ASSERT(widest <= 2 * perfect + 1);
		CU_ASSERT(narrowest >= perfect / 2);
	}
}

static void held_slots_stay_and_gaps_are_filled(void)
{
	struct phase_claim claims[] = {
		{CLOCK_SECOND, PHASE_SLOT_NONE}, {CLOCK_SECOND, 4}, {CLOCK_SECOND, 0},
		{CLOCK_SECOND, PHASE_SLOT_NONE}, {CLOCK_SECOND, 1}, {CLOCK_SECOND, PHASE_SLOT_NONE},
	};
	static const uint32_t expected[] = {2, 4, 0, 3, 1, 5};

	phase_allot(claims, UNIT_COUNT(claims));
	for (size_t i = 0; i < UNIT_COUNT(claims); i++)
		UNIT_NUMBER(claims[i].slot, expected[i]);
}

static void each_interval_has_slots_of_its_own(void)
{
	struct phase_claim claims[] = {
		{1, PHASE_SLOT_NONE}, {2, PHASE_SLOT_NONE}, {1, PHASE_SLOT_NONE},
		{2, PHASE_SLOT_NONE}, {3, PHASE_SLOT_NONE},
	};
	static const uint32_t expected[] = {0, 0, 1, 1, 0};

	phase_allot(claims, UNIT_COUNT(claims));
	for (size_t i = 0; i < UNIT_COUNT(claims); i++)
		UNIT_NUMBER(claims[i].slot, expected[i]);
}

static void a_slot_held_twice_stays_with_the_first(void)
{
	struct phase_claim claims[] = {{1, 7}, {1, 7}, {1, 7}};

	phase_allot(claims, UNIT_COUNT(claims));
	UNIT_NUMBER(claims[0].slot, 7);
	UNIT_NUMBER(claims[1].slot, 0);
	UNIT_NUMBER(claims[2].slot, 1);
	phase_allot(NULL, 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(offsets_lie_within_the_span),
	UNIT_TEST(any_number_is_spread_evenly),
	UNIT_TEST(held_slots_stay_and_gaps_are_filled),
	UNIT_TEST(each_interval_has_slots_of_its_own),
	UNIT_TEST(a_slot_held_twice_stays_with_the_first),
};

int main(void)
{
	return unit_main("check phase", tests, UNIT_COUNT(tests));
}
