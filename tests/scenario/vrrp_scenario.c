/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Routers with the real state machine on a simulated network and a virtual clock: loss, delay,
 * partitions, crashes with the addresses left behind, restarts, resignations. What must hold:
 *
 *   - calm network: exactly one master, the best router there is, and no further change of state;
 *   - takeover times follow RFC 3768's formulas to the nanosecond;
 *   - two masters that do not hear each other are told of once, by the one that hears, and a calm
 *     network has none (rival.h);
 *   - a killed master that is back soon enough resumes, and nobody else took over (invariant 2).
 *
 * All chance comes from a fixed seed, which a failure prints.
 */
#include "vrrp/machine.h"
#include "vrrp/rival.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tests/unit/unit.h"

#define SECOND CLOCK_SECOND
#define ROUTERS 5
#define MESSAGES 256
#define SCHEDULES 3000

struct router {
	struct vrrp_machine machine;
	struct vrrp_settings settings;
	bool alive;
	bool holds;         /* its addresses are on the interface; outlives a crash */
	bool cut;           /* on the other side of the partition */
	bool mute;          /* nobody hears it */
	struct rival rival; /* as it would tell of another master */
	unsigned began, over;
	int64_t became_at;  /* last change of state */
	unsigned changes;
	enum event_cause cause; /* of the last change */
};

struct message {
	bool used;
	int64_t arrives;
	unsigned from, to;
	uint8_t priority;
};

static struct router routers[ROUTERS];
static unsigned router_count;
static struct message messages[MESSAGES];
static int64_t now;
static uint64_t chance;
static unsigned loss_percent;
static int64_t delay_most;

static uint64_t draw(uint64_t below)
{
	/* xorshift64* */
	chance ^= chance >> 12;
	chance ^= chance << 25;
	chance ^= chance >> 27;
	return chance * UINT64_C(2685821657736338717) % below;
}

static void post(unsigned from, unsigned to, uint8_t priority)
{
	if (routers[from].mute || routers[from].cut != routers[to].cut || draw(100) < loss_percent)
		return;
	for (unsigned i = 0; i < MESSAGES; i++) {
		if (messages[i].used)
			continue;
		messages[i] = (struct message){
			.used = true,
			.arrives = now + 1 + (delay_most ? (int64_t)draw((uint64_t)delay_most) : 0),
			.from = from,
			.to = to,
			.priority = priority,
		};
		return;
	}
	CU_FAIL("more messages in flight than there can be");
}

static void multicast(unsigned from, uint8_t priority)
{
	for (unsigned to = 0; to < router_count; to++)
		if (to != from)
			post(from, to, priority);
}

static void count_rival(struct router *router, enum rival_change change)
{
	router->began += change == RIVAL_BEGAN;
	router->over += change == RIVAL_OVER;
}

/* As the instance does it. */
static void look_for_rival(struct router *router, const struct vrrp_input *input)
{
	int64_t down = vrrp_master_down_interval(&router->settings);

	if (router->machine.state != VRRP_STATE_MASTER) {
		count_rival(router, rival_leave(&router->rival));
		return;
	}
	count_rival(router, rival_wait(&router->rival, now));
	if (input->kind == VRRP_INPUT_ADVERT)
		count_rival(router,
			    rival_hear(&router->rival, input->sender, input->priority,
				       VRRP_ACCEPTED, router->settings.interval, down, now));
}

static void step(unsigned at, struct vrrp_input input)
{
	struct router *router = &routers[at];
	struct vrrp_output output =
		vrrp_machine_step(&router->machine, &router->settings, &input, now);

	if (output.actions & VRRP_ACTION_RESIGN)
		multicast(at, 0);
	if (output.actions & VRRP_ACTION_ADVERTISE)
		multicast(at, router->settings.priority);
	if (output.actions & VRRP_ACTION_TAKE)
		router->holds = true;
	if (output.actions & VRRP_ACTION_RELEASE)
		router->holds = false;
	if (output.transition.from != output.transition.to) {
		router->became_at = now;
		router->changes++;
		router->cause = output.transition.cause;
	}
	look_for_rival(router, &input);
}

