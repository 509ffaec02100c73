/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lbd-push sends, and what it makes of the answers. Pure: values in, values out; no socket, no
 * clock, no log.
 *
 *   rows.c          the labels of the rows of a family, packed once, in order
 *   remote_write.c  a snapshot → requests of Prometheus's remote write 1.0
 *   otlp.c          a snapshot → requests of OpenTelemetry's OTLP for metrics; its partial success
 *   compress.c      snappy, gzip
 *   verdict.c       an answer → delivered, again, or never; how long to wait
 *   queue.c         requests that wait, bounded by bytes
 *   target.c        the command line's words for one target
 *
 * Names, labels and values are those of /metrics: exporters/prometheus/series.h walks, these write.
 * The shell around it: secret.h (files that must not be seen), transport.h (libcurl), sender.h (one
 * target over time).
 */
#ifndef LBD_EXPORTERS_PUSH_PUSH_H
#define LBD_EXPORTERS_PUSH_PUSH_H

#include <stdbool.h>

#include "exporters/base/buffer.h"
#include "exporters/base/snapshot.h"
#include "exporters/prometheus/series.h"

/* --- target.c ---------------------------------------------------------------------------------- */

enum push_protocol { PUSH_REMOTE_WRITE, PUSH_OTLP };

/* "remote_write", "otlp" */
const char *push_protocol_name(enum push_protocol protocol);

#define PUSH_LABELS 32

/* Texts are the command line's, but for `words`. */
struct push_target {
	enum push_protocol protocol;
	const char *url;
	int64_t interval;  /* ns */
	int64_t timeout;   /* ns, of one request as a whole */
	size_t queue_most; /* bytes */
	bool native;       /* histograms with all buckets that there are, not those of /metrics */
	struct series_label labels[PUSH_LABELS];
	size_t label_count;
	char *words[PUSH_LABELS]; /* of push_target_label(): the target's own */
	size_t word_count;
	const char *user;          /* of basic authentication; NULL: none */
	const char *password_file; /* goes with `user` */
	const char *token_file;    /* NULL: no bearer token */
	const char *headers_file;  /* "Name: value" a line; NULL: none */
	const char *ca_file;       /* NULL: the system's */
	const char *cert_file;     /* NULL: no certificate of ours */
	const char *key_file;
};

/* The target with its defaults. */
void push_target_begin(struct push_target *target, enum push_protocol protocol, const char *url);
void push_target_free(struct push_target *target);
/* "NAME=VALUE"; a name again takes the place of the first. False: `problem` says what is wrong. */
bool push_target_label(struct push_target *target, const char *word, const char **problem);
/* Adds a label unless the target has one of that name. */
void push_target_default(struct push_target *target, const char *name, const char *value);
/* Does all of it fit together? False: `problem` says what is wrong. */
bool push_target_check(const struct push_target *target, const char **problem);
/* --- rows.c ------------------------------------------------------------------------------------ */

/* One label, packed somewhere in a buffer. */
struct push_piece {
	size_t name; /* offset of its name, terminated, in `names` */
	size_t start, length; /* in `bytes` */
};

struct push_rows {
	/* Appends the label as the protocol packs it. */
	void (*pack)(struct buffer *buffer, const struct series_label *label);
	bool sorted; /* by name, and without those whose value is empty */
	struct buffer names;
	struct buffer bytes;
	struct push_piece *pieces;
	size_t piece_count, piece_room;
	size_t *firsts; /* piece of each row; one more than there are rows */
	size_t count, room;
	const struct series_label *common; /* every row has these, unless it has one of that name */
	size_t common_count;
};

void push_rows_free(struct push_rows *rows);
void push_rows_clear(struct push_rows *rows);
void push_rows_add(struct push_rows *rows, const struct series_label *labels, size_t count);
/* The pieces of row `row` (or SERIES_NO_ROW: the common labels alone); how many in *count. */
const struct push_piece *push_rows_get(const struct push_rows *rows, size_t row, size_t *count);

/* --- the two protocols ------------------------------------------------------------------------- */

/* Series (OTLP: data points) in one request. */
#define PUSH_ITEMS_MOST 2000

struct push_round {
	const struct push_target *target;
	const struct prometheus_numbers *numbers;
	int64_t wall; /* ns: the time of the numbers */
	/* Takes each request as it is done, not compressed. */
	void (*request)(void *argument, const struct buffer *message, size_t items);
	void *argument;
};

/* What was said in the round before, so that what is gone can be marked as gone. Zeroed at first. */
struct remote_write_memory {
	struct snapshot before;
	uint64_t *series; /* hashes of their labels, sorted */
	size_t count, room;
	unsigned rounds;
};

/* Takes the snapshot: the one in the memory is given back in its place. The wall clock of the rounds
 * must grow by a millisecond at least. */
void remote_write_round(const struct push_round *round, struct snapshot *snapshot,
			struct remote_write_memory *memory);
/* Marks all series as gone. */
void remote_write_farewell(const struct push_round *round, struct remote_write_memory *memory);
void remote_write_memory_free(struct remote_write_memory *memory);

void otlp_round(const struct push_round *round, const struct snapshot *snapshot);
/* Of a body of an answer with status 200: how many points were not taken, and why in `words`, which
 * come from outside. False when it is no such message. */
bool otlp_rejected(const char *body, size_t length, uint64_t *rejected, struct buffer *words);

/* --- compress.c -------------------------------------------------------------------------------- */

/* Append the message, compressed. False: no memory, or too large. */
bool push_snappy(struct buffer *into, const struct buffer *message);
bool push_gzip(struct buffer *into, const struct buffer *message);

/* --- verdict.c --------------------------------------------------------------------------------- */

enum push_verdict { PUSH_DELIVERED, PUSH_AGAIN, PUSH_NEVER };

/* How a request ended, short of an answer. */
enum push_end {
	PUSH_ANSWERED,
	PUSH_NOT_CONNECTED,
	PUSH_TIMED_OUT,
	PUSH_TLS_FAILED,
	PUSH_CUT,       /* the connection ended in the middle, or what came was no HTTP */
	PUSH_TOO_LARGE, /* the answer was */
	PUSH_NOT_BEGUN, /* a file that it needs could not be read */
};

/* Remote write 1.0: 5xx and 429 again, other errors never. OTLP/HTTP, "failures": 429, 502, 503 and
 * 504 again, other errors never. `status` is 0 when none came. A redirection is not followed: what
 * is sent is for the target that the operator named. */
enum push_verdict push_judge(enum push_protocol protocol, enum push_end end, long status);

/* How long to wait after `failures` (from 1) in a row: a second, doubled each time up to 30, between
 * half and all of it by `random`. A target that says how long (`retry_after` ns; < 0: it does not)
 * is believed up to ten minutes. */
int64_t push_wait(unsigned failures, uint32_t random, int64_t retry_after);

/* --- queue.c ----------------------------------------------------------------------------------- */

struct push_request {
	struct push_request *next;
	size_t items;
	size_t length;
	char bytes[];
};

struct push_queue {
	size_t most; /* bytes; the one that is under way counts */
	struct push_request *first, *last;
	size_t count, bytes;
	uint64_t items;
	bool busy; /* the first is under way, and stays whatever comes */
};

/* Adds a request at the end, and drops as many of the oldest as that takes. Returns how many items
 * were dropped; the request itself may be among them. */
uint64_t push_queue_add(struct push_queue *queue, const struct buffer *bytes, size_t items);
/* Takes the first away. */
void push_queue_remove(struct push_queue *queue);
void push_queue_free(struct push_queue *queue);

#endif
