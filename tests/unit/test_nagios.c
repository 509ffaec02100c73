/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modes of check_lbd on made-up snapshots of the reference cluster: well, failing, and unknown.
 */
#include "exporters/nagios/nagios.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tests/unit/unit.h"

#define NOW (INT64_C(1800000000) * CLOCK_SECOND)

static struct snapshot snapshot;
static struct nagios_request request;
static struct outcome outcome;
static struct buffer line;

static void add_instance(const char *name, int64_t state, int64_t held)
{
	struct stat_vrrp row = {.interface = "eth0", .adverts_sent = 7};

	TEXT_COPY(row.instance, name);
	stat_put(vrrp, &row, state, state);
	stat_put(vrrp, &row, priority, 150);
	stat_put(vrrp, &row, interval, CLOCK_SECOND);
	stat_put(vrrp, &row, changed, NOW - 60 * CLOCK_SECOND);
	stat_put(vrrp, &row, last_advert,
		 NOW - (state == VRRP_STATE_BACKUP ? 1 : 61) * CLOCK_SECOND);
	stat_put(vrrp, &row, addresses, 2);
	stat_put(vrrp, &row, addresses_held, held);
	snapshot_add(&snapshot, STAT_FAMILY_VRRP, &row);
}

static void add_service(const char *group, int64_t up, int64_t quorum_reached)
{
	struct stat_virtual_server row = {
		.protocol = "TCP", .virtual_server = "192.0.2.1:80", .connections = 12};

	TEXT_COPY(row.group, group);
	stat_put(virtual_server, &row, real_servers, 2);
	stat_put(virtual_server, &row, real_servers_up, up);
	stat_put(virtual_server, &row, weight_up, up * 100);
	stat_put(virtual_server, &row, quorum, 1);
	stat_put(virtual_server, &row, quorum_reached, quorum_reached);
	stat_put(virtual_server, &row, sorry_server_active, 0);
	stat_put(virtual_server, &row, connection_rate, 1500);
	stat_put(virtual_server, &row, in_byte_rate, 2000000);
	stat_put(virtual_server, &row, out_byte_rate, 0);
	stat_put(virtual_server, &row, active_connections, 4);
	stat_put(virtual_server, &row, changed, NOW - 600 * CLOCK_SECOND);
	snapshot_add(&snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row);
}

static void add_server(const char *address, int64_t health)
{
	struct stat_real_server row = {
		.protocol = "TCP", .virtual_server = "192.0.2.1:80", .group = "www"};
	struct stat_check check = {.virtual_server = "group www", .check = "TCP_CHECK"};

	TEXT_COPY(row.real_server, address);
	stat_put(real_server, &row, health, health);
	stat_put(real_server, &row, changed, NOW - 600 * CLOCK_SECOND);
	snapshot_add(&snapshot, STAT_FAMILY_REAL_SERVER, &row);
	TEXT_COPY(check.real_server, address);
	stat_put(check, &check, health, health);
	stat_put(check, &check, last_result,
		 health == HEALTH_DOWN ? CHECK_RESULT_REFUSED : CHECK_RESULT_SUCCESS);
	snapshot_add(&snapshot, STAT_FAMILY_CHECK, &check);
}

static void add_ipvs(int64_t available)
{
	struct stat_ipvs row = {.scope = "host"};

	stat_put(ipvs, &row, available, available);
	stat_put(ipvs, &row, last_sample, NOW - CLOCK_SECOND);
	stat_put(ipvs, &row, estimation, 1);
	snapshot_add(&snapshot, STAT_FAMILY_IPVS, &row);
}

static void add_rest(void)
{
	struct stat_event event = {.scope = "host", .events = {5, 3, 1}};
	struct stat_config config = {.file = "/etc/lbd/lbd.conf"};

	stat_put(event, &event, last_number, 9);
	snapshot_add(&snapshot, STAT_FAMILY_EVENT, &event);
	stat_put(config, &config, generation, 1);
	stat_put(config, &config, last_reload, RELOAD_RESULT_NONE);
	snapshot_add(&snapshot, STAT_FAMILY_CONFIG, &config);
}

