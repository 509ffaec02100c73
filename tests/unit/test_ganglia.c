/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gmond is told: names, datagrams byte for byte as gmetric(1) sends them, hosts, rates, rounds. */
#include "exporters/ganglia/ganglia.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "exporters/base/buffer.h"
#include "tests/golden/golden.h"
#include "tests/unit/unit.h"

#define ALL_BITS UINT64_MAX
#define ALL_SCOPES ((1U << GANGLIA_SCOPE_COUNT) - 1)

/* --- the table ----------------------------------------------------------------------------------- */

static const struct stat_vrrp vrrp = {.interface = "eth0", .vrid = "51", .family = "ipv4"};
static const struct stat_virtual_server virtual_server = {.protocol = "TCP",
							  .virtual_server = "192.0.2.1:80"};
static const struct stat_real_server real_server = {
	.protocol = "TCP", .virtual_server = "192.0.2.1:80", .real_server = "10.0.0.1:8080"};
static const struct stat_row *const samples[GANGLIA_SCOPE_COUNT] = {
	[GANGLIA_VRRP] = &vrrp.row,
	[GANGLIA_VIRTUAL_SERVER] = &virtual_server.row,
	[GANGLIA_REAL_SERVER] = &real_server.row,
};

static const struct ganglia_metric *metric_called(enum ganglia_scope scope, const char *name)
{
	for (size_t i = 0; i < ganglia_metric_count; i++)
		if (ganglia_metrics[i].scope == scope && strcmp(ganglia_metrics[i].name, name) == 0)
			return &ganglia_metrics[i];
	CU_FAIL_FATAL("no such metric");
	return NULL;
}

static void every_name(void)
{
	struct buffer buffer = {0};
	char name[GANGLIA_TEXT], title[GANGLIA_TEXT], group[GANGLIA_TEXT], text[GANGLIA_TEXT];

	for (size_t i = 0; i < ganglia_metric_count; i++) {
		const struct ganglia_metric *metric = &ganglia_metrics[i];
		const struct stat_row *row = samples[metric->scope];

		buffer_format(&buffer, "%s | %s | %s | %s | %s | %s\n",
			      ganglia_scope_names[metric->scope],
			      ganglia_name(metric, row, NULL, name), metric->units,
			      ganglia_title(metric, row, title), ganglia_group(metric, row, group),
			      ganglia_description(metric, text));
	}
	golden_compare("tests/golden/ganglia-names.txt", buffer.bytes, buffer.length);
	buffer_free(&buffer);
}

