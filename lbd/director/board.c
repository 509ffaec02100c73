/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's rows: who they are and what state they show. Their traffic:
 * sample.c; the kernel as a whole: kernel.c. */
#include "director/board.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

/* --- claiming ----------------------------------------------------------------------------- */

static const struct conf_virtual_server *owner_of(const struct board *board, uint32_t service)
{
	return &board->conf->virtual_servers[board->conf->services[service].virtual_server];
}

static void claim_service(struct board *board, uint32_t number, struct stat_writer *writer)
{
	const struct conf_service *service = &board->conf->services[number];
	const struct conf_virtual_server *owner = owner_of(board, number);
	struct stat_virtual_server labels = {0};
	char name[CONF_NAME];

	TEXT_COPY(labels.protocol, conf_protocol_name(service));
	TEXT_COPY(labels.virtual_server, conf_service_name(service, name));
	TEXT_COPY(labels.group, owner->group);
	TEXT_COPY(labels.scheduler, owner->scheduler);
	board->services[number].key = pool_service_key(service);
	board->services[number].row = stat_claim(writer, STAT_FAMILY_VIRTUAL_SERVER, &labels);
}

static void claim_server(struct board *board, uint32_t service_number, struct board_server *slot,
			 unsigned forwarding, struct stat_writer *writer)
{
	const struct conf_service *service = &board->conf->services[service_number];
	struct stat_real_server labels = {0};
	char name[CONF_NAME], address[ADDRESS_PORT_TEXT];

	TEXT_COPY(labels.protocol, conf_protocol_name(service));
	TEXT_COPY(labels.virtual_server, conf_service_name(service, name));
	TEXT_COPY(labels.real_server,
		  address_format_port(&slot->key.address, slot->key.port, address));
	TEXT_COPY(labels.group, owner_of(board, service_number)->group);
	TEXT_COPY(labels.forwarding, conf_forwarding_name(forwarding));
	slot->row = stat_claim(writer, STAT_FAMILY_REAL_SERVER, &labels);
}

static bool has_slot(const struct board *board, const struct board_service *service,
		     const struct ipvs_destination_key *key)
{
	for (uint32_t i = 0; i < service->server_count; i++)
		if (memcmp(&board->servers[service->first_server + i].key, key, sizeof(*key)) == 0)
			return true;
	return false;
}

static void add_sorry(struct board *board, uint32_t number, struct stat_writer *writer)
{
	const struct conf_virtual_server *owner = owner_of(board, number);
	struct board_service *service = &board->services[number];
	struct board_server *slot = &board->servers[board->server_count];

	slot->key = pool_sorry_key(&board->conf->services[number], owner);
	slot->real_server = IPVS_NONE;
	if (has_slot(board, service, &slot->key))
		return;
	claim_server(board, number, slot, owner->sorry_forwarding, writer);
	board->server_count++;
	service->server_count++;
}

static void claim_servers(struct board *board, uint32_t number, struct stat_writer *writer)
{
	const struct conf_virtual_server *owner = owner_of(board, number);
	struct board_service *service = &board->services[number];

	service->first_server = (uint32_t)board->server_count;
	service->server_count = owner->real_server_count;
	for (uint32_t i = 0; i < owner->real_server_count; i++) {
		struct board_server *slot = &board->servers[board->server_count++];
		const struct conf_real_server *server;

		slot->real_server = owner->first_real_server + i;
		server = &board->conf->real_servers[slot->real_server];
		slot->key = pool_server_key(&board->conf->services[number], server);
		claim_server(board, number, slot, server->forwarding, writer);
	}
	if (owner->sorry_set)
		add_sorry(board, number, writer);
}

static size_t slots_needed(const struct conf *conf)
{
	size_t count = 0;

	for (size_t i = 0; i < conf->service_count; i++)
		count += conf->virtual_servers[conf->services[i].virtual_server].real_server_count +
			 1;
	return count;
}

static void claim_ipvs(struct board *board, struct stat_writer *writer)
{
	struct stat_ipvs labels = {0};

	TEXT_COPY(labels.scope, "host");
	board->ipvs = stat_claim(writer, STAT_FAMILY_IPVS, &labels);
}

