/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VRRP-MIB (RFC 2787), all of it, read-only, for the instances of VRRP version 2 over IPv4. As in
 * VRRPV3-MIB (vrrpv3_mib.c) the "virtual" MAC address is the interface's.
 */
#include "base/clock.h"
#include "exporters/snmp/notification.h"
#include "exporters/snmp/routers.h"
#include "exporters/snmp/subtree.h"
#include "exporters/snmp/view.h"

enum {
	NEW_MASTER = 1, /* notifications */
	AUTH_FAILURE,
};

/* vrrpOperations: scalars; the last two are for notifications alone. */
enum {
	NODE_VERSION = 1,
	NOTIFICATION_CNTL,
	PACKET_SRC = 5,
	AUTH_ERROR_TYPE,
};

static struct column node_columns[] = {
	{.id = NODE_VERSION, .syntax = SYNTAX_INTEGER},
	{.id = NOTIFICATION_CNTL, .syntax = SYNTAX_INTEGER},
};

/* vrrpOperEntry */
enum {
	VIRTUAL_MAC_ADDR = 2,
	STATE,
	ADMIN_STATE,
	PRIORITY,
	IP_ADDR_COUNT,
	MASTER_IP_ADDR,
	PRIMARY_IP_ADDR,
	AUTH_TYPE,
	AUTH_KEY,
	ADVERTISEMENT_INTERVAL,
	PREEMPT_MODE,
	VIRTUAL_ROUTER_UP_TIME,
	PROTOCOL,
	ROW_STATUS,
};

static struct column oper_columns[] = {
	{.id = VIRTUAL_MAC_ADDR, .syntax = SYNTAX_OCTETS},
	{.id = STATE, .syntax = SYNTAX_INTEGER},
	{.id = ADMIN_STATE, .syntax = SYNTAX_INTEGER},
	{.id = PRIORITY, .syntax = SYNTAX_INTEGER},
	{.id = IP_ADDR_COUNT, .syntax = SYNTAX_INTEGER},
	{.id = MASTER_IP_ADDR, .syntax = SYNTAX_IP},
	{.id = PRIMARY_IP_ADDR, .syntax = SYNTAX_IP},
	{.id = AUTH_TYPE, .syntax = SYNTAX_INTEGER},
	{.id = AUTH_KEY, .syntax = SYNTAX_OCTETS},
	{.id = ADVERTISEMENT_INTERVAL, .syntax = SYNTAX_INTEGER},
	{.id = PREEMPT_MODE, .syntax = SYNTAX_TRUTH},
	{.id = VIRTUAL_ROUTER_UP_TIME, .syntax = SYNTAX_TICKS},
	{.id = PROTOCOL, .syntax = SYNTAX_INTEGER},
	{.id = ROW_STATUS, .syntax = SYNTAX_INTEGER},
};

/* vrrpAssoIpAddrEntry */
enum { ASSO_ROW_STATUS = 2 };

static struct column asso_columns[] = {
	{.id = ASSO_ROW_STATUS, .syntax = SYNTAX_INTEGER},
};

/* vrrpStatistics */
enum {
	ROUTER_CHECKSUM_ERRORS = 1,
	ROUTER_VERSION_ERRORS,
	ROUTER_VR_ID_ERRORS,
};

static struct column router_columns[] = {
	{.id = ROUTER_CHECKSUM_ERRORS, .syntax = SYNTAX_COUNTER32},
	{.id = ROUTER_VERSION_ERRORS, .syntax = SYNTAX_COUNTER32},
	{.id = ROUTER_VR_ID_ERRORS, .syntax = SYNTAX_COUNTER32},
};

/* vrrpRouterStatsEntry */
enum {
	BECOME_MASTER = 1,
	ADVERTISE_RCVD,
	ADVERTISE_INTERVAL_ERRORS,
	AUTH_FAILURES,
	IP_TTL_ERRORS,
	PRIORITY_ZERO_PKTS_RCVD,
	PRIORITY_ZERO_PKTS_SENT,
	INVALID_TYPE_PKTS_RCVD,
	ADDRESS_LIST_ERRORS,
	INVALID_AUTH_TYPE,
	AUTH_TYPE_MISMATCH,
	PACKET_LENGTH_ERRORS,
};

