/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The notifications of KEEPALIVED-MIB, as keepalived sends them: its objects have no index there, and
 * a virtual server's kind is followed by what it is known by. For who has enable_traps in the file, as
 * with keepalived. There are no sync groups, so there is no vrrpSyncGroupStateChange.
 */
#include "exporters/snmp/keepalived_notice.h"

#include <stdio.h>
#include <string.h>

#include "base/event.h"
#include "exporters/snmp/keepalived_mib.h"
#include "exporters/snmp/keepalived_rows.h"
#include "exporters/snmp/notification.h"

/* Arcs: of the groups that have notifications, and of these; of tables' entries. */
static const uint32_t vrrp_trap[] = {2, 10}, check_trap[] = {3, 5};
enum { INSTANCE_STATE_CHANGE = 2, REAL_SERVER_STATE_CHANGE = 1, QUORUM_STATE_CHANGE = 2 };
static const uint32_t router_id[] = {1, 2, 0};
#define INSTANCE(id) {2, 3, 1, (id)}
#define VIRTUAL_SERVER(id) {3, 3, 1, (id)}
#define REAL_SERVER(id) {3, 4, 1, (id)}

/* VrrpState */
enum { STATE_SHUTDOWN = 5 };

struct teller {
	const struct subtree *subtree;
	const struct moment *moment;
	struct notice *notice;
};

#define ARCS(array) (array), sizeof(array) / sizeof((array)[0])

static void begin(struct teller *teller, const uint32_t *arcs, size_t count, uint32_t id)
{
	struct object_id base = teller->subtree->base;

	object_id_add_all(&base, arcs, count);
	teller->notice = notice_new(&base, id);
}

static void add(struct teller *teller, const uint32_t *arcs, size_t count,
		const struct value *value)
{
	struct object_id below = {0};

	object_id_add_all(&below, arcs, count);
	notice_add(teller->notice, &teller->subtree->base, &below, value);
}

/* Adds what a source of the .def reads from a row, if the row has it. */
#define ADD(teller, object, row, source) \
	do { \
		static const uint32_t arcs_[] = object; \
		struct value value_; \
\
		if (keepalived_##source((row), (teller)->moment, 0, &value_)) \
			add((teller), ARCS(arcs_), &value_); \
	} while (0)

static void add_number(struct teller *teller, const uint32_t *arcs, size_t count, int64_t number)
{
	struct value value;

	value_integer(&value, number);
	add(teller, arcs, count, &value);
}

static void add_router_id(struct teller *teller)
{
	struct value value;

	if (keepalived_global_router_id(NULL, teller->moment, 0, &value))
		add(teller, ARCS(router_id), &value);
}

/* --- VRRP */

static const struct conf_vrrp_instance *find_instance(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->instance_count; i++)
		if (strcmp(conf->instances[i].name, name) == 0)
			return &conf->instances[i];
	return NULL;
}

static int state_of(const struct history_entry *entry)
{
	if (entry->cause == CAUSE_VRRP_STOPPED)
		return STATE_SHUTDOWN;
	for (int i = 0; i < VRRP_STATE_COUNT; i++)
		if (strcmp(entry->to, set_text(&set_vrrp_state, i)) == 0)
			return i;
	return VRRP_STATE_INITIALIZE;
}

static void tell_instance(struct teller *teller, const struct history_entry *entry)
{
	static const uint32_t state[] = INSTANCE(4);
	const struct keepalived_instance row = {
		.configured = find_instance(teller->moment->conf, entry->object)};

	if (!row.configured)
		return;
	begin(teller, ARCS(vrrp_trap), INSTANCE_STATE_CHANGE);
	ADD(teller, INSTANCE(2), &row, instance_name);
	add_number(teller, ARCS(state), state_of(entry));
	ADD(teller, INSTANCE(5), &row, instance_initial_state);
	add_router_id(teller);
}

/* --- servers */

/* The virtual server of that name, which may be followed by a blank and more. */
static bool find_virtual_server(const struct moment *moment, const char *object, size_t length,
				struct keepalived_virtual_server *row)
{
	const struct conf *conf = moment->conf;

	for (size_t i = 0; i < conf->virtual_server_count; i++) {
		const struct conf_virtual_server *server = &conf->virtual_servers[i];

		if (strlen(server->name) != length || memcmp(server->name, object, length) != 0)
			continue;
		keepalived_make_virtual_server(row, moment, (uint32_t)i);
		return true;
	}
	return false;
}

