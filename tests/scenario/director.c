/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director on a virtual clock, against an IPVS table in memory and a segment in a memory file:
 * what it programs, what it tells, what it counts, when servers fail, people interfere, the
 * kernel's IPVS comes and goes, and when the director itself is restarted.
 */
#include "director/director.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "ipvs/memory.h"
#include "tests/unit/unit.h"

#define EVENTS 512

static struct {
	struct ipvs_memory *kernel;
	struct director director;
	struct conf conf;
	struct conf_global global;
	struct stat_writer *writer;
	char directory[64];
	int64_t now, next;
	struct event events[EVENTS];
	size_t event_count;
} world;

/* --- the configuration -------------------------------------------------------------------- */

/* A virtual server of two addresses and `servers` real servers with one check each, as group www of
 * the reference cluster. */
static void conf_make(uint32_t servers)
{
	struct conf *conf = &world.conf;
	struct conf_virtual_server *owner;

	memset(conf, 0, sizeof(*conf));
	conf->generation = 1;
	conf->global = &world.global;
	conf->global_count = 1;
	conf->virtual_servers = memory_array(1, sizeof(*conf->virtual_servers));
	conf->virtual_server_count = 1;
	conf->services = memory_array(2, sizeof(*conf->services));
	conf->service_count = 2;
	conf->real_servers = memory_array(servers, sizeof(*conf->real_servers));
	conf->real_server_count = servers;
	owner = conf->virtual_servers;
	TEXT_COPY(owner->name, "group www");
	TEXT_COPY(owner->group, "www");
	TEXT_COPY(owner->scheduler, "wlc");
	owner->service_count = 2;
	owner->real_server_count = servers;
	owner->persistence_timeout = 300;
	owner->persistence_netmask = ~0u;
	owner->quorum = 1;
	for (uint32_t i = 0; i < 2; i++)
		conf->services[i] = (struct conf_service){
			.protocol = IPPROTO_TCP,
			.port = 80,
			.family = AF_INET,
			.address = address_from_ipv4(htonl(0xc0a801e3 + i)),
		};
	for (uint32_t i = 0; i < servers; i++)
		conf->real_servers[i] = (struct conf_real_server){
			.address = address_from_ipv4(htonl(0xc0a801e8 + i)),
			.port = 80,
			.forwarding = CONF_FORWARDING_DR,
			.weight = 100,
			.check_count = 1,
		};
}

static void conf_drop(void)
{
	free(world.conf.virtual_servers);
	free(world.conf.services);
	free(world.conf.real_servers);
}

/* --- the world ---------------------------------------------------------------------------- */

static void tell(const struct event *event, void *argument)
{
	(void)argument;
	if (world.event_count < EVENTS)
		world.events[world.event_count] = *event;
	world.event_count++;
}

static void writer_attach(void)
{
	struct stat_capacity capacity = {.rows = {[STAT_FAMILY_IPVS] = 1,
						  [STAT_FAMILY_SYNC] = 2,
						  [STAT_FAMILY_VIRTUAL_SERVER] = 8,
						  [STAT_FAMILY_REAL_SERVER] = 8192}};
	bool commit;
	int fd = -1;

	UNIT_NUMBER(
		stat_segment_prepare(world.directory, PROCESS_DIRECTOR, &capacity, &fd, &commit),
		0);
	UNIT_NUMBER(stat_writer_attach(&world.writer, fd), 0);
	if (commit)
		UNIT_NUMBER(stat_segment_commit(world.directory, PROCESS_DIRECTOR), 0);
}

static void world_begin(uint32_t servers)
{
	memset(&world, 0, sizeof(world));
	log_open("scenario", 0, false);
	strcpy(world.directory, "/tmp/lbd-director-XXXXXX");
	if (!mkdtemp(world.directory))
		abort();
	conf_make(servers);
	writer_attach();
	world.kernel = ipvs_memory_new();
	world.now = clock_now();
	director_begin(&world.director, &world.kernel->backend, tell, NULL);
}

static void world_end(void)
{
	char path[96];

	director_end(&world.director);
	stat_writer_free(world.writer);
	conf_drop();
	snprintf(path, sizeof(path), "%s/director", world.directory);
	unlink(path);
	CU_ASSERT(rmdir(world.directory) == 0);
}

/* Lets `duration` pass; the director's timer fires whenever it asked for it. */
static void pass(int64_t duration)
{
	int64_t end = world.now + duration;

	while (world.next <= end) {
		if (world.next > world.now)
			world.now = world.next;
		world.next = director_turn(&world.director, world.now);
	}
	world.now = end;
}

static void configure(void)
{
	director_configure(&world.director, &world.conf, world.writer, world.now);
	world.next = world.now;
	pass(0);
}

static void judge_of(uint64_t generation, uint32_t server, enum health health)
{
	struct message_verdict verdict = {
		.generation = generation,
		.real_server = server,
		.health = health,
		.result = health == HEALTH_DOWN ? CHECK_RESULT_REFUSED : CHECK_RESULT_SUCCESS,
		.error = health == HEALTH_DOWN ? ECONNREFUSED : 0,
		.attempts = 2,
		.round_trip = CLOCK_MILLISECOND,
		.check = "TCP_CHECK 192.168.1.232:80",
	};

	if (director_judge(&world.director, &verdict, world.now))
		world.next = world.now;
}

static void judge(uint32_t server, enum health health)
{
	judge_of(world.conf.generation, server, health);
}

