/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VRRPV3-MIB (RFC 6527), all of it, read-only: it has rows for every instance, whatever its version.
 * Where the RFC leaves room this does as keepalived: the "virtual" MAC address is the interface's,
 * which is what clients see.
 */
#include "base/clock.h"
#include "exporters/snmp/notification.h"
#include "exporters/snmp/routers.h"
#include "exporters/snmp/subtree.h"
#include "exporters/snmp/view.h"
#include "exporters/snmp/walk.h"

enum {
	NEW_MASTER = 1, /* notifications */
	PROTO_ERROR,
};

/* vrrpv3OperationsEntry */
enum {
	MASTER_IP_ADDR = 3,
	PRIMARY_IP_ADDR,
	VIRTUAL_MAC_ADDR,
	STATUS,
	PRIORITY,
	ADDR_COUNT,
	ADV_INTERVAL,
	PREEMPT_MODE,
	ACCEPT_MODE,
	UP_TIME,
	ROW_STATUS,
};

static struct column operations_columns[] = {
	{.id = MASTER_IP_ADDR, .syntax = SYNTAX_OCTETS},
	{.id = PRIMARY_IP_ADDR, .syntax = SYNTAX_OCTETS},
	{.id = VIRTUAL_MAC_ADDR, .syntax = SYNTAX_OCTETS},
	{.id = STATUS, .syntax = SYNTAX_INTEGER},
	{.id = PRIORITY, .syntax = SYNTAX_UNSIGNED},
	{.id = ADDR_COUNT, .syntax = SYNTAX_INTEGER},
	{.id = ADV_INTERVAL, .syntax = SYNTAX_INTEGER},
	{.id = PREEMPT_MODE, .syntax = SYNTAX_TRUTH},
	{.id = ACCEPT_MODE, .syntax = SYNTAX_TRUTH},
	{.id = UP_TIME, .syntax = SYNTAX_TICKS},
	{.id = ROW_STATUS, .syntax = SYNTAX_INTEGER},
};

/* vrrpv3AssociatedIpAddrEntry */
enum { ASSOCIATED_ROW_STATUS = 2 };

static struct column associated_columns[] = {
	{.id = ASSOCIATED_ROW_STATUS, .syntax = SYNTAX_INTEGER},
};

/* vrrpv3Statistics */
enum {
	ROUTER_CHECKSUM_ERRORS = 1,
	ROUTER_VERSION_ERRORS,
	ROUTER_VR_ID_ERRORS,
	GLOBAL_DISCONTINUITY_TIME,
};

static struct column global_columns[] = {
	{.id = ROUTER_CHECKSUM_ERRORS, .syntax = SYNTAX_COUNTER},
	{.id = ROUTER_VERSION_ERRORS, .syntax = SYNTAX_COUNTER},
	{.id = ROUTER_VR_ID_ERRORS, .syntax = SYNTAX_COUNTER},
	{.id = GLOBAL_DISCONTINUITY_TIME, .syntax = SYNTAX_TICKS},
};

/* vrrpv3StatisticsEntry */
enum {
	MASTER_TRANSITIONS = 1,
	NEW_MASTER_REASON,
	RCVD_ADVERTISEMENTS,
	ADV_INTERVAL_ERRORS,
	IP_TTL_ERRORS,
	PROTO_ERR_REASON,
	RCVD_PRI_ZERO_PACKETS,
	SENT_PRI_ZERO_PACKETS,
	RCVD_INVALID_TYPE_PACKETS,
	ADDRESS_LIST_ERRORS,
	PACKET_LENGTH_ERRORS,
	ROW_DISCONTINUITY_TIME,
	REFRESH_RATE,
};

