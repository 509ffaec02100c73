/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The segment: identity, reuse, growth, restart, staleness, and a reader beside a busy writer. */
#include "stat/stat.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "stat/layout.h"
#include "tests/unit/unit.h"

static char directory[64];

static void path_of(char path[128], const char *name)
{
	snprintf(path, 128, "%s/%s", directory, name);
}

static void directory_new(void)
{
	strcpy(directory, "test_stat-XXXXXX");
	if (!mkdtemp(directory))
		abort();
}

static void directory_free(void)
{
	static const char *const names[] = {"vrrp", "vrrp.new", "director", "director.new"};
	char path[128];

	for (size_t i = 0; i < UNIT_COUNT(names); i++) {
		path_of(path, names[i]);
		unlink(path);
	}
	CU_ASSERT(rmdir(directory) == 0);
}

/* What the parent and a child do together at a start or a reload. */
static struct stat_writer *attach(struct stat_writer *writer, uint32_t rows)
{
	struct stat_capacity capacity = {.rows[STAT_FAMILY_VRRP] = rows};
	bool needs_commit;
	int fd;

	UNIT_NUMBER(stat_segment_prepare(directory, PROCESS_VRRP, &capacity, &fd, &needs_commit),
		    0);
	UNIT_NUMBER(stat_writer_attach(&writer, fd), 0);
	if (needs_commit)
		UNIT_NUMBER(stat_segment_commit(directory, PROCESS_VRRP), 0);
	return writer;
}

static struct stat_vrrp *claim(struct stat_writer *writer, unsigned vrid)
{
	struct stat_vrrp labels = {0};

	TEXT_COPY(labels.interface, "eth0");
	snprintf(labels.vrid, sizeof(labels.vrid), "%u", vrid % 1000);
	snprintf(labels.family, sizeof(labels.family), "%u", vrid / 1000);
	TEXT_COPY(labels.instance, "VI_1");
	return stat_claim(writer, STAT_FAMILY_VRRP, &labels);
}

struct seen {
	size_t rows;
	struct stat_vrrp last;
	bool whole;
};

static void see(const void *row, enum process_id process, void *argument)
{
	const struct stat_vrrp *vrrp = row;
	struct seen *seen = argument;

	UNIT_NUMBER(process, PROCESS_VRRP);
	seen->rows++;
	seen->last = *vrrp;
	if (vrrp->adverts_sent != vrrp->adverts_received || vrrp->adverts_sent != vrrp->garp_sent)
		seen->whole = false;
}

static struct seen look(struct stat_reader *reader)
{
	struct seen seen = {.whole = true};
	size_t given;

	stat_reader_refresh(reader);
	given = stat_reader_each(reader, STAT_FAMILY_VRRP, see, &seen);
	CU_ASSERT_FATAL(given == seen.rows);
	return seen;
}

static void rows_arrive(void)
{
	struct stat_reader *reader;
	struct stat_writer *writer;
	struct stat_vrrp *row;
	struct seen seen;

	directory_new();
	reader = stat_reader_new(directory);
	UNIT_NUMBER(look(reader).rows, 0);
	UNIT_NUMBER(stat_reader_segment(reader, PROCESS_VRRP).liveness, STAT_ABSENT);
	writer = attach(NULL, 2);
	row = claim(writer, 7);
	stat_begin(&row->row);
	stat_put(vrrp, row, priority, 150);
	stat_end(&row->row);
	stat_count(row->adverts_dropped[VRRP_DROP_TTL], 3);
	seen = look(reader);
	UNIT_NUMBER(seen.rows, 1);
	UNIT_STRING(seen.last.vrid, "7");
	UNIT_STRING(seen.last.instance, "VI_1");
	UNIT_NUMBER(seen.last.priority, 150);
	UNIT_NUMBER(seen.last.adverts_dropped[VRRP_DROP_TTL], 3);
	CU_ASSERT(stat_has(&seen.last.row, STAT_vrrp_priority));
	CU_ASSERT(!stat_has(&seen.last.row, STAT_vrrp_state));
	CU_ASSERT(stat_has(&seen.last.row, STAT_vrrp_adverts_sent));
	CU_ASSERT(seen.last.row.since > 0);
	stat_begin(&row->row);
	stat_unset(vrrp, row, priority);
	stat_end(&row->row);
	seen = look(reader);
	CU_ASSERT(!stat_has(&seen.last.row, STAT_vrrp_priority));
	stat_reader_free(reader);
	stat_writer_free(writer);
	directory_free();
}

