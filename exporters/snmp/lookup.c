/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hash of the labels; at most half of the slots are taken. */
#include "exporters/snmp/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char *label_of(const struct stat_family *family, const void *row, size_t i)
{
	return (const char *)row + family->labels[i].offset;
}

static uint64_t hash_labels(const struct stat_family *family, const void *row)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < family->label_count; i++) {
		const char *text = label_of(family, row, i);

		/* The end of each counts too. */
		do
			hash = (hash ^ (uint8_t)*text) * UINT64_C(1099511628211);
		while (*text++);
	}
	return hash;
}

static bool same_labels(const struct stat_family *family, const void *a, const void *b)
{
	for (size_t i = 0; i < family->label_count; i++)
		if (strcmp(label_of(family, a, i), label_of(family, b, i)) != 0)
			return false;
	return true;
}

/* The slot of those labels, or the free one where they would be. */
static size_t slot_of(const struct lookup *lookup, const void *labels)
{
	size_t slot = hash_labels(lookup->family, labels) & (lookup->size - 1);

	while (lookup->slots[slot] && !same_labels(lookup->family, lookup->slots[slot], labels))
		slot = (slot + 1) & (lookup->size - 1);
	return slot;
}

void lookup_make(struct lookup *lookup, const struct snapshot *snapshot, enum stat_family_id family)
{
	size_t count = snapshot->families[family].count;

	lookup->family = &stat_families[family];
	lookup->size = 4;
	while (lookup->size < count * 2)
		lookup->size *= 2;
	lookup->slots = memory_array(lookup->size, sizeof(struct stat_row *));
	for (size_t i = 0; i < count; i++) {
		const struct stat_row *row = snapshot_row(snapshot, family, i);

		lookup->slots[slot_of(lookup, row)] = row;
	}
}

const void *lookup_find(const struct lookup *lookup, const void *labels)
{
	return lookup->slots[slot_of(lookup, labels)];
}

void lookup_free(struct lookup *lookup)
{
	free(lookup->slots);
	lookup->slots = NULL;
}
