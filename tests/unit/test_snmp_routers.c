/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VRRP instances as RFC 2787 and RFC 6527 know them. */
#include "exporters/snmp/routers.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "exporters/snmp/view.h"
#include "tests/unit/unit.h"

/* Each reason belongs to one counter of the RFCs, and the rest is lbd's alone. */
static void drops_have_their_counters(void)
{
	struct stat_vrrp row = {0};
	struct router router = {.row = &row};
	uint64_t sum = 0, alone = 0;

	for (unsigned i = 0; i < VRRP_DROP_COUNT; i++) {
		row.adverts_dropped[i] = UINT64_C(1) << i;
		if (router_error((enum vrrp_drop)i) == ROUTER_NO_ERROR)
			alone |= UINT64_C(1) << i;
	}
	for (unsigned i = 0; i < ROUTER_NO_ERROR; i++) {
		CU_ASSERT(router_errors(&router, (enum router_error)i) != 0);
		sum += router_errors(&router, (enum router_error)i);
	}
	UNIT_NUMBER(sum + alone, (UINT64_C(1) << VRRP_DROP_COUNT) - 1);
	UNIT_NUMBER(alone, 1 << VRRP_DROP_IP_HEADER | 1 << VRRP_DROP_DESTINATION |
				   1 << VRRP_DROP_OWN | 1 << VRRP_DROP_OWNER |
				   1 << VRRP_DROP_STATE);
	UNIT_NUMBER(router_errors(&router, ROUTER_LENGTH),
		    1 << VRRP_DROP_TRUNCATED | 1 << VRRP_DROP_LENGTH);
}

/* Whatever makes an instance master is a reason of RFC 6527's. */
static void a_new_master_has_a_reason(void)
{
	static const struct {
		enum event_cause cause;
		int reason;
	} cases[] = {
		{CAUSE_VRRP_OWNER, 1},         {CAUSE_VRRP_MASTER_RESIGNED, 1},
		{CAUSE_VRRP_PREEMPTED, 2},     {CAUSE_VRRP_MASTER_SILENT, 3},
		{CAUSE_VRRP_NO_MASTER, 3},     {CAUSE_VRRP_RESUMED, 3},
		{CAUSE_VRRP_INTERFACE_UP, 0},  {CAUSE_CHECK_FAILED, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		UNIT_NUMBER(router_new_master_reason(router_cause(cases[i].cause)),
			    cases[i].reason);
	UNIT_NUMBER(router_cause(CAUSE_COUNT + 7), VRRP_CAUSE_COUNT);
}

static void events_are_understood(void)
{
	struct history_entry entry = {.cause = CAUSE_VRRP_NO_MASTER};

	history_entry_begin(&entry, "VI_1", "backup", "master");
	CU_ASSERT(router_became_master(&entry));
	UNIT_NUMBER(router_drop(&entry), VRRP_DROP_COUNT);
	history_entry_begin(&entry, "VI_1", "master", "backup");
	CU_ASSERT_FALSE(router_became_master(&entry));
	entry = (struct history_entry){.cause = CAUSE_VRRP_ADVERT_REFUSED};
	history_entry_begin(&entry, "VI_1", "", "");
	history_entry_fact(&entry, "sender", FACT_KIND_TEXT, "192.0.2.9", 0);
	history_entry_fact(&entry, "drop", FACT_KIND_TEXT, "ttl", 0);
	CU_ASSERT_FALSE(router_became_master(&entry));
	UNIT_NUMBER(router_drop(&entry), VRRP_DROP_TTL);
	UNIT_NUMBER(router_protocol_error_reason(router_drop(&entry)), 1);
	UNIT_STRING(entry.sender, "192.0.2.9");
}

static void add_row(struct snapshot *snapshot, const char *interface, const char *vrid,
		    const char *family)
{
	struct stat_vrrp row = {0};

	TEXT_COPY(row.interface, interface);
	TEXT_COPY(row.vrid, vrid);
	TEXT_COPY(row.family, family);
	TEXT_COPY(row.instance, vrid);
	snapshot_add(snapshot, STAT_FAMILY_VRRP, &row);
}

/* By ifIndex, VRID and family; with their configuration; without those that have no interface. */
static void they_are_in_order(void)
{
	struct conf_vrrp_instance instances[] = {
		{.interface = "eth1", .vrid = 7, .family = AF_INET, .priority = 17},
		{.interface = "eth0", .vrid = 7, .family = AF_INET, .priority = 70},
	};
	const struct conf conf = {.instances = instances, .instance_count = 2};
	struct link_info list[] = {{.name = "eth1", .index = 3}, {.name = "eth0", .index = 2},
				   {.name = "eth1", .index = 3}};
	struct links links = {.list = list, .count = 3};
	struct snapshot snapshot = {0};
	struct routers routers;

	links_sort(&links);
	UNIT_NUMBER(links.count, 2);
	add_row(&snapshot, "eth1", "7", "ipv4");
	add_row(&snapshot, "none", "9", "ipv4");
	add_row(&snapshot, "eth0", "201", "ipv4");
	add_row(&snapshot, "eth0", "7", "ipv6");
	add_row(&snapshot, "eth0", "7", "ipv4");
	routers_make(&routers, &snapshot, &conf, &links);
	CU_ASSERT_EQUAL_FATAL(routers.count, 4);
	UNIT_NUMBER(routers.list[0].family, AF_INET);
	UNIT_NUMBER(routers.list[0].conf->priority, 70);
	UNIT_NUMBER(routers.list[1].family, AF_INET6);
	CU_ASSERT_PTR_NULL(routers.list[1].conf);
	CU_ASSERT_FALSE(router_is_version2(&routers.list[1]));
	UNIT_NUMBER(routers.list[2].vrid, 201);
	UNIT_NUMBER(routers.list[3].conf->priority, 17);
	CU_ASSERT(routers_find(&routers, "201") == &routers.list[2]);
	CU_ASSERT_PTR_NULL(routers_find(&routers, "9"));
	routers_free(&routers);
	snapshot_free(&snapshot);
}

static void times_are_of_the_agent(void)
{
	const struct moment moment = {.wall = 1000 * CLOCK_SECOND, .uptime = 50 * CLOCK_SECOND};
	struct value value;

	value_timestamp(&value, &moment, 990 * CLOCK_SECOND);
	UNIT_NUMBER(value.number, 4000);
	/* Before it began. */
	value_timestamp(&value, &moment, 900 * CLOCK_SECOND);
	UNIT_NUMBER(value.number, 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(drops_have_their_counters), UNIT_TEST(a_new_master_has_a_reason),
	UNIT_TEST(events_are_understood),     UNIT_TEST(they_are_in_order),
	UNIT_TEST(times_are_of_the_agent),
};

int main(void)
{
	return unit_main("snmp routers", tests, UNIT_COUNT(tests));
}
