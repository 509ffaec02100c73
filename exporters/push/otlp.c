/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OpenTelemetry's OTLP for metrics. A request is nested four deep, each part with its length before
 * it, so it is made from the inside: points, their metric, the scope of all metrics, the resource.
 *
 * Counters are cumulative sums that began when the row did (`since`); a state is a gauge of its
 * number and an info a gauge of 1, as on /metrics.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "exporters/base/protobuf.h"
#include "exporters/push/otlp.pb-c.h"
#include "exporters/push/push.h"

/* Numbers of the fields that are put together here. */
enum {
	REQUEST_RESOURCE_METRICS = 1,
	RESOURCE_METRICS_RESOURCE = 1,
	RESOURCE_METRICS_SCOPE_METRICS = 2,
	RESOURCE_ATTRIBUTES = 1,
	SCOPE_METRICS_METRICS = 2,
	METRIC_GAUGE = 5,
	METRIC_SUM = 7,
	METRIC_HISTOGRAM = 9,
	METRIC_EXPONENTIAL_HISTOGRAM = 10,
	DATA_POINTS = 1, /* of all four */
	NUMBER_ATTRIBUTES = 7,
	HISTOGRAM_ATTRIBUTES = 9,
	EXPONENTIAL_ATTRIBUTES = 1,
};

struct writing {
	const struct push_round *round;
	struct push_rows rows;
	struct buffer resource; /* a ResourceMetrics that has nothing else */
	struct buffer scope;    /* a ScopeMetrics that has nothing else */
	struct buffer metrics;  /* fields of the ScopeMetrics under way */
	struct buffer metric;   /* the Metric under way, but for its points */
	struct buffer points;   /* fields of its Gauge, Sum or Histogram */
	struct buffer point;
	enum series_type type;
	size_t items; /* in `metrics` and `points` */
};

/* --- attributes -------------------------------------------------------------------------------- */

static void pack_attribute(struct buffer *buffer, const struct series_label *label)
{
	Opentelemetry__KeyValue pair = OPENTELEMETRY__KEY_VALUE__INIT;
	Opentelemetry__AnyValue any = OPENTELEMETRY__ANY_VALUE__INIT;
	struct buffer value = {0};

	prometheus_utf8(&value, label->value);
	buffer_add(&value, "", 1);
	any.value_case = OPENTELEMETRY__ANY_VALUE__VALUE_STRING_VALUE;
	any.string_value = value.bytes;
	pair.key = (char *)(uintptr_t)label->name;
	pair.value = &any;
	protobuf_pack(buffer, &pair.base);
	buffer_free(&value);
}

static void attributes(struct writing *writing, const struct series_sample *sample)
{
	unsigned field = writing->type != SERIES_HISTOGRAM      ? NUMBER_ATTRIBUTES
			 : writing->round->target->native ? EXPONENTIAL_ATTRIBUTES
							  : HISTOGRAM_ATTRIBUTES;
	size_t count;
	const struct push_piece *pieces = push_rows_get(&writing->rows, sample->row, &count);
	struct buffer own = {0};

	for (size_t i = 0; i < count; i++)
		protobuf_field(&writing->point, field, writing->rows.bytes.bytes + pieces[i].start,
			       pieces[i].length);
	for (size_t i = 0; i < sample->label_count; i++) {
		own.length = 0;
		pack_attribute(&own, &sample->labels[i]);
		protobuf_field(&writing->point, field, own.bytes, own.length);
	}
	buffer_free(&own);
}

/* --- points ------------------------------------------------------------------------------------ */

static void number_point(struct writing *writing, const struct series_sample *sample)
{
	Opentelemetry__NumberDataPoint point = OPENTELEMETRY__NUMBER_DATA_POINT__INIT;
	const struct series_number *number = &sample->number;

	point.has_time_unix_nano = true;
	point.time_unix_nano = (uint64_t)writing->round->wall;
	point.has_start_time_unix_nano = writing->type == SERIES_COUNTER && sample->since > 0;
	point.start_time_unix_nano = (uint64_t)sample->since;
	if (number->digits == 0 && number->magnitude <= INT64_MAX) {
		point.value_case = OPENTELEMETRY__NUMBER_DATA_POINT__VALUE_AS_INT;
		point.as_int = number->negative ? -(int64_t)number->magnitude
						: (int64_t)number->magnitude;
	} else {
		point.value_case = OPENTELEMETRY__NUMBER_DATA_POINT__VALUE_AS_DOUBLE;
		point.as_double = series_value(*number);
	}
	protobuf_pack(&writing->point, &point.base);
}

