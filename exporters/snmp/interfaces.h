/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network interfaces of this host and their addresses, as the kernel has them at a moment. Looking
 * things up is pure. */
#ifndef LBD_EXPORTERS_SNMP_INTERFACES_H
#define LBD_EXPORTERS_SNMP_INTERFACES_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

struct interface {
	char name[IF_NAMESIZE];
	uint32_t index; /* ifIndex */
	uint8_t hardware[6]; /* its hardware address */
	bool has_hardware;   /* of that length */
};

struct interface_address {
	uint32_t index; /* of its interface */
	struct address address;
};

struct interfaces {
	struct interface *list;
	size_t count;
	struct interface_address *addresses; /* in the kernel's order: primary ones first */
	size_t address_count;
	size_t *sorted; /* the same, by index and address */
};

/* Asks the kernel. What cannot be read is not there. */
void interfaces_take(struct interfaces *interfaces);
/* Adds one, or an address of one, to what there is: for tests, too. */
void interfaces_add(struct interfaces *interfaces, const struct interface *interface);
void interfaces_add_address(struct interfaces *interfaces, uint32_t index,
			    const struct address *address);
/* To be called once, when all were added. */
void interfaces_sort(struct interfaces *interfaces);
void interfaces_free(struct interfaces *interfaces);

/* NULL: there is none of that name. */
const struct interface *interfaces_find(const struct interfaces *interfaces, const char *name);
/* Has that interface this address? */
bool interfaces_have(const struct interfaces *interfaces, uint32_t index,
		     const struct address *address);

#endif
