/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VRRP instances and their addresses in KEEPALIVED-MIB. */
#include "exporters/snmp/keepalived_mib.h"

#include <linux/rtnetlink.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "exporters/snmp/keepalived_rows.h"
#include "exporters/snmp/lookup.h"

/* VrrpState: the set vrrp_state begins with the same numbers. */
enum { STATE_BACKUP = 1, STATE_MASTER = 2, STATE_FAULT = 3 };
_Static_assert((int)VRRP_STATE_INITIALIZE == 0 && (int)VRRP_STATE_BACKUP == STATE_BACKUP &&
		       (int)VRRP_STATE_MASTER == STATE_MASTER &&
		       (int)VRRP_STATE_FAULT == STATE_FAULT,
	       "the numbers of VrrpState");

/* --- rows */

static const struct stat_vrrp *find_instance(const struct lookup *lookup,
					     const struct conf_vrrp_instance *configured)
{
	struct stat_vrrp labels = {0};

	TEXT_COPY(labels.interface, configured->interface);
	snprintf(labels.vrid, sizeof(labels.vrid), "%u", configured->vrid);
	TEXT_COPY(labels.family, configured->family == AF_INET6 ? "ipv6" : "ipv4");
	return lookup_find(lookup, &labels);
}

void keepalived_fill_instances(const struct table *table, const struct moment *moment,
			       struct view_table *rows)
{
	struct lookup lookup;

	(void)table;
	if (!moment->conf)
		return;
	lookup_make(&lookup, &moment->snapshot, STAT_FAMILY_VRRP);
	for (size_t i = 0; i < moment->conf->instance_count; i++) {
		const struct object_id index = {.count = 1, .ids = {(uint32_t)i + 1}};
		struct keepalived_instance *row = view_allocate(rows, sizeof(*row));

		row->configured = &moment->conf->instances[i];
		row->now = find_instance(&lookup, row->configured);
		view_add(rows, &index, row);
	}
	lookup_free(&lookup);
}

static void add_addresses(const struct moment *moment, const struct keepalived_instance *instance,
			  uint32_t number, struct view_table *rows)
{
	for (uint32_t i = 0; i < instance->configured->address_count; i++) {
		const struct object_id index = {.count = 2, .ids = {number, i + 1}};
		struct keepalived_address *row = view_allocate(rows, sizeof(*row));
		const struct link_info *link;

		row->configured =
			&moment->conf->addresses[instance->configured->first_address + i];
		row->instance = instance;
		link = links_find(&moment->links, row->configured->interface);
		row->interface = link ? link->index : 0;
		row->held = link && links_hold(&moment->links, link->index,
					       &row->configured->address);
		view_add(rows, &index, row);
	}
}

void keepalived_fill_addresses(const struct table *table, const struct moment *moment,
			       struct view_table *rows)
{
	struct lookup lookup;

	(void)table;
	if (!moment->conf)
		return;
	lookup_make(&lookup, &moment->snapshot, STAT_FAMILY_VRRP);
	for (size_t i = 0; i < moment->conf->instance_count; i++) {
		struct keepalived_instance *instance = view_allocate(rows, sizeof(*instance));

		instance->configured = &moment->conf->instances[i];
		instance->now = find_instance(&lookup, instance->configured);
		add_addresses(moment, instance, (uint32_t)i + 1, rows);
	}
	lookup_free(&lookup);
}

/* --- instances */

/* A source of this table: `instance` is the row. */
#define INSTANCE_SOURCE(name) KEEPALIVED_SOURCE(name, keepalived_instance, instance)

static bool knows(const struct keepalived_instance *instance, unsigned metric)
{
	return instance->now && stat_has(&instance->now->row, metric);
}

INSTANCE_SOURCE(instance_name)
{
	return keepalived_put_text(value, instance->configured->name);
}

INSTANCE_SOURCE(instance_vrid)
{
	value_unsigned(value, instance->configured->vrid);
	return true;
}

INSTANCE_SOURCE(instance_state)
{
	if (!knows(instance, STAT_vrrp_state))
		return false;
	value_integer(value, instance->now->state);
	return true;
}

INSTANCE_SOURCE(instance_initial_state)
{
	value_integer(value, instance->configured->initial_master ? STATE_MASTER : STATE_BACKUP);
	return true;
}

/* The one that it is in, or that it began with and goes back to when its fault is mended. */
INSTANCE_SOURCE(instance_wanted_state)
{
	if (!instance_state(instance, argument, value))
		return false;
	if (value->number != STATE_MASTER && value->number != STATE_BACKUP)
		return instance_initial_state(instance, argument, value);
	return true;
}

