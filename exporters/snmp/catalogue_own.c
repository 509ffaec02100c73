/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of LBD-MIB that are no family: the summary, the worst of each kind, the last events. */
#include "exporters/snmp/catalogue.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "config.h"
#include "exporters/snmp/view.h"

struct own_column {
	uint32_t id;
	const char *name;
	enum syntax syntax;
	size_t size;
	const struct set *set;
	const char *units;
	const char *help;
};

static const struct set_value object_kinds[] = {
	{"vrrp", "a VRRP instance"},       {"virtual_server", "a virtual service"},
	{"real_server", "a real server"},  {"ipvs", "the kernel's IPVS table"},
	{"config", "the configuration"},   {"process", "a process of lbd"},
};
static const struct set set_object_kind = {
	"object_kind", "What an event happened to", object_kinds,
	sizeof(object_kinds) / sizeof(object_kinds[0])};

/* --- lbdSummary: those of summary.def, and a few that are not counted */

enum { SUMMARY_VERSION = 1, SUMMARY_TIME = 2 };

static const struct own_column summary_columns[] = {
	{SUMMARY_VERSION, "version", SYNTAX_TEXT, 32, NULL, NULL, "version of lbd-snmp"},
	{SUMMARY_TIME, "time", SYNTAX_DATE, 0, NULL, NULL,
	 "when these numbers were read; a walk sees those of one moment"},
#define SUMMARY(id, name, SYNTAX, PROCESS, units, help) \
	{id, #name, SYNTAX_##SYNTAX, 0, NULL, units, help},
#include "exporters/snmp/summary.def"
#undef SUMMARY
};

static void fill_summary(const struct table *table, const struct moment *moment,
			 struct view_table *rows)
{
	const struct object_id index = {.count = 1};

	(void)table;
	view_add(rows, &index, &moment->summary);
}

static int number_of(uint32_t id)
{
	switch (id) {
#define SUMMARY(id, name, SYNTAX, PROCESS, units, help) \
	case id: \
		return SUMMARY_##name;
#include "exporters/snmp/summary.def"
#undef SUMMARY
	}
	return SUMMARY_COUNT;
}

static bool read_summary(const struct column *column, const void *row, const struct moment *moment,
			 struct value *value)
{
	const struct summary *summary = row;
	int number = number_of(column->id);

	if (column->id == SUMMARY_VERSION)
		value_text(value, PACKAGE_VERSION, column->size);
	else if (column->id == SUMMARY_TIME)
		value_date(value, moment->wall);
	else if (!summary->present[number])
		return false;
	else if (column->syntax == SYNTAX_GAUGE64)
		value_gauge64(value, summary->numbers[number]);
	else
		value_unsigned(value, summary->numbers[number]);
	return true;
}

/* --- the worst: rows are known by their rank, which is all that they are asked by */

static const struct own_column rank_index[] = {
	{CATALOGUE_INDEX, "rank", SYNTAX_UNSIGNED, 0, NULL, NULL, "1: the worst"},
};

enum {
	WORST_PROTOCOL = 1,
	WORST_VIRTUAL_SERVER,
	WORST_REAL_SERVER,
	WORST_UP,
	WORST_TOTAL,
	WORST_QUORUM,
	WORST_CHANGED,
	WORST_AGE,
	WORST_CHECK,
	WORST_TARGET,
	WORST_ROUND_TRIP,
};

static const struct own_column worst_virtual_server_columns[] = {
	{WORST_PROTOCOL, "protocol", SYNTAX_TEXT, 7, NULL, NULL, "TCP, UDP, SCTP or fwmark"},
	{WORST_VIRTUAL_SERVER, "name", SYNTAX_TEXT, 63, NULL, NULL,
	 "address:port, or the firewall mark"},
	{WORST_UP, "real_servers_up", SYNTAX_GAUGE, 0, NULL, NULL, "real servers in service"},
	{WORST_TOTAL, "real_servers", SYNTAX_GAUGE, 0, NULL, NULL, "real servers configured"},
	{WORST_QUORUM, "quorum_reached", SYNTAX_GAUGE, 0, NULL, NULL,
	 "1 when the quorum is reached"},
};

static const struct own_column worst_real_server_columns[] = {
	{WORST_PROTOCOL, "protocol", SYNTAX_TEXT, 7, NULL, NULL, "TCP, UDP, SCTP or fwmark"},
	{WORST_VIRTUAL_SERVER, "virtual_server", SYNTAX_TEXT, 63, NULL, NULL,
	 "address:port, or the firewall mark"},
	{WORST_REAL_SERVER, "name", SYNTAX_TEXT, 63, NULL, NULL, "address:port"},
	{WORST_CHANGED, "changed", SYNTAX_DATE, 0, NULL, NULL, "when its health last changed"},
	{WORST_AGE, "changed_age", SYNTAX_TICKS, 0, NULL, NULL, "how long ago that was"},
};

static const struct own_column worst_check_columns[] = {
	{WORST_VIRTUAL_SERVER, "virtual_server", SYNTAX_TEXT, 79, NULL, NULL,
	 "virtual server as configured"},
	{WORST_REAL_SERVER, "real_server", SYNTAX_TEXT, 63, NULL, NULL, "address:port"},
	{WORST_CHECK, "name", SYNTAX_TEXT, 15, NULL, NULL, "kind of check"},
	{WORST_TARGET, "target", SYNTAX_TEXT, 63, NULL, NULL, "address:port that is probed"},
	{WORST_ROUND_TRIP, "round_trip", SYNTAX_GAUGE64, 0, NULL, "nanoseconds",
	 "how long the last successful probe took"},
};

static void fill_worst(const struct table *table, const struct moment *moment,
		       struct view_table *rows)
{
	const struct summary *summary = &moment->summary;
	const struct summary_worst *worst =
		table->which == CATALOGUE_WORST_VIRTUAL_SERVER ? &summary->virtual_servers
		: table->which == CATALOGUE_WORST_REAL_SERVER  ? &summary->real_servers
							       : &summary->checks;

	for (size_t i = 0; i < worst->count; i++) {
		const struct object_id index = {.count = 1, .ids = {(uint32_t)i + 1}};

		view_add(rows, &index, worst->rows[i]);
	}
}

static bool put_text(struct value *value, const struct column *column, const char *text)
{
	value_text(value, text, column->size);
	return true;
}

static bool put_gauge(struct value *value, const struct stat_row *row, unsigned index,
		      int64_t number)
{
	value_unsigned(value, number);
	return stat_has(row, index);
}

static bool read_worst_virtual_server(const struct column *column, const void *row,
				      const struct moment *moment, struct value *value)
{
	const struct stat_virtual_server *server = row;

	(void)moment;
	switch (column->id) {
	case WORST_PROTOCOL:
		return put_text(value, column, server->protocol);
	case WORST_VIRTUAL_SERVER:
		return put_text(value, column, server->virtual_server);
	case WORST_UP:
		return put_gauge(value, &server->row, STAT_virtual_server_real_servers_up,
				 server->real_servers_up);
	case WORST_TOTAL:
		return put_gauge(value, &server->row, STAT_virtual_server_real_servers,
				 server->real_servers);
	case WORST_QUORUM:
		return put_gauge(value, &server->row, STAT_virtual_server_quorum_reached,
				 server->quorum_reached);
	}
	return false;
}

static bool read_worst_real_server(const struct column *column, const void *row,
				   const struct moment *moment, struct value *value)
{
	const struct stat_real_server *server = row;

	switch (column->id) {
	case WORST_PROTOCOL:
		return put_text(value, column, server->protocol);
	case WORST_VIRTUAL_SERVER:
		return put_text(value, column, server->virtual_server);
	case WORST_REAL_SERVER:
		return put_text(value, column, server->real_server);
	case WORST_CHANGED:
		value_date(value, server->changed);
		return stat_has(&server->row, STAT_real_server_changed);
	case WORST_AGE:
		value_ticks(value, moment->wall - server->changed);
		return stat_has(&server->row, STAT_real_server_changed);
	}
	return false;
}

static bool read_worst_check(const struct column *column, const void *row,
			     const struct moment *moment, struct value *value)
{
	const struct stat_check *check = row;

	(void)moment;
	switch (column->id) {
	case WORST_VIRTUAL_SERVER:
		return put_text(value, column, check->virtual_server);
	case WORST_REAL_SERVER:
		return put_text(value, column, check->real_server);
	case WORST_CHECK:
		return put_text(value, column, check->check);
	case WORST_TARGET:
		return put_text(value, column, check->target);
	case WORST_ROUND_TRIP:
		value_gauge64(value, check->last_round_trip);
		return true;
	}
	return false;
}

/* --- lbdHistoryTable: the last events */

static const struct own_column event_index[] = {
	{CATALOGUE_INDEX, "event", SYNTAX_UNSIGNED, 0, NULL, NULL, "number of the event"},
};

static const struct own_column history_columns[] = {
	{HISTORY_NUMBER, "number", SYNTAX_UNSIGNED, 0, NULL, NULL,
	 "number of the event, as \"lbctl explain\" takes it"},
	{HISTORY_TIME, "time", SYNTAX_DATE, 0, NULL, NULL, "when it happened"},
	{HISTORY_AGE, "age", SYNTAX_TICKS, 0, NULL, NULL, "how long ago that was"},
	{HISTORY_SEVERITY, "severity", SYNTAX_STATE, 0, &set_severity, NULL, "who is woken"},
	{HISTORY_CAUSE, "cause", SYNTAX_CAUSE, 0, NULL, NULL, "why it happened"},
	{HISTORY_KIND, "kind", SYNTAX_STATE, 0, &set_object_kind, NULL,
	 "what kind of object it happened to"},
	{HISTORY_OBJECT, "object", SYNTAX_TEXT, EVENT_OBJECT_TEXT - 1, NULL, NULL,
	 "what it happened to"},
	{HISTORY_FROM, "from", SYNTAX_TEXT, EVENT_STATE_TEXT - 1, NULL, NULL,
	 "state before; empty when it has none"},
	{HISTORY_TO, "to", SYNTAX_TEXT, EVENT_STATE_TEXT - 1, NULL, NULL, "state after"},
	/* A notification that has a Counter64 is not for SNMPv1 (RFC 3584 section 3.3). */
	{HISTORY_OUTAGE, "outage", SYNTAX_GAUGE, 0, NULL, "milliseconds",
	 "for so long clients may have been cut off; absent when that is not known"},
	{HISTORY_EVIDENCE, "evidence", SYNTAX_TEXT, VALUE_OCTETS_MOST, NULL, NULL,
	 "what was known of it, and what it did, as \"name value, name value\""},
};

static void fill_history(const struct table *table, const struct moment *moment,
			 struct view_table *rows)
{
	(void)table;
	for (size_t i = 0; i < moment->history.count; i++) {
		const struct history_entry *entry = history_at(&moment->history, i);
		const struct object_id index = {.count = 1, .ids = {(uint32_t)entry->number}};

		view_add(rows, &index, entry);
	}
}

static bool read_history(const struct column *column, const void *row, const struct moment *moment,
			 struct value *value)
{
	return catalogue_read_event(column, row, moment->wall, value);
}

bool catalogue_read_event(const struct column *column, const struct history_entry *entry,
			  int64_t wall, struct value *value)
{
	switch (column->id) {
	case HISTORY_NUMBER:
		value_unsigned(value, (int64_t)entry->number);
		break;
	case HISTORY_TIME:
		value_date(value, entry->wall);
		break;
	case HISTORY_AGE:
		value_ticks(value, wall - entry->wall);
		break;
	case HISTORY_SEVERITY:
		value_state(value, entry->severity);
		break;
	case HISTORY_CAUSE:
		value_state(value, entry->cause);
		break;
	case HISTORY_KIND:
		value_state(value, entry->kind);
		break;
	case HISTORY_OBJECT:
		value_text(value, entry->object, column->size);
		break;
	case HISTORY_FROM:
		value_text(value, entry->from, column->size);
		break;
	case HISTORY_TO:
		value_text(value, entry->to, column->size);
		break;
	case HISTORY_OUTAGE:
		value_unsigned(value, (entry->outage + CLOCK_MILLISECOND - 1) / CLOCK_MILLISECOND);
		return entry->has_outage;
	case HISTORY_EVIDENCE:
		value_text(value, entry->summary, column->size);
		break;
	default:
		return false;
	}
	return true;
}

/* --- all of them */

#define COLUMNS(array) array, sizeof(array) / sizeof((array)[0])

static struct column *make_columns(const struct table *table, const struct own_column *own,
				   size_t count, const char *infix)
{
	struct column *columns = memory_array(count, sizeof(*columns));

	for (size_t i = 0; i < count; i++) {
		columns[i] = (struct column){.id = own[i].id,
					     .syntax = own[i].syntax,
					     .size = own[i].size,
					     .set = own[i].set,
					     .units = own[i].units && own[i].units[0] ? own[i].units
										      : NULL,
					     .help = own[i].help};
		TEXT_COPY(columns[i].name, table->name);
		catalogue_camel(columns[i].name, infix);
		catalogue_camel(columns[i].name, own[i].name);
	}
	return columns;
}

static struct table *make(struct table *table, unsigned arc, const char *name, const char *help,
			  const struct own_column *own, size_t count)
{
	*table = (struct table){.help = help,
				.which = arc,
				.arcs = {CATALOGUE_OBJECTS, arc, 1},
				.arc_count = 3};
	TEXT_COPY(table->name, name);
	table->columns = make_columns(table, own, count, "");
	table->column_count = count;
	return table;
}

static void make_worst(struct table *table, unsigned arc, const char *name, const char *help,
		       const struct own_column *own, size_t count)
{
	make(table, arc, name, help, own, count);
	table->fill = fill_worst;
	table->indexes = make_columns(table, rank_index, 1, "index");
	table->index_count = 1;
}

size_t catalogue_own(struct table tables[CATALOGUE_OWN_TABLES])
{
	struct table *at = tables;

	make(at, CATALOGUE_OWN, "lbdSummary", "What is counted over all rows", COLUMNS(summary_columns));
	at->fill = fill_summary;
	at->read = read_summary;
	at->arc_count = 2;
	make_worst(++at, CATALOGUE_WORST_VIRTUAL_SERVER, "lbdWorstVirtualServer",
		   "A virtual service without its quorum, or with real servers out of service; the worst "
		   "first, ten at most",
		   COLUMNS(worst_virtual_server_columns));
	at->read = read_worst_virtual_server;
	make_worst(++at, CATALOGUE_WORST_REAL_SERVER, "lbdWorstRealServer",
		   "A real server that is down; the latest to fall first, ten at most",
		   COLUMNS(worst_real_server_columns));
	at->read = read_worst_real_server;
	make_worst(++at, CATALOGUE_WORST_CHECK, "lbdWorstCheck",
		   "A health check; the slowest round trips first, ten at most",
		   COLUMNS(worst_check_columns));
	at->read = read_worst_check;
	make(++at, CATALOGUE_HISTORY, "lbdHistory", "One of the last 128 events; the number is the index",
	     COLUMNS(history_columns));
	at->fill = fill_history;
	at->read = read_history;
	at->indexes = make_columns(at, event_index, 1, "index");
	at->index_count = 1;
	return (size_t)(at - tables) + 1;
}