static struct column stats_columns[] = {
	{.id = BECOME_MASTER, .syntax = SYNTAX_COUNTER32},
	{.id = ADVERTISE_RCVD, .syntax = SYNTAX_COUNTER32},
	{.id = ADVERTISE_INTERVAL_ERRORS, .syntax = SYNTAX_COUNTER32},
	{.id = AUTH_FAILURES, .syntax = SYNTAX_COUNTER32},
	{.id = IP_TTL_ERRORS, .syntax = SYNTAX_COUNTER32},
	{.id = PRIORITY_ZERO_PKTS_RCVD, .syntax = SYNTAX_COUNTER32},
	{.id = PRIORITY_ZERO_PKTS_SENT, .syntax = SYNTAX_COUNTER32},
	{.id = INVALID_TYPE_PKTS_RCVD, .syntax = SYNTAX_COUNTER32},
	{.id = ADDRESS_LIST_ERRORS, .syntax = SYNTAX_COUNTER32},
	{.id = INVALID_AUTH_TYPE, .syntax = SYNTAX_COUNTER32},
	{.id = AUTH_TYPE_MISMATCH, .syntax = SYNTAX_COUNTER32},
	{.id = PACKET_LENGTH_ERRORS, .syntax = SYNTAX_COUNTER32},
};

#define VERSION 2
#define ADMIN_UP 1
#define PROTOCOL_IP 1
#define ROW_IS_ACTIVE 1
#define HAS(router, metric) stat_has(&(router)->row->row, STAT_vrrp_##metric)

/* --- rows */

/* ifIndex, VRID */
static struct object_id router_index(const struct router *router)
{
	return (struct object_id){.count = 2, .ids = {router->link->index, router->vrid}};
}

static void fill_routers(const struct table *table, const struct moment *moment,
			 struct view_table *rows)
{
	(void)table;
	for (size_t i = 0; i < moment->routers.count; i++) {
		const struct router *router = &moment->routers.list[i];
		struct object_id index = router_index(router);

		if (router_is_version2(router))
			view_add(rows, &index, router);
	}
}

static void fill_asso(const struct table *table, const struct moment *moment,
		      struct view_table *rows)
{
	(void)table;
	for (size_t i = 0; i < moment->routers.count; i++) {
		const struct router *router = &moment->routers.list[i];

		if (!router->conf || !router_is_version2(router))
			continue;
		for (size_t j = 0; j < router->conf->address_count; j++) {
			const struct conf_virtual_address *address =
				&moment->conf->addresses[router->conf->first_address + j];
			struct object_id index = router_index(router);

			if (!router_is_associated(router, address))
				continue;
			for (size_t k = 0; k < 4; k++)
				object_id_add(&index, address->address.bytes[k]);
			view_add(rows, &index, router);
		}
	}
}

static void fill_scalars(const struct table *table, const struct moment *moment,
			 struct view_table *rows)
{
	const struct object_id index = {.count = 1};

	(void)table;
	view_add(rows, &index, moment);
}

/* --- values */

static bool read_node(const struct column *column, const void *row, const struct moment *moment,
		      struct value *value)
{
	bool enabled = moment->notifications & 1u << NOTIFICATION_KIND_VRRP_MIB;

	(void)row;
	if (column->id == NODE_VERSION)
		value_integer(value, VERSION);
	else
		value_integer(value, enabled ? 1 : 2);
	return true;
}

static bool read_configured(const struct column *column, const struct router *router,
			    const struct moment *moment, struct value *value)
{
	if (!router->conf)
		return false;
	if (column->id == IP_ADDR_COUNT)
		value_integer(value, (int64_t)router_associated(router, moment->conf));
	else
		value_integer(value, router->conf->authentication == CONF_AUTHENTICATION_PASS ? 2
											      : 1);
	return true;
}