static void claim_sync(struct board *board, struct stat_writer *writer)
{
	static const char *const roles[] = {
		[IPVS_SYNC_MASTER] = "master", [IPVS_SYNC_BACKUP] = "backup"};

	for (int i = 0; i < IPVS_SYNC_ROLES; i++) {
		struct stat_sync labels = {0};

		TEXT_COPY(labels.role, roles[i]);
		board->sync[i] = stat_claim(writer, STAT_FAMILY_SYNC, &labels);
	}
}

void board_begin(struct board *board, const struct conf *conf, struct stat_writer *writer)
{
	static const enum stat_family_id families[] = {STAT_FAMILY_IPVS, STAT_FAMILY_SYNC,
						       STAT_FAMILY_VIRTUAL_SERVER,
						       STAT_FAMILY_REAL_SERVER};

	board_free(board);
	board->conf = conf;
	board->services = memory_array(conf->service_count, sizeof(*board->services));
	board->servers = memory_array(slots_needed(conf), sizeof(*board->servers));
	board->shares = memory_array(slots_needed(conf), sizeof(*board->shares));
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		stat_claim_begin(writer, families[i]);
	claim_ipvs(board, writer);
	claim_sync(board, writer);
	for (uint32_t i = 0; i < conf->service_count; i++) {
		claim_service(board, i, writer);
		claim_servers(board, i, writer);
	}
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		stat_claim_end(writer, families[i]);
}

void board_free(struct board *board)
{
	free(board->services);
	free(board->servers);
	free(board->shares);
	memset(board, 0, sizeof(*board));
}

/* --- remembering -------------------------------------------------------------------------- */

/* Attaching the segment took all states away, but their last values are still in the structs, and
 * zeros where there was nothing. After a reload, what is not present belongs to an object that was
 * gone for a while: forgotten. */

/* A wall-clock instant of a row as a monotonic one. It may lie before the boot of the machine's
 * clock. */
static int64_t monotonic_of(int64_t wall, int64_t now)
{
	int64_t age = clock_wall() - wall;

	return now - (age > 0 ? age : 0);
}

/* RAW set: the weight that was set and the one configured then, each plus one; 0: none was. */
static void recall_weight(const struct stat_real_server *row, struct pool_memory *memory)
{
	if (row->set[0] == 0 || row->set[0] > CONF_WEIGHT_MOST + 1)
		return;
	memory->weight = (int32_t)row->set[0] - 1;
	memory->weight_configured = (int32_t)row->set[1] - 1;
}

void board_recall(const struct board *board, bool first, struct pool_memory *memory, int64_t now)
{
	for (size_t i = 0; i < board->conf->real_server_count; i++)
		memory[i] = (struct pool_memory){HEALTH_UNKNOWN, POOL_NEVER, -1, -1};
	for (size_t i = 0; i < board->server_count; i++) {
		const struct board_server *slot = &board->servers[i];
		struct pool_memory *into;

		if (slot->real_server == IPVS_NONE || !slot->row ||
		    (!first && !stat_has(&slot->row->row, STAT_real_server_health)))
			continue;
		into = &memory[slot->real_server];
		recall_weight(slot->row, into);
		if (slot->row->health < 0 || slot->row->health >= HEALTH_COUNT)
			continue;
		into->health = (enum health)slot->row->health;
		if (slot->row->changed != 0)
			into->since = monotonic_of(slot->row->changed, now);
	}
}

void board_recall_quorums(const struct board *board, bool first, struct pool *pool, int64_t now)
{
	for (size_t i = 0; i < board->conf->service_count; i++) {
		const struct stat_virtual_server *row = board->services[i].row;
		int64_t since = POOL_NEVER;

		if (!row || row->quorum == 0 ||
		    (!first && !stat_has(&row->row, STAT_virtual_server_quorum_reached)))
			continue;
		if (row->changed != 0)
			since = monotonic_of(row->changed, now);
		pool_remember_quorum(pool, board->conf->services[i].virtual_server,
				     row->quorum_reached != 0, since);
	}
}

void board_recall_defence(const struct board *board, struct defence_watch *watch, int64_t now)
{
	const struct stat_ipvs *row = board->ipvs;

	if (row)
		defence_remember(watch,
				 (const int64_t[]){[DEFENCE_DROP_ENTRY] = row->drop_entry,
						   [DEFENCE_DROP_PACKET] = row->drop_packet,
						   [DEFENCE_SECURE_TCP] = row->secure_tcp},
				 now);
}

