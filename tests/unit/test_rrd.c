/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes into which RRD file: names, data sources, values, shapes, and the book of files. */
#include "exporters/rrd/rrd.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exporters/rrd/cached.h"
#include "exporters/rrd/disk.h"
#include "exporters/rrd/report.h"
#include "tests/unit/unit.h"

#define ALL_BITS UINT64_MAX

static const char *text_of(struct buffer *buffer)
{
	buffer_add(buffer, "", 1);
	return buffer->bytes;
}

/* --- names --------------------------------------------------------------------------------------- */

static void path_is(enum stat_family_id family, const void *row, const char *expected)
{
	const struct stat_family *table = &stat_families[family];
	enum stat_family_id parsed = STAT_FAMILY_COUNT;
	char path[RRD_PATH];
	struct stat_row *again;

	CU_ASSERT(rrd_path(family, row, path));
	UNIT_STRING(path, expected);
	again = rrd_path_parse(path, &parsed);
	UNIT_NUMBER(parsed, family);
	CU_ASSERT_FATAL(again != NULL);
	for (size_t i = 0; i < table->label_count; i++)
		UNIT_STRING((const char *)again + table->labels[i].offset,
			    (const char *)row + table->labels[i].offset);
	free(again);
}

static void names_tell_what_is_in_the_file(void)
{
	struct stat_real_server server = {.protocol = "TCP",
					  .virtual_server = "192.0.2.1:80",
					  .real_server = "[2001:db8::1]:80"};
	struct stat_check check = {.virtual_server = "group www",
				   .real_server = "10.0.0.1:80",
				   .check = "TCP_CHECK",
				   .target = "10.0.0.1:80"};
	struct stat_config config = {.file = "/etc/lbd/lbd.conf"};

	path_is(STAT_FAMILY_REAL_SERVER, &server,
		"real_server/TCP/192.0.2.1+80/%5B2001+db8++1%5D+80.rrd");
	path_is(STAT_FAMILY_CHECK, &check,
		"check/group%20www/10.0.0.1+80/TCP_CHECK/10.0.0.1+80.rrd");
	path_is(STAT_FAMILY_CONFIG, &config, "config/%2Fetc%2Flbd%2Flbd.conf.rrd");
}

static void names_stay_in_the_directory(void)
{
	struct stat_config config = {.file = "../../etc/passwd"};
	struct stat_virtual_server server = {.protocol = ".."};

	path_is(STAT_FAMILY_CONFIG, &config, "config/%2E.%2F..%2Fetc%2Fpasswd.rrd");
	path_is(STAT_FAMILY_VIRTUAL_SERVER, &server, "virtual_server/%2E./%.rrd");
}

static void every_byte_has_a_name(void)
{
	static char seen[256][RRD_PATH];

	for (int c = 1; c < 256; c++) {
		struct stat_process row = {.process = {(char)c}};
		struct stat_row *again;
		enum stat_family_id family;

		CU_ASSERT(rrd_path(STAT_FAMILY_PROCESS, &row.row, seen[c]));
		for (int other = 1; other < c; other++)
			CU_ASSERT(strcmp(seen[other], seen[c]) != 0);
		CU_ASSERT(strpbrk(seen[c], " \\:'\"*?$`\n") == NULL);
		again = rrd_path_parse(seen[c], &family);
		CU_ASSERT_FATAL(again != NULL);
		UNIT_STRING(((struct stat_process *)again)->process, row.process);
		free(again);
	}
}

static void a_name_too_long_is_refused(void)
{
	struct stat_config config = {0};
	char path[RRD_PATH];

	memset(config.file, '/', sizeof(config.file) - 1);
	CU_ASSERT(!rrd_path(STAT_FAMILY_CONFIG, &config.row, path));
	memset(config.file, 'a', sizeof(config.file) - 1);
	CU_ASSERT(rrd_path(STAT_FAMILY_CONFIG, &config.row, path));
}

static void other_names_are_not_ours(void)
{
	static const char *const names[] = {
		"",	       ".rrd",		    "process.rrd",    "process/.rrd",
		"process/a",   "process/a/b.rrd",   "nothing/a.rrd",  "process/%3a.rrd",
		"process/%",   "process/a%.rrd",    "process/%41.rrd", "vrrp/eth0/1.rrd",
		"process/a.rrd/", "process/012345678901234567890.rrd", "lbd-rrd.prom"};
	enum stat_family_id family;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		CU_ASSERT(rrd_path_parse(names[i], &family) == NULL);
}

