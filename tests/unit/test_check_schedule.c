/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One check: verdicts, retries, the grid. */
#include "check/schedule.h"

#include "base/clock.h"
#include "check/phase.h"
#include "tests/unit/unit.h"

#define MS CLOCK_MILLISECOND

/* Slot 1 of a 1 s interval: the grid is at .5 s. Monotonic time starts at 100 s. */
static const struct schedule_settings settings = {
	.interval = CLOCK_SECOND, .delay_before_retry = 300 * MS, .retry = 2, .slot = 1};
static const int64_t start = 100 * CLOCK_SECOND;

static struct schedule begun(enum health remembered)
{
	struct schedule schedule;

	schedule_begin(&schedule, &settings, remembered, start, CLOCK_SECOND);
	return schedule;
}

/* Starts the probe when it is due, ends it `took` later. */
static bool probe(struct schedule *schedule, enum check_result result, int64_t took)
{
	int64_t at = schedule->due;

	schedule_start(schedule, at);
	return schedule_finish(schedule, &settings, result, at + took);
}

static void one_success_is_up(void)
{
	struct schedule schedule = begun(HEALTH_UNKNOWN);

	UNIT_NUMBER(schedule.due, start + 500 * MS);
	CU_ASSERT(probe(&schedule, CHECK_RESULT_SUCCESS, MS));
	UNIT_NUMBER(schedule.verdict, HEALTH_UP);
	CU_ASSERT(!probe(&schedule, CHECK_RESULT_SUCCESS, MS));
	UNIT_NUMBER(schedule.attempts, 2);
}

static void down_after_one_and_retry_failures(void)
{
	struct schedule schedule = begun(HEALTH_UNKNOWN);
	int64_t ended;

	probe(&schedule, CHECK_RESULT_SUCCESS, MS);
	ended = schedule.due + 5 * MS;
	CU_ASSERT(!probe(&schedule, CHECK_RESULT_REFUSED, 5 * MS));
	UNIT_NUMBER(schedule.due, ended + 300 * MS);
	CU_ASSERT(!probe(&schedule, CHECK_RESULT_REFUSED, 5 * MS));
	UNIT_NUMBER(schedule.verdict, HEALTH_UP);
	CU_ASSERT(probe(&schedule, CHECK_RESULT_TIMEOUT, 5 * MS));
	UNIT_NUMBER(schedule.verdict, HEALTH_DOWN);
	UNIT_NUMBER(schedule.failures, 3);
	UNIT_NUMBER(schedule.attempts, 1); /* the first that ended in a timeout */
}

static void a_success_between_starts_the_count_again(void)
{
	struct schedule schedule = begun(HEALTH_UP);

	probe(&schedule, CHECK_RESULT_REFUSED, MS);
	probe(&schedule, CHECK_RESULT_REFUSED, MS);
	CU_ASSERT(!probe(&schedule, CHECK_RESULT_SUCCESS, MS));
	CU_ASSERT(!probe(&schedule, CHECK_RESULT_REFUSED, MS));
	CU_ASSERT(!probe(&schedule, CHECK_RESULT_REFUSED, MS));
	CU_ASSERT(probe(&schedule, CHECK_RESULT_REFUSED, MS));
}

/* keepalived.conf(5): the retries are "of an alive server". */
static void no_retries_while_down(void)
{
	struct schedule schedule = begun(HEALTH_DOWN);
	int64_t first = schedule.due;

	for (int i = 0; i < 5; i++) {
		UNIT_NUMBER(schedule.due, first + i * CLOCK_SECOND);
		CU_ASSERT(!probe(&schedule, CHECK_RESULT_REFUSED, MS));
	}
	CU_ASSERT(probe(&schedule, CHECK_RESULT_SUCCESS, MS));
	UNIT_NUMBER(schedule.verdict, HEALTH_UP);
}

static void an_unknown_server_has_its_retries_too(void)
{
	struct schedule schedule = begun(HEALTH_UNKNOWN);

	CU_ASSERT(!probe(&schedule, CHECK_RESULT_UNREACHABLE, MS));
	CU_ASSERT(!probe(&schedule, CHECK_RESULT_UNREACHABLE, MS));
	UNIT_NUMBER(schedule.verdict, HEALTH_UNKNOWN);
	CU_ASSERT(probe(&schedule, CHECK_RESULT_UNREACHABLE, MS));
	UNIT_NUMBER(schedule.verdict, HEALTH_DOWN);
}

