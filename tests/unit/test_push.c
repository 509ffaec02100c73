/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lbd-push sends, what it makes of answers, what it keeps, and what it reads of files. */
#include "exporters/push/push.h"

#include <inttypes.h>
#include <snappy-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "exporters/push/otlp.pb-c.h"
#include "exporters/push/secret.h"
#include "exporters/push/write.pb-c.h"
#include "tests/golden/golden.h"
#include "tests/unit/unit.h"

#define WALL (INT64_C(1785000000) * CLOCK_SECOND)
#define SINCE (INT64_C(1784000000) * CLOCK_SECOND)

/* --- a made-up director -------------------------------------------------------------------------- */

static void add_server(struct snapshot *snapshot, const char *name, uint64_t connections)
{
	struct stat_real_server row = {.protocol = "TCP", .forwarding = "DR"};

	TEXT_COPY(row.virtual_server, "192.0.2.1:80");
	TEXT_COPY(row.real_server, name);
	row.row.since = SINCE;
	stat_put(real_server, &row, connections, connections);
	stat_put(real_server, &row, health, HEALTH_UP);
	stat_put(real_server, &row, connection_rate, 1500);
	snapshot_add(snapshot, STAT_FAMILY_REAL_SERVER, &row);
}

static void add_check(struct snapshot *snapshot)
{
	struct stat_check row = {.check = "TCP_CHECK", .target = ""};

	TEXT_COPY(row.virtual_server, "192.0.2.1:80");
	TEXT_COPY(row.real_server, "10.0.0.\xff:80");
	row.row.since = SINCE;
	row.row.present = UINT64_C(1) << STAT_check_round_trip | UINT64_C(1) << STAT_check_probes;
	stat_observe(&row.round_trip, 100 * CLOCK_MICROSECOND);
	stat_observe(&row.round_trip, 3 * CLOCK_MILLISECOND);
	stat_observe(&row.round_trip, 60 * CLOCK_SECOND);
	row.probes[0] = 7;
	snapshot_add(snapshot, STAT_FAMILY_CHECK, &row);
}

static struct snapshot made_up(void)
{
	struct snapshot snapshot = {0};

	add_server(&snapshot, "10.0.0.1:80", 42);
	add_server(&snapshot, "10.0.0.2:80", 0);
	add_check(&snapshot);
	return snapshot;
}

/* --- taking requests ----------------------------------------------------------------------------- */

struct taken {
	struct buffer text;
	size_t requests, items;
	size_t stale;
};

static struct push_target target_of(enum push_protocol protocol)
{
	struct push_target target;
	const char *problem;

	push_target_begin(&target, protocol, "http://192.0.2.9/");
	CU_ASSERT(push_target_label(&target, "dc=zrh\xff", &problem));
	CU_ASSERT(push_target_label(&target, "real_server=not this", &problem));
	CU_ASSERT(push_target_label(&target, "Zone=", &problem));
	push_target_default(&target, "job", "lbd");
	push_target_default(&target, "dc", "nor this");
	return target;
}

static const struct prometheus_numbers numbers = {.version = "1.2.3", .pushed = true};

static struct push_round round_of(const struct push_target *target, int64_t wall,
				  void (*request)(void *, const struct buffer *, size_t),
				  struct taken *taken)
{
	return (struct push_round){.target = target,
				   .numbers = &numbers,
				   .wall = wall,
				   .request = request,
				   .argument = taken};
}

static void label_order(Prometheus__TimeSeries *series)
{
	for (size_t i = 1; i < series->n_labels; i++)
		CU_ASSERT(strcmp(series->labels[i - 1]->name, series->labels[i]->name) < 0);
}

static bool is_stale(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits == UINT64_C(0x7ff0000000000002);
}