/* The director dies and is started again: its segment and what the kernel holds are still there. */
static void restart(void)
{
	struct ipvs_memory *kernel = ipvs_memory_new();

	ipvs_table_copy(&kernel->table, &world.kernel->table);
	director_end(&world.director);
	stat_writer_free(world.writer);
	world.writer = NULL;
	writer_attach();
	world.kernel = kernel;
	director_begin(&world.director, &kernel->backend, tell, NULL);
}

/* --- looking ------------------------------------------------------------------------------ */

/* "227:80 232*100 233*100 | 228:80 …": what the kernel holds. */
static const char *held(void)
{
	static char text[512];
	const struct ipvs_table *table = &world.kernel->table;

	text[0] = '\0';
	for (size_t i = 0; i < table->service_count; i++) {
		const struct ipvs_service *service = &table->services[i];

		TEXT_APPEND(text, "%s%u", i ? " | " : "", service->key.address.bytes[3]);
		for (uint32_t j = service->first; j < service->first + service->count; j++)
			TEXT_APPEND(text, " %u*%d", table->destinations[j].key.address.bytes[3],
				    table->destinations[j].settings.weight);
	}
	return text;
}

#define BOTH "227 232*100 233*100 | 228 232*100 233*100"

static struct stat_real_server *server_row(uint32_t service, uint32_t server)
{
	return world.director.board
		.servers[world.director.board.services[service].first_server + server]
		.row;
}

static const char *text_fact(size_t event, enum event_fact_key key)
{
	const struct event_fact *fact = event_find(&world.events[event], key);

	return fact ? fact->text : "(none)";
}

static int64_t number_fact(size_t event, enum event_fact_key key)
{
	const struct event_fact *fact = event_find(&world.events[event], key);

	return fact ? fact->number : -1;
}

static size_t told(enum event_cause cause)
{
	size_t count = 0;

	for (size_t i = 0; i < world.event_count && i < EVENTS; i++)
		count += world.events[i].cause == cause;
	return count;
}

/* --- the scenarios ------------------------------------------------------------------------ */

static void starts_with_all_in_service(void)
{
	world_begin(2);
	configure();
	UNIT_STRING(held(), BOTH);
	UNIT_NUMBER(world.event_count, 0);
	UNIT_NUMBER(server_row(0, 0)->weight_effective, 100);
	UNIT_NUMBER(server_row(0, 0)->in_service, 1);
	UNIT_NUMBER(server_row(0, 0)->health, HEALTH_UNKNOWN);
	CU_ASSERT(world.kernel->table.services[0].settings.flags & IP_VS_SVC_F_PERSISTENT);
	judge(0, HEALTH_UP);
	pass(CLOCK_SECOND);
	UNIT_NUMBER(world.event_count, 0);
	UNIT_NUMBER(server_row(1, 0)->health, HEALTH_UP);
	world_end();
}

static void adopts_what_is_right(void)
{
	unsigned applied;

	world_begin(2);
	configure();
	restart();
	applied = world.kernel->applied;
	/* One setting is not what it should be; it alone is touched. */
	world.kernel->table.destinations[1].settings.weight = 7;
	configure();
	pass(5 * CLOCK_SECOND);
	UNIT_STRING(held(), BOTH);
	UNIT_NUMBER(world.kernel->applied - applied, 1);
	UNIT_NUMBER(world.event_count, 0);
	world_end();
}

static void alpha_waits_for_its_check(void)
{
	world_begin(2);
	world.conf.real_servers[0].alpha = 1;
	configure();
	UNIT_STRING(held(), "227 233*100 | 228 233*100");
	judge(0, HEALTH_UP);
	pass(0);
	UNIT_STRING(held(), "227 233*100 232*100 | 228 233*100 232*100");
	UNIT_NUMBER(told(CAUSE_CHECK_PASSED), 1);
	world_end();
}

static void a_failure_is_carried_out_and_told(void)
{
	world_begin(2);
	configure();
	judge(0, HEALTH_UP);
	pass(3 * CLOCK_SECOND);
	judge(0, HEALTH_DOWN);
	pass(0);
	UNIT_STRING(held(), "227 233*100 | 228 233*100");
	UNIT_NUMBER(world.event_count, 1);
	UNIT_NUMBER(world.events[0].cause, CAUSE_CHECK_FAILED);
	UNIT_STRING(world.events[0].object, "group www 192.168.1.232:80");
	UNIT_STRING(world.events[0].from, "up");
	UNIT_STRING(world.events[0].to, "down");
	UNIT_STRING(text_fact(0, FACT_ERROR), strerror(ECONNREFUSED));
	UNIT_STRING(text_fact(0, FACT_RESULT), "refused");
	UNIT_STRING(text_fact(0, FACT_SERVICES), "192.168.1.227:80, 192.168.1.228:80");
	UNIT_NUMBER(number_fact(0, FACT_WEIGHT), 0);
	UNIT_NUMBER(number_fact(0, FACT_SERVERS_LEFT), 1);
	UNIT_NUMBER(number_fact(0, FACT_SERVERS_TOTAL), 2);
	UNIT_NUMBER(number_fact(0, FACT_DOWNTIME), 3 * CLOCK_SECOND);
	CU_ASSERT(!stat_has(&server_row(0, 0)->row, STAT_real_server_weight_effective));
	UNIT_NUMBER(server_row(0, 0)->in_service, 0);
	CU_ASSERT(!stat_has(&server_row(0, 0)->row, STAT_real_server_active_connections));
	CU_ASSERT(stat_has(&server_row(0, 1)->row, STAT_real_server_active_connections));
	UNIT_NUMBER(server_row(1, 0)->failures, 1);
	judge(0, HEALTH_DOWN);
	pass(CLOCK_SECOND);
	UNIT_NUMBER(world.event_count, 1);
	judge(0, HEALTH_UP);
	pass(0);
	UNIT_STRING(held(), "227 233*100 232*100 | 228 233*100 232*100");
	UNIT_NUMBER(world.events[1].cause, CAUSE_CHECK_PASSED);
	UNIT_NUMBER(number_fact(1, FACT_WEIGHT), 100);
	UNIT_NUMBER(server_row(0, 0)->weight_effective, 100);
	UNIT_NUMBER(told(CAUSE_DRIFT_REPAIRED), 0);
	world_end();
}

