/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Prometheus text format and the decisions around it. */
#include "exporters/prometheus/prometheus.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "exporters/base/native.h"
#include "exporters/prometheus/metrics.pb-c.h"
#include "exporters/prometheus/page.h"
#include "exporters/prometheus/selection.h"
#include "tests/golden/golden.h"
#include "tests/unit/unit.h"

#define ALL_BITS UINT64_MAX

/* Terminates the text of a buffer, for comparing. */
static const char *text_of(struct buffer *buffer)
{
	buffer_add(buffer, "", 1);
	return buffer->bytes;
}

static void alive(struct snapshot *snapshot)
{
	for (size_t i = 0; i < PROCESS_COUNT; i++)
		if (snapshot_required((enum process_id)i))
			snapshot->segments[i] = (struct stat_segment_info){
				.liveness = STAT_ALIVE, .age = 250000000, .generation = 2};
}

static void add_vrrp(struct snapshot *snapshot)
{
	struct stat_vrrp row = {.row.present = ALL_BITS,
				.interface = "eth0",
				.vrid = "201",
				.family = "ipv4",
				.instance = "VI_1"};

	row.state = VRRP_STATE_MASTER;
	row.priority = 150;
	row.adverts_sent = UINT64_MAX;
	row.adverts_dropped[VRRP_DROP_TTL] = 3;
	row.interval = 1000000000;
	row.changed = INT64_C(1785000000123456789);
	stat_observe(&row.send_lateness, 40000);
	stat_observe(&row.send_lateness, 20000000000);
	row.row.present &= ~(UINT64_C(1) << STAT_vrrp_master_priority);
	snapshot_add(snapshot, STAT_FAMILY_VRRP, &row);
	memset(&row.send_lateness, 0, sizeof(row.send_lateness));
	TEXT_COPY(row.vrid, "93");
	TEXT_COPY(row.instance, "a \"b\" \\ c\nd \xff \xc3\xa9");
	row.row.present = UINT64_C(1) << STAT_vrrp_state | UINT64_C(1) << STAT_vrrp_adverts_sent;
	row.state = VRRP_STATE_BACKUP;
	row.adverts_sent = 0;
	snapshot_add(snapshot, STAT_FAMILY_VRRP, &row);
}

static void add_real_server(struct snapshot *snapshot)
{
	struct stat_real_server row = {.row.present = ALL_BITS,
				       .protocol = "TCP",
				       .virtual_server = "192.168.1.227:80",
				       .real_server = "192.168.1.232:80",
				       .group = "www",
				       .forwarding = "DR"};

	row.connections = 12;
	row.in_bytes = UINT64_C(123456789012345);
	row.connection_rate = 1500;
	row.in_byte_rate = 1234567891;
	row.out_byte_rate = -1;
	row.weight = 100;
	row.health = HEALTH_UP;
	snapshot_add(snapshot, STAT_FAMILY_REAL_SERVER, &row);
}

static void add_event(struct snapshot *snapshot, int64_t number, const char *cause,
		      const char *object, const char *state, int64_t outage)
{
	struct stat_last_event row = {.row.present = ALL_BITS};

	TEXT_COPY(row.cause, cause);
	TEXT_COPY(row.object, object);
	TEXT_COPY(row.state, state);
	row.number = number;
	row.happened = INT64_C(1785000000123456789) + number;
	row.outage = outage;
	if (outage < 0)
		row.row.present &= ~(UINT64_C(1) << STAT_last_event_outage);
	snapshot_add(snapshot, STAT_FAMILY_LAST_EVENT, &row);
}

static void add_process(struct snapshot *snapshot)
{
	struct stat_process row = {.row.present = ALL_BITS, .process = "vrrp"};

	row.cpu = UINT64_C(18446744073709551615);
	row.resident_memory = 4096;
	snapshot_add(snapshot, STAT_FAMILY_PROCESS, &row);
}

static const struct prometheus_options plain = {.own = true};