static void take_write(void *argument, const struct buffer *message, size_t items)
{
	struct taken *taken = argument;
	Prometheus__WriteRequest *request = prometheus__write_request__unpack(
		NULL, message->length, (const uint8_t *)message->bytes);

	CU_ASSERT_FATAL(request != NULL);
	UNIT_NUMBER(request->n_timeseries, items);
	CU_ASSERT(items <= PUSH_ITEMS_MOST);
	for (size_t i = 0; i < request->n_timeseries; i++) {
		Prometheus__TimeSeries *series = request->timeseries[i];

		label_order(series);
		for (size_t j = 0; j < series->n_labels; j++)
			buffer_format(&taken->text, "%s%s=%s", j ? " " : "", series->labels[j]->name,
				      series->labels[j]->value);
		UNIT_NUMBER(series->n_samples, 1);
		taken->stale += is_stale(series->samples[0]->value);
		buffer_format(&taken->text, is_stale(series->samples[0]->value) ? " stale" : " %.17g",
			      series->samples[0]->value);
		buffer_format(&taken->text, " @%" PRId64 "\n", series->samples[0]->timestamp);
	}
	for (size_t i = 0; i < request->n_metadata; i++)
		buffer_format(&taken->text, "metadata %s type %d unit \"%s\": %s\n",
			      request->metadata[i]->metric_family_name, request->metadata[i]->type,
			      request->metadata[i]->unit, request->metadata[i]->help);
	taken->requests++;
	taken->items += items;
	prometheus__write_request__free_unpacked(request, NULL);
}

static void forget(struct taken *taken)
{
	buffer_free(&taken->text);
	*taken = (struct taken){0};
}

/* --- remote write -------------------------------------------------------------------------------- */

static void writes_what_it_should(void)
{
	struct push_target target = target_of(PUSH_REMOTE_WRITE);
	struct taken taken = {0};
	struct push_round round = round_of(&target, WALL, take_write, &taken);
	struct remote_write_memory memory = {0};
	struct snapshot snapshot = made_up();

	remote_write_round(&round, &snapshot, &memory);
	UNIT_NUMBER(taken.stale, 0);
	golden_compare("tests/golden/remote-write.txt", taken.text.bytes, taken.text.length);
	forget(&taken);
	snapshot_free(&snapshot);
	remote_write_memory_free(&memory);
	push_target_free(&target);
}

/* Lines with both words. */
static size_t lines_with(const struct taken *taken, const char *word, const char *other)
{
	struct buffer copy = {0};
	size_t count = 0;
	char *rest;

	buffer_add(&copy, taken->text.bytes, taken->text.length);
	buffer_add(&copy, "", 1);
	rest = copy.bytes;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;)
		count += strstr(line, word) && strstr(line, other);
	buffer_free(&copy);
	return count;
}

static void one_round(struct remote_write_memory *memory, struct snapshot snapshot, int64_t second,
		      struct taken *taken)
{
	struct push_target target = target_of(PUSH_REMOTE_WRITE);
	struct push_round round =
		round_of(&target, WALL + second * CLOCK_SECOND, take_write, taken);

	forget(taken);
	remote_write_round(&round, &snapshot, memory);
	snapshot_free(&snapshot);
	push_target_free(&target);
}

/* A series that is gone is marked once; one that is back is not. */
static void marks_what_is_gone(void)
{
	struct remote_write_memory memory = {0};
	struct snapshot less = {0};
	struct taken taken = {0};
	size_t all, gone;

	one_round(&memory, made_up(), 0, &taken);
	UNIT_NUMBER(taken.stale, 0);
	all = taken.items;
	gone = lines_with(&taken, "real_server=10.0.0.1", "") + lines_with(&taken, "check=", "");
	CU_ASSERT(gone > 30);
	add_server(&less, "10.0.0.2:80", 1);
	one_round(&memory, less, 1, &taken);
	UNIT_NUMBER(taken.stale, gone);
	UNIT_NUMBER(taken.items, all);
	UNIT_NUMBER(lines_with(&taken, "real_server=10.0.0.1", " stale @1785000001000"), 4);
	UNIT_NUMBER(lines_with(&taken, "real_server=10.0.0.2", "stale"), 0);
	less = (struct snapshot){0};
	add_server(&less, "10.0.0.2:80", 2);
	one_round(&memory, less, 2, &taken);
	UNIT_NUMBER(taken.stale, 0);
	UNIT_NUMBER(taken.items, all - gone);
	one_round(&memory, made_up(), 3, &taken);
	UNIT_NUMBER(taken.stale, 0);
	UNIT_NUMBER(taken.items, all);
	forget(&taken);
	remote_write_memory_free(&memory);
}

static void says_farewell(void)
{
	struct push_target target = target_of(PUSH_REMOTE_WRITE);
	struct remote_write_memory memory = {0};
	struct taken taken = {0};
	struct push_round round = round_of(&target, WALL + CLOCK_SECOND, take_write, &taken);
	size_t all;

	remote_write_farewell(&round, &memory);
	CU_ASSERT(taken.stale == taken.items);
	one_round(&memory, made_up(), 0, &taken);
	all = taken.items;
	forget(&taken);
	remote_write_farewell(&round, &memory);
	UNIT_NUMBER(taken.stale, all);
	UNIT_NUMBER(taken.items, all);
	forget(&taken);
	remote_write_memory_free(&memory);
	push_target_free(&target);
}