static void local_trouble_says_nothing_of_the_server(void)
{
	static const enum health verdicts[] = {HEALTH_UNKNOWN, HEALTH_UP, HEALTH_DOWN};

	for (size_t i = 0; i < UNIT_COUNT(verdicts); i++) {
		struct schedule schedule = begun(verdicts[i]);

		for (int n = 0; n < 10; n++)
			CU_ASSERT(!probe(&schedule, CHECK_RESULT_LOCAL, 0));
		UNIT_NUMBER(schedule.verdict, verdicts[i]);
		UNIT_NUMBER(schedule.attempts, 10);
		UNIT_NUMBER(schedule.failures, 0);
		UNIT_NUMBER(schedule.due, start + 10 * CLOCK_SECOND + 500 * MS);
	}
}

static void local_trouble_does_not_forgive_failures(void)
{
	struct schedule schedule = begun(HEALTH_UP);

	probe(&schedule, CHECK_RESULT_REFUSED, MS);
	probe(&schedule, CHECK_RESULT_LOCAL, MS);
	probe(&schedule, CHECK_RESULT_REFUSED, MS);
	CU_ASSERT(probe(&schedule, CHECK_RESULT_REFUSED, MS));
}

static void the_grid_does_not_slip(void)
{
	struct schedule schedule = begun(HEALTH_UNKNOWN);

	for (int i = 0; i < 100; i++) {
		UNIT_NUMBER(schedule.due, start + i * CLOCK_SECOND + 500 * MS);
		probe(&schedule, CHECK_RESULT_SUCCESS, i * MS);
	}
}

static void a_probe_longer_than_the_interval_skips_points(void)
{
	struct schedule schedule = begun(HEALTH_DOWN);

	probe(&schedule, CHECK_RESULT_TIMEOUT, 5 * CLOCK_SECOND);
	UNIT_NUMBER(schedule.due, start + 6 * CLOCK_SECOND + 500 * MS);
}

static void back_on_the_grid_without_a_burst(void)
{
	struct schedule schedule = begun(HEALTH_UP);

	/* Fails at .500, .800, 1.100 s; the point at 1.500 is too near to the last one. */
	for (int i = 0; i < 3; i++)
		probe(&schedule, CHECK_RESULT_REFUSED, 0);
	UNIT_NUMBER(schedule.verdict, HEALTH_DOWN);
	UNIT_NUMBER(schedule.started, start + 1100 * MS);
	UNIT_NUMBER(schedule.due, start + 2500 * MS);
}

static void first_probes_start_soon(void)
{
	UNIT_NUMBER(schedule_spread(60 * CLOCK_SECOND, 0, 4), CLOCK_SECOND);
	UNIT_NUMBER(schedule_spread(CLOCK_SECOND / 2, 0, 4), CLOCK_SECOND / 2);
	UNIT_NUMBER(schedule_spread(60 * CLOCK_SECOND, 0, 10000), 10 * CLOCK_SECOND);
	UNIT_NUMBER(schedule_spread(CLOCK_SECOND, 0, 10000), CLOCK_SECOND);
	UNIT_NUMBER(schedule_spread(CLOCK_SECOND, 5 * CLOCK_SECOND, 1), 5 * CLOCK_SECOND);
}

static void another_interval_moves_the_next_start(void)
{
	struct schedule schedule = begun(HEALTH_UP);
	struct schedule_settings slower = settings;

	probe(&schedule, CHECK_RESULT_SUCCESS, MS);
	slower.interval = 10 * CLOCK_SECOND;
	schedule_adapt(&schedule, &slower, start + CLOCK_SECOND);
	UNIT_NUMBER(schedule.due % slower.interval, phase_offset(slower.slot, slower.interval));
	CU_ASSERT(schedule.due > start + CLOCK_SECOND);
	CU_ASSERT(schedule.due <= schedule.started + 15 * CLOCK_SECOND);
	UNIT_NUMBER(schedule.verdict, HEALTH_UP);
}

static const struct unit_test tests[] = {
	UNIT_TEST(one_success_is_up),
	UNIT_TEST(down_after_one_and_retry_failures),
	UNIT_TEST(a_success_between_starts_the_count_again),
	UNIT_TEST(no_retries_while_down),
	UNIT_TEST(an_unknown_server_has_its_retries_too),
	UNIT_TEST(local_trouble_says_nothing_of_the_server),
	UNIT_TEST(local_trouble_does_not_forgive_failures),
	UNIT_TEST(the_grid_does_not_slip),
	UNIT_TEST(a_probe_longer_than_the_interval_skips_points),
	UNIT_TEST(back_on_the_grid_without_a_burst),
	UNIT_TEST(first_probes_start_soon),
	UNIT_TEST(another_interval_moves_the_next_start),
};

int main(void)
{
	return unit_main("check schedule", tests, UNIT_COUNT(tests));
}