static void names_are_distinct_and_legal(void)
{
	static char names[256][GANGLIA_TEXT];

	CU_ASSERT_FATAL(ganglia_metric_count <= 256);
	for (size_t i = 0; i < ganglia_metric_count; i++) {
		const struct ganglia_metric *metric = &ganglia_metrics[i];

		ganglia_name(metric, samples[metric->scope], NULL, names[i]);
		UNIT_NUMBER(strspn(names[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					     "0123456789_.-"),
			    strlen(names[i]));
		for (size_t j = 0; j < i; j++)
			CU_ASSERT(strcmp(names[i], names[j]) != 0);
	}
}

/* A counter is added up or made a rate of, a gauge is not; a part is one of its set. */
static void kinds_fit(void)
{
	for (size_t i = 0; i < ganglia_metric_count; i++) {
		const struct ganglia_metric *metric = &ganglia_metrics[i];
		const struct stat_metric *source =
			&stat_families[metric->family].metrics[metric->index];
		bool counter = source->kind == STAT_KIND_COUNTER || source->kind == STAT_KIND_COUNTERS;
		bool adds = metric->how == GANGLIA_TOTAL || metric->how == GANGLIA_RATE;

		CU_ASSERT(source->kind != STAT_KIND_HISTOGRAM);
		UNIT_NUMBER(counter, adds);
		UNIT_NUMBER(metric->how == GANGLIA_IS || (counter && metric->part != GANGLIA_ALL),
			    metric->part != GANGLIA_ALL);
		if (source->set && metric->part != GANGLIA_ALL)
			CU_ASSERT((size_t)metric->part < source->set->count);
	}
}

static void name_is(const struct ganglia_metric *metric, const void *row, const char *director,
		    const char *expected)
{
	char name[GANGLIA_TEXT];

	UNIT_STRING(ganglia_name(metric, row, director, name), expected);
}

static void names_of_addresses(void)
{
	const struct ganglia_metric *metric = metric_called(GANGLIA_REAL_SERVER, "up");
	struct stat_real_server row = {.protocol = "UDP",
				       .virtual_server = "[2001:db8::1]:53",
				       .real_server = "[2001:db8::2]:5353"};

	name_is(metric, &row, NULL, "lbd_UDP_2001-db8--1_53_to_2001-db8--2_5353_up");
	name_is(metric, &row, "lvs1", "lbd_lvs1_UDP_2001-db8--1_53_port_5353_up");
	TEXT_COPY(row.protocol, "fwmark");
	TEXT_COPY(row.virtual_server, "7");
	name_is(metric, &row, "lvs1.example.org", "lbd_lvs1.example.org_fwmark_7_port_5353_up");
	name_is(metric, &real_server, NULL, "lbd_TCP_192.0.2.1_80_to_10.0.0.1_8080_up");
	name_is(metric_called(GANGLIA_VRRP, "priority"), &vrrp, NULL, "lbd_vrrp_eth0_51_ipv4_priority");
}

static void lists_of_scopes(void)
{
	UNIT_NUMBER(ganglia_scopes("summary"), 1);
	UNIT_NUMBER(ganglia_scopes("vrrp"), 3);
	UNIT_NUMBER(ganglia_scopes("real_servers,virtual_servers"), 13);
	UNIT_NUMBER(ganglia_scopes("all"), ALL_SCOPES);
	UNIT_NUMBER(ganglia_scopes(""), 0);
	UNIT_NUMBER(ganglia_scopes("all,"), 0);
	UNIT_NUMBER(ganglia_scopes("real"), 0);
	UNIT_NUMBER(ganglia_scopes("vrrp,real_serversx"), 0);
}

/* --- datagrams ----------------------------------------------------------------------------------- */

static void datagram_is(const struct ganglia_datagram *datagram, const char *expected)
{
	struct buffer buffer = {0};

	CU_ASSERT(!datagram->overflow);
	for (size_t i = 0; i < datagram->length; i++)
		buffer_format(&buffer, "%02x", datagram->bytes[i]);
	buffer_add(&buffer, "", 1);
	UNIT_STRING(buffer.bytes, expected);
	buffer_free(&buffer);
}

/* The bytes are those of gmetric 3.7.2: -n lbd_x -v 12.5 -t double -u conns/s -s both -x 20 -d 200 -g lbd
 * -T "A title" -D "A desc", on a host called vm. */
static void bytes_of_gmetric(void)
{
	const struct ganglia_host host = {"vm", false};
	const struct ganglia_description description = {.name = "lbd_x",
							.units = "conns/s",
							.title = "A title",
							.group = "lbd",
							.description = "A desc",
							.most_age = 20,
							.lifetime = 200};
	struct ganglia_datagram datagram;

	ganglia_describe(&datagram, &host, &description);
	datagram_is(&datagram,
		    "0000008000000002766d0000000000056c62645f780000000000000000000006646f75626c650000"
		    "000000056c62645f7800000000000007636f6e6e732f73000000000300000014000000c800000003"
		    "0000000547524f5550000000000000036c626400000000044445534300000006412064657363000000"
		    "0000055449544c450000000000000741207469746c6500");
	ganglia_value(&datagram, &host, "lbd_x", "12.5");
	datagram_is(&datagram, "0000008500000002766d0000000000056c62645f780000000000000000000002257300000000"
			       "000431322e35");
}

/* gmetric … -S 10.0.0.1:web1 -v 7 */
static void bytes_of_a_spoofed_host(void)
{
	const struct ganglia_host host = {"10.0.0.1:web1", true};
	struct ganglia_datagram datagram;

	ganglia_value(&datagram, &host, "lbd_x", "7");
	datagram_is(&datagram, "000000850000000d31302e302e302e313a776562310000000000000"
			       "56c62645f780000000000000100000002257300000000000137000000");
}

static void what_does_not_fit_is_told(void)
{
	static char text[GANGLIA_DATAGRAM + 1];
	const struct ganglia_host host = {"vm", false};
	struct ganglia_datagram datagram;

	memset(text, 'x', sizeof(text) - 1);
	ganglia_value(&datagram, &host, "lbd_x", text);
	CU_ASSERT(datagram.overflow);
	CU_ASSERT(datagram.length <= sizeof(datagram.bytes));
	ganglia_value(&datagram, &host, "lbd_x", "1");
	CU_ASSERT(!datagram.overflow);
}

/* --- hosts --------------------------------------------------------------------------------------- */

static void host_is(const struct ganglia_hosts *hosts, const char *real, const char *expected)
{
	char text[GANGLIA_HOST];

	UNIT_STRING(ganglia_host_of(hosts, real, text), expected);
}

static void hosts_have_names(void)
{
	static const char text[] = "127.0.0.1 localhost\n"
				   "# 10.0.0.1 no\n"
				   "10.0.0.1\tweb1 web1.example.org # the first\n"
				   "10.0.0.1 other\n"
				   "  2001:db8::2   web2\r\n"
				   "10.0.0.3\n"
				   "nonsense here\n"
				   "10.0.0.4 last";
	struct ganglia_hosts hosts = {0};

	host_is(&hosts, "10.0.0.1:80", "10.0.0.1:10.0.0.1");
	ganglia_hosts_read(&hosts, text, strlen(text));
	UNIT_NUMBER(hosts.count, 5);
	host_is(&hosts, "10.0.0.1:80", "10.0.0.1:web1");
	host_is(&hosts, "[2001:db8::2]:80", "2001-db8--2:web2");
	host_is(&hosts, "[2001:db8::3]:80", "2001-db8--3:2001-db8--3");
	host_is(&hosts, "10.0.0.3:80", "10.0.0.3:10.0.0.3");
	host_is(&hosts, "10.0.0.4:80", "10.0.0.4:last");
	ganglia_hosts_read(&hosts, text, 0);
	host_is(&hosts, "10.0.0.1:80", "10.0.0.1:10.0.0.1");
	ganglia_hosts_free(&hosts);
}

/* --- rounds -------------------------------------------------------------------------------------- */

static const struct ganglia_rules plain = {.scopes = ALL_SCOPES,
					   .interval = 10 * CLOCK_SECOND,
					   .describe = 60 * CLOCK_SECOND,
					   .lifetime = 100,
					   .host = "vm"};

struct play {
	struct snapshot snapshot;
	struct ganglia_book book;
	struct ganglia_round round;
	struct ganglia_datagram datagram;
	int64_t now;
};

static struct stat_virtual_server server_row(const char *address, uint64_t connections)
{
	struct stat_virtual_server row = {.row = {.present = ALL_BITS, .since = 5},
					  .protocol = "TCP",
					  .connections = connections,
					  .active_connections = 3,
					  .quorum_reached = 1};

	TEXT_COPY(row.virtual_server, address);
	return row;
}

static void empty(struct play *play)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		play->snapshot.families[i].count = 0;
}

