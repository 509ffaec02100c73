/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the exporter writes in its text format comes back as the numbers that it wrote: every metric
 * of every family that a mode can read. And what it does not write is refused. */
#include "exporters/nagios/exposition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exporters/prometheus/prometheus.h"
#include "tests/unit/unit.h"

#define ROWS 3
#define WALL INT64_C(1785000001250000000)

/* Labels with all that has to be escaped, and numbers that no double holds. */
static void add_row(struct snapshot *snapshot, size_t id, unsigned i)
{
	const struct stat_family *family = &stat_families[id];
	struct stat_row *row;

	snapshot->families[id].count = i + 1;
	row = (struct stat_row *)(snapshot->families[id].rows + i * family->stride);
	for (size_t j = 0; j < family->label_count; j++)
		snprintf((char *)row + family->labels[j].offset, family->labels[j].size, "%u\"\\\n",
			 i);
	for (size_t j = 0; j < family->info_count; j++)
		snprintf((char *)row + family->infos[j].offset, family->infos[j].size, "i%zu", j);
	for (size_t j = 0; j < family->metric_count; j++) {
		const struct stat_metric *metric = &family->metrics[j];
		uint64_t *values = (uint64_t *)(void *)((uint8_t *)row + metric->offset);
		size_t count = metric->kind == STAT_KIND_COUNTERS ? metric->set->count : 1;

		/* The second row has no gauges. */
		if (metric->kind == STAT_KIND_HISTOGRAM ||
		    (i == 1 && metric->kind != STAT_KIND_COUNTER && metric->kind != STAT_KIND_COUNTERS))
			continue;
		row->present |= UINT64_C(1) << j;
		for (size_t k = 0; k < count; k++)
			values[k] = (UINT64_C(1) << 60) + id * 10000 + i * 1000 + j * 20 + k;
	}
}

static void fill(struct snapshot *snapshot)
{
	*snapshot = (struct snapshot){.wall = WALL, .left_out = 2};
	for (size_t id = 0; id < STAT_FAMILY_COUNT; id++) {
		void *empty = calloc(1, stat_families[id].stride);

		for (unsigned i = 0; i < ROWS; i++) {
			snapshot_add(snapshot, (enum stat_family_id)id, empty);
			add_row(snapshot, id, i);
		}
		free(empty);
	}
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		snapshot->segments[i] = (struct stat_segment_info){
			.liveness = STAT_ALIVE, .age = 250000000 + i, .generation = 7};
	snapshot->segments[PROCESS_CHECK] =
		(struct stat_segment_info){.liveness = STAT_STALE, .age = 9000000001};
	snapshot->segments[PROCESS_DIRECTOR] =
		(struct stat_segment_info){.liveness = STAT_ABSENT, .age = -1};
}

static void compare(const struct stat_family *family, const struct stat_row *a,
		    const struct stat_row *b)
{
	UNIT_NUMBER(a->present, b->present);
	for (size_t i = 0; i < family->label_count; i++)
		UNIT_STRING((const char *)a + family->labels[i].offset,
			    (const char *)b + family->labels[i].offset);
	for (size_t i = 0; i < family->info_count; i++)
		UNIT_STRING((const char *)a + family->infos[i].offset,
			    (const char *)b + family->infos[i].offset);
	for (size_t i = 0; i < family->metric_count; i++) {
		const struct stat_metric *metric = &family->metrics[i];
		size_t count = metric->kind == STAT_KIND_COUNTERS    ? metric->set->count
			       : metric->kind == STAT_KIND_HISTOGRAM ? 0
								     : 1;

		if (memcmp((const uint8_t *)a + metric->offset, (const uint8_t *)b + metric->offset,
			   count * sizeof(uint64_t)) != 0)
			printf("  %s_%s differs\n", family->name, metric->name);
		CU_ASSERT(memcmp((const uint8_t *)a + metric->offset,
				 (const uint8_t *)b + metric->offset,
				 count * sizeof(uint64_t)) == 0);
	}
}

static void everything_comes_back(void)
{
	struct prometheus_numbers numbers = {.version = "1"};
	struct prometheus_options options = {.own = true};
	struct snapshot before, after = {0};
	char error[EXPOSITION_ERROR] = "";
	struct buffer text = {0};

	fill(&before);
	prometheus_render(&text, PROMETHEUS_TEXT, &before, &numbers, options);
	CU_ASSERT_FATAL(exposition_read(text.bytes, text.length, &after, error));
	UNIT_NUMBER(after.wall, WALL);
	UNIT_NUMBER(after.left_out, 2);
	for (size_t id = 0; id < STAT_FAMILY_COUNT; id++) {
		UNIT_NUMBER(after.families[id].count, ROWS);
		for (size_t i = 0; i < ROWS && i < after.families[id].count; i++)
			compare(&stat_families[id], snapshot_row(&before, (enum stat_family_id)id, i),
				snapshot_row(&after, (enum stat_family_id)id, i));
	}
	for (unsigned i = 0; i < PROCESS_COUNT; i++) {
		UNIT_NUMBER(after.segments[i].liveness, before.segments[i].liveness);
		UNIT_NUMBER(after.segments[i].age, before.segments[i].age);
	}
	buffer_free(&text);
	snapshot_free(&before);
	snapshot_free(&after);
}

