/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lbd's numbers look like in RRD files. Pure: no file is touched, no clock is read here.
 *
 *   name.c    identity of a row ↔ path of its file
 *   source.c  metrics of a family → data sources; a row → the values of an update
 *   shape.c   step and archives; does a file that is there fit?
 *   book.c    which files there are, and what each of them waits for
 *
 * One file per row, so that an object comes and goes with its history. Counters are DERIVE with
 * minimum 0: one that begins anew gives one unknown value and no spike. Counters of seconds have a
 * fraction and are DDERIVE (rrdtool 1.7). All values are in base units. What a row has no value for
 * is unknown, "U" (invariant 4).
 *
 * The shell around it: library.h (librrd), cached.h (rrdcached), writer.h (the tick).
 */
#ifndef LBD_EXPORTERS_RRD_RRD_H
#define LBD_EXPORTERS_RRD_RRD_H

#include "exporters/base/buffer.h"
#include "exporters/base/snapshot.h"

/* --- name.c ------------------------------------------------------------------------------------ */

#define RRD_PATH 1024

/* "real_server/TCP/192.0.2.1+80/10.0.0.1+80.rrd": the family, then one part per label. Letters,
 * digits, "-", "_" and "." (but in front) stand for themselves, ":" is "+", any other byte %XX, an
 * empty label "%". So no two rows share a file, and no label leaves the directory. False when a
 * part is longer than a file system takes (a path of a configuration file of more than 83 odd
 * characters); `path` is whole even then. */
bool rrd_path(enum stat_family_id family, const struct stat_row *row, char path[RRD_PATH]);
/* The way back: a new row struct (free() it) of which the labels are set, or NULL when rrd_path()
 * does not write such a path. */
struct stat_row *rrd_path_parse(const char *path, enum stat_family_id *family);

/* --- source.c ---------------------------------------------------------------------------------- */

struct rrd_source {
	const struct stat_metric *metric;
	unsigned index; /* of the metric in its family: its bit in `present` */
	unsigned part;  /* of COUNTERS and HISTOGRAM; else 0 */
	char name[STAT_SOURCE_TEXT];
};

#define RRD_SOURCES 256

/* The data sources of a family in the order of its table; returns how many. */
size_t rrd_sources(enum stat_family_id family, struct rrd_source sources[RRD_SOURCES]);
/* "GAUGE", "DERIVE", "DDERIVE" */
const char *rrd_source_type(const struct rrd_source *source);
#define RRD_DEFINITION 64
/* "DS:conns:DERIVE:20:0:U". Returns text. */
const char *rrd_source_definition(const struct rrd_source *source, unsigned step,
				  char text[RRD_DEFINITION]);
/* Appends the value, or "U". */
void rrd_value(struct buffer *buffer, const struct rrd_source *source, const struct stat_row *row);

/* --- shape.c ----------------------------------------------------------------------------------- */

#define RRD_ARCHIVES 8

struct rrd_archive {
	unsigned resolution; /* seconds; raised to a multiple of the step */
	unsigned span;       /* seconds */
};

struct rrd_shape {
	unsigned step; /* seconds; the heartbeat is twice that */
	struct rrd_archive archives[RRD_ARCHIVES];
	size_t archive_count;
};

/* "10:86400 60:604800": RESOLUTION:SPAN in seconds. False for anything else. */
bool rrd_shape_archives(struct rrd_shape *shape, const char *text);
/* Archive `i` as rrdtool writes it: an AVERAGE and a MAX for each, but no MAX where it would be the
 * same. Returns text, or NULL when there is no such one. */
const char *rrd_shape_archive(const struct rrd_shape *shape, size_t i, char text[RRD_DEFINITION]);

/* What a file that is there says of itself. */
struct rrd_description {
	unsigned long step;
	int64_t last_update; /* wall seconds */
	size_t count;
	struct {
		char name[STAT_SOURCE_TEXT];
		char type[12];
	} sources[RRD_SOURCES];
};

enum rrd_judgement {
	RRD_FITS,  /* it may have more sources than we know: they stay, and get "U" */
	RRD_LACKS, /* some of ours are to be added */
	RRD_OTHER, /* not ours to write */
};
#define RRD_REASON 160
/* `reason`: why a file is RRD_OTHER. */
enum rrd_judgement rrd_judge(const struct rrd_description *description, enum stat_family_id family,
			     unsigned step, char reason[RRD_REASON]);
/* Is this source in the file? */
bool rrd_describes(const struct rrd_description *description, const char *name);

/* --- book.c ------------------------------------------------------------------------------------ */

enum rrd_state {
	RRD_UNKNOWN, /* not looked at yet */
	RRD_MISSING, /* to be created */
	RRD_READY,
	RRD_REFUSED, /* of another shape */
};

struct rrd_file {
	struct rrd_file *next; /* of the same bucket */
	enum rrd_state state;
	bool lacks; /* READY, with some of our sources still to be added */
	bool said;  /* why it was refused */
	bool held;  /* rrdcached may hold values for a file of this name that is gone */
	enum stat_family_id family;
	const struct stat_row *row; /* of this round; in the snapshot */
	uint64_t round;             /* the last one in which its object was there */
	int64_t last;               /* wall seconds of its last update */
	uint64_t inode;             /* READY: of the file that was looked at */
	unsigned char *order;       /* its sources, as indexes of ours or RRD_NO_SOURCE … */
	size_t order_count;         /* … or none: ours, in our order */
	char path[];
};

#define RRD_NO_SOURCE 255
/* An object that is away for so many rounds is forgotten; its file stays. */
#define RRD_ROUNDS_KEPT 60

struct rrd_book {
	/* Per family; made when first needed. */
	struct {
		struct rrd_source *list;
		size_t count;
	} sources[STAT_FAMILY_COUNT];
	struct rrd_file **buckets;
	size_t bucket_count;
	size_t count;
	struct rrd_file **present; /* the files of this round's rows, each once */
	size_t present_count, present_room;
	uint64_t round;
	uint64_t unnamed; /* rows of this round that have no file name */
};

/* Begins a round: which file each row of the snapshot belongs to. The snapshot must outlive it. */
void rrd_book_round(struct rrd_book *book, const struct snapshot *snapshot);
/* The file is there, and this is the order of its sources. */
void rrd_book_ready(struct rrd_file *file, const struct rrd_description *description);
/* Appends "1785000000:12:U:3": what an update of the file takes. */
void rrd_book_values(struct rrd_book *book, const struct rrd_file *file, int64_t wall_seconds,
		     struct buffer *buffer);
void rrd_book_free(struct rrd_book *book);

#endif