static void begin(struct play *play, int64_t after, const struct ganglia_rules *rules, size_t first)
{
	play->now += after;
	ganglia_book_round(&play->book, &play->snapshot, play->now);
	ganglia_round_plan(&play->round, &play->book, rules, first);
}

static void end(struct play *play)
{
	ganglia_round_free(&play->round);
	ganglia_book_free(&play->book);
	snapshot_free(&play->snapshot);
}

static uint32_t number_at(const struct ganglia_datagram *datagram, size_t at)
{
	const uint8_t *b = datagram->bytes + at;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Of a value's datagram: kind, host, name, spoof, "%s", value. */
static void value_in(const struct ganglia_datagram *datagram, char name[GANGLIA_TEXT], char value[GANGLIA_NUMBER])
{
	size_t at = 4, length;

	UNIT_NUMBER(number_at(datagram, 0), 133);
	at += 4 + (number_at(datagram, at) + 3) / 4 * 4;
	length = number_at(datagram, at);
	snprintf(name, GANGLIA_TEXT, "%.*s", (int)length, (const char *)datagram->bytes + at + 4);
	at += 4 + (length + 3) / 4 * 4 + 4 + 8;
	length = number_at(datagram, at);
	snprintf(value, GANGLIA_NUMBER, "%.*s", (int)length, (const char *)datagram->bytes + at + 4);
}

/* The value of a metric in this round, or "none". */
static const char *value_of(struct play *play, const char *wanted)
{
	static char value[GANGLIA_NUMBER];
	char name[GANGLIA_TEXT];

	for (size_t i = 0; i < play->round.count; i++) {
		ganglia_round_value(&play->round, i, &plain, &play->datagram);
		value_in(&play->datagram, name, value);
		if (strcmp(name, wanted) == 0)
			return value;
	}
	return "none";
}

static void totals_and_rates(void)
{
	struct stat_virtual_server a = server_row("192.0.2.1:80", UINT64_C(18446744073709551000));
	struct stat_virtual_server b = server_row("192.0.2.2:80", 50);
	struct play play = {.now = 1000};

	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &a);
	begin(&play, 0, &plain, 0);
	UNIT_STRING(value_of(&play, "lbd_TCP_192.0.2.1_80_connections"), "18446744073709551000");
	UNIT_STRING(value_of(&play, "lbd_TCP_192.0.2.1_80_connections_per_second"), "none");
	UNIT_STRING(value_of(&play, "lbd_connections_per_second"), "none");
	UNIT_STRING(value_of(&play, "lbd_active_connections"), "3");

	empty(&play);
	a.connections += 25;
	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &a);
	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &b);
	begin(&play, 10 * CLOCK_SECOND, &plain, 0);
	UNIT_STRING(value_of(&play, "lbd_TCP_192.0.2.1_80_connections_per_second"), "2.500");
	/* The server that is new has a history that was not now. */
	UNIT_STRING(value_of(&play, "lbd_TCP_192.0.2.2_80_connections_per_second"), "none");
	UNIT_STRING(value_of(&play, "lbd_connections_per_second"), "2.500");
	UNIT_STRING(value_of(&play, "lbd_active_connections"), "6");
	UNIT_STRING(value_of(&play, "lbd_virtual_servers"), "2");
	UNIT_STRING(value_of(&play, "lbd_virtual_servers_without_quorum"), "0");
	end(&play);
}