static struct column statistics_columns[] = {
	{.id = MASTER_TRANSITIONS, .syntax = SYNTAX_COUNTER32},
	{.id = NEW_MASTER_REASON, .syntax = SYNTAX_INTEGER},
	{.id = RCVD_ADVERTISEMENTS, .syntax = SYNTAX_COUNTER},
	{.id = ADV_INTERVAL_ERRORS, .syntax = SYNTAX_COUNTER},
	{.id = IP_TTL_ERRORS, .syntax = SYNTAX_COUNTER},
	{.id = PROTO_ERR_REASON, .syntax = SYNTAX_INTEGER},
	{.id = RCVD_PRI_ZERO_PACKETS, .syntax = SYNTAX_COUNTER},
	{.id = SENT_PRI_ZERO_PACKETS, .syntax = SYNTAX_COUNTER},
	{.id = RCVD_INVALID_TYPE_PACKETS, .syntax = SYNTAX_COUNTER},
	{.id = ADDRESS_LIST_ERRORS, .syntax = SYNTAX_COUNTER},
	{.id = PACKET_LENGTH_ERRORS, .syntax = SYNTAX_COUNTER},
	{.id = ROW_DISCONTINUITY_TIME, .syntax = SYNTAX_TICKS},
	{.id = REFRESH_RATE, .syntax = SYNTAX_UNSIGNED},
};

#define ROW_IS_ACTIVE 1
#define HAS(router, metric) stat_has(&(router)->row->row, STAT_vrrp_##metric)

/* --- rows */

/* ifIndex, VRID, InetAddressType */
static struct object_id router_index(const struct router *router)
{
	return (struct object_id){
		.count = 3,
		.ids = {router->link->index, router->vrid, router->family == AF_INET6 ? 2 : 1}};
}

static void fill_routers(const struct table *table, const struct moment *moment,
			 struct view_table *rows)
{
	(void)table;
	for (size_t i = 0; i < moment->routers.count; i++) {
		struct object_id index = router_index(&moment->routers.list[i]);

		view_add(rows, &index, &moment->routers.list[i]);
	}
}

/* The address is of variable length in the MIB, so it has its length in front (RFC 2578 section
 * 7.7), which keepalived leaves out. */
static void fill_associated(const struct table *table, const struct moment *moment,
			    struct view_table *rows)
{
	(void)table;
	for (size_t i = 0; i < moment->routers.count; i++) {
		const struct router *router = &moment->routers.list[i];

		for (size_t j = 0; router->conf && j < router->conf->address_count; j++) {
			const struct conf_virtual_address *address =
				&moment->conf->addresses[router->conf->first_address + j];
			struct object_id index = router_index(router);

			if (!router_is_associated(router, address))
				continue;
			object_id_add(&index, (uint32_t)address_length(&address->address));
			for (size_t k = 0; k < address_length(&address->address); k++)
				object_id_add(&index, address->address.bytes[k]);
			view_add(rows, &index, router);
		}
	}
}

static void fill_global(const struct table *table, const struct moment *moment,
			struct view_table *rows)
{
	const struct object_id index = {.count = 1};

	(void)table;
	view_add(rows, &index, moment);
}

/* --- values */

static void value_address(struct value *value, const struct address *address)
{
	value_octets(value, address->bytes, address_length(address));
}

/* 0 while the state is initialize. */
static void value_up_time(struct value *value, const struct router *router,
			  const struct moment *moment)
{
	bool runs = HAS(router, running_since) && router_state(router) > 1;

	value_ticks(value, runs ? moment->wall - router->row->running_since : 0);
}

