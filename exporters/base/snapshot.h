/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All numbers of one tick: what an exporter formats. A plain value, taken from the segments at one
 * go, so that one answer does not mix two moments and a formatter needs no segment.
 *
 * Of a segment whose process is down or stuck nothing is taken, counters included (invariant 4): a
 * counter that stands still says "no traffic", which nobody knows, while one that is absent says
 * "unknown", and comes back where it was or higher.
 */
#ifndef LBD_EXPORTERS_BASE_SNAPSHOT_H
#define LBD_EXPORTERS_BASE_SNAPSHOT_H

#include "stat/stat.h"

struct snapshot_rows {
	uint8_t *rows; /* row structs of the family, one after the other */
	size_t count;
	size_t room;
};

struct snapshot {
	struct snapshot_rows families[STAT_FAMILY_COUNT];
	struct stat_segment_info segments[PROCESS_COUNT];
	int64_t wall;      /* when they were taken, wall-clock ns */
	uint64_t left_out; /* rows that were passed over: being written at every try to read them */
	uint64_t torn;     /* … since the reader began */
};

/* Fills `snapshot` (zeroed before the first time) with the numbers of now. */
void snapshot_take(struct snapshot *snapshot, struct stat_reader *reader);
void snapshot_free(struct snapshot *snapshot);

/* Adds one row, a struct of the family. */
void snapshot_add(struct snapshot *snapshot, enum stat_family_id family, const void *row);

/* The row with the labels of `labels`, a row struct of the family; NULL: there is none. Looks at
 * each. */
struct stat_row *snapshot_find(const struct snapshot *snapshot, enum stat_family_id family,
			       const void *labels);

static inline const struct stat_row *snapshot_row(const struct snapshot *snapshot,
						  enum stat_family_id family, size_t i)
{
	return (const struct stat_row *)(snapshot->families[family].rows +
					 i * stat_families[family].stride);
}

/* Does lbd always run this process, with a segment? An exporter is not part of lbd's health. */
bool snapshot_required(enum process_id process);
/* Are all those alive? */
bool snapshot_healthy(const struct snapshot *snapshot);

#endif
