/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a table of a MIB is: columns, what a row is known by, and how a row's values are read. The
 * same description writes the MIB (mib.h) and answers requests (view.h), so the two are one set.
 * A group of scalars is a table with one row, whose index is 0.
 *
 * A table of another MIB is described the same way; see subtree.h.
 */
#ifndef LBD_EXPORTERS_SNMP_TABLE_H
#define LBD_EXPORTERS_SNMP_TABLE_H

#include "exporters/snmp/change.h"
#include "exporters/snmp/value.h"

enum syntax {
	SYNTAX_COUNTER,   /* Counter64 */
	SYNTAX_GAUGE64,   /* LbdGauge64TC */
	SYNTAX_GAUGE,     /* Gauge32 */
	SYNTAX_UNSIGNED,  /* Unsigned32 */
	SYNTAX_INTEGER,   /* Integer32 */
	SYNTAX_STATE,     /* the enumeration of a closed set */
	SYNTAX_CAUSE,     /* of event causes */
	SYNTAX_TEXT,      /* SnmpAdminString */
	SYNTAX_DATE,      /* DateAndTime */
	SYNTAX_TICKS,     /* TimeTicks */
	SYNTAX_OBJECT_ID, /* OBJECT IDENTIFIER */
	/* Of MIBs that others wrote. */
	SYNTAX_COUNTER32,
	SYNTAX_OCTETS, /* OCTET STRING */
	SYNTAX_TRUTH,  /* TruthValue */
	SYNTAX_IP,     /* IpAddress */
	/* Of indexes alone. */
	SYNTAX_PROTOCOL,     /* LbdProtocolTC */
	SYNTAX_ADDRESS_TYPE, /* InetAddressType */
	SYNTAX_ADDRESS,      /* InetAddress */
};

#define TABLE_NAME 65 /* RFC 2578 section 3.1: 64 characters */

struct column {
	uint32_t id; /* ascending in a table */
	char name[TABLE_NAME];
	enum syntax syntax;
	size_t size;           /* TEXT, ADDRESS: octets at most; OBJECT_ID: none */
	const struct set *set; /* STATE */
	const char *units;     /* or NULL */
	const char *help;
	const char *more;      /* help on this part of the metric, or NULL */
	const void *what;      /* for the table's read(): what finds the value in the row */
	bool writable;         /* the table's change() knows it; INTEGER or an enumeration */
};

struct view_table;
struct moment;

struct table {
	char name[TABLE_NAME]; /* "lbdVrrp" */
	const char *help;
	/* The arcs below the MIB's root: of the entry, or of the group of scalars. */
	size_t arc_count;
	uint32_t arcs[4];
	struct column *columns;
	size_t column_count;
	/* What a row is known by, in order; none: a group of scalars. */
	struct column *indexes;
	size_t index_count;
	/* Adds the rows of this moment (view_add()). */
	void (*fill)(const struct table *table, const struct moment *moment,
		     struct view_table *rows);
	/* False when this row has no such value now. */
	bool (*read)(const struct column *column, const void *row, const struct moment *moment,
		     struct value *value);
	/* What giving a writable column that value would ask lbd for; NULL: no column is writable. */
	enum change_check (*change)(const struct column *column, const void *row,
				    const struct moment *moment, int64_t value,
				    struct change *change);
	unsigned which; /* for fill(): which family, … */
};

/* Encodes parts of an index: a text with its length in front. */
bool table_index_text(struct object_id *index, const char *text, size_t most);
/* "192.0.2.1:80", "[2001:db8::1]:80": InetAddressType, InetAddress, port. Another text: unknown(0),
 * no octets, and the text as a number, or a hash of it. */
bool table_index_address(struct object_id *index, const char *text);
bool table_index_protocol(struct object_id *index, const char *text);
/* The number that the text is; 0 for another text. */
bool table_index_number(struct object_id *index, const char *text);

#endif