static bool read_operations(const struct column *column, const void *row,
			    const struct moment *moment, struct value *value)
{
	const struct router *router = row;
	struct address address;

	switch (column->id) {
	case MASTER_IP_ADDR:
		address = router_master(router);
		value_address(value, &address);
		return true;
	case PRIMARY_IP_ADDR:
		address = router_primary(router);
		value_address(value, &address);
		return true;
	case VIRTUAL_MAC_ADDR:
		value_octets(value, router->link->hardware, LINK_HARDWARE);
		return true;
	case STATUS:
		value_integer(value, router_state(router));
		return true;
	case PRIORITY:
		value_unsigned(value, router->row->priority);
		return HAS(router, priority);
	case ADV_INTERVAL:
		value_integer(value, router->row->interval / CLOCK_CENTISECOND);
		return HAS(router, interval);
	case ACCEPT_MODE:
		value_truth(value, true); /* the addresses are on the interface */
		return true;
	case UP_TIME:
		value_up_time(value, router, moment);
		return true;
	case ROW_STATUS:
		value_integer(value, ROW_IS_ACTIVE);
		return true;
	case PREEMPT_MODE:
		value_truth(value, router->row->preempt);
		return HAS(router, preempt);
	default: /* ADDR_COUNT */
		if (router->conf)
			value_integer(value, (int64_t)router_associated(router, moment->conf));
		return router->conf != NULL;
	}
}

static bool read_associated(const struct column *column, const void *row,
			    const struct moment *moment, struct value *value)
{
	(void)column;
	(void)row;
	(void)moment;
	value_integer(value, ROW_IS_ACTIVE);
	return true;
}

/* The sums change when an instance comes or goes, and that is with a reload. */
static int64_t last_discontinuity(const struct moment *moment)
{
	const struct snapshot_rows *configs = &moment->snapshot.families[STAT_FAMILY_CONFIG];
	int64_t last = 0;

	for (size_t i = 0; i < moment->routers.count; i++)
		if (moment->routers.list[i].row->row.since > last)
			last = moment->routers.list[i].row->row.since;
	for (size_t i = 0; i < configs->count; i++) {
		const struct stat_config *config =
			(const void *)snapshot_row(&moment->snapshot, STAT_FAMILY_CONFIG, i);

		if (stat_has(&config->row, STAT_config_last_reload_time) &&
		    config->last_reload_time > last)
			last = config->last_reload_time;
	}
	return last;
}

static bool read_global(const struct column *column, const void *row, const struct moment *moment,
			struct value *value)
{
	(void)row;
	switch (column->id) {
	case ROUTER_CHECKSUM_ERRORS:
		value_counter(value, routers_errors(&moment->routers, ROUTER_CHECKSUM, false));
		break;
	case ROUTER_VERSION_ERRORS:
		value_counter(value, routers_errors(&moment->routers, ROUTER_VERSION, false));
		break;
	case ROUTER_VR_ID_ERRORS:
		value_counter(value, routers_errors(&moment->routers, ROUTER_VRID, false));
		break;
	default:
		value_timestamp(value, moment, last_discontinuity(moment));
		break;
	}
	return true;
}

static uint64_t read_counter(const struct router *router, uint32_t column)
{
	switch (column) {
	case RCVD_ADVERTISEMENTS:
		return router->row->adverts_received;
	case ADV_INTERVAL_ERRORS:
		return router_errors(router, ROUTER_INTERVAL);
	case IP_TTL_ERRORS:
		return router_errors(router, ROUTER_TTL);
	case RCVD_PRI_ZERO_PACKETS:
		return router->row->priority_zero_received;
	case SENT_PRI_ZERO_PACKETS:
		return router->row->priority_zero_sent;
	case RCVD_INVALID_TYPE_PACKETS:
		return router_errors(router, ROUTER_TYPE);
	case ADDRESS_LIST_ERRORS:
		return router_errors(router, ROUTER_ADDRESS_LIST);
	default:
		return router_errors(router, ROUTER_LENGTH);
	}
}

static bool read_statistics(const struct column *column, const void *row,
			    const struct moment *moment, struct value *value)
{
	const struct router *router = row;
	const struct stat_vrrp *numbers = router->row;

	switch (column->id) {
	case MASTER_TRANSITIONS:
		value_counter32(value, numbers->transitions[VRRP_STATE_MASTER]);
		break;
	case NEW_MASTER_REASON:
		value_integer(value, HAS(router, master_cause)
					     ? router_new_master_reason(
						       (enum vrrp_cause)numbers->master_cause)
					     : 0);
		break;
	case PROTO_ERR_REASON:
		value_integer(value, HAS(router, protocol_error)
					     ? router_protocol_error_reason(
						       (enum vrrp_drop)numbers->protocol_error)
					     : 0);
		break;
	case ROW_DISCONTINUITY_TIME:
		value_timestamp(value, moment, numbers->row.since);
		break;
	case REFRESH_RATE:
		value_unsigned(value, WALK_TICK / CLOCK_MILLISECOND);
		break;
	default:
		value_counter(value, read_counter(router, column->id));
		break;
	}
	return true;
}