static void invariant_3_a_row_comes_back_with_its_counters(void)
{
	struct stat_reader *reader;
	struct stat_writer *writer;
	struct stat_vrrp *row;

	directory_new();
	reader = stat_reader_new(directory);
	writer = attach(NULL, 2);
	stat_claim_begin(writer, STAT_FAMILY_VRRP);
	row = claim(writer, 1);
	claim(writer, 2);
	stat_claim_end(writer, STAT_FAMILY_VRRP);
	row->adverts_sent = 41;
	stat_put(vrrp, row, state, VRRP_STATE_MASTER);
	stat_claim_begin(writer, STAT_FAMILY_VRRP);
	claim(writer, 2);
	stat_claim_end(writer, STAT_FAMILY_VRRP);
	UNIT_NUMBER(look(reader).rows, 1);
	stat_claim_begin(writer, STAT_FAMILY_VRRP);
	CU_ASSERT_PTR_EQUAL(claim(writer, 1), row);
	claim(writer, 2);
	stat_claim_end(writer, STAT_FAMILY_VRRP);
	UNIT_NUMBER(look(reader).rows, 2);
	UNIT_NUMBER(row->adverts_sent, 41);
	CU_ASSERT(!stat_has(&row->row, STAT_vrrp_state));
	stat_reader_free(reader);
	stat_writer_free(writer);
	directory_free();
}

static void infos_change_without_a_new_row(void)
{
	struct stat_vrrp labels = {.interface = "eth0", .vrid = "1", .instance = "VI_2"};
	struct stat_writer *writer;
	struct stat_vrrp *row;

	directory_new();
	writer = attach(NULL, 1);
	row = stat_claim(writer, STAT_FAMILY_VRRP, &labels);
	TEXT_COPY(labels.instance, "RENAMED");
	CU_ASSERT_PTR_EQUAL(stat_claim(writer, STAT_FAMILY_VRRP, &labels), row);
	UNIT_STRING(row->instance, "RENAMED");
	stat_writer_free(writer);
	directory_free();
}

static void gone_rows_are_reused_oldest_first(void)
{
	struct stat_writer *writer;
	struct stat_vrrp *oldest;
	unsigned rows = 0;

	directory_new();
	writer = attach(NULL, 4);
	stat_claim_begin(writer, STAT_FAMILY_VRRP);
	oldest = claim(writer, 100);
	oldest->adverts_sent = 9;
	stat_claim_end(writer, STAT_FAMILY_VRRP);
	stat_claim_begin(writer, STAT_FAMILY_VRRP);
	while (claim(writer, rows))
		rows++;
	UNIT_NUMBER(rows, 15);
	stat_claim_end(writer, STAT_FAMILY_VRRP);
	stat_claim_begin(writer, STAT_FAMILY_VRRP);
	CU_ASSERT_PTR_EQUAL(claim(writer, 200), oldest);
	UNIT_NUMBER(oldest->adverts_sent, 0);
	UNIT_STRING(oldest->vrid, "200");
	CU_ASSERT_PTR_NULL(claim(writer, 100));
	for (unsigned i = 1; i < 15; i++)
		CU_ASSERT_PTR_NOT_NULL(claim(writer, i));
	stat_claim_end(writer, STAT_FAMILY_VRRP);
	CU_ASSERT_PTR_NOT_NULL(claim(writer, 300));
	CU_ASSERT_PTR_NULL(claim(writer, 301));
	stat_writer_free(writer);
	directory_free();
}

