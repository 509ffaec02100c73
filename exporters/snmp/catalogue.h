/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of LBD-MIB, made from the metric tables and from the few of its own (summary.h,
 * history.h): names, columns, indexes, help. Pure. mib.h writes them down, view.h answers from them.
 *
 * Below lbdObjects, arc 1 of the MIB:
 *   a family's table is its arc of family.def; metrics have their columns of the .def tables, a
 *   histogram its number and its sum; labels, infos and the rest the columns below.
 *   From CATALOGUE_OWN on: what is no family.
 */
#ifndef LBD_EXPORTERS_SNMP_CATALOGUE_H
#define LBD_EXPORTERS_SNMP_CATALOGUE_H

#include "exporters/snmp/table.h"
#include "stat/stat.h"

enum {
	CATALOGUE_OBJECTS = 1,     /* lbdObjects below the MIB's root */
	CATALOGUE_OWN = 100,       /* lbdSummary; families are below */
	CATALOGUE_WORST_VIRTUAL_SERVER,
	CATALOGUE_WORST_REAL_SERVER,
	CATALOGUE_WORST_CHECK,
	CATALOGUE_HISTORY,
	/* Columns of a family beside its metrics. */
	CATALOGUE_LABEL = 901,     /* and on: the labels' texts */
	CATALOGUE_INFO = 921,      /* and on: what may change */
	CATALOGUE_SINCE = 941,     /* when the row's counters began: their discontinuity time */
	CATALOGUE_AGE = 1000,      /* plus a TIMESTAMP's column: how long ago that was */
	CATALOGUE_INDEX = 1901,    /* and on: not accessible */
};

/* A label that index.def does not know. */
#define INDEX_TEXT 31
/* 128 less the longest root, and lbdObjects, table, entry, column. */
#define CATALOGUE_LABELS 8 /* of a family, at most */
#define CATALOGUE_BASE_MOST 16
#define INDEX_MOST (OBJECT_ID_MOST - CATALOGUE_BASE_MOST - 4)

/* Columns of lbdHistoryTable that notifications carry. */
enum {
	HISTORY_NUMBER = 1,
	HISTORY_TIME,
	HISTORY_AGE,
	HISTORY_SEVERITY,
	HISTORY_CAUSE,
	HISTORY_KIND,
	HISTORY_OBJECT,
	HISTORY_FROM,
	HISTORY_TO,
	HISTORY_OUTAGE,
	HISTORY_EVIDENCE,
};

/* All tables, ascending by arcs. They last as long as the process. */
const struct table *const *catalogue_tables(size_t *count);

/* A value of an event, as lbdHistoryTable and notifications show it. */
struct history_entry;
bool catalogue_read_event(const struct column *column, const struct history_entry *entry,
			  int64_t wall, struct value *value);

/* For catalogue.c alone: the tables that are no family. */
#define CATALOGUE_OWN_TABLES 5
size_t catalogue_own(struct table tables[CATALOGUE_OWN_TABLES]);
/* "virtual_server" → "VirtualServer", "ip-header" → "IpHeader"; appends to `name`. */
void catalogue_camel(char name[TABLE_NAME], const char *text);

#endif
