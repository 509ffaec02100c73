/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prometheus's remote write, version 1.0 of its specification. A series is its labels in order of
 * their names, the name of the metric as __name__ among them, then one sample. Which series there
 * were is remembered by hashes alone: those that are gone are found by a walk over the snapshot that
 * they were in, which is kept, and only when there are any.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "exporters/base/native.h"
#include "exporters/base/protobuf.h"
#include "exporters/push/push.h"
#include "exporters/push/write.pb-c.h"

/* Every so many rounds the meaning of each metric goes along, as Prometheus itself does it. */
#define METADATA_ROUNDS 60
/* Of samples of series that are gone: "stale markers". One NaN of many, so it is bits. */
#define STALE UINT64_C(0x7ff0000000000002)

/* A sample's own, with the name and the bound. */
#define SAMPLE_LABELS 16

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

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct series_label *)a)->name, ((const struct series_label *)b)->name);
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

/* The labels in order: the row's, which are, and the sample's own, which come before a common one of
 * the same name. */
static void series_labels(struct writing *writing, size_t row, struct series_label *own,
			  size_t own_count)
{
	size_t count, next = 0;
	const struct push_piece *pieces = push_rows_get(&writing->rows, row, &count);

	qsort(own, own_count, sizeof(*own), by_name);
	for (size_t i = 0; i < count; i++) {
		const char *name = writing->rows.names.bytes + pieces[i].name;
		int order = -1;

		while (next < own_count && (order = strcmp(own[next].name, name)) <= 0) {
			pack_label(&writing->series, &own[next++]);
			if (order == 0)
				break;
		}
		if (order != 0)
			buffer_add(&writing->series, writing->rows.bytes.bytes + pieces[i].start,
				   pieces[i].length);
	}
	for (; next < own_count; next++)
		pack_label(&writing->series, &own[next]);
}

static void pack_sample(struct writing *writing, double value)
{
	Prometheus__TimeSeries series = PROMETHEUS__TIME_SERIES__INIT;
	Prometheus__Sample sample = PROMETHEUS__SAMPLE__INIT;
	Prometheus__Sample *samples[] = {&sample};

	sample.has_value = sample.has_timestamp = true;
	sample.value = value;
	sample.timestamp = writing->round->wall / CLOCK_MILLISECOND;
	series.n_samples = 1;
	series.samples = samples;
	protobuf_pack(&writing->series, &series.base);
}