static bool read_oper(const struct column *column, const void *row, const struct moment *moment,
		      struct value *value)
{
	const struct router *router = row;
	struct address address;

	switch (column->id) {
	case VIRTUAL_MAC_ADDR:
		value_octets(value, router->link->hardware, LINK_HARDWARE);
		return true;
	case STATE:
		value_integer(value, router_state(router));
		return true;
	case ADMIN_STATE:
		value_integer(value, ADMIN_UP);
		return true;
	case PRIORITY:
		value_integer(value, router->row->priority);
		return HAS(router, priority);
	case MASTER_IP_ADDR:
		address = router_master(router);
		value_ip(value, &address);
		return true;
	case PRIMARY_IP_ADDR:
		address = router_primary(router);
		value_ip(value, &address);
		return true;
	case AUTH_KEY:
		value_octets(value, "", 0); /* as the MIB wants it */
		return true;
	case ADVERTISEMENT_INTERVAL:
		value_integer(value, router->row->interval / CLOCK_SECOND);
		return HAS(router, interval);
	case PREEMPT_MODE:
		value_truth(value, router->row->preempt);
		return HAS(router, preempt);
	case VIRTUAL_ROUTER_UP_TIME:
		if (HAS(router, running_since))
			value_timestamp(value, moment, router->row->running_since);
		else
			value_ticks(value, 0);
		return true;
	case PROTOCOL:
		value_integer(value, PROTOCOL_IP);
		return true;
	case ROW_STATUS:
		value_integer(value, ROW_IS_ACTIVE);
		return true;
	default:
		return read_configured(column, router, moment, value);
	}
}

static bool read_asso(const struct column *column, const void *row, const struct moment *moment,
		      struct value *value)
{
	(void)column;
	(void)row;
	(void)moment;
	value_integer(value, ROW_IS_ACTIVE);
	return true;
}

static bool read_router(const struct column *column, const void *row, const struct moment *moment,
			struct value *value)
{
	static const enum router_error errors[] = {
		[ROUTER_CHECKSUM_ERRORS] = ROUTER_CHECKSUM,
		[ROUTER_VERSION_ERRORS] = ROUTER_VERSION,
		[ROUTER_VR_ID_ERRORS] = ROUTER_VRID,
	};

	(void)row;
	value_counter32(value, routers_errors(&moment->routers, errors[column->id], true));
	return true;
}

static bool read_stats(const struct column *column, const void *row, const struct moment *moment,
		       struct value *value)
{
	static const enum router_error errors[] = {
		[ADVERTISE_INTERVAL_ERRORS] = ROUTER_INTERVAL,
		[AUTH_FAILURES] = ROUTER_AUTHENTICATION,
		[IP_TTL_ERRORS] = ROUTER_TTL,
		[INVALID_TYPE_PKTS_RCVD] = ROUTER_TYPE,
		[ADDRESS_LIST_ERRORS] = ROUTER_ADDRESS_LIST,
		[INVALID_AUTH_TYPE] = ROUTER_AUTHENTICATION_INVALID,
		[AUTH_TYPE_MISMATCH] = ROUTER_AUTHENTICATION_TYPE,
		[PACKET_LENGTH_ERRORS] = ROUTER_LENGTH,
	};
	const struct router *router = row;

	(void)moment;
	switch (column->id) {
	case BECOME_MASTER:
		value_counter32(value, router->row->transitions[VRRP_STATE_MASTER]);
		break;
	case ADVERTISE_RCVD:
		value_counter32(value, router->row->adverts_received);
		break;
	case PRIORITY_ZERO_PKTS_RCVD:
		value_counter32(value, router->row->priority_zero_received);
		break;
	case PRIORITY_ZERO_PKTS_SENT:
		value_counter32(value, router->row->priority_zero_sent);
		break;
	default:
		value_counter32(value, router_errors(router, errors[column->id]));
		break;
	}
	return true;
}

/* --- notifications */

