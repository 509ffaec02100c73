/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The writer's private side: its mapping and the index of its rows. Internal to stat/. */
#ifndef LBD_STAT_WRITER_H
#define LBD_STAT_WRITER_H

#include <sys/types.h>

#include "stat/layout.h"

#define STAT_NO_ROW UINT32_MAX

/* Rows of one family by their labels: a chained hash kept out of the shared file, so that nobody
 * who can write there can lead a chain astray. */
struct stat_index {
	uint8_t *base; /* row 0 */
	uint32_t rows;
	uint32_t mask;   /* of `heads` */
	uint32_t *heads; /* bucket → row, or STAT_NO_ROW */
	uint32_t *next;  /* row → next in its bucket */
	uint32_t *spare; /* rows that may be reused, in the order of reuse; NULL until needed */
	uint32_t spare_count;
	uint32_t spare_next;
	uint64_t round;
};

struct stat_writer {
	struct stat_header *header;
	size_t size;
	dev_t device;
	ino_t inode;
	struct stat_index index[STAT_FAMILY_COUNT];
};

struct stat_row *stat_index_row(const struct stat_index *index, const struct stat_family *family,
				uint32_t row);
/* Indexes the rows that the file holds. */
void stat_index_build(struct stat_index *index, const struct stat_family *family, uint8_t *base,
		      uint32_t rows, uint32_t used);
void stat_index_free(struct stat_index *index);

#endif
