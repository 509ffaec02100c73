/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real servers and sorry servers in KEEPALIVED-MIB. */
#include "exporters/snmp/keepalived_mib.h"

#include "base/text.h"
#include "exporters/snmp/keepalived_rows.h"
#include "exporters/snmp/lookup.h"

/* --- rows */

struct filler {
	const struct conf *conf;
	struct lookup servers, checks;
	struct view_table *rows;
};

/* A sorry server has none. */
static const struct conf_check_settings no_checks;

static void add_traffic(struct keepalived_server *server, const struct stat_real_server *row)
{
	KEEPALIVED_ADD_TRAFFIC(server, real_server, row);
	/* Out of the kernel's table it has no connections that anybody counts. */
	server->connected = true;
	if (!stat_has(&row->row, STAT_real_server_active_connections))
		return;
	server->connections[0] += row->active_connections;
	server->connections[1] += row->inactive_connections;
	server->connections[2] += row->persistent_connections;
}

static const struct stat_real_server *find_server(const struct filler *filler,
						  const struct conf_service *service,
						  const struct keepalived_real_server *row)
{
	const struct conf_virtual_server *owner = row->owner;
	const struct conf_real_server *server = row->configured;
	uint16_t port = server ? conf_port_under(service, server->port, server->forwarding)
			       : conf_port_under(service, owner->sorry_port, owner->sorry_forwarding);
	struct stat_real_server labels = {0};
	char name[CONF_NAME], text[ADDRESS_PORT_TEXT];

	TEXT_COPY(labels.protocol, conf_protocol_name(service));
	TEXT_COPY(labels.virtual_server, conf_service_name(service, name));
	TEXT_COPY(labels.real_server,
		  address_format_port(server ? &server->address : &owner->sorry_address, port, text));
	return lookup_find(&filler->servers, &labels);
}

static void find_traffic(const struct filler *filler, struct keepalived_real_server *row)
{
	for (uint32_t i = 0; i < row->owner->service_count; i++) {
		const struct conf_service *service =
			&filler->conf->services[row->owner->first_service + i];
		const struct stat_real_server *now = find_server(filler, service, row);

		if (!now)
			continue;
		if (i == 0)
			row->now = now;
		add_traffic(&row->server, now);
	}
}

/* With `alpha` a check has failed until it has passed. */
static bool has_failed(const struct filler *filler, const struct keepalived_real_server *row,
		       const struct conf_check *check)
{
	struct stat_check labels = {0};
	const struct stat_check *now;
	char text[ADDRESS_PORT_TEXT];

	TEXT_COPY(labels.virtual_server, row->owner->name);
	TEXT_COPY(labels.real_server,
		  address_format_port(&row->configured->address, row->configured->port, text));
	TEXT_COPY(labels.check, conf_check_name(check->kind));
	TEXT_COPY(labels.target,
		  address_format_port(&check->connect_address, check->connect_port, text));
	now = lookup_find(&filler->checks, &labels);
	if (!now || !stat_has(&now->row, STAT_check_health))
		return false;
	return now->health == HEALTH_DOWN ||
	       (now->health == HEALTH_UNKNOWN && row->configured->alpha);
}

static void find_checks(const struct filler *filler, struct keepalived_real_server *row)
{
	const struct conf_real_server *server = row->configured;

	for (uint32_t i = 0; i < server->check_count; i++)
		if (has_failed(filler, row, &filler->conf->checks[server->first_check + i]))
			row->failed_checks++;
}

/* `server`: NULL for the sorry server. */
static void add_row(const struct filler *filler, const struct conf_virtual_server *owner,
		    const struct conf_real_server *server, struct object_id *index)
{
	struct keepalived_real_server *row = view_allocate(filler->rows, sizeof(*row));

	row->owner = owner;
	row->configured = server;
	row->server.checks = server ? &server->checks : &no_checks;
	row->server.snmp_name = server ? server->snmp_name : "";
	find_traffic(filler, row);
	if (server)
		find_checks(filler, row);
	index->ids[1]++;
	view_add(filler->rows, index, row);
}

static void add_servers(const struct filler *filler, uint32_t number)
{
	const struct conf_virtual_server *owner = &filler->conf->virtual_servers[number];
	struct object_id index = {.count = 2, .ids = {number + 1, 0}};

	if (owner->sorry_set)
		add_row(filler, owner, NULL, &index);
	for (uint32_t i = 0; i < owner->real_server_count; i++)
		add_row(filler, owner, &filler->conf->real_servers[owner->first_real_server + i],
			&index);
}

