/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One tick after the other. What to write is rrd.h's business; how, library.h's and cached.h's. */
#include "exporters/rrd/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "exporters/base/own.h"
#include "exporters/rrd/cached.h"
#include "exporters/rrd/disk.h"
#include "exporters/rrd/library.h"
#include "exporters/rrd/report.h"
#include "exporters/rrd/trouble.h"

/* A file is some megabytes: so many a tick keep a disk free for its other users. */
#define CREATIONS_MOST 200

struct writer {
	const struct writer_options *options;
	struct stat_reader *reader;
	struct snapshot snapshot;
	struct rrd_book book;
	struct cached *cached; /* NULL: librrd writes */
	struct report report;
	struct stat_exporter *row; /* our own */
	uint64_t bytes;            /* that were handed over in this tick */
	struct trouble trouble;
	struct buffer values;    /* of one update */
	struct buffer batch;     /* lines for rrdcached … */
	struct rrd_file **lines; /* … and the file of each */
	size_t line_count, line_room;
	size_t first;      /* of the files of a round: where a tick begins, after one that was cut */
	int64_t wall;      /* this tick, in seconds */
	int64_t enough;    /* when looking at files and creating them stops … */
	int64_t deadline;  /* … and writing */
};

struct writer *writer_new(const struct writer_options *options)
{
	struct writer *writer = memory_new(sizeof(*writer));

	writer->options = options;
	writer->reader = stat_reader_new(options->segments);
	writer->row = own_row(options->own, options->directory);
	if (options->rrdcached)
		writer->cached = cached_new(options->rrdcached);
	return writer;
}

void writer_free(struct writer *writer)
{
	cached_free(writer->cached);
	rrd_book_free(&writer->book);
	snapshot_free(&writer->snapshot);
	stat_reader_free(writer->reader);
	buffer_free(&writer->values);
	buffer_free(&writer->batch);
	free(writer->lines);
	free(writer);
}

static struct rrd_file *file_at(const struct writer *writer, size_t i)
{
	return writer->book.present[(writer->first + i) % writer->book.present_count];
}

#define WHOLE_PATH 4096

/* False when it does not fit, which the operating system would not take either. */
static bool whole_path(const struct writer *writer, const struct rrd_file *file,
		       char path[WHOLE_PATH])
{
	return snprintf(path, WHOLE_PATH, "%s/%s", writer->options->directory, file->path) <
	       WHOLE_PATH;
}

static enum exporter_error reason_of(const struct writer *writer, const char *words)
{
	return disk_reason(writer->options->directory, words);
}

/* --- looking at files ---------------------------------------------------------------------------- */

static void refuse(struct writer *writer, struct rrd_file *file, const char *path,
		   const char *reason)
{
	own_error(writer->row, EXPORTER_ERROR_PERMISSION, 1);
	if (!file->said)
		log_error("%s is left as it is and not written to: %s; move it away to have a new one",
			  path, reason);
	file->said = true;
	file->state = RRD_REFUSED;
}

static void look_at(struct writer *writer, struct rrd_file *file)
{
	struct rrd_description description;
	enum rrd_judgement judgement;
	char path[WHOLE_PATH], reason[RRD_REASON];
	struct stat status;

	if (!whole_path(writer, file, path)) {
		refuse(writer, file, path, "its path is too long");
		return;
	}
	if (lstat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
		file->state = RRD_MISSING;
		file->said = false;
		return;
	}
	if (library_describe(path, &description) != 0) {
		refuse(writer, file, path, library_error());
		return;
	}
	judgement = rrd_judge(&description, file->family, writer->options->shape.step, reason);
	if (judgement == RRD_OTHER) {
		refuse(writer, file, path, reason);
		return;
	}
	rrd_book_ready(file, &description);
	file->inode = status.st_ino;
	file->lacks = judgement == RRD_LACKS;
	if (file->said)
		log_notice("%s is one of ours again, and written to", path);
	file->said = false;
}

/* Is it not there any more, or another one? */
static bool is_gone(const struct writer *writer, const struct rrd_file *file)
{
	char path[WHOLE_PATH];
	struct stat status;

	if (file->state != RRD_READY || !whole_path(writer, file, path))
		return false;
	return lstat(path, &status) != 0 ? errno == ENOENT : status.st_ino != file->inode;
}

/* Somebody may have put right what was wrong with a file; and rrdcached does not say that one is gone,
 * or another. Every file has its turn within so many seconds, a part of them in each tick. */
#define REVIEW 5

static void review(struct writer *writer, struct rrd_file *file)
{
	if (file->state == RRD_REFUSED)
		file->state = RRD_UNKNOWN;
	if (!is_gone(writer, file))
		return;
	file->state = RRD_UNKNOWN;
	/* It holds values for the one that is gone, and the new one would refuse them. */
	file->held = writer->cached != NULL;
}

