/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vrrp_instance with its authentication; its addresses are in virtual_address.c. */
#include "conf/builder.h"

#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "conf/value.h"

static void build_identity(struct builder *builder, const struct object *object,
			   struct conf_vrrp_instance *instance)
{
	const struct setting *interface = object_setting(object, VRRP_INSTANCE_interface);
	const struct word *name = &object->statement->words[1];

	builder_word(builder, instance->name, sizeof(instance->name), "name", name->text, name->at);
	instance->family = AF_INET;
	instance->vrid =
		(uint8_t)object_setting(object, VRRP_INSTANCE_virtual_router_id)->number;
	if (!object_setting(object, VRRP_INSTANCE_virtual_router_id)->statement)
		report_error(builder->report, object->at,
			     "vrrp_instance %s has no virtual_router_id: write one of 1 to 255, the "
			     "same on all its directors",
			     name->text);
	if (!interface->set)
		report_error(builder->report, object->at,
			     "vrrp_instance %s has no interface: write the one that its "
			     "advertisements go through",
			     name->text);
	else if (builder_word(builder, instance->interface, sizeof(instance->interface),
			      "interface name", interface->text, interface->value_at))
		builder_interface(builder, interface->text, interface->value_at);
}

static void build_version(struct builder *builder, const struct object *object,
			  struct conf_vrrp_instance *instance)
{
	const struct setting *version = object_setting(object, VRRP_INSTANCE_version);

	if (!version->set)
		version = object_setting(builder->global, GLOBAL_vrrp_version);
	instance->version = 2;
	if (version->number == 3)
		report_error(builder->report, version->value_at,
			     "lbd does not do VRRP version 3 yet: with version 2 the directors would "
			     "not hear each other, and both be master");
}

static void build_state(struct builder *builder, const struct object *object,
			struct conf_vrrp_instance *instance)
{
	const struct setting *state = object_setting(object, VRRP_INSTANCE_state);

	instance->initial_master = state->text && strcmp(state->text, "MASTER") == 0;
	if (state->set && state->text && !instance->initial_master &&
	    strcmp(state->text, "BACKUP") != 0)
		report_warning(builder->report, state->value_at,
			       "there is no state \"%s\", it is taken for BACKUP: write MASTER or BACKUP",
			       state->text);
	instance->priority = (uint8_t)object_setting(object, VRRP_INSTANCE_priority)->number;
}

/* RFC 3768 section 5.3.7: eight bits of whole seconds. keepalived rounds too. */
static void build_interval(struct builder *builder, const struct object *object,
			   struct conf_vrrp_instance *instance)
{
	const struct setting *interval = object_setting(object, VRRP_INSTANCE_advert_int);
	int64_t rounded = (interval->number + CLOCK_SECOND / 2) / CLOCK_SECOND * CLOCK_SECOND;

	if (rounded == 0)
		rounded = CLOCK_SECOND;
	if (rounded != interval->number)
		report_warning(builder->report, interval->value_at,
			       "advert_int %s is taken for %lld: VRRP version 2 has whole seconds",
			       interval->text, (long long)(rounded / CLOCK_SECOND));
	instance->advert_interval = rounded;
}

/* nopreempt and preempt_delay speak of an instance that begins as backup. */
static void build_preemption(struct builder *builder, const struct object *object,
			     struct conf_vrrp_instance *instance)
{
	const struct setting *nopreempt = object_setting(object, VRRP_INSTANCE_nopreempt);
	const struct setting *delay = object_setting(object, VRRP_INSTANCE_preempt_delay);

	instance->preempt = 1;
	if (nopreempt->set && instance->initial_master)
		report_warning(builder->report, nopreempt->at,
			       "nopreempt is ignored: it needs state BACKUP on all directors");
	else if (nopreempt->set && instance->priority == 255)
		report_warning(builder->report, nopreempt->at,
			       "nopreempt is ignored: priority 255 owns the addresses");
	else
		instance->preempt = !nopreempt->set;
	if (delay->number && instance->initial_master)
		report_warning(builder->report, delay->at,
			       "preempt_delay is ignored: it needs state BACKUP");
	else if (delay->number && !instance->preempt)
		report_warning(builder->report, delay->at,
			       "preempt_delay is ignored: nopreempt never takes over");
	else
		instance->preempt_delay = delay->number;
}

static void build_password(struct builder *builder, const struct setting *password,
			   struct conf_vrrp_instance *instance)
{
	size_t length = strlen(password->text);

	if (length > sizeof(instance->auth_pass)) {
		length = sizeof(instance->auth_pass);
		report_warning(builder->report, password->value_at,
			       "only the first eight characters of auth_pass count");
	}
	memcpy(instance->auth_pass, password->text, length);
	instance->authentication = CONF_AUTHENTICATION_PASS;
}

static void build_authentication(struct builder *builder, const struct object *object,
				 struct conf_vrrp_instance *instance)
{
	const struct object *block = object_child(object, BLOCK_AUTHENTICATION);
	const struct setting *type, *password;

