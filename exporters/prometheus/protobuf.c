/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The protobuf format. Messages are packed a piece at a time: one that is appended to another of
 * its type adds to it (that is how the encoding defines it), so the labels of a row are packed once
 * and copied for each of its samples, and a family need not be in memory as a tree.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "exporters/prometheus/metrics.pb-c.h"
#include "exporters/prometheus/series.h"

#define NANOSECONDS 1000000000
/* The key of MetricFamily's field `metric`: number 4, length-delimited. */
#define METRIC_KEY (4 << 3 | 2)

struct protobuf {
	struct buffer *buffer;
	bool created;
	struct buffer labels; /* of all rows, each a Metric that has nothing else */
	size_t *starts;       /* in `labels`; one more than there are rows */
	size_t rows;
	size_t room;
	struct buffer family; /* the MetricFamily under way */
	struct buffer metric;
	enum series_type type;
};

static void varint(struct buffer *buffer, uint64_t value)
{
	char byte;

	for (; value >= 0x80; value >>= 7) {
		byte = (char)(value | 0x80);
		buffer_add(buffer, &byte, 1);
	}
	byte = (char)value;
	buffer_add(buffer, &byte, 1);
}

static void pack(struct buffer *buffer, const ProtobufCMessage *message)
{
	size_t size = protobuf_c_message_get_packed_size(message);

	protobuf_c_message_pack(message, (uint8_t *)buffer_reserve(buffer, size));
	buffer->length += size;
}

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
	pack(buffer, &metric.base);
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
	pack(&protobuf->family, &family.base);
}

/* NULL when it was not asked for, or is not known. */
static Io__Prometheus__Client__Timestamp *created(const struct protobuf *protobuf, int64_t since,
						  Io__Prometheus__Client__Timestamp *timestamp)
{
	if (!protobuf->created || since <= 0)
		return NULL;
	io__prometheus__client__timestamp__init(timestamp);
	timestamp->has_seconds = timestamp->has_nanos = true;
	timestamp->seconds = since / NANOSECONDS;
	timestamp->nanos = (int32_t)(since % NANOSECONDS);
	return timestamp;
}

static void counter(struct protobuf *protobuf, const struct series_sample *sample)
{
	Io__Prometheus__Client__Metric metric = IO__PROMETHEUS__CLIENT__METRIC__INIT;
	Io__Prometheus__Client__Counter value = IO__PROMETHEUS__CLIENT__COUNTER__INIT;
	Io__Prometheus__Client__Timestamp timestamp;

	value.has_value = true;
	value.value = series_value(sample->number);
	value.created_timestamp = created(protobuf, sample->since, &timestamp);
	metric.counter = &value;
	pack(&protobuf->metric, &metric.base);
}

static void gauge(struct protobuf *protobuf, const struct series_sample *sample)
{
	Io__Prometheus__Client__Metric metric = IO__PROMETHEUS__CLIENT__METRIC__INIT;
	Io__Prometheus__Client__Gauge value = IO__PROMETHEUS__CLIENT__GAUGE__INIT;

	value.has_value = true;
	value.value = series_value(sample->number);
	metric.gauge = &value;
	pack(&protobuf->metric, &metric.base);
}

static void histogram(struct protobuf *protobuf, const struct series_sample *sample)
{
	Io__Prometheus__Client__Metric metric = IO__PROMETHEUS__CLIENT__METRIC__INIT;
	Io__Prometheus__Client__Histogram value = IO__PROMETHEUS__CLIENT__HISTOGRAM__INIT;
	Io__Prometheus__Client__Bucket buckets[STAT_HISTOGRAM_OCTAVES + 1];
	Io__Prometheus__Client__Bucket *pointers[STAT_HISTOGRAM_OCTAVES + 1];
	Io__Prometheus__Client__Timestamp timestamp;
	uint64_t octaves[STAT_HISTOGRAM_OCTAVES + 1];
	uint64_t count = 0;

	stat_histogram_octaves(sample->histogram, octaves);
	for (size_t i = 0; i <= STAT_HISTOGRAM_OCTAVES; i++) {
		io__prometheus__client__bucket__init(&buckets[i]);
		count += octaves[i];
		buckets[i].has_cumulative_count = buckets[i].has_upper_bound = true;
		buckets[i].cumulative_count = count;
		buckets[i].upper_bound = series_bound(i);
		pointers[i] = &buckets[i];
	}
	value.has_sample_count = value.has_sample_sum = true;
	value.sample_count = count;
	value.sample_sum = series_value((struct series_number){sample->histogram->sum, false, 9});
	value.n_bucket = STAT_HISTOGRAM_OCTAVES + 1;
	value.bucket = pointers;
	value.created_timestamp = created(protobuf, sample->since, &timestamp);
	metric.histogram = &value;
	pack(&protobuf->metric, &metric.base);
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
	varint(&protobuf->family, METRIC_KEY);
	varint(&protobuf->family, metric->length);
	buffer_add(&protobuf->family, metric->bytes, metric->length);
}

static void end(void *self)
{
	struct protobuf *protobuf = self;

	varint(protobuf->buffer, protobuf->family.length);
	buffer_add(protobuf->buffer, protobuf->family.bytes, protobuf->family.length);
}

void series_protobuf(struct buffer *buffer, const struct snapshot *snapshot,
		     const struct prometheus_numbers *numbers, struct prometheus_options options)
{
	static const struct series_sink sink = {clear, row, head, sample, end};
	struct protobuf protobuf = {.buffer = buffer, .created = options.created};

	series_walk(snapshot, numbers, options.own, &sink, &protobuf);
	buffer_free(&protobuf.labels);
	buffer_free(&protobuf.family);
	buffer_free(&protobuf.metric);
	free(protobuf.starts);
}
