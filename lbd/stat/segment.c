/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segment files as the parent handles them: made, grown, renamed into place. It never maps one: a
 * child may have been broken into and may cut its file short, which would kill whoever has it
 * mapped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stat/layout.h"

#define ROWS_LEAST 16
#define PATH_SIZE 4096

static int segment_path(char path[PATH_SIZE], const char *directory, enum process_id process,
			const char *suffix)
{
	int length = snprintf(path, PATH_SIZE, "%s/%s%s", directory, process_name(process), suffix);

	return length < PATH_SIZE ? 0 : -ENAMETOOLONG;
}

/* The present file and its header; -ENOENT also for a file that is not a segment of ours. */
static int open_present(const char *path, enum process_id process, struct stat_header *header)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat status;

	if (fd < 0)
		return errno == ELOOP ? -ENOENT : -errno;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    pread(fd, header, sizeof(*header), 0) == (ssize_t)sizeof(*header) &&
	    stat_header_valid(header, process, (uint64_t)status.st_size))
		return fd;
	close(fd);
	return -ENOENT;
}

static uint32_t rows_for(uint32_t wanted)
{
	uint32_t rows = ROWS_LEAST;

	if (wanted == 0)
		return 0;
	while (rows / 2 < wanted)
		rows *= 2;
	return rows;
}

static bool has_room(const struct stat_header *header, const struct stat_capacity *capacity)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		if (header->families[i].rows / 2 < capacity->rows[i])
			return false;
	return true;
}

static int copy_bytes(int to, uint64_t to_offset, int from, uint64_t from_offset, uint64_t size)
{
	char buffer[65536];

	while (size > 0) {
		size_t part = size < sizeof(buffer) ? size : sizeof(buffer);
		ssize_t got = pread(from, buffer, part, (off_t)from_offset);

		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		if (pwrite(to, buffer, (size_t)got, (off_t)to_offset) != got)
			return -EIO;
		size -= (uint64_t)got;
		from_offset += (uint64_t)got;
		to_offset += (uint64_t)got;
	}
	return 0;
}

static int copy_rows(int to, struct stat_header *header, int from, const struct stat_header *old)
{
	header->start = old->start;
	header->heartbeat = old->heartbeat;
	header->generation = old->generation;
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_header_family *present = &old->families[i];
		uint32_t used = present->used < present->rows ? present->used : present->rows;
		int error = copy_bytes(to, header->families[i].offset, from, present->offset,
				       used * (uint64_t)stat_families[i].stride);

		if (error)
			return error;
		header->families[i].used = used;
	}
	return 0;
}

/* Every block is allocated now: a store into a hole would be SIGBUS on a full file system. */
static int write_segment(int fd, struct stat_header *header, uint64_t size, int old,
			 const struct stat_header *old_header)
{
	/* The descriptor's mode was subject to the umask; the readers are other users. */
	int error = fchmod(fd, 0644) == 0 ? -posix_fallocate(fd, 0, (off_t)size) : -errno;

	if (!error && old >= 0)
		error = copy_rows(fd, header, old, old_header);
	if (!error && pwrite(fd, header, sizeof(*header), 0) != (ssize_t)sizeof(*header))
		error = -EIO;
	return error;
}

/* Each family's rows: as many as are wanted, or there are already. */
static int plan_rows(struct stat_capacity *rows, const struct stat_capacity *capacity,
		     const struct stat_header *old)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		if (capacity->rows[i] > STAT_ROWS_MAX / 2)
			return -E2BIG;
		rows->rows[i] = rows_for(capacity->rows[i]);
		if (old && old->families[i].rows > rows->rows[i])
			rows->rows[i] = old->families[i].rows;
	}
	return 0;
}

static int make_segment(const char *path, enum process_id process,
			const struct stat_capacity *capacity, int old,
			const struct stat_header *old_header)
{
	struct stat_capacity rows;
	struct stat_header header;
	uint64_t size;
	int error = plan_rows(&rows, capacity, old >= 0 ? old_header : NULL);
	int fd;

	if (error)
		return error;
	size = stat_header_plan(&header, process, &rows);
	/* A file left by an attempt that was cut short may still be mapped: never write into it. */
	if (unlink(path) != 0 && errno != ENOENT)
		return -errno;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return -errno;
	error = write_segment(fd, &header, size, old, old_header);
	if (error) {
		unlink(path);
		close(fd);
		return error;
	}
	return fd;
}

int stat_segment_prepare(const char *directory, enum process_id process,
			 const struct stat_capacity *capacity, int *fd, bool *needs_commit)
{
	struct stat_header header;
	char path[PATH_SIZE];
	char new_path[PATH_SIZE];
	int old;

	if (segment_path(path, directory, process, "") != 0 ||
	    segment_path(new_path, directory, process, ".new") != 0)
		return -ENAMETOOLONG;
	old = open_present(path, process, &header);
	if (old < 0 && old != -ENOENT)
		return old;
	*needs_commit = old < 0 || !has_room(&header, capacity);
	if (!*needs_commit) {
		*fd = old;
		return 0;
	}
	*fd = make_segment(new_path, process, capacity, old, &header);
	if (old >= 0)
		close(old);
	return *fd < 0 ? *fd : 0;
}

int stat_segment_commit(const char *directory, enum process_id process)
{
	char path[PATH_SIZE];
	char new_path[PATH_SIZE];

	if (segment_path(path, directory, process, "") != 0 ||
	    segment_path(new_path, directory, process, ".new") != 0)
		return -ENAMETOOLONG;
	return rename(new_path, path) == 0 ? 0 : -errno;
}

int stat_segment_remove(const char *directory, enum process_id process)
{
	char path[PATH_SIZE];

	if (segment_path(path, directory, process, "") != 0)
		return -ENAMETOOLONG;
	return unlink(path) == 0 || errno == ENOENT ? 0 : -errno;
}

int stat_segment_private(enum process_id process, const struct stat_capacity *capacity)
{
	struct stat_capacity rows;
	struct stat_header header;
	int error = plan_rows(&rows, capacity, NULL);
	int fd;

	if (error)
		return error;
	fd = memfd_create(process_name(process), MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	error = write_segment(fd, &header, stat_header_plan(&header, process, &rows), -1, NULL);
	if (error)
		close(fd);
	return error ? error : fd;
}