#define OWN "lbd_segment_up{process=\"vrrp\"} 1\nlbd_exporter_snapshot_timestamp_seconds 5\n"
#define STATE "lbd_vrrp_state{interface=\"e\",vrid=\"1\",family=\"ipv4\"} "

static bool reads(const char *text, struct snapshot *snapshot)
{
	char error[EXPOSITION_ERROR] = "";
	bool read = exposition_read(text, strlen(text), snapshot, error);

	CU_ASSERT(read == (error[0] == '\0'));
	return read;
}

static void what_the_exporter_does_not_write(void)
{
	static const char *const texts[] = {
		"",
		"lbd_segment_up{process=\"vrrp\"} 1\n",
		"lbd_exporter_snapshot_timestamp_seconds 5\n",
		OWN "up",
		OWN "up\n",
		OWN "1up 1\n",
		OWN "up{\n",
		OWN "up{a=\"1} 1\n",
		OWN "up{a=\"\\x\"} 1\n",
		OWN "up{a=\"1\" b=\"2\"} 1\n",
		OWN STATE "\n",
		OWN STATE "x\n",
		OWN STATE "-\n",
		OWN STATE "1.5\n",
		OWN STATE "1e3\n",
		OWN STATE "NaN\n",
		OWN STATE "2 1785000000\n",
		OWN STATE "9223372036854775807\n",
		OWN STATE "99999999999999999999999\n",
		OWN "lbd_vrrp_adverts_sent_total{interface=\"e\",vrid=\"1\",family=\"ipv4\"} -1\n",
		OWN "lbd_vrrp_state{interface=\"e\",vrid=\"1\"} 1\n",
		OWN "lbd_segment_age_seconds{process=\"vrrp\"} 0.1234567891\n",
	};

	for (size_t i = 0; i < UNIT_COUNT(texts); i++) {
		struct snapshot snapshot = {0};

		if (reads(texts[i], &snapshot)) {
			printf("  accepted: %s\n", texts[i]);
			CU_FAIL("accepted what the exporter does not write");
		}
		snapshot_free(&snapshot);
	}
}

static void what_a_newer_exporter_may_write(void)
{
	struct snapshot snapshot = {0};
	const struct stat_vrrp *row;

	CU_ASSERT_FATAL(reads("# comment\n\n" OWN
			      "lbd_new_family_total{a=\"b\",} 17e5\n"
			      "lbd_segment_up{process=\"new\"} 0\n"
			      "lbd_vrrp_adverts_dropped_total{interface=\"e\",vrid=\"1\","
			      "family=\"ipv4\",reason=\"new\"} 3\n" STATE "2\n" STATE "1\n",
			      &snapshot));
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_VRRP].count, 1);
	row = (const void *)snapshot_row(&snapshot, STAT_FAMILY_VRRP, 0);
	UNIT_NUMBER(row->state, 1);
	UNIT_NUMBER(snapshot.segments[PROCESS_VRRP].liveness, STAT_ALIVE);
	UNIT_NUMBER(snapshot.segments[PROCESS_CHECK].liveness, STAT_ABSENT);
	snapshot_free(&snapshot);
}

static void many_rows(unsigned count, bool accepted)
{
	struct snapshot snapshot = {0};
	struct buffer text = {0};

	buffer_text(&text, OWN);
	for (unsigned i = 0; i < count; i++)
		buffer_format(&text, "lbd_child_pid{process=\"%u\"} %u\n", i, i);
	/* The same rows in another order are the same rows. */
	for (unsigned i = count; i-- > 0;)
		buffer_format(&text, "lbd_child_state{process=\"%u\"} 1\n", i);
	buffer_add(&text, "", 1);
	CU_ASSERT(reads(text.bytes, &snapshot) == accepted);
	UNIT_NUMBER(snapshot.families[STAT_FAMILY_CHILD].count,
		    count < EXPOSITION_ROWS_MOST ? count : EXPOSITION_ROWS_MOST);
	for (unsigned i = 0; accepted && i < count; i++) {
		const struct stat_child *row =
			(const void *)snapshot_row(&snapshot, STAT_FAMILY_CHILD, i);

		if (row->pid != i || row->state != 1)
			CU_FAIL("a number in the wrong row");
	}
	buffer_free(&text);
	snapshot_free(&snapshot);
}

static void rows_are_bounded(void)
{
	many_rows(EXPOSITION_ROWS_MOST, true);
	many_rows(EXPOSITION_ROWS_MOST + 1, false);
}

static const struct unit_test tests[] = {
	UNIT_TEST(everything_comes_back),
	UNIT_TEST(what_the_exporter_does_not_write),
	UNIT_TEST(what_a_newer_exporter_may_write),
	UNIT_TEST(rows_are_bounded),
};

int main(void)
{
	return unit_main("nagios_exposition", tests, UNIT_COUNT(tests));
}