/* The meaning of the metrics goes with the first round and then now and then. */
static void says_the_meaning_at_times(void)
{
	struct remote_write_memory memory = {0};
	struct taken taken = {0};
	unsigned times = 0;

	for (int i = 0; i < 61; i++) {
		one_round(&memory, made_up(), i, &taken);
		times += lines_with(&taken, "metadata lbd_real_server_connections_total", "type 1") == 1;
	}
	UNIT_NUMBER(times, 2);
	forget(&taken);
	remote_write_memory_free(&memory);
}

static struct snapshot large(size_t servers)
{
	struct snapshot snapshot = {0};
	char name[32];

	for (size_t i = 0; i < servers; i++) {
		snprintf(name, sizeof(name), "10.0.%zu.%zu:80", i / 250, i % 250);
		add_server(&snapshot, name, i);
	}
	return snapshot;
}

static void splits_large_rounds(void)
{
	struct remote_write_memory memory = {0};
	struct taken taken = {0};

	one_round(&memory, large(3000), 0, &taken);
	CU_ASSERT(taken.items >= 3000 * 4);
	UNIT_NUMBER(taken.requests, (taken.items + PUSH_ITEMS_MOST - 1) / PUSH_ITEMS_MOST);
	UNIT_NUMBER(lines_with(&taken, "__name__=lbd_real_server_connections_total", ""), 3000);
	forget(&taken);
	remote_write_memory_free(&memory);
}

/* 0.1 ms, 3 ms and a minute: 2^(-54/4) s is above the first, 2^(-34/4) s above the second. */
static void take_native(void *argument, const struct buffer *message, size_t items)
{
	struct taken *taken = argument;
	Prometheus__WriteRequest *request = prometheus__write_request__unpack(
		NULL, message->length, (const uint8_t *)message->bytes);

	(void)items;
	CU_ASSERT_FATAL(request != NULL);
	for (size_t i = 0; i < request->n_timeseries; i++) {
		Prometheus__TimeSeries *series = request->timeseries[i];
		Prometheus__Histogram *histogram = series->n_histograms ? series->histograms[0] : NULL;

		UNIT_NUMBER(series->n_samples + series->n_histograms, 1);
		label_order(series);
		taken->stale += series->n_samples && is_stale(series->samples[0]->value);
		if (!histogram)
			continue;
		taken->items++;
		UNIT_STRING(series->labels[0]->value, "lbd_check_round_trip_seconds");
		UNIT_NUMBER(histogram->count_int, 3);
		UNIT_NUMBER(histogram->schema, 2);
		UNIT_NUMBER(histogram->zero_count_int, 0);
		CU_ASSERT(histogram->zero_threshold == 1.0 / 131072);
		UNIT_NUMBER(histogram->timestamp, WALL / CLOCK_MILLISECOND);
		UNIT_NUMBER(histogram->n_positive_spans, 3);
		UNIT_NUMBER(histogram->positive_spans[0]->offset, -53);
		UNIT_NUMBER(histogram->positive_spans[0]->offset + 1 + histogram->positive_spans[1]->offset,
			    -33);
		UNIT_NUMBER(histogram->n_positive_deltas, 3);
		UNIT_NUMBER(histogram->positive_deltas[0], 1);
		UNIT_NUMBER(histogram->positive_deltas[1], 0);
	}
	prometheus__write_request__free_unpacked(request, NULL);
}

static void writes_native_histograms(void)
{
	struct push_target target = target_of(PUSH_REMOTE_WRITE);
	struct taken taken = {0};
	struct push_round round = round_of(&target, WALL, take_native, &taken);
	struct remote_write_memory memory = {0};
	struct snapshot snapshot = made_up(), none = {0};

	target.native = true;
	remote_write_round(&round, &snapshot, &memory);
	UNIT_NUMBER(taken.items, 1);
	UNIT_NUMBER(taken.stale, 0);
	/* One that is gone is marked as any other series. */
	snapshot_free(&snapshot);
	remote_write_round(&round, &none, &memory);
	UNIT_NUMBER(taken.items, 1);
	CU_ASSERT(taken.stale > 0);
	snapshot_free(&none);
	remote_write_memory_free(&memory);
	push_target_free(&target);
	forget(&taken);
}

