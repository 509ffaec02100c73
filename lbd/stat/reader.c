/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reading end. Maps what other users wrote: a file's own numbers are believed only after
 * stat_header_valid(), on a copy, and texts are terminated here. A file that is cut short under a
 * mapping kills its reader (SIGBUS); only lbd's parent and a child that was broken into hold such a
 * file open for writing, and readers are started again.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "stat/layout.h"

/* A row is written in about a microsecond: a handful of tries meets every writer that is alive. */
#define TRIES 64

struct segment {
	const uint8_t *memory; /* NULL: absent */
	size_t size;
	dev_t device;
	ino_t inode;
	struct stat_header header; /* judged copy */
	struct stat_segment_info info;
};

struct stat_reader {
	char *directory;
	struct segment segments[PROCESS_COUNT];
	uint64_t torn;
	uint64_t row[STAT_STRIDE_MAX / sizeof(uint64_t)];
};

struct stat_reader *stat_reader_new(const char *directory)
{
	struct stat_reader *reader = memory_new(sizeof(*reader));

	reader->directory = memory_string(directory);
	return reader;
}

static void segment_unmap(struct segment *segment)
{
	if (segment->memory)
		munmap((void *)(uintptr_t)segment->memory, segment->size);
	memset(segment, 0, sizeof(*segment));
}

void stat_reader_free(struct stat_reader *reader)
{
	if (!reader)
		return;
	for (size_t i = 0; i < PROCESS_COUNT; i++)
		segment_unmap(&reader->segments[i]);
	free(reader->directory);
	free(reader);
}

static void segment_map(struct segment *segment, int fd, const struct stat *status,
			enum process_id process)
{
	void *memory;

	if (!S_ISREG(status->st_mode) || (uint64_t)status->st_size < sizeof(struct stat_header))
		return;
	memory = mmap(NULL, (size_t)status->st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return;
	segment->memory = memory;
	segment->size = (size_t)status->st_size;
	segment->device = status->st_dev;
	segment->inode = status->st_ino;
	stat_copy_words(&segment->header, memory, sizeof(segment->header));
	if (!stat_header_valid(&segment->header, process, segment->size))
		segment_unmap(segment);
}

static void segment_refresh(struct segment *segment, const char *directory, enum process_id process)
{
	char path[4096];
	struct stat status;
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s", directory, process_name(process)) >=
	    (int)sizeof(path))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status) != 0) {
		segment_unmap(segment);
	} else if (!segment->memory || segment->device != status.st_dev ||
		   segment->inode != status.st_ino || segment->size != (size_t)status.st_size) {
		segment_unmap(segment);
		segment_map(segment, fd, &status, process);
	}
	if (fd >= 0)
		close(fd);
}

static void segment_judge(struct segment *segment)
{
	struct stat_segment_info *info = &segment->info;
	const struct stat_header *header = (const struct stat_header *)segment->memory;

	*info = (struct stat_segment_info){.liveness = STAT_ABSENT, .age = -1};
	if (!header)
		return;
	info->heartbeat = atomic_load_explicit(&header->heartbeat, memory_order_relaxed);
	info->start = atomic_load_explicit(&header->start, memory_order_relaxed);
	info->generation = atomic_load_explicit(&header->generation, memory_order_relaxed);
	/* The clock is read after the heartbeat, so a beat of this boot is never in the future. */
	if (info->heartbeat > 0)
		info->age = clock_now() - info->heartbeat;
	info->liveness = info->age >= 0 && info->age <= STAT_STALE_AFTER ? STAT_ALIVE : STAT_STALE;
}

void stat_reader_refresh(struct stat_reader *reader)
{
	for (size_t i = 0; i < PROCESS_COUNT; i++) {
		segment_refresh(&reader->segments[i], reader->directory, (enum process_id)i);
		segment_judge(&reader->segments[i]);
	}
}

struct stat_segment_info stat_reader_segment(struct stat_reader *reader, enum process_id process)
{
	return reader->segments[process].info;
}

/* One try: the copy is whole when the sequence was even and is still the same afterwards. */
static bool copy_row(void *copy, const struct stat_row *row, size_t stride)
{
	uint32_t before = atomic_load_explicit(&row->sequence, memory_order_acquire);

	if (before % 2 != 0)
		return false;
	stat_copy_words(copy, row, stride);
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&row->sequence, memory_order_relaxed) == before;
}

static bool read_row(struct stat_reader *reader, const struct stat_row *row, size_t stride)
{
	for (unsigned i = 0; i < TRIES; i++) {
		if (copy_row(reader->row, row, stride))
			return true;
		/* On one processor the writer needs it to finish. */
		if (i % 8 == 7)
			sched_yield();
	}
	reader->torn++;
	return false;
}

static void terminate_texts(void *row, const struct stat_text *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		((char *)row)[texts[i].offset + texts[i].size - 1] = '\0';
}

/* The first label of both families that an exporter writes is its name. It may lie about its numbers,
 * but not speak for another. */
static void put_name(void *row, const struct stat_family *family, enum process_id process)
{
	char *name = (char *)row + family->labels[0].offset;

	memset(name, 0, family->labels[0].size);
	strncpy(name, process_name(process), family->labels[0].size - 1);
}

static size_t each_in_segment(
	struct stat_reader *reader, enum stat_family_id id, enum process_id process,
	void (*each)(const void *row, enum process_id process, void *argument), void *argument)
{
	const struct segment *segment = &reader->segments[process];
	const struct stat_family *family = &stat_families[id];
	const struct stat_header_family *place = &segment->header.families[id];
	const struct stat_header *live = (const struct stat_header *)segment->memory;
	const uint8_t *row = segment->memory + place->offset;
	uint32_t used = atomic_load_explicit(&live->families[id].used, memory_order_relaxed);
	size_t given = 0;

	if (used > place->rows)
		used = place->rows;
	for (uint32_t i = 0; i < used; i++, row += family->stride) {
		const struct stat_row *copy = (const struct stat_row *)reader->row;

		if (!read_row(reader, (const struct stat_row *)row, family->stride) ||
		    copy->use != STAT_USE_LIVE)
			continue;
		terminate_texts(reader->row, family->labels, family->label_count);
		terminate_texts(reader->row, family->infos, family->info_count);
		if (process_is_exporter(process))
			put_name(reader->row, family, process);
		each(copy, process, argument);
		given++;
	}
	return given;
}

size_t stat_reader_each(struct stat_reader *reader, enum stat_family_id family,
			void (*each)(const void *row, enum process_id process, void *argument),
			void *argument)
{
	size_t given = 0;

	for (size_t i = 0; i < PROCESS_COUNT; i++)
		if (reader->segments[i].memory &&
		    reader->segments[i].header.families[family].rows &&
		    stat_may_write((enum process_id)i, family))
			given +=
				each_in_segment(reader, family, (enum process_id)i, each, argument);
	return given;
}

uint64_t stat_reader_torn(const struct stat_reader *reader)
{
	return reader->torn;
}
