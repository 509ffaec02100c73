/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state machine, rule by rule (RFC 3768 section 6.4 and what machine.h adds to it). */
#include "vrrp/machine.h"

#include "base/clock.h"
#include "tests/unit/unit.h"

#define SECOND CLOCK_SECOND
#define OUR_ADDRESS 100
#define SKEW_150 (SECOND * 106 / 256)
#define DOWN_150 (3 * SECOND + SKEW_150)

static struct vrrp_machine machine;
static struct vrrp_settings settings;
static struct vrrp_output output;
static int64_t now;

static void step(struct vrrp_input input)
{
	output = vrrp_machine_step(&machine, &settings, &input, now);
}

static void start(bool addresses_present)
{
	vrrp_machine_init(&machine);
	settings = (struct vrrp_settings){
		.priority = 150, .preempt = true, .interval = SECOND, .source = OUR_ADDRESS};
	now = 10 * SECOND;
	step((struct vrrp_input){.kind = VRRP_INPUT_START,
				 .usable = true,
				 .addresses_present = addresses_present});
}

static void hear(uint8_t priority, uint32_t sender)
{
	step((struct vrrp_input){
		.kind = VRRP_INPUT_ADVERT, .priority = priority, .sender = sender});
}

static void at_due(void)
{
	now = machine.due;
	step((struct vrrp_input){.kind = VRRP_INPUT_TIMER});
}

static void start_as_master(void)
{
	start(false);
	at_due();
	UNIT_NUMBER(machine.state, VRRP_STATE_MASTER);
}

static void changed(enum vrrp_state from, enum vrrp_state to, enum event_cause cause)
{
	UNIT_NUMBER(output.transition.from, from);
	UNIT_NUMBER(output.transition.to, to);
	UNIT_NUMBER(output.transition.cause, cause);
	UNIT_NUMBER(machine.state, to);
}

static void unchanged(void)
{
	UNIT_NUMBER(output.transition.from, output.transition.to);
}

static void intervals_follow_the_formulas(void)
{
	start(false);
	UNIT_NUMBER(vrrp_skew(&settings), 414062500);
	UNIT_NUMBER(vrrp_master_down_interval(&settings), 3414062500);
	settings.priority = 255;
	UNIT_NUMBER(vrrp_skew(&settings), SECOND / 256);
}

static void start_waits_for_a_master(void)
{
	start(false);
	changed(VRRP_STATE_INITIALIZE, VRRP_STATE_BACKUP, CAUSE_VRRP_STARTED);
	UNIT_NUMBER(output.actions, 0);
	UNIT_NUMBER(machine.due, now + DOWN_150);
	at_due();
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_NO_MASTER);
	UNIT_NUMBER(output.actions, VRRP_ACTION_ADVERTISE | VRRP_ACTION_TAKE);
	UNIT_NUMBER(machine.due, now + SECOND);
	CU_ASSERT(!output.transition.heard);
	UNIT_NUMBER(output.transition.waited, DOWN_150);
}

static void owner_is_master_at_once(void)
{
	vrrp_machine_init(&machine);
	settings.priority = 255;
	step((struct vrrp_input){.kind = VRRP_INPUT_START, .usable = true});
	changed(VRRP_STATE_INITIALIZE, VRRP_STATE_MASTER, CAUSE_VRRP_OWNER);
	UNIT_NUMBER(output.actions, VRRP_ACTION_ADVERTISE | VRRP_ACTION_TAKE);
}

static void an_early_timer_does_nothing(void)
{
	int64_t due;

	start(false);
	due = machine.due;
	now = due - 1;
	step((struct vrrp_input){.kind = VRRP_INPUT_TIMER});
	unchanged();
	UNIT_NUMBER(machine.due, due);
}

static void silence_of_a_master(void)
{
	start(false);
	now += SECOND;
	hear(200, 7);
	UNIT_NUMBER(machine.due, now + DOWN_150);
	at_due();
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_MASTER_SILENT);
	CU_ASSERT(output.transition.heard);
	UNIT_NUMBER(output.transition.sender, 7);
	UNIT_NUMBER(output.transition.sender_priority, 200);
	UNIT_NUMBER(now - output.transition.advert, DOWN_150);
	UNIT_NUMBER(output.transition.waited, DOWN_150);
}