static void a_whole_tick(struct snapshot *snapshot)
{
	*snapshot = (struct snapshot){
		.wall = INT64_C(1785000001250000000), .left_out = 1, .torn = 5};
	alive(snapshot);
	snapshot->segments[PROCESS_CHECK] =
		(struct stat_segment_info){.liveness = STAT_STALE, .age = 61000000000};
	snapshot->segments[PROCESS_CONTROL] =
		(struct stat_segment_info){.liveness = STAT_ABSENT, .age = -1};
	add_process(snapshot);
	add_vrrp(snapshot);
	add_real_server(snapshot);
	add_event(snapshot, 41, "master_silent", "VI_1", "master", 3420000000);
	add_event(snapshot, 42, "check_failed", "group www 192.168.1.232:80", "down", -1);
}

static void whole_expositions(void)
{
	static const char *const files[] = {"tests/golden/prometheus.txt",
					    "tests/golden/openmetrics.txt"};
	struct prometheus_numbers numbers = {.version = "1.2",
					     .since = INT64_C(1785000000500000000),
					     .scrapes = {7, 8, 9},
					     .refused = 1};
	struct snapshot snapshot;

	a_whole_tick(&snapshot);
	stat_observe(&numbers.render, 3000000);
	for (size_t i = 0; i < UNIT_COUNT(files); i++) {
		struct prometheus_options options = {.own = true,
						     .created = i == PROMETHEUS_OPENMETRICS};
		struct buffer buffer = {0};

		prometheus_render(&buffer, (enum prometheus_format)i, &snapshot, &numbers, options);
		golden_compare(files[i], buffer.bytes, buffer.length);
		buffer_free(&buffer);
	}
	snapshot_free(&snapshot);
}