static void a_segment_grows_under_its_writer(void)
{
	struct stat_reader *reader;
	struct stat_writer *writer;
	struct stat_vrrp *row;

	directory_new();
	reader = stat_reader_new(directory);
	writer = attach(NULL, 2);
	row = claim(writer, 1);
	row->adverts_sent = row->adverts_received = row->garp_sent = 5;
	stat_put(vrrp, row, priority, 99);
	stat_heartbeat(writer, clock_now());
	stat_set_generation(writer, 3);
	UNIT_NUMBER(look(reader).rows, 1);
	writer = attach(writer, 500);
	row = claim(writer, 1);
	UNIT_NUMBER(row->adverts_sent, 5);
	CU_ASSERT(stat_has(&row->row, STAT_vrrp_priority));
	for (unsigned i = 2; i <= 500; i++)
		CU_ASSERT_PTR_NOT_NULL(claim(writer, i));
	UNIT_NUMBER(look(reader).rows, 500);
	UNIT_NUMBER(stat_reader_segment(reader, PROCESS_VRRP).liveness, STAT_ALIVE);
	UNIT_NUMBER(stat_reader_segment(reader, PROCESS_VRRP).generation, 3);
	/* Never shrunk, and the same file is not mapped twice. */
	row = claim(writer, 1);
	writer = attach(writer, 1);
	CU_ASSERT_PTR_EQUAL(claim(writer, 1), row);
	UNIT_NUMBER(look(reader).rows, 500);
	stat_reader_free(reader);
	stat_writer_free(writer);
	directory_free();
}

static void invariant_3_counts_made_after_the_copy_are_carried_over(void)
{
	struct stat_capacity capacity = {.rows[STAT_FAMILY_VRRP] = 100};
	struct stat_writer *writer;
	bool needs_commit;
	int fd;

	directory_new();
	writer = attach(NULL, 2);
	claim(writer, 1)->adverts_sent = 5;
	UNIT_NUMBER(stat_segment_prepare(directory, PROCESS_VRRP, &capacity, &fd, &needs_commit),
		    0);
	CU_ASSERT(needs_commit);
	claim(writer, 1)->adverts_sent = 6;
	claim(writer, 2)->adverts_sent = 1;
	UNIT_NUMBER(stat_writer_attach(&writer, fd), 0);
	UNIT_NUMBER(stat_segment_commit(directory, PROCESS_VRRP), 0);
	UNIT_NUMBER(claim(writer, 1)->adverts_sent, 6);
	UNIT_NUMBER(claim(writer, 2)->adverts_sent, 1);
	stat_writer_free(writer);
	directory_free();
}

static void damage(const char *name, size_t offset, uint8_t byte)
{
	char path[128];
	int fd;

	path_of(path, name);
	fd = open(path, O_WRONLY);
	CU_ASSERT(fd >= 0 && pwrite(fd, &byte, 1, (off_t)offset) == 1);
	close(fd);
}

static void another_layout_is_not_read(void)
{
	struct stat_reader *reader;
	struct stat_writer *writer;

	directory_new();
	reader = stat_reader_new(directory);
	writer = attach(NULL, 2);
	claim(writer, 1)->adverts_sent = 5;
	stat_writer_free(writer);
	damage("vrrp", offsetof(struct stat_header, layout), 0);
	UNIT_NUMBER(look(reader).rows, 0);
	UNIT_NUMBER(stat_reader_segment(reader, PROCESS_VRRP).liveness, STAT_ABSENT);
	writer = attach(NULL, 2);
	UNIT_NUMBER(claim(writer, 1)->adverts_sent, 0);
	UNIT_NUMBER(look(reader).rows, 1);
	stat_reader_free(reader);
	stat_writer_free(writer);
	directory_free();
}