/* --- OTLP ---------------------------------------------------------------------------------------- */

static void attributes(struct taken *taken, Opentelemetry__KeyValue **pairs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buffer_format(&taken->text, " %s=%s", pairs[i]->key, pairs[i]->value->string_value);
}

static void number_points(struct taken *taken, Opentelemetry__NumberDataPoint **points, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		attributes(taken, points[i]->attributes, points[i]->n_attributes);
		if (points[i]->value_case == OPENTELEMETRY__NUMBER_DATA_POINT__VALUE_AS_INT)
			buffer_format(&taken->text, " %" PRId64, points[i]->as_int);
		else
			buffer_format(&taken->text, " %.17g", points[i]->as_double);
		buffer_format(&taken->text, " %" PRIu64 "-%" PRIu64 "\n",
			      points[i]->start_time_unix_nano, points[i]->time_unix_nano);
	}
	taken->items += count;
}

static void histogram_points(struct taken *taken, Opentelemetry__Histogram *histogram)
{
	for (size_t i = 0; i < histogram->n_data_points; i++) {
		Opentelemetry__HistogramDataPoint *point = histogram->data_points[i];
		uint64_t count = 0;

		attributes(taken, point->attributes, point->n_attributes);
		buffer_format(&taken->text, " sum %.17g count %" PRIu64 ":", point->sum, point->count);
		UNIT_NUMBER(point->n_bucket_counts, point->n_explicit_bounds + 1);
		for (size_t j = 0; j < point->n_bucket_counts; j++) {
			count += point->bucket_counts[j];
			if (point->bucket_counts[j] > 0)
				buffer_format(&taken->text, " %" PRIu64 " to %g", point->bucket_counts[j],
					      j < point->n_explicit_bounds ? point->explicit_bounds[j]
									   : 1 / 0.0);
		}
		UNIT_NUMBER(count, point->count);
		buffer_format(&taken->text, " %" PRIu64 "-%" PRIu64 "\n", point->start_time_unix_nano,
			      point->time_unix_nano);
	}
	taken->items += histogram->n_data_points;
}

static void one_metric(struct taken *taken, Opentelemetry__Metric *metric)
{
	buffer_format(&taken->text, "%s [%s] %s", metric->name, metric->unit, metric->description);
	if (metric->data_case == OPENTELEMETRY__METRIC__DATA_GAUGE) {
		buffer_text(&taken->text, " (gauge)\n");
		number_points(taken, metric->gauge->data_points, metric->gauge->n_data_points);
	} else if (metric->data_case == OPENTELEMETRY__METRIC__DATA_SUM) {
		CU_ASSERT(metric->sum->is_monotonic);
		UNIT_NUMBER(metric->sum->aggregation_temporality, 2);
		buffer_text(&taken->text, " (sum)\n");
		number_points(taken, metric->sum->data_points, metric->sum->n_data_points);
	} else {
		CU_ASSERT_FATAL(metric->data_case == OPENTELEMETRY__METRIC__DATA_HISTOGRAM);
		UNIT_NUMBER(metric->histogram->aggregation_temporality, 2);
		buffer_text(&taken->text, " (histogram)\n");
		histogram_points(taken, metric->histogram);
	}
}

static void take_otlp(void *argument, const struct buffer *message, size_t items)
{
	struct taken *taken = argument;
	Opentelemetry__ExportMetricsServiceRequest *request =
		opentelemetry__export_metrics_service_request__unpack(
			NULL, message->length, (const uint8_t *)message->bytes);
	size_t before = taken->items;
	Opentelemetry__ResourceMetrics *resource;

	CU_ASSERT_FATAL(request != NULL);
	CU_ASSERT_FATAL(request->n_resource_metrics == 1);
	resource = request->resource_metrics[0];
	CU_ASSERT_FATAL(resource->n_scope_metrics == 1);
	buffer_text(&taken->text, "resource");
	attributes(taken, resource->resource->attributes, resource->resource->n_attributes);
	buffer_format(&taken->text, "\nscope %s %s\n", resource->scope_metrics[0]->scope->name,
		      resource->scope_metrics[0]->scope->version);
	for (size_t i = 0; i < resource->scope_metrics[0]->n_metrics; i++)
		one_metric(taken, resource->scope_metrics[0]->metrics[i]);
	UNIT_NUMBER(taken->items - before, items);
	CU_ASSERT(items <= PUSH_ITEMS_MOST);
	taken->requests++;
	opentelemetry__export_metrics_service_request__free_unpacked(request, NULL);
}

