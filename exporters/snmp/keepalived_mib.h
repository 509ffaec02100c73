/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KEEPALIVED-MIB for checks that were written for keepalived: its objects with the meaning that
 * keepalived 2.2.7 gives them, its rows by their place in the configuration, its notifications. What
 * there is and where each value comes from: keepalived_mib.def. What a row is and how it is made:
 * keepalived_rows.h. The sources are in a file for each subject: keepalived_vrrp.c, …
 *
 * Values of the configuration are those of moment->conf; without one there are no rows. State and
 * counters are those of the segments, and absent where they are.
 */
#ifndef LBD_EXPORTERS_SNMP_KEEPALIVED_MIB_H
#define LBD_EXPORTERS_SNMP_KEEPALIVED_MIB_H

#include "exporters/snmp/subtree.h"

#define KEEPALIVED_BASE "1.3.6.1.4.1.9586.100.5"

void subtree_keepalived(struct subtree *subtree);

/* How a value is read: from a row of the table, with the argument that the .def gives. False when the
 * row has none. */
struct keepalived_source {
	bool (*read)(const void *row, const struct moment *moment, int64_t argument,
		     struct value *value);
	int64_t argument;
};

/* keepalived_SOURCE() of each source. */
#define TABLE(NAME, name, rows, ...)
#define OBJECT(NAME, id, name, syntax, access, source, argument) \
	bool keepalived_##source(const void *row, const struct moment *moment, int64_t argument_, \
				 struct value *value);
#include "exporters/snmp/keepalived_mib.def"
#undef TABLE
#undef OBJECT

/* What several sources need. INTEGER { enabled(1), disabled(2) }, as TruthValue. */
bool keepalived_put_flag(struct value *value, bool flag);
/* InetAddress and InetAddressType (INET-ADDRESS-MIB); false for no address. */
bool keepalived_put_address(struct value *value, const struct address *address);
bool keepalived_put_address_type(struct value *value, unsigned family);
/* A text that is absent when it is empty. */
bool keepalived_put_text(struct value *value, const char *text);

#endif