static void resignation_costs_the_skew(void)
{
	start(false);
	hear(200, 7);
	now += SECOND / 3;
	hear(0, 7);
	unchanged();
	UNIT_NUMBER(machine.due, now + SKEW_150);
	at_due();
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_MASTER_RESIGNED);
	UNIT_NUMBER(output.transition.sender, 7);
	UNIT_NUMBER(now - output.transition.advert, SKEW_150);
}

static void another_master_after_a_resignation_is_obeyed(void)
{
	start(false);
	hear(0, 7);
	hear(160, 8);
	UNIT_NUMBER(machine.due, now + DOWN_150);
	at_due();
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_MASTER_SILENT);
}

static void lower_master_is_preempted(void)
{
	int64_t due;

	start(false);
	due = machine.due;
	for (now += SECOND / 2; now < due; now += SECOND)
		hear(110, 7);
	UNIT_NUMBER(machine.due, due);
	at_due();
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_PREEMPTED);
	UNIT_NUMBER(output.transition.sender_priority, 110);
}

static void equal_master_is_obeyed(void)
{
	start(false);
	now += SECOND;
	hear(150, 7);
	UNIT_NUMBER(machine.due, now + DOWN_150);
}

static void nopreempt_obeys_a_lower_master(void)
{
	start(false);
	settings.preempt = false;
	now += SECOND;
	hear(1, 7);
	UNIT_NUMBER(machine.due, now + DOWN_150);
	at_due();
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_MASTER_SILENT);
}

static void preempt_delay_obeys_for_a_while(void)
{
	int64_t first;

	start(false);
	settings.preempt_delay = 60 * SECOND;
	first = now;
	while (machine.state == VRRP_STATE_BACKUP && now < first + 90 * SECOND) {
		hear(110, 7);
		now += SECOND;
		step((struct vrrp_input){.kind = VRRP_INPUT_TIMER});
	}
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_PREEMPTED);
	CU_ASSERT(now >= first + 60 * SECOND);
	CU_ASSERT(now <= first + 60 * SECOND + DOWN_150 + SECOND);
}

static void preempt_delay_does_not_hold_up_a_failover(void)
{
	start(false);
	settings.preempt_delay = 60 * SECOND;
	hear(110, 7);
	at_due();
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_MASTER_SILENT);
}

static void master_keeps_time_without_drift(void)
{
	int64_t due;

	start_as_master();
	due = machine.due;
	now = due + 3 * CLOCK_MILLISECOND;
	step((struct vrrp_input){.kind = VRRP_INPUT_TIMER});
	UNIT_NUMBER(output.actions, VRRP_ACTION_ADVERTISE);
	UNIT_NUMBER(machine.due, due + SECOND);
	now = machine.due + 5 * SECOND;
	step((struct vrrp_input){.kind = VRRP_INPUT_TIMER});
	UNIT_NUMBER(machine.due, now + SECOND);
}

static void master_gives_way_to_a_higher_one(void)
{
	start_as_master();
	hear(151, 7);
	changed(VRRP_STATE_MASTER, VRRP_STATE_BACKUP, CAUSE_VRRP_HIGHER_PRIORITY);
	UNIT_NUMBER(output.actions, VRRP_ACTION_RELEASE);
	UNIT_NUMBER(machine.due, now + DOWN_150);
	UNIT_NUMBER(output.transition.sender_priority, 151);
}

static void equal_masters_compare_addresses(void)
{
	start_as_master();
	hear(150, OUR_ADDRESS + 1);
	changed(VRRP_STATE_MASTER, VRRP_STATE_BACKUP, CAUSE_VRRP_HIGHER_PRIORITY);
	start_as_master();
	now += SECOND / 2;
	hear(150, OUR_ADDRESS - 1);
	unchanged();
	UNIT_NUMBER(output.actions, VRRP_ACTION_ADVERTISE | VRRP_ACTION_ANNOUNCE_AGAIN);
}

static void master_answers_a_lower_one_but_not_without_end(void)
{
	unsigned answers = 0, announcements = 0;

	start_as_master();
	now += SECOND / 2;
	for (unsigned i = 0; i < 1000; i++, now += CLOCK_MILLISECOND) {
		hear(110, 7);
		unchanged();
		answers += (output.actions & VRRP_ACTION_ADVERTISE) != 0;
		announcements += (output.actions & VRRP_ACTION_ANNOUNCE_AGAIN) != 0;
	}
	UNIT_NUMBER(answers, 8);
	UNIT_NUMBER(announcements, 8);
	UNIT_NUMBER(machine.due, machine.last_sent + SECOND);
}

