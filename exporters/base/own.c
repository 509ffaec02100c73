/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An exporter's rows about itself. */
#include "exporters/base/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/text.h"

#define BEAT CLOCK_SECOND
/* The parent gives room for as many (process/segments.c). */
#define TARGETS 8

struct own {
	enum process_id process;
	bool shared; /* the rows are in a segment that others read */
	struct stat_writer *writer;
	struct stat_self self;
	struct stat_exporter *rows[TARGETS];
	size_t row_count;
	struct loop *loop;
	struct loop_timer *timer;
	int64_t beaten;
};

/* Whatever happens, the exporter works: only nobody else sees its numbers then. */
static void open_private(struct own *own)
{
	struct stat_capacity capacity = {
		.rows = {[STAT_FAMILY_PROCESS] = 1, [STAT_FAMILY_EXPORTER] = TARGETS}};
	int fd = stat_segment_private(own->process, &capacity);
	int status = fd < 0 ? fd : stat_writer_attach(&own->writer, fd);

	if (status != 0)
		log_error("cannot keep numbers of our own: %s", strerror(-status));
}

struct own *own_open(enum process_id process, int fd)
{
	struct own *own = memory_new(sizeof(*own));
	int status = 0;

	own->process = process;
	stat_self_open(&own->self);
	if (fd >= 0) {
		status = stat_writer_attach(&own->writer, fd);
		own->shared = status == 0;
	}
	if (status != 0)
		log_error("cannot map our segment of statistics: %s; our own numbers are seen by "
			  "nobody",
			  strerror(-status));
	if (!own->writer)
		open_private(own);
	if (!own->writer)
		return own;
	stat_claim_begin(own->writer, STAT_FAMILY_PROCESS);
	stat_self_claim(&own->self, own->writer, process);
	stat_claim_end(own->writer, STAT_FAMILY_PROCESS);
	stat_claim_begin(own->writer, STAT_FAMILY_EXPORTER);
	stat_claim_end(own->writer, STAT_FAMILY_EXPORTER);
	own_beat(own, clock_now());
	return own;
}

static void lateness(int64_t late, void *argument)
{
	struct own *own = argument;

	stat_self_lateness(&own->self, late);
}

static void beat_again(void *argument)
{
	struct own *own = argument;
	int64_t now = clock_now();

	own_beat(own, now);
	loop_timer_at(own->timer, now + BEAT);
}

void own_watch(struct own *own, struct loop *loop)
{
	own->loop = loop;
	own->timer = loop_timer_new(loop, beat_again, own);
	loop_on_lateness(loop, lateness, own);
	beat_again(own);
}

void own_unwatch(struct own *own)
{
	loop_on_lateness(own->loop, NULL, NULL);
	loop_timer_free(own->timer);
}

void own_close(struct own *own)
{
	if (own->writer)
		stat_heartbeat(own->writer, 0);
	stat_writer_free(own->writer);
	if (own->self.statm >= 0)
		close(own->self.statm);
	free(own);
}

struct stat_exporter *own_row(struct own *own, const char *target)
{
	struct stat_exporter labels = {0};
	struct stat_exporter *row;

	if (!own->writer)
		return NULL;
	TEXT_COPY(labels.exporter, process_name(own->process));
	TEXT_COPY(labels.target, target);
	row = stat_claim(own->writer, STAT_FAMILY_EXPORTER, &labels);
	for (size_t i = 0; i < own->row_count; i++)
		if (own->rows[i] == row)
			return row;
	if (!row || own->row_count == TARGETS) {
		log_error("no room for numbers about %s: there are %d targets already",
			  labels.target, TARGETS);
		return NULL;
	}
	own->rows[own->row_count++] = row;
	stat_begin(&row->row);
	stat_put(exporter, row, state, EXPORTER_STATE_IDLE);
	stat_put(exporter, row, queue, 0);
	stat_end(&row->row);
	return row;
}

const char *own_target(const char *url, char text[OWN_TARGET])
{
	const char *start = strstr(url, "://");
	size_t scheme, length;
	const char *at;

	if (!start) {
		snprintf(text, OWN_TARGET, "%s", url);
		return text;
	}
	/* A careless password has an @, a slash or a question mark of its own. So whatever is before the
	 * last @ is left out: that may cost a path, but never shows a secret. */
	scheme = (size_t)(start - url) + 3;
	at = strrchr(url + scheme, '@');
	at = at ? at + 1 : url + scheme;
	length = strcspn(at, "?#");
	snprintf(text, OWN_TARGET, "%.*s%.*s", (int)scheme, url, (int)length, at);
	return text;
}

static void finish(struct stat_exporter *row, enum exporter_state state, int64_t duration)
{
	row->rounds++;
	stat_observe(&row->round_duration, duration);
	stat_put(exporter, row, state, state);
}

void own_succeeded(struct stat_exporter *row, uint64_t items, uint64_t bytes, int64_t duration)
{
	if (!row)
		return;
	stat_begin(&row->row);
	finish(row, EXPORTER_STATE_WORKING, duration);
	row->items += items;
	row->bytes += bytes;
	stat_put(exporter, row, last_success, clock_wall());
	stat_end(&row->row);
}

void own_failed(struct stat_exporter *row, enum exporter_error reason, int64_t duration)
{
	if (!row)
		return;
	stat_begin(&row->row);
	finish(row, EXPORTER_STATE_FAILING, duration);
	row->errors[reason]++;
	stat_end(&row->row);
}

void own_error(struct stat_exporter *row, enum exporter_error reason, uint64_t count)
{
	if (row)
		stat_count(row->errors[reason], count);
}

void own_lost(struct stat_exporter *row, uint64_t items)
{
	if (row)
		stat_count(row->losses, items);
}

void own_queue(struct stat_exporter *row, uint64_t items)
{
	if (!row)
		return;
	stat_begin(&row->row);
	stat_put(exporter, row, queue, (int64_t)items);
	stat_end(&row->row);
}

void own_beat(struct own *own, int64_t now)
{
	if (!own->writer || (own->beaten != 0 && now - own->beaten < BEAT / 2))
		return;
	own->beaten = now;
	stat_self_publish(&own->self, 0, 0);
	stat_heartbeat(own->writer, now);
}

static void merge(struct snapshot *snapshot, enum stat_family_id family, const struct stat_row *row)
{
	struct stat_row *there = snapshot_find(snapshot, family, row);

	if (there)
		memcpy(there, row, stat_families[family].stride);
	else
		snapshot_add(snapshot, family, row);
}

void own_merge(const struct own *own, struct snapshot *snapshot)
{
	if (own->shared || !own->writer)
		return;
	merge(snapshot, STAT_FAMILY_PROCESS, &own->self.row->row);
	for (size_t i = 0; i < own->row_count; i++)
		merge(snapshot, STAT_FAMILY_EXPORTER, &own->rows[i]->row);
}