static void a_verdict_of_another_configuration_is_ignored(void)
{
	world_begin(2);
	configure();
	judge_of(2, 0, HEALTH_DOWN);
	judge(7, HEALTH_DOWN);
	judge(0, HEALTH_UNKNOWN);
	judge(0, HEALTH_COUNT);
	pass(CLOCK_SECOND);
	UNIT_STRING(held(), BOTH);
	UNIT_NUMBER(world.event_count, 0);
	world_end();
}

/* Down and up again before anything could be done about it: both are told, nothing is lost. */
static void a_flap_within_one_turn_is_told_whole(void)
{
	world_begin(2);
	configure();
	judge(0, HEALTH_DOWN);
	judge(0, HEALTH_UP);
	pass(0);
	UNIT_NUMBER(told(CAUSE_CHECK_FAILED), 1);
	UNIT_NUMBER(told(CAUSE_CHECK_PASSED), 1);
	UNIT_NUMBER(server_row(0, 0)->failures, 1);
	pass(CLOCK_SECOND);
	UNIT_NUMBER(world.event_count, 2);
	UNIT_NUMBER(server_row(0, 0)->weight_effective, 100);
	world_end();
}

static void inhibit_keeps_the_row(void)
{
	world_begin(2);
	world.conf.real_servers[0].inhibit_on_failure = 1;
	configure();
	judge(0, HEALTH_DOWN);
	pass(0);
	UNIT_STRING(held(), "227 232*0 233*100 | 228 232*0 233*100");
	UNIT_NUMBER(server_row(0, 0)->weight_effective, 0);
	UNIT_NUMBER(server_row(0, 0)->in_service, 0);
	world_end();
}

static void the_sorry_server_steps_in(void)
{
	world_begin(2);
	world.conf.virtual_servers[0].quorum = 150;
	world.conf.virtual_servers[0].sorry_set = 1;
	world.conf.virtual_servers[0].sorry_address = address_from_ipv4(htonl(0xc0a801fa));
	world.conf.virtual_servers[0].sorry_port = 80;
	world.conf.virtual_servers[0].sorry_forwarding = CONF_FORWARDING_DR;
	configure();
	UNIT_STRING(held(), BOTH);
	judge(1, HEALTH_DOWN);
	pass(0);
	UNIT_STRING(held(), "227 250*1 | 228 250*1");
	UNIT_NUMBER(told(CAUSE_QUORUM_LOST), 1);
	UNIT_NUMBER(world.events[1].cause, CAUSE_QUORUM_LOST);
	UNIT_STRING(world.events[1].object, "group www");
	UNIT_STRING(text_fact(1, FACT_SORRY_SERVER), "192.168.1.250:80");
	UNIT_NUMBER(number_fact(1, FACT_WEIGHT_UP), 100);
	UNIT_NUMBER(number_fact(1, FACT_QUORUM), 150);
	UNIT_NUMBER(world.director.board.services[0].row->sorry_server_active, 1);
	judge(1, HEALTH_UP);
	pass(0);
	UNIT_STRING(held(), BOTH);
	UNIT_NUMBER(told(CAUSE_QUORUM_REACHED), 1);
	UNIT_NUMBER(world.director.board.services[0].row->sorry_server_active, 0);
	world_end();
}

static void ipvsadm_clear_is_repaired(void)
{
	world_begin(2);
	configure();
	pass(CLOCK_SECOND);
	ipvs_memory_clear(world.kernel);
	pass(2 * CLOCK_SECOND);
	UNIT_STRING(held(), BOTH);
	UNIT_NUMBER(world.event_count, 1);
	UNIT_NUMBER(world.events[0].cause, CAUSE_DRIFT_REPAIRED);
	UNIT_NUMBER(number_fact(0, FACT_MISSING), 6);
	UNIT_NUMBER(number_fact(0, FACT_REPAIRED), 6);
	CU_ASSERT(strstr(world.events[0].detail, "virtual server TCP 192.168.1.227:80 wlc\n") !=
		  NULL);
	CU_ASSERT(strstr(world.events[0].detail,
			 "real server TCP 192.168.1.227:80 -> 192.168.1.232:80 weight 100 DR\n") !=
		  NULL);
	UNIT_NUMBER(world.director.board.ipvs->drifts, 1);
	pass(10 * CLOCK_SECOND);
	UNIT_NUMBER(world.event_count, 1);
	world_end();
}

