/* SPDX-License-Identifier: GPL-2.0-or-later */
/* getifaddrs(), and looking things up in what it says. */
#include "exporters/snmp/interfaces.h"

#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

void interfaces_add(struct interfaces *interfaces, const struct interface *interface)
{
	interfaces->list = memory_resize(interfaces->list, interfaces->count + 1,
					 sizeof(*interfaces->list));
	interfaces->list[interfaces->count++] = *interface;
}

void interfaces_add_address(struct interfaces *interfaces, uint32_t index,
			    const struct address *address)
{
	size_t count = interfaces->address_count;

	/* Doubles whenever the count is a power of two. */
	if ((count & (count - 1)) == 0)
		interfaces->addresses = memory_resize(interfaces->addresses, count ? count * 2 : 1,
						      sizeof(*interfaces->addresses));
	interfaces->addresses[interfaces->address_count++] =
		(struct interface_address){index, *address};
}

static int compare(const struct interface_address *a, const struct interface_address *b)
{
	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	return address_compare(&a->address, &b->address);
}

static int compare_places(const void *left, const void *right, void *argument)
{
	const struct interface_address *addresses = argument;

	return compare(&addresses[*(const size_t *)left], &addresses[*(const size_t *)right]);
}

void interfaces_sort(struct interfaces *interfaces)
{
	interfaces->sorted = memory_array(interfaces->address_count, sizeof(size_t));
	for (size_t i = 0; i < interfaces->address_count; i++)
		interfaces->sorted[i] = i;
	qsort_r(interfaces->sorted, interfaces->address_count, sizeof(size_t), compare_places,
		interfaces->addresses);
}

/* Each interface comes once with AF_PACKET, before all addresses. */
static void take_link(struct interfaces *interfaces, const struct ifaddrs *at)
{
	struct interface interface = {0};
	struct sockaddr_ll link;

	memcpy(&link, at->ifa_addr, sizeof(link));
	interface.index = (uint32_t)link.sll_ifindex;
	text_copy(interface.name, sizeof(interface.name), at->ifa_name);
	interface.has_hardware = link.sll_halen == sizeof(interface.hardware);
	if (interface.has_hardware)
		memcpy(interface.hardware, link.sll_addr, sizeof(interface.hardware));
	interfaces_add(interfaces, &interface);
}

/* An address with a label has that for its interface's name: "eth0:1". */
static void take_address(struct interfaces *interfaces, const struct ifaddrs *at)
{
	struct address address = {.family = (uint8_t)at->ifa_addr->sa_family};
	char name[IF_NAMESIZE];
	const struct interface *interface;

	text_copy(name, sizeof(name), at->ifa_name);
	name[strcspn(name, ":")] = '\0';
	interface = interfaces_find(interfaces, name);
	if (!interface)
		return;
	if (address.family == AF_INET)
		memcpy(address.bytes,
		       (const char *)at->ifa_addr + offsetof(struct sockaddr_in, sin_addr), 4);
	else
		memcpy(address.bytes,
		       (const char *)at->ifa_addr + offsetof(struct sockaddr_in6, sin6_addr), 16);
	interfaces_add_address(interfaces, interface->index, &address);
}

void interfaces_take(struct interfaces *interfaces)
{
	struct ifaddrs *list = NULL;

	*interfaces = (struct interfaces){0};
	if (getifaddrs(&list) != 0)
		list = NULL;
	for (const struct ifaddrs *at = list; at; at = at->ifa_next)
		if (at->ifa_addr && at->ifa_addr->sa_family == AF_PACKET)
			take_link(interfaces, at);
	for (const struct ifaddrs *at = list; at; at = at->ifa_next)
		if (at->ifa_addr && (at->ifa_addr->sa_family == AF_INET ||
				     at->ifa_addr->sa_family == AF_INET6))
			take_address(interfaces, at);
	if (list)
		freeifaddrs(list);
	interfaces_sort(interfaces);
}

void interfaces_free(struct interfaces *interfaces)
{
	free(interfaces->list);
	free(interfaces->addresses);
	free(interfaces->sorted);
	*interfaces = (struct interfaces){0};
}

const struct interface *interfaces_find(const struct interfaces *interfaces, const char *name)
{
	for (size_t i = 0; i < interfaces->count; i++)
		if (strcmp(interfaces->list[i].name, name) == 0)
			return &interfaces->list[i];
	return NULL;
}

bool interfaces_have(const struct interfaces *interfaces, uint32_t index,
		     const struct address *address)
{
	const struct interface_address wanted = {index, *address};
	size_t low = 0, high = interfaces->sorted ? interfaces->address_count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(&interfaces->addresses[interfaces->sorted[middle]], &wanted);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