static void start(unsigned at)
{
	routers[at].alive = true;
	vrrp_machine_init(&routers[at].machine);
	routers[at].rival = (struct rival){0};
	step(at, (struct vrrp_input){.kind = VRRP_INPUT_START,
				     .usable = true,
				     .addresses_present = routers[at].holds});
}

static void stop(unsigned at)
{
	step(at, (struct vrrp_input){.kind = VRRP_INPUT_STOP});
	routers[at].alive = false;
}

/* As kill -9: nothing is said, nothing is taken down. */
static void crash(unsigned at)
{
	routers[at].alive = false;
}

/* As a lost machine: the addresses are gone with it. */
static void lose(unsigned at)
{
	routers[at].alive = false;
	routers[at].holds = false;
}

static void deliver(struct message *message)
{
	message->used = false;
	if (routers[message->to].alive)
		step(message->to, (struct vrrp_input){.kind = VRRP_INPUT_ADVERT,
						      .priority = message->priority,
						      .sender = message->from + 1});
}

/* The earliest thing to happen, or `until`. */
static int64_t next_instant(int64_t until)
{
	int64_t next = until;

	for (unsigned i = 0; i < MESSAGES; i++)
		if (messages[i].used && messages[i].arrives < next)
			next = messages[i].arrives;
	for (unsigned i = 0; i < router_count; i++)
		if (routers[i].alive && routers[i].machine.due < next)
			next = routers[i].machine.due;
	return next;
}

static void run_until(int64_t until)
{
	while (now < until) {
		now = next_instant(until);
		for (unsigned i = 0; i < MESSAGES; i++)
			if (messages[i].used && messages[i].arrives <= now)
				deliver(&messages[i]);
		for (unsigned i = 0; i < router_count; i++)
			if (routers[i].alive && routers[i].machine.due <= now)
				step(i, (struct vrrp_input){.kind = VRRP_INPUT_TIMER});
	}
}

static void run_for(int64_t duration)
{
	run_until(now + duration);
}

static void network(unsigned count, uint64_t seed)
{
	memset(routers, 0, sizeof(routers));
	memset(messages, 0, sizeof(messages));
	router_count = count;
	chance = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	now = 1000 * SECOND;
	loss_percent = 0;
	delay_most = 2 * CLOCK_MILLISECOND;
	for (unsigned i = 0; i < count; i++)
		routers[i].settings =
			(struct vrrp_settings){.priority = (uint8_t)(100 + 10 * i),
					       .preempt = true,
					       .interval = SECOND,
					       .source = i + 1};
}

static unsigned count_masters(void)
{
	unsigned masters = 0;

	for (unsigned i = 0; i < router_count; i++)
		masters += routers[i].alive && routers[i].machine.state == VRRP_STATE_MASTER;
	return masters;
}

static unsigned count_holders(void)
{
	unsigned holders = 0;

	for (unsigned i = 0; i < router_count; i++)
		holders += routers[i].alive && routers[i].holds;
	return holders;
}

static bool is_master(unsigned at)
{
	return routers[at].alive && routers[at].machine.state == VRRP_STATE_MASTER;
}

static unsigned all_changes(void)
{
	unsigned changes = 0;

	for (unsigned i = 0; i < router_count; i++)
		changes += routers[i].changes;
	return changes;
}

static unsigned best_alive(void)
{
	unsigned best = ROUTERS;

	for (unsigned i = 0; i < router_count; i++)
		if (routers[i].alive &&
		    (best == ROUTERS ||
		     routers[i].settings.priority >= routers[best].settings.priority))
			best = i;
	return best;
}