/* Takes the next message off; NULL at the end. */
static Io__Prometheus__Client__MetricFamily *next_family(const struct buffer *buffer, size_t *at)
{
	Io__Prometheus__Client__MetricFamily *family;
	size_t length = 0;
	unsigned shift = 0;
	uint8_t byte;

	if (*at == buffer->length)
		return NULL;
	do {
		byte = (uint8_t)buffer->bytes[(*at)++];
		length |= (size_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	CU_ASSERT_FATAL(length <= buffer->length - *at);
	family = io__prometheus__client__metric_family__unpack(
		NULL, length, (const uint8_t *)buffer->bytes + *at);
	CU_ASSERT_FATAL(family != NULL);
	*at += length;
	return family;
}

static void check_family(const Io__Prometheus__Client__MetricFamily *family)
{
	const Io__Prometheus__Client__Metric *first = family->metric[0];

	if (strcmp(family->name, "lbd_vrrp_adverts_sent_total") == 0) {
		UNIT_NUMBER(family->type, IO__PROMETHEUS__CLIENT__METRIC_TYPE__COUNTER);
		UNIT_NUMBER(family->n_metric, 2);
		UNIT_NUMBER(first->n_label, 3);
		UNIT_STRING(first->label[1]->name, "vrid");
		UNIT_STRING(first->label[1]->value, "201");
		CU_ASSERT(first->counter->value == 18446744073709551615.0);
		CU_ASSERT_PTR_NULL(first->counter->exemplar);
		UNIT_NUMBER(first->counter->created_timestamp->seconds, 1784000000);
		UNIT_NUMBER(first->counter->created_timestamp->nanos, 250000000);
	} else if (strcmp(family->name, "lbd_real_server_failures_total") == 0) {
		const Io__Prometheus__Client__Exemplar *exemplar = first->counter->exemplar;

		CU_ASSERT_FATAL(exemplar != NULL);
		UNIT_NUMBER(exemplar->n_label, 2);
		UNIT_STRING(exemplar->label[0]->name, "event");
		UNIT_STRING(exemplar->label[0]->value, "42");
		UNIT_STRING(exemplar->label[1]->value, "check_failed");
		CU_ASSERT(exemplar->value == 1);
		UNIT_NUMBER(exemplar->timestamp->seconds, 1785000000);
		UNIT_NUMBER(exemplar->timestamp->nanos, 123456831);
	} else if (strcmp(family->name, "lbd_vrrp_changed_timestamp_seconds") == 0) {
		UNIT_STRING(family->unit, "seconds");
		CU_ASSERT(first->gauge->value == 1785000000.123456789);
	} else if (strcmp(family->name, "lbd_vrrp_send_lateness_seconds") == 0) {
		const Io__Prometheus__Client__Histogram *histogram = first->histogram;

		UNIT_NUMBER(family->type, IO__PROMETHEUS__CLIENT__METRIC_TYPE__HISTOGRAM);
		UNIT_NUMBER(histogram->sample_count, 2);
		CU_ASSERT(histogram->sample_sum == 20.00004);
		UNIT_NUMBER(histogram->n_bucket, STAT_HISTOGRAM_OCTAVES + 1);
		CU_ASSERT(histogram->bucket[3]->upper_bound == 0.00006103515625);
		UNIT_NUMBER(histogram->bucket[2]->cumulative_count, 0);
		UNIT_NUMBER(histogram->bucket[3]->cumulative_count, 1);
		UNIT_NUMBER(histogram->bucket[STAT_HISTOGRAM_OCTAVES]->cumulative_count, 2);
	} else if (strcmp(family->name, "lbd_vrrp_info") == 0) {
		UNIT_NUMBER(family->type, IO__PROMETHEUS__CLIENT__METRIC_TYPE__GAUGE);
		UNIT_STRING(family->metric[1]->label[3]->value,
			    "a \"b\" \\ c\nd \xef\xbf\xbd \xc3\xa9");
	} else if (strcmp(family->name, "lbd_real_server_out_byte_rate_per_second") == 0) {
		CU_ASSERT(first->gauge->value == -0.001);
	}
}

/* What Prometheus makes of spans and deltas: the counts by bucket. */
static void expand(const Io__Prometheus__Client__Histogram *histogram,
		   uint64_t buckets[STAT_HISTOGRAM_BOUNDS + 1])
{
	int64_t number = -STAT_HISTOGRAM_LOWEST * STAT_HISTOGRAM_OCTAVE; /* in `buckets` */
	int64_t count = 0;
	size_t delta = 0;

	memset(buckets, 0, sizeof(uint64_t) * (STAT_HISTOGRAM_BOUNDS + 1));
	buckets[0] = histogram->zero_count;
	for (size_t i = 0; i < histogram->n_positive_span; i++) {
		number += histogram->positive_span[i]->offset;
		for (uint32_t j = 0; j < histogram->positive_span[i]->length; j++, number++) {
			int64_t infinity =
				NATIVE_INFINITY - STAT_HISTOGRAM_LOWEST * STAT_HISTOGRAM_OCTAVE;

			CU_ASSERT_FATAL(delta < histogram->n_positive_delta);
			CU_ASSERT_FATAL((number > 0 && number < STAT_HISTOGRAM_BOUNDS) ||
					number == infinity);
			count += histogram->positive_delta[delta++];
			buckets[number == infinity ? STAT_HISTOGRAM_BOUNDS : number] =
				(uint64_t)count;
		}
	}
	UNIT_NUMBER(delta, histogram->n_positive_delta);
}

static void check_native(const struct stat_histogram *expected)
{
	static const struct prometheus_options options = {.own = true, .native = true};
	struct prometheus_numbers numbers = {.version = "", .render = *expected};
	uint64_t buckets[STAT_HISTOGRAM_BOUNDS + 1];
	Io__Prometheus__Client__MetricFamily *family;
	struct snapshot snapshot = {0};
	struct buffer bytes = {0};
	size_t found = 0;
	size_t at = 0;

	prometheus_render(&bytes, PROMETHEUS_PROTOBUF, &snapshot, &numbers, options);
	while ((family = next_family(&bytes, &at))) {
		if (family->type == IO__PROMETHEUS__CLIENT__METRIC_TYPE__HISTOGRAM) {
			const Io__Prometheus__Client__Histogram *histogram =
				family->metric[0]->histogram;

			found++;
			UNIT_NUMBER(histogram->schema, 2);
			CU_ASSERT(histogram->zero_threshold == histogram->bucket[0]->upper_bound);
			UNIT_NUMBER(histogram->sample_count, expected->count);
			expand(histogram, buckets);
			CU_ASSERT(memcmp(buckets, expected->buckets, sizeof(buckets)) == 0);
		}
		io__prometheus__client__metric_family__free_unpacked(family, NULL);
	}
	UNIT_NUMBER(found, 1);
	buffer_free(&bytes);
}

static void native_histograms_have_the_same_counts(void)
{
	struct stat_histogram every = {0};

	check_native(&every);
	for (size_t i = 0; i <= STAT_HISTOGRAM_BOUNDS; i++) {
		struct stat_histogram one = {0};

		/* All gaps from 0 up: the first few bucket numbers, then their triangular sums. */
		for (size_t bucket = i, gap = 1; bucket <= STAT_HISTOGRAM_BOUNDS; bucket += gap++) {
			one.buckets[bucket] = 100 - bucket;
			one.count += 100 - bucket;
		}
		check_native(&one);
		every.buckets[i] = i * i;
		every.count += i * i;
	}
	check_native(&every);
	/* A difference that needs all 64 bits. */
	every.buckets[40] += UINT64_C(1) << 62;
	every.count += UINT64_C(1) << 62;
	check_native(&every);
}

static void native_histograms_can_be_declined(void)
{
	struct prometheus_numbers numbers = {.version = ""};
	struct snapshot snapshot = {0};
	struct buffer bytes = {0};
	Io__Prometheus__Client__MetricFamily *family;
	size_t at = 0;

	prometheus_render(&bytes, PROMETHEUS_PROTOBUF, &snapshot, &numbers, plain);
	while ((family = next_family(&bytes, &at))) {
		const Io__Prometheus__Client__Histogram *histogram = family->metric[0]->histogram;

		CU_ASSERT(!histogram || (!histogram->has_schema && !histogram->has_zero_threshold));
		io__prometheus__client__metric_family__free_unpacked(family, NULL);
	}
	buffer_free(&bytes);
}

/* As many families and samples as the text has lines of them, and the same values. */
static void protobuf_says_the_same(void)
{
	struct prometheus_numbers numbers = {.version = "1.2"};
	struct prometheus_options options = {.own = true, .created = true};
	Io__Prometheus__Client__MetricFamily *family;
	struct snapshot snapshot;
	struct buffer text = {0};
	struct buffer bytes = {0};
	size_t families = 0;
	size_t at = 0;

	a_whole_tick(&snapshot);
	((struct stat_row *)snapshot.families[STAT_FAMILY_VRRP].rows)->since =
		INT64_C(1784000000250000000);
	prometheus_render(&bytes, PROMETHEUS_PROTOBUF, &snapshot, &numbers, options);
	prometheus_render(&text, PROMETHEUS_TEXT, &snapshot, &numbers, options);
	text_of(&text);
	while ((family = next_family(&bytes, &at))) {
		char line[256];

		snprintf(line, sizeof(line), "# HELP %s %s\n", family->name, family->help);
		CU_ASSERT(strstr(text.bytes, line) != NULL);
		check_family(family);
		families++;
		io__prometheus__client__metric_family__free_unpacked(family, NULL);
	}
	for (const char *line = text.bytes; (line = strstr(line, "# TYPE ")); line++)
		families--;
	UNIT_NUMBER(families, 0);
	buffer_free(&text);
	buffer_free(&bytes);
	snapshot_free(&snapshot);
}

static void the_format_that_is_liked_best(void)
{
	static const struct {
		const char *accept;
		enum prometheus_format format;
	} cases[] = {
		{NULL, PROMETHEUS_TEXT},
		{"", PROMETHEUS_TEXT},
		{"*/*", PROMETHEUS_TEXT},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
		 PROMETHEUS_TEXT},
		{"application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
		 "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
		 PROMETHEUS_OPENMETRICS},
		{"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
		 "encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,"
		 "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,"
		 "*/*;q=0.1",
		 PROMETHEUS_PROTOBUF},
		{"application/openmetrics-text; version=0.0.1, text/plain;q=0.1", PROMETHEUS_TEXT},
		{"application/openmetrics-text", PROMETHEUS_OPENMETRICS},
		{"Application/OpenMetrics-Text; Version=\"1.0.0\" ; escaping=allow-utf-8; Q=0.5",
		 PROMETHEUS_OPENMETRICS},
		{"application/openmetrics-text;q=0.3,text/plain;q=0.4", PROMETHEUS_TEXT},
		{"application/openmetrics-text;q=0.4,text/plain;q=0.399", PROMETHEUS_OPENMETRICS},
		{"application/openmetrics-text;q=0,*/*", PROMETHEUS_TEXT},
		{"*/*,text/plain;q=0.1,application/vnd.google.protobuf;q=0",
		 PROMETHEUS_OPENMETRICS},
		{"application/*", PROMETHEUS_OPENMETRICS},
		{"text/*;q=0.2,application/*;q=0.1", PROMETHEUS_TEXT},
		{"text/plain,application/openmetrics-text", PROMETHEUS_TEXT},
		{"application/openmetrics-text,text/plain", PROMETHEUS_OPENMETRICS},
		{"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
		 "encoding=text",
		 PROMETHEUS_TEXT},
		{"image/png", PROMETHEUS_TEXT},
		{",;,;=;q", PROMETHEUS_TEXT},
		{"application/openmetrics-text;q=x", PROMETHEUS_OPENMETRICS},
	};

	for (size_t i = 0; i < UNIT_COUNT(cases); i++)
		UNIT_STRING(prometheus_format_name(prometheus_choose(cases[i].accept)),
			    prometheus_format_name(cases[i].format));
}

/* The answer to `name`=`value` in a director with one virtual server; NULL: none wrong. */
static const char *problem_with(const char *const *pairs, size_t count, struct buffer *problem)
{
	struct snapshot snapshot = {0};
	struct stat_virtual_server row = {.virtual_server = "192.0.2.1:80", .group = "www"};
	struct selection selection;
	bool right = true;

	alive(&snapshot);
	snapshot_add(&snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
	selection_begin(&selection);
	for (size_t i = 0; i < count; i += 2)
		right = right && selection_add(&selection, pairs[i], pairs[i + 1], problem);
	right = right && selection_complete(&selection, &snapshot, problem);
	CU_ASSERT_EQUAL(right, problem->length == 0);
	selection_free(&selection);
	snapshot_free(&snapshot);
	return text_of(problem);
}

static void wrong_names_are_told_with_the_right_ones(void)
{
	static const char *const cases[][5] = {
		{"family", "check", "", "", ""},
		{"virtual_server", "192.0.2.1:80", "family", "check", ""},
		{"virtual_server", "group www", "", "", ""},
		{"virtual_server", "group w", "", "",
		 "virtual_server=group w: there is no such virtual server; there are "
		 "192.0.2.1:80\n"},
		{"virtual_server", "192.0.2.1:80", "family", "event",
		 "family=event with virtual_server: this family is not of a virtual server; ask "
		 "for it without\n"},
		{"family", "checks", "", "",
		 "family=checks: there is no such family; there are process, child, config, vrrp, "
		 "virtual_server, real_server, check, ipvs, event, exporter, last_event, sync\n"},
	};

	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct buffer problem = {0};

		UNIT_STRING(problem_with(cases[i], *cases[i][2] ? 4 : 2, &problem), cases[i][4]);
		buffer_free(&problem);
	}
}

static void invariant_4_what_is_not_there_is_not_said(void)
{
	struct prometheus_numbers numbers = {.version = ""};
	struct snapshot snapshot = {0};
	struct buffer buffer = {0};
	const char *text;

	add_vrrp(&snapshot);
	prometheus_render(&buffer, PROMETHEUS_TEXT, &snapshot, &numbers, plain);
	text = text_of(&buffer);
	CU_ASSERT_PTR_NULL(strstr(text, "lbd_vrrp_master_priority"));
	CU_ASSERT_PTR_NULL(strstr(text, "lbd_real_server_"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "lbd_segment_up{process=\"vrrp\"} 0\n"));
	buffer_free(&buffer);
	snapshot_free(&snapshot);
}

static void decimals_are_exact(void)
{
	static const struct {
		int64_t number;
		unsigned digits;
		const char *text;
	} cases[] = {
		{0, 9, "0"},
		{1, 9, "0.000000001"},
		{-1, 3, "-0.001"},
		{1500, 3, "1.5"},
		{1000, 3, "1"},
		{10010, 3, "10.01"},
		{INT64_C(1785000000123456789), 9, "1785000000.123456789"},
		{INT64_MIN, 9, "-9223372036.854775808"},
		{INT64_MAX, 3, "9223372036854775.807"},
	};

	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct buffer buffer = {0};

		buffer_decimal(&buffer, cases[i].number, cases[i].digits);
		UNIT_STRING(text_of(&buffer), cases[i].text);
		buffer_free(&buffer);
	}
}