static void a_file_that_lies_about_its_size_is_not_read(void)
{
	static const size_t bytes[] = {
		offsetof(struct stat_header, families[STAT_FAMILY_VRRP].rows) + 1,
		offsetof(struct stat_header, families[STAT_FAMILY_VRRP].rows) + 3,
		offsetof(struct stat_header, families[STAT_FAMILY_VRRP].offset) + 2,
		offsetof(struct stat_header, families[STAT_FAMILY_VRRP].offset) + 7,
		offsetof(struct stat_header, process),
		offsetof(struct stat_header, family_count),
		offsetof(struct stat_header, magic),
	};

	for (size_t i = 0; i < UNIT_COUNT(bytes); i++) {
		struct stat_reader *reader;

		directory_new();
		reader = stat_reader_new(directory);
		stat_writer_free(attach(NULL, 2));
		damage("vrrp", bytes[i], 0xff);
		UNIT_NUMBER(look(reader).rows, 0);
		UNIT_NUMBER(stat_reader_segment(reader, PROCESS_VRRP).liveness, STAT_ABSENT);
		stat_reader_free(reader);
		directory_free();
	}
}

/* Whatever the header says, nothing outside the mapping is touched: the sanitizer or the kernel
 * would end the test. */
static void any_header_is_survived(void)
{
	struct stat_reader *reader;
	unsigned seed = 1;

	directory_new();
	reader = stat_reader_new(directory);
	for (unsigned i = 0; i < 500; i++) {
		struct stat_writer *writer = attach(NULL, 2);

		claim(writer, i % 20);
		stat_writer_free(writer);
		for (unsigned j = 0; j <= i % 3; j++) {
			seed = seed * 1103515245 + 12345;
			damage("vrrp", seed / 65536 % sizeof(struct stat_header),
			       (uint8_t)(seed / 7));
		}
		CU_ASSERT_FATAL(look(reader).rows <= 32);
	}
	stat_reader_free(reader);
	directory_free();
}

static void rows_that_lie_do_no_harm(void)
{
	struct stat_reader *reader;
	struct stat_writer *writer;
	struct stat_vrrp *row;
	struct seen seen;

	directory_new();
	reader = stat_reader_new(directory);
	writer = attach(NULL, 2);
	row = claim(writer, 1);
	memset(row->instance, 'x', sizeof(row->instance));
	damage("vrrp", offsetof(struct stat_header, families[STAT_FAMILY_VRRP].used) + 3, 0xff);
	seen = look(reader);
	UNIT_NUMBER(seen.rows, 1);
	UNIT_NUMBER(strlen(seen.last.instance), sizeof(seen.last.instance) - 1);
	stat_writer_free(writer);
	writer = attach(NULL, 2);
	UNIT_NUMBER(strlen(claim(writer, 1)->interface), 4);
	/* The file says that all rows were used before; those without an owner are free to take. */
	CU_ASSERT_PTR_NOT_NULL(claim(writer, 2));
	stat_reader_free(reader);
	stat_writer_free(writer);
	directory_free();
}

static void a_short_file_is_not_read(void)
{
	struct stat_reader *reader;
	char path[128];

	directory_new();
	path_of(path, "vrrp");
	reader = stat_reader_new(directory);
	stat_writer_free(attach(NULL, 2));
	UNIT_NUMBER(look(reader).rows, 0);
	for (off_t size = 2000; size >= 0; size -= 500) {
		CU_ASSERT(truncate(path, size) == 0);
		UNIT_NUMBER(look(reader).rows, 0);
		UNIT_NUMBER(stat_reader_segment(reader, PROCESS_VRRP).liveness, STAT_ABSENT);
	}
	stat_writer_free(attach(NULL, 2));
	unlink(path);
	CU_ASSERT(mkdir(path, 0755) == 0);
	UNIT_NUMBER(look(reader).rows, 0);
	rmdir(path);
	stat_reader_free(reader);
	directory_free();
}

