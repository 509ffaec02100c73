/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The newest event of each cause and object, in memory and in the segment. */
#include "control/latest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static struct latest latest;

static void note(uint64_t number, enum event_cause cause, const char *object, int64_t outage)
{
	struct event event;

	event_begin(&event, cause, object, "backup", "master");
	event.number = number;
	event.wall = (int64_t)number * 1000;
	if (outage >= 0)
		event_add_number(&event, FACT_OUTAGE, outage);
	latest_note(&latest, &event);
}

static void the_newest_of_each_cause_and_object(void)
{
	memset(&latest, 0, sizeof(latest));
	note(5, CAUSE_VRRP_MASTER_SILENT, "VI_1", 3000);
	note(6, CAUSE_VRRP_MASTER_SILENT, "VI_2", -1);
	note(7, CAUSE_VRRP_PREEMPTED, "VI_1", -1);
	UNIT_NUMBER(latest.count, 3);
	note(8, CAUSE_VRRP_MASTER_SILENT, "VI_1", -1);
	note(4, CAUSE_VRRP_MASTER_SILENT, "VI_2", 9);
	UNIT_NUMBER(latest.count, 3);
	UNIT_NUMBER(latest.events[0].number, 8);
	UNIT_NUMBER(latest.events[0].outage, -1);
	UNIT_NUMBER(latest.events[1].number, 6);
}

static void many(uint64_t from, uint64_t count)
{
	char object[32];

	for (uint64_t i = from; i < from + count; i++) {
		snprintf(object, sizeof(object), "192.0.2.1:80 %llu", (unsigned long long)i);
		note(i, CAUSE_CHECK_FAILED, object, -1);
	}
}

static void the_oldest_make_room(void)
{
	uint64_t least = UINT64_MAX;

	memset(&latest, 0, sizeof(latest));
	many(1, 3 * STAT_LAST_EVENTS);
	UNIT_NUMBER(latest.count, STAT_LAST_EVENTS);
	for (size_t i = 0; i < latest.count; i++)
		least = latest.events[i].number < least ? latest.events[i].number : least;
	UNIT_NUMBER(least, 2 * STAT_LAST_EVENTS + 1);
}

struct seen {
	size_t rows, outages;
	int64_t least, greatest;
};

static void see(const void *data, enum process_id process, void *argument)
{
	const struct stat_last_event *row = data;
	struct seen *seen = argument;

	UNIT_NUMBER(process, PROCESS_CONTROL);
	CU_ASSERT(stat_has(&row->row, STAT_last_event_number));
	UNIT_NUMBER(row->happened, row->number * 1000);
	UNIT_STRING(row->state, "master");
	seen->rows++;
	seen->outages += stat_has(&row->row, STAT_last_event_outage) && row->outage == 77;
	if (seen->least == 0 || row->number < seen->least)
		seen->least = row->number;
	if (row->number > seen->greatest)
		seen->greatest = row->number;
}

static struct seen read_rows(const char *directory)
{
	struct stat_reader *reader = stat_reader_new(directory);
	struct seen seen = {0};

	stat_reader_refresh(reader);
	stat_reader_each(reader, STAT_FAMILY_LAST_EVENT, see, &seen);
	UNIT_NUMBER(stat_reader_torn(reader), 0);
	stat_reader_free(reader);
	return seen;
}

static void the_segment_says_so(void)
{
	struct stat_capacity capacity = {.rows = {[STAT_FAMILY_LAST_EVENT] = STAT_LAST_EVENTS}};
	char directory[] = "test_latest-XXXXXX", file[64];
	struct stat_writer *writer = NULL;
	bool needs_commit;
	struct seen seen;
	int fd;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
	UNIT_NUMBER(
		stat_segment_prepare(directory, PROCESS_CONTROL, &capacity, &fd, &needs_commit), 0);
	UNIT_NUMBER(stat_writer_attach(&writer, fd), 0);
	UNIT_NUMBER(stat_segment_commit(directory, PROCESS_CONTROL), 0);
	memset(&latest, 0, sizeof(latest));
	note(1, CAUSE_VRRP_MASTER_SILENT, "VI_1", 77);
	latest_publish(&latest, writer);
	seen = read_rows(directory);
	UNIT_NUMBER(seen.rows, 1);
	UNIT_NUMBER(seen.outages, 1);
	note(2, CAUSE_VRRP_MASTER_SILENT, "VI_1", -1);
	/* Each round pushes the rows of the one before out, as a storm of failures does. */
	for (uint64_t round = 0; round < 5; round++) {
		many(3 + round * STAT_LAST_EVENTS, STAT_LAST_EVENTS - 1);
		latest_publish(&latest, writer);
		seen = read_rows(directory);
		UNIT_NUMBER(seen.rows, STAT_LAST_EVENTS);
		UNIT_NUMBER(seen.outages, 0);
		UNIT_NUMBER(seen.greatest, 1 + (round + 1) * STAT_LAST_EVENTS);
	}
	stat_writer_free(writer);
	snprintf(file, sizeof(file), "%s/control", directory);
	unlink(file);
	UNIT_NUMBER(rmdir(directory), 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(the_newest_of_each_cause_and_object),
	UNIT_TEST(the_oldest_make_room),
	UNIT_TEST(the_segment_says_so),
};

int main(void)
{
	return unit_main("latest", tests, UNIT_COUNT(tests));
}