/* As after a stall: the advertisement that was due goes first, then the other's are read. */
static void an_advertisement_just_sent_does_not_replace_the_announcement(void)
{
	start_as_master();
	now += 6 * SECOND;
	step((struct vrrp_input){.kind = VRRP_INPUT_TIMER});
	UNIT_NUMBER(output.actions, VRRP_ACTION_ADVERTISE);
	hear(110, 7);
	UNIT_NUMBER(output.actions, VRRP_ACTION_ANNOUNCE_AGAIN);
}

static void master_answers_a_resignation(void)
{
	start_as_master();
	now += SECOND / 2;
	hear(0, 7);
	unchanged();
	UNIT_NUMBER(output.actions, VRRP_ACTION_ADVERTISE);
	UNIT_NUMBER(machine.due, now + SECOND);
}

static void stop_resigns_only_what_was_held(void)
{
	start_as_master();
	step((struct vrrp_input){.kind = VRRP_INPUT_STOP});
	changed(VRRP_STATE_MASTER, VRRP_STATE_INITIALIZE, CAUSE_VRRP_STOPPED);
	UNIT_NUMBER(output.actions, VRRP_ACTION_RESIGN | VRRP_ACTION_RELEASE);
	UNIT_NUMBER(machine.due, VRRP_NEVER);
	start(false);
	step((struct vrrp_input){.kind = VRRP_INPUT_STOP});
	UNIT_NUMBER(output.actions, VRRP_ACTION_RELEASE);
}

static void interface_down_and_up(void)
{
	start_as_master();
	step((struct vrrp_input){.kind = VRRP_INPUT_INTERFACE_DOWN});
	changed(VRRP_STATE_MASTER, VRRP_STATE_FAULT, CAUSE_VRRP_INTERFACE_DOWN);
	UNIT_NUMBER(output.actions, VRRP_ACTION_RELEASE);
	UNIT_NUMBER(machine.due, VRRP_NEVER);
	hear(200, 7);
	unchanged();
	step((struct vrrp_input){.kind = VRRP_INPUT_INTERFACE_DOWN});
	unchanged();
	step((struct vrrp_input){.kind = VRRP_INPUT_INTERFACE_UP});
	changed(VRRP_STATE_FAULT, VRRP_STATE_BACKUP, CAUSE_VRRP_INTERFACE_UP);
	UNIT_NUMBER(machine.due, now + DOWN_150);
}

static void start_without_an_interface(void)
{
	vrrp_machine_init(&machine);
	step((struct vrrp_input){.kind = VRRP_INPUT_START, .addresses_present = true});
	changed(VRRP_STATE_INITIALIZE, VRRP_STATE_FAULT, CAUSE_VRRP_INTERFACE_DOWN);
	UNIT_NUMBER(output.actions, VRRP_ACTION_RELEASE);
}

static void resume_takes_one_interval(void)
{
	start(true);
	changed(VRRP_STATE_INITIALIZE, VRRP_STATE_BACKUP, CAUSE_VRRP_STARTED);
	UNIT_NUMBER(output.actions, 0);
	UNIT_NUMBER(machine.due, now + SECOND);
	at_due();
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_RESUMED);
	UNIT_NUMBER(output.actions, VRRP_ACTION_ADVERTISE | VRRP_ACTION_TAKE);
}

static void resume_yields_to_any_master(void)
{
	start(true);
	now += SECOND / 2;
	hear(110, 7);
	unchanged();
	UNIT_NUMBER(output.actions, VRRP_ACTION_RELEASE);
	UNIT_NUMBER(machine.due, now + DOWN_150);
	CU_ASSERT(!machine.resuming);
	now += SECOND;
	hear(110, 7);
	at_due();
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_PREEMPTED);
}

static void resume_keeps_what_the_other_lets_go(void)
{
	start(true);
	now += SECOND / 10;
	hear(0, 7);
	UNIT_NUMBER(output.actions, 0);
	UNIT_NUMBER(machine.due, now + SKEW_150);
	at_due();
	UNIT_NUMBER(machine.state, VRRP_STATE_MASTER);
}

static void resume_that_is_stopped_resigns(void)
{
	start(true);
	step((struct vrrp_input){.kind = VRRP_INPUT_STOP});
	UNIT_NUMBER(output.actions, VRRP_ACTION_RESIGN | VRRP_ACTION_RELEASE);
}

