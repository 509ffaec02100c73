/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Event records of the director: what they carry, what they leave out, what they cut. */
#include "director/announce.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "tests/unit/unit.h"

#define SERVICES 12

static struct conf conf;
static struct conf_virtual_server owner;
static struct conf_service services[SERVICES];
static struct conf_real_server server;
static struct pool pool;
static struct event event;

static void begin(uint32_t count)
{
	memset(&owner, 0, sizeof(owner));
	memset(&server, 0, sizeof(server));
	conf = (struct conf){.generation = 1,
			     .virtual_servers = &owner,
			     .virtual_server_count = 1,
			     .services = services,
			     .service_count = count,
			     .real_servers = &server,
			     .real_server_count = 1};
	TEXT_COPY(owner.name, "192.168.100.100:8080");
	owner.service_count = count;
	owner.real_server_count = 1;
	owner.quorum = 1;
	server.address = address_from_ipv4(htonl(0x0a000001));
	server.port = 80;
	server.weight = 1;
	server.check_count = 1;
	for (uint32_t i = 0; i < count; i++)
		services[i] = (struct conf_service){
			.protocol = IPPROTO_TCP,
			.port = 8080,
			.family = AF_INET,
			.address = address_from_ipv4(htonl(0xc0a86464 + i)),
		};
	pool_begin(&pool, &conf, NULL);
}

static const char *text(enum event_fact_key key)
{
	const struct event_fact *fact = event_find(&event, key);

	return fact ? fact->text : "(none)";
}

static void judge(int32_t error, uint32_t result, uint32_t attempts, int64_t round_trip)
{
	struct message_verdict verdict = {.generation = 1,
					  .health = HEALTH_DOWN,
					  .result = result,
					  .error = error,
					  .attempts = attempts,
					  .round_trip = round_trip};

	CU_ASSERT(pool_judge(&pool, &verdict, 0));
	pool_settle(&pool, 0);
}

static void a_long_list_says_how_many_more(void)
{
	struct ipvs_table held = {0};

	begin(SERVICES);
	judge(ECONNREFUSED, CHECK_RESULT_REFUSED, 1, 0);
	announce_server(&event, &pool, 0, &held);
	UNIT_STRING(text(FACT_SERVICES), "192.168.100.100:8080, 192.168.100.101:8080, "
					 "192.168.100.102:8080, 192.168.100.103:8080 and 8 more");
	pool_free(&pool);
}

static void what_is_not_known_is_left_out(void)
{
	begin(1);
	judge(0, CHECK_RESULT_TIMEOUT, 0, -1);
	announce_server(&event, &pool, 0, NULL);
	UNIT_STRING(event.object, "192.168.100.100:8080 10.0.0.1:80");
	CU_ASSERT(!event_find(&event, FACT_ERROR));
	CU_ASSERT(!event_find(&event, FACT_RESULT));
	CU_ASSERT(!event_find(&event, FACT_ROUND_TRIP));
	CU_ASSERT(!event_find(&event, FACT_DOWNTIME));
	CU_ASSERT(!event_find(&event, FACT_WEIGHT));
	CU_ASSERT(!event_find(&event, FACT_SERVICES));
	CU_ASSERT(event_find(&event, FACT_SERVERS_LEFT) != NULL);
	pool_free(&pool);
}

static void every_record_has_room_for_its_facts(void)
{
	struct ipvs_table held = {0};

	begin(1);
	owner.sorry_set = 1;
	owner.sorry_address = server.address;
	pool.servers[0].since = -5;
	judge(ETIMEDOUT, CHECK_RESULT_TIMEOUT, 3, 7);
	announce_server(&event, &pool, 0, &held);
	UNIT_NUMBER(event.facts_used, 11);
	announce_quorum(&event, &pool, 0);
	UNIT_NUMBER(event.cause, CAUSE_QUORUM_LOST);
	CU_ASSERT(event.facts_used <= EVENT_FACTS);
	pool_free(&pool);
}

static void unavailable_says_what_to_do(void)
{
	announce_availability(&event, -ENOPROTOOPT);
	UNIT_NUMBER(event.cause, CAUSE_IPVS_UNAVAILABLE);
	CU_ASSERT(strstr(text(FACT_REASON), "modprobe ip_vs") != NULL);
	announce_availability(&event, 0);
	UNIT_NUMBER(event.cause, CAUSE_IPVS_AVAILABLE);
	UNIT_NUMBER(event.facts_used, 0);
}

int main(void)
{
	static const struct unit_test tests[] = {
		UNIT_TEST(a_long_list_says_how_many_more),
		UNIT_TEST(what_is_not_known_is_left_out),
		UNIT_TEST(every_record_has_room_for_its_facts),
		UNIT_TEST(unavailable_says_what_to_do),
	};

	return unit_main("director announce", tests, UNIT_COUNT(tests));
}
