/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event journal: gives each event its number and keeps it, in two files of bounded size,
 * `current` and `previous`, and the newest ones in memory as well. When `current` is full it
 * becomes `previous`, and the former `previous` is gone.
 *
 * The promise: an event is in the kernel's hands before anybody hears of it, so the death of any
 * process, by kill -9 too, loses none. There is no fsync: a disk that hangs must not keep control
 * from its other work, so a power failure may take the last half minute (the kernel's write-back
 * time). A record that was cut in the middle is recognised by its checksum when the journal is
 * opened, and cut off; damage in the middle of a file costs the records that it hit.
 *
 * When a record cannot be written (disk full, read-only, ...) the event is numbered, kept in memory
 * and written later, by journal_retry(), if it is among the newest JOURNAL_RING by then.
 *
 * A file: JOURNAL_MAGIC, then records: marker, length of the payload (u32 each), number (u64),
 * CRC-32C of length, number and payload (u32), payload (record.h); network order.
 */
#ifndef LBD_CONTROL_JOURNAL_H
#define LBD_CONTROL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/event.h"
#include "control/record.h"

#define JOURNAL_MAGIC "lbdjrnl1"
#define JOURNAL_RING 1024
/* Bytes of both files together: some 30,000 events. */
#define JOURNAL_LIMIT (16u << 20)

struct journal;

/* What was found when it was opened, for the log. */
struct journal_found {
	int error;        /* errno: nothing can be kept on disk; `step` says what failed */
	const char *step;
	uint64_t records;
	uint64_t cut;     /* bytes of a torn last record, cut off */
	uint64_t damaged; /* bytes in the middle that are no whole record, passed over */
	bool set_aside;   /* a file that is no journal was renamed to `unreadable` */
};

/* Opens (or begins) the journal in `directory`, which must exist. Always returns a journal; when
 * the directory cannot be used, one that keeps events in memory only. */
struct journal *journal_open(const char *directory, size_t limit, struct journal_found *found);
void journal_close(struct journal *journal);

/* Numbers go on after `number` at least: what was numbered but never reached the disk, before a
 * restart, does not get its number again. */
void journal_number_after(struct journal *journal, uint64_t number);

/* Numbers the event (event->number) and keeps it. 0, or -errno when it is in memory only. The event
 * must be sanitised (record.h). */
int journal_append(struct journal *journal, struct event *event);

/* Writes what could not be written before. 0 when nothing is left to write, or -errno. */
int journal_retry(struct journal *journal);

struct journal_record {
	uint64_t number;
	size_t length; /* 0: the disk did not give it back */
	uint8_t bytes[RECORD_MAX];
};

/* The record of the first event whose number is at least `number`; false when there is none. */
bool journal_read(struct journal *journal, uint64_t number, struct journal_record *record);

/* The newest number given, 0 before the first; the oldest that can still be read, 0 for none. */
uint64_t journal_newest(const struct journal *journal);
uint64_t journal_oldest(const struct journal *journal);
/* Bytes of both files. */
uint64_t journal_size(const struct journal *journal);

#endif
