/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers: declared once (*.def), kept in memory-mapped segment files, read one way.
 *
 * A process owns one segment file. It holds the families that this process writes, each an array of
 * rows of one struct (struct stat_vrrp, …). Writing is a few stores; a reader costs the writer
 * nothing (invariant 0). Readers: the last part below. Formatters walk the descriptors
 * (struct stat_family), so a new row in a .def appears on every surface.
 *
 * The row language of the .def files:
 *
 *   LABEL(name, size, help)                             part of the row's identity; text
 *   INFO(name, size, help)                              text that may change; not identity
 *   COUNTER(name, unit, column, rrd, help)              uint64_t that only grows (invariant 3)
 *   COUNTERS(name, label, set, unit, column, rrd, help) one counter per value of a closed set
 *   GAUGE(name, unit, column, rrd, help)                int64_t
 *   STATE(name, set, column, rrd, help)                 int64_t: a value of a closed set
 *   HISTOGRAM(name, unit, column, rrd, help)            struct stat_histogram
 *   RAW(name, count)                                    uint64_t of the writer's own; never shown
 *
 * `column`: column in the family's SNMP table; a COUNTERS takes as many as its set has values, a
 * HISTOGRAM four. `rrd`: data source name, at most 19 characters with its suffix. All LABELs come
 * first, then INFOs. Units say how the integer is to be read: NONE as it is; SECONDS nanoseconds;
 * BYTES; PER_SECOND thousandths a second; TIMESTAMP wall-clock nanoseconds; RATIO thousandths of
 * the whole. Surfaces show base units.
 */
#ifndef LBD_STAT_STAT_H
#define LBD_STAT_STAT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/message.h"
#include "base/set.h"

#define FAMILY(name, NAME, ...) STAT_FAMILY_##NAME,
enum stat_family_id {
#include "stat/family.def"
	STAT_FAMILY_COUNT
};
#undef FAMILY

enum stat_kind {
	STAT_KIND_COUNTER,
	STAT_KIND_COUNTERS,
	STAT_KIND_GAUGE,
	STAT_KIND_STATE,
	STAT_KIND_HISTOGRAM,
};

enum stat_unit {
	STAT_UNIT_NONE,
	STAT_UNIT_SECONDS,
	STAT_UNIT_BYTES,
	STAT_UNIT_PER_SECOND,
	STAT_UNIT_TIMESTAMP,
	STAT_UNIT_RATIO,
};

/* The value in the row is that in the base unit × 10^digits. */
unsigned stat_unit_digits(enum stat_unit unit);

/*
 * Buckets grow by 2^(1/4), from 2^-17 s to 2^5 s (8 us … 32 s): round trips on a LAN, timer lateness
 * and hanging disks. They are those of Prometheus's native histograms of schema 2, OpenTelemetry's
 * of scale 2, so that these show the very counts that are kept here, and so does a view by octaves
 * whose bounds are powers of two. Bucket 0 takes what is not above the lowest bound, bucket i what
 * is above stat_histogram_bounds[i - 1] and not above stat_histogram_bounds[i], one more the rest.
 */
#define STAT_HISTOGRAM_SCHEMA 2
#define STAT_HISTOGRAM_OCTAVE (1 << STAT_HISTOGRAM_SCHEMA) /* buckets */
#define STAT_HISTOGRAM_LOWEST (-17)                        /* powers of two, in seconds */
#define STAT_HISTOGRAM_HIGHEST 5
#define STAT_HISTOGRAM_BOUNDS \
	((STAT_HISTOGRAM_HIGHEST - STAT_HISTOGRAM_LOWEST) * STAT_HISTOGRAM_OCTAVE + 1)
/* In ns, rounded down, which is exact for observations in whole ns. */
extern const int64_t stat_histogram_bounds[STAT_HISTOGRAM_BOUNDS];

struct stat_histogram {
	uint64_t buckets[STAT_HISTOGRAM_BOUNDS + 1]; /* each its own count, not cumulative */
	uint64_t count;
	uint64_t sum; /* ns */
};

/* The bounds of the coarse view: 2^STAT_HISTOGRAM_LOWEST s, then an octave each. */
#define STAT_HISTOGRAM_OCTAVES (STAT_HISTOGRAM_HIGHEST - STAT_HISTOGRAM_LOWEST + 1)
/* The same counts by octave, the last for the rest; not cumulative. */
void stat_histogram_octaves(const struct stat_histogram *histogram,
			    uint64_t octaves[STAT_HISTOGRAM_OCTAVES + 1]);

enum stat_use {
	STAT_USE_FREE = 0, /* never used */
	STAT_USE_LIVE = 1,
	STAT_USE_GONE = 2, /* the object is not configured; its counters wait for its return */
};

