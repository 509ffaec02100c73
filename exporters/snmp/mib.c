/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing LBD-MIB. */
#include "exporters/snmp/mib.h"

#include <string.h>

#include "base/event.h"
#include "base/text.h"
#include "exporters/snmp/catalogue.h"
#include "exporters/snmp/notification.h"

/* When the tables changed last in a way that managers see; raise it with the golden file. */
#define REVISION "202611230000Z"

static const uint32_t enterprises[] = {1, 3, 6, 1, 4, 1};
#define ENTERPRISES (sizeof(enterprises) / sizeof(enterprises[0]))

bool mib_base_parse(const char *text, struct object_id *base)
{
	return object_id_parse(text, base) && base->count > ENTERPRISES &&
	       base->count <= CATALOGUE_BASE_MOST &&
	       memcmp(base->ids, enterprises, sizeof(enterprises)) == 0;
}

/* --- texts */

/* What stands between quotes: ASCII without quotes. */
static void text(struct buffer *buffer, const char *from)
{
	for (; *from; from++) {
		if (*from == '"')
			buffer_text(buffer, "'");
		else if (strncmp(from, "\xe2\x80\xa6", 3) == 0)
			buffer_text(buffer, "..."), from += 2;
		else if ((unsigned char)*from < 0x80)
			buffer_add(buffer, from, 1);
	}
}

static void description(struct buffer *buffer, const char *first, const char *second)
{
	buffer_text(buffer, "    DESCRIPTION\n        \"");
	text(buffer, first);
	if (second && *second) {
		buffer_text(buffer, ":\n        ");
		text(buffer, second);
	}
	buffer_text(buffer, ".\"\n");
}

/* "lbdVrrp" → "LbdVrrp". */
static void type_name(struct buffer *buffer, const char *name)
{
	buffer_format(buffer, "L%s", name + 1);
}

/* "ip-header" → "ipHeader": a named number begins small, and has no hyphen. */
static void label(struct buffer *buffer, const char *from)
{
	char name[TABLE_NAME] = "";

	catalogue_camel(name, from);
	if (name[0] >= 'A' && name[0] <= 'Z')
		name[0] = (char)(name[0] - 'A' + 'a');
	buffer_text(buffer, name);
}

static void set_type(struct buffer *buffer, const struct set *set)
{
	char name[TABLE_NAME] = "Lbd";

	/* The ending keeps it apart from objects of the same name. */
	catalogue_camel(name, set->name);
	buffer_format(buffer, "%sTC", name);
}

/* --- the beginning */

static void imports(struct buffer *buffer)
{
	buffer_text(buffer,
		    "-- SPDX-License-Identifier: GPL-2.0-or-later\n"
		    "-- Made from the metric tables of lbd (make update-golden); lbd-snmp(8) tells how to\n"
		    "-- write it for another root.\n\n"
		    "LBD-MIB DEFINITIONS ::= BEGIN\n\n"
		    "IMPORTS\n"
		    "    MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE,\n"
		    "    Counter64, Gauge32, Integer32, Unsigned32, TimeTicks, enterprises\n"
		    "        FROM SNMPv2-SMI\n"
		    "    TEXTUAL-CONVENTION, DateAndTime\n"
		    "        FROM SNMPv2-TC\n"
		    "    MODULE-COMPLIANCE, OBJECT-GROUP, NOTIFICATION-GROUP\n"
		    "        FROM SNMPv2-CONF\n"
		    "    SnmpAdminString\n"
		    "        FROM SNMP-FRAMEWORK-MIB\n"
		    "    InetAddressType, InetAddress\n"
		    "        FROM INET-ADDRESS-MIB;\n\n");
}

/* The name of the first `count` sub-identifiers of the root. */
static void parent(struct buffer *buffer, size_t count)
{
	if (count == ENTERPRISES)
		buffer_text(buffer, "enterprises");
	else
		buffer_format(buffer, "lbdBase%zu", count - ENTERPRISES);
}

