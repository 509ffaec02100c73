/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subtrees that lbd-snmp answers for. Another MIB over the same numbers is another row here: its
 * root, and its tables (table.h), which read from the same moment (view.h).
 */
#ifndef LBD_EXPORTERS_SNMP_SUBTREE_H
#define LBD_EXPORTERS_SNMP_SUBTREE_H

#include "exporters/snmp/notice.h"
#include "exporters/snmp/table.h"

struct history_entry;

struct subtree {
	const char *name;        /* of its MIB */
	const char *description; /* for SNMPv2-MIB's sysORTable */
	struct object_id base;
	const struct table *const *tables; /* ascending by arcs. The arcs of one may begin with those of
				    * another, whose columns then all come before it */
	size_t table_count;
	/* The MIB's own notifications: which bit of the chosen kinds (notification.h) they are, whether
	 * one tells of an event, and that one, which is NULL when the moment does not know of what it
	 * is. Both NULL: it has none, or is LBD-MIB. */
	unsigned notification_kind;
	bool (*tells)(const struct history_entry *entry);
	struct notice *(*tell)(const struct subtree *subtree, const struct moment *moment,
			       const struct history_entry *entry);
};

/* LBD-MIB below that root. */
void subtree_lbd(struct subtree *subtree, const struct object_id *base);
/* VRRP-MIB (RFC 2787), VRRPV3-MIB (RFC 6527). */
void subtree_vrrp(struct subtree *subtree);
void subtree_vrrpv3(struct subtree *subtree);
/* The system group of SNMPv2-MIB (RFC 3418), for an agent that answers by itself; the host's snmpd
 * has its own. */
void subtree_system(struct subtree *subtree);

#endif