/* --- data sources -------------------------------------------------------------------------------- */

static void definition_is(enum stat_family_id family, const char *name, const char *expected)
{
	struct rrd_source sources[RRD_SOURCES];
	size_t count = rrd_sources(family, sources);
	char text[RRD_DEFINITION];

	for (size_t i = 0; i < count; i++)
		if (strcmp(sources[i].name, name) == 0) {
			UNIT_STRING(rrd_source_definition(&sources[i], 10, text), expected);
			return;
		}
	CU_FAIL("no such source");
}

static void counters_are_derived_from_zero_up(void)
{
	definition_is(STAT_FAMILY_REAL_SERVER, "conns", "DS:conns:DERIVE:20:0:U");
	definition_is(STAT_FAMILY_VRRP, "adv_drop_15", "DS:adv_drop_15:DERIVE:20:0:U");
	definition_is(STAT_FAMILY_VRRP, "late_count", "DS:late_count:DERIVE:20:0:U");
	definition_is(STAT_FAMILY_VRRP, "late_sum", "DS:late_sum:DDERIVE:20:0:U");
	definition_is(STAT_FAMILY_PROCESS, "cpu", "DS:cpu:DDERIVE:20:0:U");
	definition_is(STAT_FAMILY_REAL_SERVER, "weight", "DS:weight:GAUGE:20:U:U");
	definition_is(STAT_FAMILY_VRRP, "state", "DS:state:GAUGE:20:U:U");
}

/* "NAME=VALUE " of the sources of a row that have a value. */
static const char *values_of(struct buffer *buffer, enum stat_family_id family, const void *row)
{
	struct rrd_source sources[RRD_SOURCES];
	size_t count = rrd_sources(family, sources);

	for (size_t i = 0; i < count; i++) {
		size_t start = buffer->length;

		buffer_format(buffer, "%s=", sources[i].name);
		rrd_value(buffer, &sources[i], row);
		if (buffer->bytes[buffer->length - 1] == 'U')
			buffer->length = start;
		else
			buffer_text(buffer, " ");
	}
	return text_of(buffer);
}

static void values_are_in_base_units(void)
{
	struct stat_process row = {.row.present = ALL_BITS, .process = "vrrp"};
	struct buffer buffer = {0};

	row.log_lines_dropped = UINT64_MAX;
	row.loop_lateness.count = 3;
	row.loop_lateness.sum = 1500000000;
	row.loop_lateness_max = 40000;
	row.cpu = UINT64_C(12345678901);
	row.resident_memory = 4096;
	row.start = INT64_C(1785000000123456789);
	UNIT_STRING(values_of(&buffer, STAT_FAMILY_PROCESS, &row),
		    "log_drop=18446744073709551615 msg_refused=0 ev_lost=0 late_count=3 late_sum=1.5 "
		    "late_max=0.00004 cpu=12.345678901 rss=4096 start=1785000000.123456789 ");
	buffer_free(&buffer);
}

static void what_is_absent_is_unknown(void)
{
	struct stat_process row = {.row.present = UINT64_C(1) << STAT_process_cpu};
	struct buffer buffer = {0};

	UNIT_STRING(values_of(&buffer, STAT_FAMILY_PROCESS, &row), "cpu=0 ");
	buffer_free(&buffer);
}

/* --- shapes -------------------------------------------------------------------------------------- */

static void archives(void)
{
	struct rrd_shape shape = {.step = 10};
	char text[RRD_DEFINITION];

	CU_ASSERT_FATAL(rrd_shape_archives(&shape, "1:86400 60:604800 65:7200"));
	UNIT_STRING(rrd_shape_archive(&shape, 0, text), "RRA:AVERAGE:0.5:1:8640");
	/* A MAX of single values would be the same as their AVERAGE. */
	UNIT_STRING(rrd_shape_archive(&shape, 1, text), "RRA:AVERAGE:0.5:6:10080");
	UNIT_STRING(rrd_shape_archive(&shape, 2, text), "RRA:MAX:0.5:6:10080");
	UNIT_STRING(rrd_shape_archive(&shape, 3, text), "RRA:AVERAGE:0.5:7:102");
	UNIT_STRING(rrd_shape_archive(&shape, 4, text), "RRA:MAX:0.5:7:102");
	CU_ASSERT(rrd_shape_archive(&shape, 5, text) == NULL);
	CU_ASSERT(!rrd_shape_archives(&shape, ""));
	CU_ASSERT(!rrd_shape_archives(&shape, "10"));
	CU_ASSERT(!rrd_shape_archives(&shape, "10:0"));
	CU_ASSERT(!rrd_shape_archives(&shape, "10:20,"));
	CU_ASSERT(!rrd_shape_archives(&shape, "20:10"));
	CU_ASSERT(!rrd_shape_archives(&shape, "1:2 1:2 1:2 1:2 1:2 1:2 1:2 1:2 1:2"));
}

