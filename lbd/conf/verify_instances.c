/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the vrrp_instances of a file mean together. */
#include "conf/builder.h"

#include <stdio.h>
#include <string.h>

/* The count of addresses in an advertisement has eight bits (RFC 3768 section 5.3.5). */
#define MOST_ADVERTISED 255

static void verify_names(struct builder *builder)
{
	const struct conf *conf = builder->conf;
	struct hash names = {0};
	char place[REPORT_PLACE];

	for (size_t i = 0; i < conf->instance_count; i++) {
		const char *name = conf->instances[i].name;
		size_t before = hash_put(&names, name, strlen(name), i);

		if (before != HASH_NEW)
			report_error(builder->report, builder->instances_at[i],
				     "vrrp_instance %s is there already: see %s", name,
				     report_place(builder->report, builder->instances_at[before], place));
	}
	hash_free(&names);
}

/* Two instances of one VRID on one link take each other for the same virtual router. */
static void verify_vrids(struct builder *builder)
{
	const struct conf *conf = builder->conf;
	struct hash routers = {0};
	char place[REPORT_PLACE];

	for (size_t i = 0; i < conf->instance_count; i++) {
		const struct conf_vrrp_instance *instance = &conf->instances[i];
		char key[IF_NAMESIZE + 2] = {0};
		size_t before;

		if (instance->vrid == 0 || !instance->interface[0])
			continue; /* said already */
		memcpy(key, instance->interface, IF_NAMESIZE);
		key[IF_NAMESIZE] = (char)instance->vrid;
		key[IF_NAMESIZE + 1] = (char)instance->family;
		before = hash_put(&routers, key, sizeof(key), i);
		if (before != HASH_NEW)
			report_error(builder->report, builder->vrids_at[i],
				     "virtual_router_id %u is used on %s already, by vrrp_instance %s "
				     "(%s): give one of them another",
				     instance->vrid, instance->interface, conf->instances[before].name,
				     report_place(builder->report, builder->vrids_at[before], place));
	}
	hash_free(&routers);
}

/* keepalived holds what does not fit without advertising it, and says so. */
static void verify_count(struct builder *builder, size_t index)
{
	const struct conf_vrrp_instance *instance = &builder->conf->instances[index];
	size_t advertised = 0;

	for (uint32_t i = 0; i < instance->address_count; i++) {
		struct conf_virtual_address *address =
			&builder->conf->addresses[instance->first_address + i];

		if (address->excluded || ++advertised <= MOST_ADVERTISED)
			continue;
		address->excluded = 1;
		if (advertised == MOST_ADVERTISED + 1)
			report_warning(builder->report,
				       builder->addresses_at[instance->first_address + i],
				       "an advertisement has room for %d addresses: from here on they are "
				       "held but not advertised; move them to virtual_ipaddress_excluded",
				       MOST_ADVERTISED);
	}
	if (advertised == 0)
		report_warning(builder->report, builder->instances_at[index],
			       "vrrp_instance %s has no virtual_ipaddress: a failover moves nothing",
			       instance->name);
}

void verify_instances(struct builder *builder)
{
	verify_names(builder);
	verify_vrids(builder);
	for (size_t i = 0; i < builder->conf->instance_count; i++)
		verify_count(builder, i);
}
