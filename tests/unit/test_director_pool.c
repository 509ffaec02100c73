/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What table follows from a configuration and from who is fit to serve. */
#include "director/pool.h"

#include <arpa/inet.h>
#include <linux/ip_vs.h>
#include <string.h>

#include "base/text.h"
#include "tests/unit/unit.h"

static struct conf conf;
static struct conf_virtual_server owner;
static struct conf_service service;
static struct conf_real_server servers[2];
static struct pool pool;
static struct ipvs_table table;

static void begin(void)
{
	memset(&owner, 0, sizeof(owner));
	memset(&service, 0, sizeof(service));
	memset(servers, 0, sizeof(servers));
	memset(&table, 0, sizeof(table));
	conf = (struct conf){.generation = 1,
			     .virtual_servers = &owner,
			     .virtual_server_count = 1,
			     .services = &service,
			     .service_count = 1,
			     .real_servers = servers,
			     .real_server_count = 2};
	TEXT_COPY(owner.scheduler, "wrr");
	owner.service_count = 1;
	owner.real_server_count = 2;
	owner.quorum = 1;
	service.family = AF_INET;
	service.protocol = IPPROTO_TCP;
	service.port = 80;
	service.address = address_from_ipv4(htonl(0xc0a80101));
	for (uint32_t i = 0; i < 2; i++) {
		servers[i].address = address_from_ipv4(htonl(0x0a000001 + i));
		servers[i].weight = 2;
		servers[i].check_count = 1;
		servers[i].forwarding = CONF_FORWARDING_DR;
	}
}

static void desire(void)
{
	pool_begin(&pool, &conf, NULL);
	pool_desire(&pool, &table);
}

static void end(void)
{
	pool_free(&pool);
	ipvs_table_free(&table);
}

static bool judge(uint32_t server, enum health health, int64_t now)
{
	struct message_verdict verdict = {.generation = 1, .real_server = server, .health = health};

	return pool_judge(&pool, &verdict, now);
}

static void ports_and_methods(void)
{
	begin();
	servers[1].port = 8080;
	servers[1].forwarding = CONF_FORWARDING_NAT;
	desire();
	UNIT_NUMBER(table.destinations[0].key.port, 80);
	UNIT_NUMBER(table.destinations[0].settings.forwarding, IP_VS_CONN_F_DROUTE);
	UNIT_NUMBER(table.destinations[1].key.port, 8080);
	UNIT_NUMBER(table.destinations[1].settings.forwarding, IP_VS_CONN_F_MASQ);
	end();
}

static void a_mark_has_no_port_but_with_nat(void)
{
	begin();
	service.fwmark = 7;
	service.protocol = 0;
	service.port = 0;
	service.address = (struct address){0};
	servers[0].port = 80;
	servers[1].port = 8080;
	servers[1].forwarding = CONF_FORWARDING_NAT;
	desire();
	UNIT_NUMBER(table.services[0].key.fwmark, 7);
	UNIT_NUMBER(table.services[0].key.address.family, AF_INET);
	UNIT_NUMBER(table.destinations[0].key.port, 0);
	UNIT_NUMBER(table.destinations[1].key.port, 8080);
	end();
}

static void persistence_and_flags(void)
{
	begin();
	owner.one_packet = 1;
	owner.scheduler_flags = IP_VS_SVC_F_SCHED_SH_PORT;
	owner.persistence_netmask = htonl(0xffffff00);
	desire();
	UNIT_NUMBER(table.services[0].settings.flags,
		    IP_VS_SVC_F_ONEPACKET | IP_VS_SVC_F_SCHED_SH_PORT);
	UNIT_NUMBER(table.services[0].settings.timeout, 0);
	owner.persistence_timeout = 60;
	pool_desire(&pool, &table);
	CU_ASSERT(table.services[0].settings.flags & IP_VS_SVC_F_PERSISTENT);
	UNIT_NUMBER(table.services[0].settings.timeout, 60);
	UNIT_NUMBER(table.services[0].settings.netmask, htonl(0xffffff00));
	end();
}

