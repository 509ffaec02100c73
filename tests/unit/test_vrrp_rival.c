/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another master beside us: what is a handover, what is two masters, and when it is over. */
#include "vrrp/rival.h"

#include "base/clock.h"
#include "tests/unit/unit.h"

#define SECOND CLOCK_SECOND
#define DOWN (3 * SECOND + SECOND / 2)
#define OTHER 7

static struct rival rival;
static int64_t now;

static void begin(void)
{
	rival = (struct rival){0};
	now = 100 * SECOND;
}

static enum rival_change hear_from(uint32_t sender, uint8_t priority)
{
	return rival_hear(&rival, sender, priority, VRRP_ACCEPTED, SECOND, DOWN, now);
}

static enum rival_change hear_after(int64_t pause)
{
	now += pause;
	return hear_from(OTHER, 110);
}

static void begin_with_two(void)
{
	begin();
	hear_after(0);
	hear_after(SECOND);
	UNIT_NUMBER(hear_after(SECOND), RIVAL_BEGAN);
}

/* One that was about to give way may have sent once or twice more. */
static void a_handover_is_none(void)
{
	begin();
	UNIT_NUMBER(hear_after(0), RIVAL_SAME);
	UNIT_NUMBER(hear_after(SECOND), RIVAL_SAME);
	UNIT_NUMBER(rival_wait(&rival, now + DOWN), RIVAL_SAME);
	CU_ASSERT(!rival.heard);
}

static void the_third_begins_it_once(void)
{
	begin_with_two();
	CU_ASSERT(rival.told);
	UNIT_NUMBER(rival.sender, OTHER);
	UNIT_NUMBER(rival.priority, 110);
	UNIT_NUMBER(now - rival.since, 2 * SECOND);
	for (unsigned i = 0; i < 100; i++)
		UNIT_NUMBER(hear_after(SECOND), RIVAL_SAME);
}

/* Many at once, as answers to each other, are no more than one. */
static void a_burst_is_none(void)
{
	begin();
	for (unsigned i = 0; i < 100; i++)
		UNIT_NUMBER(hear_after(CLOCK_MILLISECOND), RIVAL_SAME);
}

static void silence_ends_it(void)
{
	begin_with_two();
	UNIT_NUMBER(rival_wait(&rival, now + DOWN - 1), RIVAL_SAME);
	UNIT_NUMBER(rival_wait(&rival, now + DOWN), RIVAL_OVER);
	UNIT_NUMBER(rival_wait(&rival, now + DOWN), RIVAL_SAME);
	UNIT_NUMBER(rival.sender, OTHER);
}

static void silence_between_two_starts_the_count_anew(void)
{
	begin();
	for (unsigned i = 0; i < 10; i++)
		UNIT_NUMBER(hear_after(DOWN), RIVAL_SAME);
	begin_with_two();
	UNIT_NUMBER(hear_after(DOWN), RIVAL_OVER);
	UNIT_NUMBER(hear_after(SECOND), RIVAL_SAME);
	UNIT_NUMBER(hear_after(SECOND), RIVAL_BEGAN);
}

static void giving_way_ends_it(void)
{
	begin_with_two();
	UNIT_NUMBER(rival_leave(&rival), RIVAL_OVER);
	UNIT_NUMBER(rival_leave(&rival), RIVAL_SAME);
}

static void a_resignation_ends_its_sender(void)
{
	begin_with_two();
	UNIT_NUMBER(hear_from(OTHER + 1, 0), RIVAL_SAME);
	UNIT_NUMBER(hear_from(OTHER, 0), RIVAL_OVER);
	begin();
	UNIT_NUMBER(hear_from(OTHER, 0), RIVAL_SAME);
	CU_ASSERT(!rival.heard);
}

static const struct unit_test tests[] = {
	UNIT_TEST(a_handover_is_none),
	UNIT_TEST(the_third_begins_it_once),
	UNIT_TEST(a_burst_is_none),
	UNIT_TEST(silence_ends_it),
	UNIT_TEST(silence_between_two_starts_the_count_anew),
	UNIT_TEST(giving_way_ends_it),
	UNIT_TEST(a_resignation_ends_its_sender),
};

int main(void)
{
	return unit_main("vrrp rival", tests, UNIT_COUNT(tests));
}
