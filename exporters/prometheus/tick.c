/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One reading of the segments a second, one rendering for each question. */
#include "exporters/prometheus/tick.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "exporters/base/own.h"
#include "exporters/prometheus/body.h"
#include "exporters/prometheus/selection.h"

#define TICK CLOCK_SECOND
/* A question more takes the place of the oldest. */
#define RENDERINGS_MOST 16

struct rendering {
	enum prometheus_format format;
	char *question; /* NULL: the place is free */
	struct body *plain;
	struct body *zipped;
};

struct tick {
	const struct own *own;
	struct stat_reader *reader;
	struct snapshot snapshot;
	struct prometheus_numbers numbers;
	int64_t taken; /* when the snapshot was; 0: never */
	int64_t took;  /* how long reading it took */
	struct rendering renderings[RENDERINGS_MOST];
	size_t next;
};

struct tick *tick_new(const char *directory, const char *version, const struct own *own)
{
	struct tick *tick = memory_new(sizeof(*tick));

	tick->reader = stat_reader_new(directory);
	tick->own = own;
	tick->numbers.version = version;
	tick->numbers.since = clock_wall();
	return tick;
}

static void forget(struct rendering *rendering)
{
	body_release(rendering->plain);
	body_release(rendering->zipped);
	free(rendering->question);
	*rendering = (struct rendering){0};
}

static void forget_all(struct tick *tick)
{
	for (size_t i = 0; i < RENDERINGS_MOST; i++)
		forget(&tick->renderings[i]);
	tick->next = 0;
}

void tick_free(struct tick *tick)
{
	forget_all(tick);
	snapshot_free(&tick->snapshot);
	stat_reader_free(tick->reader);
	free(tick);
}

void tick_refresh(struct tick *tick)
{
	int64_t now = clock_now();

	if (tick->taken != 0 && now - tick->taken < TICK)
		return;
	snapshot_take(&tick->snapshot, tick->reader);
	own_merge(tick->own, &tick->snapshot);
	tick->taken = now;
	tick->took = clock_now() - now;
	forget_all(tick);
}

size_t tick_rows(const struct tick *tick)
{
	size_t rows = 0;

	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		rows += tick->snapshot.families[i].count;
	return rows;
}

const struct snapshot *tick_snapshot(const struct tick *tick)
{
	return &tick->snapshot;
}

struct prometheus_numbers *tick_numbers(struct tick *tick)
{
	return &tick->numbers;
}

static struct body *render(struct tick *tick, enum prometheus_format format,
			   const struct selection *selection)
{
	int64_t start = clock_now();
	struct snapshot part = {0};
	struct buffer buffer = {0};
	struct body *body;

	if (!selection_is_all(selection))
		selection_apply(selection, &tick->snapshot, &part);
	prometheus_render(&buffer, format, selection_is_all(selection) ? &tick->snapshot : &part,
			  &tick->numbers, selection->options);
	snapshot_free(&part);
	body = body_new(&buffer);
	stat_observe(&tick->numbers.render, tick->took + clock_now() - start);
	return body;
}

static struct rendering *find(struct tick *tick, enum prometheus_format format,
			      const char *question)
{
	for (size_t i = 0; i < RENDERINGS_MOST; i++) {
		struct rendering *rendering = &tick->renderings[i];

		if (rendering->question && rendering->format == format &&
		    strcmp(rendering->question, question) == 0)
			return rendering;
	}
	return NULL;
}

struct body *tick_render(struct tick *tick, enum prometheus_format format,
			 const struct selection *selection, const char *question, bool *zipped)
{
	struct rendering *rendering = find(tick, format, question);

	if (!rendering) {
		rendering = &tick->renderings[tick->next++ % RENDERINGS_MOST];
		forget(rendering);
		rendering->format = format;
		rendering->question = memory_string(question);
		rendering->plain = render(tick, format, selection);
	}
	if (*zipped && !rendering->zipped)
		rendering->zipped = body_compress(rendering->plain);
	*zipped = *zipped && rendering->zipped;
	return *zipped ? rendering->zipped : rendering->plain;
}
