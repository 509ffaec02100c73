/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many checks on a virtual clock: simulated servers answer, the real schedule decides. Hours pass in
 * milliseconds, and every run is the same.
 */
#include "check/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "check/phase.h"
#include "tests/unit/unit.h"

#define MS CLOCK_MILLISECOND

struct answer {
	enum check_result result;
	int64_t took;
};

struct simulated_check {
	struct schedule_settings settings;
	struct schedule schedule;
	bool running;
	int64_t ends;
	struct answer answer;
	unsigned starts, changes;
	int64_t first_start, last_change;
};

struct world {
	struct simulated_check *checks;
	size_t count;
	int64_t now;
	/* How server `index` answers a probe that starts at `at`. */
	struct answer (*server)(size_t index, int64_t at);
	/* Starts per millisecond of the first second. */
	unsigned starts_at[1000];
};

static void world_new(struct world *world, size_t count, const struct schedule_settings *settings,
		      struct answer (*server)(size_t index, int64_t at))
{
	memset(world, 0, sizeof(*world));
	world->checks = calloc(count, sizeof(*world->checks));
	world->count = count;
	world->server = server;
	for (size_t i = 0; i < count; i++) {
		struct simulated_check *check = &world->checks[i];

		check->settings = *settings;
		check->settings.slot = (uint32_t)i;
		check->first_start = -1;
		schedule_begin(&check->schedule, &check->settings, HEALTH_UNKNOWN, 0,
			       schedule_spread(settings->interval, 0, count));
	}
}

static int64_t next_instant(const struct simulated_check *check)
{
	return check->running ? check->ends : check->schedule.due;
}

static void step(struct world *world, size_t index)
{
	struct simulated_check *check = &world->checks[index];

	world->now = next_instant(check);
	if (check->running) {
		check->running = false;
		if (schedule_finish(&check->schedule, &check->settings, check->answer.result,
				    world->now)) {
			check->changes++;
			check->last_change = world->now;
		}
		return;
	}
	if (world->now < CLOCK_SECOND)
		world->starts_at[world->now / MS]++;
	if (check->first_start < 0)
		check->first_start = world->now;
	check->starts++;
	check->running = true;
	schedule_start(&check->schedule, world->now);
	check->answer = world->server(index, world->now);
	check->ends = world->now + check->answer.took;
}

/* Runs until all that is left lies after `until`. */
static void run(struct world *world, int64_t until)
{
	for (;;) {
		size_t next = 0;

		for (size_t i = 1; i < world->count; i++)
			if (next_instant(&world->checks[i]) < next_instant(&world->checks[next]))
				next = i;
		if (next_instant(&world->checks[next]) > until)
			return;
		step(world, next);
	}
}

static const struct schedule_settings every_second = {
	.interval = CLOCK_SECOND, .delay_before_retry = CLOCK_SECOND, .retry = 1};

static struct answer always_well(size_t index, int64_t at)
{
	(void)index;
	(void)at;
	return (struct answer){CHECK_RESULT_SUCCESS, MS};
}

static void a_thousand_checks_begin_evenly_within_a_second(void)
{
	struct world world;

	world_new(&world, 1000, &every_second, always_well);
	run(&world, 10 * CLOCK_SECOND - 1);
	for (size_t i = 0; i < world.count; i++) {
		CU_ASSERT(world.checks[i].first_start < CLOCK_SECOND);
		CU_ASSERT(world.checks[i].starts >= 9 && world.checks[i].starts <= 10);
		UNIT_NUMBER(world.checks[i].schedule.verdict, HEALTH_UP);
	}
	/* One or two in each millisecond: never a burst. */
	for (size_t ms = 0; ms < 1000; ms++)
		CU_ASSERT(world.starts_at[ms] <= 2);
	free(world.checks);
}

/* Up for 10 s, down for 10 s, and so on. */
static struct answer flapping(size_t index, int64_t at)
{
	bool well = at / (10 * CLOCK_SECOND) % 2 == 0;

	(void)index;
	return (struct answer){well ? CHECK_RESULT_SUCCESS : CHECK_RESULT_REFUSED, MS};
}

