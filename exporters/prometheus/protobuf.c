/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The protobuf format. Messages are packed a piece at a time: one that is appended to another of
 * its type adds to it (that is how the encoding defines it), so the labels of a row are packed once
 * and copied for each of its samples, and a family need not be in memory as a tree.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "exporters/base/native.h"
#include "exporters/base/protobuf.h"
#include "exporters/prometheus/metrics.pb-c.h"
#include "exporters/prometheus/series.h"

#define NANOSECONDS 1000000000
#define METRIC 4 /* MetricFamily's field */

struct protobuf {
	struct buffer *buffer;
	bool created;
	bool native;
	struct buffer labels; /* of all rows, each a Metric that has nothing else */
	size_t *starts;       /* in `labels`; one more than there are rows */
	size_t rows;
	size_t room;
	struct buffer family; /* the MetricFamily under way */
	struct buffer metric;
	enum series_type type;
};

static void pack_label(struct buffer *buffer, const struct series_label *label)
{
	Io__Prometheus__Client__LabelPair pair = IO__PROMETHEUS__CLIENT__LABEL_PAIR__INIT;
	Io__Prometheus__Client__LabelPair *pairs[] = {&pair};
	Io__Prometheus__Client__Metric metric = IO__PROMETHEUS__CLIENT__METRIC__INIT;
	struct buffer value = {0};

	prometheus_utf8(&value, label->value);
	buffer_add(&value, "", 1);
	pair.name = (char *)(uintptr_t)label->name;
	pair.value = value.bytes;
	metric.n_label = 1;
	metric.label = pairs;
	protobuf_pack(buffer, &metric.base);
	buffer_free(&value);
}

static void clear(void *self)
{
	struct protobuf *protobuf = self;

	protobuf->labels.length = 0;
	protobuf->rows = 0;
}

static void row(void *self, const struct series_label *labels, size_t count)
{
	struct protobuf *protobuf = self;

	if (protobuf->rows + 2 > protobuf->room) {
		protobuf->room = protobuf->room ? protobuf->room * 2 : 16;
		protobuf->starts = memory_resize(protobuf->starts, protobuf->room, sizeof(size_t));
	}
	protobuf->starts[protobuf->rows++] = protobuf->labels.length;
	for (size_t i = 0; i < count; i++)
		pack_label(&protobuf->labels, &labels[i]);
	protobuf->starts[protobuf->rows] = protobuf->labels.length;
}

static Io__Prometheus__Client__MetricType type_of(enum series_type type)
{
	if (type == SERIES_HISTOGRAM)
		return IO__PROMETHEUS__CLIENT__METRIC_TYPE__HISTOGRAM;
	return type == SERIES_COUNTER ? IO__PROMETHEUS__CLIENT__METRIC_TYPE__COUNTER
				      : IO__PROMETHEUS__CLIENT__METRIC_TYPE__GAUGE;
}

static void head(void *self, const struct series_head *head)
{
	struct protobuf *protobuf = self;
	Io__Prometheus__Client__MetricFamily family = IO__PROMETHEUS__CLIENT__METRIC_FAMILY__INIT;
	const char *unit = series_unit(head->name);

	protobuf->type = head->type;
	protobuf->family.length = 0;
	family.name = (char *)(uintptr_t)head->name;
	family.help = (char *)(uintptr_t)head->help;
	family.has_type = true;
	family.type = type_of(head->type);
	family.unit = *unit ? (char *)(uintptr_t)unit : NULL;
	protobuf_pack(&protobuf->family, &family.base);
}

static Io__Prometheus__Client__Timestamp *timestamp_of(int64_t wall,
						       Io__Prometheus__Client__Timestamp *timestamp)
{
	io__prometheus__client__timestamp__init(timestamp);
	timestamp->has_seconds = timestamp->has_nanos = true;
	timestamp->seconds = wall / NANOSECONDS;
	timestamp->nanos = (int32_t)(wall % NANOSECONDS);
	return timestamp;
}

