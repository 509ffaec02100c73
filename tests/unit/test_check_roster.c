/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a reload keeps, and the health of a server with several checks. */
#include "check/roster.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "check/phase.h"
#include "tests/unit/unit.h"

#define SERVERS 8

/* A configuration with one virtual server, and one check per real server 192.0.2.(1 + i):80. */
struct sample {
	struct conf conf;
	struct conf_virtual_server virtual_server;
	struct conf_real_server servers[SERVERS];
	struct conf_check checks[SERVERS];
};

static void sample_add(struct sample *sample, const char *address)
{
	size_t i = sample->conf.check_count++;
	struct conf_real_server *server = &sample->servers[i];
	struct conf_check *check = &sample->checks[i];

	sample->conf.real_server_count++;
	address_parse(address, &server->address);
	server->port = 80;
	server->first_check = (uint32_t)i;
	server->check_count = 1;
	check->kind = CONF_CHECK_TCP;
	check->real_server = (uint32_t)i;
	check->connect_address = server->address;
	check->connect_port = 80;
	check->interval = CLOCK_SECOND;
	check->retry = 1;
}

static void sample_begin(struct sample *sample)
{
	memset(sample, 0, sizeof(*sample));
	TEXT_COPY(sample->virtual_server.name, "group www");
	sample->conf.virtual_servers = &sample->virtual_server;
	sample->conf.virtual_server_count = 1;
	sample->conf.real_servers = sample->servers;
	sample->conf.checks = sample->checks;
}

static void sample_of(struct sample *sample, const char *const *addresses, size_t count)
{
	sample_begin(sample);
	for (size_t i = 0; i < count; i++)
		sample_add(sample, addresses[i]);
}

static void names_what_is_checked(void)
{
	static const char *const addresses[] = {"192.0.2.1", "2001:db8::1"};
	struct sample sample;
	struct roster *roster;

	sample_of(&sample, addresses, 2);
	sample.checks[1].connect_port = 8080;
	roster = roster_new(&sample.conf, NULL);
	UNIT_STRING(roster->checks[0]->identity.virtual_server, "group www");
	UNIT_STRING(roster->checks[0]->identity.real_server, "192.0.2.1:80");
	UNIT_STRING(roster->checks[0]->identity.check, "TCP_CHECK");
	UNIT_STRING(roster->checks[1]->identity.target, "[2001:db8::1]:8080");
	UNIT_NUMBER(roster->checks[0]->settings.slot, 0);
	UNIT_NUMBER(roster->checks[1]->settings.slot, 1);
	roster_free(roster);
}

static void equal_checks_are_told_apart(void)
{
	static const char *const addresses[] = {"192.0.2.1", "192.0.2.1", "192.0.2.1"};
	struct sample sample;
	struct roster *roster;

	sample_of(&sample, addresses, 3);
	roster = roster_new(&sample.conf, NULL);
	UNIT_STRING(roster->checks[0]->identity.target, "192.0.2.1:80");
	UNIT_STRING(roster->checks[1]->identity.target, "192.0.2.1:80 #2");
	UNIT_STRING(roster->checks[2]->identity.target, "192.0.2.1:80 #3");
	roster_free(roster);
}

static void a_reload_keeps_what_is_unchanged(void)
{
	static const char *const before[] = {"192.0.2.1", "192.0.2.2", "192.0.2.3"};
	static const char *const after[] = {"192.0.2.9", "192.0.2.3", "192.0.2.8", "192.0.2.1"};
	struct sample first, second;
	struct roster *old, *new;
	struct check *one, *three;

	sample_of(&first, before, 3);
	old = roster_new(&first.conf, NULL);
	one = old->checks[0];
	three = old->checks[2];
	three->schedule.verdict = HEALTH_DOWN;
	three->schedule.due = 12345;
	sample_of(&second, after, 4);
	second.checks[1].connect_timeout = 7;
	new = roster_new(&second.conf, old);
	CU_ASSERT_PTR_EQUAL(new->checks[1], three);
	CU_ASSERT_PTR_EQUAL(new->checks[3], one);
	UNIT_NUMBER(three->schedule.verdict, HEALTH_DOWN);
	UNIT_NUMBER(three->schedule.due, 12345);
	UNIT_NUMBER(three->settings.slot, 2);
	UNIT_NUMBER(three->conf.connect_timeout, 7);
	UNIT_NUMBER(three->conf.real_server, 1);
	CU_ASSERT(!three->moved);
	/* The new ones take the slot of the one that is gone, and the next. */
	UNIT_NUMBER(new->checks[0]->settings.slot, 1);
	UNIT_NUMBER(new->checks[2]->settings.slot, 3);
	CU_ASSERT_PTR_NULL(old->checks[0]);
	CU_ASSERT_PTR_NOT_NULL(old->checks[1]);
	roster_free(old);
	roster_free(new);
}