/* Lets the network settle, then asserts one master and stillness. Says which seed failed. */
static void assert_calm(uint64_t seed, bool best_wins)
{
	unsigned changes, masters;

	run_for(20 * SECOND);
	changes = all_changes();
	run_for(30 * SECOND);
	masters = count_masters();
	if (masters != 1 || count_holders() != 1 || all_changes() != changes ||
	    (best_wins && !is_master(best_alive())))
		fprintf(stderr, "\nseed %llu: %u masters, %u holders, %u changes while calm",
			(unsigned long long)seed, masters, count_holders(),
			all_changes() - changes);
	UNIT_NUMBER(masters, 1);
	UNIT_NUMBER(count_holders(), 1);
	UNIT_NUMBER(all_changes(), changes);
	for (unsigned i = 0; i < router_count; i++)
		CU_ASSERT(!routers[i].alive || !routers[i].rival.told);
	if (best_wins)
		CU_ASSERT(is_master(best_alive()));
}

/* --- takeover times --------------------------------------------------------------------------- */

static void simultaneous_start(void)
{
	int64_t began;

	network(5, 1);
	began = now;
	for (unsigned i = 0; i < 5; i++)
		start(i);
	run_for(60 * SECOND);
	CU_ASSERT(is_master(4));
	UNIT_NUMBER(routers[4].became_at - began,
		    vrrp_master_down_interval(&routers[4].settings));
	UNIT_NUMBER(count_masters(), 1);
	/* Initialize → Backup five times, Backup → Master once, and nothing else ever. */
	UNIT_NUMBER(all_changes(), 6);
}

static void simultaneous_start_of_equals(void)
{
	for (uint64_t seed = 1; seed <= 200; seed++) {
		network(5, seed);
		for (unsigned i = 0; i < 5; i++) {
			routers[i].settings.priority = 100;
			start(i);
		}
		run_for(60 * SECOND);
		UNIT_NUMBER(count_masters(), 1);
		/* All timers run out together; the highest address stays. */
		CU_ASSERT(is_master(4));
	}
}

static void lost_master(void)
{
	for (uint64_t seed = 1; seed <= 500; seed++) {
		network(3, seed);
		for (unsigned i = 0; i < 3; i++)
			start(i);
		run_for(20 * SECOND + (int64_t)draw(SECOND));
		lose(2);
		run_for(10 * SECOND);
		CU_ASSERT(is_master(1));
		UNIT_NUMBER(routers[1].cause, CAUSE_VRRP_MASTER_SILENT);
		/* From the last advertisement that it heard of the lost one. */
		UNIT_NUMBER(routers[1].became_at - routers[1].machine.heard_at,
			    vrrp_master_down_interval(&routers[1].settings));
		UNIT_NUMBER(routers[0].changes, 1);
	}
}

static void stopped_master(void)
{
	for (uint64_t seed = 1; seed <= 500; seed++) {
		int64_t stopped;

		network(3, seed);
		for (unsigned i = 0; i < 3; i++)
			start(i);
		run_for(20 * SECOND + (int64_t)draw(SECOND));
		stopped = now;
		stop(2);
		run_for(5 * SECOND);
		CU_ASSERT(is_master(1));
		UNIT_NUMBER(routers[1].cause, CAUSE_VRRP_MASTER_RESIGNED);
		CU_ASSERT(routers[1].became_at - stopped <=
			  vrrp_skew(&routers[1].settings) + delay_most);
		UNIT_NUMBER(routers[0].changes, 1);
	}
}

static void two_lost_advertisements_change_nothing(void)
{
	for (uint64_t seed = 1; seed <= 100; seed++) {
		unsigned changes;

		network(2, seed);
		start(0);
		start(1);
		run_for(20 * SECOND);
		changes = all_changes();
		loss_percent = 100;
		run_for(2 * SECOND);
		loss_percent = 0;
		run_for(20 * SECOND);
		UNIT_NUMBER(all_changes(), changes);
	}
}

static void returning_better_router_preempts_once(void)
{
	network(2, 1);
	start(0);
	run_for(20 * SECOND);
	CU_ASSERT(is_master(0));
	start(1);
	run_for(60 * SECOND);
	CU_ASSERT(is_master(1));
	UNIT_NUMBER(routers[1].cause, CAUSE_VRRP_PREEMPTED);
	UNIT_NUMBER(routers[0].cause, CAUSE_VRRP_HIGHER_PRIORITY);
	UNIT_NUMBER(all_changes(), 2 + 2 + 1);
}