/* Everything lives; nothing is configured yet. */
static void begin(enum nagios_mode mode)
{
	request = (struct nagios_request){.mode = mode, .expect = -1, .within = 300 * CLOCK_SECOND};
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		snapshot.segments[i] =
			(struct stat_segment_info){.liveness = STAT_ALIVE, .age = CLOCK_SECOND / 2};
}

static void begin_well(enum nagios_mode mode)
{
	begin(mode);
	add_instance("VI_1", VRRP_STATE_MASTER, 2);
	add_instance("VI_2", VRRP_STATE_BACKUP, 0);
	add_service("www", 2, 1);
	add_server("10.0.0.1:80", HEALTH_UP);
	add_server("10.0.0.2:80", HEALTH_UP);
	add_ipvs(1);
	add_rest();
	request.within = 30 * CLOCK_SECOND;
}

static void threshold(const char *text, struct range *range, bool *has)
{
	CU_ASSERT_PTR_NULL_FATAL(range_parse(text, range));
	*has = true;
}

/* Evaluates, and asserts the status and a part of the line. */
static void expect(enum outcome_status status, const char *part)
{
	nagios_evaluate(&request, &snapshot, NOW, &outcome);
	outcome_print(&outcome, nagios_mode_title(request.mode), false, &line);
	buffer_add(&line, "", 1);
	UNIT_NUMBER(outcome.status, status);
	if (!strstr(line.bytes, part) || outcome.status != status)
		fprintf(stderr, "\n%sexpected: %s", line.bytes, part);
	CU_ASSERT_PTR_NOT_NULL(strstr(line.bytes, part));
	CU_ASSERT_PTR_EQUAL(strchr(line.bytes, '\n'), line.bytes + line.length - 2);
	buffer_free(&line);
	outcome_free(&outcome);
}

static void end(enum outcome_status status, const char *part)
{
	expect(status, part);
	snapshot_free(&snapshot);
}

static void all_is_well(void)
{
	static const char *const parts[NAGIOS_MODE_COUNT] = {
		[NAGIOS_VRRP] = "LBD VRRP OK: VI_1 is master; VI_2 is backup | masters",
		[NAGIOS_VIRTUAL_SERVER] = "1 of 1 virtual servers have their quorum",
		[NAGIOS_REAL_SERVERS] = "2 of 2 real servers are up | up=2 down=0;;;0;2",
		[NAGIOS_QUORUM] = "'TCP 192.0.2.1:80 margin'=199",
		[NAGIOS_RATES] = "1.5 connections/s; 2000 bytes/s in; 0 bytes/s out",
		[NAGIOS_EVENTS] = "no change of state within 30.00 s; the newest event is number 9",
		[NAGIOS_HEALTH] = "5 of 5 processes live; configuration generation 1",
		[NAGIOS_PAIR] = "VI_1 is master and hears no other; VI_2 is backup of a master",
	};

	for (unsigned mode = 0; mode < NAGIOS_MODE_COUNT; mode++) {
		begin_well((enum nagios_mode)mode);
		if (mode == NAGIOS_PAIR) {
			struct stat_vrrp *row = (struct stat_vrrp *)(uintptr_t)snapshot_row(
				&snapshot, STAT_FAMILY_VRRP, 1);

			stat_put(vrrp, row, master_priority, 160);
		}
		end(OUTCOME_OK, parts[mode]);
	}
}

/* Invariant 4: of a process that is down, stuck or absent nothing is OK. */
static void silence_is_never_ok(void)
{
	static const enum stat_liveness states[] = {STAT_ABSENT, STAT_STALE};

	for (unsigned mode = 0; mode < NAGIOS_MODE_COUNT; mode++)
		for (unsigned i = 0; i < 2; i++) {
			bool is_news = mode == NAGIOS_HEALTH && states[i] == STAT_STALE;

			begin_well((enum nagios_mode)mode);
			for (unsigned j = 0; j < PROCESS_COUNT; j++)
				snapshot.segments[j] = (struct stat_segment_info){
					.liveness = states[i], .age = 10 * CLOCK_SECOND};
			end(is_news ? OUTCOME_CRITICAL : OUTCOME_UNKNOWN,
			    states[i] == STAT_STALE ? "is down or stuck" : "can be read");
		}
}

