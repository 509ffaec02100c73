/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Prometheus text format and the decisions around it. */
#include "exporters/prometheus/prometheus.h"

#include <string.h>

#include "base/text.h"
#include "exporters/prometheus/page.h"
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

static void add_process(struct snapshot *snapshot)
{
	struct stat_process row = {.row.present = ALL_BITS, .process = "vrrp"};

	row.cpu = UINT64_C(18446744073709551615);
	row.resident_memory = 4096;
	snapshot_add(snapshot, STAT_FAMILY_PROCESS, &row);
}

static void a_whole_exposition(void)
{
	struct prometheus_numbers numbers = {.version = "1.2", .scrapes = 7, .refused = 1};
	struct snapshot snapshot = {.torn = 5};
	struct buffer buffer = {0};

	alive(&snapshot);
	snapshot.segments[PROCESS_CHECK] =
		(struct stat_segment_info){.liveness = STAT_STALE, .age = 61000000000};
	snapshot.segments[PROCESS_CONTROL] =
		(struct stat_segment_info){.liveness = STAT_ABSENT, .age = -1};
	add_process(&snapshot);
	add_vrrp(&snapshot);
	add_real_server(&snapshot);
	stat_observe(&numbers.render, 3000000);
	prometheus_format(&buffer, &snapshot, &numbers);
	golden_compare("tests/golden/prometheus.txt", buffer.bytes, buffer.length);
	buffer_free(&buffer);
	snapshot_free(&snapshot);
}

static void invariant_4_what_is_not_there_is_not_said(void)
{
	struct prometheus_numbers numbers = {.version = ""};
	struct snapshot snapshot = {0};
	struct buffer buffer = {0};
	const char *text;

	add_vrrp(&snapshot);
	prometheus_format(&buffer, &snapshot, &numbers);
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
	UNIT_TEST(a_whole_exposition),       UNIT_TEST(invariant_4_what_is_not_there_is_not_said),
	UNIT_TEST(decimals_are_exact),       UNIT_TEST(labels_are_escaped_and_valid_utf8),
	UNIT_TEST(gzip_when_it_is_accepted), UNIT_TEST(health_names_who_is_missing),
};

int main(void)
{
	return unit_main("prometheus", tests, UNIT_COUNT(tests));
}
