/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces as the kernel has them now: what getifaddrs() says. */
#include "exporters/snmp/links.h"

#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <string.h>

#include "base/text.h"

static sa_family_t family_of(const struct ifaddrs *at)
{
	return at->ifa_addr ? at->ifa_addr->sa_family : AF_UNSPEC;
}

/* Each link comes once with AF_PACKET, before all addresses. */
static void take_link(struct links *links, const struct ifaddrs *at)
{
	struct link_info link = {0};
	struct sockaddr_ll packet;

	memcpy(&packet, at->ifa_addr, sizeof(packet));
	TEXT_COPY(link.name, at->ifa_name);
	link.index = (uint32_t)packet.sll_ifindex;
	if (packet.sll_halen == LINK_HARDWARE)
		memcpy(link.hardware, packet.sll_addr, LINK_HARDWARE);
	links_add(links, &link);
}

static struct link_info *find(struct links *links, const char *name)
{
	for (size_t i = 0; i < links->count; i++)
		if (strcmp(links->list[i].name, name) == 0)
			return &links->list[i];
	return NULL;
}

static void take_address(struct links *links, const struct ifaddrs *at)
{
	struct address address = {.family = (uint8_t)family_of(at)};
	struct link_info *link;
	char name[IF_NAMESIZE];

	/* The name of an address with a label is that: "eth0:1". */
	TEXT_COPY(name, at->ifa_name);
	name[strcspn(name, ":")] = '\0';
	link = find(links, name);
	if (!link)
		return;
	if (address.family == AF_INET)
		memcpy(address.bytes,
		       (const char *)at->ifa_addr + offsetof(struct sockaddr_in, sin_addr), 4);
	else
		memcpy(address.bytes,
		       (const char *)at->ifa_addr + offsetof(struct sockaddr_in6, sin6_addr), 16);
	links_add_address(links, link->index, &address);
}

void links_take(struct links *links)
{
	struct ifaddrs *list = NULL;

	links_free(links);
	if (getifaddrs(&list) != 0)
		return;
	for (const struct ifaddrs *at = list; at; at = at->ifa_next)
		if (family_of(at) == AF_PACKET)
			take_link(links, at);
	for (const struct ifaddrs *at = list; at; at = at->ifa_next)
		if (family_of(at) == AF_INET || family_of(at) == AF_INET6)
			take_address(links, at);
	freeifaddrs(list);
	links_sort(links);
}