struct stat_row {
	_Atomic uint32_t sequence; /* odd while the row is being written */
	uint32_t use;              /* enum stat_use */
	uint64_t present;          /* bit i: metric i of the family has a value (invariant 4) */
	int64_t since;             /* wall ns: when the row's counters began at 0 */
	uint64_t round;            /* of claims that last wanted it; the lowest is reused first */
};

/* The row structs: struct stat_process, struct stat_vrrp, … and the index of each metric in its
 * family, STAT_vrrp_state, which is its bit in `present`. */
#include "stat/row.h"

/* --- what the rows mean ----------------------------------------------------------------------- */

struct stat_text {
	const char *name;
	const char *help;
	size_t offset; /* in the row struct */
	size_t size;
};

struct stat_metric {
	const char *name;
	const char *help;
	enum stat_kind kind;
	enum stat_unit unit;
	size_t offset;         /* in the row struct */
	const struct set *set; /* STATE, COUNTERS; else NULL */
	const char *set_label; /* COUNTERS: name of the label that tells the values apart */
	unsigned column;
	const char *rrd;
};

struct stat_family {
	const char *name;
	const char *help;
	const char *source; /* who writes it, from what */
	unsigned oid;
	size_t stride; /* sizeof the row struct */
	const struct stat_text *labels;
	size_t label_count;
	const struct stat_text *infos;
	size_t info_count;
	const struct stat_metric *metrics;
	size_t metric_count;
};

extern const struct stat_family stat_families[STAT_FAMILY_COUNT];

/* Rows of last_event. Are the rows of a family records of the past rather than objects that go on?
 * There is nothing in such a row to keep a history of. */
#define STAT_LAST_EVENTS 512
static inline bool stat_is_record(enum stat_family_id family)
{
	return family == STAT_FAMILY_LAST_EVENT;
}

/* SNMP columns and RRD data sources that a metric takes: 1, or for COUNTERS one per value, or for a
 * HISTOGRAM four columns (count, sum, and two kept free) and two data sources (count, sum). */
#define STAT_HISTOGRAM_COLUMNS 4
#define STAT_HISTOGRAM_SOURCES 2
unsigned stat_columns(const struct stat_metric *metric);
unsigned stat_sources(const struct stat_metric *metric);
/* Name of data source `i`: the metric's own, with _0, _1, … for COUNTERS (the set's order; its
 * texts are too long) and _count, _sum for a HISTOGRAM. 19 characters at most. Returns text. */
#define STAT_SOURCE_TEXT 20
const char *stat_source_name(const struct stat_metric *metric, unsigned i,
			     char text[STAT_SOURCE_TEXT]);

/* Changes when any .def changes the layout; a segment with another hash is not read. */
uint64_t stat_layout_hash(void);

/* Has metric `index` a value in this row? */
static inline bool stat_has(const struct stat_row *row, unsigned index)
{
	return row->present >> index & 1;
}

/* --- writing ---------------------------------------------------------------------------------- */

struct stat_writer;

/* Rows wanted per family: as many objects as the configuration has; 0 for a family that this
 * process does not write. The segment gets at least twice as many, so that a reload that replaces
 * every object finds room while the rows of the old ones still wait for theirs to return. */
struct stat_capacity {
	uint32_t rows[STAT_FAMILY_COUNT];
};

/* Parent only. Makes sure that `directory`/NAME (NAME = process_name) is a segment of this layout
 * with room for that capacity, and gives its descriptor, open for writing. When the present file is
 * too small, of another layout, damaged or absent, a new one is made as NAME.new, with the old rows
 * (if the layout is ours) copied over, and *needs_commit is true: call stat_segment_commit() once
 * the child has attached. Call it for every start of a child and every reload: the copy is as old
 * as the call. Of a file of another layout (lbd was upgraded and a table changed) nothing can be
 * carried over: its counters begin anew, with a new `since`. The directory must exist. 0, or -errno
 * with nothing changed. */
int stat_segment_prepare(const char *directory, enum process_id process,
			 const struct stat_capacity *capacity, int *fd, bool *needs_commit);
/* Renames NAME.new into place. 0 or -errno. */
int stat_segment_commit(const char *directory, enum process_id process);

/* Takes the segment away of a process that is not to run any more: readers find it absent, not stale.
 * 0 or -errno. */
int stat_segment_remove(const char *directory, enum process_id process);
/* A segment of nobody's else, in memory: for who keeps rows that no other process reads. A
 * descriptor, or -errno. */
int stat_segment_private(enum process_id process, const struct stat_capacity *capacity);

/* Maps a segment for writing; *writer is NULL at first. With an older *writer, its rows are carried
 * over (the file is a copy made a moment ago) and its mapping goes: all row pointers become invalid
 * and are claimed anew. Without one, what a process before us left is made whole: rows that it was
 * killed in, and gauges and states, which are taken away until they are put again (their values
 * stay in the struct for a writer that wants to look). Takes `fd` in any case. 0, or -errno with
 * *writer unchanged. */
