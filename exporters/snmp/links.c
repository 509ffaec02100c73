/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces by their names. */
#include "exporters/snmp/links.h"

#include <stdlib.h>
#include <string.h>

static int order(const void *left, const void *right)
{
	const struct link_info *a = left, *b = right;

	return strcmp(a->name, b->name);
}

void links_sort(struct links *links)
{
	size_t kept = 0;

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

void links_free(struct links *links)
{
	free(links->list);
	*links = (struct links){0};
}
