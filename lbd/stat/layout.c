/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Planning and judging the header of a segment file. Pure. */
#include "stat/layout.h"

#include <string.h>

/* Rows start on a cache line of their own. */
#define ALIGNMENT 64

void stat_copy_words(void *to, const void *from, size_t size)
{
	const uint64_t *source = from;
	uint64_t *target = to;

	for (size_t i = 0; i < size / sizeof(uint64_t); i++)
		target[i] = __atomic_load_n(&source[i], __ATOMIC_RELAXED);
}

static uint64_t aligned(uint64_t offset)
{
	return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

bool stat_header_valid(const struct stat_header *header, enum process_id process,
		       uint64_t file_size)
{
	uint64_t offset = aligned(sizeof(*header));

	if (header->magic != STAT_MAGIC || header->layout != stat_layout_hash() ||
	    header->process != (uint32_t)process || header->family_count != STAT_FAMILY_COUNT)
		return false;
	/* Where stat_header_plan() puts them, so that no two families share a byte. Of a family without
	 * rows too: its row 0 is a pointer that is made, if never followed. rows * stride cannot
	 * overflow: both have an upper bound. */
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_header_family *family = &header->families[i];

		if (family->rows > STAT_ROWS_MAX || family->offset != offset)
			return false;
		offset = aligned(offset + family->rows * stat_families[i].stride);
	}
	return offset <= file_size;
}

uint64_t stat_header_plan(struct stat_header *header, enum process_id process,
			  const struct stat_capacity *rows)
{
	uint64_t offset = aligned(sizeof(*header));

	memset(header, 0, sizeof(*header));
	header->magic = STAT_MAGIC;
	header->layout = stat_layout_hash();
	header->process = process;
	header->family_count = STAT_FAMILY_COUNT;
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		header->families[i].offset = offset;
		header->families[i].rows = rows->rows[i];
		offset = aligned(offset + rows->rows[i] * stat_families[i].stride);
	}
	return offset;
}

bool stat_may_write(enum process_id process, enum stat_family_id family)
{
	return !process_is_exporter(process) || family == STAT_FAMILY_PROCESS ||
	       family == STAT_FAMILY_EXPORTER;
}
