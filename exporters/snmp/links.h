/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What MIBs show of the network interfaces, and segments do not have: the kernel's index of each, by
 * which IF-MIB's tables are joined, its hardware address, and its addresses.
 */
#ifndef LBD_EXPORTERS_SNMP_LINKS_H
#define LBD_EXPORTERS_SNMP_LINKS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"

#define LINK_HARDWARE 6

struct link_info {
	char name[IF_NAMESIZE];
	uint32_t index; /* ifIndex; never 0 */
	uint8_t hardware[LINK_HARDWARE]; /* zero where there is none */
	struct address address; /* its first own one of IPv4, from which VRRP speaks; or none */
};

struct link_address {
	uint32_t index; /* of its link */
	uint32_t order; /* the kernel's */
	bool virtual;   /* VRRP brings it and takes it away */
	struct address address;
};

struct links {
	struct link_info *list; /* ascending by name, each once */
	size_t count;
	struct link_address *addresses; /* ascending by index and address */
	size_t address_count;
};

/* All that exist now, with all their addresses. `links` is zeroed or of before. */
void links_take(struct links *links);
void links_free(struct links *links);

/* The rest is pure. For links_take(): add at the end; then sort, and keep each once. */
void links_add(struct links *links, const struct link_info *link);
void links_add_address(struct links *links, uint32_t index, const struct address *address);
void links_sort(struct links *links);
/* Tells own addresses from virtual ones; `conf` may be NULL. */
void links_settle(struct links *links, const struct conf *conf);
/* NULL: there is none of that name. */
const struct link_info *links_find(const struct links *links, const char *name);
/* Has the link of that index this address? */
bool links_hold(const struct links *links, uint32_t index, const struct address *address);

#endif