static double stale(void)
{
	uint64_t bits = STALE;
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* Is the series whose labels are there to be said, for this purpose? */
static bool is_wanted(struct writing *writing)
{
	uint64_t hash;

	if (writing->purpose == MARK_ALL)
		return true;
	hash = hash_of(&writing->series);
	if (writing->purpose == MARK_GONE)
		return !remembered(writing->memory, hash);
	remember(writing->memory, hash);
	return true;
}

static void pack_native(struct writing *writing, const struct stat_histogram *histogram)
{
	Prometheus__TimeSeries series = PROMETHEUS__TIME_SERIES__INIT;
	Prometheus__Histogram value = PROMETHEUS__HISTOGRAM__INIT;
	Prometheus__Histogram *values[] = {&value};
	Prometheus__BucketSpan spans[STAT_HISTOGRAM_BOUNDS], *pointers[STAT_HISTOGRAM_BOUNDS];
	struct native_histogram native;

	native_histogram_make(&native, histogram);
	for (size_t i = 0; i < native.span_count; i++) {
		prometheus__bucket_span__init(&spans[i]);
		spans[i].has_offset = spans[i].has_length = true;
		spans[i].offset = native.spans[i].offset;
		spans[i].length = native.spans[i].length;
		pointers[i] = &spans[i];
	}
	value.has_count_int = value.has_sum = value.has_schema = value.has_zero_threshold = true;
	value.has_zero_count_int = value.has_timestamp = true;
	value.count_int = native.count;
	value.sum = series_value((struct series_number){histogram->sum, false, 9});
	value.schema = STAT_HISTOGRAM_SCHEMA;
	value.zero_threshold = series_bound(0);
	value.zero_count_int = native.zero_count;
	value.n_positive_spans = native.span_count;
	value.positive_spans = pointers;
	value.n_positive_deltas = native.delta_count;
	value.positive_deltas = native.deltas;
	value.timestamp = writing->round->wall / CLOCK_MILLISECOND;
	series.n_histograms = 1;
	series.histograms = values;
	protobuf_pack(&writing->series, &series.base);
}

/* `bound`: of a bucket, or NULL. */
static void series(struct writing *writing, const struct series_sample *sample, const char *suffix,
		   const char *bound, double value)
{
	char name[PROMETHEUS_NAME_TEXT + 8];
	struct series_label own[SAMPLE_LABELS];
	size_t count = 0;

	snprintf(name, sizeof(name), "%s%s", writing->name, suffix);
	own[count++] = (struct series_label){"__name__", name};
	assert(sample->label_count + 2 <= SAMPLE_LABELS);
	for (size_t i = 0; i < sample->label_count; i++)
		if (sample->labels[i].value[0] != '\0')
			own[count++] = sample->labels[i];
	if (bound)
		own[count++] = (struct series_label){"le", bound};
	writing->series.length = 0;
	series_labels(writing, sample->row, own, count);
	if (!is_wanted(writing))
		return;
	if (writing->purpose != SAY)
		pack_sample(writing, stale());
	else if (sample->histogram && writing->round->target->native)
		pack_native(writing, sample->histogram);
	else
		pack_sample(writing, value);
	protobuf_field(&writing->request, WRITE_TIMESERIES, writing->series.bytes,
		       writing->series.length);
	if (++writing->items == PUSH_ITEMS_MOST)
		flush(writing);
}

/* --- the walk ---------------------------------------------------------------------------------- */

static void clear(void *self)
{
	struct writing *writing = self;

	push_rows_clear(&writing->rows);
}

static void row(void *self, const struct series_label *labels, size_t count)
{
	struct writing *writing = self;

	push_rows_add(&writing->rows, labels, count);
}

static void metadata(struct writing *writing, const struct series_head *head)
{
	static const Prometheus__MetricMetadata__MetricType types[] = {
		[SERIES_COUNTER] = PROMETHEUS__METRIC_METADATA__METRIC_TYPE__COUNTER,
		[SERIES_GAUGE] = PROMETHEUS__METRIC_METADATA__METRIC_TYPE__GAUGE,
		[SERIES_HISTOGRAM] = PROMETHEUS__METRIC_METADATA__METRIC_TYPE__HISTOGRAM,
		[SERIES_INFO] = PROMETHEUS__METRIC_METADATA__METRIC_TYPE__INFO,
	};
	Prometheus__MetricMetadata about = PROMETHEUS__METRIC_METADATA__INIT;
	struct buffer bytes = {0};

	about.has_type = true;
	about.type = types[head->type];
	about.metric_family_name = (char *)(uintptr_t)head->name;
	about.help = (char *)(uintptr_t)head->help;
	about.unit = (char *)(uintptr_t)series_unit(head->name);
	protobuf_pack(&bytes, &about.base);
	protobuf_field(&writing->request, WRITE_METADATA, bytes.bytes, bytes.length);
	buffer_free(&bytes);
}

static void head(void *self, const struct series_head *head)
{
	struct writing *writing = self;

	snprintf(writing->name, sizeof(writing->name), "%s", head->name);
	writing->type = head->type;
	if (writing->metadata)
		metadata(writing, head);
}

static void histogram(struct writing *writing, const struct series_sample *sample)
{
	uint64_t octaves[STAT_HISTOGRAM_OCTAVES + 1];
	uint64_t count = 0;

	if (writing->round->target->native) {
		series(writing, sample, "", NULL, 0);
		return;
	}
	stat_histogram_octaves(sample->histogram, octaves);
	for (size_t i = 0; i <= STAT_HISTOGRAM_OCTAVES; i++) {
		char bound[SERIES_BOUND_TEXT];

		count += octaves[i];
		series(writing, sample, "_bucket", series_bound_text(i, bound), (double)count);
	}
	series(writing, sample, "_sum", NULL,
	       series_value((struct series_number){sample->histogram->sum, false, 9}));
	series(writing, sample, "_count", NULL, (double)count);
}

static void sample(void *self, const struct series_sample *sample)
{
	struct writing *writing = self;

	if (writing->type == SERIES_HISTOGRAM)
		histogram(writing, sample);
	else
		series(writing, sample, "", NULL, series_value(sample->number));
}

static void end(void *self)
{
	(void)self;
}

static void walk(struct writing *writing, const struct snapshot *snapshot)
{
	static const struct series_sink sink = {
		.clear = clear, .row = row, .head = head, .sample = sample, .end = end};

	writing->rows.pack = pack_label;
	writing->rows.sorted = true;
	writing->rows.common = writing->round->target->labels;
	writing->rows.common_count = writing->round->target->label_count;
	series_walk(snapshot, writing->round->numbers, true, &sink, writing);
	push_rows_free(&writing->rows);
	writing->rows = (struct push_rows){0};
}

static void finish(struct writing *writing)
{
	flush(writing);
	buffer_free(&writing->request);
	buffer_free(&writing->series);
}

/* Is each of the old hashes among the new ones? Both are sorted. */
static bool all_there(const uint64_t *old, size_t count, const struct remote_write_memory *memory)
{
	for (size_t i = 0; i < count; i++)
		if (!remembered(memory, old[i]))
			return false;
	return true;
}

void remote_write_round(const struct push_round *round, struct snapshot *snapshot,
			struct remote_write_memory *memory)
{
	struct writing writing = {.round = round,
				  .purpose = SAY,
				  .memory = memory,
				  .metadata = memory->rounds++ % METADATA_ROUNDS == 0};
	uint64_t *old = memory->series;
	size_t old_count = memory->count;
	struct snapshot now = *snapshot;

	memory->series = NULL;
	memory->count = memory->room = 0;
	walk(&writing, snapshot);
	if (memory->count > 0)
		qsort(memory->series, memory->count, sizeof(*memory->series), compare);
	if (!all_there(old, old_count, memory)) {
		writing.purpose = MARK_GONE;
		writing.metadata = false;
		walk(&writing, &memory->before);
	}
	finish(&writing);
	free(old);
	*snapshot = memory->before;
	memory->before = now;
}

void remote_write_farewell(const struct push_round *round, struct remote_write_memory *memory)
{
	struct writing writing = {.round = round, .purpose = MARK_ALL, .memory = memory};

	walk(&writing, &memory->before);
	finish(&writing);
}

void remote_write_memory_free(struct remote_write_memory *memory)
{
	snapshot_free(&memory->before);
	free(memory->series);
	*memory = (struct remote_write_memory){0};
}