static void speaks_otlp(void)
{
	struct push_target target = target_of(PUSH_OTLP);
	struct taken taken = {0};
	struct push_round round = round_of(&target, WALL, take_otlp, &taken);
	struct snapshot snapshot = made_up();

	otlp_round(&round, &snapshot);
	golden_compare("tests/golden/otlp.txt", taken.text.bytes, taken.text.length);
	forget(&taken);
	snapshot_free(&snapshot);
	snapshot = large(3000);
	otlp_round(&round, &snapshot);
	UNIT_NUMBER(taken.requests, (taken.items + PUSH_ITEMS_MOST - 1) / PUSH_ITEMS_MOST);
	/* The metric goes on in the next request under the same name. */
	CU_ASSERT(lines_with(&taken, "lbd_real_server_connections_total [] ", "(sum)") > 1);
	forget(&taken);
	snapshot_free(&snapshot);
	push_target_free(&target);
}

static void take_exponential(void *argument, const struct buffer *message, size_t items)
{
	Opentelemetry__ExportMetricsServiceRequest *request =
		opentelemetry__export_metrics_service_request__unpack(
			NULL, message->length, (const uint8_t *)message->bytes);
	Opentelemetry__ScopeMetrics *scope;
	struct taken *taken = argument;

	(void)items;
	CU_ASSERT_FATAL(request != NULL);
	scope = request->resource_metrics[0]->scope_metrics[0];
	for (size_t i = 0; i < scope->n_metrics; i++) {
		Opentelemetry__ExponentialHistogramDataPoint *point;

		if (scope->metrics[i]->data_case != OPENTELEMETRY__METRIC__DATA_EXPONENTIAL_HISTOGRAM)
			continue;
		taken->items++;
		UNIT_NUMBER(scope->metrics[i]->exponential_histogram->aggregation_temporality, 2);
		point = scope->metrics[i]->exponential_histogram->data_points[0];
		UNIT_NUMBER(point->count, 3);
		UNIT_NUMBER(point->scale, 2);
		UNIT_NUMBER(point->zero_count, 0);
		CU_ASSERT(point->n_attributes >= 3);
		/* Bucket i of OTLP is number i + 1 of Prometheus. */
		UNIT_NUMBER(point->positive->offset, -68);
		UNIT_NUMBER(point->positive->bucket_counts[-53 - 1 + 68], 1);
		UNIT_NUMBER(point->positive->bucket_counts[-33 - 1 + 68], 1);
		UNIT_NUMBER(point->positive->bucket_counts[point->positive->n_bucket_counts - 1], 1);
	}
	opentelemetry__export_metrics_service_request__free_unpacked(request, NULL);
}

static void speaks_otlp_with_exponential_histograms(void)
{
	struct push_target target = target_of(PUSH_OTLP);
	struct taken taken = {0};
	struct push_round round = round_of(&target, WALL, take_exponential, &taken);
	struct snapshot snapshot = made_up();

	target.native = true;
	otlp_round(&round, &snapshot);
	UNIT_NUMBER(taken.items, 1);
	snapshot_free(&snapshot);
	push_target_free(&target);
}

static void reads_partial_success(void)
{
	Opentelemetry__ExportMetricsPartialSuccess partial =
		OPENTELEMETRY__EXPORT_METRICS_PARTIAL_SUCCESS__INIT;
	Opentelemetry__ExportMetricsServiceResponse response =
		OPENTELEMETRY__EXPORT_METRICS_SERVICE_RESPONSE__INIT;
	struct buffer words = {0};
	uint64_t rejected = 1;
	uint8_t bytes[64];
	size_t length;

	CU_ASSERT(otlp_rejected("", 0, &rejected, &words));
	UNIT_NUMBER(rejected, 0);
	partial.has_rejected_data_points = true;
	partial.rejected_data_points = 3;
	partial.error_message = (char *)(uintptr_t) "no room";
	response.partial_success = &partial;
	length = opentelemetry__export_metrics_service_response__pack(&response, bytes);
	CU_ASSERT(otlp_rejected((char *)bytes, length, &rejected, &words));
	UNIT_NUMBER(rejected, 3);
	UNIT_NUMBER(words.length, 7);
	CU_ASSERT(!otlp_rejected((char *)bytes, length - 1, &rejected, &words));
	partial.rejected_data_points = -1;
	length = opentelemetry__export_metrics_service_response__pack(&response, bytes);
	CU_ASSERT(otlp_rejected((char *)bytes, length, &rejected, &words));
	UNIT_NUMBER(rejected, 0);
	buffer_free(&words);
}