static void look_at_files(struct writer *writer)
{
	size_t rounds = (REVIEW - 1) / writer->options->shape.step + 1;

	for (size_t i = 0; i < writer->book.present_count; i++) {
		struct rrd_file *file = file_at(writer, i);

		if (i % rounds == writer->book.round % rounds && clock_now() < writer->enough)
			review(writer, file);
		if (file->state == RRD_UNKNOWN && clock_now() < writer->enough)
			look_at(writer, file);
	}
}

/* --- creating and extending ---------------------------------------------------------------------- */

static void rrdcached_failed(struct writer *writer)
{
	trouble_add(&writer->trouble, TROUBLE_RRDCACHED, cached_reason(writer->cached),
		    "%s; until it answers, values are lost", cached_error(writer->cached));
}

static void creation_failed(struct writer *writer, const char *path, const char *what)
{
	writer->report.create_errors++;
	trouble_add(&writer->trouble, TROUBLE_CREATE, reason_of(writer, library_error()),
		    "cannot %s %s: %s", what, path, library_error());
}

static void create(struct writer *writer, struct rrd_file *file)
{
	char path[WHOLE_PATH];

	if (!whole_path(writer, file, path))
		return;
	if (file->held && cached_forget(writer->cached, path) != 0) {
		rrdcached_failed(writer);
		return;
	}
	file->held = false;
	if (library_create(writer->options->directory, path, file->family, &writer->options->shape,
			   writer->wall) != 0) {
		creation_failed(writer, path, "create");
		return;
	}
	writer->report.created++;
	look_at(writer, file);
}

/* What rrdcached still holds for the file has values for the old sources only. */
static void extend(struct writer *writer, struct rrd_file *file)
{
	struct rrd_description description;
	char path[WHOLE_PATH];

	if (!whole_path(writer, file, path))
		return;
	if (writer->cached && cached_flush(writer->cached, path) != 0) {
		rrdcached_failed(writer);
		return;
	}
	file->lacks = false;
	if (library_describe(path, &description) != 0 ||
	    library_extend(path, file->family, writer->options->shape.step, &description) != 0) {
		/* The sources that it has are written all the same. */
		creation_failed(writer, path, "add data sources to");
		return;
	}
	log_info("%s has got the data sources that it did not have", path);
	writer->report.extended++;
	look_at(writer, file);
	/* Once is enough, whatever came of it. */
	file->lacks = false;
}

static void create_some(struct writer *writer)
{
	unsigned left = CREATIONS_MOST;

	for (size_t i = 0; i < writer->book.present_count && left > 0; i++) {
		struct rrd_file *file = file_at(writer, i);
		bool missing = file->state == RRD_MISSING;

		if (!missing && !(file->state == RRD_READY && file->lacks))
			continue;
		if (clock_now() >= writer->enough)
			return;
		left--;
		own_beat(writer->options->own, clock_now());
		if (missing)
			create(writer, file);
		else
			extend(writer, file);
	}
}

/* --- writing ------------------------------------------------------------------------------------- */

static void update_failed(struct writer *writer, struct rrd_file *file, const char *words)
{
	writer->report.update_errors++;
	trouble_add(&writer->trouble, TROUBLE_UPDATE, reason_of(writer, words),
		    "cannot update %s: %s", file->path, words);
	own_lost(writer->row, 1);
	/* It may be gone, or be another file than it was. */
	file->state = RRD_UNKNOWN;
}

static void update_done(struct writer *writer, struct rrd_file *file)
{
	writer->report.updates++;
	file->last = writer->wall;
	own_beat(writer->options->own, clock_now());
}

static void update_directly(struct writer *writer, struct rrd_file *file)
{
	char path[WHOLE_PATH];

	if (!whole_path(writer, file, path))
		return;
	buffer_add(&writer->values, "", 1);
	if (library_update(path, writer->values.bytes) == 0)
		update_done(writer, file);
	else
		update_failed(writer, file, library_error());
}

static void update_in_batch(struct writer *writer, struct rrd_file *file)
{
	char path[WHOLE_PATH];

	if (!whole_path(writer, file, path))
		return;
	cached_line(&writer->batch, path, writer->values.bytes, writer->values.length);
	if (writer->line_count == writer->line_room) {
		writer->line_room = writer->line_room ? writer->line_room * 2 : 64;
		writer->lines = memory_resize(writer->lines, writer->line_room,
					      sizeof(writer->lines[0]));
	}
	writer->lines[writer->line_count++] = file;
}

static void line_refused(size_t line, const char *words, void *argument)
{
	struct writer *writer = argument;

	if (line >= writer->line_count || !writer->lines[line])
		return;
	update_failed(writer, writer->lines[line], words);
	writer->lines[line] = NULL;
}

