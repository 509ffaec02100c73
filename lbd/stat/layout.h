/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The segment file: a header, then each family's array of rows. Written by one process, created by
 * the parent, read by processes of other users: whoever opens one copies the header first and
 * believes the copy only after stat_header_valid(). Internal to stat/.
 */
#ifndef LBD_STAT_LAYOUT_H
#define LBD_STAT_LAYOUT_H

#include "stat/stat.h"

#define STAT_MAGIC UINT64_C(0x746174732064626c) /* "lbd stat" on a little-endian machine */
#define STAT_ROWS_MAX (UINT32_C(1) << 22)
#define STAT_STRIDE_MAX 4096

struct stat_header_family {
	uint64_t offset; /* of row 0 from the start of the file */
	uint32_t rows;
	_Atomic uint32_t used; /* rows from here on were never claimed */
};

struct stat_header {
	uint64_t magic;
	uint64_t layout; /* stat_layout_hash() */
	uint32_t process;
	uint32_t family_count;
	_Atomic int64_t start;     /* wall ns: when the present writer attached */
	_Atomic int64_t heartbeat; /* monotonic ns */
	_Atomic uint64_t generation;
	struct stat_header_family families[STAT_FAMILY_COUNT];
};

/* Copies 64-bit words one relaxed load each: no word is torn, whoever writes meanwhile. */
void stat_copy_words(void *to, const void *from, size_t size);

/* Is this header of our layout, of that process, and does all that it says lie within the file? */
bool stat_header_valid(const struct stat_header *header, enum process_id process,
		       uint64_t file_size);

/* Fills in a header for these numbers of rows. Returns the size of the file. */
uint64_t stat_header_plan(struct stat_header *header, enum process_id process,
			  const struct stat_capacity *rows);

/* May a segment of this process hold rows of this family? Exporters face the network, and speak for
 * themselves alone. */
bool stat_may_write(enum process_id process, enum stat_family_id family);

/* The bits of `present` that say counter or histogram. */
uint64_t stat_counter_bits(const struct stat_family *family);

#endif
