/* SPDX-License-Identifier: GPL-2.0-or-later */
/* KEEPALIVED-MIB: every value of a small director, and its notifications. What keepalived itself says is
 * the matter of the lab's 26-snmp-differential. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/text.h"
#include "exporters/base/buffer.h"
#include "exporters/snmp/keepalived_mib.h"
#include "exporters/snmp/view.h"
#include "tests/golden/golden.h"
#include "tests/unit/conf_memory.h"
#include "tests/unit/unit.h"

#define WALL (INT64_C(1795500000) * CLOCK_SECOND)

static const char configuration[] =
	"global_defs {\n router_id a\n enable_traps\n lvs_flush_on_stop VS\n}\n"
	"vrrp_instance VI_1 {\n state MASTER\n interface eth0\n virtual_router_id 51\n"
	" priority 150\n garp_master_delay 3\n"
	" authentication {\n auth_type PASS\n auth_pass 1111\n }\n"
	" virtual_ipaddress {\n 192.0.2.1/24 brd + label eth0:1\n 192.0.2.2 dev eth1 scope link\n }\n"
	" virtual_ipaddress_excluded {\n 192.0.2.3\n }\n}\n"
	"virtual_server_group www {\n 192.0.2.1 80\n 192.0.2.2-4 81\n fwmark 7\n}\n"
	"virtual_server group www {\n lb_algo wlc\n lb_kind NAT\n protocol TCP\n delay_loop 2.5\n"
	" persistence_timeout 60\n quorum 2\n sorry_server 10.0.0.9 80\n alpha\n"
	" real_server 10.0.0.1 80 {\n weight 5\n snmp_name first\n TCP_CHECK {\n }\n }\n"
	" real_server 10.0.0.2 80 {\n uthreshold 9\n inhibit_on_failure\n TCP_CHECK {\n }\n }\n}\n"
	"virtual_server fwmark 5 {\n lb_algo mh\n mh-port\n lb_kind TUN\n"
	" real_server 10.0.0.3 {\n }\n}\n"
	"virtual_server 2001:db8::1 53 {\n lb_algo rr\n lb_kind DR\n protocol UDP\n ops\n"
	" persistence_timeout 9\n persistence_granularity 64\n"
	" real_server 2001:db8::9 53 {\n }\n}\n";

static struct conf *make_conf(void)
{
	static char problems[4096];
	struct conf *conf = memory_load(configuration, problems, sizeof(problems));

	UNIT_STRING(problems, "");
	CU_ASSERT_FATAL(conf != NULL);
	return conf;
}

static void make_links(struct links *links)
{
	struct link_info eth0 = {.name = "eth0", .index = 2}, eth1 = {.name = "eth1", .index = 3};
	struct address held;

	links_add(links, &eth0);
	links_add(links, &eth1);
	address_parse("192.0.2.1", &held);
	links_add_address(links, 2, &held);
	links_sort(links);
}

static void add_instance(struct snapshot *snapshot)
{
	struct stat_vrrp row = {.interface = "eth0", .vrid = "51", .family = "ipv4"};

	stat_put(vrrp, &row, state, VRRP_STATE_MASTER);
	stat_put(vrrp, &row, priority, 150);
	stat_put(vrrp, &row, addresses, 3);
	stat_put(vrrp, &row, addresses_held, 2);
	snapshot_add(snapshot, STAT_FAMILY_VRRP, &row);
}

static void add_service(struct snapshot *snapshot, const char *protocol, const char *name)
{
	struct stat_virtual_server row = {.connections = 10, .in_bytes = UINT64_C(1) << 33};

	TEXT_COPY(row.protocol, protocol);
	TEXT_COPY(row.virtual_server, name);
	stat_put(virtual_server, &row, real_servers_up, 1);
	stat_put(virtual_server, &row, quorum_reached, 0);
	stat_put(virtual_server, &row, connection_rate, 1600);
	stat_put(virtual_server, &row, in_byte_rate, INT64_C(5000000000000));
	snapshot_add(snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
}

static void add_server(struct snapshot *snapshot, const char *service, const char *name,
		       enum health health)
{
	struct stat_real_server row = {.protocol = "TCP", .in_packets = 7};

	TEXT_COPY(row.virtual_server, service);
	TEXT_COPY(row.real_server, name);
	stat_put(real_server, &row, health, health);
	stat_put(real_server, &row, active_connections, 3);
	snapshot_add(snapshot, STAT_FAMILY_REAL_SERVER, &row);
}

static void add_check(struct snapshot *snapshot, const char *server, enum health health)
{
	struct stat_check row = {.virtual_server = "group www", .check = "TCP_CHECK"};

	TEXT_COPY(row.real_server, server);
	TEXT_COPY(row.target, server);
	stat_put(check, &row, health, health);
	snapshot_add(snapshot, STAT_FAMILY_CHECK, &row);
}

static struct view *make_view(const struct subtree *subtree)
{
	struct circumstances now = {.wall = WALL, .published = published_new(make_conf())};
	struct snapshot snapshot = {0};
	struct history none = {0};

	make_links(&now.links);
	add_instance(&snapshot);
	add_service(&snapshot, "TCP", "192.0.2.1:80");
	add_service(&snapshot, "TCP", "192.0.2.2:81");
	add_server(&snapshot, "192.0.2.1:80", "10.0.0.1:80", HEALTH_UP);
	add_server(&snapshot, "192.0.2.2:81", "10.0.0.1:80", HEALTH_UP);
	add_server(&snapshot, "192.0.2.1:80", "10.0.0.2:80", HEALTH_UNKNOWN);
	add_check(&snapshot, "10.0.0.1:80", HEALTH_UP);
	add_check(&snapshot, "10.0.0.2:80", HEALTH_UNKNOWN);
	return view_new(subtree, 1, &snapshot, &none, now);
}

/* --- all values */