/* The module's identity comes first in a module, so its parents come after it. */
static void identity(struct buffer *buffer, const struct object_id *base)
{
	buffer_text(
		buffer,
		"lbdMIB MODULE-IDENTITY\n"
		"    LAST-UPDATED \"" REVISION "\"\n"
		"    ORGANIZATION \"lbd\"\n"
		"    CONTACT-INFO \"The README of lbd.\"\n"
		"    DESCRIPTION\n"
		"        \"The numbers and events of lbd, a load balancer daemon for Linux Virtual\n"
		"        Server. Every table has the numbers that lbd-metrics(7) lists, under the\n"
		"        same names; the rest of each DESCRIPTION is there.\n\n"
		"        An index is an identity: no row changes its index because another comes or\n"
		"        goes. A walk sees the numbers of one moment. What lbd could not read is\n"
		"        absent, never zero. The numbers of a process that is down are absent.\"\n"
		"    REVISION \"" REVISION "\"\n"
		"    DESCRIPTION \"First version.\"\n");
	buffer_text(buffer, "    ::= { ");
	parent(buffer, base->count - 1);
	buffer_format(buffer, " %lu }\n\n", (unsigned long)base->ids[base->count - 1]);
}

static void parents(struct buffer *buffer, const struct object_id *base)
{
	for (size_t i = ENTERPRISES; i + 1 < base->count; i++) {
		parent(buffer, i + 1);
		buffer_text(buffer, " OBJECT IDENTIFIER ::= { ");
		parent(buffer, i);
		buffer_format(buffer, " %lu }\n", (unsigned long)base->ids[i]);
	}
	buffer_text(buffer, "lbdNotifications OBJECT IDENTIFIER ::= { lbdMIB 0 }\n"
			    "lbdObjects OBJECT IDENTIFIER ::= { lbdMIB 1 }\n"
			    "lbdConformance OBJECT IDENTIFIER ::= { lbdMIB 2 }\n"
			    "lbdCompliances OBJECT IDENTIFIER ::= { lbdConformance 1 }\n"
			    "lbdGroups OBJECT IDENTIFIER ::= { lbdConformance 2 }\n\n");
}

/* --- textual conventions */

static void fixed_types(struct buffer *buffer)
{
	buffer_text(
		buffer,
		"LbdGauge64TC ::= TEXTUAL-CONVENTION\n"
		"    DISPLAY-HINT \"d\"\n"
		"    STATUS current\n"
		"    DESCRIPTION\n"
		"        \"A gauge that may outgrow 32 bits; its value goes up and down. SMIv2 has no\n"
		"        type of its own for it.\"\n"
		"    SYNTAX Counter64\n\n"
		"LbdProtocolTC ::= TEXTUAL-CONVENTION\n"
		"    STATUS current\n"
		"    DESCRIPTION\n"
		"        \"Protocol of a virtual service, by its number of the Internet Protocol. A\n"
		"        service by firewall mark has none.\"\n"
		"    SYNTAX INTEGER { firewallMark(0), tcp(6), udp(17), sctp(132), other(255) }\n\n");
}

static void set_convention(struct buffer *buffer, const struct set *set)
{
	set_type(buffer, set);
	buffer_text(buffer, " ::= TEXTUAL-CONVENTION\n    STATUS current\n    DESCRIPTION\n        \"");
	text(buffer, set->help);
	buffer_text(buffer, ". The other surfaces of lbd count from 0.");
	for (size_t i = 0; i < set->count; i++) {
		buffer_text(buffer, "\n        ");
		label(buffer, set->values[i].text);
		buffer_text(buffer, ": ");
		text(buffer, set->values[i].help);
		buffer_text(buffer, ".");
	}
	buffer_text(buffer, "\"\n    SYNTAX INTEGER {");
	for (size_t i = 0; i < set->count; i++) {
		buffer_text(buffer, i ? ",\n        " : "\n        ");
		label(buffer, set->values[i].text);
		buffer_format(buffer, "(%zu)", i + 1);
	}
	buffer_text(buffer, "\n    }\n\n");
}

static void cause_convention(struct buffer *buffer)
{
	buffer_text(buffer, "LbdCauseTC ::= TEXTUAL-CONVENTION\n    STATUS current\n"
			    "    DESCRIPTION\n        \"Why an event happened; the closed list of causes.\"\n"
			    "    SYNTAX INTEGER {");
	for (unsigned i = 0; i < CAUSE_COUNT; i++) {
		buffer_text(buffer, i ? ",\n        " : "\n        ");
		label(buffer, event_cause_info(i)->name);
		buffer_format(buffer, "(%u)", i + 1);
	}
	buffer_text(buffer, "\n    }\n\n");
}

