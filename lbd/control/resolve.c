/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names to indexes. */
#include "control/resolve.h"

#include <string.h>

#include "base/text.h"

#define NOWHERE UINT32_MAX

static uint32_t find_instance(const struct conf *conf, const char *name)
{
	for (uint32_t i = 0; i < conf->instance_count; i++)
		if (strcmp(conf->instances[i].name, name) == 0)
			return i;
	return NOWHERE;
}

/* The virtual server that has this service. */
static const struct conf_virtual_server *find_virtual_server(const struct conf *conf,
							     const struct request_set *set)
{
	char name[CONF_NAME];

	for (size_t i = 0; i < conf->service_count; i++)
		if (strcmp(conf_service_name(&conf->services[i], name), set->virtual_server) == 0 &&
		    strcmp(conf_protocol_name(&conf->services[i]), set->protocol) == 0)
			return &conf->virtual_servers[conf->services[i].virtual_server];
	return NULL;
}

static uint32_t find_real_server(const struct conf *conf, const struct request_set *set)
{
	const struct conf_virtual_server *owner = find_virtual_server(conf, set);
	char name[ADDRESS_PORT_TEXT];

	for (uint32_t i = 0; owner && i < owner->real_server_count; i++) {
		const struct conf_real_server *server =
			&conf->real_servers[owner->first_real_server + i];

		if (strcmp(address_format_port(&server->address, server->port, name),
			   set->real_server) == 0)
			return owner->first_real_server + i;
	}
	return NOWHERE;
}

enum set_result resolve_set(const struct conf *conf, const struct request_set *set,
			    struct message_set *message, enum process_id *owner)
{
	bool weight = set->setting == SETTING_WEIGHT;
	uint32_t index;

	if (!conf->global->snmp_writable)
		return SET_RESULT_FORBIDDEN;
	if (set->setting < 0)
		return SET_RESULT_NOT_FOUND;
	index = weight ? find_real_server(conf, set) : find_instance(conf, set->instance);
	if (index == NOWHERE)
		return SET_RESULT_NOT_FOUND;
	*message = (struct message_set){.generation = conf->generation,
					.setting = (uint32_t)set->setting,
					.index = index,
					.value = set->value};
	TEXT_COPY(message->requester, set->requester[0] ? set->requester : "somebody");
	*owner = weight ? PROCESS_DIRECTOR : PROCESS_VRRP;
	return SET_RESULT_APPLIED;
}
