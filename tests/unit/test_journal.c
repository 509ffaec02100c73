/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Event records and the journal: torn, damaged, full, rotated, killed. */
#include "control/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "control/crc32c.h"
#include "control/record.h"
#include "tests/unit/unit.h"

static char directory[64];

static void begin(void)
{
	strcpy(directory, "journal.XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
}

static void path_of(const char *name, char path[128])
{
	snprintf(path, 128, "%s/%s", directory, name);
}

static void end(void)
{
	static const char *const names[] = {"current", "previous", "unreadable"};
	char path[128];

	for (size_t i = 0; i < UNIT_COUNT(names); i++) {
		path_of(names[i], path);
		unlink(path);
	}
	rmdir(directory);
}

static void make_event(struct event *event, unsigned value)
{
	char object[32];

	snprintf(object, sizeof(object), "VI_%u", value);
	event_begin(event, CAUSE_VRRP_MASTER_SILENT, object, "backup", "master");
	event_add_text(event, FACT_SENDER, "192.168.1.225");
	event_add_number(event, FACT_PRIORITY, value);
}

static struct journal *open_well(size_t limit)
{
	struct journal_found found;
	struct journal *journal = journal_open(directory, limit, &found);

	UNIT_NUMBER(found.error, 0);
	UNIT_NUMBER(found.damaged, 0);
	UNIT_NUMBER(found.cut, 0);
	return journal;
}

static void append(struct journal *journal, unsigned count, unsigned first)
{
	struct event event;

	for (unsigned i = 0; i < count; i++) {
		make_event(&event, first + i);
		UNIT_NUMBER(journal_append(journal, &event), 0);
		UNIT_NUMBER(event.number, first + i);
	}
}

/* Reads event `number`; its object must be VI_number. */
static void expect(struct journal *journal, unsigned number)
{
	static struct journal_record record;
	struct event event;
	char object[32];

	snprintf(object, sizeof(object), "VI_%u", number);
	CU_ASSERT_FATAL(journal_read(journal, number, &record));
	UNIT_NUMBER(record.number, number);
	CU_ASSERT_FATAL(record_decode(record.bytes, record.length, &event));
	UNIT_STRING(event.object, object);
	UNIT_NUMBER(event.number, number);
}

/* --- records --------------------------------------------------------------------------------- */

static void checksum_is_castagnoli(void)
{
	/* the check value of the CRC catalogue, and RFC 3720 appendix B.4 */
	const uint8_t zeros[32] = {0};

	UNIT_NUMBER(crc32c(0, "123456789", 9), 0xe3069283);
	UNIT_NUMBER(crc32c(0, zeros, 32), 0x8a9136aa);
	UNIT_NUMBER(crc32c(crc32c(0, "1234", 4), "56789", 5), 0xe3069283);
}

static void record_keeps_everything(void)
{
	uint8_t bytes[RECORD_MAX];
	struct event event, back;

	make_event(&event, 7);
	event.number = 42;
	event_add_number(&event, FACT_LAST_ADVERT, INT64_C(1785000000123456789));
	event_add_number(&event, FACT_OUTAGE, -5);
	event_add_detail(&event, "one");
	event_add_detail(&event, "two lines");
	CU_ASSERT(record_sanitise(&event));
	CU_ASSERT_FATAL(record_decode(bytes, record_encode(&event, bytes), &back));
	CU_ASSERT(memcmp(&event, &back, sizeof(event)) == 0);
}

static void longest_record_fits(void)
{
	uint8_t bytes[RECORD_MAX];
	struct event event, back;

	memset(&event, 'x', sizeof(event));
	event.cause = CAUSE_VRRP_MASTER_SILENT;
	event.facts_used = EVENT_FACTS + 100;
	for (unsigned i = 0; i < EVENT_FACTS; i++)
		event.facts[i].key = FACT_SENDER;
	for (size_t i = 1; i < sizeof(event.detail); i += 2)
		event.detail[i] = '\n';
	CU_ASSERT(record_sanitise(&event));
	CU_ASSERT(record_encode(&event, bytes) <= RECORD_MAX);
	CU_ASSERT_FATAL(record_decode(bytes, record_encode(&event, bytes), &back));
	UNIT_NUMBER(strlen(back.object), EVENT_OBJECT_TEXT - 1);
	UNIT_NUMBER(back.facts_used, EVENT_FACTS);
}

static void texts_are_cleaned(void)
{
	struct event event;

	make_event(&event, 1);
	strcpy(event.object, "a\xff\x1b[31mb\xc3\xa4\xed\xa0\x80");
	strcpy(event.detail, "x\ny\tz\n");
	event_add_text(&event, FACT_REASON, "tab\there");
	event.facts[0].key = 9999;
	CU_ASSERT(record_sanitise(&event));
	UNIT_STRING(event.object, "a??[31mb\xc3\xa4???");
	UNIT_STRING(event.detail, "x\ny?z\n");
	UNIT_NUMBER(event.facts_used, 2);
	UNIT_STRING(event_find(&event, FACT_REASON)->text, "tab?here");
	event.cause = CAUSE_COUNT;
	CU_ASSERT(!record_sanitise(&event));
}

static void random_bytes_are_no_record(void)
{
	uint8_t bytes[64];
	struct event event;
	uint32_t random = 1;

	for (unsigned i = 0; i < 20000; i++) {
		for (size_t j = 0; j < sizeof(bytes); j++) {
			random = random * 1664525 + 1013904223;
			bytes[j] = (uint8_t)(random >> 24);
		}
		if (record_decode(bytes, i % sizeof(bytes), &event))
			CU_ASSERT(event.facts_used <= EVENT_FACTS);
	}
}

/* --- the journal ----------------------------------------------------------------------------- */

static void numbers_go_on_after_a_restart(void)
{
	struct journal *journal;

	begin();
	journal = open_well(JOURNAL_LIMIT);
	UNIT_NUMBER(journal_newest(journal), 0);
	UNIT_NUMBER(journal_oldest(journal), 0);
	append(journal, 3, 1);
	journal_close(journal);
	journal = open_well(JOURNAL_LIMIT);
	UNIT_NUMBER(journal_newest(journal), 3);
	append(journal, 2, 4);
	for (unsigned i = 1; i <= 5; i++)
		expect(journal, i);
	journal_number_after(journal, 100);
	append(journal, 1, 101);
	expect(journal, 101);
	journal_close(journal);
	end();
}

static void only_one_lbd_writes(void)
{
	struct journal_found found;
	struct journal *journal, *other;
	struct event event;

	begin();
	journal = open_well(JOURNAL_LIMIT);
	other = journal_open(directory, JOURNAL_LIMIT, &found);
	UNIT_NUMBER(found.error, EWOULDBLOCK);
	make_event(&event, 1);
	UNIT_NUMBER(journal_append(other, &event), -EBADF);
	expect(other, 1);
	journal_close(other);
	append(journal, 1, 1);
	journal_close(journal);
	end();
}

static size_t read_file(const char *name, uint8_t *bytes, size_t size)
{
	char path[128];
	ssize_t got;
	int fd;

	path_of(name, path);
	fd = open(path, O_RDONLY);
	CU_ASSERT_FATAL(fd >= 0);
	got = read(fd, bytes, size);
	close(fd);
	CU_ASSERT_FATAL(got >= 0);
	return (size_t)got;
}

static void write_file(const char *name, const uint8_t *bytes, size_t size)
{
	char path[128];
	int fd;

	path_of(name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CU_ASSERT_FATAL(fd >= 0);
	UNIT_NUMBER(write(fd, bytes, size), size);
	close(fd);
}

static void torn_at_every_byte(void)
{
	static uint8_t bytes[4096];
	size_t ends[4] = {sizeof(JOURNAL_MAGIC) - 1};
	struct journal *journal;
	struct journal_found found;
	size_t size;

	begin();
	journal = open_well(JOURNAL_LIMIT);
	for (unsigned i = 1; i <= 3; i++) {
		append(journal, 1, i);
		ends[i] = journal_size(journal);
	}
	journal_close(journal);
	size = read_file("current", bytes, sizeof(bytes));
	UNIT_NUMBER(size, ends[3]);
	for (size_t length = 0; length <= size; length++) {
		unsigned whole = 0;

		while (whole < 3 && ends[whole + 1] <= length)
			whole++;
		write_file("current", bytes, length);
		journal = journal_open(directory, JOURNAL_LIMIT, &found);
		UNIT_NUMBER(found.error, 0);
		UNIT_NUMBER(found.records, whole);
		UNIT_NUMBER(found.damaged, 0);
		UNIT_NUMBER(found.cut, length < ends[0] ? length : length - ends[whole]);
		append(journal, 1, whole + 1);
		for (unsigned i = 1; i <= whole + 1; i++)
			expect(journal, i);
		journal_close(journal);
	}
	end();
}

static void damage_costs_what_it_hits(void)
{
	static uint8_t bytes[4096];
	size_t ends[4] = {sizeof(JOURNAL_MAGIC) - 1};
	struct journal *journal;
	struct journal_found found;
	struct journal_record *record = malloc(sizeof(*record));
	size_t size;

	begin();
	journal = open_well(JOURNAL_LIMIT);
	for (unsigned i = 1; i <= 3; i++) {
		append(journal, 1, i);
		ends[i] = journal_size(journal);
	}
	journal_close(journal);
	size = read_file("current", bytes, sizeof(bytes));
	for (size_t at = ends[1]; at < ends[2]; at++) {
		bytes[at] ^= 0x10;
		write_file("current", bytes, size);
		journal = journal_open(directory, JOURNAL_LIMIT, &found);
		UNIT_NUMBER(found.records, 2);
		UNIT_NUMBER(found.damaged, ends[2] - ends[1]);
		expect(journal, 1);
		expect(journal, 3);
		CU_ASSERT(journal_read(journal, 2, record));
		UNIT_NUMBER(record->number, 3);
		journal_close(journal);
		bytes[at] ^= 0x10;
	}
	free(record);
	end();
}

static void foreign_file_is_set_aside(void)
{
	struct journal *journal;
	struct journal_found found;
	uint8_t bytes[64];

	begin();
	write_file("current", (const uint8_t *)"my shopping list", 16);
	journal = journal_open(directory, JOURNAL_LIMIT, &found);
	UNIT_NUMBER(found.error, 0);
	CU_ASSERT(found.set_aside);
	append(journal, 1, 1);
	journal_close(journal);
	UNIT_NUMBER(read_file("unreadable", bytes, sizeof(bytes)), 16);
	CU_ASSERT(memcmp(bytes, "my shopping list", 16) == 0);
	end();
}

static void size_is_bounded(void)
{
	const size_t limit = 8192;
	struct journal *journal;
	unsigned oldest;

	begin();
	journal = open_well(limit);
	for (unsigned i = 1; i <= 3000; i++) {
		append(journal, 1, i);
		CU_ASSERT(journal_size(journal) <= limit);
	}
	journal_close(journal);
	/* Without what the former process had in memory. */
	journal = open_well(limit);
	oldest = (unsigned)journal_oldest(journal);
	CU_ASSERT(oldest > 1 && oldest < 3000);
	UNIT_NUMBER(journal_newest(journal), 3000);
	for (unsigned i = oldest; i <= 3000; i++)
		expect(journal, i);
	expect(journal, 3000);
	append(journal, 1, 3001);
	journal_close(journal);
	end();
}

static void no_directory_is_memory_only(void)
{
	struct journal_found found;
	struct journal *journal = journal_open("/nonexistent/journal", JOURNAL_LIMIT, &found);
	struct event event;

	UNIT_NUMBER(found.error, ENOENT);
	for (unsigned i = 1; i <= JOURNAL_RING + 10; i++) {
		make_event(&event, i);
		CU_ASSERT(journal_append(journal, &event) < 0);
		UNIT_NUMBER(event.number, i);
	}
	UNIT_NUMBER(journal_oldest(journal), 11);
	for (unsigned i = 11; i <= JOURNAL_RING + 10; i++)
		expect(journal, i);
	journal_close(journal);
}

/* The limit on the size of files stands in for a full disk: both are short or failed writes. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	UNIT_NUMBER(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Room for `room` bytes more than two events: a record is torn at any place. */
static void fill_disk(size_t room)
{
	struct journal *journal;
	struct event event;

	begin();
	journal = open_well(JOURNAL_LIMIT);
	append(journal, 2, 1);
	limit_files(journal_size(journal) + room);
	for (unsigned i = 3; i <= 12; i++) {
		make_event(&event, i);
		CU_ASSERT(journal_append(journal, &event) < 0);
		UNIT_NUMBER(event.number, i);
	}
	for (unsigned i = 1; i <= 12; i++)
		expect(journal, i);
	limit_files(RLIM_INFINITY);
	append(journal, 1, 13);
	UNIT_NUMBER(journal_retry(journal), 0);
	journal_close(journal);
	journal = open_well(JOURNAL_LIMIT);
	for (unsigned i = 1; i <= 13; i++)
		expect(journal, i);
	journal_close(journal);
	end();
}

static void full_disk_loses_nothing_recent(void)
{
	signal(SIGXFSZ, SIG_IGN);
	for (size_t room = 0; room < 60; room++)
		fill_disk(room);
}

static void full_disk_for_long_keeps_the_newest(void)
{
	struct journal *journal;
	struct journal_record *record = malloc(sizeof(*record));
	struct event event;

	begin();
	journal = open_well(JOURNAL_LIMIT);
	append(journal, 1, 1);
	limit_files(journal_size(journal));
	for (unsigned i = 2; i <= JOURNAL_RING + 50; i++) {
		make_event(&event, i);
		CU_ASSERT(journal_append(journal, &event) < 0);
	}
	limit_files(RLIM_INFINITY);
	UNIT_NUMBER(journal_retry(journal), 0);
	journal_close(journal);
	journal = open_well(JOURNAL_LIMIT);
	expect(journal, 1);
	CU_ASSERT(journal_read(journal, 2, record));
	UNIT_NUMBER(record->number, 51);
	for (unsigned i = 51; i <= JOURNAL_RING + 50; i++)
		expect(journal, i);
	journal_close(journal);
	free(record);
	end();
}

/* Appends for ever and says each number once it is kept. */
static void write_until_killed(int said)
{
	struct journal_found found;
	struct journal *journal = journal_open(directory, 65536, &found);
	struct event event;

	for (unsigned i = 1;; i++) {
		make_event(&event, i);
		if (journal_append(journal, &event) < 0 || write(said, &i, sizeof(i)) < 0)
			_exit(1);
	}
}

static void kill_loses_nothing_that_was_said(void)
{
	struct journal *journal;
	struct journal_found found;
	unsigned number = 0, oldest;
	int said[2], status;
	pid_t writer;

	begin();
	CU_ASSERT_FATAL(pipe(said) == 0);
	writer = fork();
	CU_ASSERT_FATAL(writer >= 0);
	if (writer == 0)
		write_until_killed(said[1]);
	close(said[1]);
	while (number < 2000 && read(said[0], &number, sizeof(number)) == sizeof(number))
		;
	kill(writer, SIGKILL);
	waitpid(writer, &status, 0);
	CU_ASSERT(WIFSIGNALED(status));
	while (read(said[0], &number, sizeof(number)) == sizeof(number))
		;
	close(said[0]);
	journal = journal_open(directory, 65536, &found);
	UNIT_NUMBER(found.error, 0);
	UNIT_NUMBER(found.damaged, 0);
	CU_ASSERT(journal_newest(journal) >= number && journal_newest(journal) <= number + 1);
	oldest = (unsigned)journal_oldest(journal);
	for (unsigned i = oldest; i <= number; i++)
		expect(journal, i);
	journal_close(journal);
	end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(checksum_is_castagnoli),
	UNIT_TEST(record_keeps_everything),
	UNIT_TEST(longest_record_fits),
	UNIT_TEST(texts_are_cleaned),
	UNIT_TEST(random_bytes_are_no_record),
	UNIT_TEST(numbers_go_on_after_a_restart),
	UNIT_TEST(only_one_lbd_writes),
	UNIT_TEST(torn_at_every_byte),
	UNIT_TEST(damage_costs_what_it_hits),
	UNIT_TEST(foreign_file_is_set_aside),
	UNIT_TEST(size_is_bounded),
	UNIT_TEST(no_directory_is_memory_only),
	UNIT_TEST(full_disk_loses_nothing_recent),
	UNIT_TEST(full_disk_for_long_keeps_the_newest),
	UNIT_TEST(kill_loses_nothing_that_was_said),
};

int main(void)
{
	return unit_main("journal", tests, UNIT_COUNT(tests));
}
