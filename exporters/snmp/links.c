/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces by their names. */
#include "exporters/snmp/links.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

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
	links->addresses[links->address_count++] = (struct link_address){index, *address};
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
	size_t low = 0, high = links->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(links->list[middle].name, name);

		if (order == 0)
			return &links->list[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool links_hold(const struct links *links, uint32_t index, const struct address *address)
{
	const struct link_address wanted = {index, *address};

	return links->address_count > 0 &&
	       bsearch(&wanted, links->addresses, links->address_count, sizeof(wanted),
		       order_addresses) != NULL;
}

void links_free(struct links *links)
{
	free(links->list);
	free(links->addresses);
	*links = (struct links){0};
}
