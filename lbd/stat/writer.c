/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writing end of a segment: attach, carry over, make whole, beat. Nothing here blocks or
 * allocates once attached. The sequence lock is Boehm's ("Can seqlocks get along with programming
 * language memory models?", MSPC 2012): odd, release fence, plain stores, release store of even.
 * The plain stores race with the readers' loads, which C11 leaves undefined between threads of one
 * program; here the other side is another process, which loads whole words and throws away what the
 * sequence disowns.
 */
#include "stat/writer.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

void stat_begin(struct stat_row *row)
{
	uint32_t sequence = atomic_load_explicit(&row->sequence, memory_order_relaxed);

	assert(sequence % 2 == 0);
	atomic_store_explicit(&row->sequence, sequence + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
}

void stat_end(struct stat_row *row)
{
	uint32_t sequence = atomic_load_explicit(&row->sequence, memory_order_relaxed);

	assert(sequence % 2 == 1);
	atomic_store_explicit(&row->sequence, sequence + 1, memory_order_release);
}

void stat_heartbeat(struct stat_writer *writer, int64_t now)
{
	atomic_store_explicit(&writer->header->heartbeat, now, memory_order_relaxed);
}

void stat_set_generation(struct stat_writer *writer, uint64_t generation)
{
	atomic_store_explicit(&writer->header->generation, generation, memory_order_relaxed);
}

static void terminate_texts(struct stat_row *row, const struct stat_text *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		((char *)row)[texts[i].offset + texts[i].size - 1] = '\0';
}

/* What a process before us left, however it ended. Each number is old or new as a whole, and
 * numbers that describe the present are not ours to vouch for (invariant 4). */
static void make_row_whole(struct stat_row *row, const struct stat_family *family)
{
	if (row->use > STAT_USE_GONE)
		row->use = STAT_USE_FREE;
	row->present &= stat_counter_bits(family);
	terminate_texts(row, family->labels, family->label_count);
	terminate_texts(row, family->infos, family->info_count);
	/* Even again, and another number than any reader saw. */
	atomic_store_explicit(&row->sequence, (row->sequence | 1) + 1, memory_order_release);
}

static void make_whole(struct stat_writer *writer)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_header_family *family = &writer->header->families[i];
		uint8_t *row = (uint8_t *)writer->header + family->offset;

		for (uint32_t j = 0; j < family->used; j++, row += stat_families[i].stride)
			make_row_whole((struct stat_row *)row, &stat_families[i]);
	}
	writer->header->start = clock_wall();
}

/* False when the new segment has less room than the old one, which the parent never makes. */
static bool carry_over(struct stat_writer *to, const struct stat_writer *from)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		if (to->header->families[i].rows < from->header->families[i].rows)
			return false;
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		struct stat_header_family *target = &to->header->families[i];
		uint32_t used = from->header->families[i].used;

		memcpy((uint8_t *)to->header + target->offset, from->index[i].base,
		       used * stat_families[i].stride);
		target->used = used;
	}
	to->header->start = from->header->start;
	to->header->heartbeat = from->header->heartbeat;
	to->header->generation = from->header->generation;
	return true;
}

static int map_segment(struct stat_writer *writer, int fd)
{
	struct stat_header header;
	struct stat status;
	void *memory;

	if (fstat(fd, &status) != 0 || pread(fd, &header, sizeof(header), 0) < 0)
		return -errno;
	if (header.process >= PROCESS_COUNT || (uint64_t)status.st_size < sizeof(header) ||
	    !stat_header_valid(&header, header.process, (uint64_t)status.st_size))
		return -EINVAL;
	/* Populated now: a page fault in the middle of a row would be a delay. */
	memory = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_POPULATE, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	writer->header = memory;
	writer->size = (size_t)status.st_size;
	writer->device = status.st_dev;
	writer->inode = status.st_ino;
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		if (writer->header->families[i].used > writer->header->families[i].rows)
			writer->header->families[i].used = writer->header->families[i].rows;
	return 0;
}

static void build_indexes(struct stat_writer *writer)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_header_family *family = &writer->header->families[i];

		stat_index_build(&writer->index[i], &stat_families[i],
				 (uint8_t *)writer->header + family->offset, family->rows,
				 family->used);
	}
}

int stat_writer_attach(struct stat_writer **writer, int fd)
{
	struct stat_writer *new = memory_new(sizeof(*new));
	struct stat_writer *old = *writer;
	int error = map_segment(new, fd);

	close(fd);
	if (error) {
		free(new);
		return error;
	}
	if (old && old->device == new->device && old->inode == new->inode) {
		stat_writer_free(new);
		return 0;
	}
	if (!old) {
		make_whole(new);
	} else if (!carry_over(new, old)) {
		stat_writer_free(new);
		return -EINVAL;
	}
	build_indexes(new);
	stat_writer_free(old);
	*writer = new;
	return 0;
}

void stat_writer_free(struct stat_writer *writer)
{
	if (!writer)
		return;
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		stat_index_free(&writer->index[i]);
	munmap(writer->header, writer->size);
	free(writer);
}