/* vrrpTrapAuthErrorType: invalidAuthType(1), authTypeMismatch(2), authFailure(3); 0: none of them. */
static int auth_error_type(enum vrrp_drop drop)
{
	if (drop == VRRP_DROP_COUNT)
		return 0;
	switch (router_error(drop)) {
	case ROUTER_AUTHENTICATION_INVALID:
		return 1;
	case ROUTER_AUTHENTICATION_TYPE:
		return 2;
	case ROUTER_AUTHENTICATION:
		return 3;
	default:
		return 0;
	}
}

static bool tells(const struct history_entry *entry)
{
	return router_became_master(entry) || auth_error_type(router_drop(entry)) != 0;
}

static struct notice *tell_authentication(const struct subtree *subtree,
					  const struct history_entry *entry)
{
	const struct object_id source = {.count = 3, .ids = {1, PACKET_SRC, 0}};
	const struct object_id type = {.count = 3, .ids = {1, AUTH_ERROR_TYPE, 0}};
	struct notice *notice = notice_new(&subtree->base, AUTH_FAILURE);
	struct address sender = {0};
	struct value value;

	address_parse(entry->sender, &sender);
	value_ip(&value, &sender);
	notice_add(notice, &subtree->base, &source, &value);
	value_integer(&value, auth_error_type(router_drop(entry)));
	notice_add(notice, &subtree->base, &type, &value);
	return notice;
}

static struct notice *tell(const struct subtree *subtree, const struct moment *moment,
			   const struct history_entry *entry)
{
	const struct router *router = routers_find(&moment->routers, entry->object);
	struct object_id name = {.count = 4, .ids = {1, 3, 1, MASTER_IP_ADDR}};
	struct object_id index;
	struct address primary;
	struct notice *notice;
	struct value value;

	if (!router || !router_is_version2(router))
		return NULL;
	if (!router_became_master(entry))
		return tell_authentication(subtree, entry);
	notice = notice_new(&subtree->base, NEW_MASTER);
	index = router_index(router);
	object_id_add_all(&name, index.ids, index.count);
	primary = router_primary(router);
	value_ip(&value, &primary);
	notice_add(notice, &subtree->base, &name, &value);
	return notice;
}

/* --- the tables */

#define COLUMNS(array) .columns = (array), .column_count = sizeof(array) / sizeof((array)[0])

static const struct table node_table = {
	.name = "vrrpOperations",
	.arc_count = 1,
	.arcs = {1},
	COLUMNS(node_columns),
	.fill = fill_scalars,
	.read = read_node,
};

static const struct table oper_table = {
	.name = "vrrpOper",
	.arc_count = 3,
	.arcs = {1, 3, 1},
	COLUMNS(oper_columns),
	.fill = fill_routers,
	.read = read_oper,
};

static const struct table asso_table = {
	.name = "vrrpAssoIpAddr",
	.arc_count = 3,
	.arcs = {1, 4, 1},
	COLUMNS(asso_columns),
	.fill = fill_asso,
	.read = read_asso,
};

static const struct table router_table = {
	.name = "vrrpStatistics",
	.arc_count = 1,
	.arcs = {2},
	COLUMNS(router_columns),
	.fill = fill_scalars,
	.read = read_router,
};

static const struct table stats_table = {
	.name = "vrrpRouterStats",
	.arc_count = 3,
	.arcs = {2, 4, 1},
	COLUMNS(stats_columns),
	.fill = fill_routers,
	.read = read_stats,
};

void subtree_vrrp(struct subtree *subtree)
{
	static const struct table *const tables[] = {&node_table, &oper_table, &asso_table,
						     &router_table, &stats_table};

	*subtree = (struct subtree){
		.name = "VRRP-MIB",
		.description = "VRRP-MIB (RFC 2787): virtual routers of VRRP version 2, read-only",
		.base = {.count = 7, .ids = {1, 3, 6, 1, 2, 1, 68}},
		.tables = tables,
		.table_count = sizeof(tables) / sizeof(tables[0]),
		.notification_kind = NOTIFICATION_KIND_VRRP_MIB,
		.tells = tells,
		.tell = tell,
	};
}