static void put_value(struct buffer *buffer, const struct value *value)
{
	static const char *const types[] = {
		[VALUE_INTEGER] = "integer",     [VALUE_UNSIGNED] = "unsigned",
		[VALUE_TICKS] = "ticks",         [VALUE_COUNTER] = "counter64",
		[VALUE_COUNTER32] = "counter32", [VALUE_OCTETS] = "octets",
		[VALUE_IP] = "ip",               [VALUE_OBJECT_ID] = "object identifier"};
	bool text = true;

	buffer_format(buffer, " %s", types[value->type]);
	if (value->type != VALUE_OCTETS) {
		buffer_format(buffer, " %lld\n", (long long)value->number);
		return;
	}
	for (size_t i = 0; i < value->length; i++)
		text = text && value->octets[i] >= ' ' && value->octets[i] <= '~';
	for (size_t i = 0; i < value->length; i++)
		if (text)
			buffer_format(buffer, "%s%c", i ? "" : " ", value->octets[i]);
		else
			buffer_format(buffer, " %02x", value->octets[i]);
	buffer_format(buffer, "\n");
}

/* The column that an identifier below the root is in, and how much of it comes before the index. */
static const struct column *column_of(const struct subtree *subtree, const struct object_id *id,
				      size_t *before)
{
	for (size_t i = 0; i < subtree->table_count; i++) {
		const struct table *table = subtree->tables[i];

		if (id->count <= table->arc_count ||
		    memcmp(id->ids, table->arcs, table->arc_count * sizeof(*id->ids)) != 0)
			continue;
		*before = table->arc_count + 1;
		for (size_t j = 0; j < table->column_count; j++)
			if (table->columns[j].id == id->ids[table->arc_count])
				return &table->columns[j];
	}
	return NULL;
}

/* Is that how a column of this syntax is told? */
static bool fits(const struct column *column, enum value_type type)
{
	switch (column->syntax) {
	case SYNTAX_COUNTER:
		return type == VALUE_COUNTER;
	case SYNTAX_COUNTER32:
		return type == VALUE_COUNTER32;
	case SYNTAX_GAUGE:
	case SYNTAX_UNSIGNED:
		return type == VALUE_UNSIGNED;
	case SYNTAX_TEXT:
	case SYNTAX_OCTETS:
		return type == VALUE_OCTETS;
	default:
		return type == VALUE_INTEGER;
	}
}

static void put_instance(struct buffer *buffer, const struct subtree *subtree,
			 const struct object_id *id, const struct value *value)
{
	size_t before = 0;
	const struct column *column = column_of(subtree, id, &before);

	CU_ASSERT_FATAL(column != NULL);
	CU_ASSERT(fits(column, value->type));
	buffer_format(buffer, "%s", column->name);
	for (; before < id->count; before++)
		buffer_format(buffer, ".%u", (unsigned)id->ids[before]);
	put_value(buffer, value);
}

static void every_value(void)
{
	struct subtree subtree;
	struct buffer buffer = {0};
	struct object_id at = {0}, found;
	struct value value, again;
	struct view *view;

	subtree_keepalived(&subtree);
	view = make_view(&subtree);
	for (; view_next(view, 0, at.ids, at.count, &found, &value); at = found) {
		CU_ASSERT(object_id_compare(at.ids, at.count, found.ids, found.count) < 0);
		CU_ASSERT(view_get(view, 0, found.ids, found.count, &again) == VIEW_FOUND);
		/* The version of lbd is not for a golden file. */
		if (found.ids[0] != 1 || found.ids[1] != 1)
			put_instance(&buffer, &subtree, &found, &value);
	}
	golden_compare("tests/golden/keepalived-mib.txt", buffer.bytes, buffer.length);
	buffer_free(&buffer);
	view_free(view);
}