static void heartbeats_tell_the_living(void)
{
	struct stat_reader *reader;
	struct stat_writer *writer;
	struct stat_segment_info info;

	directory_new();
	reader = stat_reader_new(directory);
	writer = attach(NULL, 2);
	stat_reader_refresh(reader);
	info = stat_reader_segment(reader, PROCESS_VRRP);
	UNIT_NUMBER(info.liveness, STAT_STALE);
	CU_ASSERT(info.age < 0);
	stat_heartbeat(writer, clock_now());
	stat_reader_refresh(reader);
	info = stat_reader_segment(reader, PROCESS_VRRP);
	UNIT_NUMBER(info.liveness, STAT_ALIVE);
	CU_ASSERT(info.age >= 0 && info.start > 0);
	stat_heartbeat(writer, clock_now() - STAT_STALE_AFTER - 1);
	stat_reader_refresh(reader);
	UNIT_NUMBER(stat_reader_segment(reader, PROCESS_VRRP).liveness, STAT_STALE);
	/* Written before a reboot. */
	stat_heartbeat(writer, clock_now() + 3600 * CLOCK_SECOND);
	stat_reader_refresh(reader);
	UNIT_NUMBER(stat_reader_segment(reader, PROCESS_VRRP).liveness, STAT_STALE);
	UNIT_NUMBER(stat_reader_segment(reader, PROCESS_CHECK).liveness, STAT_ABSENT);
	stat_reader_free(reader);
	stat_writer_free(writer);
	directory_free();
}

static void errors_change_nothing(void)
{
	struct stat_capacity capacity = {.rows[STAT_FAMILY_VRRP] = STAT_ROWS_MAX};
	struct stat_writer *writer = NULL;
	bool needs_commit;
	char path[128];
	int fd;

	directory_new();
	UNIT_NUMBER(stat_segment_prepare(directory, PROCESS_VRRP, &capacity, &fd, &needs_commit),
		    -E2BIG);
	capacity.rows[STAT_FAMILY_VRRP] = 1;
	UNIT_NUMBER(
		stat_segment_prepare("/nonexistent/lbd", PROCESS_VRRP, &capacity, &fd, &needs_commit),
		-ENOENT);
	UNIT_NUMBER(stat_segment_commit(directory, PROCESS_VRRP), -ENOENT);
	UNIT_NUMBER(stat_writer_attach(&writer, open("/dev/null", O_RDWR)), -EINVAL);
	CU_ASSERT_PTR_NULL(writer);
	/* A link in the place of the segment is replaced, not followed. */
	path_of(path, "vrrp");
	CU_ASSERT(symlink("/dev/null", path) == 0);
	writer = attach(NULL, 1);
	CU_ASSERT_PTR_NOT_NULL(writer);
	CU_ASSERT_PTR_NULL(
		stat_claim(writer, STAT_FAMILY_IPVS, &(struct stat_ipvs){.scope = "host"}));
	stat_writer_free(writer);
	directory_free();
}

static void readers_of_other_users_may_read(void)
{
	struct stat status;
	char path[128];
	mode_t mask = umask(077);

	directory_new();
	stat_writer_free(attach(NULL, 1));
	umask(mask);
	path_of(path, "vrrp");
	UNIT_NUMBER(stat(path, &status), 0);
	UNIT_NUMBER(status.st_mode & 0777, 0644);
	directory_free();
}

/* Three counters that are equal in every whole row, a write after the other. */
static void write_for_ever(struct stat_writer *writer)
{
	struct stat_vrrp *row = claim(writer, 1);

	for (;;) {
		stat_begin(&row->row);
		row->adverts_sent++;
		row->adverts_received++;
		row->garp_sent++;
		stat_end(&row->row);
		for (volatile int i = 0; i < 200; i++)
			;
	}
}

static pid_t start_writer(void)
{
	pid_t child = fork();

	if (child == 0) {
		write_for_ever(attach(NULL, 2));
		_exit(1);
	}
	CU_ASSERT(child > 0);
	return child;
}

static void stop_writer(pid_t child)
{
	int status;

	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	CU_ASSERT(WIFSIGNALED(status));
}

static void a_reader_beside_a_busy_writer_sees_whole_rows(void)
{
	struct stat_reader *reader;
	uint64_t last = 0;
	size_t changes = 0;
	pid_t child;

	directory_new();
	stat_writer_free(attach(NULL, 2));
	reader = stat_reader_new(directory);
	child = start_writer();
	while (changes < 5000) {
		struct seen seen = look(reader);

		CU_ASSERT_FATAL(seen.whole);
		if (seen.rows == 0)
			continue;
		CU_ASSERT_FATAL(seen.last.adverts_sent >= last);
		changes += seen.last.adverts_sent != last;
		last = seen.last.adverts_sent;
	}
	stop_writer(child);
	stat_reader_free(reader);
	directory_free();
}

