/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exporters/base/own.h: an exporter's rows of itself, and what one that was broken into can do. */
#include "exporters/base/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/unit/unit.h"

static char directory[64];

static void directory_new(void)
{
	snprintf(directory, sizeof(directory), "test_own-%d", (int)getpid());
	mkdir(directory, 0755);
}

static void directory_free(void)
{
	char path[96];

	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		stat_segment_remove(directory, (enum process_id)i);
	snprintf(path, sizeof(path), "%s", directory);
	UNIT_NUMBER(rmdir(path), 0);
}

/* As the parent does. */
static int segment_of(enum process_id process, enum stat_family_id also)
{
	struct stat_capacity capacity = {
		.rows = {[STAT_FAMILY_PROCESS] = 1, [STAT_FAMILY_EXPORTER] = 8}};
	bool needs_commit;
	int fd = -1;

	capacity.rows[also] = 8;
	UNIT_NUMBER(stat_segment_prepare(directory, process, &capacity, &fd, &needs_commit), 0);
	if (needs_commit)
		UNIT_NUMBER(stat_segment_commit(directory, process), 0);
	return fd;
}

static struct snapshot taken(void)
{
	struct stat_reader *reader = stat_reader_new(directory);
	struct snapshot snapshot = {0};

	snapshot_take(&snapshot, reader);
	stat_reader_free(reader);
	return snapshot;
}

static const struct stat_exporter *exporter_at(const struct snapshot *snapshot, size_t i)
{
	return (const struct stat_exporter *)snapshot_row(snapshot, STAT_FAMILY_EXPORTER, i);
}

static void what_it_tells_is_what_others_read(void)
{
	struct stat_exporter *row;
	struct snapshot snapshot;
	struct own *own;

	directory_new();
	own = own_open(PROCESS_RRD, segment_of(PROCESS_RRD, STAT_FAMILY_EXPORTER));
	row = own_row(own, "/var/lib/lbd/rrd");
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	own_succeeded(row, 10, 2000, 3 * CLOCK_MILLISECOND);
	own_failed(row, EXPORTER_ERROR_NO_SPACE, CLOCK_MILLISECOND);
	own_error(row, EXPORTER_ERROR_TIMEOUT, 2);
	own_lost(row, 7);
	own_queue(row, 4);
	snapshot = taken();
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_EXPORTER].count, 1);
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_PROCESS].count, 1);
	CU_ASSERT_STRING_EQUAL(exporter_at(&snapshot, 0)->exporter, "rrd");
	CU_ASSERT_STRING_EQUAL(exporter_at(&snapshot, 0)->target, "/var/lib/lbd/rrd");
	UNIT_NUMBER(exporter_at(&snapshot, 0)->rounds, 2);
	UNIT_NUMBER(exporter_at(&snapshot, 0)->items, 10);
	UNIT_NUMBER(exporter_at(&snapshot, 0)->bytes, 2000);
	UNIT_NUMBER(exporter_at(&snapshot, 0)->losses, 7);
	UNIT_NUMBER(exporter_at(&snapshot, 0)->queue, 4);
	UNIT_NUMBER(exporter_at(&snapshot, 0)->round_duration.count, 2);
	UNIT_NUMBER(exporter_at(&snapshot, 0)->round_duration.sum, 4 * CLOCK_MILLISECOND);
	UNIT_NUMBER(exporter_at(&snapshot, 0)->errors[EXPORTER_ERROR_NO_SPACE], 1);
	UNIT_NUMBER(exporter_at(&snapshot, 0)->errors[EXPORTER_ERROR_TIMEOUT], 2);
	UNIT_NUMBER(exporter_at(&snapshot, 0)->state, EXPORTER_STATE_FAILING);
	CU_ASSERT(stat_has(snapshot_row(&snapshot, STAT_FAMILY_EXPORTER, 0),
			   STAT_exporter_last_success));
	CU_ASSERT(stat_has(snapshot_row(&snapshot, STAT_FAMILY_PROCESS, 0),
			   STAT_process_resident_memory));
	/* In the segment: not once more. */
	own_merge(own, &snapshot);
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_EXPORTER].count, 1);
	snapshot_free(&snapshot);
	own_close(own);
	snapshot = taken();
	UNIT_NUMBER(snapshot.segments[PROCESS_RRD].liveness, STAT_STALE);
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_EXPORTER].count, 0);
	snapshot_free(&snapshot);
	directory_free();
}

/* Invariant 3: counters outlive the process; targets that are not served any more go. */
static void counters_go_on_after_a_restart(void)
{
	struct snapshot snapshot;
	struct own *own;

	directory_new();
	own = own_open(PROCESS_PROMETHEUS, segment_of(PROCESS_PROMETHEUS, STAT_FAMILY_EXPORTER));
	own_succeeded(own_row(own, "127.0.0.1:9165"), 1, 1, 1);
	own_succeeded(own_row(own, "127.0.0.1:1"), 1, 1, 1);
	own_close(own);
	own = own_open(PROCESS_PROMETHEUS, segment_of(PROCESS_PROMETHEUS, STAT_FAMILY_EXPORTER));
	CU_ASSERT_PTR_NOT_NULL(own_row(own, "127.0.0.1:9165"));
	snapshot = taken();
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_EXPORTER].count, 1);
	UNIT_NUMBER(exporter_at(&snapshot, 0)->rounds, 1);
	UNIT_NUMBER(exporter_at(&snapshot, 0)->state, EXPORTER_STATE_IDLE);
	CU_ASSERT(!stat_has(snapshot_row(&snapshot, STAT_FAMILY_EXPORTER, 0),
			    STAT_exporter_last_success));
	snapshot_free(&snapshot);
	own_close(own);
	directory_free();
}

