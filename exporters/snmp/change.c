/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes: what they are about. */
#include "exporters/snmp/change.h"

#include "base/text.h"

#define PRIORITY_OWNER 255

enum change_check change_weight(const struct conf *conf, const struct conf_real_server *server,
				int64_t value, struct change *change)
{
	const struct conf_virtual_server *owner = &conf->virtual_servers[server->virtual_server];
	const struct conf_service *service = &conf->services[owner->first_service];
	char name[CONF_NAME];

	if (value < 0 || value > CONF_WEIGHT_MOST)
		return CHANGE_WRONG_VALUE;
	if (owner->service_count == 0)
		return CHANGE_READ_ONLY;
	*change = (struct change){.setting = SETTING_WEIGHT, .value = value};
	TEXT_COPY(change->protocol, conf_protocol_name(service));
	TEXT_COPY(change->virtual_server, conf_service_name(service, name));
	address_format_port(&server->address, server->port, change->real_server);
	return CHANGE_POSSIBLE;
}

/* Owning the addresses is a fact of the network: 255 is neither given nor taken. */
enum change_check change_priority(const struct conf_vrrp_instance *instance, int64_t value,
				  struct change *change)
{
	if (value < 1 || value >= PRIORITY_OWNER)
		return CHANGE_WRONG_VALUE;
	if (instance->priority == PRIORITY_OWNER)
		return CHANGE_INCONSISTENT;
	*change = (struct change){.setting = SETTING_PRIORITY, .value = value};
	TEXT_COPY(change->instance, instance->name);
	return CHANGE_POSSIBLE;
}

enum change_check change_preempt(const struct conf_vrrp_instance *instance, int64_t value,
				 struct change *change)
{
	if (value != 1 && value != 2)
		return CHANGE_WRONG_VALUE;
	*change = (struct change){.setting = SETTING_PREEMPT, .value = value == 1};
	TEXT_COPY(change->instance, instance->name);
	return CHANGE_POSSIBLE;
}