/* Each set that a column has, once, where it first comes. */
static bool is_first_use(const struct table *const *tables, size_t table, size_t column)
{
	const struct set *set = tables[table]->columns[column].set;

	for (size_t i = 0; i <= table; i++)
		for (size_t j = 0; j < (i == table ? column : tables[i]->column_count); j++)
			if (tables[i]->columns[j].set == set)
				return false;
	return true;
}

static void conventions(struct buffer *buffer, const struct table *const *tables, size_t count)
{
	fixed_types(buffer);
	cause_convention(buffer);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < tables[i]->column_count; j++)
			if (tables[i]->columns[j].set && is_first_use(tables, i, j))
				set_convention(buffer, tables[i]->columns[j].set);
}

/* --- objects */

static void syntax(struct buffer *buffer, const struct column *column, bool sized)
{
	static const char *const names[] = {
		[SYNTAX_COUNTER] = "Counter64",        [SYNTAX_GAUGE64] = "LbdGauge64TC",
		[SYNTAX_GAUGE] = "Gauge32",            [SYNTAX_UNSIGNED] = "Unsigned32",
		[SYNTAX_INTEGER] = "Integer32",
		[SYNTAX_STATE] = NULL,                 [SYNTAX_CAUSE] = "LbdCauseTC",
		[SYNTAX_TEXT] = "SnmpAdminString",     [SYNTAX_DATE] = "DateAndTime",
		[SYNTAX_TICKS] = "TimeTicks",          [SYNTAX_OBJECT_ID] = "OBJECT IDENTIFIER",
		[SYNTAX_PROTOCOL] = "LbdProtocolTC",     [SYNTAX_ADDRESS_TYPE] = "InetAddressType",
		[SYNTAX_ADDRESS] = "InetAddress",
	};

	if (column->syntax == SYNTAX_STATE) {
		set_type(buffer, column->set);
		return;
	}
	buffer_text(buffer, names[column->syntax]);
	if (sized && column->syntax == SYNTAX_TEXT)
		buffer_format(buffer, " (SIZE (0..%zu))", column->size);
	if (sized && column->syntax == SYNTAX_ADDRESS)
		buffer_text(buffer, " (SIZE (0 | 4 | 16))");
}

static void object(struct buffer *buffer, const struct column *column, const char *parent,
		   const char *access)
{
	buffer_format(buffer, "%s OBJECT-TYPE\n    SYNTAX ", column->name);
	syntax(buffer, column, true);
	if (column->units)
		buffer_format(buffer, "\n    UNITS \"%s\"", column->units);
	buffer_format(buffer, "\n    MAX-ACCESS %s\n    STATUS current\n", access);
	description(buffer, column->help, column->more);
	buffer_format(buffer, "    ::= { %s %lu }\n\n", parent, (unsigned long)column->id);
}

static void table_type(struct buffer *buffer, const struct table *table)
{
	const char *name = table->name;

	buffer_format(buffer, "%sTable OBJECT-TYPE\n    SYNTAX SEQUENCE OF ", name);
	type_name(buffer, name);
	buffer_text(buffer, "Entry\n    MAX-ACCESS not-accessible\n    STATUS current\n");
	description(buffer, table->help, NULL);
	buffer_format(buffer, "    ::= { lbdObjects %lu }\n\n%sEntry OBJECT-TYPE\n    SYNTAX ",
		      (unsigned long)table->arcs[1], name);
	type_name(buffer, name);
	buffer_text(buffer, "Entry\n    MAX-ACCESS not-accessible\n    STATUS current\n");
	description(buffer, table->help, NULL);
	buffer_text(buffer, "    INDEX {");
	for (size_t i = 0; i < table->index_count; i++)
		buffer_format(buffer, "%s\n        %s", i ? "," : "", table->indexes[i].name);
	buffer_format(buffer, " }\n    ::= { %sTable 1 }\n\n", name);
}

static void sequence(struct buffer *buffer, const struct table *table)
{
	type_name(buffer, table->name);
	buffer_text(buffer, "Entry ::= SEQUENCE {");
	for (size_t i = 0; i < table->column_count; i++) {
		buffer_format(buffer, "%s\n    %s ", i ? "," : "", table->columns[i].name);
		syntax(buffer, &table->columns[i], false);
	}
	for (size_t i = 0; i < table->index_count; i++) {
		buffer_format(buffer, ",\n    %s ", table->indexes[i].name);
		syntax(buffer, &table->indexes[i], false);
	}
	buffer_text(buffer, "\n}\n\n");
}