static void one_started_by_hand_merges_its_rows(void)
{
	struct snapshot snapshot;
	struct own *own, *other;

	directory_new();
	own = own_open(PROCESS_PROMETHEUS, segment_of(PROCESS_PROMETHEUS, STAT_FAMILY_EXPORTER));
	own_succeeded(own_row(own, "127.0.0.1:9165"), 1, 1, 1);
	other = own_open(PROCESS_PROMETHEUS, -1);
	own_succeeded(own_row(other, "127.0.0.1:9166"), 5, 5, 5);
	snapshot = taken();
	own_merge(other, &snapshot);
	/* Its own process row in place of the other's: a label set is there once. */
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_PROCESS].count, 1);
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_EXPORTER].count, 2);
	UNIT_NUMBER(exporter_at(&snapshot, 1)->items, 5);
	snapshot_free(&snapshot);
	own_close(other);
	own_close(own);
	directory_free();
}

static void a_descriptor_that_is_no_segment_stops_nobody(void)
{
	struct own *own = own_open(PROCESS_RRD, dup(STDOUT_FILENO));
	struct snapshot snapshot = {0};

	own_succeeded(own_row(own, "x"), 1, 1, 1);
	own_merge(own, &snapshot);
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_EXPORTER].count, 1);
	snapshot_free(&snapshot);
	own_close(own);
}

static void there_is_room_for_eight_targets(void)
{
	struct own *own = own_open(PROCESS_RRD, -1);
	char target[16];

	for (unsigned i = 0; i < 8; i++) {
		snprintf(target, sizeof(target), "target %u", i);
		CU_ASSERT_PTR_NOT_NULL(own_row(own, target));
	}
	CU_ASSERT_PTR_NOT_NULL(own_row(own, "target 3"));
	CU_ASSERT_PTR_NULL(own_row(own, "one too many"));
	own_succeeded(NULL, 1, 1, 1);
	own_failed(NULL, EXPORTER_ERROR_IO, 1);
	own_error(NULL, EXPORTER_ERROR_IO, 1);
	own_lost(NULL, 1);
	own_queue(NULL, 1);
	own_close(own);
}

/* An exporter that was broken into writes what it likes into its segment. */
static void a_liar_speaks_for_itself_alone(void)
{
	struct stat_exporter exporter = {.exporter = "push", .target = "x"};
	struct stat_process process = {.process = "vrrp"};
	struct stat_vrrp vrrp = {.interface = "eth0", .vrid = "1", .family = "ipv4"};
	struct stat_writer *writer = NULL;
	struct stat_exporter *row;
	struct snapshot snapshot;

	directory_new();
	UNIT_NUMBER(stat_writer_attach(&writer, segment_of(PROCESS_PROMETHEUS, STAT_FAMILY_VRRP)),
		    0);
	CU_ASSERT_PTR_NOT_NULL(stat_claim(writer, STAT_FAMILY_VRRP, &vrrp));
	CU_ASSERT_PTR_NOT_NULL(stat_claim(writer, STAT_FAMILY_PROCESS, &process));
	CU_ASSERT_PTR_NOT_NULL(stat_claim(writer, STAT_FAMILY_EXPORTER, &exporter));
	strcpy(exporter.target, "y");
	row = stat_claim(writer, STAT_FAMILY_EXPORTER, &exporter);
	/* Twice the same name, and the name of another exporter. */
	strcpy(row->target, "x");
	stat_heartbeat(writer, clock_now());
	snapshot = taken();
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_VRRP].count, 0);
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_PROCESS].count, 1);
	CU_ASSERT_STRING_EQUAL(
		((const struct stat_process *)snapshot_row(&snapshot, STAT_FAMILY_PROCESS, 0))
			->process,
		"prometheus");
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_EXPORTER].count, 1);
	CU_ASSERT_STRING_EQUAL(exporter_at(&snapshot, 0)->exporter, "prometheus");
	CU_ASSERT(!snapshot_healthy(&snapshot));
	snapshot_free(&snapshot);
	stat_writer_free(writer);
	directory_free();
}

static void no_secret_is_in_a_target(void)
{
	static const char *const cases[][2] = {
		{"http://localhost:9090/api/v1/write", "http://localhost:9090/api/v1/write"},
		{"https://user:password@host/path", "https://host/path"},
		{"https://user:p@ss/w?rd#@host/path", "https://host/path"},
		{"https://host/v1/metrics?token=1#x", "https://host/v1/metrics"},
		{"https://user:password@[2001:db8::1]:4318", "https://[2001:db8::1]:4318"},
		{"/var/lib/lbd/rrd", "/var/lib/lbd/rrd"},
		{"", ""},
	};
	char text[OWN_TARGET], url[300];

	for (size_t i = 0; i < UNIT_COUNT(cases); i++)
		CU_ASSERT_STRING_EQUAL(own_target(cases[i][0], text), cases[i][1]);
	memset(url, 'x', sizeof(url));
	memcpy(url, "http://", 7);
	url[299] = '\0';
	UNIT_NUMBER(strlen(own_target(url, text)), OWN_TARGET - 1);
}

static const struct unit_test tests[] = {
	UNIT_TEST(what_it_tells_is_what_others_read),
	UNIT_TEST(counters_go_on_after_a_restart),
	UNIT_TEST(one_started_by_hand_merges_its_rows),
	UNIT_TEST(a_descriptor_that_is_no_segment_stops_nobody),
	UNIT_TEST(there_is_room_for_eight_targets),
	UNIT_TEST(a_liar_speaks_for_itself_alone),
	UNIT_TEST(no_secret_is_in_a_target),
};

int main(void)
{
	return unit_main("own", tests, UNIT_COUNT(tests));
}
