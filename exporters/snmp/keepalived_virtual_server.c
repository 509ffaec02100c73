/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual servers in KEEPALIVED-MIB. */
#include "exporters/snmp/keepalived_mib.h"

#include <linux/ip_vs.h>
#include <string.h>

#include "base/text.h"
#include "exporters/snmp/keepalived_rows.h"
#include "exporters/snmp/lookup.h"

/* --- rows */

static void find_traffic(struct keepalived_virtual_server *row, const struct conf *conf,
			 const struct lookup *lookup)
{
	for (uint32_t i = 0; i < row->configured->service_count; i++) {
		const struct conf_service *service =
			&conf->services[row->configured->first_service + i];
		struct stat_virtual_server labels = {0};
		const struct stat_virtual_server *now;
		char name[CONF_NAME];

		TEXT_COPY(labels.protocol, conf_protocol_name(service));
		TEXT_COPY(labels.virtual_server, conf_service_name(service, name));
		now = lookup_find(lookup, &labels);
		if (!now)
			continue;
		if (i == 0)
			row->now = now;
		KEEPALIVED_ADD_TRAFFIC(&row->server, virtual_server, now);
	}
}

static void make(struct keepalived_virtual_server *row, const struct conf *conf,
		 const struct lookup *lookup, uint32_t number)
{
	row->configured = &conf->virtual_servers[number];
	row->server.checks = &row->configured->checks;
	row->server.snmp_name = row->configured->snmp_name;
	if (row->configured->service_count > 0)
		row->service = &conf->services[row->configured->first_service];
	find_traffic(row, conf, lookup);
}

void keepalived_make_virtual_server(struct keepalived_virtual_server *row,
				    const struct moment *moment, uint32_t number)
{
	struct lookup lookup;

	lookup_make(&lookup, &moment->snapshot, STAT_FAMILY_VIRTUAL_SERVER);
	make(row, moment->conf, &lookup, number);
	lookup_free(&lookup);
}

void keepalived_fill_virtual_servers(const struct table *table, const struct moment *moment,
				     struct view_table *rows)
{
	const struct conf *conf = moment->conf;
	struct lookup lookup;

	(void)table;
	if (!conf)
		return;
	lookup_make(&lookup, &moment->snapshot, STAT_FAMILY_VIRTUAL_SERVER);
	for (uint32_t i = 0; i < conf->virtual_server_count; i++) {
		const struct object_id index = {.count = 1, .ids = {i + 1}};
		struct keepalived_virtual_server *row = view_allocate(rows, sizeof(*row));

		make(row, conf, &lookup, i);
		view_add(rows, &index, row);
	}
	lookup_free(&lookup);
}

/* --- what it is */

#define VIRTUAL_SERVER_SOURCE(name) KEEPALIVED_SOURCE(name, keepalived_virtual_server, row)

/* INTEGER { fwmark(1), ip(2), group(3) } */
enum { TYPE_MARK = 1, TYPE_ADDRESS, TYPE_GROUP };

static int type_of(const struct keepalived_virtual_server *row)
{
	if (row->configured->group[0])
		return TYPE_GROUP;
	return row->service && row->service->fwmark ? TYPE_MARK : TYPE_ADDRESS;
}

static unsigned family_of(const struct keepalived_virtual_server *row)
{
	return row->service ? row->service->family : AF_UNSPEC;
}

VIRTUAL_SERVER_SOURCE(virtual_server_type)
{
	value_integer(value, type_of(row));
	return true;
}

VIRTUAL_SERVER_SOURCE(virtual_server_group)
{
	return keepalived_put_text(value, row->configured->group);
}

VIRTUAL_SERVER_SOURCE(virtual_server_mark)
{
	value_unsigned(value, row->service ? row->service->fwmark : 0);
	return type_of(row) == TYPE_MARK;
}

VIRTUAL_SERVER_SOURCE(virtual_server_address_type)
{
	return keepalived_put_address_type(value, family_of(row));
}

VIRTUAL_SERVER_SOURCE(virtual_server_address)
{
	return type_of(row) == TYPE_ADDRESS && row->service &&
	       keepalived_put_address(value, &row->service->address);
}

VIRTUAL_SERVER_SOURCE(virtual_server_port)
{
	value_unsigned(value, row->service ? row->service->port : 0);
	return type_of(row) == TYPE_ADDRESS;
}

