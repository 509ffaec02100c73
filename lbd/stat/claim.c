/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows by identity (invariant 3): the same labels always get the same row, with its counters. A row
 * whose object is gone is kept until the family is full; then the one that was wanted longest ago
 * goes first. A writer can be killed between any two stores, so `use` says LIVE last and FREE
 * first.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "stat/writer.h"

struct stat_row *stat_index_row(const struct stat_index *index, const struct stat_family *family,
				uint32_t row)
{
	return (struct stat_row *)(index->base + (size_t)row * family->stride);
}

static const char *text_of(const void *row, const struct stat_text *text)
{
	return (const char *)row + text->offset;
}

/* FNV-1a over the labels with their ends. */
static uint32_t hash_labels(const struct stat_family *family, const void *row)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < family->label_count; i++) {
		const char *text = text_of(row, &family->labels[i]);

		for (size_t j = 0; j < family->labels[i].size - 1 && text[j]; j++)
			hash = (hash ^ (uint8_t)text[j]) * UINT64_C(0x100000001b3);
		hash = (hash ^ 0xff) * UINT64_C(0x100000001b3);
	}
	return (uint32_t)(hash ^ hash >> 32);
}

static bool same_texts(const struct stat_text *texts, size_t count, const void *a, const void *b)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(text_of(a, &texts[i]), text_of(b, &texts[i]), texts[i].size - 1) != 0)
			return false;
	return true;
}

static void copy_texts(const struct stat_text *texts, size_t count, void *to, const void *from)
{
	for (size_t i = 0; i < count; i++) {
		char *into = (char *)to + texts[i].offset;
		size_t length = strnlen(text_of(from, &texts[i]), texts[i].size - 1);

		memset(into + length, 0, texts[i].size - length);
		memcpy(into, text_of(from, &texts[i]), length);
	}
}

static void index_add(struct stat_index *index, const struct stat_family *family, uint32_t row)
{
	uint32_t *head = &index->heads[hash_labels(family, stat_index_row(index, family, row)) &
				       index->mask];

	index->next[row] = *head;
	*head = row;
}

static void index_remove(struct stat_index *index, const struct stat_family *family, uint32_t row)
{
	uint32_t *at = &index->heads[hash_labels(family, stat_index_row(index, family, row)) &
				     index->mask];

	while (*at != STAT_NO_ROW && *at != row)
		at = &index->next[*at];
	if (*at == row)
		*at = index->next[row];
}

static uint32_t index_find(const struct stat_index *index, const struct stat_family *family,
			   const void *labels)
{
	uint32_t row = index->heads[hash_labels(family, labels) & index->mask];

	while (row != STAT_NO_ROW && !same_texts(family->labels, family->label_count,
						 stat_index_row(index, family, row), labels))
		row = index->next[row];
	return row;
}

void stat_index_build(struct stat_index *index, const struct stat_family *family, uint8_t *base,
		      uint32_t rows, uint32_t used)
{
	memset(index, 0, sizeof(*index));
	index->base = base;
	index->rows = rows;
	if (rows == 0)
		return;
	for (index->mask = 15; index->mask < rows; index->mask = index->mask * 2 + 1)
		;
	index->heads = memory_array((size_t)index->mask + 1, sizeof(uint32_t));
	index->next = memory_array(rows, sizeof(uint32_t));
	memset(index->heads, 0xff, ((size_t)index->mask + 1) * sizeof(uint32_t));
	for (uint32_t i = 0; i < used; i++) {
		const struct stat_row *row = stat_index_row(index, family, i);

		if (row->use != STAT_USE_FREE)
			index_add(index, family, i);
		if (row->round > index->round)
			index->round = row->round;
	}
}

void stat_index_free(struct stat_index *index)
{
	free(index->heads);
	free(index->next);
	free(index->spare);
	memset(index, 0, sizeof(*index));
}

struct spare {
	uint64_t round;
	uint32_t row;
};

static int by_round(const void *a, const void *b)
{
	const struct spare *one = a;
	const struct spare *other = b;

	if (one->round != other->round)
		return one->round < other->round ? -1 : 1;
	return one->row < other->row ? -1 : one->row > other->row;
}