static void invariant_3_killed_writers_leave_monotone_counters(void)
{
	struct stat_reader *reader;
	struct stat_writer *writer;
	uint64_t last = 0;

	directory_new();
	reader = stat_reader_new(directory);
	for (unsigned i = 0; i < 30; i++) {
		pid_t child = start_writer();
		struct stat_vrrp *row;

		usleep(2000 + i * 100);
		stop_writer(child);
		look(reader);
		writer = attach(NULL, 2);
		row = claim(writer, 1);
		UNIT_NUMBER(row->row.sequence % 2, 0);
		CU_ASSERT(row->adverts_sent >= last);
		/* Each kill parts the two by one at most, whichever the compiler stores first. */
		CU_ASSERT(llabs((long long)(row->adverts_sent - row->garp_sent)) <= (int)i + 1);
		last = row->adverts_sent;
		UNIT_NUMBER(look(reader).rows, 1);
		stat_writer_free(writer);
	}
	stat_reader_free(reader);
	directory_free();
}

static void a_writer_killed_in_a_row_leaves_it_torn_until_the_next(void)
{
	struct stat_reader *reader;
	struct stat_writer *writer;
	struct stat_vrrp *row;

	directory_new();
	reader = stat_reader_new(directory);
	writer = attach(NULL, 2);
	row = claim(writer, 1);
	stat_put(vrrp, row, priority, 1);
	row->adverts_sent = row->adverts_received = row->garp_sent = 8;
	claim(writer, 2);
	stat_begin(&row->row);
	stat_writer_free(writer);
	UNIT_NUMBER(look(reader).rows, 1);
	UNIT_NUMBER(stat_reader_torn(reader), 1);
	writer = attach(NULL, 2);
	UNIT_NUMBER(look(reader).rows, 2);
	row = claim(writer, 1);
	UNIT_NUMBER(row->adverts_sent, 8);
	CU_ASSERT(!stat_has(&row->row, STAT_vrrp_priority));
	UNIT_NUMBER(row->priority, 1);
	stat_reader_free(reader);
	stat_writer_free(writer);
	directory_free();
}

static void ten_thousand_rows(void)
{
	struct stat_capacity capacity = {.rows[STAT_FAMILY_REAL_SERVER] = 10000};
	struct stat_real_server labels = {.protocol = "TCP", .virtual_server = "192.168.1.227:80"};
	struct stat_writer *writer = NULL;
	bool needs_commit;
	int fd;

	directory_new();
	UNIT_NUMBER(
		stat_segment_prepare(directory, PROCESS_DIRECTOR, &capacity, &fd, &needs_commit),
		0);
	UNIT_NUMBER(stat_writer_attach(&writer, fd), 0);
	for (unsigned reload = 0; reload < 20; reload++) {
		stat_claim_begin(writer, STAT_FAMILY_REAL_SERVER);
		for (unsigned i = 0; i < 10000; i++) {
			/* Every other reload replaces them all. */
			snprintf(labels.real_server, sizeof(labels.real_server), "10.%u.%u.%u:80",
				 reload / 2, i / 256, i % 256);
			CU_ASSERT_PTR_NOT_NULL_FATAL(
				stat_claim(writer, STAT_FAMILY_REAL_SERVER, &labels));
		}
		stat_claim_end(writer, STAT_FAMILY_REAL_SERVER);
	}
	stat_writer_free(writer);
	directory_free();
}

static size_t bucket_of(int64_t nanoseconds)
{
	struct stat_histogram histogram = {0};
	size_t bucket = 0;

	stat_observe(&histogram, nanoseconds);
	UNIT_NUMBER(histogram.count, 1);
	UNIT_NUMBER(histogram.sum, nanoseconds < 0 ? 0 : nanoseconds);
	while (bucket < STAT_HISTOGRAM_BOUNDS && histogram.buckets[bucket] == 0)
		bucket++;
	UNIT_NUMBER(histogram.buckets[bucket], 1);
	return bucket;
}