static void histogram_point(struct writing *writing, const struct series_sample *sample)
{
	Opentelemetry__HistogramDataPoint point = OPENTELEMETRY__HISTOGRAM_DATA_POINT__INIT;
	uint64_t octaves[STAT_HISTOGRAM_OCTAVES + 1];
	double bounds[STAT_HISTOGRAM_OCTAVES];

	stat_histogram_octaves(sample->histogram, octaves);
	for (size_t i = 0; i <= STAT_HISTOGRAM_OCTAVES; i++)
		point.count += octaves[i];
	for (size_t i = 0; i < STAT_HISTOGRAM_OCTAVES; i++)
		bounds[i] = series_bound(i);
	point.has_time_unix_nano = point.has_count = point.has_sum = true;
	point.time_unix_nano = (uint64_t)writing->round->wall;
	point.has_start_time_unix_nano = sample->since > 0;
	point.start_time_unix_nano = (uint64_t)sample->since;
	point.sum = series_value((struct series_number){sample->histogram->sum, false, 9});
	point.n_bucket_counts = STAT_HISTOGRAM_OCTAVES + 1;
	point.bucket_counts = octaves;
	point.n_explicit_bounds = STAT_HISTOGRAM_OCTAVES;
	point.explicit_bounds = bounds;
	protobuf_pack(&writing->point, &point.base);
}

/* The buckets are those of the segment; the last one, for what is above all bounds, is given as the
 * next bucket. */
static void exponential_point(struct writing *writing, const struct series_sample *sample)
{
	Opentelemetry__ExponentialHistogramDataPoint point =
		OPENTELEMETRY__EXPONENTIAL_HISTOGRAM_DATA_POINT__INIT;
	Opentelemetry__Buckets buckets = OPENTELEMETRY__BUCKETS__INIT;
	const struct stat_histogram *histogram = sample->histogram;

	for (size_t i = 0; i <= STAT_HISTOGRAM_BOUNDS; i++)
		point.count += histogram->buckets[i];
	buckets.has_offset = true;
	buckets.offset = STAT_HISTOGRAM_LOWEST * STAT_HISTOGRAM_OCTAVE;
	buckets.n_bucket_counts = STAT_HISTOGRAM_BOUNDS;
	buckets.bucket_counts = (uint64_t *)(uintptr_t)(histogram->buckets + 1);
	point.has_time_unix_nano = point.has_count = point.has_sum = point.has_scale = true;
	point.has_zero_count = point.has_zero_threshold = true;
	point.time_unix_nano = (uint64_t)writing->round->wall;
	point.has_start_time_unix_nano = sample->since > 0;
	point.start_time_unix_nano = (uint64_t)sample->since;
	point.sum = series_value((struct series_number){histogram->sum, false, 9});
	point.scale = STAT_HISTOGRAM_SCHEMA;
	point.zero_count = histogram->buckets[0];
	point.zero_threshold = series_bound(0);
	point.positive = &buckets;
	protobuf_pack(&writing->point, &point.base);
}

/* --- putting together -------------------------------------------------------------------------- */

static void pack_sum(struct buffer *buffer)
{
	Opentelemetry__Sum sum = OPENTELEMETRY__SUM__INIT;

	sum.has_aggregation_temporality = sum.has_is_monotonic = true;
	sum.aggregation_temporality = OPENTELEMETRY__AGGREGATION_TEMPORALITY__CUMULATIVE;
	sum.is_monotonic = true;
	protobuf_pack(buffer, &sum.base);
}

/* The same two fields in both kinds. */
static void pack_histogram(struct buffer *buffer)
{
	Opentelemetry__Histogram histogram = OPENTELEMETRY__HISTOGRAM__INIT;

	histogram.has_aggregation_temporality = true;
	histogram.aggregation_temporality = OPENTELEMETRY__AGGREGATION_TEMPORALITY__CUMULATIVE;
	protobuf_pack(buffer, &histogram.base);
}

/* The metric under way goes into its scope with the points that it has so far. */
static void close_metric(struct writing *writing)
{
	unsigned histogram = writing->round->target->native ? METRIC_EXPONENTIAL_HISTOGRAM
							    : METRIC_HISTOGRAM;
	unsigned field = writing->type == SERIES_COUNTER     ? METRIC_SUM
			 : writing->type == SERIES_HISTOGRAM ? histogram
							     : METRIC_GAUGE;
	size_t named = writing->metric.length;

	if (writing->points.length == 0)
		return;
	if (field == METRIC_SUM)
		pack_sum(&writing->points);
	else if (field == histogram)
		pack_histogram(&writing->points);
	protobuf_field(&writing->metric, field, writing->points.bytes, writing->points.length);
	protobuf_field(&writing->metrics, SCOPE_METRICS_METRICS, writing->metric.bytes,
		       writing->metric.length);
	writing->metric.length = named;
	writing->points.length = 0;
}

