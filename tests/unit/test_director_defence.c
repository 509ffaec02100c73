/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which changes of the kernel's defences are told, and when. */
#include "director/defence.h"

#include <string.h>

#include "base/clock.h"
#include "director/announce.h"
#include "tests/unit/unit.h"

#define SECOND CLOCK_SECOND
#define ENTRY (1U << DEFENCE_DROP_ENTRY)
#define PACKET (1U << DEFENCE_DROP_PACKET)
#define TCP (1U << DEFENCE_SECURE_TCP)

static struct defence_watch watch;
static struct defence_state state;
static struct defence_change change;
static struct event event;
static int64_t now;

static void begin(void)
{
	watch = (struct defence_watch){0};
	state = (struct defence_state){.memory = -1, .threshold = -1};
	now = 1000 * SECOND;
}

static void read_after(int64_t pause, int entry, int packet, int tcp)
{
	now += pause;
	state.drop_entry = entry;
	state.drop_packet = packet;
	state.secure_tcp = tcp;
	change = defence_follow(&watch, &state, now);
}

static void expect(unsigned began, unsigned ended)
{
	UNIT_NUMBER(change.began, began);
	UNIT_NUMBER(change.ended, ended);
}

static void inactive_is_nothing(void)
{
	begin();
	for (unsigned i = 0; i < 60; i++) {
		read_after(SECOND, DEFENCE_OFF, DEFENCE_READY, -1);
		expect(0, 0);
	}
}

static void those_that_begin_together_are_one(void)
{
	begin();
	read_after(SECOND, DEFENCE_ACTIVE, DEFENCE_READY, DEFENCE_ACTIVE);
	expect(ENTRY | TCP, 0);
	read_after(SECOND, DEFENCE_ACTIVE, DEFENCE_ACTIVE, DEFENCE_ACTIVE);
	expect(PACKET, 0);
	read_after(60 * SECOND, DEFENCE_ACTIVE, DEFENCE_ACTIVE, DEFENCE_ACTIVE);
	expect(0, 0);
}

/* The kernel decides anew each second. */
static void a_flutter_is_one_beginning_and_one_end(void)
{
	begin();
	read_after(SECOND, DEFENCE_ACTIVE, 0, 0);
	expect(ENTRY, 0);
	for (unsigned i = 0; i < 100; i++) {
		read_after(SECOND, i % 2 ? DEFENCE_ACTIVE : DEFENCE_READY, 0, 0);
		expect(0, 0);
	}
	read_after(DEFENCE_QUIET - 1, DEFENCE_READY, 0, 0);
	expect(0, 0);
	read_after(1, DEFENCE_READY, 0, 0);
	expect(0, ENTRY);
	UNIT_NUMBER(change.lasted, 100 * SECOND);
	read_after(SECOND, DEFENCE_READY, 0, 0);
	expect(0, 0);
}

static void each_ends_by_itself(void)
{
	begin();
	read_after(0, DEFENCE_ALWAYS, DEFENCE_ACTIVE, 0);
	expect(ENTRY | PACKET, 0);
	read_after(DEFENCE_QUIET, DEFENCE_ALWAYS, DEFENCE_READY, 0);
	expect(0, PACKET);
	read_after(SECOND, DEFENCE_ALWAYS, DEFENCE_ACTIVE, 0);
	expect(PACKET, 0);
}

/* Invariant 4: what cannot be read has not ended. */
static void unreadable_is_no_end(void)
{
	begin();
	read_after(0, DEFENCE_ACTIVE, 0, 0);
	read_after(60 * SECOND, -1, -1, -1);
	expect(0, 0);
	read_after(DEFENCE_QUIET, DEFENCE_READY, 0, 0);
	expect(0, ENTRY);
}

/* A director that is restarted during an attack does not tell of it twice. */
static void a_restart_remembers(void)
{
	const int64_t values[DEFENCE_KINDS] = {DEFENCE_ACTIVE, DEFENCE_READY, DEFENCE_OFF};

	begin();
	defence_remember(&watch, values, now);
	read_after(SECOND, DEFENCE_ACTIVE, DEFENCE_READY, 0);
	expect(0, 0);
	read_after(DEFENCE_QUIET, DEFENCE_READY, DEFENCE_READY, 0);
	expect(0, ENTRY);
	UNIT_NUMBER(change.lasted, -1);
}

static const char *text(enum event_fact_key key)
{
	const struct event_fact *fact = event_find(&event, key);

	return fact ? fact->text : "(none)";
}

static void the_events_say_which(void)
{
	begin();
	read_after(0, DEFENCE_ACTIVE, 0, DEFENCE_ALWAYS);
	announce_defence(&event, &state, change.began, true, -1);
	UNIT_NUMBER(event.cause, CAUSE_DEFENCE_ON);
	UNIT_STRING(event.to, "active");
	UNIT_STRING(text(FACT_REASON), "drop_entry active, secure_tcp always");
	CU_ASSERT_PTR_NULL(event_find(&event, FACT_MEMORY));
	CU_ASSERT_PTR_NULL(event_find(&event, FACT_DOWNTIME));
	state.memory = 8192;
	state.threshold = 4096;
	read_after(5 * SECOND, DEFENCE_ACTIVE, 0, DEFENCE_ALWAYS);
	read_after(DEFENCE_QUIET, DEFENCE_READY, 0, DEFENCE_ALWAYS);
	announce_defence(&event, &state, change.ended, false, change.lasted);
	UNIT_NUMBER(event.cause, CAUSE_DEFENCE_OFF);
	UNIT_STRING(event.to, "inactive");
	UNIT_STRING(text(FACT_REASON), "drop_entry");
	UNIT_NUMBER(event_find(&event, FACT_DOWNTIME)->number, 5 * SECOND);
	UNIT_NUMBER(event_find(&event, FACT_MEMORY)->number, 8);
	UNIT_NUMBER(event_find(&event, FACT_THRESHOLD)->number, 4);
}

static const struct unit_test tests[] = {
	UNIT_TEST(inactive_is_nothing),
	UNIT_TEST(those_that_begin_together_are_one),
	UNIT_TEST(a_flutter_is_one_beginning_and_one_end),
	UNIT_TEST(each_ends_by_itself),
	UNIT_TEST(unreadable_is_no_end),
	UNIT_TEST(a_restart_remembers),
	UNIT_TEST(the_events_say_which),
};

int main(void)
{
	return unit_main("director defence", tests, UNIT_COUNT(tests));
}
