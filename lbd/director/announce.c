/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Event records of the director. */
#include "director/announce.h"

#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/text.h"

/* Room for the last words of a list that was cut. */
#define LIST_TAIL 20

/* "192.0.2.1:80, 192.0.2.2:80 and 3 more", within a fact. */
static void list_services(const struct conf *conf, const struct conf_virtual_server *owner,
			  char list[EVENT_FACT_TEXT])
{
	char name[CONF_NAME];

	list[0] = '\0';
	for (uint32_t i = 0; i < owner->service_count; i++) {
		conf_service_name(&conf->services[owner->first_service + i], name);
		if (strlen(list) + strlen(name) + 2 + LIST_TAIL > EVENT_FACT_TEXT) {
			text_append(list, EVENT_FACT_TEXT, " and %u more",
				    owner->service_count - i);
			return;
		}
		text_append(list, EVENT_FACT_TEXT, "%s%s", i ? ", " : "", name);
	}
}

static void add_evidence(struct event *event, const struct pool_server *state)
{
	const struct message_verdict *verdict = &state->verdict;

	event_add_text(event, FACT_CHECK, verdict->check);
	if (verdict->error != 0) {
		event_add_text(event, FACT_ERROR, strerror(verdict->error));
		event_add_number(event, FACT_ERROR_NUMBER, verdict->error);
	}
	/* A verdict from before a restart of the check process comes without a probe. */
	if (verdict->attempts > 0) {
		event_add_text(event, FACT_RESULT,
			       set_text(&set_check_result, (long)verdict->result));
		event_add_number(event, FACT_ATTEMPTS, verdict->attempts);
	}
	if (verdict->round_trip >= 0)
		event_add_number(event, FACT_ROUND_TRIP, verdict->round_trip);
	if (state->lasted >= 0)
		event_add_number(event, FACT_DOWNTIME, state->lasted);
}

/* The weight in force under the first of its services: all have the same. */
static int64_t weight_now(const struct pool *pool, uint32_t real_server,
			  const struct ipvs_table *held)
{
	const struct conf_real_server *server = &pool->conf->real_servers[real_server];
	const struct conf_service *service =
		&pool->conf->services[pool->conf->virtual_servers[server->virtual_server]
					      .first_service];
	struct ipvs_service_key service_key = pool_service_key(service);
	struct ipvs_destination_key key = pool_server_key(service, server);
	uint32_t row = ipvs_table_find_service(held, &service_key);

	if (row != IPVS_NONE)
		row = ipvs_table_find_destination(held, row, &key);
	return row == IPVS_NONE ? 0 : held->destinations[row].settings.weight;
}

/* "192.0.2.1:80 192.0.2.9:80" */
static void name_server(const struct pool *pool, uint32_t real_server,
			char object[EVENT_OBJECT_TEXT])
{
	const struct conf_real_server *server = &pool->conf->real_servers[real_server];
	char address[ADDRESS_PORT_TEXT];

	object[0] = '\0';
	text_append(object, EVENT_OBJECT_TEXT, "%s %s",
		    pool->conf->virtual_servers[server->virtual_server].name,
		    address_format_port(&server->address, server->port, address));
}

static void add_weight_now(struct event *event, const struct pool *pool, uint32_t real_server,
			   const struct ipvs_table *held)
{
	const struct conf_virtual_server *owner =
		&pool->conf->virtual_servers[pool->conf->real_servers[real_server].virtual_server];
	char list[EVENT_FACT_TEXT];

	if (!held || owner->service_count == 0)
		return;
	list_services(pool->conf, owner, list);
	event_add_number(event, FACT_WEIGHT, weight_now(pool, real_server, held));
	event_add_text(event, FACT_SERVICES, list);
}

void announce_server(struct event *event, const struct pool *pool, uint32_t real_server,
		     const struct ipvs_table *held)
{
	const struct conf_real_server *server = &pool->conf->real_servers[real_server];
	const struct conf_virtual_server *owner =
		&pool->conf->virtual_servers[server->virtual_server];
	const struct pool_server *state = &pool->servers[real_server];
	char object[EVENT_OBJECT_TEXT];

	name_server(pool, real_server, object);
	event_begin(event, state->health == HEALTH_DOWN ? CAUSE_CHECK_FAILED : CAUSE_CHECK_PASSED,
		    object, set_text(&set_health, state->from),
		    set_text(&set_health, state->health));
	add_evidence(event, state);
	add_weight_now(event, pool, real_server, held);
	event_add_number(event, FACT_SERVERS_LEFT,
			 pool->virtual_servers[server->virtual_server].servers_up);
	event_add_number(event, FACT_SERVERS_TOTAL, owner->real_server_count);
}

