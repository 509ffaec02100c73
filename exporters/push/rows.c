/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The labels of rows. */
#include "exporters/push/push.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define LABELS_MOST (PUSH_LABELS + 16)

void push_rows_free(struct push_rows *rows)
{
	buffer_free(&rows->names);
	buffer_free(&rows->bytes);
	free(rows->pieces);
	free(rows->firsts);
}

static void add_piece(struct push_rows *rows, const struct series_label *label)
{
	struct push_piece piece = {.name = rows->names.length, .start = rows->bytes.length};

	if (rows->piece_count == rows->piece_room) {
		rows->piece_room = rows->piece_room ? rows->piece_room * 2 : 64;
		rows->pieces = memory_resize(rows->pieces, rows->piece_room, sizeof(piece));
	}
	buffer_add(&rows->names, label->name, strlen(label->name) + 1);
	rows->pack(&rows->bytes, label);
	piece.length = rows->bytes.length - piece.start;
	rows->pieces[rows->piece_count++] = piece;
}

static bool has(const struct series_label *labels, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(labels[i].name, name) == 0)
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct series_label *)a)->name, ((const struct series_label *)b)->name);
}

static void add_row(struct push_rows *rows, const struct series_label *labels, size_t count)
{
	struct series_label all[LABELS_MOST];
	size_t total = 0;

	assert(count + rows->common_count <= LABELS_MOST);
	for (size_t i = 0; i < count; i++)
		all[total++] = labels[i];
	for (size_t i = 0; i < rows->common_count; i++)
		if (!has(labels, count, rows->common[i].name))
			all[total++] = rows->common[i];
	if (rows->sorted)
		qsort(all, total, sizeof(all[0]), by_name);
	if (rows->count + 2 > rows->room) {
		rows->room = rows->room ? rows->room * 2 : 64;
		rows->firsts = memory_resize(rows->firsts, rows->room, sizeof(size_t));
	}
	rows->firsts[rows->count++] = rows->piece_count;
	for (size_t i = 0; i < total; i++)
		if (!rows->sorted || all[i].value[0] != '\0')
			add_piece(rows, &all[i]);
	rows->firsts[rows->count] = rows->piece_count;
}

/* The first is the one of samples that have no row. */
void push_rows_clear(struct push_rows *rows)
{
	rows->names.length = 0;
	rows->bytes.length = 0;
	rows->piece_count = 0;
	rows->count = 0;
	add_row(rows, NULL, 0);
}

void push_rows_add(struct push_rows *rows, const struct series_label *labels, size_t count)
{
	add_row(rows, labels, count);
}

const struct push_piece *push_rows_get(const struct push_rows *rows, size_t row, size_t *count)
{
	size_t i = row == SERIES_NO_ROW ? 0 : row + 1;

	assert(i < rows->count);
	*count = rows->firsts[i + 1] - rows->firsts[i];
	return rows->pieces + rows->firsts[i];
}
