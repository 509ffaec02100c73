/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Status: from segments to the message, the screen and JSON. */
#include "control/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "control/json.h"
#include "control/show_status.h"
#include "tests/unit/unit.h"

/* 2026-07-25 17:20:00 UTC */
#define NOON (INT64_C(1785000000) * CLOCK_SECOND)

static struct {
	char directory[64];
	struct stat_reader *reader;
} site;

static const enum process_id writers[] = {PROCESS_PARENT, PROCESS_VRRP, PROCESS_DIRECTOR,
					  PROCESS_CHECK};

/* A segment of this process with room for so many rows of each family. */
static struct stat_writer *open_segment(enum process_id process, uint32_t rows)
{
	struct stat_capacity capacity;
	struct stat_writer *writer = NULL;
	bool needs_commit;
	int fd;

	for (unsigned i = 0; i < STAT_FAMILY_COUNT; i++)
		capacity.rows[i] = rows;
	CU_ASSERT_FATAL(stat_segment_prepare(site.directory, process, &capacity, &fd,
					     &needs_commit) == 0);
	CU_ASSERT_FATAL(stat_writer_attach(&writer, fd) == 0);
	CU_ASSERT_FATAL(stat_segment_commit(site.directory, process) == 0);
	stat_heartbeat(writer, clock_now());
	return writer;
}