static void flush(struct writing *writing)
{
	struct buffer scope = {0}, resource = {0}, request = {0};

	if (writing->items == 0)
		return;
	buffer_add(&scope, writing->scope.bytes, writing->scope.length);
	buffer_add(&scope, writing->metrics.bytes, writing->metrics.length);
	buffer_add(&resource, writing->resource.bytes, writing->resource.length);
	protobuf_field(&resource, RESOURCE_METRICS_SCOPE_METRICS, scope.bytes, scope.length);
	protobuf_field(&request, REQUEST_RESOURCE_METRICS, resource.bytes, resource.length);
	writing->round->request(writing->round->argument, &request, writing->items);
	buffer_free(&scope);
	buffer_free(&resource);
	buffer_free(&request);
	writing->metrics.length = 0;
	writing->items = 0;
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

/* UCUM's, as OpenTelemetry asks for; nothing where the number is a mere count or state. */
static const char *unit(const char *name)
{
	const char *unit = series_unit(name);

	return strcmp(unit, "seconds") == 0 ? "s"
	       : strcmp(unit, "bytes") == 0 ? "By"
	       : strcmp(unit, "ratio") == 0 ? "1"
					    : "";
}

static void head(void *self, const struct series_head *head)
{
	struct writing *writing = self;
	Opentelemetry__Metric metric = OPENTELEMETRY__METRIC__INIT;
	char base[PROMETHEUS_NAME_TEXT];
	size_t length;

	snprintf(base, sizeof(base), "%s", head->name);
	length = strlen(base);
	if (head->type == SERIES_COUNTER && length > 6 && strcmp(base + length - 6, "_total") == 0)
		base[length - 6] = '\0';
	writing->type = head->type;
	writing->metric.length = 0;
	metric.name = (char *)(uintptr_t)head->name;
	metric.description = (char *)(uintptr_t)head->help;
	metric.unit = (char *)(uintptr_t)unit(base);
	protobuf_pack(&writing->metric, &metric.base);
}

static void sample(void *self, const struct series_sample *sample)
{
	struct writing *writing = self;

	writing->point.length = 0;
	attributes(writing, sample);
	if (writing->type == SERIES_HISTOGRAM && writing->round->target->native)
		exponential_point(writing, sample);
	else if (writing->type == SERIES_HISTOGRAM)
		histogram_point(writing, sample);
	else
		number_point(writing, sample);
	protobuf_field(&writing->points, DATA_POINTS, writing->point.bytes, writing->point.length);
	if (++writing->items < PUSH_ITEMS_MOST)
		return;
	close_metric(writing);
	flush(writing);
}

static void end(void *self)
{
	close_metric(self);
}

/* --- a round ----------------------------------------------------------------------------------- */

static void resource(struct writing *writing)
{
	const struct push_target *target = writing->round->target;
	struct buffer pair = {0}, all = {0};

	for (size_t i = 0; i < target->label_count; i++) {
		pair.length = 0;
		pack_attribute(&pair, &target->labels[i]);
		protobuf_field(&all, RESOURCE_ATTRIBUTES, pair.bytes, pair.length);
	}
	protobuf_field(&writing->resource, RESOURCE_METRICS_RESOURCE, all.bytes, all.length);
	buffer_free(&pair);
	buffer_free(&all);
}

static void scope(struct writing *writing)
{
	Opentelemetry__ScopeMetrics metrics = OPENTELEMETRY__SCOPE_METRICS__INIT;
	Opentelemetry__InstrumentationScope scope = OPENTELEMETRY__INSTRUMENTATION_SCOPE__INIT;

	scope.name = (char *)(uintptr_t) "lbd";
	scope.version = (char *)(uintptr_t)writing->round->numbers->version;
	metrics.scope = &scope;
	protobuf_pack(&writing->scope, &metrics.base);
}

void otlp_round(const struct push_round *round, const struct snapshot *snapshot)
{
	static const struct series_sink sink = {
		.clear = clear, .row = row, .head = head, .sample = sample, .end = end};
	struct writing writing = {.round = round, .rows = {.pack = pack_attribute}};

	resource(&writing);
	scope(&writing);
	series_walk(snapshot, round->numbers, true, &sink, &writing);
	flush(&writing);
	push_rows_free(&writing.rows);
	buffer_free(&writing.resource);
	buffer_free(&writing.scope);
	buffer_free(&writing.metrics);
	buffer_free(&writing.metric);
	buffer_free(&writing.points);
	buffer_free(&writing.point);
}

bool otlp_rejected(const char *body, size_t length, uint64_t *rejected, struct buffer *words)
{
	Opentelemetry__ExportMetricsServiceResponse *response =
		opentelemetry__export_metrics_service_response__unpack(NULL, length,
								       (const uint8_t *)body);
	const Opentelemetry__ExportMetricsPartialSuccess *partial;

	*rejected = 0;
	if (!response)
		return false;
	partial = response->partial_success;
	if (partial && partial->rejected_data_points > 0)
		*rejected = (uint64_t)partial->rejected_data_points;
	if (partial && partial->error_message)
		buffer_text(words, partial->error_message);
	opentelemetry__export_metrics_service_response__free_unpacked(response, NULL);
	return true;
}