static void a_counter_that_begins_anew_gives_no_rate(void)
{
	struct stat_virtual_server row = server_row("192.0.2.1:80", 100);
	struct play play = {.now = 1000};

	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
	begin(&play, 0, &plain, 0);
	empty(&play);
	row.connections = 200;
	row.row.since = 6;
	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
	begin(&play, 10 * CLOCK_SECOND, &plain, 0);
	UNIT_STRING(value_of(&play, "lbd_connections_per_second"), "none");
	empty(&play);
	row.connections = 10;
	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
	begin(&play, 10 * CLOCK_SECOND, &plain, 0);
	UNIT_STRING(value_of(&play, "lbd_connections_per_second"), "none");
	/* One that was away for a round: when it grew is not known. */
	empty(&play);
	begin(&play, 10 * CLOCK_SECOND, &plain, 0);
	UNIT_NUMBER(play.round.count, 0);
	row.connections = 30;
	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
	begin(&play, 10 * CLOCK_SECOND, &plain, 0);
	UNIT_STRING(value_of(&play, "lbd_connections_per_second"), "none");
	empty(&play);
	row.connections = 35;
	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
	begin(&play, 10 * CLOCK_SECOND, &plain, 0);
	UNIT_STRING(value_of(&play, "lbd_connections_per_second"), "0.500");
	end(&play);
}

static void what_is_absent_is_not_sent(void)
{
	struct stat_virtual_server row = server_row("192.0.2.1:80", 100);
	struct play play = {.now = 1000};

	row.row.present = UINT64_C(1) << STAT_virtual_server_connections;
	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
	begin(&play, 0, &plain, 0);
	UNIT_NUMBER(play.round.count, 2);
	UNIT_STRING(value_of(&play, "lbd_connections"), "100");
	UNIT_STRING(value_of(&play, "lbd_TCP_192.0.2.1_80_connections"), "100");
	end(&play);
}

