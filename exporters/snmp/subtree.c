/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subtrees: LBD-MIB, and the system group, without which managers do not know what answers. */
#include "exporters/snmp/subtree.h"

#include <string.h>
#include <unistd.h>

#include "config.h"
#include "exporters/snmp/catalogue.h"
#include "exporters/snmp/view.h"

#define LBD_DESCRIPTION "LBD-MIB: the numbers and events of lbd"
/* sysServices: applications and end to end (RFC 3418). */
#define SERVICES 72

enum {
	SYS_DESCR = 1,
	SYS_OBJECT_ID,
	SYS_UP_TIME,
	SYS_CONTACT,
	SYS_NAME,
	SYS_LOCATION,
	SYS_SERVICES,
	SYS_OR_LAST_CHANGE,
	SYS_OR = 9,
	SYS_OR_ID = 2,
	SYS_OR_DESCR,
	SYS_OR_UP_TIME,
};

static struct column scalars[] = {
	{.id = SYS_DESCR, .syntax = SYNTAX_TEXT},
	{.id = SYS_OBJECT_ID, .syntax = SYNTAX_OBJECT_ID},
	{.id = SYS_UP_TIME, .syntax = SYNTAX_TICKS},
	{.id = SYS_CONTACT, .syntax = SYNTAX_TEXT},
	{.id = SYS_NAME, .syntax = SYNTAX_TEXT},
	{.id = SYS_LOCATION, .syntax = SYNTAX_TEXT},
	{.id = SYS_SERVICES, .syntax = SYNTAX_UNSIGNED},
	{.id = SYS_OR_LAST_CHANGE, .syntax = SYNTAX_TICKS},
};
static struct column or_columns[] = {
	{.id = SYS_OR_ID, .syntax = SYNTAX_OBJECT_ID},
	{.id = SYS_OR_DESCR, .syntax = SYNTAX_TEXT},
	{.id = SYS_OR_UP_TIME, .syntax = SYNTAX_TICKS},
};

static void fill(const struct table *table, const struct moment *moment, struct view_table *rows)
{
	const struct object_id index = {.count = 1, .ids = {table->which}};

	view_add(rows, &index, moment);
}

static void host_name(struct value *value)
{
	char name[VALUE_OCTETS_MOST + 1] = "";

	gethostname(name, sizeof(name) - 1);
	value_text(value, name, sizeof(name) - 1);
}

static bool read_scalar(const struct column *column, const void *row, const struct moment *moment,
			struct value *value)
{
	(void)row;
	switch (column->id) {
	case SYS_DESCR:
		value_text(value, "lbd " PACKAGE_VERSION ", a load balancer daemon for Linux Virtual Server",
			   VALUE_OCTETS_MOST);
		break;
	case SYS_OBJECT_ID:
		value_object_id(value, moment->mib_base);
		break;
	case SYS_UP_TIME:
		value_ticks(value, moment->uptime);
		break;
	case SYS_NAME:
		host_name(value);
		break;
	case SYS_SERVICES:
		value_integer(value, SERVICES);
		break;
	case SYS_OR_LAST_CHANGE:
		value_ticks(value, 0);
		break;
	default:
		value_text(value, "", 0);
		break;
	}
	return true;
}

static void fill_or(const struct table *table, const struct moment *moment, struct view_table *rows)
{
	(void)table;
	for (size_t i = 0; i < moment->subtree_count; i++) {
		const struct object_id index = {.count = 1, .ids = {(uint32_t)i + 1}};

		view_add(rows, &index, &moment->subtrees[i]);
	}
}

static bool read_or(const struct column *column, const void *row, const struct moment *moment,
		    struct value *value)
{
	const struct subtree *subtree = row;

	(void)moment;
	if (column->id == SYS_OR_ID)
		value_object_id(value, &subtree->base);
	else if (column->id == SYS_OR_DESCR)
		value_text(value, subtree->description, VALUE_OCTETS_MOST);
	else
		value_ticks(value, 0);
	return true;
}

static const struct table scalar_table = {
	.name = "system",
	.columns = scalars,
	.column_count = sizeof(scalars) / sizeof(scalars[0]),
	.fill = fill,
	.read = read_scalar,
};

static const struct table or_table = {
	.name = "sysOR",
	.arc_count = 2,
	.arcs = {SYS_OR, 1},
	.columns = or_columns,
	.column_count = sizeof(or_columns) / sizeof(or_columns[0]),
	.fill = fill_or,
	.read = read_or,
};

static const struct table *const system_tables[] = {&scalar_table, &or_table};

void subtree_lbd(struct subtree *subtree, const struct object_id *base)
{
	*subtree = (struct subtree){
		.name = "LBD-MIB", .description = LBD_DESCRIPTION, .base = *base};
	subtree->tables = catalogue_tables(&subtree->table_count);
}

void subtree_system(struct subtree *subtree)
{
	static const struct object_id root = {.count = 7, .ids = {1, 3, 6, 1, 2, 1, 1}};

	*subtree = (struct subtree){.name = "SNMPv2-MIB",
				    .description = "SNMPv2-MIB: the system group",
				    .base = root,
				    .tables = system_tables,
				    .table_count =
					    sizeof(system_tables) / sizeof(system_tables[0])};
}