static void altered_and_surplus_rows_are_repaired(void)
{
	struct ipvs_destination_key key = {.address = address_from_ipv4(htonl(0x0a000001)),
					   .port = 80};
	bool added;

	world_begin(2);
	configure();
	world.kernel->table.destinations[0].settings.weight = 1;
	ipvs_table_add_destination(&world.kernel->table, 1, &key, &added);
	pass(2 * CLOCK_SECOND);
	UNIT_STRING(held(), BOTH);
	UNIT_NUMBER(world.event_count, 1);
	UNIT_NUMBER(number_fact(0, FACT_CHANGED), 1);
	UNIT_NUMBER(number_fact(0, FACT_FOREIGN), 1);
	UNIT_NUMBER(number_fact(0, FACT_REPAIRED), 2);
	world_end();
}

static void a_row_passed_over_once_is_not_drift(void)
{
	unsigned applied;

	world_begin(2);
	configure();
	applied = world.kernel->applied;
	world.kernel->hidden = 2;
	pass(2 * CLOCK_SECOND);
	UNIT_NUMBER(world.kernel->hidden, IPVS_NONE);
	UNIT_NUMBER(world.kernel->applied, applied);
	UNIT_NUMBER(world.event_count, 0);
	world_end();
}

static void a_fight_over_the_table_does_not_flood(void)
{
	world_begin(2);
	configure();
	for (int i = 0; i < 60; i++) {
		ipvs_memory_clear(world.kernel);
		pass(CLOCK_SECOND);
		UNIT_STRING(held(), BOTH);
	}
	CU_ASSERT(told(CAUSE_DRIFT_REPAIRED) >= DIRECTOR_DRIFT_EVENTS);
	CU_ASSERT(told(CAUSE_DRIFT_REPAIRED) <= DIRECTOR_DRIFT_EVENTS + 7);
	UNIT_NUMBER(world.director.board.ipvs->drifts, 60);
	world_end();
}

static void the_kernel_goes_and_comes_back(void)
{
	uint64_t errors;

	world_begin(2);
	world.kernel->read_error = -ENOPROTOOPT;
	configure();
	pass(10 * CLOCK_SECOND);
	UNIT_NUMBER(world.event_count, 1);
	UNIT_NUMBER(world.events[0].cause, CAUSE_IPVS_UNAVAILABLE);
	CU_ASSERT(strstr(text_fact(0, FACT_REASON), "modprobe ip_vs") != NULL);
	UNIT_NUMBER(world.director.board.ipvs->available, 0);
	errors = world.director.board.ipvs->sample_errors;
	CU_ASSERT(errors >= 10);
	judge(0, HEALTH_DOWN);
	pass(0);
	UNIT_NUMBER(world.event_count, 2);
	UNIT_NUMBER(number_fact(1, FACT_WEIGHT), -1);
	world.kernel->read_error = 0;
	pass(CLOCK_SECOND);
	UNIT_STRING(held(), "227 233*100 | 228 233*100");
	UNIT_NUMBER(world.event_count, 3);
	UNIT_NUMBER(world.events[2].cause, CAUSE_IPVS_AVAILABLE);
	UNIT_NUMBER(world.director.board.ipvs->available, 1);
	pass(5 * CLOCK_SECOND);
	UNIT_NUMBER(world.event_count, 3);
	world_end();
}

static void a_refused_operation_is_tried_again(void)
{
	world_begin(2);
	world.kernel->apply_error = -ENOENT;
	world.kernel->apply_good = 3;
	configure();
	pass(5 * CLOCK_SECOND);
	CU_ASSERT(world.director.board.ipvs->operation_errors > 3);
	/* Not a busy loop: one try a second. */
	CU_ASSERT(world.director.board.ipvs->operation_errors < 40);
	world.kernel->apply_error = 0;
	pass(2 * CLOCK_SECOND);
	UNIT_STRING(held(), BOTH);
	UNIT_NUMBER(world.event_count, 0);
	UNIT_NUMBER(server_row(1, 1)->weight_effective, 100);
	world_end();
}

/* What the kernel refuses for good is no drift, and does not hide it. */
static void drift_is_told_beside_refusals(void)
{
	world_begin(2);
	world.kernel->refused_last = 233;
	configure();
	pass(5 * CLOCK_SECOND);
	UNIT_STRING(held(), "227 232*100 | 228 232*100");
	UNIT_NUMBER(world.event_count, 0);
	world.kernel->table.destinations[0].settings.weight = 3;
	pass(2 * CLOCK_SECOND);
	UNIT_STRING(held(), "227 232*100 | 228 232*100");
	UNIT_NUMBER(world.event_count, 1);
	UNIT_NUMBER(number_fact(0, FACT_CHANGED), 1);
	UNIT_NUMBER(number_fact(0, FACT_MISSING), -1);
	UNIT_NUMBER(number_fact(0, FACT_REPAIRED), 1);
	ipvs_memory_clear(world.kernel);
	pass(2 * CLOCK_SECOND);
	UNIT_STRING(held(), "227 232*100 | 228 232*100");
	UNIT_NUMBER(number_fact(1, FACT_MISSING), 4);
	world.kernel->refused_last = 0;
	pass(2 * CLOCK_SECOND);
	UNIT_STRING(held(), BOTH);
	UNIT_NUMBER(world.event_count, 2);
	world_end();
}