static void states_counters_of_sets_and_seconds(void)
{
	struct stat_vrrp row = {.row.present = ALL_BITS,
				.interface = "eth0",
				.vrid = "51",
				.family = "ipv4",
				.state = VRRP_STATE_MASTER,
				.transitions = {1, 2, 3, 4}};
	struct stat_check check = {.row.present = ALL_BITS, .last_round_trip = 1500000};
	struct stat_event event = {.row.present = ALL_BITS, .events = {7, 8, 9}};
	struct stat_process process = {.row.present = ALL_BITS, .cpu = 1000000000};
	struct play play = {.now = 1000};

	snapshot_add(&play.snapshot, STAT_FAMILY_VRRP, &row);
	snapshot_add(&play.snapshot, STAT_FAMILY_CHECK, &check);
	TEXT_COPY(check.check, "TCP_CHECK");
	check.last_round_trip = 250;
	snapshot_add(&play.snapshot, STAT_FAMILY_CHECK, &check);
	snapshot_add(&play.snapshot, STAT_FAMILY_EVENT, &event);
	snapshot_add(&play.snapshot, STAT_FAMILY_PROCESS, &process);
	begin(&play, 0, &plain, 0);
	UNIT_STRING(value_of(&play, "lbd_vrrp_masters"), "1");
	UNIT_STRING(value_of(&play, "lbd_vrrp_faults"), "0");
	UNIT_STRING(value_of(&play, "lbd_vrrp_transitions"), "10");
	UNIT_STRING(value_of(&play, "lbd_vrrp_eth0_51_ipv4_state"), "2");
	UNIT_STRING(value_of(&play, "lbd_vrrp_eth0_51_ipv4_master"), "1");
	UNIT_STRING(value_of(&play, "lbd_check_round_trip"), "0.001500000");
	UNIT_STRING(value_of(&play, "lbd_events_critical"), "9");
	empty(&play);
	process.cpu += 20000000;
	snapshot_add(&play.snapshot, STAT_FAMILY_PROCESS, &process);
	begin(&play, 10 * CLOCK_SECOND, &plain, 0);
	UNIT_STRING(value_of(&play, "lbd_process_cpu"), "0.002");
	end(&play);
}

static size_t undescribed(struct play *play)
{
	size_t count = 0;

	for (size_t i = 0; i < play->round.count; i++)
		if (ganglia_round_undescribed(&play->round, i)) {
			count++;
			ganglia_round_described(&play->round, i);
		}
	return count;
}

/* Each metric before its first value, also one that has none at first; all again after a minute. */
static void metrics_are_described_in_time(void)
{
	struct stat_virtual_server row = server_row("192.0.2.1:80", 100);
	struct play play = {.now = 1000 * CLOCK_SECOND};
	size_t before;

	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
	begin(&play, 0, &plain, 0);
	before = play.round.count;
	UNIT_NUMBER(undescribed(&play), before);
	begin(&play, 10 * CLOCK_SECOND, &plain, 0);
	CU_ASSERT(play.round.count > before);
	UNIT_NUMBER(undescribed(&play), play.round.count - before);
	for (int i = 0; i < 4; i++) {
		begin(&play, 10 * CLOCK_SECOND, &plain, 0);
		UNIT_NUMBER(undescribed(&play), 0);
	}
	begin(&play, 10 * CLOCK_SECOND, &plain, 0);
	UNIT_NUMBER(undescribed(&play), play.round.count);
	begin(&play, 10 * CLOCK_SECOND, &plain, 0);
	UNIT_NUMBER(undescribed(&play), 0);
	ganglia_book_forget(&play.book);
	ganglia_round_forget(&play.round);
	begin(&play, 10 * CLOCK_SECOND, &plain, 0);
	UNIT_NUMBER(undescribed(&play), play.round.count);
	end(&play);
}

static void scopes_are_a_choice(void)
{
	struct ganglia_rules rules = plain;
	struct stat_virtual_server row = server_row("192.0.2.1:80", 100);
	struct play play = {.now = 1000};

	rules.scopes = ganglia_scopes("summary");
	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
	begin(&play, 0, &rules, 0);
	UNIT_STRING(value_of(&play, "lbd_connections"), "100");
	UNIT_STRING(value_of(&play, "lbd_TCP_192.0.2.1_80_connections"), "none");
	end(&play);
}

static void the_next_round_goes_on_where_one_was_cut(void)
{
	struct stat_virtual_server a = server_row("192.0.2.1:80", 1), b = server_row("192.0.2.2:80", 2);
	struct play play = {.now = 1000};
	size_t i = 0;

	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &a);
	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &b);
	begin(&play, 0, &plain, 1);
	while (i < play.round.count && !play.round.items[i].object)
		i++;
	CU_ASSERT_FATAL(i > 0 && i < play.round.count);
	CU_ASSERT(play.round.items[i].object == play.book.present[1]);
	CU_ASSERT(play.round.items[play.round.count - 1].object == play.book.present[0]);
	end(&play);
}

