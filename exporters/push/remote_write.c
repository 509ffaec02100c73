/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prometheus's remote write, version 1.0 of its specification. A series is its labels in order of
 * their names, the name of the metric as __name__ among them, then one sample. Which series there
 * were is remembered by hashes alone: those that are gone are found by a walk over the snapshot that
 * they were in, which is kept, and only when there are any.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "exporters/base/protobuf.h"
#include "exporters/push/push.h"
#include "exporters/push/write.pb-c.h"

/* Every so many rounds the meaning of each metric goes along, as Prometheus itself does it. */
#define METADATA_ROUNDS 60
/* Of samples of series that are gone: "stale markers". One NaN of many, so it is bits. */
#define STALE UINT64_C(0x7ff0000000000002)

enum { WRITE_TIMESERIES = 1, WRITE_METADATA = 3 };

/* What the walk is for. */
enum purpose {
	SAY,       /* the samples, remembering the series */
	MARK_GONE, /* a stale marker for each series that is not among those remembered */
	MARK_ALL,
};

struct writing {
	const struct push_round *round;
	enum purpose purpose;
	struct push_rows rows;
	struct buffer request;
	size_t items;
	struct buffer series; /* the one under way */
	char name[PROMETHEUS_NAME_TEXT];
	enum series_type type;
	bool metadata; /* say it at each head */
	/* SAY: those of this round; MARK_GONE: to look in. */
	struct remote_write_memory *memory;
};

static void pack_label(struct buffer *buffer, const struct series_label *label)
{
	Prometheus__TimeSeries series = PROMETHEUS__TIME_SERIES__INIT;
	Prometheus__Label pair = PROMETHEUS__LABEL__INIT;
	Prometheus__Label *pairs[] = {&pair};
	struct buffer value = {0};

	prometheus_utf8(&value, label->value);
	buffer_add(&value, "", 1);
	pair.name = (char *)(uintptr_t)label->name;
	pair.value = value.bytes;
	series.n_labels = 1;
	series.labels = pairs;
	protobuf_pack(buffer, &series.base);
	buffer_free(&value);
}

/* --- series ------------------------------------------------------------------------------------ */

/* FNV-1a, 64 bits. Two series of one hash would cost a stale marker. */
static uint64_t hash_of(const struct buffer *bytes)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < bytes->length; i++)
		hash = (hash ^ (uint8_t)bytes->bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static bool remembered(const struct remote_write_memory *memory, uint64_t hash)
{
	return memory->count > 0 && bsearch(&hash, memory->series, memory->count, sizeof(hash), compare);
}

static void remember(struct remote_write_memory *memory, uint64_t hash)
{
	if (memory->count == memory->room) {
		memory->room = memory->room ? memory->room * 2 : 1024;
		memory->series = memory_resize(memory->series, memory->room, sizeof(hash));
	}
	memory->series[memory->count++] = hash;
}

static void flush(struct writing *writing)
{
	if (writing->request.length > 0)
		writing->round->request(writing->round->argument, &writing->request, writing->items);
	writing->request.length = 0;
	writing->items = 0;
}

/* A sorted list of the row's labels with up to three of the sample's own, which come before a
 * common one of the same name. */
static void series_labels(struct writing *writing, const struct series_sample *sample,
			  const char *suffix, const char *bound)
{
	char name[PROMETHEUS_NAME_TEXT + 8];
	struct series_label own[4];
	size_t own_count = 0, count, next = 0;
	const struct push_piece *pieces = push_rows_get(&writing->rows, sample->row, &count);

	strcpy(name, writing->name);
	strcat(name, suffix);
	own[own_count++] = (struct series_label){"__name__", name};
	assert(sample->label_count <= 1 || sample->row == SERIES_NO_ROW || !bound);
	for (size_t i = 0; i < sample->label_count && own_count < 3; i++)
		own[own_count++] = sample->labels[i];
	if (bound)
		own[own_count++] = (struct series_label){"le", bound};
	for (size_t i = 0; i <= count; i++) {
		const char *at = i < count ? writing->rows.names.bytes + pieces[i].name : NULL;
		int order = 1;

		while (next < own_count) {
			order = at ? strcmp(own[next].name, at) : -1;
			if (order >= 0)
				break;
			pack_label(&writing->series, &own[next++]);
		}
		if (at && (next == own_count || order != 0))
			buffer_add(&writing->series, writing->rows.bytes.bytes + pieces[i].start,
				   pieces[i].length);
	}
}