static void a_server_without_check_is_up(void)
{
	begin();
	servers[0].check_count = 0;
	servers[0].alpha = 1;
	servers[1].alpha = 1;
	desire();
	UNIT_NUMBER(table.destination_count, 1);
	UNIT_NUMBER(pool.servers[0].health, HEALTH_UP);
	UNIT_NUMBER(pool.servers[1].health, HEALTH_UNKNOWN);
	CU_ASSERT(pool_serves(&pool, 0) && !pool_serves(&pool, 1));
	end();
}

static void quorum_follows_weights_with_hysteresis(void)
{
	begin();
	owner.quorum = 3;
	owner.hysteresis = 1;
	desire();
	CU_ASSERT(pool.virtual_servers[0].quorum); /* 4 >= 3 + 1 */
	CU_ASSERT(judge(0, HEALTH_DOWN, 5));
	pool_settle(&pool, 5);
	CU_ASSERT(pool.virtual_servers[0].quorum); /* 2 >= 3 - 1 */
	CU_ASSERT(judge(1, HEALTH_DOWN, 6));
	pool_settle(&pool, 6);
	CU_ASSERT(!pool.virtual_servers[0].quorum);
	CU_ASSERT(pool.virtual_servers[0].untold);
	CU_ASSERT(judge(1, HEALTH_UP, 9));
	pool_settle(&pool, 9);
	CU_ASSERT(!pool.virtual_servers[0].quorum); /* 2 < 3 + 1 */
	UNIT_NUMBER(pool.servers[1].lasted, 3);
	CU_ASSERT(!judge(1, HEALTH_UP, 10));
	end();
}

static void an_inhibited_sorry_server_waits_at_weight_zero(void)
{
	begin();
	owner.sorry_set = 1;
	owner.sorry_inhibit = 1;
	owner.sorry_forwarding = CONF_FORWARDING_DR;
	owner.sorry_address = address_from_ipv4(htonl(0x0a000009));
	desire();
	UNIT_NUMBER(table.destination_count, 3);
	UNIT_NUMBER(table.destinations[2].settings.weight, 0);
	UNIT_NUMBER(table.destinations[2].key.port, 80);
	judge(0, HEALTH_DOWN, 1);
	judge(1, HEALTH_DOWN, 1);
	pool_settle(&pool, 1);
	pool_desire(&pool, &table);
	UNIT_NUMBER(table.destination_count, 1);
	UNIT_NUMBER(table.destinations[0].settings.weight, 1);
	end();
}

static void a_real_server_may_double_as_sorry_server(void)
{
	begin();
	owner.sorry_set = 1;
	owner.sorry_forwarding = CONF_FORWARDING_DR;
	owner.sorry_address = servers[0].address;
	servers[0].inhibit_on_failure = 1;
	desire();
	UNIT_NUMBER(table.destination_count, 2);
	UNIT_NUMBER(table.destinations[0].settings.weight, 2);
	judge(0, HEALTH_DOWN, 1);
	judge(1, HEALTH_DOWN, 1);
	pool_settle(&pool, 1);
	pool_desire(&pool, &table);
	UNIT_NUMBER(table.destination_count, 1);
	UNIT_NUMBER(table.destinations[0].settings.weight, 1);
	end();
}

int main(void)
{
	static const struct unit_test tests[] = {
		UNIT_TEST(ports_and_methods),
		UNIT_TEST(a_mark_has_no_port_but_with_nat),
		UNIT_TEST(persistence_and_flags),
		UNIT_TEST(a_server_without_check_is_up),
		UNIT_TEST(quorum_follows_weights_with_hysteresis),
		UNIT_TEST(an_inhibited_sorry_server_waits_at_weight_zero),
		UNIT_TEST(a_real_server_may_double_as_sorry_server),
	};

	return unit_main("director pool", tests, UNIT_COUNT(tests));
}