/* INTEGER { tcp(1), udp(2), sctp(3), none(4) }; a mark alone has no such object. */
VIRTUAL_SERVER_SOURCE(virtual_server_protocol)
{
	uint16_t protocol = row->configured->protocol;

	if (protocol == 0 && type_of(row) == TYPE_ADDRESS && row->service)
		protocol = row->service->protocol;
	value_integer(value, protocol == IPPROTO_TCP    ? 1
			     : protocol == IPPROTO_UDP  ? 2
			     : protocol == IPPROTO_SCTP ? 3
							: 4);
	return type_of(row) != TYPE_MARK;
}

/* --- how it balances */

VIRTUAL_SERVER_SOURCE(virtual_server_scheduler)
{
	/* The enumeration's order, from 1. */
	static const char *const schedulers[] = {"rr", "wrr", "lc",  "wlc", "lblc", "lblcr", "dh",
						 "sh", "sed", "nq",  "fo",  "ovf",  "mh",    "twos"};

	value_integer(value, 99); /* unknown */
	for (size_t i = 0; i < sizeof(schedulers) / sizeof(schedulers[0]); i++)
		if (strcmp(row->configured->scheduler, schedulers[i]) == 0)
			value_integer(value, (int64_t)i + 1);
	return true;
}

/* INTEGER { nat(1), dr(2), tun(3) } */
_Static_assert(CONF_FORWARDING_NAT == 0 && CONF_FORWARDING_DR == 1 && CONF_FORWARDING_TUN == 2,
	       "the enumeration less one");

VIRTUAL_SERVER_SOURCE(virtual_server_forwarding)
{
	value_integer(value, row->configured->forwarding + 1);
	return true;
}

/* INTEGER { ipip(1), gue(2), gre(3) } */
VIRTUAL_SERVER_SOURCE(virtual_server_tunnel)
{
	value_integer(value, 1);
	return row->configured->forwarding == CONF_FORWARDING_TUN;
}

VIRTUAL_SERVER_SOURCE(virtual_server_persistent)
{
	return keepalived_put_flag(value, row->configured->persistence_timeout != 0);
}

VIRTUAL_SERVER_SOURCE(virtual_server_timeout)
{
	value_unsigned(value, row->configured->persistence_timeout);
	return row->configured->persistence_timeout != 0;
}

VIRTUAL_SERVER_SOURCE(virtual_server_netmask)
{
	const uint32_t netmask = row->configured->persistence_netmask;

	value_octets(value, &netmask, sizeof(netmask));
	return family_of(row) == AF_INET;
}

VIRTUAL_SERVER_SOURCE(virtual_server_prefix)
{
	value_unsigned(value, row->configured->persistence_prefix6);
	return family_of(row) == AF_INET6;
}

/* `argument`: where the uint8_t is. */
VIRTUAL_SERVER_SOURCE(virtual_server_flag)
{
	return keepalived_put_flag(value, ((const uint8_t *)row->configured)[argument]);
}

/* The flags of sh and mh are the same bits, whichever the scheduler is. */
VIRTUAL_SERVER_SOURCE(virtual_server_scheduler_flag)
{
	return keepalived_put_flag(value, row->configured->scheduler_flags & argument);
}

/* INTEGER { remove(1), inhibit(2) } */
VIRTUAL_SERVER_SOURCE(virtual_server_action)
{
	value_integer(value, row->configured->inhibit_on_failure ? 2 : 1);
	return true;
}

VIRTUAL_SERVER_SOURCE(virtual_server_weight)
{
	value_integer(value, row->configured->weight);
	return true;
}

/* --- its servers and its quorum */

VIRTUAL_SERVER_SOURCE(virtual_server_total)
{
	value_unsigned(value, row->configured->real_server_count);
	return true;
}

VIRTUAL_SERVER_SOURCE(virtual_server_up)
{
	if (!row->now || !stat_has(&row->now->row, STAT_virtual_server_real_servers_up))
		return false;
	value_unsigned(value, row->now->real_servers_up);
	return true;
}

VIRTUAL_SERVER_SOURCE(virtual_server_quorum)
{
	value_unsigned(value, row->configured->quorum);
	return true;
}

/* INTEGER { met(1), notMet(2), shutdown(3) } */
VIRTUAL_SERVER_SOURCE(virtual_server_quorum_status)
{
	if (!row->now || !stat_has(&row->now->row, STAT_virtual_server_quorum_reached))
		return false;
	value_integer(value, row->now->quorum_reached ? 1 : 2);
	return true;
}

VIRTUAL_SERVER_SOURCE(virtual_server_hysteresis)
{
	value_unsigned(value, row->configured->hysteresis);
	return true;
}