static void flow(uint32_t destination, uint64_t connections)
{
	world.kernel->table.destinations[destination].counters.values[IPVS_CONNECTIONS] +=
		connections;
	world.kernel->table.destinations[destination].counters.values[IPVS_IN_BYTES] +=
		connections * 1000;
}

static void counters_survive_everything(void)
{
	world_begin(2);
	configure();
	flow(0, 10);
	pass(CLOCK_SECOND);
	UNIT_NUMBER(server_row(0, 0)->connections, 10);
	judge(0, HEALTH_DOWN);
	pass(CLOCK_SECOND);
	judge(0, HEALTH_UP);
	pass(CLOCK_SECOND);
	UNIT_NUMBER(server_row(0, 0)->connections, 10);
	flow(1, 3); /* it comes second now */
	pass(CLOCK_SECOND);
	UNIT_NUMBER(server_row(0, 0)->connections, 13);
	memset(&world.kernel->table.destinations[1].counters, 0, sizeof(struct ipvs_counters));
	pass(CLOCK_SECOND);
	UNIT_NUMBER(server_row(0, 0)->connections, 13);
	flow(1, 5);
	pass(CLOCK_SECOND);
	restart();
	configure();
	pass(CLOCK_SECOND);
	UNIT_NUMBER(server_row(0, 0)->connections, 18);
	UNIT_NUMBER(server_row(0, 0)->in_bytes, 18000);
	flow(1, 5);
	world.conf.generation++;
	configure();
	pass(CLOCK_SECOND);
	UNIT_NUMBER(server_row(0, 0)->connections, 23);
	world.kernel->read_error = -EAGAIN;
	pass(5 * CLOCK_SECOND);
	UNIT_NUMBER(server_row(0, 0)->connections, 23);
	world_end();
}

static void rates_are_taken_between_the_kernels_copies(void)
{
	world_begin(2);
	configure();
	for (int i = 0; i < 10; i++) {
		flow(0, 200);
		pass(2 * CLOCK_SECOND);
	}
	UNIT_NUMBER(server_row(0, 0)->connection_rate, 100 * 1000);
	pass(5 * CLOCK_SECOND);
	UNIT_NUMBER(server_row(0, 0)->connection_rate, 0);
	world_end();
}

static struct stat_virtual_server *service_row(uint32_t service)
{
	return world.director.board.services[service].row;
}

/* Three of four connections go to one of two servers of the same weight. */
static void an_imbalance_is_measured(void)
{
	world_begin(2);
	configure();
	CU_ASSERT(!stat_has(&service_row(0)->row, STAT_virtual_server_imbalance));
	for (int i = 0; i < 12; i++) {
		flow(0, 15);
		flow(1, 5);
		pass(CLOCK_SECOND);
	}
	CU_ASSERT_FATAL(stat_has(&service_row(0)->row, STAT_virtual_server_imbalance));
	UNIT_NUMBER(service_row(0)->imbalance, 250);
	UNIT_NUMBER(server_row(0, 0)->share, 750);
	UNIT_NUMBER(server_row(0, 1)->share, 250);
	UNIT_NUMBER(server_row(0, 0)->share_ideal, 500);
	/* The other service had no traffic. */
	CU_ASSERT(!stat_has(&service_row(1)->row, STAT_virtual_server_imbalance));
	CU_ASSERT(!stat_has(&server_row(1, 0)->row, STAT_real_server_share));
	/* The weights in force change: what was known is not of them. */
	judge(1, HEALTH_DOWN);
	pass(CLOCK_SECOND);
	CU_ASSERT(!stat_has(&service_row(0)->row, STAT_virtual_server_imbalance));
	CU_ASSERT(!stat_has(&server_row(0, 0)->row, STAT_real_server_share));
	world_end();
}

static void the_connection_table_fills(void)
{
	struct stat_ipvs *row;

	world_begin(2);
	configure();
	row = world.director.board.ipvs;
	world.kernel->table.destinations[0].active = 4096;
	world.kernel->table.destinations[1].inactive = 2000;
	world.kernel->table.destinations[2].persistent = 48;
	pass(CLOCK_SECOND);
	UNIT_NUMBER(row->connection_table_entries, 6144);
	UNIT_NUMBER(row->connection_table_load, 1500);
	world_end();
}

static void the_synchronisation_daemon_is_shown(void)
{
	struct stat_sync **rows = world.director.board.sync;

	world_begin(2);
	configure();
	pass(CLOCK_SECOND);
	UNIT_NUMBER(rows[IPVS_SYNC_MASTER]->running, 0);
	CU_ASSERT(!stat_has(&rows[IPVS_SYNC_MASTER]->row, STAT_sync_sync_id));
	world.kernel->sync[IPVS_SYNC_MASTER] = (struct ipvs_sync){
		.running = true, .interface = "eth0", .sync_id = 3, .port = 8848,
		.group = address_from_ipv4(htonl(0xe0000051))};
	pass(3 * CLOCK_SECOND);
	UNIT_NUMBER(rows[IPVS_SYNC_MASTER]->running, 1);
	UNIT_NUMBER(rows[IPVS_SYNC_MASTER]->sync_id, 3);
	UNIT_STRING(rows[IPVS_SYNC_MASTER]->interface, "eth0");
	UNIT_STRING(rows[IPVS_SYNC_MASTER]->group, "224.0.0.81:8848");
	UNIT_NUMBER(rows[IPVS_SYNC_BACKUP]->running, 0);
	/* A reload claims the rows anew; what they say comes back with the next reading. */
	world.conf.generation++;
	configure();
	pass(CLOCK_SECOND);
	UNIT_STRING(rows[IPVS_SYNC_MASTER]->interface, "eth0");
	/* Invariant 4: a kernel that does not answer is not one without a daemon. */
	world.kernel->read_error = -EAGAIN;
	pass(3 * CLOCK_SECOND);
	CU_ASSERT(!stat_has(&rows[IPVS_SYNC_BACKUP]->row, STAT_sync_running));
	world_end();
}

