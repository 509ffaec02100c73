/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told of a transition: the facts of each cause, and no others. */
#include "vrrp/report.h"

#include <string.h>

#include "base/clock.h"
#include "tests/unit/unit.h"

#define SECOND CLOCK_SECOND
#define OFFSET (1785000000 * SECOND)

static struct event event;

static struct report report_of(enum vrrp_state from, enum vrrp_state to, enum event_cause cause)
{
	return (struct report){
		.instance = "VI_1",
		.interface = "eth0",
		.addresses = "",
		.settings = {.priority = 110, .interval = SECOND},
		.transition = {.from = from,
			       .to = to,
			       .cause = cause,
			       .heard = true,
			       .sender = 0xc0a801e1,
			       .sender_priority = 150,
			       .advert = 100 * SECOND,
			       .waited = 3 * SECOND},
		.now = 104 * SECOND,
		.wall_offset = OFFSET,
	};
}

static int64_t number(enum event_fact_key key)
{
	const struct event_fact *fact = event_find(&event, key);

	CU_ASSERT_FATAL(fact != NULL);
	return fact->number;
}

static const char *text(enum event_fact_key key)
{
	const struct event_fact *fact = event_find(&event, key);

	CU_ASSERT_FATAL(fact != NULL);
	return fact->text;
}

static void a_silent_master_leaves_an_outage(void)
{
	struct report report = report_of(VRRP_STATE_BACKUP, VRRP_STATE_MASTER,
					 CAUSE_VRRP_MASTER_SILENT);

	report.addresses = "192.168.1.227";
	report.first_advert = report.now + 1;
	report.first_garp = report.now + 2;
	report_event(&report, &event);
	UNIT_STRING(event.object, "VI_1");
	UNIT_STRING(event.from, "backup");
	UNIT_STRING(event.to, "master");
	UNIT_NUMBER(event.wall, 104 * SECOND + OFFSET);
	UNIT_STRING(text(FACT_SENDER), "192.168.1.225");
	UNIT_NUMBER(number(FACT_SENDER_PRIORITY), 150);
	UNIT_NUMBER(number(FACT_PRIORITY), 110);
	UNIT_NUMBER(number(FACT_LAST_ADVERT), 100 * SECOND + OFFSET);
	UNIT_NUMBER(number(FACT_LAST_ADVERT_AGE), 4 * SECOND);
	UNIT_NUMBER(number(FACT_MASTER_DOWN_INTERVAL), 3 * SECOND);
	UNIT_NUMBER(number(FACT_FIRST_GARP), report.now + 2 + OFFSET);
	UNIT_NUMBER(number(FACT_OUTAGE), 4 * SECOND + 2);
	UNIT_STRING(text(FACT_ADDRESSES), "192.168.1.227");
}

static void no_garp_no_outage(void)
{
	struct report report = report_of(VRRP_STATE_BACKUP, VRRP_STATE_MASTER,
					 CAUSE_VRRP_MASTER_SILENT);

	report_event(&report, &event);
	CU_ASSERT_PTR_NULL(event_find(&event, FACT_FIRST_GARP));
	CU_ASSERT_PTR_NULL(event_find(&event, FACT_OUTAGE));
	CU_ASSERT_PTR_NULL(event_find(&event, FACT_ADDRESSES));
}

static void preemption_is_no_outage(void)
{
	struct report report = report_of(VRRP_STATE_BACKUP, VRRP_STATE_MASTER,
					 CAUSE_VRRP_PREEMPTED);

	report.first_garp = report.now;
	report_event(&report, &event);
	CU_ASSERT_PTR_NULL(event_find(&event, FACT_OUTAGE));
	CU_ASSERT_PTR_NULL(event_find(&event, FACT_MASTER_DOWN_INTERVAL));
	UNIT_STRING(text(FACT_SENDER), "192.168.1.225");
}

static void a_start_knows_of_no_other(void)
{
	struct report report =
		report_of(VRRP_STATE_INITIALIZE, VRRP_STATE_BACKUP, CAUSE_VRRP_STARTED);

	report_event(&report, &event);
	CU_ASSERT_PTR_NULL(event_find(&event, FACT_SENDER));
	CU_ASSERT_PTR_NULL(event_find(&event, FACT_LAST_ADVERT));
	UNIT_STRING(text(FACT_INTERFACE), "eth0");
	UNIT_NUMBER(number(FACT_INTERVAL), SECOND);
}

static void a_dead_interface_says_why(void)
{
	struct report report =
		report_of(VRRP_STATE_MASTER, VRRP_STATE_FAULT, CAUSE_VRRP_INTERFACE_DOWN);
	char line[256];

	report.reason = "it has no carrier";
	report_event(&report, &event);
	UNIT_STRING(text(FACT_REASON), "it has no carrier");
	UNIT_STRING(report_line(&report, line, sizeof(line)),
		    "VI_1: master -> fault (interface_down); interface eth0: it has no carrier");
}

/* No cause has more facts than an event has room for, with everything known. */
static void every_cause_fits(void)
{
	for (unsigned cause = CAUSE_VRRP_STARTED; cause <= CAUSE_VRRP_RECONFIGURED; cause++) {
		struct report report =
			report_of(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, (enum event_cause)cause);

		report.reason = "x";
		report.addresses = "x";
		report.first_advert = report.first_garp = report.now;
		report_event(&report, &event);
		CU_ASSERT(event.facts_used <= EVENT_FACTS);
	}
}

