/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of KEEPALIVED-MIB, made from its rows in the .def, and what all sources share. */
#include "exporters/snmp/keepalived_mib.h"

#include <linux/ip_vs.h>
#include <string.h>

#include "base/memory.h"
#include "exporters/snmp/keepalived_notice.h"
#include "exporters/snmp/keepalived_rows.h"
#include "exporters/snmp/notification.h"

/* The MIB's syntaxes, as those of our own. An enumeration is an integer. */
#define SYNTAX_OF_Counter32 SYNTAX_COUNTER32
#define SYNTAX_OF_Counter64 SYNTAX_COUNTER
#define SYNTAX_OF_DisplayString SYNTAX_TEXT
#define SYNTAX_OF_EncapType SYNTAX_INTEGER
#define SYNTAX_OF_Gauge32 SYNTAX_GAUGE
#define SYNTAX_OF_INTEGER SYNTAX_INTEGER
#define SYNTAX_OF_InetAddress SYNTAX_OCTETS
#define SYNTAX_OF_InetAddressPrefixLength SYNTAX_UNSIGNED
#define SYNTAX_OF_InetAddressType SYNTAX_INTEGER
#define SYNTAX_OF_InetPortNumber SYNTAX_UNSIGNED
#define SYNTAX_OF_InetScopeType SYNTAX_INTEGER
#define SYNTAX_OF_Integer32 SYNTAX_INTEGER
#define SYNTAX_OF_InterfaceIndex SYNTAX_INTEGER
#define SYNTAX_OF_PrefType SYNTAX_INTEGER
#define SYNTAX_OF_Realm SYNTAX_UNSIGNED
#define SYNTAX_OF_RouteType SYNTAX_INTEGER
#define SYNTAX_OF_RuleAction SYNTAX_INTEGER
#define SYNTAX_OF_TruthValue SYNTAX_TRUTH
#define SYNTAX_OF_Unsigned32 SYNTAX_UNSIGNED
#define SYNTAX_OF_VrrpState SYNTAX_INTEGER

enum access { ACCESS_NONE, ACCESS_READ, ACCESS_WRITE };

enum table_number {
#define TABLE(NAME, name, rows, ...) TABLE_##NAME,
#define OBJECT(NAME, id, name, syntax, access, source, argument)
#include "exporters/snmp/keepalived_mib.def"
#undef TABLE
#undef OBJECT
	TABLE_COUNT
};

static const struct object {
	enum table_number table;
	uint32_t id;
	const char *name;
	enum syntax syntax;
	enum access access;
	struct keepalived_source source;
} objects[] = {
#define TABLE(NAME, name, rows, ...)
#define OBJECT(NAME, id, name, syntax, access, source, argument) \
	{TABLE_##NAME, id, #name, SYNTAX_OF_##syntax, ACCESS_##access, \
	 {keepalived_##source, argument}},
#include "exporters/snmp/keepalived_mib.def"
#undef TABLE
#undef OBJECT
};

#define OBJECTS (sizeof(objects) / sizeof(objects[0]))

/* The rows differ; what reads them knows which they are. */
static bool read_object(const struct column *column, const void *row, const struct moment *moment,
			struct value *value)
{
	const struct keepalived_source *source = column->what;

	return source->read(row, moment, source->argument, value);
}

static struct table tables[TABLE_COUNT] = {
#define TABLE(NAME, name_, rows, ...) \
	[TABLE_##NAME] = {.name = #name_, \
			  .arc_count = sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), \
			  .arcs = {__VA_ARGS__}, \
			  .fill = keepalived_fill_##rows, \
			  .read = read_object},
#define OBJECT(NAME, id, name, syntax, access, source, argument)
#include "exporters/snmp/keepalived_mib.def"
#undef TABLE
#undef OBJECT
};

static void make_columns(void)
{
	static struct column columns[OBJECTS];
	size_t count = 0;

	for (size_t i = 0; i < OBJECTS; i++) {
		const struct object *object = &objects[i];
		struct table *table = &tables[object->table];
		struct column *column = &columns[count];

		if (object->access == ACCESS_NONE)
			continue;
		column->id = object->id;
		memcpy(column->name, object->name, strlen(object->name));
		column->syntax = object->syntax;
		column->what = &object->source;
		column->writable = object->access == ACCESS_WRITE;
		/* The rows of a table stand together. */
		if (!table->columns)
			table->columns = column;
		table->column_count++;
		count++;
	}
	tables[TABLE_INSTANCE].change = keepalived_change_instance;
	tables[TABLE_REAL_SERVER].change = keepalived_change_real_server;
}

void subtree_keepalived(struct subtree *subtree)
{
	static const struct table *list[TABLE_COUNT];

	if (!list[0])
		make_columns();
	for (size_t i = 0; i < TABLE_COUNT; i++)
		list[i] = &tables[i];
	*subtree = (struct subtree){.name = "KEEPALIVED-MIB",
				    .description = "KEEPALIVED-MIB: lbd in place of keepalived",
				    .tables = list,
				    .table_count = TABLE_COUNT,
				    .notification_kind = NOTIFICATION_KIND_KEEPALIVED_MIB,
				    .tells = keepalived_tells,
				    .tell = keepalived_tell};
	object_id_parse(KEEPALIVED_BASE, &subtree->base);
}

/* --- what sources share */

bool keepalived_none(const void *row, const struct moment *moment, int64_t argument,
		     struct value *value)
{
	(void)row, (void)moment, (void)argument, (void)value;
	return false;
}

bool keepalived_constant(const void *row, const struct moment *moment, int64_t argument,
			 struct value *value)
{
	(void)row, (void)moment;
	value_integer(value, argument);
	return true;
}

bool keepalived_constant_unsigned(const void *row, const struct moment *moment, int64_t argument,
				  struct value *value)
{
	(void)row, (void)moment;
	value_unsigned(value, argument);
	return true;
}

/* No octets. */
bool keepalived_constant_octets(const void *row, const struct moment *moment, int64_t argument,
				struct value *value)
{
	(void)row, (void)moment, (void)argument;
	value_octets(value, "", 0);
	return true;
}

bool keepalived_put_flag(struct value *value, bool flag)
{
	value_integer(value, flag ? 1 : 2);
	return true;
}

bool keepalived_put_address(struct value *value, const struct address *address)
{
	value_octets(value, address->bytes, address_length(address));
	return address_is_set(address);
}

bool keepalived_put_address_type(struct value *value, unsigned family)
{
	/* InetAddressType: ipv4(1), ipv6(2). */
	value_integer(value, family == AF_INET6 ? 2 : 1);
	return family == AF_INET || family == AF_INET6;
}

bool keepalived_put_text(struct value *value, const char *text)
{
	value_text(value, text, VALUE_OCTETS_MOST);
	return text[0] != '\0';
}
