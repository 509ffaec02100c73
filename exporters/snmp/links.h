/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What MIBs show of the network interfaces that VRRP runs on, and segments do not have: the kernel's
 * index of each, by which IF-MIB's tables are joined, its hardware address, and its own address.
 */
#ifndef LBD_EXPORTERS_SNMP_LINKS_H
#define LBD_EXPORTERS_SNMP_LINKS_H

#include <net/if.h>

#include "base/address.h"
#include "exporters/base/snapshot.h"

#define LINK_HARDWARE 6

struct link_info {
	char name[IF_NAMESIZE];
	uint32_t index; /* ifIndex; never 0 */
	uint8_t hardware[LINK_HARDWARE]; /* zero where there is none */
	struct address address; /* its first of IPv4, from which VRRP speaks; or none */
};

struct links {
	struct link_info *list; /* ascending by name, each once */
	size_t count;
};

/* Those of the snapshot's VRRP instances that exist now. `links` is zeroed or of before. */
void links_take(struct links *links, const struct snapshot *snapshot);
void links_free(struct links *links);

/* The rest is pure. For links_take(): sorts by name, and keeps each once. */
void links_sort(struct links *links);
/* NULL: there is none of that name. */
const struct link_info *links_find(const struct links *links, const char *name);

#endif