void keepalived_fill_real_servers(const struct table *table, const struct moment *moment,
				  struct view_table *rows)
{
	struct filler filler = {.conf = moment->conf, .rows = rows};

	(void)table;
	if (!filler.conf)
		return;
	lookup_make(&filler.servers, &moment->snapshot, STAT_FAMILY_REAL_SERVER);
	lookup_make(&filler.checks, &moment->snapshot, STAT_FAMILY_CHECK);
	for (size_t i = 0; i < filler.conf->virtual_server_count; i++)
		add_servers(&filler, (uint32_t)i);
	lookup_free(&filler.servers);
	lookup_free(&filler.checks);
}

/* --- values; those of most columns a sorry server has not */

#define REAL_SERVER_SOURCE(name) KEEPALIVED_SOURCE(name, keepalived_real_server, row)

static const struct address *address_of(const struct keepalived_real_server *row)
{
	return row->configured ? &row->configured->address : &row->owner->sorry_address;
}

static unsigned forwarding_of(const struct keepalived_real_server *row)
{
	return row->configured ? row->configured->forwarding : row->owner->sorry_forwarding;
}

/* INTEGER { regular(1), sorry(2) } */
REAL_SERVER_SOURCE(real_server_type)
{
	value_integer(value, row->configured ? 1 : 2);
	return true;
}

REAL_SERVER_SOURCE(real_server_address_type)
{
	return keepalived_put_address_type(value, address_of(row)->family);
}

REAL_SERVER_SOURCE(real_server_address)
{
	return keepalived_put_address(value, address_of(row));
}

REAL_SERVER_SOURCE(real_server_port)
{
	value_unsigned(value, row->configured ? row->configured->port : row->owner->sorry_port);
	return true;
}

/* INTEGER { alive(1), dead(2) }: before its first check it is alive, but with `alpha`. */
REAL_SERVER_SOURCE(real_server_status)
{
	if (!row->configured || !row->now || !stat_has(&row->now->row, STAT_real_server_health))
		return false;
	value_integer(value, row->now->health == HEALTH_UP ||
					     (row->now->health == HEALTH_UNKNOWN &&
					      !row->configured->alpha)
				     ? 1
				     : 2);
	return true;
}

REAL_SERVER_SOURCE(real_server_weight)
{
	bool known = row->now && stat_has(&row->now->row, STAT_real_server_weight);

	if (!row->configured)
		return false;
	/* As configured, unless it was set since. */
	value_integer(value, known ? row->now->weight : row->configured->weight);
	return true;
}

enum change_check keepalived_change_real_server(const struct column *column, const void *row,
						const struct moment *moment, int64_t value,
						struct change *change)
{
	const struct keepalived_source *source = column->what;
	const struct keepalived_real_server *server = row;

	/* The sorry server's is fixed. */
	if (source->read != keepalived_real_server_weight || !server->configured)
		return CHANGE_READ_ONLY;
	return change_weight(moment->conf, server->configured, value, change);
}

/* `argument`: where the uint32_t is. */
REAL_SERVER_SOURCE(real_server_limit)
{
	uint32_t limit = 0;

	if (row->configured)
		limit = *(const uint32_t *)(const void *)((const char *)row->configured + argument);
	value_unsigned(value, limit);
	return limit != 0;
}

/* INTEGER { remove(1), inhibit(2) } */
REAL_SERVER_SOURCE(real_server_action)
{
	if (!row->configured)
		return false;
	value_integer(value, row->configured->inhibit_on_failure ? 2 : 1);
	return true;
}

REAL_SERVER_SOURCE(real_server_failed_checks)
{
	value_unsigned(value, row->failed_checks);
	return row->configured != NULL;
}

REAL_SERVER_SOURCE(real_server_forwarding)
{
	value_integer(value, forwarding_of(row) + 1);
	return true;
}

/* INTEGER { ipip(1), gue(2), gre(3) } */
REAL_SERVER_SOURCE(real_server_tunnel)
{
	value_integer(value, 1);
	return forwarding_of(row) == CONF_FORWARDING_TUN;
}

REAL_SERVER_SOURCE(real_server_alpha)
{
	return keepalived_put_flag(value, row->configured && row->configured->alpha);
}