/* --- notifications */

static bool tells(const struct history_entry *entry)
{
	return router_became_master(entry) ||
	       router_protocol_error_reason(router_drop(entry)) != 0;
}

/* The instance of a column of one of the two tables. */
static void add(struct notice *notice, const struct subtree *subtree, const struct router *router,
		const struct table *table, uint32_t column, const struct value *value)
{
	struct object_id index = router_index(router), below = {0};

	object_id_add_all(&below, table->arcs, table->arc_count);
	object_id_add(&below, column);
	object_id_add_all(&below, index.ids, index.count);
	notice_add(notice, &subtree->base, &below, value);
}

static const struct table operations_table, statistics_table;

static struct notice *tell(const struct subtree *subtree, const struct moment *moment,
			   const struct history_entry *entry)
{
	const struct router *router = routers_find(&moment->routers, entry->object);
	bool master = router_became_master(entry);
	struct address primary;
	struct notice *notice;
	struct value value;

	if (!router)
		return NULL;
	notice = notice_new(&subtree->base, master ? NEW_MASTER : PROTO_ERROR);
	if (!master) {
		value_integer(&value, router_protocol_error_reason(router_drop(entry)));
		add(notice, subtree, router, &statistics_table, PROTO_ERR_REASON, &value);
		return notice;
	}
	primary = router_primary(router);
	value_address(&value, &primary);
	add(notice, subtree, router, &operations_table, MASTER_IP_ADDR, &value);
	value_integer(&value, router_new_master_reason(router_cause(entry->cause)));
	add(notice, subtree, router, &statistics_table, NEW_MASTER_REASON, &value);
	return notice;
}

/* --- the tables */

#define COLUMNS(array) .columns = (array), .column_count = sizeof(array) / sizeof((array)[0])

static const struct table operations_table = {
	.name = "vrrpv3Operations",
	.arc_count = 4,
	.arcs = {1, 1, 1, 1},
	COLUMNS(operations_columns),
	.fill = fill_routers,
	.read = read_operations,
};

static const struct table associated_table = {
	.name = "vrrpv3AssociatedIpAddr",
	.arc_count = 4,
	.arcs = {1, 1, 2, 1},
	COLUMNS(associated_columns),
	.fill = fill_associated,
	.read = read_associated,
};

static const struct table global_table = {
	.name = "vrrpv3Statistics",
	.arc_count = 2,
	.arcs = {1, 2},
	COLUMNS(global_columns),
	.fill = fill_global,
	.read = read_global,
};

static const struct table statistics_table = {
	.name = "vrrpv3Statistics",
	.arc_count = 4,
	.arcs = {1, 2, 5, 1},
	COLUMNS(statistics_columns),
	.fill = fill_routers,
	.read = read_statistics,
};

void subtree_vrrpv3(struct subtree *subtree)
{
	static const struct table *const tables[] = {&operations_table, &associated_table,
						     &global_table, &statistics_table};

	*subtree = (struct subtree){
		.name = "VRRPV3-MIB",
		.description = "VRRPV3-MIB (RFC 6527): virtual routers, read-only",
		.base = {.count = 7, .ids = {1, 3, 6, 1, 2, 1, 207}},
		.tables = tables,
		.table_count = sizeof(tables) / sizeof(tables[0]),
		.notification_kind = NOTIFICATION_KIND_VRRPV3_MIB,
		.tells = tells,
		.tell = tell,
	};
}