int stat_writer_attach(struct stat_writer **writer, int fd);
void stat_writer_free(struct stat_writer *writer);

/* The row with the labels of `labels` (a row struct of that family of which only LABEL and INFO
 * texts are read). A row that was there before (even GONE) is given back with its counters; else a
 * new one. Counters and histograms are present from the start; gauges and states once put. Returns
 * NULL when the family is full even after reusing the oldest GONE rows. */
void *stat_claim(struct stat_writer *writer, enum stat_family_id family, const void *labels);
/* A round of claims: stat_claim_end() marks all rows of the family GONE that were not claimed since
 * stat_claim_begin(). A row that comes back has its counters, not its gauges and states. */
void stat_claim_begin(struct stat_writer *writer, enum stat_family_id family);
void stat_claim_end(struct stat_writer *writer, enum stat_family_id family);

/* Brackets around a change of several values of one row; readers see all or none. */
void stat_begin(struct stat_row *row);
void stat_end(struct stat_row *row);

/* Beats the heart of the segment, each second from the process's loop. */
void stat_heartbeat(struct stat_writer *writer, int64_t now);
void stat_set_generation(struct stat_writer *writer, uint64_t generation);

/* Negative counts as 0. */
void stat_observe(struct stat_histogram *histogram, int64_t nanoseconds);

/* One relaxed add, for a counter outside brackets. */
#define stat_count(counter, n) __atomic_fetch_add(&(counter), (uint64_t)(n), __ATOMIC_RELAXED)
/* Gives a gauge or state of `row` (struct stat_FAMILY *) a value, or takes it away. */
#define stat_put(family, row_, name, value_) \
	((row_)->name = (value_), (row_)->row.present |= UINT64_C(1) << STAT_##family##_##name)
#define stat_unset(family, row_, name) \
	((row_)->row.present &= ~(UINT64_C(1) << STAT_##family##_##name))

/* --- a process's numbers of itself (family `process`) ----------------------------------------- */

struct stat_self {
	struct stat_process *row; /* NULL before the first segment */
	int statm;                /* /proc/self/statm: unreadable once the process is not dumpable */
	int64_t started;          /* wall ns */
	int64_t lateness_max;
	/* What the row's counters, which outlive this process, already contain of ours. */
	uint64_t log_seen, refused_seen, lost_seen, cpu_seen;
};

/* Before privileges are dropped. */
void stat_self_open(struct stat_self *self);
/* The row in a newly attached segment. */
void stat_self_claim(struct stat_self *self, struct stat_writer *writer, enum process_id id);
void stat_self_lateness(struct stat_self *self, int64_t lateness);
/* Once a second. `refused` and `lost`: messages and events since this process started. */
void stat_self_publish(struct stat_self *self, uint64_t refused, uint64_t lost);

/* --- reading ---------------------------------------------------------------------------------- */

struct stat_reader;

enum stat_liveness {
	STAT_ABSENT, /* no segment, or of another layout */
	STAT_STALE,  /* the last heartbeat is older than STAT_STALE_AFTER, or from before a reboot
		      * (in the  future of the monotonic clock): the process is down or stuck */
	STAT_ALIVE,
};
#define STAT_STALE_AFTER (INT64_C(5) * 1000000000)

/* Reads the segments under `directory` (RUN_DIR/stat). Nothing needs to be there yet. */
struct stat_reader *stat_reader_new(const char *directory);
void stat_reader_free(struct stat_reader *reader);
/* Looks for new, replaced and vanished segments. Call before each round of reading. */
void stat_reader_refresh(struct stat_reader *reader);

struct stat_segment_info {
	enum stat_liveness liveness;
	int64_t heartbeat; /* monotonic ns of the last beat; 0: none yet */
	int64_t age;       /* ns from the last beat to the last refresh; < 0: unknown */
	int64_t start;     /* wall ns when the process attached its segment */
	uint64_t generation;
};
/* As it was at the last refresh. */
struct stat_segment_info stat_reader_segment(struct stat_reader *reader, enum process_id process);

/* Copies each LIVE row of a family, from every segment that has it, into a buffer of the reader's
 * and gives it to `each`, with the process that wrote it. A row that stays torn after the bounded
 * number of tries (its writer was killed in the middle, or is very busy) is passed over and
 * counted. Texts are always terminated; numbers are what the writer wrote. An exporter's segment gives
 * rows of `process` and `exporter` alone, and those under its own name, whatever it says there. Rows of a STALE segment
 * are given too: what to make of them is the caller's choice. Returns how many rows were given. */
size_t stat_reader_each(struct stat_reader *reader, enum stat_family_id family,
			void (*each)(const void *row, enum process_id process, void *argument),
			void *argument);
uint64_t stat_reader_torn(const struct stat_reader *reader);

#endif