/* NULL when it was not asked for, or is not known. */
static Io__Prometheus__Client__Timestamp *created(const struct protobuf *protobuf, int64_t since,
						  Io__Prometheus__Client__Timestamp *timestamp)
{
	return protobuf->created && since > 0 ? timestamp_of(since, timestamp) : NULL;
}

/* What an exemplar's message points to. */
struct exemplar_parts {
	Io__Prometheus__Client__Exemplar exemplar;
	Io__Prometheus__Client__LabelPair labels[2];
	Io__Prometheus__Client__LabelPair *pointers[2];
	Io__Prometheus__Client__Timestamp timestamp;
	char number[EXEMPLAR_NUMBER];
	char cause[sizeof(((struct stat_last_event *)NULL)->cause)];
};

/* An exemplar of 1: what one event added. NULL for no event. */
static Io__Prometheus__Client__Exemplar *exemplar(const struct stat_last_event *event,
						  struct exemplar_parts *parts)
{
	if (!event)
		return NULL;
	io__prometheus__client__exemplar__init(&parts->exemplar);
	for (size_t i = 0; i < 2; i++) {
		io__prometheus__client__label_pair__init(&parts->labels[i]);
		parts->pointers[i] = &parts->labels[i];
	}
	snprintf(parts->number, sizeof(parts->number), "%" PRIi64, event->number);
	TEXT_COPY(parts->cause, event->cause);
	parts->labels[0].name = (char *)(uintptr_t)EXEMPLAR_LABEL_EVENT;
	parts->labels[0].value = parts->number;
	parts->labels[1].name = (char *)(uintptr_t)EXEMPLAR_LABEL_CAUSE;
	parts->labels[1].value = parts->cause;
	parts->exemplar.n_label = 2;
	parts->exemplar.label = parts->pointers;
	parts->exemplar.has_value = true;
	parts->exemplar.value = 1;
	parts->exemplar.timestamp = timestamp_of(event->happened, &parts->timestamp);
	return &parts->exemplar;
}

static void counter(struct protobuf *protobuf, const struct series_sample *sample)
{
	Io__Prometheus__Client__Metric metric = IO__PROMETHEUS__CLIENT__METRIC__INIT;
	Io__Prometheus__Client__Counter value = IO__PROMETHEUS__CLIENT__COUNTER__INIT;
	Io__Prometheus__Client__Timestamp timestamp;
	struct exemplar_parts parts;

	value.has_value = true;
	value.value = series_value(sample->number);
	value.exemplar = exemplar(sample->event, &parts);
	value.created_timestamp = created(protobuf, sample->since, &timestamp);
	metric.counter = &value;
	protobuf_pack(&protobuf->metric, &metric.base);
}

static void gauge(struct protobuf *protobuf, const struct series_sample *sample)
{
	Io__Prometheus__Client__Metric metric = IO__PROMETHEUS__CLIENT__METRIC__INIT;
	Io__Prometheus__Client__Gauge value = IO__PROMETHEUS__CLIENT__GAUGE__INIT;

	value.has_value = true;
	value.value = series_value(sample->number);
	metric.gauge = &value;
	protobuf_pack(&protobuf->metric, &metric.base);
}

/* What a histogram's message points to. */
struct histogram_parts {
	Io__Prometheus__Client__Bucket buckets[STAT_HISTOGRAM_OCTAVES + 1];
	Io__Prometheus__Client__Bucket *bucket_pointers[STAT_HISTOGRAM_OCTAVES + 1];
	struct native_histogram native;
	Io__Prometheus__Client__BucketSpan spans[STAT_HISTOGRAM_BOUNDS];
	Io__Prometheus__Client__BucketSpan *span_pointers[STAT_HISTOGRAM_BOUNDS];
	Io__Prometheus__Client__Timestamp created;
};