static void new_settings_keep_the_state(void)
{
	start_as_master();
	settings.priority = 90;
	step((struct vrrp_input){.kind = VRRP_INPUT_SETTINGS});
	unchanged();
	UNIT_NUMBER(machine.state, VRRP_STATE_MASTER);
	settings.interval = SECOND / 10;
	step((struct vrrp_input){.kind = VRRP_INPUT_SETTINGS});
	UNIT_NUMBER(machine.due, now + SECOND / 10);
	start(false);
	settings.interval = 2 * SECOND;
	step((struct vrrp_input){.kind = VRRP_INPUT_SETTINGS});
	UNIT_NUMBER(machine.due, now + 6 * SECOND + SKEW_150);
	settings.priority = 255;
	step((struct vrrp_input){.kind = VRRP_INPUT_SETTINGS});
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_RECONFIGURED);
}

static void a_new_priority_is_advertised_at_once(void)
{
	start_as_master();
	now += SECOND / 4;
	settings.priority = 90;
	step((struct vrrp_input){.kind = VRRP_INPUT_PRIORITY});
	unchanged();
	UNIT_NUMBER(output.actions, VRRP_ACTION_ADVERTISE);
	UNIT_NUMBER(machine.due, now + SECOND);
	/* The better one takes over then, and is obeyed. */
	now += SECOND / 2;
	hear(110, 7);
	changed(VRRP_STATE_MASTER, VRRP_STATE_BACKUP, CAUSE_VRRP_HIGHER_PRIORITY);
}

static void a_backup_with_a_better_priority_preempts(void)
{
	start(false);
	now += SECOND;
	hear(200, 7);
	settings.priority = 220;
	step((struct vrrp_input){.kind = VRRP_INPUT_PRIORITY});
	unchanged();
	UNIT_NUMBER(output.actions, 0);
	UNIT_NUMBER(machine.due, now + vrrp_master_down_interval(&settings));
	for (int64_t due = machine.due; now + SECOND < due;) {
		now += SECOND;
		hear(200, 7);
		UNIT_NUMBER(machine.due, due);
	}
	at_due();
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_PREEMPTED);
}

static void preemption_that_is_allowed_begins_to_count(void)
{
	start(false);
	settings.preempt = false;
	now += SECOND;
	hear(100, 7);
	settings.preempt = true;
	step((struct vrrp_input){.kind = VRRP_INPUT_SETTINGS});
	for (int64_t due = machine.due; now + SECOND < due;) {
		now += SECOND;
		hear(100, 7);
	}
	at_due();
	changed(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, CAUSE_VRRP_PREEMPTED);
}

static const struct unit_test tests[] = {
	UNIT_TEST(intervals_follow_the_formulas),
	UNIT_TEST(start_waits_for_a_master),
	UNIT_TEST(owner_is_master_at_once),
	UNIT_TEST(an_early_timer_does_nothing),
	UNIT_TEST(silence_of_a_master),
	UNIT_TEST(resignation_costs_the_skew),
	UNIT_TEST(another_master_after_a_resignation_is_obeyed),
	UNIT_TEST(lower_master_is_preempted),
	UNIT_TEST(equal_master_is_obeyed),
	UNIT_TEST(nopreempt_obeys_a_lower_master),
	UNIT_TEST(preempt_delay_obeys_for_a_while),
	UNIT_TEST(preempt_delay_does_not_hold_up_a_failover),
	UNIT_TEST(master_keeps_time_without_drift),
	UNIT_TEST(master_gives_way_to_a_higher_one),
	UNIT_TEST(equal_masters_compare_addresses),
	UNIT_TEST(master_answers_a_lower_one_but_not_without_end),
	UNIT_TEST(an_advertisement_just_sent_does_not_replace_the_announcement),
	UNIT_TEST(master_answers_a_resignation),
	UNIT_TEST(stop_resigns_only_what_was_held),
	UNIT_TEST(interface_down_and_up),
	UNIT_TEST(start_without_an_interface),
	UNIT_TEST(resume_takes_one_interval),
	UNIT_TEST(resume_yields_to_any_master),
	UNIT_TEST(resume_keeps_what_the_other_lets_go),
	UNIT_TEST(resume_that_is_stopped_resigns),
	UNIT_TEST(new_settings_keep_the_state),
	UNIT_TEST(a_new_priority_is_advertised_at_once),
	UNIT_TEST(a_backup_with_a_better_priority_preempts),
	UNIT_TEST(preemption_that_is_allowed_begins_to_count),
};

int main(void)
{
	return unit_main("vrrp machine", tests, UNIT_COUNT(tests));
}