static void begin(void)
{
	strcpy(site.directory, "/tmp/lbd-status-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(site.directory));
	site.reader = stat_reader_new(site.directory);
}

static void end(void)
{
	char path[128];

	stat_reader_free(site.reader);
	for (size_t i = 0; i < UNIT_COUNT(writers); i++) {
		snprintf(path, sizeof(path), "%s/%s", site.directory, process_name(writers[i]));
		unlink(path);
	}
	CU_ASSERT(rmdir(site.directory) == 0);
}

static void write_parent(void)
{
	struct stat_writer *writer = open_segment(PROCESS_PARENT, 8);
	struct stat_config config_labels = {.file = "/etc/lbd/lbd.conf"};
	struct stat_config *config = stat_claim(writer, STAT_FAMILY_CONFIG, &config_labels);
	struct stat_child vrrp_labels = {.process = "vrrp"};
	struct stat_child *vrrp = stat_claim(writer, STAT_FAMILY_CHILD, &vrrp_labels);
	struct stat_child check_labels = {.process = "check"};
	struct stat_child *check = stat_claim(writer, STAT_FAMILY_CHILD, &check_labels);

	stat_put(config, config, generation, 3);
	stat_put(config, config, warnings, 1);
	stat_put(config, config, last_reload, RELOAD_RESULT_REFUSED);
	stat_put(config, config, last_reload_time, NOON - 60 * CLOCK_SECOND);
	stat_put(child, vrrp, state, CHILD_STATE_RUNNING);
	stat_put(child, check, state, CHILD_STATE_WAITING);
	check->restarts = 2;
	stat_put(child, check, changed, NOON - CLOCK_SECOND);
	stat_writer_free(writer);
}

static void write_vrrp(void)
{
	struct stat_writer *writer = open_segment(PROCESS_VRRP, 8);
	struct stat_vrrp labels = {
		.interface = "eth0", .vrid = "201", .family = "ipv4", .instance = "VI_1"};
	struct stat_vrrp *row = stat_claim(writer, STAT_FAMILY_VRRP, &labels);

	stat_put(vrrp, row, state, VRRP_STATE_MASTER);
	stat_put(vrrp, row, priority, 150);
	stat_put(vrrp, row, addresses, 2);
	stat_put(vrrp, row, addresses_held, 2);
	stat_put(vrrp, row, changed, NOON - 125 * CLOCK_SECOND);
	row->adverts_dropped[VRRP_DROP_TTL] = 4;
	row->adverts_dropped[VRRP_DROP_AUTHENTICATION] = 1;
	stat_observe(&row->send_lateness, 15 * CLOCK_MICROSECOND);
	TEXT_COPY(labels.vrid, "93");
	TEXT_COPY(labels.instance, "VI_2");
	row = stat_claim(writer, STAT_FAMILY_VRRP, &labels);
	stat_put(vrrp, row, state, VRRP_STATE_BACKUP);
	stat_put(vrrp, row, priority, 110);
	stat_put(vrrp, row, master_priority, 150);
	stat_put(vrrp, row, last_advert, NOON - 400 * CLOCK_MILLISECOND);
	stat_writer_free(writer);
}

static void write_servers(uint32_t count, uint32_t down)
{
	struct stat_writer *writer = open_segment(PROCESS_DIRECTOR, count + 1);
	struct stat_virtual_server labels = {.protocol = "TCP",
					     .virtual_server = "192.168.1.227:80",
					     .group = "www",
					     .scheduler = "wlc"};
	struct stat_virtual_server *service =
		stat_claim(writer, STAT_FAMILY_VIRTUAL_SERVER, &labels);
	struct stat_real_server of = {.protocol = "TCP",
				      .virtual_server = "192.168.1.227:80",
				      .group = "www",
				      .forwarding = "DR"};

	stat_put(virtual_server, service, real_servers, count);
	stat_put(virtual_server, service, real_servers_up, count - down);
	stat_put(virtual_server, service, quorum_reached, 1);
	for (uint32_t i = 0; i < count; i++) {
		struct stat_real_server *server;

		snprintf(of.real_server, sizeof(of.real_server), "10.0.%u.%u:80", i / 250, i % 250);
		server = stat_claim(writer, STAT_FAMILY_REAL_SERVER, &of);
		stat_put(real_server, server, weight, 100);
		stat_put(real_server, server, health, i < down ? HEALTH_DOWN : HEALTH_UP);
		stat_put(real_server, server, in_service, i >= down);
		stat_put(real_server, server, changed, NOON - 7 * CLOCK_SECOND);
		if (i < down)
			continue;
		stat_put(real_server, server, weight_effective, 100);
		stat_put(real_server, server, active_connections, 12);
		stat_put(real_server, server, connection_rate, 4500);
		stat_put(real_server, server, in_byte_rate, INT64_C(1234567000));
	}
	stat_writer_free(writer);
}

static void write_check(void)
{
	struct stat_writer *writer = open_segment(PROCESS_CHECK, 8);
	struct stat_check labels = {.virtual_server = "group www",
				    .real_server = "10.0.0.0:80",
				    .check = "TCP_CHECK",
				    .target = "10.0.0.0:80"};
	struct stat_check *row = stat_claim(writer, STAT_FAMILY_CHECK, &labels);

	stat_put(check, row, last_result, CHECK_RESULT_REFUSED);
	stat_writer_free(writer);
}

static Lbd__Status *read_status(void)
{
	Lbd__Status *status = status_read(site.reader, "1.2.3");

	status->wall = NOON;
	free(status->host);
	status->host = strdup("lvs1");
	CU_ASSERT(status_is_whole(status));
	return status;
}

/* Over the wire and back, as lbctl gets it. */
static Lbd__Status *copy(const Lbd__Status *status)
{
	size_t length = lbd__status__get_packed_size(status);
	uint8_t *bytes = malloc(length);
	Lbd__Status *back;

	lbd__status__pack(status, bytes);
	back = lbd__status__unpack(NULL, length, bytes);
	free(bytes);
	CU_ASSERT_PTR_NOT_NULL_FATAL(back);
	return back;
}

static char *screen_of(const Lbd__Status *status, bool all)
{
	struct show_status_style style = {.all = all};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	show_status(out, status, style);
	fclose(out);
	return text;
}

static void expect_line(const char *screen, const char *line)
{
	if (!strstr(screen, line))
		fprintf(stderr, "\n\"%s\" is missing in:\n%s", line, screen);
	CU_ASSERT(strstr(screen, line) != NULL);
}

static size_t longest_line(const char *screen)
{
	size_t longest = 0;

	while (*screen) {
		size_t length = strcspn(screen, "\n");

		longest = length > longest ? length : longest;
		screen += length + (screen[length] == '\n');
	}
	return longest;
}

static void everything_is_on_one_screen(void)
{
	Lbd__Status *status;
	char *screen;

	begin();
	write_parent();
	write_vrrp();
	write_servers(2, 1);
	write_check();
	status = read_status();
	screen = screen_of(status, false);
	expect_line(screen, "lbd 1.2.3 on lvs1, 2026-07-25 17:20:00.000 UTC\n");
	expect_line(screen, "configuration 3 from /etc/lbd/lbd.conf (1 warning); "
			    "last reload refused 60 s ago\n");
	expect_line(screen, "processes: vrrp, check waiting (2 restarts, last change 1 s ago)\n");
	expect_line(screen,
		    "VI_1           master   150  eth0       201      2 of 2  2 min  this director\n");
	expect_line(screen, "priority 150, heard 400 ms ago\n");
	expect_line(screen, "! VI_1: 5 advertisements were dropped: ttl 4, authentication 1\n");
	expect_line(screen, "1 virtual service, 2 real servers: 1 in service, 1 out\n");
	expect_line(screen, "TCP 192.168.1.227:80 www wlc ");
	expect_line(screen, "1 of 2 up\n");
	expect_line(screen, "  10.0.0.0:80 DR ");
	expect_line(screen, "(100)       -     -      -    -     -  down 7 s, refused\n");
	expect_line(screen, "100      12     -    4.5 1.2M     -  up 7 s\n");
	CU_ASSERT(longest_line(screen) <= 100);
	CU_ASSERT(strstr(screen, "\033") == NULL);
	free(screen);
	lbd__status__free_unpacked(status, NULL);
	end();
}

static void old_data_is_said_to_be_old(void)
{
	Lbd__Status *status;
	char *screen;

	begin();
	write_vrrp();
	status = read_status();
	free(status->processes[PROCESS_VRRP]->liveness);
	status->processes[PROCESS_VRRP]->liveness = strdup("stale");
	status->processes[PROCESS_VRRP]->heartbeat_age = 12 * CLOCK_SECOND;
	screen = screen_of(status, false);
	expect_line(screen, "! vrrp: no heartbeat for 12.00 s; what is shown of it is old\n");
	expect_line(screen, " master?");
	free(screen);
	lbd__status__free_unpacked(status, NULL);
	end();
}

static void large_sites_show_what_is_out(void)
{
	Lbd__Status *status;
	char *screen;

	begin();
	write_servers(1000, 3);
	status = read_status();
	screen = screen_of(status, false);
	expect_line(screen, "1 virtual service, 1000 real servers: 997 in service, 3 out; only what is "
			    "out is listed (--all lists everything)\n");
	expect_line(screen, "  10.0.0.2:80 DR ");
	CU_ASSERT(strstr(screen, "10.0.0.3:80") == NULL);
	free(screen);
	screen = screen_of(status, true);
	expect_line(screen, "  10.0.3.249:80 DR ");
	free(screen);
	lbd__status__free_unpacked(status, NULL);
	end();
}

static void nothing_running_is_no_crash(void)
{
	Lbd__Status *status;
	char *screen;

	begin();
	status = read_status();
	screen = screen_of(status, true);
	expect_line(screen, "lbd 1.2.3 on lvs1");
	free(screen);
	lbd__status__free_unpacked(status, NULL);
	end();
}

/* --- JSON ------------------------------------------------------------------------------------ */

static json_t *member(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	if (!value)
		fprintf(stderr, "\nno \"%s\"", name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(value);
	return value;
}

static void json_has_base_units(void)
{
	Lbd__Status *status, *back;
	json_t *json, *row;

	begin();
	write_vrrp();
	write_servers(1, 0);
	status = read_status();
	back = copy(status);
	json = json_from_status(back);
	UNIT_STRING(json_string_value(member(json, "time")), "2026-07-25T17:20:00.000000000Z");
	row = json_array_get(member(json, "vrrp"), 0);
	UNIT_STRING(json_string_value(member(row, "instance")), "VI_1");
	UNIT_STRING(json_string_value(member(row, "state")), "master");
	UNIT_STRING(json_decimal_text(member(row, "changed")), "1784999875");
	UNIT_STRING(json_decimal_text(member(member(row, "adverts_dropped"), "ttl")), "4");
	UNIT_STRING(json_decimal_text(member(member(row, "send_lateness"), "count")), "1");
	CU_ASSERT_PTR_NULL(json_object_get(row, "master_priority"));
	row = json_array_get(member(json, "real_server"), 0);
	UNIT_STRING(json_decimal_text(member(row, "connection_rate")), "4.5");
	CU_ASSERT(json_is_true(member(row, "fresh")));
	json_decref(json);
	lbd__status__free_unpacked(back, NULL);
	lbd__status__free_unpacked(status, NULL);
	end();
}

static void expect_written(json_t *value, const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	json_write(out, value);
	fclose(out);
	UNIT_STRING(text, expected);
	free(text);
	json_decref(value);
}

static void json_numbers_have_all_digits(void)
{
	expect_written(json_decimal(UINT64_MAX, false, 0), "18446744073709551615");
	expect_written(json_decimal(UINT64_MAX, true, 9), "-18446744073.709551615");
	expect_written(json_decimal(1, true, 9), "-0.000000001");
	expect_written(json_decimal(1500, false, 3), "1.5");
	expect_written(json_decimal(1000, false, 3), "1");
	expect_written(json_decimal(0, true, 9), "0");
}

static void json_is_written_as_by_others(void)
{
	json_t *value = json_pack("{s:[i, b, b, n, s], s:{}, s:[]}", "a \"b\"\n", -7, 1, 0,
				  "c\x01\\\xc3\xa9", "object", "array");
	char *expected = json_dumps(value, JSON_COMPACT);

	expect_written(value, expected);
	free(expected);
}

/* Invariant 1: a metric of a table is in the JSON, under its own name. */
static void json_has_every_metric(void)
{
	Lbd__Status *status;
	json_t *json;

	begin();
	write_vrrp();
	status = read_status();
	for (size_t i = 0; i < status->n_families; i++)
		for (size_t j = 0; j < status->families[i]->n_rows; j++)
			status->families[i]->rows[j]->present = UINT64_MAX;
	json = json_from_status(status);
	for (unsigned i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_family *family = &stat_families[i];
		json_t *row = json_array_get(member(json, family->name), 0);

		for (size_t j = 0; row && j < family->metric_count; j++)
			member(row, family->metrics[j].name);
	}
	UNIT_NUMBER(json_array_size(member(json, "vrrp")), 2);
	json_decref(json);
	lbd__status__free_unpacked(status, NULL);
	end();
}

static void broken_status_is_seen(void)
{
	Lbd__Status *status;

	begin();
	write_vrrp();
	status = read_status();
	for (size_t i = 0; i < status->n_families; i++) {
		Lbd__Family *family = status->families[i];

		if (family->n_rows == 0)
			continue;
		family->rows[0]->n_values--;
		CU_ASSERT(!status_is_whole(status));
		family->rows[0]->n_values++;
		family->rows[0]->n_texts--;
		CU_ASSERT(!status_is_whole(status));
		family->rows[0]->n_texts++;
	}
	CU_ASSERT(status_is_whole(status));
	lbd__status__free_unpacked(status, NULL);
	end();
}

/* An lbd of another version, or a wrong one: the columns have our names and other shapes. */
static void other_shapes_are_survived(void)
{
	static const Lbd__Column__Kind kinds[] = {
		LBD__COLUMN__KIND__COUNTER, LBD__COLUMN__KIND__COUNTERS, LBD__COLUMN__KIND__STATE};
	Lbd__Status *status;
	char a[] = "a", none[] = "", vrrp[] = "vrrp", instance[] = "instance";
	char dropped[] = "adverts_dropped";
	char *members[] = {a, a, a}, *texts[] = {none}, *names[] = {instance};
	int64_t values[] = {INT64_MIN, INT64_MAX, -1};

	begin();
	write_vrrp();
	status = read_status();
	for (size_t i = 0; i < UNIT_COUNT(kinds); i++)
		for (size_t used = 0; used <= UNIT_COUNT(members); used++) {
			Lbd__Column column = LBD__COLUMN__INIT;
			Lbd__Column *columns[] = {&column};
			Lbd__Row row = LBD__ROW__INIT;
			Lbd__Row *rows[] = {&row};
			Lbd__Family family = LBD__FAMILY__INIT, *ours = status->families[3];

			UNIT_STRING(ours->name, "vrrp");
			column.name = dropped;
			column.kind = kinds[i];
			column.n_members = used;
			column.members = members;
			row.n_texts = 1;
			row.texts = texts;
			row.present = UINT64_MAX;
			row.n_values = status_width(&column);
			/* Exactly as long as it says, so that a read behind it is noticed. */
			row.values = malloc(row.n_values * sizeof(int64_t) + 1);
			memcpy(row.values, values, row.n_values * sizeof(int64_t));
			family.name = vrrp;
			family.n_infos = 1;
			family.infos = names;
			family.n_columns = family.n_rows = 1;
			family.columns = columns;
			family.rows = rows;
			status->families[3] = &family;
			CU_ASSERT(status_is_whole(status));
			free(screen_of(status, true));
			json_decref(json_from_status(status));
			free(row.values);
			status->families[3] = ours;
		}
	lbd__status__free_unpacked(status, NULL);
	end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(everything_is_on_one_screen),
	UNIT_TEST(old_data_is_said_to_be_old),
	UNIT_TEST(large_sites_show_what_is_out),
	UNIT_TEST(nothing_running_is_no_crash),
	UNIT_TEST(json_has_base_units),
	UNIT_TEST(json_numbers_have_all_digits),
	UNIT_TEST(json_is_written_as_by_others),
	UNIT_TEST(json_has_every_metric),
	UNIT_TEST(broken_status_is_seen),
	UNIT_TEST(other_shapes_are_survived),
};

int main(void)
{
	setenv("TZ", "UTC", 1);
	return unit_main("status", tests, UNIT_COUNT(tests));
}