static void send_batch(struct writer *writer)
{
	if (writer->line_count == 0)
		return;
	if (cached_batch(writer->cached, &writer->batch, line_refused, writer) == 0) {
		for (size_t i = 0; i < writer->line_count; i++)
			if (writer->lines[i])
				update_done(writer, writer->lines[i]);
	} else {
		writer->report.rrdcached_errors++;
		own_lost(writer->row, writer->line_count);
		rrdcached_failed(writer);
	}
	writer->line_count = 0;
	writer->batch.length = 0;
}

static void update_all(struct writer *writer)
{
	bool backwards = false;

	for (size_t i = 0; i < writer->book.present_count; i++) {
		struct rrd_file *file = file_at(writer, i);

		if (file->state != RRD_READY)
			continue;
		if (file->last >= writer->wall) {
			backwards = true;
			continue;
		}
		if (clock_now() >= writer->deadline) {
			/* The next tick goes on where this one stopped, so that each has its turn. */
			writer->first = (writer->first + i) % writer->book.present_count;
			writer->report.ticks_cut++;
			own_lost(writer->row, writer->book.present_count - i);
			trouble_add(&writer->trouble, TROUBLE_SLOW, EXPORTER_ERROR_TIMEOUT,
				    "a step of %u s is too short for %zu files on this disk: rrdcached, "
				    "or a longer step, helps",
				    writer->options->shape.step, writer->book.present_count);
			break;
		}
		writer->values.length = 0;
		rrd_book_values(&writer->book, file, writer->wall, &writer->values);
		writer->bytes += writer->values.length;
		if (writer->cached)
			update_in_batch(writer, file);
		else
			update_directly(writer, file);
	}
	if (backwards) {
		writer->report.ticks_backwards++;
		trouble_add(&writer->trouble, TROUBLE_CLOCK, EXPORTER_ERROR_CLOCK,
			    "the wall clock is behind the last update of some files: they are not "
			    "written until it has passed that");
	}
	send_batch(writer);
}

static void count_files(struct writer *writer)
{
	struct report *report = &writer->report;

	report->files = report->waiting = report->refused = 0;
	report->unnamed = writer->book.unnamed;
	for (size_t i = 0; i < writer->book.present_count; i++)
		switch (writer->book.present[i]->state) {
		case RRD_READY:
			report->files++;
			break;
		case RRD_REFUSED:
			report->refused++;
			break;
		case RRD_UNKNOWN:
		case RRD_MISSING:
			report->waiting++;
			break;
		}
}

static void work(struct writer *writer)
{
	snapshot_take(&writer->snapshot, writer->reader);
	rrd_book_round(&writer->book, &writer->snapshot);
	look_at_files(writer);
	if (disk_writable(writer->options->directory, &writer->trouble))
		create_some(writer);
	update_all(writer);
	count_files(writer);
}

/* A round in which anything went wrong has failed; what else went wrong in it is counted too. */
static void tell_own(struct writer *writer, uint64_t updates, int64_t duration)
{
	const struct trouble *trouble = &writer->trouble;
	bool failed = false;

	own_queue(writer->row, writer->report.waiting);
	for (unsigned i = 0; i < TROUBLE_COUNT; i++) {
		if (trouble->now[i] && failed)
			own_error(writer->row, trouble->reason[i], 1);
		if (trouble->now[i] && !failed)
			own_failed(writer->row, trouble->reason[i], duration);
		failed |= trouble->now[i];
	}
	if (!failed)
		own_succeeded(writer->row, updates, writer->bytes, duration);
}

void writer_tick(struct writer *writer)
{
	uint64_t updates = writer->report.updates;
	int64_t start = clock_now(), wall = clock_wall();
	int64_t step = writer->options->shape.step * CLOCK_SECOND;
	bool usable = disk_usable(writer->options->directory, &writer->trouble);
	int error;

	/* Ticks are planned for whole seconds; a little early or late is meant for the same. */
	writer->wall = (wall + CLOCK_SECOND / 2) / CLOCK_SECOND;
	writer->enough = start + step / 2;
	writer->deadline = start + step - step / 8;
	writer->bytes = 0;
	writer->report.ticks++;
	writer->report.last_tick = (uint64_t)wall;
	if (usable)
		work(writer);
	writer->report.tick_duration = (uint64_t)(clock_now() - start);
	/* A directory that is not writable has been complained of. */
	error = usable && !writer->trouble.now[TROUBLE_DIRECTORY]
			? report_write(writer->options->directory, &writer->report)
			: 0;
	if (error)
		trouble_add(&writer->trouble, TROUBLE_REPORT,
			    reason_of(writer, strerror(-error)), "cannot write %s/%s: %s",
			    writer->options->directory, REPORT_FILE, strerror(-error));
	tell_own(writer, writer->report.updates - updates, clock_now() - start);
	trouble_settle(&writer->trouble);
}