static const struct conf_real_server *find_real_server(const struct conf *conf,
						       const struct conf_virtual_server *owner,
						       const char *name)
{
	char text[ADDRESS_PORT_TEXT];

	for (uint32_t i = 0; i < owner->real_server_count; i++) {
		const struct conf_real_server *server =
			&conf->real_servers[owner->first_real_server + i];

		if (strcmp(address_format_port(&server->address, server->port, text), name) == 0)
			return server;
	}
	return NULL;
}

static void add_virtual_server(struct teller *teller, const struct keepalived_virtual_server *row)
{
	static const uint32_t protocol[] = VIRTUAL_SERVER(8);

	ADD(teller, VIRTUAL_SERVER(2), row, virtual_server_type);
	if (row->configured->group[0]) {
		ADD(teller, VIRTUAL_SERVER(3), row, virtual_server_group);
	} else if (row->service && row->service->fwmark) {
		ADD(teller, VIRTUAL_SERVER(4), row, virtual_server_mark);
	} else {
		ADD(teller, VIRTUAL_SERVER(5), row, virtual_server_address_type);
		ADD(teller, VIRTUAL_SERVER(6), row, virtual_server_address);
		ADD(teller, VIRTUAL_SERVER(7), row, virtual_server_port);
	}
	/* The table has none for a mark; here it has its place. INTEGER { ..., none(4) } */
	if (row->service && row->service->fwmark && !row->configured->group[0])
		add_number(teller, ARCS(protocol), 4);
	else
		ADD(teller, VIRTUAL_SERVER(8), row, virtual_server_protocol);
}

/* "group www 192.0.2.1:80": the virtual server, and the last word. */
static void tell_real_server(struct teller *teller, const struct history_entry *entry)
{
	static const uint32_t status[] = REAL_SERVER(6);
	const char *blank = strrchr(entry->object, ' ');
	struct keepalived_virtual_server owner = {0};
	struct keepalived_real_server row = {0};

	if (!blank || !find_virtual_server(teller->moment, entry->object,
					   (size_t)(blank - entry->object), &owner))
		return;
	row.owner = owner.configured;
	row.configured = find_real_server(teller->moment->conf, row.owner, blank + 1);
	if (!row.configured)
		return;
	begin(teller, ARCS(check_trap), REAL_SERVER_STATE_CHANGE);
	ADD(teller, REAL_SERVER(3), &row, real_server_address_type);
	ADD(teller, REAL_SERVER(4), &row, real_server_address);
	ADD(teller, REAL_SERVER(5), &row, real_server_port);
	/* INTEGER { alive(1), dead(2) } */
	add_number(teller, ARCS(status), entry->cause == CAUSE_CHECK_PASSED ? 1 : 2);
	add_virtual_server(teller, &owner);
	ADD(teller, VIRTUAL_SERVER(21), &owner, virtual_server_up);
	ADD(teller, VIRTUAL_SERVER(20), &owner, virtual_server_total);
	add_router_id(teller);
}

static void tell_quorum(struct teller *teller, const struct history_entry *entry)
{
	static const uint32_t status[] = VIRTUAL_SERVER(23);
	struct keepalived_virtual_server row = {0};

	if (!find_virtual_server(teller->moment, entry->object, strlen(entry->object), &row))
		return;
	begin(teller, ARCS(check_trap), QUORUM_STATE_CHANGE);
	add_virtual_server(teller, &row);
	/* INTEGER { met(1), notMet(2), shutdown(3) } */
	add_number(teller, ARCS(status), entry->cause == CAUSE_QUORUM_REACHED ? 1 : 2);
	ADD(teller, VIRTUAL_SERVER(22), &row, virtual_server_quorum);
	ADD(teller, VIRTUAL_SERVER(21), &row, virtual_server_up);
	ADD(teller, VIRTUAL_SERVER(20), &row, virtual_server_total);
	add_router_id(teller);
}

/* --- both */

bool keepalived_tells(const struct history_entry *entry)
{
	switch (notification_for(entry->cause)) {
	case NOTIFICATION_VRRP:
		return strcmp(entry->from, entry->to) != 0;
	case NOTIFICATION_QUORUM:
	case NOTIFICATION_REAL_SERVER:
		return true;
	default:
		return false;
	}
}

struct notice *keepalived_tell(const struct subtree *subtree, const struct moment *moment,
			       const struct history_entry *entry)
{
	struct teller teller = {subtree, moment, NULL};

	if (!moment->conf || !moment->conf->global->traps)
		return NULL;
	switch (notification_for(entry->cause)) {
	case NOTIFICATION_VRRP:
		tell_instance(&teller, entry);
		break;
	case NOTIFICATION_QUORUM:
		tell_quorum(&teller, entry);
		break;
	default:
		tell_real_server(&teller, entry);
		break;
	}
	return teller.notice;
}