static void nopreempt_stays_backup(void)
{
	network(2, 1);
	routers[1].settings.preempt = false;
	start(0);
	run_for(20 * SECOND);
	start(1);
	run_for(60 * SECOND);
	CU_ASSERT(is_master(0));
	UNIT_NUMBER(routers[1].changes, 1);
}

/* --- two masters ------------------------------------------------------------------------------ */

static unsigned told_of_rivals(void)
{
	unsigned told = 0;

	for (unsigned i = 0; i < router_count; i++)
		told += routers[i].began + routers[i].over;
	return told;
}

/* The master is not heard any more: the other takes over too, and the master hears that. */
static void a_mute_master_tells_of_the_other(void)
{
	for (uint64_t seed = 1; seed <= 100; seed++) {
		network(2, seed);
		start(0);
		start(1);
		run_for(20 * SECOND + (int64_t)draw(SECOND));
		routers[1].mute = true;
		run_for(60 * SECOND);
		UNIT_NUMBER(count_masters(), 2);
		UNIT_NUMBER(routers[1].began, 1);
		UNIT_NUMBER(routers[1].over, 0);
		UNIT_NUMBER(routers[1].rival.sender, 1);
		routers[1].mute = false;
		run_for(10 * SECOND);
		UNIT_NUMBER(count_masters(), 1);
		UNIT_NUMBER(routers[1].began, 1);
		UNIT_NUMBER(routers[1].over, 1);
		UNIT_NUMBER(routers[0].began, 0);
	}
}

/* What makes and unmakes masters in the usual way makes no rivals: starts, preemption, a partition
 * that heals, a resignation, a lost master. */
static void handovers_make_no_rivals(void)
{
	for (uint64_t seed = 1; seed <= 300; seed++) {
		network(3, seed);
		for (unsigned i = 0; i < 3; i++)
			start(i);
		run_for(20 * SECOND + (int64_t)draw(SECOND));
		routers[2].cut = true;
		run_for(20 * SECOND + (int64_t)draw(SECOND));
		UNIT_NUMBER(count_masters(), 2);
		routers[2].cut = false;
		run_for(20 * SECOND);
		stop(2);
		run_for(20 * SECOND + (int64_t)draw(SECOND));
		start(2);
		run_for(20 * SECOND);
		lose(2);
		run_for(20 * SECOND);
		UNIT_NUMBER(count_masters(), 1);
		UNIT_NUMBER(told_of_rivals(), 0);
	}
}

/* --- resume ----------------------------------------------------------------------------------- */

/* Killed at a random moment between two advertisements, back after `away`. */
static void kill_and_restart(uint64_t seed, int64_t away)
{
	network(2, seed);
	start(0);
	start(1);
	run_for(20 * SECOND + (int64_t)draw(SECOND));
	crash(1);
	run_for(away);
	start(1);
}

static void killed_master_resumes_before_the_others_notice(void)
{
	for (uint64_t seed = 1; seed <= 1000; seed++) {
		int64_t away;

		chance = seed + 77;
		/* At worst the last word was an interval old, and resuming takes another. */
		away = (int64_t)draw(SECOND + (uint64_t)SECOND * 156 / 256);
		kill_and_restart(seed, away - delay_most > 0 ? away - 2 * delay_most : 0);
		run_for(30 * SECOND);
		CU_ASSERT(is_master(1));
		UNIT_NUMBER(routers[1].cause, CAUSE_VRRP_RESUMED);
		UNIT_NUMBER(routers[0].changes, 1);
		UNIT_NUMBER(count_holders(), 1);
	}
}

static void killed_master_that_comes_late_yields(void)
{
	for (uint64_t seed = 1; seed <= 1000; seed++) {
		kill_and_restart(seed, 4 * SECOND + (int64_t)draw(10 * SECOND));
		CU_ASSERT(is_master(0));
		/* It hears the other within an interval and lets go. */
		run_for(SECOND + 2 * delay_most);
		UNIT_NUMBER(count_holders(), 1);
		CU_ASSERT(is_master(0));
		assert_calm(seed, true);
	}
}