static void a_restart_remembers_who_was_down(void)
{
	unsigned applied;

	world_begin(2);
	configure();
	judge(0, HEALTH_UP);
	judge(1, HEALTH_DOWN);
	pass(CLOCK_SECOND);
	UNIT_NUMBER(world.event_count, 1);
	restart();
	applied = world.kernel->applied;
	configure();
	pass(CLOCK_SECOND);
	UNIT_NUMBER(world.kernel->applied, applied);
	UNIT_STRING(held(), "227 232*100 | 228 232*100");
	judge(0, HEALTH_UP);
	judge(1, HEALTH_DOWN);
	pass(CLOCK_SECOND);
	UNIT_NUMBER(world.event_count, 1);
	judge(1, HEALTH_UP);
	pass(CLOCK_SECOND);
	UNIT_STRING(held(), "227 232*100 233*100 | 228 232*100 233*100");
	UNIT_NUMBER(world.event_count, 2);
	world_end();
}

/* --- weights that are set ----------------------------------------------------------------- */

static enum set_result set_weight(uint32_t server, int64_t weight, int64_t *before)
{
	struct message_set set = {.generation = world.conf.generation,
				  .setting = SETTING_WEIGHT,
				  .index = server,
				  .value = weight,
				  .until = world.now + CLOCK_SECOND,
				  .requester = "SNMPv3 user ops"};
	enum set_result result = director_set_weight(&world.director, &set, before, world.now);

	world.next = world.now;
	return result;
}

static void a_weight_is_set_and_told(void)
{
	int64_t before = -1;

	world_begin(2);
	world.global.snmp_writable = 1;
	configure();
	UNIT_NUMBER(set_weight(0, 65535, &before), SET_RESULT_APPLIED);
	UNIT_NUMBER(before, 100);
	/* In force at once, and stays: it is no drift. */
	UNIT_STRING(held(), "227 232*65535 233*100 | 228 232*65535 233*100");
	pass(5 * CLOCK_SECOND);
	UNIT_STRING(held(), "227 232*65535 233*100 | 228 232*65535 233*100");
	UNIT_NUMBER(world.event_count, 1);
	UNIT_NUMBER(world.events[0].cause, CAUSE_WEIGHT_SET);
	UNIT_STRING(world.events[0].object, "group www 192.168.1.232:80");
	UNIT_STRING(world.events[0].from, "100");
	UNIT_STRING(world.events[0].to, "65535");
	UNIT_STRING(text_fact(0, FACT_REQUESTER), "SNMPv3 user ops");
	UNIT_NUMBER(number_fact(0, FACT_CONFIGURED), 100);
	UNIT_NUMBER(number_fact(0, FACT_WEIGHT), 65535);
	UNIT_NUMBER(server_row(1, 0)->weight, 65535);
	UNIT_NUMBER(server_row(0, 0)->weight_effective, 65535);
	UNIT_NUMBER(set_weight(0, 65535, &before), SET_RESULT_UNCHANGED);
	UNIT_NUMBER(set_weight(0, 0, &before), SET_RESULT_APPLIED);
	UNIT_NUMBER(before, 65535);
	UNIT_STRING(held(), "227 232*0 233*100 | 228 232*0 233*100");
	UNIT_NUMBER(world.event_count, 2);
	world_end();
}

static void a_weight_that_was_set_survives_a_failure(void)
{
	int64_t before;

	world_begin(2);
	world.global.snmp_writable = 1;
	configure();
	UNIT_NUMBER(set_weight(0, 7, &before), SET_RESULT_APPLIED);
	judge(0, HEALTH_DOWN);
	pass(CLOCK_SECOND);
	UNIT_STRING(held(), "227 233*100 | 228 233*100");
	/* While it is out, too. */
	UNIT_NUMBER(set_weight(0, 8, &before), SET_RESULT_APPLIED);
	UNIT_NUMBER(before, 7);
	UNIT_STRING(held(), "227 233*100 | 228 233*100");
	judge(0, HEALTH_UP);
	pass(CLOCK_SECOND);
	UNIT_STRING(held(), "227 233*100 232*8 | 228 233*100 232*8");
	world_end();
}

static void a_weight_decides_over_the_quorum(void)
{
	int64_t before;

	world_begin(2);
	world.global.snmp_writable = 1;
	world.conf.virtual_servers[0].quorum = 150;
	configure();
	UNIT_NUMBER(set_weight(0, 10, &before), SET_RESULT_APPLIED);
	pass(0);
	UNIT_NUMBER(told(CAUSE_QUORUM_LOST), 1);
	UNIT_NUMBER(set_weight(0, 100, &before), SET_RESULT_APPLIED);
	pass(0);
	UNIT_NUMBER(told(CAUSE_QUORUM_REACHED), 1);
	world_end();
}