/* Verdicts that nobody renews any more say nothing of now. */
static void old_verdicts_are_never_ok(void)
{
	static const enum nagios_mode judged[] = {NAGIOS_VIRTUAL_SERVER, NAGIOS_QUORUM,
						  NAGIOS_REAL_SERVERS};

	for (size_t i = 0; i < UNIT_COUNT(judged); i++) {
		begin_well(judged[i]);
		snapshot.segments[PROCESS_CHECK].liveness = STAT_STALE;
		end(OUTCOME_UNKNOWN, "the check process of lbd is down or stuck");
	}
}

static void torn_rows_are_never_ok(void)
{
	for (unsigned mode = 0; mode < NAGIOS_MODE_COUNT; mode++) {
		begin_well((enum nagios_mode)mode);
		snapshot.left_out = 1;
		end(OUTCOME_UNKNOWN, "changed at every try");
		snapshot.left_out = 0;
	}
}

/* Nothing configured, or nothing selected; health and events are of the daemon as a whole. */
static void nothing_is_never_ok(void)
{
	for (unsigned mode = 0; mode < NAGIOS_MODE_COUNT; mode++) {
		if (mode == NAGIOS_HEALTH)
			continue;
		begin((enum nagios_mode)mode);
		add_ipvs(1);
		end(OUTCOME_UNKNOWN, "UNKNOWN");
		if (nagios_mode_takes((enum nagios_mode)mode) == TAKES_WITHIN)
			continue;
		begin_well((enum nagios_mode)mode);
		request.instance = request.virtual_server = "nonesuch";
		end(OUTCOME_UNKNOWN, "is called like that");
	}
}

/* A row whose numbers its process has not put yet. */
static void absent_numbers_are_never_ok(void)
{
	static const enum nagios_mode judged[] = {NAGIOS_VRRP,           NAGIOS_PAIR,
						  NAGIOS_VIRTUAL_SERVER, NAGIOS_QUORUM,
						  NAGIOS_REAL_SERVERS,   NAGIOS_RATES};
	static const enum stat_family_id families[] = {STAT_FAMILY_VRRP, STAT_FAMILY_VIRTUAL_SERVER,
						       STAT_FAMILY_REAL_SERVER};

	for (size_t i = 0; i < UNIT_COUNT(judged); i++) {
		begin_well(judged[i]);
		for (size_t j = 0; j < UNIT_COUNT(families); j++)
			((struct stat_row *)(uintptr_t)snapshot_row(&snapshot, families[j], 0))
				->present = 0;
		end(OUTCOME_UNKNOWN, "UNKNOWN");
	}
}

static void vrrp_state(void)
{
	begin_well(NAGIOS_VRRP);
	request.instance = "VI_1";
	request.expect = VRRP_STATE_BACKUP;
	expect(OUTCOME_CRITICAL, "VI_1 is master, not backup");
	request.expect = VRRP_STATE_MASTER;
	end(OUTCOME_OK, "'VI_1 state'=2 'VI_1 priority'=150");
	begin(NAGIOS_VRRP);
	add_instance("VI_1", VRRP_STATE_FAULT, 0);
	end(OUTCOME_CRITICAL, "VI_1 is in fault: interface eth0 cannot be used");
	begin(NAGIOS_VRRP);
	add_instance("VI_1", VRRP_STATE_INITIALIZE, 0);
	end(OUTCOME_WARNING, "VI_1 does not take part");
	begin(NAGIOS_VRRP);
	add_instance("VI_1", VRRP_STATE_MASTER, 1);
	end(OUTCOME_CRITICAL, "only 1 of its 2 addresses are on eth0");
	begin(NAGIOS_VRRP);
	add_instance("VI_1", VRRP_STATE_BACKUP, 2);
	end(OUTCOME_WARNING, "VI_1 is backup, but 2 of its addresses");
}

static void vrrp_threshold(void)
{
	begin_well(NAGIOS_VRRP);
	request.instance = "VI_1";
	threshold("300:", &request.warning, &request.has_warning);
	expect(OUTCOME_WARNING, "'VI_1 changed'=60s;300:;;0");
	threshold("61:", &request.critical, &request.has_critical);
	end(OUTCOME_CRITICAL, "VI_1: master for 1 min");
}