static void labels_are_escaped_and_valid_utf8(void)
{
	static const char *const cases[][2] = {
		{"plain", "plain"},
		{"\\\"\n", "\\\\\\\"\\n"},
		{"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
		{"gr\xfc\xdf", "gr\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xc3", "\xef\xbf\xbd"},
		{"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
		{"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
	};

	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct buffer buffer = {0};

		prometheus_escape(&buffer, cases[i][0]);
		UNIT_STRING(text_of(&buffer), cases[i][1]);
		buffer_free(&buffer);
	}
}

static void gzip_when_it_is_accepted(void)
{
	static const char *const yes[] = {
		"gzip",
		"deflate, gzip",
		"gzip;q=0.5",
		"GZIP",
		"*",
		"br;q=1.0, gzip;q=0.001",
		"identity, *;q=0.1",
		"x-gzip",
		"gzip ; q=1",
		"gzip;x=0;q=1",
		",,gzip",
	};
	static const char *const no[] = {
		"",        "identity", "gzip;q=0",    "gzip;q=0.000", "gzip; q=0",  "*;q=0",
		"gzipped", "deflate",  "gzip;q=0, *", "*, gzip;q=0",  "gzip ; Q=0",
	};

	CU_ASSERT(!prometheus_accepts_gzip(NULL));
	for (size_t i = 0; i < UNIT_COUNT(yes); i++)
		CU_ASSERT(prometheus_accepts_gzip(yes[i]));
	for (size_t i = 0; i < UNIT_COUNT(no); i++)
		CU_ASSERT(!prometheus_accepts_gzip(no[i]));
}

static void health_names_who_is_missing(void)
{
	struct snapshot snapshot = {0};
	struct buffer buffer = {0};

	alive(&snapshot);
	CU_ASSERT(snapshot_healthy(&snapshot));
	page_health(&buffer, &snapshot);
	UNIT_STRING(text_of(&buffer), "ok\n");
	buffer_free(&buffer);
	snapshot.segments[PROCESS_CHECK] =
		(struct stat_segment_info){.liveness = STAT_STALE, .age = 61000000000};
	snapshot.segments[PROCESS_VRRP] = (struct stat_segment_info){.age = -1};
	CU_ASSERT(!snapshot_healthy(&snapshot));
	page_health(&buffer, &snapshot);
	UNIT_STRING(text_of(&buffer),
		    "vrrp: no segment: not running, never started, or of another version\n"
		    "check: down or stuck: last heartbeat 1 min 1 s ago\n");
	buffer_free(&buffer);
}

static const struct unit_test tests[] = {
	UNIT_TEST(whole_expositions),
	UNIT_TEST(protobuf_says_the_same),
	UNIT_TEST(native_histograms_have_the_same_counts),
	UNIT_TEST(native_histograms_can_be_declined),
	UNIT_TEST(the_format_that_is_liked_best),
	UNIT_TEST(wrong_names_are_told_with_the_right_ones),
	UNIT_TEST(invariant_4_what_is_not_there_is_not_said),
	UNIT_TEST(decimals_are_exact),
	UNIT_TEST(labels_are_escaped_and_valid_utf8),
	UNIT_TEST(gzip_when_it_is_accepted),
	UNIT_TEST(health_names_who_is_missing),
};

int main(void)
{
	return unit_main("prometheus", tests, UNIT_COUNT(tests));
}