static void bounds_are_roots_of_two(void)
{
	for (int i = 0; i < STAT_HISTOGRAM_BOUNDS; i++) {
		long double exponent = STAT_HISTOGRAM_LOWEST + (long double)i / STAT_HISTOGRAM_OCTAVE;

		UNIT_NUMBER(stat_histogram_bounds[i], floorl(exp2l(exponent) * 1e9L));
	}
}

static void observations_fall_into_buckets(void)
{
	UNIT_NUMBER(bucket_of(INT64_MIN), 0);
	UNIT_NUMBER(bucket_of(0), 0);
	for (size_t i = 0; i < STAT_HISTOGRAM_BOUNDS; i++) {
		UNIT_NUMBER(bucket_of(stat_histogram_bounds[i] - 1), i);
		UNIT_NUMBER(bucket_of(stat_histogram_bounds[i]), i);
		UNIT_NUMBER(bucket_of(stat_histogram_bounds[i] + 1), i + 1);
	}
	for (int bits = 0; bits < 63; bits++) {
		int64_t power = INT64_C(1) << bits;
		size_t bucket = bucket_of(power);

		CU_ASSERT(bucket == STAT_HISTOGRAM_BOUNDS ||
			  power <= stat_histogram_bounds[bucket]);
		CU_ASSERT(bucket == 0 || power > stat_histogram_bounds[bucket - 1]);
	}
	UNIT_NUMBER(bucket_of(INT64_MAX), STAT_HISTOGRAM_BOUNDS);
}

static void octaves_have_the_same_counts(void)
{
	uint64_t octaves[STAT_HISTOGRAM_OCTAVES + 1];
	struct stat_histogram histogram = {0};

	for (size_t i = 0; i < STAT_HISTOGRAM_BOUNDS; i++)
		stat_observe(&histogram, stat_histogram_bounds[i]);
	stat_observe(&histogram, INT64_C(32000000001));
	stat_histogram_octaves(&histogram, octaves);
	UNIT_NUMBER(octaves[0], 1);
	for (size_t i = 1; i < STAT_HISTOGRAM_OCTAVES; i++)
		UNIT_NUMBER(octaves[i], STAT_HISTOGRAM_OCTAVE);
	UNIT_NUMBER(octaves[STAT_HISTOGRAM_OCTAVES], 1);
}

static const struct unit_test tests[] = {
	UNIT_TEST(rows_arrive),
	UNIT_TEST(invariant_3_a_row_comes_back_with_its_counters),
	UNIT_TEST(infos_change_without_a_new_row),
	UNIT_TEST(gone_rows_are_reused_oldest_first),
	UNIT_TEST(a_segment_grows_under_its_writer),
	UNIT_TEST(invariant_3_counts_made_after_the_copy_are_carried_over),
	UNIT_TEST(another_layout_is_not_read),
	UNIT_TEST(a_file_that_lies_about_its_size_is_not_read),
	UNIT_TEST(any_header_is_survived),
	UNIT_TEST(rows_that_lie_do_no_harm),
	UNIT_TEST(a_short_file_is_not_read),
	UNIT_TEST(heartbeats_tell_the_living),
	UNIT_TEST(errors_change_nothing),
	UNIT_TEST(readers_of_other_users_may_read),
	UNIT_TEST(a_reader_beside_a_busy_writer_sees_whole_rows),
	UNIT_TEST(invariant_3_killed_writers_leave_monotone_counters),
	UNIT_TEST(a_writer_killed_in_a_row_leaves_it_torn_until_the_next),
	UNIT_TEST(ten_thousand_rows),
	UNIT_TEST(bounds_are_roots_of_two),
	UNIT_TEST(observations_fall_into_buckets),
	UNIT_TEST(octaves_have_the_same_counts),
};

int main(void)
{
	return unit_main("stat", tests, UNIT_COUNT(tests));
}
