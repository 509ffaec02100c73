/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subtrees that lbd-snmp answers for. Another MIB over the same numbers is another row here: its
 * root, and its tables (table.h), which read from the same moment (view.h).
 */
#ifndef LBD_EXPORTERS_SNMP_SUBTREE_H
#define LBD_EXPORTERS_SNMP_SUBTREE_H

#include "exporters/snmp/table.h"

struct subtree {
	const char *name;        /* of its MIB */
	const char *description; /* for SNMPv2-MIB's sysORTable */
	struct object_id base;
	const struct table *const *tables; /* ascending by arcs; none begins with another's arcs */
	size_t table_count;
};

#endif
