/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces by their names. */
#include "exporters/snmp/links.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* Room doubles whenever the count is a power of two. */
#define ROOM_FOR_ONE(list, count) \
	(((count) & ((count) - 1)) == 0 \
		 ? memory_resize((list), (count) ? (count) * 2 : 1, sizeof(*(list))) \
		 : (list))

void links_add(struct links *links, const struct link_info *link)
{
	links->list = ROOM_FOR_ONE(links->list, links->count);
	links->list[links->count++] = *link;
}

void links_add_address(struct links *links, uint32_t index, const struct address *address)
{
	links->addresses = ROOM_FOR_ONE(links->addresses, links->address_count);
	links->addresses[links->address_count] =
		(struct link_address){.index = index,
				      .order = (uint32_t)links->address_count,
				      .address = *address};
	links->address_count++;
}

static int order(const void *left, const void *right)
{
	const struct link_info *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static int order_addresses(const void *left, const void *right)
{
	const struct link_address *a = left, *b = right;

	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	return address_compare(&a->address, &b->address);
}

void links_sort(struct links *links)
{
	size_t kept = 0;

	if (links->address_count > 0)
		qsort(links->addresses, links->address_count, sizeof(*links->addresses),
		      order_addresses);
	if (links->count == 0)
		return;
	qsort(links->list, links->count, sizeof(*links->list), order);
	for (size_t i = 1; i < links->count; i++)
		if (order(&links->list[kept], &links->list[i]) != 0)
			links->list[++kept] = links->list[i];
	links->count = kept + 1;
}

const struct link_info *links_find(const struct links *links, const char *name)
{
	struct link_info wanted = {0};

	if (links->count == 0 || !TEXT_COPY(wanted.name, name))
		return NULL;
	return bsearch(&wanted, links->list, links->count, sizeof(wanted), order);
}

static struct link_address *find_address(const struct links *links, uint32_t index,
					 const struct address *address)
{
	const struct link_address wanted = {.index = index, .address = *address};

	return links->address_count == 0
		       ? NULL
		       : bsearch(&wanted, links->addresses, links->address_count, sizeof(wanted),
				 order_addresses);
}

bool links_hold(const struct links *links, uint32_t index, const struct address *address)
{
	return find_address(links, index, address) != NULL;
}

static void mark_virtual(struct links *links, const struct conf_virtual_address *address)
{
	const struct link_info *link = links_find(links, address->interface);
	struct link_address *held =
		link ? find_address(links, link->index, &address->address) : NULL;

	if (held)
		held->virtual = true;
}

/* The first address of the link with that index, or of the next one. */
static size_t first_address(const struct links *links, uint32_t index)
{
	size_t low = 0, high = links->address_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (links->addresses[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first own one of IPv4; NULL: it has none. */
static const struct link_address *own_address(const struct links *links, uint32_t index)
{
	const struct link_address *own = NULL, *end = links->addresses + links->address_count;
	const struct link_address *at = links->addresses + first_address(links, index);

	for (; at < end && at->index == index; at++)
		if (at->address.family == AF_INET && !at->virtual && (!own || at->order < own->order))
			own = at;
	return own;
}

void links_settle(struct links *links, const struct conf *conf)
{
	for (size_t i = 0; conf && i < conf->address_count; i++)
		mark_virtual(links, &conf->addresses[i]);
	for (size_t i = 0; i < links->count; i++) {
		const struct link_address *own = own_address(links, links->list[i].index);

		if (own)
			links->list[i].address = own->address;
	}
}

void links_free(struct links *links)
{
	free(links->list);
	free(links->addresses);
	*links = (struct links){0};
}