/* --- compression --------------------------------------------------------------------------------- */

static void compresses(void)
{
	struct buffer message = {0}, small = {0};
	size_t length;
	char *again;
	z_stream stream = {0};

	for (int i = 0; i < 5000; i++)
		buffer_format(&message, "lbd %d,", i % 97);
	CU_ASSERT(push_snappy(&small, &message));
	CU_ASSERT(small.length < message.length / 2);
	CU_ASSERT(snappy_uncompressed_length(small.bytes, small.length, &length) == SNAPPY_OK);
	CU_ASSERT_FATAL(length == message.length);
	again = malloc(length);
	CU_ASSERT(snappy_uncompress(small.bytes, small.length, again, &length) == SNAPPY_OK);
	CU_ASSERT(memcmp(again, message.bytes, length) == 0);
	small.length = 0;
	CU_ASSERT(push_gzip(&small, &message));
	CU_ASSERT(inflateInit2(&stream, MAX_WBITS + 16) == Z_OK);
	stream.next_in = (Bytef *)small.bytes;
	stream.avail_in = (uInt)small.length;
	stream.next_out = (Bytef *)again;
	stream.avail_out = (uInt)length;
	UNIT_NUMBER(inflate(&stream, Z_FINISH), Z_STREAM_END);
	UNIT_NUMBER(stream.avail_out, 0);
	CU_ASSERT(memcmp(again, message.bytes, length) == 0);
	inflateEnd(&stream);
	free(again);
	buffer_free(&message);
	buffer_free(&small);
}

/* --- verdicts ------------------------------------------------------------------------------------ */

static void judges(void)
{
	static const struct {
		enum push_end end;
		long status;
		enum push_verdict write, otlp;
	} cases[] = {
		{PUSH_ANSWERED, 200, PUSH_DELIVERED, PUSH_DELIVERED},
		{PUSH_ANSWERED, 204, PUSH_DELIVERED, PUSH_DELIVERED},
		{PUSH_ANSWERED, 302, PUSH_NEVER, PUSH_NEVER},
		{PUSH_ANSWERED, 400, PUSH_NEVER, PUSH_NEVER},
		{PUSH_ANSWERED, 401, PUSH_NEVER, PUSH_NEVER},
		{PUSH_ANSWERED, 404, PUSH_NEVER, PUSH_NEVER},
		{PUSH_ANSWERED, 429, PUSH_AGAIN, PUSH_AGAIN},
		{PUSH_ANSWERED, 500, PUSH_AGAIN, PUSH_NEVER},
		{PUSH_ANSWERED, 501, PUSH_AGAIN, PUSH_NEVER},
		{PUSH_ANSWERED, 502, PUSH_AGAIN, PUSH_AGAIN},
		{PUSH_ANSWERED, 503, PUSH_AGAIN, PUSH_AGAIN},
		{PUSH_ANSWERED, 504, PUSH_AGAIN, PUSH_AGAIN},
		{PUSH_ANSWERED, 999, PUSH_NEVER, PUSH_NEVER},
		{PUSH_NOT_CONNECTED, 0, PUSH_AGAIN, PUSH_AGAIN},
		{PUSH_TIMED_OUT, 0, PUSH_AGAIN, PUSH_AGAIN},
		{PUSH_TIMED_OUT, 200, PUSH_AGAIN, PUSH_AGAIN},
		{PUSH_TLS_FAILED, 0, PUSH_AGAIN, PUSH_AGAIN},
		{PUSH_CUT, 0, PUSH_AGAIN, PUSH_AGAIN},
		{PUSH_NOT_BEGUN, 0, PUSH_AGAIN, PUSH_AGAIN},
		{PUSH_TOO_LARGE, 200, PUSH_NEVER, PUSH_NEVER},
		{PUSH_TOO_LARGE, 400, PUSH_NEVER, PUSH_NEVER},
		{PUSH_TOO_LARGE, 503, PUSH_AGAIN, PUSH_AGAIN},
	};

	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		UNIT_NUMBER(push_judge(PUSH_REMOTE_WRITE, cases[i].end, cases[i].status),
			    cases[i].write);
		UNIT_NUMBER(push_judge(PUSH_OTLP, cases[i].end, cases[i].status), cases[i].otlp);
	}
}

