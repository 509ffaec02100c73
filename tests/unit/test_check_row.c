/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a check's row says, and what a new process learns from it, through a real segment file. */
#include "check/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "tests/unit/unit.h"

static char directory[] = "/tmp/lbd-test-check-XXXXXX";
static const struct check_identity identity = {"group www", "192.0.2.1:80", "TCP_CHECK",
					       "192.0.2.1:80"};

static struct stat_writer *attach(void)
{
	struct stat_capacity capacity = {.rows = {[STAT_FAMILY_CHECK] = 4}};
	struct stat_writer *writer = NULL;
	bool needs_commit = false;
	int fd = -1;

	if (stat_segment_prepare(directory, PROCESS_CHECK, &capacity, &fd, &needs_commit) != 0 ||
	    stat_writer_attach(&writer, fd) != 0 ||
	    (needs_commit && stat_segment_commit(directory, PROCESS_CHECK) != 0)) {
		fprintf(stderr, "no segment in %s\n", directory);
		exit(99);
	}
	return writer;
}

static struct check check_after(enum check_result result, enum health verdict)
{
	struct check check = {.identity = identity, .outcome = {result, 111, 5 * CLOCK_MILLISECOND}};

	check.schedule.verdict = verdict;
	check.schedule.attempts = 3;
	return check;
}

static void publishes_outcomes(void)
{
	struct stat_writer *writer = attach();
	struct stat_check *row = row_claim(writer, &identity);
	struct check failed = check_after(CHECK_RESULT_REFUSED, HEALTH_DOWN);
	struct check passed = check_after(CHECK_RESULT_SUCCESS, HEALTH_UP);

	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	UNIT_NUMBER(row_remembered(row, true), HEALTH_UNKNOWN);
	row_publish(row, &failed, true);
	UNIT_NUMBER(row->probes[CHECK_RESULT_REFUSED], 1);
	UNIT_NUMBER(row->last_error, 111);
	UNIT_NUMBER(row->health, HEALTH_DOWN);
	/* A failed probe has no round trip to publish (invariant 4). */
	CU_ASSERT(!stat_has(&row->row, STAT_check_last_round_trip));
	row_publish(row, &passed, true);
	UNIT_NUMBER(row->health, HEALTH_UP);
	UNIT_NUMBER(row->last_round_trip, 5 * CLOCK_MILLISECOND);
	UNIT_NUMBER(row->round_trip.count, 1);
	UNIT_NUMBER(row->phase_time[CHECK_PHASE_CONNECT], 5 * CLOCK_MILLISECOND);
	UNIT_NUMBER(row->attempts, 3);
	row_began(row, 2 * CLOCK_MILLISECOND);
	CU_ASSERT(stat_has(&row->row, STAT_check_last_lateness));
	UNIT_NUMBER(row->last_lateness, 2 * CLOCK_MILLISECOND);
	stat_writer_free(writer);
}

/* A crash of the check process returns no failed server to service. */
static void down_is_remembered_by_the_next_process(void)
{
	struct check failed = check_after(CHECK_RESULT_TIMEOUT, HEALTH_DOWN);
	struct stat_writer *writer = attach();

	struct stat_check *row;

	row_publish(row_claim(writer, &identity), &failed, true);
	stat_writer_free(writer);
	writer = attach();
	row = row_claim(writer, &identity);
	UNIT_NUMBER(row_remembered(row, true), HEALTH_DOWN);
	UNIT_NUMBER(row_remembered(row, false), HEALTH_DOWN);
	CU_ASSERT(!stat_has(&row->row, STAT_check_health));
	row_begin(row, &failed);
	CU_ASSERT(stat_has(&row->row, STAT_check_health));
	CU_ASSERT(stat_has(&row->row, STAT_check_changed));
	stat_writer_free(writer);
}

static void up_is_remembered_while_it_is_fresh(void)
{
	struct check passed = check_after(CHECK_RESULT_SUCCESS, HEALTH_UP);
	struct stat_writer *writer = attach();
	struct stat_check *row = row_claim(writer, &identity);

	row_publish(row, &passed, true);
	UNIT_NUMBER(row_remembered(row, true), HEALTH_UP);
	/* A server that a reload adds again is asked first. */
	UNIT_NUMBER(row_remembered(row, false), HEALTH_UNKNOWN);
	row->last_run -= 3600 * CLOCK_SECOND;
	UNIT_NUMBER(row_remembered(row, true), HEALTH_UNKNOWN);
	stat_writer_free(writer);
}

static void nothing_is_published_without_a_row(void)
{
	struct check passed = check_after(CHECK_RESULT_SUCCESS, HEALTH_UP);

	row_claim_begin(NULL);
	CU_ASSERT_PTR_NULL(row_claim(NULL, &identity));
	row_claim_end(NULL);
	row_begin(NULL, &passed);
	row_began(NULL, 1);
	row_publish(NULL, &passed, true);
	UNIT_NUMBER(row_remembered(NULL, true), HEALTH_UNKNOWN);
}

static const struct unit_test tests[] = {
	UNIT_TEST(publishes_outcomes),
	UNIT_TEST(down_is_remembered_by_the_next_process),
	UNIT_TEST(up_is_remembered_while_it_is_fresh),
	UNIT_TEST(nothing_is_published_without_a_row),
};

int main(void)
{
	char path[64];
	int status;

	if (!mkdtemp(directory))
		return 99;
	status = unit_main("check row", tests, UNIT_COUNT(tests));
	snprintf(path, sizeof(path), "%s/check", directory);
	unlink(path);
	rmdir(directory);
	return status;
}
