/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Health, quorum, desired table. */
#include "director/pool.h"

#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "director/quorum.h"

bool pool_serves(const struct pool *pool, uint32_t real_server)
{
	switch (pool->servers[real_server].health) {
	case HEALTH_UP:
		return true;
	case HEALTH_DOWN:
		return false;
	default:
		return !pool->conf->real_servers[real_server].alpha;
	}
}

static void count_weights(struct pool *pool, uint32_t virtual_server)
{
	const struct conf_virtual_server *configured = &pool->conf->virtual_servers[virtual_server];
	struct pool_virtual_server *state = &pool->virtual_servers[virtual_server];

	state->weight_up = 0;
	state->servers_up = 0;
	for (uint32_t i = 0; i < configured->real_server_count; i++) {
		uint32_t server = configured->first_real_server + i;

		if (!pool_serves(pool, server))
			continue;
		state->servers_up++;
		state->weight_up += (uint64_t)pool->servers[server].weight;
	}
}

static void begin_server(struct pool *pool, uint32_t server, const struct pool_memory *memory)
{
	struct pool_server *state = &pool->servers[server];

	state->weight = pool->conf->real_servers[server].weight;
	if (memory && memory[server].weight >= 0 && memory[server].weight_configured == state->weight)
		state->weight = memory[server].weight;
	state->since = POOL_NEVER;
	state->health = HEALTH_UNKNOWN;
	if (pool->conf->real_servers[server].check_count == 0)
		state->health = HEALTH_UP;
	else if (memory)
		state->health = memory[server].health;
	if (memory && memory[server].health == state->health)
		state->since = memory[server].since;
}

void pool_begin(struct pool *pool, const struct conf *conf, const struct pool_memory *memory)
{
	pool_free(pool);
	pool->conf = conf;
	pool->servers = memory_array(conf->real_server_count, sizeof(*pool->servers));
	pool->virtual_servers =
		memory_array(conf->virtual_server_count, sizeof(*pool->virtual_servers));
	for (uint32_t i = 0; i < conf->real_server_count; i++)
		begin_server(pool, i, memory);
	for (uint32_t i = 0; i < conf->virtual_server_count; i++) {
		struct pool_virtual_server *state = &pool->virtual_servers[i];

		count_weights(pool, i);
		state->since = POOL_NEVER;
		state->quorum =
			quorum_holds(false, state->weight_up, conf->virtual_servers[i].quorum,
				     conf->virtual_servers[i].hysteresis);
	}
}

void pool_free(struct pool *pool)
{
	free(pool->servers);
	free(pool->virtual_servers);
	memset(pool, 0, sizeof(*pool));
}

void pool_remember_quorum(struct pool *pool, uint32_t virtual_server, bool held, int64_t since)
{
	struct pool_virtual_server *state = &pool->virtual_servers[virtual_server];

	state->quorum = held;
	state->since = since;
	state->stale = true;
}

bool pool_judge(struct pool *pool, const struct message_verdict *verdict, int64_t now)
{
	struct pool_server *server;

	if (verdict->generation != pool->conf->generation ||
	    verdict->real_server >= pool->conf->real_server_count ||
	    verdict->health >= HEALTH_COUNT || verdict->health == HEALTH_UNKNOWN)
		return false;
	server = &pool->servers[verdict->real_server];
	if (server->health == (enum health)verdict->health)
		return false;
	server->from = server->health;
	server->health = (enum health)verdict->health;
	server->lasted = server->since == POOL_NEVER ? -1 : now - server->since;
	server->since = now;
	server->verdict = *verdict;
	server->verdict.check[sizeof(server->verdict.check) - 1] = '\0';
	/* A first "up" of a server that serves already changes nothing that anybody notices. */
	server->untold = server->from != HEALTH_UNKNOWN || server->health == HEALTH_DOWN ||
			 pool->conf->real_servers[verdict->real_server].alpha;
	pool->virtual_servers[pool->conf->real_servers[verdict->real_server].virtual_server].stale =
		true;
	return true;
}

void pool_set_weight(struct pool *pool, uint32_t real_server, int32_t weight)
{
	pool->servers[real_server].weight = weight;
	pool->virtual_servers[pool->conf->real_servers[real_server].virtual_server].stale = true;
}

void pool_settle(struct pool *pool, int64_t now)
{
	for (uint32_t i = 0; i < pool->conf->virtual_server_count; i++) {
		const struct conf_virtual_server *configured = &pool->conf->virtual_servers[i];
		struct pool_virtual_server *state = &pool->virtual_servers[i];
		bool holds;

		if (!state->stale)
			continue;
		state->stale = false;
		count_weights(pool, i);
		holds = quorum_holds(state->quorum, state->weight_up, configured->quorum,
				     configured->hysteresis);
		if (holds == state->quorum)
			continue;
		state->quorum = holds;
		state->since = now;
		state->untold = !state->untold;
	}
}