static void another_interval_is_another_grid(void)
{
	static const char *const addresses[] = {"192.0.2.1", "192.0.2.2"};
	struct sample sample;
	struct roster *old, *new;

	sample_of(&sample, addresses, 2);
	old = roster_new(&sample.conf, NULL);
	old->checks[1]->schedule.verdict = HEALTH_DOWN;
	sample.checks[1].interval = 2 * CLOCK_SECOND;
	new = roster_new(&sample.conf, old);
	CU_ASSERT(!new->checks[0]->moved);
	CU_ASSERT(new->checks[1]->moved);
	UNIT_NUMBER(new->checks[1]->settings.slot, 0);
	UNIT_NUMBER(new->checks[1]->schedule.verdict, HEALTH_DOWN);
	roster_free(old);
	roster_free(new);
}

/* One real server with three checks. */
static struct roster *three_checks(struct sample *sample)
{
	static const char *const addresses[] = {"192.0.2.1", "192.0.2.1", "192.0.2.1"};
	struct roster *roster;

	sample_of(sample, addresses, 3);
	sample->conf.real_server_count = 1;
	sample->servers[0].check_count = 3;
	for (size_t i = 0; i < 3; i++)
		sample->checks[i].real_server = 0;
	roster = roster_new(&sample->conf, NULL);
	for (size_t i = 0; i < 3; i++)
		roster->checks[i]->decided = (int64_t)i;
	return roster;
}

static void set_verdicts(struct roster *roster, enum health a, enum health b, enum health c)
{
	roster->checks[0]->schedule.verdict = a;
	roster->checks[1]->schedule.verdict = b;
	roster->checks[2]->schedule.verdict = c;
}

static void one_failing_check_decides(void)
{
	struct sample sample;
	struct roster *roster = three_checks(&sample);

	set_verdicts(roster, HEALTH_DOWN, HEALTH_UP, HEALTH_UNKNOWN);
	CU_ASSERT_PTR_EQUAL(roster_decider(roster, 0), roster->checks[0]);
	set_verdicts(roster, HEALTH_DOWN, HEALTH_DOWN, HEALTH_UP);
	CU_ASSERT_PTR_EQUAL(roster_decider(roster, 0), roster->checks[1]);
	roster_free(roster);
}

static void up_takes_all_checks(void)
{
	struct sample sample;
	struct roster *roster = three_checks(&sample);

	set_verdicts(roster, HEALTH_UP, HEALTH_UP, HEALTH_UP);
	CU_ASSERT_PTR_EQUAL(roster_decider(roster, 0), roster->checks[2]);
	set_verdicts(roster, HEALTH_UNKNOWN, HEALTH_UP, HEALTH_UP);
	CU_ASSERT_PTR_NULL(roster_decider(roster, 0));
	set_verdicts(roster, HEALTH_UNKNOWN, HEALTH_UNKNOWN, HEALTH_UNKNOWN);
	CU_ASSERT_PTR_NULL(roster_decider(roster, 0));
	roster->servers[0].check_count = 0;
	CU_ASSERT_PTR_NULL(roster_decider(roster, 0));
	roster_free(roster);
}

static const struct unit_test tests[] = {
	UNIT_TEST(names_what_is_checked),       UNIT_TEST(equal_checks_are_told_apart),
	UNIT_TEST(a_reload_keeps_what_is_unchanged), UNIT_TEST(another_interval_is_another_grid),
	UNIT_TEST(one_failing_check_decides),   UNIT_TEST(up_takes_all_checks),
};

int main(void)
{
	return unit_main("check roster", tests, UNIT_COUNT(tests));
}