void announce_weight(struct event *event, const struct pool *pool, uint32_t real_server,
		     int32_t before, const char *requester, const struct ipvs_table *held)
{
	char object[EVENT_OBJECT_TEXT], from[EVENT_STATE_TEXT], to[EVENT_STATE_TEXT];

	name_server(pool, real_server, object);
	snprintf(from, sizeof(from), "%d", (int)before);
	snprintf(to, sizeof(to), "%d", (int)pool->servers[real_server].weight);
	event_begin(event, CAUSE_WEIGHT_SET, object, from, to);
	event_add_text(event, FACT_REQUESTER, requester);
	event_add_number(event, FACT_CONFIGURED, pool->conf->real_servers[real_server].weight);
	add_weight_now(event, pool, real_server, held);
}

void announce_quorum(struct event *event, const struct pool *pool, uint32_t virtual_server)
{
	const struct conf_virtual_server *owner = &pool->conf->virtual_servers[virtual_server];
	const struct pool_virtual_server *state = &pool->virtual_servers[virtual_server];
	char address[ADDRESS_PORT_TEXT], list[EVENT_FACT_TEXT];

	event_begin(event, state->quorum ? CAUSE_QUORUM_REACHED : CAUSE_QUORUM_LOST, owner->name,
		    state->quorum ? "lost" : "reached", state->quorum ? "reached" : "lost");
	event_add_number(event, FACT_WEIGHT_UP, (int64_t)state->weight_up);
	event_add_number(event, FACT_QUORUM, owner->quorum);
	if (owner->sorry_set)
		event_add_text(
			event, FACT_SORRY_SERVER,
			address_format_port(&owner->sorry_address, owner->sorry_port, address));
	list_services(pool->conf, owner, list);
	event_add_text(event, FACT_SERVICES, list);
	event_add_number(event, FACT_SERVERS_LEFT, state->servers_up);
	event_add_number(event, FACT_SERVERS_TOTAL, owner->real_server_count);
}

void announce_drift(struct event *event, const struct reconcile_drift *drift)
{
	*event = drift->found;
	if (drift->missing)
		event_add_number(event, FACT_MISSING, drift->missing);
	if (drift->changed)
		event_add_number(event, FACT_CHANGED, drift->changed);
	if (drift->surplus)
		event_add_number(event, FACT_FOREIGN, drift->surplus);
	event_add_number(event, FACT_REPAIRED, drift->repaired);
}

void announce_availability(struct event *event, int error)
{
	if (error == 0) {
		event_begin(event, CAUSE_IPVS_AVAILABLE, "ipvs", "unavailable", "available");
		return;
	}
	event_begin(event, CAUSE_IPVS_UNAVAILABLE, "ipvs", "", "unavailable");
	event_add_text(event, FACT_REASON, ipvs_error_text(error));
	event_add_text(event, FACT_ERROR, strerror(-error));
	event_add_number(event, FACT_ERROR_NUMBER, -error);
}

void announce_defence(struct event *event, const struct defence_state *state, unsigned kinds,
		      bool began, int64_t lasted)
{
	char text[EVENT_FACT_TEXT];

	event_begin(event, began ? CAUSE_DEFENCE_ON : CAUSE_DEFENCE_OFF, "ipvs",
		    began ? "inactive" : "active", began ? "active" : "inactive");
	event_add_text(event, FACT_REASON, defence_text(kinds, state, text, sizeof(text)));
	if (lasted >= 0)
		event_add_number(event, FACT_DOWNTIME, lasted);
	if (state->memory >= 0 && state->threshold >= 0) {
		event_add_number(event, FACT_MEMORY, state->memory / 1024);
		event_add_number(event, FACT_THRESHOLD, state->threshold / 1024);
	}
}