static void waits(void)
{
	static const int64_t seconds[] = {1, 2, 4, 8, 16, 30, 30, 30};

	for (unsigned i = 0; i < UNIT_COUNT(seconds); i++) {
		UNIT_NUMBER(push_wait(i + 1, 0, -1), seconds[i] * CLOCK_SECOND / 2);
		UNIT_NUMBER(push_wait(i + 1, UINT32_MAX, -1), seconds[i] * CLOCK_SECOND);
	}
	UNIT_NUMBER(push_wait(UINT32_MAX, UINT32_MAX, -1), 30 * CLOCK_SECOND);
	UNIT_NUMBER(push_wait(5, 77, 0), 0);
	UNIT_NUMBER(push_wait(5, 77, 7 * CLOCK_SECOND), 7 * CLOCK_SECOND);
	UNIT_NUMBER(push_wait(1, 77, INT64_MAX), 600 * CLOCK_SECOND);
}

/* --- the queue ----------------------------------------------------------------------------------- */

static uint64_t put(struct push_queue *queue, char letter, size_t length, size_t items)
{
	struct buffer bytes = {0};
	uint64_t lost;

	for (size_t i = 0; i < length; i++)
		buffer_add(&bytes, &letter, 1);
	lost = push_queue_add(queue, &bytes, items);
	CU_ASSERT(queue->bytes <= queue->most || queue->busy);
	buffer_free(&bytes);
	return lost;
}

static void keeps_the_newest(void)
{
	size_t head = sizeof(struct push_request);
	struct push_queue queue = {.most = 3 * (100 + head)};

	UNIT_NUMBER(put(&queue, 'a', 100, 1), 0);
	UNIT_NUMBER(put(&queue, 'b', 100, 2), 0);
	UNIT_NUMBER(put(&queue, 'c', 100, 4), 0);
	UNIT_NUMBER(queue.items, 7);
	UNIT_NUMBER(put(&queue, 'd', 100, 8), 1);
	UNIT_NUMBER(queue.first->bytes[0], 'b');
	/* The one that is under way stays. */
	queue.busy = true;
	UNIT_NUMBER(put(&queue, 'e', 100, 16), 4);
	UNIT_NUMBER(queue.first->bytes[0], 'b');
	UNIT_NUMBER(queue.first->next->bytes[0], 'd');
	UNIT_NUMBER(queue.last->bytes[0], 'e');
	UNIT_NUMBER(queue.items, 2 + 8 + 16);
	push_queue_remove(&queue);
	UNIT_NUMBER(queue.first->bytes[0], 'd');
	UNIT_NUMBER(queue.items, 8 + 16);
	/* One that never fits takes all that waits with it, and is lost itself. */
	UNIT_NUMBER(put(&queue, 'f', 1000, 32), 8 + 16 + 32);
	UNIT_NUMBER(queue.count, 0);
	UNIT_NUMBER(queue.bytes, 0);
	CU_ASSERT(queue.first == NULL && queue.last == NULL);
	UNIT_NUMBER(put(&queue, 'g', 100, 1), 0);
	queue.busy = true;
	UNIT_NUMBER(put(&queue, 'h', 1000, 1), 1);
	UNIT_NUMBER(queue.count, 1);
	push_queue_free(&queue);
	UNIT_NUMBER(queue.bytes, 0);
}

/* --- targets ------------------------------------------------------------------------------------- */

static void target_is(const char *url, const char *user, const char *password_file, bool right)
{
	struct push_target target;
	const char *problem;

	push_target_begin(&target, PUSH_OTLP, url);
	target.user = user;
	target.password_file = password_file;
	CU_ASSERT(push_target_check(&target, &problem) == right);
	CU_ASSERT(right == !problem);
}