INSTANCE_SOURCE(instance_base_priority)
{
	/* As configured, unless it was set since. */
	value_integer(value, knows(instance, STAT_vrrp_priority) ? instance->now->priority
								 : instance->configured->priority);
	return true;
}

INSTANCE_SOURCE(instance_priority)
{
	if (!knows(instance, STAT_vrrp_priority))
		return false;
	value_integer(value, instance->now->priority);
	return true;
}

/* INTEGER { allSet(1), notAllSet(2) } */
INSTANCE_SOURCE(instance_addresses_set)
{
	const struct stat_vrrp *now = instance->now;

	if (!knows(instance, STAT_vrrp_addresses) || !knows(instance, STAT_vrrp_addresses_held))
		return false;
	value_integer(value, now->addresses_held == now->addresses ? 1 : 2);
	return true;
}

INSTANCE_SOURCE(instance_interface)
{
	return keepalived_put_text(value, instance->configured->interface);
}

/* `argument`: where the duration is. Version 2 knows whole seconds alone. */
INSTANCE_SOURCE(instance_seconds)
{
	const char *at = (const char *)instance->configured + argument;

	value_unsigned(value, *(const int64_t *)(const void *)at / CLOCK_SECOND);
	return true;
}

INSTANCE_SOURCE(instance_preempt)
{
	return keepalived_put_flag(value, knows(instance, STAT_vrrp_preempt)
						  ? instance->now->preempt != 0
						  : instance->configured->preempt);
}

enum change_check keepalived_change_instance(const struct column *column, const void *row,
					     const struct moment *moment, int64_t value,
					     struct change *change)
{
	const struct keepalived_source *source = column->what;
	const struct keepalived_instance *instance = row;

	(void)moment;
	if (source->read == keepalived_instance_base_priority)
		return change_priority(instance->configured, value, change);
	if (source->read == keepalived_instance_preempt)
		return change_preempt(instance->configured, value, change);
	return CHANGE_READ_ONLY;
}

/* INTEGER { none(0), password(1), ah(2) } */
INSTANCE_SOURCE(instance_authentication)
{
	value_integer(value, instance->configured->authentication);
	return true;
}

INSTANCE_SOURCE(instance_version)
{
	value_integer(value, instance->configured->version);
	return true;
}

INSTANCE_SOURCE(instance_multicast)
{
	static const uint8_t group[] = {224, 0, 0, 18};

	value_octets(value, group, sizeof(group));
	return instance->configured->family == AF_INET;
}

/* --- addresses */

#define ADDRESS_SOURCE(name) KEEPALIVED_SOURCE(name, keepalived_address, address)

ADDRESS_SOURCE(address_type)
{
	return keepalived_put_address_type(value, address->configured->address.family);
}

ADDRESS_SOURCE(address_value)
{
	return keepalived_put_address(value, &address->configured->address);
}

/* 0.0.0.0: none. */
ADDRESS_SOURCE(address_broadcast)
{
	value_octets(value, address->configured->broadcast.bytes, 4);
	return address->configured->address.family == AF_INET;
}

ADDRESS_SOURCE(address_prefix)
{
	value_unsigned(value, address->configured->prefix);
	return true;
}

/* InetScopeType: interfaceLocal(1), linkLocal(2), siteLocal(5), global(14). */
ADDRESS_SOURCE(address_scope)
{
	switch (address->configured->scope) {
	case RT_SCOPE_UNIVERSE:
		value_integer(value, 14);
		break;
	case RT_SCOPE_SITE:
		value_integer(value, 5);
		break;
	case RT_SCOPE_LINK:
		value_integer(value, 2);
		break;
	case RT_SCOPE_HOST:
		value_integer(value, 1);
		break;
	default:
		value_integer(value, 0);
		break;
	}
	return true;
}

ADDRESS_SOURCE(address_interface_index)
{
	value_integer(value, address->interface);
	return address->interface != 0;
}

ADDRESS_SOURCE(address_interface)
{
	return keepalived_put_text(value, address->configured->interface);
}

ADDRESS_SOURCE(address_label)
{
	return keepalived_put_text(value, address->configured->label);
}

/* INTEGER { set(1), unset(2) } */
ADDRESS_SOURCE(address_status)
{
	value_integer(value, address->held ? 1 : 2);
	return true;
}

/* INTEGER { advertised(1), notAdvertised(2) } */
ADDRESS_SOURCE(address_advertised)
{
	value_integer(value, address->configured->excluded ? 2 : 1);
	return true;
}