static void write_table(struct buffer *buffer, const struct table *table)
{
	bool scalars = table->index_count == 0;
	char name[TABLE_NAME + 8] = "";

	if (scalars) {
		buffer_format(buffer, "-- %s.\n%s OBJECT IDENTIFIER ::= { lbdObjects %lu }\n\n",
			      table->help, table->name, (unsigned long)table->arcs[1]);
	} else {
		table_type(buffer, table);
		sequence(buffer, table);
	}
	TEXT_APPEND(name, "%s%s", table->name, scalars ? "" : "Entry");
	for (size_t i = 0; i < table->column_count; i++)
		object(buffer, &table->columns[i], name, "read-only");
	for (size_t i = 0; i < table->index_count; i++)
		object(buffer, &table->indexes[i], name, "not-accessible");
}

/* --- notifications and conformance */

static const struct column *history_column(const struct table *const *tables, size_t count,
					   uint32_t id)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; tables[i]->arcs[1] == CATALOGUE_HISTORY &&
				   j < tables[i]->column_count;
		     j++)
			if (tables[i]->columns[j].id == id)
				return &tables[i]->columns[j];
	return NULL;
}

static void notification_name(struct buffer *buffer, const struct notification_info *info)
{
	char name[TABLE_NAME] = "lbdNotify";

	catalogue_camel(name, info->name);
	buffer_text(buffer, name);
}

static void notifications(struct buffer *buffer, const struct table *const *tables, size_t count)
{
	for (size_t i = 0; i < NOTIFICATION_COUNT; i++) {
		const struct notification_info *info = &notification_infos[i];

		notification_name(buffer, info);
		buffer_text(buffer, " NOTIFICATION-TYPE\n    OBJECTS {");
		for (size_t j = 0; j < notification_column_count; j++)
			buffer_format(
				buffer, "%s\n        %s", j ? "," : "",
				history_column(tables, count, notification_columns[j])->name);
		buffer_text(buffer, " }\n    STATUS current\n");
		description(buffer, info->help,
			    "The instance is the number of the event. lbdHistoryOutage is left out "
			    "when it is\n        not known");
		buffer_format(buffer, "    ::= { lbdNotifications %lu }\n\n", (unsigned long)info->id);
	}
}

static void groups(struct buffer *buffer, const struct table *const *tables, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buffer_format(buffer, "%sObjectGroup OBJECT-GROUP\n    OBJECTS {", tables[i]->name);
		for (size_t j = 0; j < tables[i]->column_count; j++)
			buffer_format(buffer, "%s\n        %s", j ? "," : "",
				      tables[i]->columns[j].name);
		buffer_text(buffer, " }\n    STATUS current\n");
		description(buffer, tables[i]->help, NULL);
		buffer_format(buffer, "    ::= { lbdGroups %lu }\n\n",
			      (unsigned long)tables[i]->arcs[1]);
	}
	buffer_text(buffer, "lbdNotificationGroup NOTIFICATION-GROUP\n    NOTIFICATIONS {");
	for (size_t i = 0; i < NOTIFICATION_COUNT; i++) {
		buffer_text(buffer, i ? ",\n        " : "\n        ");
		notification_name(buffer, &notification_infos[i]);
	}
	buffer_text(buffer, " }\n    STATUS current\n"
			    "    DESCRIPTION\n        \"All notifications.\"\n"
			    "    ::= { lbdGroups 1000 }\n\n");
}

static void compliance(struct buffer *buffer, const struct table *const *tables, size_t count)
{
	buffer_text(buffer, "lbdCompliance MODULE-COMPLIANCE\n    STATUS current\n"
			    "    DESCRIPTION\n        \"What lbd-snmp answers.\"\n"
			    "    MODULE\n        MANDATORY-GROUPS {");
	for (size_t i = 0; i < count; i++)
		buffer_format(buffer, "\n            %sObjectGroup,", tables[i]->name);
	buffer_text(buffer, "\n            lbdNotificationGroup }\n"
			    "    ::= { lbdCompliances 1 }\n\nEND\n");
}

void mib_write(struct buffer *buffer, const struct object_id *base)
{
	size_t count;
	const struct table *const *tables = catalogue_tables(&count);

	imports(buffer);
	identity(buffer, base);
	parents(buffer, base);
	conventions(buffer, tables, count);
	for (size_t i = 0; i < count; i++)
		write_table(buffer, tables[i]);
	notifications(buffer, tables, count);
	groups(buffer, tables, count);
	compliance(buffer, tables, count);
}