static void checks_targets(void)
{
	struct push_target target;
	const char *problem;

	target_is("http://h/", NULL, NULL, true);
	target_is("https://[2001:db8::1]:4318/v1/metrics?a=b", NULL, NULL, true);
	target_is("https://h", "me", "/file", true);
	target_is("ftp://h/", NULL, NULL, false);
	target_is("http://", NULL, NULL, false);
	target_is("http:///path", NULL, NULL, false);
	target_is("http://:80/", NULL, NULL, false);
	target_is("http://me:secret@h/", NULL, NULL, false);
	target_is("http://h/a b", NULL, NULL, false);
	target_is("http://h/\n", NULL, NULL, false);
	target_is("http://h/@", NULL, NULL, true);
	target_is("http://h/", "me", NULL, false);
	target_is("http://h/", NULL, "/file", false);
	push_target_begin(&target, PUSH_REMOTE_WRITE, "http://h/");
	CU_ASSERT(!push_target_label(&target, "a", &problem));
	CU_ASSERT(!push_target_label(&target, "=b", &problem));
	CU_ASSERT(!push_target_label(&target, "a.b=c", &problem));
	CU_ASSERT(!push_target_label(&target, "1a=c", &problem));
	CU_ASSERT(!push_target_label(&target, "__a=c", &problem));
	CU_ASSERT(push_target_label(&target, "_a1=b=c", &problem));
	UNIT_STRING(target.labels[0].value, "b=c");
	for (int i = 0; i < PUSH_LABELS - 2; i++) {
		char word[8];

		snprintf(word, sizeof(word), "b%d=c", i);
		CU_ASSERT(push_target_label(&target, word, &problem));
	}
	CU_ASSERT(push_target_label(&target, "b3=d", &problem));
	CU_ASSERT(!push_target_label(&target, "one=more", &problem));
	push_target_free(&target);
}

/* --- files --------------------------------------------------------------------------------------- */

static void headers_are(const char *text, size_t count, bool right)
{
	struct secret secret = {0};
	struct buffer problem = {0};
	char copy[256];

	TEXT_COPY(copy, text);
	CU_ASSERT(secret_headers(&secret, copy, &problem) == right);
	if (right)
		UNIT_NUMBER(secret.header_count, count);
	CU_ASSERT(right == (problem.length == 0));
	CU_ASSERT(!problem.bytes || !memmem(problem.bytes, problem.length, "hush", 4));
	secret_free(&secret);
	buffer_free(&problem);
}

static void reads_headers(void)
{
	headers_are("", 0, true);
	headers_are("X-Scope-OrgID: lvs\n# no header\n\nAuthorization: hush\r\n", 2, true);
	headers_are("hush", 0, false);
	headers_are(": hush", 0, false);
	headers_are("A:", 0, false);
	headers_are("A:  ", 0, false);
	headers_are("A B: hush", 0, false);
	headers_are("A: hush\rB: hush", 0, false);
	headers_are("content-type: hush", 0, false);
	headers_are("Content-Type-Too: hush", 1, true);
}

static void file_is(const char *bytes, size_t length, bool right)
{
	char path[] = "/tmp/test_push.XXXXXX";
	int fd = mkstemp(path);
	struct push_target target;
	struct secret secret;
	struct buffer problem = {0};

	CU_ASSERT_FATAL(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
	close(fd);
	push_target_begin(&target, PUSH_OTLP, "http://h/");
	target.token_file = path;
	CU_ASSERT(secret_read(&target, &secret, &problem) == right);
	if (right)
		UNIT_STRING(secret.token, "hush");
	CU_ASSERT(right == (problem.length == 0));
	CU_ASSERT(!problem.bytes || !memmem(problem.bytes, problem.length, "hush", 4));
	secret_free(&secret);
	buffer_free(&problem);
	unlink(path);
}

static void reads_files(void)
{
	static char long_one[SECRET_FILE_MOST + 1];

	memset(long_one, 'x', sizeof(long_one));
	file_is("hush", 4, true);
	file_is("hush\n", 5, true);
	file_is("hush\r\n", 6, true);
	file_is("", 0, false);
	file_is("\n", 1, false);
	file_is("hush\nhush\n", 10, false);
	file_is("hush\0", 5, false);
	file_is(long_one, sizeof(long_one), false);
}

static const struct unit_test tests[] = {
	UNIT_TEST(writes_what_it_should), UNIT_TEST(marks_what_is_gone), UNIT_TEST(says_farewell),
	UNIT_TEST(says_the_meaning_at_times), UNIT_TEST(splits_large_rounds), UNIT_TEST(speaks_otlp),
	UNIT_TEST(writes_native_histograms), UNIT_TEST(speaks_otlp_with_exponential_histograms),
	UNIT_TEST(reads_partial_success), UNIT_TEST(compresses), UNIT_TEST(judges), UNIT_TEST(waits),
	UNIT_TEST(keeps_the_newest), UNIT_TEST(checks_targets), UNIT_TEST(reads_headers),
	UNIT_TEST(reads_files),
};

int main(void)
{
	return unit_main("push", tests, UNIT_COUNT(tests));
}