	if (!block)
		return;
	type = object_setting(block, AUTHENTICATION_auth_type);
	password = object_setting(block, AUTHENTICATION_auth_pass);
	if (!type->set)
		report_warning(builder->report, block->at,
			       "without an auth_type nothing is authenticated: write auth_type PASS");
	else if (strcmp(type->text, "AH") == 0)
		report_error(builder->report, type->value_at,
			     "lbd does not do auth_type AH: the other director would not accept its "
			     "advertisements; use PASS");
	else if (strcmp(type->text, "PASS") != 0)
		report_error(builder->report, type->value_at,
			     "there is no auth_type \"%s\": write PASS", type->text);
	else if (!password->set)
		report_warning(builder->report, type->at,
			       "without an auth_pass nothing is authenticated");
	else
		build_password(builder, password, instance);
}

/* What global_defs says where the instance says nothing. */
static int64_t garp_default(const struct builder *builder, int index, int64_t minimal)
{
	const struct setting *setting = object_setting(builder->global, index);

	if (!setting->set && object_flag(builder->global, GLOBAL_vrrp_min_garp))
		return minimal;
	return setting->number;
}

static uint32_t at_least_one(struct builder *builder, const struct object *object, int index,
			     int64_t number)
{
	if (number == 0 && object_setting(object, index)->set)
		report_warning(builder->report, object_setting(object, index)->value_at,
			       "it is taken for 1: at least one packet is sent");
	return number ? (uint32_t)number : 1;
}

static void build_gratuitous_arp(struct builder *builder, const struct object *object,
				 struct conf_vrrp_instance *instance)
{
	const struct object *global = builder->global;

	instance->garp_delay =
		object_number(object, VRRP_INSTANCE_garp_master_delay,
			      garp_default(builder, GLOBAL_garp_master_delay, 0));
	instance->garp_repeat = at_least_one(
		builder, object, VRRP_INSTANCE_garp_master_repeat,
		object_number(object, VRRP_INSTANCE_garp_master_repeat,
			      garp_default(builder, GLOBAL_garp_master_repeat, 1)));
	instance->garp_refresh = object_number(object, VRRP_INSTANCE_garp_master_refresh,
					       garp_default(builder, GLOBAL_garp_master_refresh, 0));
	instance->garp_refresh_repeat = at_least_one(
		builder, object, VRRP_INSTANCE_garp_master_refresh_repeat,
		object_number(object, VRRP_INSTANCE_garp_master_refresh_repeat,
			      garp_default(builder, GLOBAL_garp_master_refresh_repeat, 1)));
	instance->garp_lower_prio_delay = object_number(
		object, VRRP_INSTANCE_garp_lower_prio_delay,
		object_number(global, GLOBAL_garp_lower_prio_delay,
			      garp_default(builder, GLOBAL_garp_master_delay, 0)));
	instance->garp_lower_prio_repeat = (uint32_t)object_number(
		object, VRRP_INSTANCE_garp_lower_prio_repeat,
		object_number(global, GLOBAL_garp_lower_prio_repeat,
			      garp_default(builder, GLOBAL_garp_master_repeat, 1)));
	instance->garp_interval = object_setting(global, GLOBAL_garp_interval)->number;
}

static void build_addresses(struct builder *builder, const struct object *object, size_t index)
{
	char interface[IF_NAMESIZE];
	size_t first = builder->conf->address_count;

	memcpy(interface, builder->conf->instances[index].interface, sizeof(interface));
	for (const struct object *child = object->children; child; child = child->next)
		if (child->block == BLOCK_VIRTUAL_IPADDRESS)
			build_virtual_addresses(builder, child, interface, false);
	for (const struct object *child = object->children; child; child = child->next)
		if (child->block == BLOCK_VIRTUAL_IPADDRESS_EXCLUDED)
			build_virtual_addresses(builder, child, interface, true);
	builder->conf->instances[index].first_address = (uint32_t)first;
	builder->conf->instances[index].address_count =
		(uint32_t)(builder->conf->address_count - first);
}

static void build_instance(struct builder *builder, const struct object *object)
{
	struct conf_vrrp_instance *instance = builder_add_instances(builder, object->at);
	const struct setting *source = object_setting(object, VRRP_INSTANCE_mcast_src_ip);

	build_identity(builder, object, instance);
	build_version(builder, object, instance);
	build_state(builder, object, instance);
	build_interval(builder, object, instance);
	build_preemption(builder, object, instance);
	build_authentication(builder, object, instance);
	build_gratuitous_arp(builder, object, instance);
	if (source->set)
		report_warning(builder->report, source->at,
			       "lbd does not do mcast_src_ip yet: advertisements come from the first "
			       "address of the interface");
	build_addresses(builder, object, builder->conf->instance_count - 1);
}

void build_instances(struct builder *builder)
{
	for (const struct object *child = builder->top->children; child; child = child->next)
		if (child->block == BLOCK_VRRP_INSTANCE)
			build_instance(builder, child);
}
