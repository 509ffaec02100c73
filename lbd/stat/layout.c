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

static bool family_valid(const struct stat_header_family *family, uint64_t stride,
			 uint64_t file_size)
{
	/* Of a family without rows too: its row 0 is a pointer that is made, if never followed.
	 * rows * stride cannot overflow: both have an upper bound. */
	return family->rows <= STAT_ROWS_MAX && family->offset % ALIGNMENT == 0 &&
	       family->offset >= sizeof(struct stat_header) && family->offset <= file_size &&
	       family->rows * stride <= file_size - family->offset;
}

bool stat_header_valid(const struct stat_header *header, enum process_id process,
		       uint64_t file_size)
{
	if (header->magic != STAT_MAGIC || header->layout != stat_layout_hash() ||
	    header->process != (uint32_t)process || header->family_count != STAT_FAMILY_COUNT)
		return false;
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		if (!family_valid(&header->families[i], stat_families[i].stride, file_size))
			return false;
	return true;
}

static uint64_t aligned(uint64_t offset)
{
	return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
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
