/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the virtual servers of a file mean together and to the kernel. */
#include "conf/describe.h"
#include "conf/group.h"

#include <stdio.h>
#include <string.h>

/* --- families ----------------------------------------------------------------------------------- */

/* A tunnel may lead into the other family; the first server that is not tunnelled decides, or else the first. */
static uint8_t family_of_servers(const struct conf *conf, const struct conf_virtual_server *server)
{
	for (uint32_t i = 0; i < server->real_server_count; i++) {
		const struct conf_real_server *real =
			&conf->real_servers[server->first_real_server + i];

		if (real->forwarding != CONF_FORWARDING_TUN)
			return real->address.family;
	}
	return server->real_server_count ? conf->real_servers[server->first_real_server].address.family
					 : AF_INET;
}

static void settle_marks(struct builder *builder, const struct conf_virtual_server *server)
{
	for (uint32_t i = 0; i < server->service_count; i++) {
		struct conf_service *service =
			&builder->conf->services[server->first_service + i];

		if (service->family == AF_UNSPEC)
			service->family = family_of_servers(builder->conf, server);
	}
}

static bool services_have(const struct conf *conf, const struct conf_virtual_server *server,
			  uint8_t family)
{
	for (uint32_t i = 0; i < server->service_count; i++)
		if (conf->services[server->first_service + i].family == family)
			return true;
	return false;
}

static const char *family_name(uint8_t family)
{
	return family == AF_INET6 ? "IPv6" : "IPv4";
}

static void verify_families(struct builder *builder, const struct conf_virtual_server *server)
{
	const struct conf *conf = builder->conf;

	for (uint32_t i = 0; i < server->real_server_count; i++) {
		uint32_t index = server->first_real_server + i;
		const struct conf_real_server *real = &conf->real_servers[index];
		uint8_t other = real->address.family == AF_INET ? AF_INET6 : AF_INET;

		if (real->forwarding != CONF_FORWARDING_TUN && address_is_set(&real->address) &&
		    services_have(conf, server, other))
			report_error(builder->report, builder->real_servers_at[index],
				     "an %s real_server cannot serve the %s virtual_server %s but through "
				     "a tunnel: use lvs_method TUN or an address of its family",
				     family_name(real->address.family), family_name(other),
				     server->name);
	}
}

/* --- duplicates --------------------------------------------------------------------------------- */

/* What the kernel tells services apart by. */
struct service_key {
	uint32_t fwmark;
	uint16_t protocol, port;
	uint8_t family;
	uint8_t address[16];
	uint8_t zero[7];
};

static void verify_services(struct builder *builder, size_t index, struct hash *seen)
{
	const struct conf *conf = builder->conf;
	const struct conf_virtual_server *server = &conf->virtual_servers[index];
	char place[REPORT_PLACE], name[DESCRIBE_SERVICE];

	for (uint32_t i = 0; i < server->service_count; i++) {
		const struct conf_service *service = &conf->services[server->first_service + i];
		struct service_key key;
		size_t before;

		memset(&key, 0, sizeof(key));
		key.fwmark = service->fwmark;
		key.protocol = service->protocol;
		key.port = service->port;
		key.family = service->family;
		memcpy(key.address, service->address.bytes, sizeof(key.address));
		before = hash_put(seen, &key, sizeof(key), index);
		if (before != HASH_NEW)
			report_error(builder->report, builder->virtual_servers_at[index],
				     "%s is served already, by the virtual_server %s (%s)",
				     describe_service(service, name),
				     conf->virtual_servers[before].name,
				     report_place(builder->report,
						  builder->virtual_servers_at[before], place));
	}
}

static void verify_real_servers(struct builder *builder, const struct conf_virtual_server *server)
{
	const struct conf *conf = builder->conf;
	struct hash seen = {0};
	char place[REPORT_PLACE], text[ADDRESS_PORT_TEXT];

	for (uint32_t i = 0; i < server->real_server_count; i++) {
		uint32_t index = server->first_real_server + i;
		const struct conf_real_server *real = &conf->real_servers[index];
		unsigned char key[sizeof(real->address) + sizeof(real->port)];
		size_t before;

		if (!address_is_set(&real->address))
			continue; /* said already */
		memcpy(key, &real->address, sizeof(real->address));
		memcpy(key + sizeof(real->address), &real->port, sizeof(real->port));
		before = hash_put(&seen, key, sizeof(key), index);
		if (before != HASH_NEW)
			report_error(builder->report, builder->real_servers_at[index],
				     "%s is a real_server of the virtual_server %s already: see %s",
				     address_format_port(&real->address, real->port, text),
				     server->name,
				     report_place(builder->report, builder->real_servers_at[before],
						  place));
	}
	hash_free(&seen);
}

/* --- ports and quorum --------------------------------------------------------------------------- */

/* The kernel's DR and TUN keep a packet's port, so a server with another one is never asked on it. */
static void verify_ports(struct builder *builder, const struct conf_virtual_server *server)
{
	const struct conf *conf = builder->conf;

	for (uint32_t i = 0; i < server->real_server_count; i++) {
		uint32_t index = server->first_real_server + i;
		const struct conf_real_server *real = &conf->real_servers[index];
		bool differs = false;

		for (uint32_t j = 0; j < server->service_count; j++) {
			const struct conf_service *service =
				&conf->services[server->first_service + j];

			differs |= !service->fwmark && service->port != real->port;
		}
		if (differs && server->group[0] && real->port &&
		    real->forwarding != CONF_FORWARDING_NAT)
			report_warning(builder->report, builder->real_servers_at[index],
				       "port %u is not that of every address of group %s, and %s does not "
				       "change ports",
				       real->port, server->group,
				       conf_forwarding_name(real->forwarding));
	}
}

static void settle_quorum(struct builder *builder, size_t index)
{
	struct conf_virtual_server *server = &builder->conf->virtual_servers[index];
	uint64_t weights = 0;

	for (uint32_t i = 0; i < server->real_server_count; i++)
		weights += (uint64_t)builder->conf->real_servers[server->first_real_server + i].weight;
	if (server->quorum > weights) {
		report_warning(builder->report, builder->virtual_servers_at[index],
			       "quorum %u is more than all its real servers weigh: it is taken for %llu",
			       (unsigned)server->quorum, (unsigned long long)weights);
		server->quorum = (uint32_t)weights;
	}
	if (server->hysteresis && server->hysteresis >= server->quorum) {
		uint32_t most = server->quorum ? server->quorum - 1 : 0;

		report_warning(builder->report, builder->virtual_servers_at[index],
			       "hysteresis %u must be less than the quorum: it is taken for %u",
			       (unsigned)server->hysteresis, (unsigned)most);
		server->hysteresis = most;
	}
}

void verify_virtual_servers(struct builder *builder)
{
	struct hash services = {0};

	for (size_t i = 0; i < builder->conf->virtual_server_count; i++) {
		const struct conf_virtual_server *server = &builder->conf->virtual_servers[i];

		settle_marks(builder, server);
		verify_families(builder, server);
		verify_services(builder, i, &services);
		verify_real_servers(builder, server);
		verify_ports(builder, server);
		settle_quorum(builder, i);
	}
	groups_verify(builder);
	hash_free(&services);
}