static void two_masters(void)
{
	struct stat_vrrp *row;

	begin(NAGIOS_PAIR);
	add_instance("VI_1", VRRP_STATE_MASTER, 2);
	row = (struct stat_vrrp *)(uintptr_t)snapshot_row(&snapshot, STAT_FAMILY_VRRP, 0);
	stat_put(vrrp, row, last_advert, NOW - CLOCK_SECOND);
	expect(OUTCOME_CRITICAL, "VI_1 has two masters");
	/* It preempted that one a moment ago. */
	stat_put(vrrp, row, changed, NOW - CLOCK_SECOND);
	end(OUTCOME_OK, "VI_1 is master and hears no other");
}

static void silent_master(void)
{
	struct stat_vrrp *row;

	begin(NAGIOS_PAIR);
	add_instance("VI_1", VRRP_STATE_BACKUP, 0);
	row = (struct stat_vrrp *)(uintptr_t)snapshot_row(&snapshot, STAT_FAMILY_VRRP, 0);
	threshold("0.5", &request.warning, &request.has_warning);
	expect(OUTCOME_WARNING, "'VI_1 advert_age'=1s;0.5;;0");
	stat_put(vrrp, row, last_advert, NOW - 9 * CLOCK_SECOND);
	expect(OUTCOME_CRITICAL, "VI_1 is backup without a master");
	stat_unset(vrrp, row, last_advert);
	end(OUTCOME_UNKNOWN, "has not heard a master yet");
	begin(NAGIOS_PAIR);
	add_instance("VI_1", VRRP_STATE_FAULT, 0);
	end(OUTCOME_CRITICAL, "this director takes no part (fault)");
}

static void servers_down(void)
{
	begin(NAGIOS_REAL_SERVERS);
	add_ipvs(1);
	add_server("10.0.0.1:80", HEALTH_DOWN);
	add_server("10.0.0.2:80", HEALTH_UP);
	expect(OUTCOME_WARNING, "10.0.0.1:80 of TCP 192.0.2.1:80 is down: TCP_CHECK says "
				"connection refused, for 10 min");
	threshold("1", &request.warning, &request.has_warning);
	expect(OUTCOME_OK, "down=1;1;;0;2");
	threshold("0", &request.critical, &request.has_critical);
	expect(OUTCOME_CRITICAL, "down=1;1;0;0;2");
	request.has_critical = request.has_warning = false;
	request.real_server = "10.0.0.1:*";
	expect(OUTCOME_CRITICAL, "1 of 1 are down");
	request.real_server = "10.0.0.2:80";
	end(OUTCOME_OK, "1 of 1 real servers are up");
	begin(NAGIOS_REAL_SERVERS);
	add_ipvs(1);
	add_server("10.0.0.1:80", HEALTH_UNKNOWN);
	end(OUTCOME_UNKNOWN, "no check has finished yet");
}

static void services_fail(void)
{
	begin(NAGIOS_VIRTUAL_SERVER);
	add_ipvs(1);
	add_service("www", 1, 1);
	expect(OUTCOME_WARNING, "TCP 192.0.2.1:80: 1 of 2 real servers are in service");
	threshold("1:", &request.warning, &request.has_warning);
	expect(OUTCOME_OK, "'TCP 192.0.2.1:80 real_servers_up'=1;1:;;0;2");
	request.group = "mysql";
	end(OUTCOME_UNKNOWN, "no virtual server is called like that");
	begin(NAGIOS_VIRTUAL_SERVER);
	add_ipvs(1);
	add_service("", 0, 0);
	expect(OUTCOME_CRITICAL, "has lost its quorum: weight 0 is in service, 1 is needed");
	request.mode = NAGIOS_QUORUM;
	end(OUTCOME_CRITICAL, "quorums_lost=1");
	begin(NAGIOS_QUORUM);
	add_ipvs(1);
	add_service("", 1, 1);
	threshold("100:", &request.warning, &request.has_warning);
	end(OUTCOME_WARNING, "weight 100 is in service, 1 is needed (threshold 100:)");
}

