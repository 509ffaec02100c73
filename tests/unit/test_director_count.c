/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters never go back (invariant 3); rates do not depend on when we read; the quorum rule. */
#include "director/count.h"

#include "base/clock.h"
#include "director/quorum.h"
#include "tests/unit/unit.h"

static struct ipvs_counters counters(uint64_t connections, uint64_t bytes)
{
	struct ipvs_counters values = {{connections, 0, 0, bytes, 0}};

	return values;
}

static void counters_follow_the_kernel(void)
{
	struct ipvs_counters published = {0}, raw = {0}, kernel = counters(10, 1000);

	count_advance(&published, &raw, &kernel);
	kernel = counters(15, 1600);
	count_advance(&published, &raw, &kernel);
	count_advance(&published, &raw, &kernel);
	UNIT_NUMBER(published.values[IPVS_CONNECTIONS], 15);
	UNIT_NUMBER(published.values[IPVS_IN_BYTES], 1600);
}

static void a_reset_adds_what_is_new(void)
{
	struct ipvs_counters published = {0}, raw = {0}, kernel = counters(10, 1000);

	count_advance(&published, &raw, &kernel);
	/* Removed and added again, or ipvsadm -Z: connections alone would not give it away. */
	kernel = counters(12, 300);
	count_advance(&published, &raw, &kernel);
	UNIT_NUMBER(published.values[IPVS_CONNECTIONS], 22);
	UNIT_NUMBER(published.values[IPVS_IN_BYTES], 1300);
	kernel = counters(0, 0);
	count_advance(&published, &raw, &kernel);
	UNIT_NUMBER(published.values[IPVS_CONNECTIONS], 22);
}

static void counters_are_monotone_whatever_happens(void)
{
	struct ipvs_counters published = {0}, raw = {0}, kernel = {0}, before;
	unsigned state = 3;
	bool monotone = true;

	for (int i = 0; i < 20000; i++) {
		state = state * 1103515245u + 12345u;
		for (int j = 0; j < IPVS_COUNTERS; j++)
			kernel.values[j] =
				(state >> 20) % 9 == 0 ? 0 : kernel.values[j] + (state >> 8) % 50;
		before = published;
		count_advance(&published, &raw, &kernel);
		for (int j = 0; j < IPVS_COUNTERS; j++)
			monotone = monotone && published.values[j] >= before.values[j];
	}
	CU_ASSERT(monotone);
}

/* The kernel copies every 2 s (a little more, in truth); we read every half second, at any phase.
 */
static void steady_traffic_gives_a_steady_rate(void)
{
	int64_t rates[IPVS_COUNTERS] = {0};

	for (int64_t phase = 0; phase < 500; phase += 70) {
		struct count_rate rate = {0};
		int64_t period = 2004 * CLOCK_MILLISECOND;
		bool steady = true;

		for (int64_t i = 0; i < 2000; i++) {
			int64_t now = (i * 500 + phase) * CLOCK_MILLISECOND;
			struct ipvs_counters published =
				counters((uint64_t)(now / period) * 200, 0);

			if (count_rates(&rate, &published, false, now, rates) && i > 10)
				steady = steady && rates[IPVS_CONNECTIONS] == 100000;
		}
		CU_ASSERT(steady);
	}
}

static void silence_is_a_rate_of_zero(void)
{
	struct ipvs_counters published = counters(5, 0);
	struct count_rate rate = {0};
	int64_t rates[IPVS_COUNTERS] = {1, 1, 1, 1, 1};

	CU_ASSERT(!count_rates(&rate, &published, false, 0, rates));
	CU_ASSERT(!count_rates(&rate, &published, false, 2 * CLOCK_SECOND, rates));
	CU_ASSERT(count_rates(&rate, &published, false, 3 * CLOCK_SECOND, rates));
	UNIT_NUMBER(rates[IPVS_CONNECTIONS], 0);
	/* After a silence the first change counts over one period, not over all the silence. */
	for (int64_t now = 4; now < 20; now++)
		count_rates(&rate, &published, false, now * CLOCK_SECOND, rates);
	published = counters(25, 0);
	CU_ASSERT(count_rates(&rate, &published, false, 20 * CLOCK_SECOND, rates));
	UNIT_NUMBER(rates[IPVS_CONNECTIONS], 10000);
}

static void frozen_counters_say_nothing(void)
{
	struct ipvs_counters published = counters(5, 0);
	struct count_rate rate = {0};
	int64_t rates[IPVS_COUNTERS];

	for (int64_t now = 0; now < 20; now++)
		CU_ASSERT(!count_rates(&rate, &published, true, now * CLOCK_SECOND, rates));
	/* The backlog lands in one step: it is spread over the time that it took. */
	published = counters(205, 0);
	CU_ASSERT(count_rates(&rate, &published, false, 20 * CLOCK_SECOND, rates));
	UNIT_NUMBER(rates[IPVS_CONNECTIONS], 10000);
}

static void quorum_has_hysteresis(void)
{
	CU_ASSERT(quorum_holds(false, 12, 10, 2));
	CU_ASSERT(!quorum_holds(false, 11, 10, 2));
	CU_ASSERT(quorum_holds(true, 8, 10, 2));
	CU_ASSERT(!quorum_holds(true, 7, 10, 2));
	CU_ASSERT(quorum_holds(true, 1, 2, 5));
	CU_ASSERT(!quorum_holds(true, 0, 2, 5));
	CU_ASSERT(!quorum_holds(false, 0, 0, 0));
	CU_ASSERT(quorum_holds(false, 1, 1, 0));
}

int main(void)
{
	static const struct unit_test tests[] = {
		UNIT_TEST(counters_follow_the_kernel),
		UNIT_TEST(a_reset_adds_what_is_new),
		UNIT_TEST(counters_are_monotone_whatever_happens),
		UNIT_TEST(steady_traffic_gives_a_steady_rate),
		UNIT_TEST(silence_is_a_rate_of_zero),
		UNIT_TEST(frozen_counters_say_nothing),
		UNIT_TEST(quorum_has_hysteresis),
	};

	return unit_main("director count", tests, UNIT_COUNT(tests));
}
