/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One notification of a MIB that has its own: its name, and its objects with the values of the moment
 * at which the event became known. LBD-MIB's are made from the event when they are sent (trap.h). Pure.
 */
#ifndef LBD_EXPORTERS_SNMP_NOTICE_H
#define LBD_EXPORTERS_SNMP_NOTICE_H

#include "exporters/snmp/value.h"

struct notice_object {
	struct object_id name;
	struct value value;
};

struct notice {
	struct object_id which; /* snmpTrapOID */
	size_t count;
	struct notice_object *objects;
};

/* The notification `arc` below `base`.0, as SMIv2 names them (RFC 2578 section 8.5). */
struct notice *notice_new(const struct object_id *base, uint32_t arc);
/* Adds the instance of an object: what is below `base`. */
void notice_add(struct notice *notice, const struct object_id *base, const struct object_id *below,
		const struct value *value);
/* NULL is fine. */
void notice_free(struct notice *notice);

#endif