/* A reload keeps it, unless it gives this server another weight; so does a restart. */
static void a_weight_holds_until_the_configuration_says_another(void)
{
	int64_t before;

	world_begin(2);
	world.global.snmp_writable = 1;
	configure();
	UNIT_NUMBER(set_weight(0, 7, &before), SET_RESULT_APPLIED);
	UNIT_NUMBER(set_weight(1, 9, &before), SET_RESULT_APPLIED);
	world.conf.generation++;
	configure();
	UNIT_STRING(held(), "227 232*7 233*9 | 228 232*7 233*9");
	restart();
	configure();
	UNIT_STRING(held(), "227 232*7 233*9 | 228 232*7 233*9");
	UNIT_NUMBER(world.kernel->applied, 0);
	world.conf.generation++;
	world.conf.real_servers[0].weight = 50;
	configure();
	UNIT_STRING(held(), "227 232*50 233*9 | 228 232*50 233*9");
	world.conf.generation++;
	world.conf.real_servers[0].weight = 100;
	configure();
	UNIT_STRING(held(), "227 232*100 233*9 | 228 232*100 233*9");
	/* Set to what the configuration says, it is the configuration's. */
	UNIT_NUMBER(set_weight(1, 100, &before), SET_RESULT_APPLIED);
	UNIT_NUMBER(server_row(0, 1)->set[0], 0);
	world_end();
}

/* A server that was removed and is there again is not the one that was set. */
static void a_removed_server_forgets_its_weight(void)
{
	int64_t before;

	world_begin(2);
	world.global.snmp_writable = 1;
	configure();
	UNIT_NUMBER(set_weight(1, 9, &before), SET_RESULT_APPLIED);
	world.conf.generation++;
	world.conf.virtual_servers[0].real_server_count = 1;
	world.conf.real_server_count = 1;
	configure();
	UNIT_STRING(held(), "227 232*100 | 228 232*100");
	world.conf.generation++;
	world.conf.virtual_servers[0].real_server_count = 2;
	world.conf.real_server_count = 2;
	configure();
	UNIT_STRING(held(), BOTH);
	world_end();
}

static void what_may_not_be_set_changes_nothing(void)
{
	struct message_set set = {.generation = 2, .setting = SETTING_WEIGHT, .value = 5};
	int64_t before;

	world_begin(2);
	UNIT_NUMBER(set_weight(0, 5, &before), SET_RESULT_BUSY);
	configure();
	UNIT_NUMBER(set_weight(0, 5, &before), SET_RESULT_FORBIDDEN);
	world.global.snmp_writable = 1;
	UNIT_NUMBER(set_weight(2, 5, &before), SET_RESULT_NOT_FOUND);
	UNIT_NUMBER(set_weight(0, -1, &before), SET_RESULT_RANGE);
	UNIT_NUMBER(set_weight(0, 65536, &before), SET_RESULT_RANGE);
	set.until = world.now;
	UNIT_NUMBER(director_set_weight(&world.director, &set, &before, world.now),
		    SET_RESULT_BUSY);
	set.generation = world.conf.generation;
	set.setting = SETTING_PRIORITY;
	UNIT_NUMBER(director_set_weight(&world.director, &set, &before, world.now),
		    SET_RESULT_NOT_FOUND);
	set.setting = SETTING_WEIGHT;
	UNIT_NUMBER(director_set_weight(&world.director, &set, &before, world.now + 1),
		    SET_RESULT_UNAVAILABLE);
	UNIT_STRING(held(), BOTH);
	UNIT_NUMBER(world.event_count, 0);
	world_end();
}

static void add_foreign(void)
{
	struct ipvs_service_key key = {.address = address_from_ipv4(htonl(0x0a0000fe)),
				       .protocol = IPPROTO_TCP,
				       .port = 22};
	bool added;

	TEXT_COPY(ipvs_table_add_service(&world.kernel->table, &key, &added)->settings.scheduler,
		  "rr");
}

static void a_reload_touches_what_differs(void)
{
	struct conf before;
	unsigned applied;

	world_begin(2);
	configure();
	add_foreign();
	judge(0, HEALTH_DOWN);
	pass(CLOCK_SECOND);
	applied = world.kernel->applied;
	before = world.conf;
	conf_make(2);
	world.conf.generation = 2;
	world.conf.service_count = 1; /* .228 is no more */
	world.conf.virtual_servers[0].service_count = 1;
	configure();
	free(before.virtual_servers);
	free(before.services);
	free(before.real_servers);
	UNIT_STRING(held(), "227 233*100 | 254");
	UNIT_NUMBER(world.kernel->applied - applied, 1);
	UNIT_NUMBER(world.director.board.ipvs->foreign_services, 1);
	pass(CLOCK_SECOND);
	UNIT_NUMBER(told(CAUSE_DRIFT_REPAIRED), 0);
	world_end();
}

static void lvs_flush_clears_what_others_left(void)
{
	world_begin(2);
	add_foreign();
	world.global.lvs_flush = 1;
	configure();
	UNIT_STRING(held(), BOTH);
	/* Only at start. */
	add_foreign();
	pass(5 * CLOCK_SECOND);
	UNIT_STRING(held(), BOTH " | 254");
	world_end();
}

static void stopping_leaves_or_flushes(void)
{
	world_begin(2);
	configure();
	director_stop(&world.director);
	UNIT_STRING(held(), BOTH);
	add_foreign();
	world.director.flush_on_stop = true;
	director_stop(&world.director);
	UNIT_STRING(held(), "254");
	world_end();
}