static void ipvs_is_not_there(void)
{
	static const enum nagios_mode judged[] = {NAGIOS_VIRTUAL_SERVER, NAGIOS_QUORUM,
						  NAGIOS_REAL_SERVERS, NAGIOS_RATES, NAGIOS_HEALTH};

	for (size_t i = 0; i < UNIT_COUNT(judged); i++) {
		begin(judged[i]);
		add_service("", 2, 1);
		add_server("10.0.0.1:80", HEALTH_UP);
		add_ipvs(0);
		add_rest();
		end(OUTCOME_CRITICAL, "the kernel's IPVS does not answer");
	}
}

static void rates_have_thresholds(void)
{
	begin_well(NAGIOS_RATES);
	threshold("1", &request.warning, &request.has_warning);
	expect(OUTCOME_WARNING, "connections_per_second=1.5;1;;0 in_bytes_per_second=2000B");
	request.of = NAGIOS_ACTIVE;
	expect(OUTCOME_WARNING, "active_connections=4;1;;0");
	request.of = NAGIOS_OUT_BYTES;
	end(OUTCOME_OK, "out_bytes_per_second=0B;1;;0");
}

/* Counters that nobody moves say nothing of traffic. */
static void frozen_counters_have_no_rate(void)
{
	struct stat_ipvs *row;

	begin_well(NAGIOS_RATES);
	row = (struct stat_ipvs *)(uintptr_t)snapshot_row(&snapshot, STAT_FAMILY_IPVS, 0);
	row->estimation = 0;
	expect(OUTCOME_UNKNOWN, "net.ipv4.vs.run_estimation is 0");
	row->estimation = 1;
	row->last_sample = NOW - 20 * CLOCK_SECOND;
	end(OUTCOME_UNKNOWN, "last read 20.00 s ago");
}

static void events_of_late(void)
{
	begin_well(NAGIOS_EVENTS);
	request.within = 120 * CLOCK_SECOND;
	expect(OUTCOME_WARNING, "VI_1 became master");
	threshold("2", &request.warning, &request.has_warning);
	expect(OUTCOME_OK, "changed=2;2;;0 ");
	threshold("1", &request.critical, &request.has_critical);
	end(OUTCOME_CRITICAL, "info=5c warning=3c critical=1c");
}

static void health_of_processes(void)
{
	struct stat_child child = {.process = "check"};
	struct stat_config *config;

	begin_well(NAGIOS_HEALTH);
	snapshot.segments[PROCESS_CHECK] =
		(struct stat_segment_info){.liveness = STAT_STALE, .age = 7 * CLOCK_SECOND};
	expect(OUTCOME_CRITICAL, "the check process is down or stuck: no heartbeat for 7.0");
	stat_put(child, &child, state, CHILD_STATE_WAITING);
	snapshot_add(&snapshot, STAT_FAMILY_CHILD, &child);
	end(OUTCOME_CRITICAL, "the check process died and waits to be started again");
	begin_well(NAGIOS_HEALTH);
	config = (struct stat_config *)(uintptr_t)snapshot_row(&snapshot, STAT_FAMILY_CONFIG, 0);
	config->last_reload = RELOAD_RESULT_REFUSED;
	end(OUTCOME_WARNING, "/etc/lbd/lbd.conf has errors");
	begin_well(NAGIOS_HEALTH);
	threshold("0.1", &request.critical, &request.has_critical);
	end(OUTCOME_CRITICAL, "oldest_heartbeat=0.5s;;0.1;0");
}

static const struct unit_test tests[] = {
	UNIT_TEST(all_is_well),
	UNIT_TEST(silence_is_never_ok),
	UNIT_TEST(old_verdicts_are_never_ok),
	UNIT_TEST(torn_rows_are_never_ok),
	UNIT_TEST(nothing_is_never_ok),
	UNIT_TEST(absent_numbers_are_never_ok),
	UNIT_TEST(vrrp_state),
	UNIT_TEST(vrrp_threshold),
	UNIT_TEST(two_masters),
	UNIT_TEST(silent_master),
	UNIT_TEST(servers_down),
	UNIT_TEST(services_fail),
	UNIT_TEST(ipvs_is_not_there),
	UNIT_TEST(rates_have_thresholds),
	UNIT_TEST(frozen_counters_have_no_rate),
	UNIT_TEST(events_of_late),
	UNIT_TEST(health_of_processes),
};

int main(void)
{
	return unit_main("nagios", tests, UNIT_COUNT(tests));
}