static void classic_part(Io__Prometheus__Client__Histogram *value, struct histogram_parts *parts,
			 const struct stat_histogram *histogram)
{
	uint64_t octaves[STAT_HISTOGRAM_OCTAVES + 1];
	uint64_t count = 0;

	stat_histogram_octaves(histogram, octaves);
	for (size_t i = 0; i <= STAT_HISTOGRAM_OCTAVES; i++) {
		Io__Prometheus__Client__Bucket *bucket = &parts->buckets[i];

		io__prometheus__client__bucket__init(bucket);
		count += octaves[i];
		bucket->has_cumulative_count = bucket->has_upper_bound = true;
		bucket->cumulative_count = count;
		bucket->upper_bound = series_bound(i);
		parts->bucket_pointers[i] = bucket;
	}
	value->n_bucket = STAT_HISTOGRAM_OCTAVES + 1;
	value->bucket = parts->bucket_pointers;
	value->has_sample_count = true;
	value->sample_count = count;
}

static void native_part(Io__Prometheus__Client__Histogram *value, struct histogram_parts *parts,
			const struct stat_histogram *histogram)
{
	struct native_histogram *native = &parts->native;

	native_histogram_make(native, histogram);
	for (size_t i = 0; i < native->span_count; i++) {
		Io__Prometheus__Client__BucketSpan *span = &parts->spans[i];

		io__prometheus__client__bucket_span__init(span);
		span->has_offset = span->has_length = true;
		span->offset = native->spans[i].offset;
		span->length = native->spans[i].length;
		parts->span_pointers[i] = span;
	}
	value->has_schema = value->has_zero_threshold = value->has_zero_count = true;
	value->schema = STAT_HISTOGRAM_SCHEMA;
	value->zero_threshold = series_bound(0);
	value->zero_count = native->zero_count;
	value->n_positive_span = native->span_count;
	value->positive_span = parts->span_pointers;
	value->n_positive_delta = native->delta_count;
	value->positive_delta = native->deltas;
}

static void histogram(struct protobuf *protobuf, const struct series_sample *sample)
{
	Io__Prometheus__Client__Metric metric = IO__PROMETHEUS__CLIENT__METRIC__INIT;
	Io__Prometheus__Client__Histogram value = IO__PROMETHEUS__CLIENT__HISTOGRAM__INIT;
	struct histogram_parts parts;

	classic_part(&value, &parts, sample->histogram);
	if (protobuf->native)
		native_part(&value, &parts, sample->histogram);
	value.has_sample_sum = true;
	value.sample_sum = series_value((struct series_number){sample->histogram->sum, false, 9});
	value.created_timestamp = created(protobuf, sample->since, &parts.created);
	metric.histogram = &value;
	protobuf_pack(&protobuf->metric, &metric.base);
}

static void sample(void *self, const struct series_sample *sample)
{
	struct protobuf *protobuf = self;
	struct buffer *metric = &protobuf->metric;

	metric->length = 0;
	if (sample->row != SERIES_NO_ROW)
		buffer_add(metric, protobuf->labels.bytes + protobuf->starts[sample->row],
			   protobuf->starts[sample->row + 1] - protobuf->starts[sample->row]);
	for (size_t i = 0; i < sample->label_count; i++)
		pack_label(metric, &sample->labels[i]);
	if (protobuf->type == SERIES_HISTOGRAM)
		histogram(protobuf, sample);
	else if (protobuf->type == SERIES_COUNTER)
		counter(protobuf, sample);
	else
		gauge(protobuf, sample);
	protobuf_field(&protobuf->family, METRIC, metric->bytes, metric->length);
}

static void end(void *self)
{
	struct protobuf *protobuf = self;

	protobuf_varint(protobuf->buffer, protobuf->family.length);
	buffer_add(protobuf->buffer, protobuf->family.bytes, protobuf->family.length);
}

void series_protobuf(struct buffer *buffer, const struct snapshot *snapshot,
		     const struct prometheus_numbers *numbers, struct prometheus_options options)
{
	static const struct series_sink sink = {true, clear, row, head, sample, end};
	struct protobuf protobuf = {.buffer = buffer, .created = options.created, .native = options.native};

	series_walk(snapshot, numbers, options.own, &sink, &protobuf);
	buffer_free(&protobuf.labels);
	buffer_free(&protobuf.family);
	buffer_free(&protobuf.metric);
	free(protobuf.starts);
}
