/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of the objects that are there, or were a moment ago: a hash table by path. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "exporters/rrd/rrd.h"

/* FNV-1a. The names come from the configuration, not from strangers. */
static size_t bucket_of(const struct rrd_book *book, const char *path)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *path != '\0'; path++)
		hash = (hash ^ (unsigned char)*path) * UINT64_C(0x100000001b3);
	return hash & (book->bucket_count - 1);
}

static void grow(struct rrd_book *book)
{
	struct rrd_book larger = *book;

	if (book->count < book->bucket_count)
		return;
	larger.bucket_count = book->bucket_count ? book->bucket_count * 2 : 64;
	larger.buckets = memory_array(larger.bucket_count, sizeof(larger.buckets[0]));
	for (size_t i = 0; i < book->bucket_count; i++) {
		struct rrd_file *next;

		for (struct rrd_file *file = book->buckets[i]; file; file = next) {
			size_t bucket = bucket_of(&larger, file->path);

			next = file->next;
			file->next = larger.buckets[bucket];
			larger.buckets[bucket] = file;
		}
	}
	free(book->buckets);
	*book = larger;
}

static struct rrd_file *find_or_add(struct rrd_book *book, enum stat_family_id family,
				    const char *path)
{
	size_t length = strlen(path) + 1, bucket;
	struct rrd_file *file;

	grow(book);
	bucket = bucket_of(book, path);
	for (file = book->buckets[bucket]; file; file = file->next)
		if (strcmp(file->path, path) == 0)
			return file;
	file = memory_new(sizeof(*file) + length);
	memcpy(file->path, path, length);
	file->family = family;
	file->next = book->buckets[bucket];
	book->buckets[bucket] = file;
	book->count++;
	return file;
}

static void add_row(struct rrd_book *book, enum stat_family_id family, const struct stat_row *row)
{
	char path[RRD_PATH];
	struct rrd_file *file;

	if (!rrd_path(family, row, path)) {
		book->unnamed++;
		return;
	}
	file = find_or_add(book, family, path);
	/* Two processes may know the same object for a moment; a file takes one value a tick. */
	if (file->round == book->round)
		return;
	file->round = book->round;
	file->row = row;
	if (book->present_count == book->present_room) {
		book->present_room = book->present_room ? book->present_room * 2 : 64;
		book->present = memory_resize(book->present, book->present_room,
					      sizeof(book->present[0]));
	}
	book->present[book->present_count++] = file;
}

static void free_file(struct rrd_file *file)
{
	free(file->order);
	free(file);
}

static void forget_old(struct rrd_book *book)
{
	for (size_t i = 0; i < book->bucket_count; i++) {
		struct rrd_file **link = &book->buckets[i];

		while (*link) {
			struct rrd_file *file = *link;

			if (book->round - file->round <= RRD_ROUNDS_KEPT) {
				link = &file->next;
				continue;
			}
			*link = file->next;
			free_file(file);
			book->count--;
		}
	}
}

void rrd_book_round(struct rrd_book *book, const struct snapshot *snapshot)
{
	book->round++;
	book->present_count = 0;
	book->unnamed = 0;
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		for (size_t j = 0; j < snapshot->families[i].count; j++)
			if (!stat_is_record((enum stat_family_id)i))
				add_row(book, (enum stat_family_id)i,
					snapshot_row(snapshot, (enum stat_family_id)i, j));
	forget_old(book);
}

void rrd_book_ready(struct rrd_file *file, const struct rrd_description *description)
{
	struct rrd_source sources[RRD_SOURCES];
	size_t count = rrd_sources(file->family, sources);
	bool ours = description->count == count;

	free(file->order);
	file->order = memory_array(description->count + 1, sizeof(file->order[0]));
	file->order_count = description->count;
	for (size_t i = 0; i < description->count; i++) {
		size_t j = 0;

		while (j < count && strcmp(sources[j].name, description->sources[i].name) != 0)
			j++;
		file->order[i] = (unsigned char)(j < count ? j : RRD_NO_SOURCE);
		ours = ours && i == j;
	}
	if (ours) {
		free(file->order);
		file->order = NULL;
		file->order_count = 0;
	}
	file->last = description->last_update;
	file->state = RRD_READY;
}

static void make_sources(struct rrd_book *book, enum stat_family_id family)
{
	struct rrd_source sources[RRD_SOURCES];
	size_t count;

	if (book->sources[family].list)
		return;
	count = rrd_sources(family, sources);
	book->sources[family].list = memory_array(count, sizeof(sources[0]));
	book->sources[family].count = count;
	memcpy(book->sources[family].list, sources, count * sizeof(sources[0]));
}

void rrd_book_values(struct rrd_book *book, const struct rrd_file *file, int64_t wall_seconds,
		     struct buffer *buffer)
{
	const struct rrd_source *sources;
	size_t count;

	assert(file->row);
	make_sources(book, file->family);
	sources = book->sources[file->family].list;
	count = book->sources[file->family].count;
	buffer_signed(buffer, wall_seconds);
	for (size_t i = 0; i < (file->order ? file->order_count : count); i++) {
		size_t source = file->order ? file->order[i] : i;

		buffer_add(buffer, ":", 1);
		if (source < count)
			rrd_value(buffer, &sources[source], file->row);
		else
			buffer_add(buffer, "U", 1);
	}
}

void rrd_book_free(struct rrd_book *book)
{
	for (size_t i = 0; i < book->bucket_count; i++)
		while (book->buckets[i]) {
			struct rrd_file *file = book->buckets[i];

			book->buckets[i] = file->next;
			free_file(file);
		}
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		free(book->sources[i].list);
	free(book->buckets);
	free(book->present);
	*book = (struct rrd_book){0};
}