bool pool_sorry_active(const struct pool *pool, uint32_t virtual_server)
{
	return pool->conf->virtual_servers[virtual_server].sorry_set &&
	       !pool->virtual_servers[virtual_server].quorum;
}

/* --- the desired table -------------------------------------------------------------------- */

struct ipvs_service_key pool_service_key(const struct conf_service *service)
{
	struct ipvs_service_key key = {0};

	key.address.family = service->family;
	if (service->fwmark) {
		key.fwmark = service->fwmark;
		return key;
	}
	key.address = service->address;
	key.protocol = service->protocol;
	key.port = service->port;
	return key;
}

struct ipvs_destination_key pool_server_key(const struct conf_service *service,
					    const struct conf_real_server *server)
{
	return (struct ipvs_destination_key){
		.address = server->address,
		.port = conf_port_under(service, server->port, server->forwarding)};
}

struct ipvs_destination_key pool_sorry_key(const struct conf_service *service,
					   const struct conf_virtual_server *owner)
{
	struct conf_real_server sorry = {.address = owner->sorry_address,
					 .port = owner->sorry_port,
					 .forwarding = owner->sorry_forwarding};

	return pool_server_key(service, &sorry);
}

static uint32_t forwarding_of(unsigned configured)
{
	switch (configured) {
	case CONF_FORWARDING_DR:
		return IP_VS_CONN_F_DROUTE;
	case CONF_FORWARDING_TUN:
		return IP_VS_CONN_F_TUNNEL;
	default:
		return IP_VS_CONN_F_MASQ;
	}
}

static struct ipvs_service_settings settings_of(const struct conf_virtual_server *configured,
						const struct conf_service *service)
{
	struct ipvs_service_settings settings = {0};

	TEXT_COPY(settings.scheduler, configured->scheduler);
	settings.flags = configured->scheduler_flags;
	if (configured->one_packet)
		settings.flags |= IP_VS_SVC_F_ONEPACKET;
	if (configured->persistence_timeout == 0)
		return settings;
	settings.flags |= IP_VS_SVC_F_PERSISTENT;
	settings.timeout = configured->persistence_timeout;
	settings.netmask = service->family == AF_INET6 ? configured->persistence_prefix6
						       : configured->persistence_netmask;
	return settings;
}

static void desire_server(const struct pool *pool, struct ipvs_table *desired, uint32_t row,
			  const struct conf_service *service, uint32_t number)
{
	const struct conf_real_server *server = &pool->conf->real_servers[number];
	struct ipvs_destination_key key = pool_server_key(service, server);
	bool serves = pool_serves(pool, number) && !pool_sorry_active(pool, server->virtual_server);
	struct ipvs_destination *destination;
	bool added;

	if (!serves && !server->inhibit_on_failure)
		return;
	destination = ipvs_table_add_destination(desired, row, &key, &added);
	if (!added)
		return;
	destination->settings.forwarding = forwarding_of(server->forwarding);
	destination->settings.weight = serves ? pool->servers[number].weight : 0;
	destination->settings.upper = server->upper_threshold;
	destination->settings.lower = server->lower_threshold;
}

/* With sorry_server_inhibit it stays in the table, at weight 0, while it is not needed. A real
 * server that doubles as the sorry server is one destination: it serves when either of its roles
 * does. */
static void desire_sorry(const struct pool *pool, struct ipvs_table *desired, uint32_t row,
			 const struct conf_service *service)
{
	const struct conf_virtual_server *configured =
		&pool->conf->virtual_servers[service->virtual_server];
	bool active = pool_sorry_active(pool, service->virtual_server);
	struct ipvs_destination_key key = pool_sorry_key(service, configured);
	struct ipvs_destination *destination;
	bool added;

	if (!active && !(configured->sorry_set && configured->sorry_inhibit))
		return;
	destination = ipvs_table_add_destination(desired, row, &key, &added);
	if (added)
		destination->settings.forwarding = forwarding_of(configured->sorry_forwarding);
	if (active)
		destination->settings.weight = 1;
}

void pool_desire(const struct pool *pool, struct ipvs_table *desired)
{
	ipvs_table_clear(desired);
	for (uint32_t i = 0; i < pool->conf->service_count; i++) {
		const struct conf_service *service = &pool->conf->services[i];
		const struct conf_virtual_server *configured =
			&pool->conf->virtual_servers[service->virtual_server];
		struct ipvs_service_key key = pool_service_key(service);
		uint32_t row = (uint32_t)desired->service_count;
		struct ipvs_service *wanted;
		bool added;

		wanted = ipvs_table_add_service(desired, &key, &added);
		if (!added)
			continue;
		wanted->settings = settings_of(configured, service);
		for (uint32_t j = 0; j < configured->real_server_count; j++)
			desire_server(pool, desired, row, service,
				      configured->first_real_server + j);
		desire_sorry(pool, desired, row, service);
	}
}