/* What nobody publishes has no rows, and no value that would have to be guessed. */
static void without_a_configuration(void)
{
	struct subtree subtree;
	struct circumstances now = {.wall = WALL};
	struct snapshot snapshot = {0};
	struct history none = {0};
	const uint32_t version[] = {1, 1, 0}, router_id[] = {1, 2, 0}, instances[] = {2}, end[] = {3, 6};
	struct object_id found;
	struct value value;
	struct view *view;

	subtree_keepalived(&subtree);
	add_instance(&snapshot);
	view = view_new(&subtree, 1, &snapshot, &none, now);
	CU_ASSERT(view_get(view, 0, version, 3, &value) == VIEW_FOUND);
	CU_ASSERT(view_get(view, 0, router_id, 3, &value) == VIEW_NO_INSTANCE);
	CU_ASSERT(view_next(view, 0, instances, 1, &found, &value));
	CU_ASSERT(object_id_compare(found.ids, 2, end, 2) == 0);
	view_free(view);
}

/* --- notifications */

static void put_notice(struct buffer *buffer, const struct subtree *subtree,
		       const struct notice *notice)
{
	char text[OBJECT_ID_TEXT];

	CU_ASSERT_FATAL(notice != NULL);
	buffer_format(buffer, "%s\n", object_id_format(&notice->which, text));
	for (size_t i = 0; i < notice->count; i++) {
		struct object_id below = {0};
		const struct object_id *name = &notice->objects[i].name;

		object_id_add_all(&below, name->ids + subtree->base.count,
				  name->count - subtree->base.count);
		buffer_format(buffer, "\t");
		put_instance(buffer, subtree, &below, &notice->objects[i].value);
	}
}

static void every_notification(void)
{
	static const struct {
		enum event_cause cause;
		const char *object, *from, *to;
	} events[] = {
		{CAUSE_VRRP_MASTER_SILENT, "VI_1", "backup", "master"},
		{CAUSE_VRRP_STOPPED, "VI_1", "master", "initialize"},
		{CAUSE_CHECK_FAILED, "group www 10.0.0.2:80", "up", "down"},
		{CAUSE_CHECK_PASSED, "fwmark 5 10.0.0.3:0", "down", "up"},
		{CAUSE_QUORUM_LOST, "group www", "reached", "lost"},
		{CAUSE_QUORUM_REACHED, "[2001:db8::1]:53", "lost", "reached"},
	};
	struct subtree subtree;
	struct buffer buffer = {0};
	struct view *view;

	subtree_keepalived(&subtree);
	view = make_view(&subtree);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct history_entry entry = {.number = i + 1, .cause = events[i].cause};
		struct notice *notice;

		history_entry_begin(&entry, events[i].object, events[i].from, events[i].to);
		CU_ASSERT(subtree.tells(&entry));
		notice = subtree.tell(&subtree, view_moment(view), &entry);
		put_notice(&buffer, &subtree, notice);
		notice_free(notice);
	}
	golden_compare("tests/golden/keepalived-notifications.txt", buffer.bytes, buffer.length);
	buffer_free(&buffer);
	view_free(view);
}

static void what_is_not_told(void)
{
	static const char *const unknown[] = {"", "VI_2", "group www", "group www 10.0.0.8:80",
					      "group 10.0.0.2:80", " "};
	struct history_entry same = {.cause = CAUSE_VRRP_RECONFIGURED}, drift = {
		.cause = CAUSE_DRIFT_REPAIRED};
	struct subtree subtree;
	struct view *view;

	subtree_keepalived(&subtree);
	view = make_view(&subtree);
	history_entry_begin(&same, "VI_1", "master", "master");
	history_entry_begin(&drift, "ipvs", "", "");
	CU_ASSERT(!subtree.tells(&same));
	CU_ASSERT(!subtree.tells(&drift));
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		struct history_entry entry = {.cause = CAUSE_CHECK_FAILED};

		history_entry_begin(&entry, unknown[i], "up", "down");
		CU_ASSERT(subtree.tell(&subtree, view_moment(view), &entry) == NULL);
	}
	view_free(view);
}

static const struct unit_test tests[] = {
	UNIT_TEST(every_value),
	UNIT_TEST(without_a_configuration),
	UNIT_TEST(every_notification),
	UNIT_TEST(what_is_not_told),
};

int main(void)
{
	return unit_main("snmp_keepalived", tests, UNIT_COUNT(tests));
}