static struct rrd_description described(enum stat_family_id family)
{
	struct rrd_description description = {.step = 10, .last_update = 1000};
	struct rrd_source sources[RRD_SOURCES];

	description.count = rrd_sources(family, sources);
	for (size_t i = 0; i < description.count; i++) {
		TEXT_COPY(description.sources[i].name, sources[i].name);
		TEXT_COPY(description.sources[i].type, rrd_source_type(&sources[i]));
	}
	return description;
}

static void files_of_another_shape_are_told(void)
{
	struct rrd_description description = described(STAT_FAMILY_REAL_SERVER);
	char reason[RRD_REASON];

	UNIT_NUMBER(rrd_judge(&description, STAT_FAMILY_REAL_SERVER, 10, reason), RRD_FITS);
	UNIT_NUMBER(rrd_judge(&description, STAT_FAMILY_REAL_SERVER, 60, reason), RRD_OTHER);
	UNIT_STRING(reason, "its step is 10 s and not 60 s");
	UNIT_NUMBER(rrd_judge(&description, STAT_FAMILY_EVENT, 10, reason), RRD_OTHER);
	UNIT_STRING(reason, "it has no data source of family event");
	TEXT_COPY(description.sources[0].type, "COUNTER");
	UNIT_NUMBER(rrd_judge(&description, STAT_FAMILY_REAL_SERVER, 10, reason), RRD_OTHER);
	UNIT_STRING(reason, "its data source conns is a COUNTER and not a DERIVE");
	TEXT_COPY(description.sources[0].name, "old");
	UNIT_NUMBER(rrd_judge(&description, STAT_FAMILY_REAL_SERVER, 10, reason), RRD_LACKS);
	CU_ASSERT(!rrd_describes(&description, "conns"));
	CU_ASSERT(rrd_describes(&description, "in_pkts"));
}

/* --- the book ------------------------------------------------------------------------------------ */

static void add_process(struct snapshot *snapshot, const char *name, uint64_t cpu)
{
	struct stat_process row = {.row.present = ALL_BITS, .cpu = cpu};

	TEXT_COPY(row.process, name);
	snapshot_add(snapshot, STAT_FAMILY_PROCESS, &row);
}

static void the_book_knows_files_again(void)
{
	struct snapshot snapshot = {0};
	struct rrd_book book = {0};
	struct rrd_file *vrrp;

	add_process(&snapshot, "vrrp", 1);
	add_process(&snapshot, "check", 2);
	add_process(&snapshot, "vrrp", 3);
	rrd_book_round(&book, &snapshot);
	/* One file takes one value a tick. */
	UNIT_NUMBER(book.present_count, 2);
	vrrp = book.present[0];
	UNIT_STRING(vrrp->path, "process/vrrp.rrd");
	UNIT_NUMBER(vrrp->state, RRD_UNKNOWN);
	vrrp->state = RRD_REFUSED;
	rrd_book_round(&book, &snapshot);
	UNIT_NUMBER(book.present_count, 2);
	CU_ASSERT(book.present[0] == vrrp);
	UNIT_NUMBER(vrrp->state, RRD_REFUSED);
	rrd_book_free(&book);
	snapshot_free(&snapshot);
}

static void the_book_forgets_what_is_gone(void)
{
	struct snapshot snapshot = {0}, empty = {0};
	struct rrd_book book = {0};
	char name[16];

	for (unsigned i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "p%u", i);
		add_process(&snapshot, name, i);
	}
	rrd_book_round(&book, &snapshot);
	UNIT_NUMBER(book.present_count, 1000);
	for (unsigned i = 0; i < RRD_ROUNDS_KEPT; i++)
		rrd_book_round(&book, &empty);
	UNIT_NUMBER(book.present_count, 0);
	UNIT_NUMBER(book.count, 1000);
	rrd_book_round(&book, &empty);
	UNIT_NUMBER(book.count, 0);
	rrd_book_free(&book);
	snapshot_free(&snapshot);
}

