/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal's files, its ring in memory, and the search over both. */
#include "control/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/memory.h"
#include "control/crc32c.h"
#include "control/record.h"

#define MAGIC_SIZE (sizeof(JOURNAL_MAGIC) - 1)
#define MARKER 0x4c424452u /* "LBDR" */
#define HEAD_SIZE 20
#define FILE_MODE 0640

/* Where a record is in a file. */
struct place {
	uint64_t number;
	uint32_t offset; /* of the payload */
	uint32_t length;
};

struct journal_file {
	int fd; /* -1: not there */
	uint64_t size;
	struct place *places; /* ascending by number */
	size_t count, room;
};

/* The newest events, encoded. */
struct kept {
	uint64_t number;
	uint8_t *bytes;
	uint32_t length;
};

struct journal {
	int directory; /* -1: memory only */
	uint64_t limit; /* of one file */
	struct journal_file previous, current;
	struct kept ring[JOURNAL_RING];
	unsigned ring_first, ring_used;
	unsigned unwritten; /* how many at the end of the ring are not in a file yet */
	uint64_t newest;
};

static struct kept *ring_at(struct journal *journal, unsigned index)
{
	return &journal->ring[(journal->ring_first + index) % JOURNAL_RING];
}

/* --- files ----------------------------------------------------------------------------------- */

static void add_place(struct journal_file *file, uint64_t number, uint64_t offset, uint32_t length)
{
	if (file->count == file->room) {
		file->room = file->room ? file->room * 2 : 64;
		file->places = memory_resize(file->places, file->room, sizeof(*file->places));
	}
	file->places[file->count++] = (struct place){number, (uint32_t)offset, length};
}

static void forget_file(struct journal_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	free(file->places);
	*file = (struct journal_file){.fd = -1};
}

static uint32_t record_crc(const uint8_t *head, const void *payload, size_t length)
{
	/* length and number stand behind the marker */
	return crc32c(crc32c(0, head + 4, 12), payload, length);
}

/* The whole record at `offset` of the file's bytes; its payload's place in *place. */
static bool parse_record(const uint8_t *bytes, uint64_t size, uint64_t offset, struct place *place)
{
	struct cursor cursor = cursor_over(bytes + offset, size - offset);
	uint32_t marker = cursor_u32(&cursor);
	uint32_t length = cursor_u32(&cursor);
	uint64_t number = cursor_u64(&cursor);
	uint32_t crc = cursor_u32(&cursor);

	if (cursor.failed || marker != MARKER || length > RECORD_MAX ||
	    length > cursor_left(&cursor) || number == 0)
		return false;
	*place = (struct place){number, (uint32_t)(offset + HEAD_SIZE), length};
	return record_crc(bytes + offset, bytes + offset + HEAD_SIZE, length) == crc;
}

/* Fills the places from the file's bytes; returns where the last whole record ends. */
static uint64_t scan(struct journal_file *file, const uint8_t *bytes, struct journal_found *found)
{
	uint64_t offset = MAGIC_SIZE;
	uint64_t end = offset;

	while (offset < file->size) {
		struct place place;

		if (!parse_record(bytes, file->size, offset, &place)) {
			offset++;
			continue;
		}
		found->damaged += offset - end;
		offset += HEAD_SIZE + place.length;
		end = offset;
		/* Numbers only go up; one that does not is an old block that came back. */
		if (file->count && place.number <= file->places[file->count - 1].number)
			continue;
		add_place(file, place.number, place.offset, place.length);
		found->records++;
	}
	return end;
}