static void each_outage_is_one_change_down_and_one_up(void)
{
	struct world world;

	world_new(&world, 3, &every_second, flapping);
	run(&world, 1000 * CLOCK_SECOND - 1);
	/* 50 times up, 50 times down: one change each. */
	for (size_t i = 0; i < world.count; i++)
		UNIT_NUMBER(world.checks[i].changes, 100);
	free(world.checks);
}

/* Every third probe fails: with one retry that is never an outage. */
static struct answer sometimes_refused(size_t index, int64_t at)
{
	static unsigned probes;

	(void)index;
	(void)at;
	return (struct answer){++probes % 3 == 0 ? CHECK_RESULT_REFUSED : CHECK_RESULT_SUCCESS, MS};
}

static void a_retry_forgives_single_failures(void)
{
	struct world world;

	world_new(&world, 1, &every_second, sometimes_refused);
	run(&world, 600 * CLOCK_SECOND);
	UNIT_NUMBER(world.checks[0].schedule.verdict, HEALTH_UP);
	UNIT_NUMBER(world.checks[0].changes, 1);
	free(world.checks);
}

/* Answers, but only after 2.5 intervals. */
static struct answer slow(size_t index, int64_t at)
{
	(void)index;
	(void)at;
	return (struct answer){CHECK_RESULT_SUCCESS, 2500 * MS};
}

static void a_slow_server_is_up_and_is_not_hammered(void)
{
	struct world world;

	world_new(&world, 1, &every_second, slow);
	run(&world, 300 * CLOCK_SECOND - 1);
	UNIT_NUMBER(world.checks[0].schedule.verdict, HEALTH_UP);
	UNIT_NUMBER(world.checks[0].starts, 100); /* every third point of the grid */
	free(world.checks);
}

static struct answer dead_from_the_fifth_second(size_t index, int64_t at)
{
	(void)index;
	if (at < 5 * CLOCK_SECOND)
		return (struct answer){CHECK_RESULT_SUCCESS, MS};
	return (struct answer){CHECK_RESULT_REFUSED, MS};
}

/* The promise that an operator reckons with: interval + retry × (delay + time of a probe). */
static void a_dead_server_is_found_in_time(void)
{
	struct world world;

	world_new(&world, 100, &every_second, dead_from_the_fifth_second);
	run(&world, 20 * CLOCK_SECOND);
	for (size_t i = 0; i < world.count; i++) {
		UNIT_NUMBER(world.checks[i].schedule.verdict, HEALTH_DOWN);
		CU_ASSERT(world.checks[i].last_change <= 7 * CLOCK_SECOND + 2 * MS);
	}
	free(world.checks);
}

/* A reload in the middle of everything: slots are allotted anew, none of the kept ones moves. */
static void a_reload_keeps_every_phase(void)
{
	struct phase_claim claims[1500];
	struct world world;

	world_new(&world, 1000, &every_second, always_well);
	run(&world, 5 * CLOCK_SECOND + 123 * MS);
	for (size_t i = 0; i < UNIT_COUNT(claims); i++) {
		bool kept = i < 1000 && i % 10 != 0;

		claims[i] = (struct phase_claim){CLOCK_SECOND,
						 kept ? (uint32_t)i : PHASE_SLOT_NONE};
	}
	phase_allot(claims, UNIT_COUNT(claims));
	for (size_t i = 0; i < 1000; i++) {
		int64_t phase = world.checks[i].first_start;

		if (i % 10 == 0)
			continue;
		UNIT_NUMBER(claims[i].slot, i);
		UNIT_NUMBER(next_instant(&world.checks[i]) % CLOCK_SECOND -
				    (world.checks[i].running ? MS : 0),
			    phase);
	}
	free(world.checks);
}

static const struct unit_test tests[] = {
	UNIT_TEST(a_thousand_checks_begin_evenly_within_a_second),
	UNIT_TEST(each_outage_is_one_change_down_and_one_up),
	UNIT_TEST(a_retry_forgives_single_failures),
	UNIT_TEST(a_slow_server_is_up_and_is_not_hammered),
	UNIT_TEST(a_dead_server_is_found_in_time),
	UNIT_TEST(a_reload_keeps_every_phase),
};

int main(void)
{
	return unit_main("checks on a virtual clock", tests, UNIT_COUNT(tests));
}