static void updates_follow_the_order_of_the_file(void)
{
	struct rrd_description description = described(STAT_FAMILY_CHILD);
	struct stat_child row = {.row.present = ALL_BITS, .process = "vrrp", .state = 1,
				 .restarts = 2, .pid = 3, .changed = 4000000000};
	struct snapshot snapshot = {0};
	struct rrd_book book = {0};
	struct buffer buffer = {0};

	row.row.present &= ~(UINT64_C(1) << STAT_child_pid);
	snapshot_add(&snapshot, STAT_FAMILY_CHILD, &row);
	rrd_book_round(&book, &snapshot);
	rrd_book_ready(book.present[0], &description);
	UNIT_NUMBER(book.present[0]->last, 1000);
	rrd_book_values(&book, book.present[0], 1010, &buffer);
	UNIT_STRING(text_of(&buffer), "1010:1:2:U:4");
	/* A file of an older lbd: one source that we do not know, one that is not there yet. */
	TEXT_COPY(description.sources[0].name, "changed");
	TEXT_COPY(description.sources[3].name, "gone");
	rrd_book_ready(book.present[0], &description);
	buffer.length = 0;
	rrd_book_values(&book, book.present[0], 1020, &buffer);
	UNIT_STRING(text_of(&buffer), "1020:4:2:U:U");
	buffer_free(&buffer);
	rrd_book_free(&book);
	snapshot_free(&snapshot);
}

/* --- texts --------------------------------------------------------------------------------------- */

static void lines_for_rrdcached(void)
{
	struct buffer buffer = {0};

	cached_line(&buffer, "/srv/my rrds\\x/a.rrd", "5:U", 3);
	UNIT_STRING(text_of(&buffer), "UPDATE /srv/my\\ rrds\\\\x/a.rrd 5:U\n");
	buffer_free(&buffer);
}

static void report_text(void)
{
	struct report report = {.files = 7, .tick_duration = 1500000};
	struct buffer buffer = {0};
	const char *text;

	report_format(&buffer, &report);
	text = text_of(&buffer);
	CU_ASSERT(strstr(text, "\n# TYPE lbd_rrd_files gauge\nlbd_rrd_files 7\n") != NULL);
	CU_ASSERT(strstr(text, "\nlbd_rrd_tick_duration_seconds 0.0015\n") != NULL);
	buffer_free(&buffer);
}

static void errors_of_the_disk_have_reasons(void)
{
	struct trouble trouble = {.now = {false}};

	UNIT_NUMBER(disk_reason("/", "creating '/x': Permission denied"), EXPORTER_ERROR_PERMISSION);
	UNIT_NUMBER(disk_reason("/", "Read-only file system"), EXPORTER_ERROR_PERMISSION);
	UNIT_NUMBER(disk_reason("/", "No space left on device"), EXPORTER_ERROR_NO_SPACE);
	UNIT_NUMBER(disk_reason("/not there", "something else"), EXPORTER_ERROR_IO);
	CU_ASSERT(!disk_usable("/not there", &trouble));
	CU_ASSERT(trouble.now[TROUBLE_DIRECTORY]);
	UNIT_NUMBER(trouble.reason[TROUBLE_DIRECTORY], EXPORTER_ERROR_PERMISSION);
	trouble_settle(&trouble);
	CU_ASSERT(disk_usable("/", &trouble));
	CU_ASSERT(!trouble.now[TROUBLE_DIRECTORY] && trouble.before[TROUBLE_DIRECTORY]);
}

static const struct unit_test tests[] = {
	UNIT_TEST(names_tell_what_is_in_the_file),
	UNIT_TEST(names_stay_in_the_directory),
	UNIT_TEST(every_byte_has_a_name),
	UNIT_TEST(a_name_too_long_is_refused),
	UNIT_TEST(other_names_are_not_ours),
	UNIT_TEST(counters_are_derived_from_zero_up),
	UNIT_TEST(values_are_in_base_units),
	UNIT_TEST(what_is_absent_is_unknown),
	UNIT_TEST(archives),
	UNIT_TEST(files_of_another_shape_are_told),
	UNIT_TEST(the_book_knows_files_again),
	UNIT_TEST(the_book_forgets_what_is_gone),
	UNIT_TEST(updates_follow_the_order_of_the_file),
	UNIT_TEST(lines_for_rrdcached),
	UNIT_TEST(report_text),
	UNIT_TEST(errors_of_the_disk_have_reasons),
};

int main(void)
{
	return unit_main("rrd", tests, UNIT_COUNT(tests));
}