static void much_is_done_in_slices(void)
{
	int turns = 0;

	world_begin(200);
	world.conf.generation = 3;
	director_configure(&world.director, &world.conf, world.writer, world.now);
	do
		turns++;
	while (director_turn(&world.director, world.now) == world.now);
	CU_ASSERT(turns >= 402 / RECONCILE_SLICE);
	UNIT_NUMBER(world.kernel->table.destination_count, 400);
	/* All fail at once: each is told, some in each turn. */
	for (uint32_t i = 0; i < 200; i++)
		judge(i, HEALTH_DOWN);
	for (turns = 0; director_turn(&world.director, world.now) == world.now; turns++)
		;
	CU_ASSERT(turns >= 200 / DIRECTOR_EVENTS);
	UNIT_NUMBER(told(CAUSE_CHECK_FAILED), 200);
	UNIT_NUMBER(told(CAUSE_QUORUM_LOST), 1);
	UNIT_NUMBER(world.kernel->table.destination_count, 0);
	world_end();
}

/* A change that comes while a long plan is under way. */
static void a_change_overtakes_a_long_plan(void)
{
	world_begin(200);
	director_configure(&world.director, &world.conf, world.writer, world.now);
	director_turn(&world.director, world.now);
	CU_ASSERT(world.kernel->table.destination_count < 400);
	judge(0, HEALTH_DOWN);
	judge(199, HEALTH_DOWN);
	pass(0);
	UNIT_NUMBER(world.kernel->table.destination_count, 396);
	UNIT_NUMBER(told(CAUSE_CHECK_FAILED), 2);
	UNIT_NUMBER(told(CAUSE_DRIFT_REPAIRED), 0);
	world_end();
}

/* A director that does VRRP alone never asks for IPVS; checks without a service are told. */
static void without_services_the_kernel_is_left_alone(void)
{
	world_begin(2);
	world.kernel->read_error = -ENOPROTOOPT;
	world.conf.service_count = 0;
	world.conf.virtual_servers[0].service_count = 0;
	configure();
	judge(0, HEALTH_DOWN);
	pass(10 * CLOCK_SECOND);
	UNIT_NUMBER(world.kernel->reads, 0);
	UNIT_NUMBER(world.event_count, 1);
	UNIT_NUMBER(world.events[0].cause, CAUSE_CHECK_FAILED);
	CU_ASSERT(!stat_has(&world.director.board.ipvs->row, STAT_ipvs_available));
	world_end();
}

/* The last service goes with a reload: the kernel is cleared of it first. */
static void a_reload_may_remove_all(void)
{
	world_begin(2);
	configure();
	world.conf.service_count = 0;
	world.conf.virtual_servers[0].service_count = 0;
	world.conf.generation = 2;
	configure();
	UNIT_STRING(held(), "");
	pass(10 * CLOCK_SECOND);
	UNIT_NUMBER(told(CAUSE_DRIFT_REPAIRED), 0);
	world_end();
}

int main(void)
{
	static const struct unit_test tests[] = {
		UNIT_TEST(starts_with_all_in_service),
		UNIT_TEST(adopts_what_is_right),
		UNIT_TEST(alpha_waits_for_its_check),
		UNIT_TEST(a_failure_is_carried_out_and_told),
		UNIT_TEST(a_verdict_of_another_configuration_is_ignored),
		UNIT_TEST(a_flap_within_one_turn_is_told_whole),
		UNIT_TEST(inhibit_keeps_the_row),
		UNIT_TEST(the_sorry_server_steps_in),
		UNIT_TEST(ipvsadm_clear_is_repaired),
		UNIT_TEST(altered_and_surplus_rows_are_repaired),
		UNIT_TEST(a_row_passed_over_once_is_not_drift),
		UNIT_TEST(a_fight_over_the_table_does_not_flood),
		UNIT_TEST(the_kernel_goes_and_comes_back),
		UNIT_TEST(a_refused_operation_is_tried_again),
		UNIT_TEST(drift_is_told_beside_refusals),
		UNIT_TEST(counters_survive_everything),
		UNIT_TEST(rates_are_taken_between_the_kernels_copies),
	UNIT_TEST(an_imbalance_is_measured),
	UNIT_TEST(the_connection_table_fills),
	UNIT_TEST(the_synchronisation_daemon_is_shown),
		UNIT_TEST(a_restart_remembers_who_was_down),
		UNIT_TEST(a_weight_is_set_and_told),
		UNIT_TEST(a_weight_that_was_set_survives_a_failure),
		UNIT_TEST(a_weight_decides_over_the_quorum),
		UNIT_TEST(a_weight_holds_until_the_configuration_says_another),
		UNIT_TEST(a_removed_server_forgets_its_weight),
		UNIT_TEST(what_may_not_be_set_changes_nothing),
		UNIT_TEST(a_reload_touches_what_differs),
		UNIT_TEST(lvs_flush_clears_what_others_left),
		UNIT_TEST(stopping_leaves_or_flushes),
		UNIT_TEST(without_services_the_kernel_is_left_alone),
		UNIT_TEST(a_reload_may_remove_all),
		UNIT_TEST(much_is_done_in_slices),
		UNIT_TEST(a_change_overtakes_a_long_plan),
	};

	return unit_main("director", tests, UNIT_COUNT(tests));
}
