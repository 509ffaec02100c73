/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a SET means, before it is asked for: which columns and rows, which values, which object. */
#include "exporters/snmp/change.h"

#include <arpa/inet.h>
#include <string.h>

#include "exporters/snmp/view.h"
#include "tests/unit/unit.h"

static struct conf_service service = {.protocol = IPPROTO_TCP, .port = 80, .family = AF_INET};
static struct conf_virtual_server owner = {.service_count = 1, .real_server_count = 1};
static struct conf_real_server server = {.port = 8080};
static struct conf conf = {.virtual_servers = &owner,
			   .virtual_server_count = 1,
			   .services = &service,
			   .service_count = 1,
			   .real_servers = &server,
			   .real_server_count = 1};
static struct change change;

static void a_weight_names_its_server(void)
{
	service.address = address_from_ipv4(htonl(0xc0000201));
	server.address = address_from_ipv4(htonl(0xc0000209));
	UNIT_NUMBER(change_weight(&conf, &server, 65535, &change), CHANGE_POSSIBLE);
	UNIT_NUMBER(change.setting, SETTING_WEIGHT);
	UNIT_NUMBER(change.value, 65535);
	UNIT_STRING(change.protocol, "TCP");
	UNIT_STRING(change.virtual_server, "192.0.2.1:80");
	UNIT_STRING(change.real_server, "192.0.2.9:8080");
	UNIT_NUMBER(change_weight(&conf, &server, 0, &change), CHANGE_POSSIBLE);
	UNIT_NUMBER(change_weight(&conf, &server, 65536, &change), CHANGE_WRONG_VALUE);
	UNIT_NUMBER(change_weight(&conf, &server, -1, &change), CHANGE_WRONG_VALUE);
	owner.service_count = 0;
	UNIT_NUMBER(change_weight(&conf, &server, 1, &change), CHANGE_READ_ONLY);
	owner.service_count = 1;
}

static void priorities_have_a_range(void)
{
	struct conf_vrrp_instance instance = {.name = "VI_1", .priority = 100};

	UNIT_NUMBER(change_priority(&instance, 254, &change), CHANGE_POSSIBLE);
	UNIT_NUMBER(change.setting, SETTING_PRIORITY);
	UNIT_NUMBER(change.value, 254);
	UNIT_STRING(change.instance, "VI_1");
	UNIT_NUMBER(change_priority(&instance, 1, &change), CHANGE_POSSIBLE);
	UNIT_NUMBER(change_priority(&instance, 0, &change), CHANGE_WRONG_VALUE);
	UNIT_NUMBER(change_priority(&instance, 255, &change), CHANGE_WRONG_VALUE);
	UNIT_NUMBER(change_priority(&instance, 256 + 100, &change), CHANGE_WRONG_VALUE);
	instance.priority = 255;
	UNIT_NUMBER(change_priority(&instance, 100, &change), CHANGE_INCONSISTENT);
}

static void preemption_is_an_enumeration(void)
{
	struct conf_vrrp_instance instance = {.name = "VI_1", .priority = 100};

	UNIT_NUMBER(change_preempt(&instance, 1, &change), CHANGE_POSSIBLE);
	UNIT_NUMBER(change.setting, SETTING_PREEMPT);
	UNIT_NUMBER(change.value, 1);
	UNIT_NUMBER(change_preempt(&instance, 2, &change), CHANGE_POSSIBLE);
	UNIT_NUMBER(change.value, 0);
	UNIT_NUMBER(change_preempt(&instance, 0, &change), CHANGE_WRONG_VALUE);
	UNIT_NUMBER(change_preempt(&instance, 3, &change), CHANGE_WRONG_VALUE);
}

/* --- a table with such a column ------------------------------------------------------------------ */

static struct column columns[] = {{.id = 1, .syntax = SYNTAX_INTEGER},
				  {.id = 2, .syntax = SYNTAX_INTEGER, .writable = true}};

static void fill(const struct table *table, const struct moment *moment, struct view_table *rows)
{
	const struct object_id index = {.count = 1, .ids = {7}};

	(void)table;
	(void)moment;
	view_add(rows, &index, &server);
}

static bool read_any(const struct column *column, const void *row, const struct moment *moment,
		     struct value *value)
{
	(void)column;
	(void)row;
	(void)moment;
	value_integer(value, 5);
	return true;
}

static enum change_check change_any(const struct column *column, const void *row,
				    const struct moment *moment, int64_t value,
				    struct change *into)
{
	(void)moment;
	UNIT_NUMBER(column->id, 2);
	return change_weight(&conf, row, value, into);
}

static const struct table writable = {.name = "writable",
				      .arc_count = 1,
				      .arcs = {1},
				      .columns = columns,
				      .column_count = 2,
				      .fill = fill,
				      .read = read_any,
				      .change = change_any};
static const struct table plain = {.name = "plain",
				   .arc_count = 1,
				   .arcs = {2},
				   .columns = columns,
				   .column_count = 2,
				   .fill = fill,
				   .read = read_any};
static const struct table *const tables[] = {&writable, &plain};

static const struct view *view;
static enum change_check check;

static enum view_found look(const uint32_t *ids, size_t count, int64_t value)
{
	check = CHANGE_READ_ONLY;
	return view_change(view, 0, ids, count, value, &change, &check);
}

static void only_writable_columns_can_be_set(void)
{
	static const struct history none;
	struct subtree subtree = {.name = "X", .tables = tables, .table_count = 2};
	struct snapshot snapshot = {0};
	struct view *made = view_new(&subtree, 1, &snapshot, &none, (struct circumstances){0});

	view = made;
	UNIT_NUMBER(look((uint32_t[]){1, 2, 7}, 3, 80), VIEW_FOUND);
	UNIT_NUMBER(check, CHANGE_POSSIBLE);
	UNIT_NUMBER(change.value, 80);
	UNIT_NUMBER(look((uint32_t[]){1, 2, 7}, 3, 70000), VIEW_FOUND);
	UNIT_NUMBER(check, CHANGE_WRONG_VALUE);
	/* Another column, another table, no row, no column, nothing. */
	UNIT_NUMBER(look((uint32_t[]){1, 1, 7}, 3, 80), VIEW_NO_OBJECT);
	UNIT_NUMBER(look((uint32_t[]){2, 2, 7}, 3, 80), VIEW_NO_OBJECT);
	UNIT_NUMBER(look((uint32_t[]){1, 2, 8}, 3, 80), VIEW_NO_INSTANCE);
	UNIT_NUMBER(look((uint32_t[]){1, 2}, 2, 80), VIEW_NO_INSTANCE);
	UNIT_NUMBER(look((uint32_t[]){1, 3, 7}, 3, 80), VIEW_NO_OBJECT);
	UNIT_NUMBER(look((uint32_t[]){1}, 1, 80), VIEW_NO_OBJECT);
	UNIT_NUMBER(look((uint32_t[]){0}, 0, 80), VIEW_NO_OBJECT);
	view_free(made);
}

static const struct unit_test unit_tests[] = {
	UNIT_TEST(a_weight_names_its_server),
	UNIT_TEST(priorities_have_a_range),
	UNIT_TEST(preemption_is_an_enumeration),
	UNIT_TEST(only_writable_columns_can_be_set),
};

int main(void)
{
	return unit_main("snmp change", unit_tests, UNIT_COUNT(unit_tests));
}