/* --- showing state ------------------------------------------------------------------------ */

static void show_server(struct board_server *slot, const struct pool *pool)
{
	const struct pool_server *state = &pool->servers[slot->real_server];
	int32_t configured = pool->conf->real_servers[slot->real_server].weight;
	struct stat_real_server *row = slot->row;

	if (!row)
		return;
	stat_begin(&row->row);
	stat_put(real_server, row, weight, state->weight);
	row->set[0] = state->weight == configured ? 0 : (uint64_t)state->weight + 1;
	row->set[1] = (uint64_t)configured + 1;
	stat_put(real_server, row, health, state->health);
	if (state->since == POOL_NEVER)
		stat_unset(real_server, row, changed);
	else
		stat_put(real_server, row, changed, clock_wall_of(state->since));
	stat_end(&row->row);
}

/* It has no check; its weight is the 1 that keepalived gives it. */
static void show_sorry(struct board_server *slot)
{
	struct stat_real_server *row = slot->row;

	if (!row)
		return;
	stat_begin(&row->row);
	stat_put(real_server, row, weight, 1);
	stat_put(real_server, row, health, HEALTH_UP);
	stat_end(&row->row);
}

static void show_service(struct board_service *service, const struct pool *pool,
			 uint32_t virtual_server)
{
	const struct pool_virtual_server *state = &pool->virtual_servers[virtual_server];
	const struct conf_virtual_server *configured = &pool->conf->virtual_servers[virtual_server];
	struct stat_virtual_server *row = service->row;

	if (!row)
		return;
	stat_begin(&row->row);
	stat_put(virtual_server, row, real_servers, configured->real_server_count);
	stat_put(virtual_server, row, real_servers_up, state->servers_up);
	stat_put(virtual_server, row, weight_up, (int64_t)state->weight_up);
	stat_put(virtual_server, row, quorum, configured->quorum);
	stat_put(virtual_server, row, quorum_reached, state->quorum);
	stat_put(virtual_server, row, sorry_server_active, pool_sorry_active(pool, virtual_server));
	if (state->since == POOL_NEVER)
		stat_unset(virtual_server, row, changed);
	else
		stat_put(virtual_server, row, changed, clock_wall_of(state->since));
	stat_end(&row->row);
}

void board_show_quorum(struct board *board, const struct pool *pool, uint32_t virtual_server)
{
	const struct conf_virtual_server *configured =
		&board->conf->virtual_servers[virtual_server];

	for (uint32_t i = 0; i < configured->service_count; i++)
		show_service(&board->services[configured->first_service + i], pool, virtual_server);
}

/* The slot of a real server under the number-th service of its virtual server. */
static struct board_server *slot_of(struct board *board, uint32_t real_server, uint32_t number)
{
	const struct conf_virtual_server *owner =
		&board->conf
			 ->virtual_servers[board->conf->real_servers[real_server].virtual_server];
	const struct board_service *service = &board->services[owner->first_service + number];

	return &board->servers[service->first_server + real_server - owner->first_real_server];
}

static uint32_t services_of(const struct board *board, uint32_t real_server)
{
	return board->conf->virtual_servers[board->conf->real_servers[real_server].virtual_server]
		.service_count;
}

void board_show_server(struct board *board, const struct pool *pool, uint32_t real_server)
{
	for (uint32_t i = 0; i < services_of(board, real_server); i++)
		show_server(slot_of(board, real_server, i), pool);
}

void board_show_all(struct board *board, const struct pool *pool)
{
	for (size_t i = 0; i < board->server_count; i++) {
		if (board->servers[i].real_server == IPVS_NONE)
			show_sorry(&board->servers[i]);
		else
			show_server(&board->servers[i], pool);
	}
	for (uint32_t i = 0; i < board->conf->virtual_server_count; i++)
		board_show_quorum(board, pool, i);
}

void board_count_failure(struct board *board, uint32_t real_server)
{
	for (uint32_t i = 0; i < services_of(board, real_server); i++) {
		struct board_server *slot = slot_of(board, real_server, i);

		if (slot->row)
			stat_count(slot->row->failures, 1);
	}
}