static void the_line_tells_the_story(void)
{
	struct report report = report_of(VRRP_STATE_BACKUP, VRRP_STATE_MASTER,
					 CAUSE_VRRP_MASTER_SILENT);
	char line[512], cut[20];

	report.addresses = "192.168.1.227, 192.168.1.247";
	report.first_garp = report.now + CLOCK_MILLISECOND;
	UNIT_STRING(report_line(&report, line, sizeof(line)),
		    "VI_1: backup -> master (master_silent); last advertisement from "
		    "192.168.1.225, priority 150 (ours 110), 4.00 s ago; holds 192.168.1.227, "
		    "192.168.1.247; clients were cut off for up to 4.00 s");
	UNIT_STRING(report_line(&report, cut, sizeof(cut)), "VI_1: backup -> mas");
}

static void two_masters_are_told_with_the_other(void)
{
	struct report report = report_of(VRRP_STATE_MASTER, VRRP_STATE_MASTER, CAUSE_COUNT);
	struct rival rival = {.sender = 0xc0a801e2,
			      .priority = 100,
			      .drop = VRRP_DROP_AUTHENTICATION,
			      .since = 102 * SECOND,
			      .last = 104 * SECOND};
	char line[512];

	report_rival(&report, &rival, false, VRRP_STATE_MASTER, &event);
	UNIT_NUMBER(event.cause, CAUSE_VRRP_DUAL_MASTER);
	UNIT_STRING(event.to, "two masters");
	UNIT_STRING(text(FACT_SENDER), "192.168.1.226");
	UNIT_NUMBER(number(FACT_SENDER_PRIORITY), 100);
	UNIT_NUMBER(number(FACT_PRIORITY), 110);
	UNIT_STRING(text(FACT_REASON), "the password does not match");
	UNIT_STRING(report_rival_line(&report, &rival, false, line, sizeof(line)),
		    "VI_1: two masters: 192.168.1.226 (priority 100, ours 110) has advertised "
		    "beside us for 2.00 s; dropped: the password does not match");
	rival.drop = VRRP_ACCEPTED;
	report_rival(&report, &rival, false, VRRP_STATE_MASTER, &event);
	CU_ASSERT_PTR_NULL(event_find(&event, FACT_REASON));
	report_rival(&report, &rival, true, VRRP_STATE_BACKUP, &event);
	UNIT_NUMBER(event.cause, CAUSE_VRRP_DUAL_MASTER_OVER);
	UNIT_STRING(event.from, "two masters");
	UNIT_NUMBER(number(FACT_DOWNTIME), 2 * SECOND);
	UNIT_STRING(text(FACT_REASON), "This director is master no longer");
	UNIT_STRING(report_rival_line(&report, &rival, true, line, sizeof(line)),
		    "VI_1: one master again, after 2.00 s with 192.168.1.226 (priority 100) as "
		    "well");
}

static void what_is_refused_names_its_sender(void)
{
	struct report report = report_of(VRRP_STATE_MASTER, VRRP_STATE_MASTER, CAUSE_COUNT);

	report_refusal(&report, 0xc0a801e2, VRRP_DROP_AUTHENTICATION, &event);
	UNIT_NUMBER(event.cause, CAUSE_VRRP_ADVERT_REFUSED);
	UNIT_STRING(event.object, "VI_1");
	UNIT_STRING(text(FACT_SENDER), "192.168.1.226");
	UNIT_STRING(text(FACT_DROP), "authentication");
	UNIT_STRING(text(FACT_REASON), "the password does not match");
}

static void what_was_set_names_who_asked(void)
{
	struct report report = report_of(VRRP_STATE_MASTER, VRRP_STATE_MASTER, CAUSE_COUNT);

	report_set(&report, SETTING_PRIORITY, 150, 100, "SNMPv3 user ops", &event);
	UNIT_NUMBER(event.cause, CAUSE_VRRP_PRIORITY_SET);
	UNIT_STRING(event.object, "VI_1");
	UNIT_STRING(event.from, "150");
	UNIT_STRING(event.to, "110");
	UNIT_STRING(text(FACT_REQUESTER), "SNMPv3 user ops");
	UNIT_NUMBER(number(FACT_CONFIGURED), 100);
	report_set(&report, SETTING_PREEMPT, 1, 1, "SNMPv3 user ops", &event);
	UNIT_NUMBER(event.cause, CAUSE_VRRP_PREEMPT_SET);
	UNIT_STRING(event.from, "preempt");
	UNIT_STRING(event.to, "nopreempt");
}

/* Invariant 1: the set of causes that are counted is the part of the table that happens to instances. */
static void each_cause_has_its_counter(void)
{
	unsigned counted = 0;

	for (unsigned i = 0; i < CAUSE_COUNT; i++) {
		const struct event_cause_info *info = event_cause_info((enum event_cause)i);

		if (info->object != EVENT_OBJECT_VRRP)
			continue;
		UNIT_STRING(set_text(&set_vrrp_cause, report_cause((enum event_cause)i)),
			    info->name);
		counted++;
	}
	UNIT_NUMBER(counted, VRRP_CAUSE_COUNT);
}

static const struct unit_test tests[] = {
	UNIT_TEST(a_silent_master_leaves_an_outage),
	UNIT_TEST(no_garp_no_outage),
	UNIT_TEST(preemption_is_no_outage),
	UNIT_TEST(a_start_knows_of_no_other),
	UNIT_TEST(a_dead_interface_says_why),
	UNIT_TEST(every_cause_fits),
	UNIT_TEST(the_line_tells_the_story),
	UNIT_TEST(two_masters_are_told_with_the_other),
	UNIT_TEST(what_is_refused_names_its_sender),
	UNIT_TEST(what_was_set_names_who_asked),
	UNIT_TEST(each_cause_has_its_counter),
};

int main(void)
{
	return unit_main("vrrp report", tests, UNIT_COUNT(tests));
}