static void all_of_them_killed_and_restarted(void)
{
	for (uint64_t seed = 1; seed <= 300; seed++) {
		network(3, seed);
		for (unsigned i = 0; i < 3; i++)
			start(i);
		run_for(20 * SECOND);
		for (unsigned i = 0; i < 3; i++)
			crash(i);
		run_for((int64_t)draw(3 * SECOND));
		for (unsigned i = 0; i < 3; i++)
			start(i);
		run_for(2 * SECOND);
		CU_ASSERT(is_master(2));
		assert_calm(seed, true);
	}
}

/* --- anything may happen ---------------------------------------------------------------------- */

static void mishap(void)
{
	unsigned at = (unsigned)draw(router_count);
	bool alive = routers[at].alive;

	switch (draw(8)) {
	case 0:
		if (alive)
			crash(at);
		break;
	case 1:
		if (alive)
			lose(at);
		break;
	case 2:
		if (alive)
			stop(at);
		break;
	case 3:
		loss_percent = (unsigned)draw(60);
		break;
	case 4:
		routers[at].cut = !routers[at].cut;
		break;
	case 5:
		if (alive)
			step(at, (struct vrrp_input){.kind = draw(2) ? VRRP_INPUT_INTERFACE_DOWN
								     : VRRP_INPUT_INTERFACE_UP});
		break;
	default:
		if (!alive)
			start(at);
		break;
	}
}

static void all_is_well_again(void)
{
	loss_percent = 0;
	for (unsigned i = 0; i < router_count; i++) {
		routers[i].cut = false;
		if (!routers[i].alive)
			start(i);
		else
			step(i, (struct vrrp_input){.kind = VRRP_INPUT_INTERFACE_UP});
	}
}

static void random_schedules_end_calm(void)
{
	for (uint64_t seed = 1; seed <= SCHEDULES; seed++) {
		bool preempt;

		network(2 + (unsigned)(seed % (ROUTERS - 1)), seed);
		preempt = draw(4) != 0;
		for (unsigned i = 0; i < router_count; i++) {
			routers[i].settings.preempt = preempt;
			if (draw(5) == 0)
				routers[i].settings.priority = 100;
			if (draw(2))
				start(i);
		}
		for (unsigned i = 0; i < 40; i++) {
			mishap();
			run_for((int64_t)draw(3 * SECOND));
		}
		all_is_well_again();
		assert_calm(seed, false);
	}
}

/* With preemption and distinct priorities the best router wins in the end, whatever happened
 * before. */
static void random_schedules_end_with_the_best(void)
{
	for (uint64_t seed = 1; seed <= SCHEDULES; seed++) {
		network(2 + (unsigned)(seed % (ROUTERS - 1)), seed + SCHEDULES);
		for (unsigned i = 0; i < router_count; i++)
			start(i);
		for (unsigned i = 0; i < 40; i++) {
			mishap();
			run_for((int64_t)draw(3 * SECOND));
		}
		all_is_well_again();
		assert_calm(seed, true);
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(simultaneous_start),
	UNIT_TEST(simultaneous_start_of_equals),
	UNIT_TEST(lost_master),
	UNIT_TEST(stopped_master),
	UNIT_TEST(two_lost_advertisements_change_nothing),
	UNIT_TEST(returning_better_router_preempts_once),
	UNIT_TEST(nopreempt_stays_backup),
	UNIT_TEST(a_mute_master_tells_of_the_other),
	UNIT_TEST(handovers_make_no_rivals),
	UNIT_TEST(killed_master_resumes_before_the_others_notice),
	UNIT_TEST(killed_master_that_comes_late_yields),
	UNIT_TEST(all_of_them_killed_and_restarted),
	UNIT_TEST(random_schedules_end_calm),
	UNIT_TEST(random_schedules_end_with_the_best),
};

int main(void)
{
	return unit_main("vrrp scenarios", tests, UNIT_COUNT(tests));
}