static ssize_t read_whole(int fd, void *bytes, size_t size, uint64_t offset)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = pread(fd, (char *)bytes + done, size - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -1 : (ssize_t)done;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* 0 for a journal file (maybe one that was torn), 1 for something else, -1 with errno. */
static int load(struct journal *journal, struct journal_file *file, struct journal_found *found)
{
	struct stat status;
	uint8_t *bytes;
	bool foreign = false;
	ssize_t got;
	uint64_t end;

	if (fstat(file->fd, &status) < 0)
		return -1;
	/* A file far beyond what we write is not ours, and is not read into memory. */
	if (!S_ISREG(status.st_mode) || (uint64_t)status.st_size > 2 * journal->limit + RECORD_MAX)
		return 1;
	bytes = memory_new((size_t)status.st_size + 1);
	got = read_whole(file->fd, bytes, (size_t)status.st_size, 0);
	if (got >= (ssize_t)MAGIC_SIZE && memcmp(bytes, JOURNAL_MAGIC, MAGIC_SIZE) == 0) {
		file->size = (uint64_t)got;
		end = scan(file, bytes, found);
		found->cut += file->size - end;
		if (end < file->size && ftruncate(file->fd, (off_t)end) < 0)
			got = -1;
		file->size = end;
	} else if (got >= 0 && got < (ssize_t)MAGIC_SIZE &&
		   memcmp(bytes, JOURNAL_MAGIC, (size_t)got) == 0) {
		/* Killed while the file was begun. */
		file->size = 0;
		found->cut += (uint64_t)got;
	} else if (got >= 0) {
		foreign = true;
	}
	free(bytes);
	return got < 0 ? -1 : foreign;
}

static int open_file(struct journal *journal, const char *name, struct journal_file *file,
		     struct journal_found *found)
{
	int loaded;

	file->fd = openat(journal->directory, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (file->fd < 0)
		return errno == ENOENT ? 0 : -1;
	loaded = load(journal, file, found);
	if (loaded == 0)
		return 0;
	forget_file(file);
	if (loaded < 0)
		return -1;
	found->set_aside = true;
	return renameat(journal->directory, name, journal->directory, "unreadable");
}

/* Makes `current` when there is none, or writes its magic when that is missing. 0 or -errno. */
static int begin_current(struct journal *journal)
{
	struct journal_file *file = &journal->current;

	if (journal->directory < 0)
		return -EBADF;
	if (file->fd < 0)
		file->fd = openat(journal->directory, "current",
				  O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (file->fd < 0)
		return -errno;
	if (file->size == 0) {
		ssize_t put = pwrite(file->fd, JOURNAL_MAGIC, MAGIC_SIZE, 0);

		if (put != (ssize_t)MAGIC_SIZE)
			return put < 0 ? -errno : -ENOSPC;
		file->size = MAGIC_SIZE;
	}
	return 0;
}

/* Renames before it makes the new file: on a full disk that frees the room. */
static int rotate(struct journal *journal)
{
	if (renameat(journal->directory, "current", journal->directory, "previous") < 0)
		return -errno;
	forget_file(&journal->previous);
	journal->previous = journal->current;
	journal->current = (struct journal_file){.fd = -1};
	return begin_current(journal);
}

static int write_record(struct journal *journal, const struct kept *kept)
{
	struct journal_file *file = &journal->current;
	uint8_t bytes[HEAD_SIZE + RECORD_MAX];
	struct pen pen = pen_over(bytes, sizeof(bytes));
	int error = begin_current(journal);
	size_t length = HEAD_SIZE + kept->length;
	ssize_t put;

	if (error == 0 && file->count > 0 && file->size + length > journal->limit)
		error = rotate(journal);
	if (error < 0)
		return error;
	pen_u32(&pen, MARKER);
	pen_u32(&pen, kept->length);
	pen_u64(&pen, kept->number);
	pen_u32(&pen, record_crc(bytes, kept->bytes, kept->length));
	pen_bytes(&pen, kept->bytes, kept->length);
	assert(!pen.failed);
	put = pwrite(file->fd, bytes, length, (off_t)file->size);
	if (put != (ssize_t)length) {
		error = put < 0 ? -errno : -ENOSPC;
		/* Should this fail too, the next record is written over the torn one. */
		if (put > 0 && ftruncate(file->fd, (off_t)file->size) < 0)
			error = -errno;
		return error;
	}
	add_place(file, kept->number, file->size + HEAD_SIZE, kept->length);
	file->size += length;
	return 0;
}

/* --- life ------------------------------------------------------------------------------------ */

static int open_all(struct journal *journal, const char *directory, struct journal_found *found)
{
	found->step = "open its directory";
	journal->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (journal->directory < 0)
		return -1;
	found->step = "lock its directory (is another lbd using it?)";
	if (flock(journal->directory, LOCK_EX | LOCK_NB) < 0)
		return -1;
	found->step = "read its file `previous`";
	if (open_file(journal, "previous", &journal->previous, found) < 0)
		return -1;
	found->step = "read its file `current`";
	if (open_file(journal, "current", &journal->current, found) < 0)
		return -1;
	found->step = "begin its file `current`";
	errno = -begin_current(journal);
	/* A full disk may have room later: events are written then. */
	return errno == 0 || errno == ENOSPC || errno == EDQUOT ? 0 : -1;
}

static uint64_t last_number(const struct journal_file *file)
{
	return file->count ? file->places[file->count - 1].number : 0;
}

struct journal *journal_open(const char *directory, size_t limit, struct journal_found *found)
{
	struct journal *journal = memory_new(sizeof(*journal));

	memset(found, 0, sizeof(*found));
	journal->directory = journal->previous.fd = journal->current.fd = -1;
	journal->limit = limit / 2;
	if (open_all(journal, directory, found) < 0) {
		found->error = errno;
		if (journal->directory >= 0)
			close(journal->directory);
		journal->directory = -1;
	}
	journal->newest = last_number(&journal->current);
	if (last_number(&journal->previous) > journal->newest)
		journal->newest = last_number(&journal->previous);
	return journal;
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	forget_file(&journal->previous);
	forget_file(&journal->current);
	for (unsigned i = 0; i < journal->ring_used; i++)
		free(ring_at(journal, i)->bytes);
	if (journal->directory >= 0)
		close(journal->directory);
	free(journal);
}

void journal_number_after(struct journal *journal, uint64_t number)
{
	if (number > journal->newest)
		journal->newest = number;
}

static void keep(struct journal *journal, const struct event *event)
{
	uint8_t bytes[RECORD_MAX];
	struct kept *kept;

	if (journal->ring_used == JOURNAL_RING) {
		free(ring_at(journal, 0)->bytes);
		journal->ring_first = (journal->ring_first + 1) % JOURNAL_RING;
		journal->ring_used--;
		if (journal->unwritten > journal->ring_used)
			journal->unwritten = journal->ring_used;
	}
	kept = ring_at(journal, journal->ring_used++);
	kept->number = event->number;
	kept->length = (uint32_t)record_encode(event, bytes);
	kept->bytes = memory_new(kept->length);
	memcpy(kept->bytes, bytes, kept->length);
	journal->unwritten++;
}

int journal_append(struct journal *journal, struct event *event)
{
	event->number = ++journal->newest;
	keep(journal, event);
	return journal_retry(journal);
}

int journal_retry(struct journal *journal)
{
	while (journal->unwritten > 0) {
		int error = write_record(
			journal, ring_at(journal, journal->ring_used - journal->unwritten));

		if (error < 0)
			return error;
		journal->unwritten--;
	}
	return 0;
}

/* --- reading --------------------------------------------------------------------------------- */

/* The first place with at least this number, or NULL. */
static const struct place *find_place(const struct journal_file *file, uint64_t number)
{
	size_t low = 0;
	size_t high = file->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (file->places[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < file->count ? &file->places[low] : NULL;
}

static const struct kept *find_kept(struct journal *journal, uint64_t number)
{
	unsigned low = 0;
	unsigned high = journal->ring_used;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (ring_at(journal, middle)->number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < journal->ring_used ? ring_at(journal, low) : NULL;
}

bool journal_read(struct journal *journal, uint64_t number, struct journal_record *record)
{
	const struct kept *kept = find_kept(journal, number);
	const struct journal_file *file = &journal->previous;
	const struct place *place = find_place(file, number);

	if (!place) {
		file = &journal->current;
		place = find_place(file, number);
	}
	if (kept && (!place || kept->number <= place->number)) {
		record->number = kept->number;
		record->length = kept->length;
		memcpy(record->bytes, kept->bytes, kept->length);
		return true;
	}
	if (!place)
		return false;
	record->number = place->number;
	record->length = place->length;
	if (read_whole(file->fd, record->bytes, place->length, place->offset) !=
	    (ssize_t)place->length)
		record->length = 0;
	return true;
}

uint64_t journal_newest(const struct journal *journal)
{
	return journal->newest;
}

uint64_t journal_oldest(const struct journal *journal)
{
	if (journal->previous.count)
		return journal->previous.places[0].number;
	if (journal->current.count)
		return journal->current.places[0].number;
	return journal->ring_used ? journal->ring[journal->ring_first].number : 0;
}

uint64_t journal_size(const struct journal *journal)
{
	return journal->previous.size + journal->current.size;
}