/* Sorted once per round of claims, so that replacing 10,000 rows is not 10,000 searches. */
static void gather_spare(struct stat_index *index, const struct stat_family *family)
{
	struct spare *found = memory_array(index->rows, sizeof(*found));
	uint32_t count = 0;

	for (uint32_t i = 0; i < index->rows; i++) {
		const struct stat_row *row = stat_index_row(index, family, i);

		if (row->use != STAT_USE_LIVE)
			found[count++] = (struct spare){row->use ? row->round : 0, i};
	}
	qsort(found, count, sizeof(*found), by_round);
	index->spare = memory_array(count, sizeof(uint32_t));
	for (uint32_t i = 0; i < count; i++)
		index->spare[i] = found[i].row;
	free(found);
	index->spare_count = count;
	index->spare_next = 0;
}

static uint32_t next_spare(struct stat_index *index, const struct stat_family *family)
{
	while (index->spare_next < index->spare_count) {
		uint32_t row = index->spare[index->spare_next++];

		/* It may have been claimed again since the list was made. */
		if (stat_index_row(index, family, row)->use != STAT_USE_LIVE)
			return row;
	}
	return STAT_NO_ROW;
}

/* A row without an owner: never used, else FREE by a killed writer, else the oldest GONE. */
static uint32_t take_row(struct stat_index *index, const struct stat_family *family,
			 _Atomic uint32_t *used)
{
	uint32_t row;

	if (*used < index->rows)
		return (*used)++;
	row = next_spare(index, family);
	if (row == STAT_NO_ROW && !index->spare) {
		gather_spare(index, family);
		row = next_spare(index, family);
	}
	if (row != STAT_NO_ROW && stat_index_row(index, family, row)->use == STAT_USE_GONE)
		index_remove(index, family, row);
	return row;
}

static void set_use(struct stat_row *row, enum stat_use use)
{
	/* Fences on both sides keep the compiler and the processor from moving the stores of the
	 * row's contents across this one. */
	atomic_thread_fence(memory_order_release);
	__atomic_store_n(&row->use, use, __ATOMIC_RELAXED);
	atomic_thread_fence(memory_order_release);
}

static void begin_row(struct stat_row *row, const struct stat_family *family, const void *labels)
{
	stat_begin(row);
	set_use(row, STAT_USE_FREE);
	memset((uint8_t *)row + sizeof(*row), 0, family->stride - sizeof(*row));
	copy_texts(family->labels, family->label_count, row, labels);
	copy_texts(family->infos, family->info_count, row, labels);
	row->present = stat_counter_bits(family);
	row->since = clock_wall();
	set_use(row, STAT_USE_LIVE);
	stat_end(row);
}

static void resume_row(struct stat_row *row, const struct stat_family *family, const void *labels)
{
	bool same = same_texts(family->infos, family->info_count, row, labels);

	if (row->use == STAT_USE_LIVE && same)
		return;
	stat_begin(row);
	if (row->use != STAT_USE_LIVE)
		row->present &= stat_counter_bits(family);
	if (!same)
		copy_texts(family->infos, family->info_count, row, labels);
	set_use(row, STAT_USE_LIVE);
	stat_end(row);
}

void *stat_claim(struct stat_writer *writer, enum stat_family_id id, const void *labels)
{
	const struct stat_family *family = &stat_families[id];
	struct stat_index *index = &writer->index[id];
	struct stat_row *row;
	uint32_t found;

	if (index->rows == 0)
		return NULL;
	found = index_find(index, family, labels);
	if (found != STAT_NO_ROW) {
		row = stat_index_row(index, family, found);
		resume_row(row, family, labels);
	} else {
		found = take_row(index, family, &writer->header->families[id].used);
		if (found == STAT_NO_ROW)
			return NULL;
		row = stat_index_row(index, family, found);
		begin_row(row, family, labels);
		index_add(index, family, found);
	}
	row->round = index->round;
	return row;
}

void stat_claim_begin(struct stat_writer *writer, enum stat_family_id id)
{
	writer->index[id].round++;
}

void stat_claim_end(struct stat_writer *writer, enum stat_family_id id)
{
	const struct stat_family *family = &stat_families[id];
	struct stat_index *index = &writer->index[id];
	uint32_t used = writer->header->families[id].used;

	assert(used <= index->rows);
	for (uint32_t i = 0; i < used; i++) {
		struct stat_row *row = stat_index_row(index, family, i);

		if (row->use == STAT_USE_LIVE && row->round != index->round) {
			stat_begin(row);
			set_use(row, STAT_USE_GONE);
			stat_end(row);
		}
	}
	/* The rows that just went are to be found by the next one who needs a row. */
	free(index->spare);
	index->spare = NULL;
	index->spare_count = 0;
	index->spare_next = 0;
}
