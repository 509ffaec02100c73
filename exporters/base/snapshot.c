/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking the numbers of one tick. */
#include "exporters/base/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

void snapshot_add(struct snapshot *snapshot, enum stat_family_id family, const void *row)
{
	struct snapshot_rows *rows = &snapshot->families[family];
	size_t stride = stat_families[family].stride;

	if (rows->count == rows->room) {
		rows->room = rows->room ? rows->room * 2 : 16;
		rows->rows = memory_resize(rows->rows, rows->room, stride);
	}
	memcpy(rows->rows + rows->count++ * stride, row, stride);
}

struct stat_row *snapshot_find(const struct snapshot *snapshot, enum stat_family_id id,
			       const void *labels)
{
	const struct stat_family *family = &stat_families[id];

	for (size_t i = 0; i < snapshot->families[id].count; i++) {
		uint8_t *row = snapshot->families[id].rows + i * family->stride;
		bool same = true;

		for (size_t j = 0; same && j < family->label_count; j++) {
			size_t offset = family->labels[j].offset;

			same = strcmp((const char *)row + offset,
				      (const char *)labels + offset) == 0;
		}
		if (same)
			return (struct stat_row *)(void *)row;
	}
	return NULL;
}

struct taking {
	struct snapshot *snapshot;
	enum stat_family_id family;
};

static void take_row(const void *row, enum process_id process, void *argument)
{
	struct taking *taking = argument;

	if (taking->snapshot->segments[process].liveness != STAT_ALIVE)
		return;
	/* Two rows of one name would spoil everybody's exposition, and an exporter that was broken into
	 * can make them. It has a handful of rows. */
	if (process_is_exporter(process) && snapshot_find(taking->snapshot, taking->family, row))
		return;
	snapshot_add(taking->snapshot, taking->family, row);
}

void snapshot_take(struct snapshot *snapshot, struct stat_reader *reader)
{
	uint64_t torn = stat_reader_torn(reader);

	stat_reader_refresh(reader);
	snapshot->wall = clock_wall();
	for (size_t i = 0; i < PROCESS_COUNT; i++)
		snapshot->segments[i] = stat_reader_segment(reader, (enum process_id)i);
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		struct taking taking = {snapshot, (enum stat_family_id)i};

		snapshot->families[i].count = 0;
		stat_reader_each(reader, taking.family, take_row, &taking);
	}
	snapshot->left_out = stat_reader_torn(reader) - torn;
	snapshot->torn = stat_reader_torn(reader);
}

void snapshot_free(struct snapshot *snapshot)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		free(snapshot->families[i].rows);
	*snapshot = (struct snapshot){0};
}

bool snapshot_required(enum process_id process)
{
	return !process_is_exporter(process);
}

bool snapshot_healthy(const struct snapshot *snapshot)
{
	for (size_t i = 0; i < PROCESS_COUNT; i++)
		if (snapshot_required((enum process_id)i) &&
		    snapshot->segments[i].liveness != STAT_ALIVE)
			return false;
	return true;
}