static void real_servers_can_be_hosts(void)
{
	struct ganglia_hosts hosts = {0};
	struct ganglia_rules rules = plain;
	struct stat_real_server row = real_server;
	struct play play = {.now = 1000};

	rules.spoof = &hosts;
	row.row.present = UINT64_C(1) << STAT_real_server_weight_effective;
	row.weight_effective = 5;
	snapshot_add(&play.snapshot, STAT_FAMILY_REAL_SERVER, &row);
	begin(&play, 0, &rules, 0);
	UNIT_NUMBER(play.round.count, 1);
	UNIT_STRING(play.round.items[0].object->host, "10.0.0.1:10.0.0.1");
	ganglia_round_value(&play.round, 0, &rules, &play.datagram);
	UNIT_NUMBER(number_at(&play.datagram, 4), strlen("10.0.0.1:10.0.0.1"));
	UNIT_STRING(value_of(&play, "lbd_vm_TCP_192.0.2.1_80_port_8080_weight"), "5");
	ganglia_round_describe(&play.round, 0, &rules, &play.datagram);
	CU_ASSERT(!play.datagram.overflow);
	UNIT_NUMBER(number_at(&play.datagram, 0), 128);
	end(&play);
}

/* The longest labels that rows have. */
static void the_longest_names_fit(void)
{
	struct stat_real_server row = {.row.present = ALL_BITS};
	struct ganglia_hosts hosts = {0};
	struct ganglia_rules rules = plain;
	struct play play = {.now = 1000};
	char host[65] = "", text[160] = "10.0.0.1 ";

	memset(host, 'x', sizeof(host) - 1);
	memset(text + 9, 'x', 127);
	ganglia_hosts_read(&hosts, text, strlen(text));
	UNIT_NUMBER(hosts.count, 1);
	rules.host = host;
	rules.spoof = &hosts;
	memset(row.protocol, 'x', sizeof(row.protocol) - 1);
	memset(row.virtual_server, 'x', sizeof(row.virtual_server) - 1);
	TEXT_COPY(row.real_server, "10.0.0.1:65535");
	snapshot_add(&play.snapshot, STAT_FAMILY_REAL_SERVER, &row);
	begin(&play, 0, &rules, 0);
	CU_ASSERT(play.round.count > 0);
	for (size_t i = 0; i < play.round.count; i++) {
		ganglia_round_describe(&play.round, i, &rules, &play.datagram);
		CU_ASSERT(!play.datagram.overflow);
		ganglia_round_value(&play.round, i, &rules, &play.datagram);
		CU_ASSERT(!play.datagram.overflow);
	}
	ganglia_hosts_free(&hosts);
	end(&play);
}

static void the_book_forgets_what_is_gone(void)
{
	struct stat_virtual_server row = server_row("192.0.2.1:80", 1);
	struct play play = {.now = 1000};

	for (int i = 0; i < 300; i++) {
		snprintf(row.virtual_server, sizeof(row.virtual_server), "192.0.2.1:%d", i);
		snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
	}
	snapshot_add(&play.snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
	begin(&play, 0, &plain, 0);
	UNIT_NUMBER(play.book.present_count, 300);
	empty(&play);
	for (int i = 0; i < GANGLIA_ROUNDS_KEPT; i++)
		begin(&play, CLOCK_SECOND, &plain, 0);
	UNIT_NUMBER(play.book.count, 300);
	begin(&play, CLOCK_SECOND, &plain, 0);
	UNIT_NUMBER(play.book.count, 0);
	end(&play);
}

static const struct unit_test tests[] = {
	UNIT_TEST(every_name),
	UNIT_TEST(names_are_distinct_and_legal),
	UNIT_TEST(kinds_fit),
	UNIT_TEST(names_of_addresses),
	UNIT_TEST(lists_of_scopes),
	UNIT_TEST(bytes_of_gmetric),
	UNIT_TEST(bytes_of_a_spoofed_host),
	UNIT_TEST(what_does_not_fit_is_told),
	UNIT_TEST(hosts_have_names),
	UNIT_TEST(totals_and_rates),
	UNIT_TEST(a_counter_that_begins_anew_gives_no_rate),
	UNIT_TEST(what_is_absent_is_not_sent),
	UNIT_TEST(states_counters_of_sets_and_seconds),
	UNIT_TEST(metrics_are_described_in_time),
	UNIT_TEST(scopes_are_a_choice),
	UNIT_TEST(the_next_round_goes_on_where_one_was_cut),
	UNIT_TEST(real_servers_can_be_hosts),
	UNIT_TEST(the_longest_names_fit),
	UNIT_TEST(the_book_forgets_what_is_gone),
};

int main(void)
{
	return unit_main("ganglia", tests, UNIT_COUNT(tests));
}
