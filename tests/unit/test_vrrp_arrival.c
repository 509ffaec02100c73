/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jitter and the margin to a false failover, from instants alone. */
#include "vrrp/arrival.h"

#include "base/clock.h"
#include "tests/unit/unit.h"

#define SECOND CLOCK_SECOND
#define MASTER UINT32_C(0xc0a801e1)
#define OTHER UINT32_C(0xc0a801e2)

static struct arrival arrival;
static int64_t deviation;

static bool take(uint32_t sender, int64_t now)
{
	return arrival_take(&arrival, sender, SECOND, now, &deviation);
}

static void a_deviation_is_early_or_late(void)
{
	arrival_forget(&arrival);
	CU_ASSERT_FALSE(take(MASTER, 10 * SECOND));
	UNIT_NUMBER(arrival_longest(&arrival), 0);
	CU_ASSERT_TRUE(take(MASTER, 11 * SECOND + 3));
	UNIT_NUMBER(deviation, 3);
	CU_ASSERT_TRUE(take(MASTER, 12 * SECOND));
	UNIT_NUMBER(deviation, 3);
	UNIT_NUMBER(arrival_longest(&arrival), SECOND + 3);
}

static void another_master_begins_anew(void)
{
	arrival_forget(&arrival);
	take(MASTER, 0);
	take(MASTER, 3 * SECOND);
	CU_ASSERT_FALSE(take(OTHER, 4 * SECOND));
	UNIT_NUMBER(arrival_longest(&arrival), 0);
	CU_ASSERT_TRUE(take(OTHER, 5 * SECOND));
	UNIT_NUMBER(deviation, 0);
	arrival_forget(&arrival);
	CU_ASSERT_FALSE(take(OTHER, 6 * SECOND));
}

/* A gap is shown for at least a minute, and for two at most. */
static void a_long_gap_is_forgotten_after_two_minutes(void)
{
	int64_t now = 0;

	arrival_forget(&arrival);
	take(MASTER, now);
	take(MASTER, now += 3 * SECOND);
	for (unsigned i = 0; i < 60; i++) {
		take(MASTER, now += SECOND);
		UNIT_NUMBER(arrival_longest(&arrival), 3 * SECOND);
	}
	for (unsigned i = 0; i < 60; i++)
		take(MASTER, now += SECOND);
	UNIT_NUMBER(arrival_longest(&arrival), SECOND);
	/* A silence of two minutes leaves itself alone. */
	take(MASTER, now += 150 * SECOND);
	UNIT_NUMBER(arrival_longest(&arrival), 150 * SECOND);
}

static void the_margin_is_what_the_gap_leaves(void)
{
	/* 3 × 1 s + (256 - 110) / 256 s */
	int64_t down = 3 * SECOND + SECOND * 146 / 256;

	UNIT_NUMBER(arrival_margin(0, down), 1000);
	UNIT_NUMBER(arrival_margin(SECOND, down), 720);
	UNIT_NUMBER(arrival_margin(down / 2, down), 500);
	UNIT_NUMBER(arrival_margin(down - 1, down), 0);
	UNIT_NUMBER(arrival_margin(down, down), 0);
	UNIT_NUMBER(arrival_margin(10 * down, down), 0);
	/* 40.95 s, the longest interval of version 3. */
	down = 4 * INT64_C(40950000000);
	UNIT_NUMBER(arrival_margin(down / 4, down), 750);
}

static const struct unit_test tests[] = {
	UNIT_TEST(a_deviation_is_early_or_late),
	UNIT_TEST(another_master_begins_anew),
	UNIT_TEST(a_long_gap_is_forgotten_after_two_minutes),
	UNIT_TEST(the_margin_is_what_the_gap_leaves),
};

int main(void)
{
	return unit_main("vrrp arrival", tests, UNIT_COUNT(tests));
}
