/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reload would change, object by object. Objects are matched by what they are (invariant 3): an
 * instance by its name, a service by protocol and address, a real server by address and port.
 */
#include "conf/describe.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "conf/hash.h"

static void add_change(struct conf_changes *changes, char sign, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add_change(struct conf_changes *changes, char sign, const char *format, ...)
{
	struct conf_change *change;
	va_list arguments;

	/* Doubles whenever the count is a power of two. */
	if ((changes->count & (changes->count - 1)) == 0)
		changes->list = memory_resize(changes->list, changes->count ? changes->count * 2 : 1,
					      sizeof(*changes->list));
	change = &changes->list[changes->count++];
	change->sign = sign;
	va_start(arguments, format);
	vsnprintf(change->text, sizeof(change->text), format, arguments);
	va_end(arguments);
	if (sign == '+')
		changes->added++;
	else if (sign == '-')
		changes->removed++;
	else
		changes->altered++;
}

static void diff_fields(const struct describe_fields *fields, const void *old, const void *new,
			const char *name, struct conf_changes *changes)
{
	char before[DESCRIBE_VALUE], after[DESCRIBE_VALUE];

	for (size_t i = 0; i < fields->count; i++) {
		const struct describe_field *field = &fields->list[i];

		if (describe_equal(field, old, new))
			continue;
		if (field->kind == DESCRIBE_SECRET)
			add_change(changes, '~', "%s: %s is another", name, field->name);
		else
			add_change(changes, '~', "%s: %s %s -> %s", name, field->name,
				   describe_value(field, old, before),
				   describe_value(field, new, after));
	}
}

/* --- matching ----------------------------------------------------------------------------------- */

/* Some objects of one kind that share an owner, such as the real servers of one virtual server. */
struct siblings {
	const struct conf *conf;
	uint32_t first, count;
};

struct kind {
	/* Writes the name that an object has among its siblings, in all configurations alike. */
	void (*name)(const struct conf *conf, uint32_t index, char *into, size_t size);
	/* What differs between two objects of one name. */
	void (*diff)(const struct conf *old, uint32_t old_index, const struct conf *new,
		     uint32_t new_index, const char *name, struct conf_changes *changes);
};

#define DIFF_NAME 256

static void whole_name(const struct kind *kind, const struct conf *conf, uint32_t index,
		       const char *owner, char into[DIFF_NAME])
{
	snprintf(into, DIFF_NAME, "%s%s", owner, owner[0] ? ": " : "");
	kind->name(conf, index, into + strlen(into), DIFF_NAME - strlen(into));
}

static void remember(const struct kind *kind, const struct siblings *siblings, const char *owner,
		     struct hash *names)
{
	char name[DIFF_NAME];

	for (uint32_t i = 0; i < siblings->count; i++) {
		whole_name(kind, siblings->conf, siblings->first + i, owner, name);
		hash_put(names, name, strlen(name), siblings->first + i);
	}
}

static void diff_siblings(const struct kind *kind, struct siblings old, struct siblings new,
			  const char *owner, struct conf_changes *changes)
{
	struct hash old_names = {0}, new_names = {0};
	char name[DIFF_NAME];

	remember(kind, &old, owner, &old_names);
	remember(kind, &new, owner, &new_names);
	for (uint32_t i = 0; i < old.count; i++) {
		whole_name(kind, old.conf, old.first + i, owner, name);
		if (hash_get(&new_names, name, strlen(name)) == HASH_NEW)
			add_change(changes, '-', "%s", name);
	}
	for (uint32_t i = 0; i < new.count; i++) {
		size_t before;

		whole_name(kind, new.conf, new.first + i, owner, name);
		before = hash_get(&old_names, name, strlen(name));
		if (before == HASH_NEW)
			add_change(changes, '+', "%s", name);
		else if (kind->diff)
			kind->diff(old.conf, (uint32_t)before, new.conf, new.first + i, name, changes);
	}
	hash_free(&old_names);
	hash_free(&new_names);
}

/* --- kinds -------------------------------------------------------------------------------------- */

static void check_name(const struct conf *conf, uint32_t index, char *into, size_t size)
{
	const struct conf_check *check = &conf->checks[index];
	uint32_t number = index - conf->real_servers[check->real_server].first_check;

	if (number)
		snprintf(into, size, "%s %u", conf_check_name(check->kind), (unsigned)number + 1);
	else
		snprintf(into, size, "%s", conf_check_name(check->kind));
}

static void check_diff(const struct conf *old, uint32_t old_index, const struct conf *new,
		       uint32_t new_index, const char *name, struct conf_changes *changes)
{
	diff_fields(&describe_conf_check, &old->checks[old_index], &new->checks[new_index], name,
		    changes);
}

static void real_server_name(const struct conf *conf, uint32_t index, char *into, size_t size)
{
	const struct conf_real_server *server = &conf->real_servers[index];
	char text[ADDRESS_PORT_TEXT];

	snprintf(into, size, "real_server %s",
		 address_format_port(&server->address, server->port, text));
}

static void real_server_diff(const struct conf *old, uint32_t old_index, const struct conf *new,
			     uint32_t new_index, const char *name, struct conf_changes *changes)
{
	static const struct kind checks = {check_name, check_diff};
	const struct conf_real_server *before = &old->real_servers[old_index];
	const struct conf_real_server *after = &new->real_servers[new_index];

	diff_fields(&describe_conf_real_server, before, after, name, changes);
	diff_siblings(&checks, (struct siblings){old, before->first_check, before->check_count},
		      (struct siblings){new, after->first_check, after->check_count}, name, changes);
}

static void service_name(const struct conf *conf, uint32_t index, char *into, size_t size)
{
	char text[DESCRIBE_SERVICE];

	snprintf(into, size, "service %s", describe_service(&conf->services[index], text));
}

static void virtual_server_name(const struct conf *conf, uint32_t index, char *into, size_t size)
{
	const struct conf_virtual_server *server = &conf->virtual_servers[index];
	const struct conf_service *service =
		server->service_count ? &conf->services[server->first_service] : NULL;
	bool named = service && service->protocol;

	/* One group, or one address, may have a virtual server for each protocol. */
	snprintf(into, size, "virtual_server %s%s%s", server->name, named ? " " : "",
		 named ? conf_protocol_name(service) : "");
}

static void virtual_server_diff(const struct conf *old, uint32_t old_index, const struct conf *new,
				uint32_t new_index, const char *name, struct conf_changes *changes)
{
	static const struct kind services = {service_name, NULL};
	static const struct kind servers = {real_server_name, real_server_diff};
	const struct conf_virtual_server *before = &old->virtual_servers[old_index];
	const struct conf_virtual_server *after = &new->virtual_servers[new_index];

	diff_fields(&describe_conf_virtual_server, before, after, name, changes);
	diff_siblings(&services, (struct siblings){old, before->first_service, before->service_count},
		      (struct siblings){new, after->first_service, after->service_count}, name, changes);
	diff_siblings(&servers,
		      (struct siblings){old, before->first_real_server, before->real_server_count},
		      (struct siblings){new, after->first_real_server, after->real_server_count}, name,
		      changes);
}

static void virtual_address_name(const struct conf *conf, uint32_t index, char *into, size_t size)
{
	char text[ADDRESS_TEXT];

	snprintf(into, size, "virtual_ipaddress %s",
		 address_format(&conf->addresses[index].address, text));
}

static void virtual_address_diff(const struct conf *old, uint32_t old_index, const struct conf *new,
				 uint32_t new_index, const char *name, struct conf_changes *changes)
{
	diff_fields(&describe_conf_virtual_address, &old->addresses[old_index],
		    &new->addresses[new_index], name, changes);
}

static void instance_name(const struct conf *conf, uint32_t index, char *into, size_t size)
{
	snprintf(into, size, "vrrp_instance %s", conf->instances[index].name);
}

static void instance_diff(const struct conf *old, uint32_t old_index, const struct conf *new,
			  uint32_t new_index, const char *name, struct conf_changes *changes)
{
	static const struct kind addresses = {virtual_address_name, virtual_address_diff};
	const struct conf_vrrp_instance *before = &old->instances[old_index];
	const struct conf_vrrp_instance *after = &new->instances[new_index];

	diff_fields(&describe_conf_vrrp_instance, before, after, name, changes);
	diff_siblings(&addresses, (struct siblings){old, before->first_address, before->address_count},
		      (struct siblings){new, after->first_address, after->address_count}, name, changes);
}

static void push_label_name(const struct conf *conf, uint32_t index, char *into, size_t size)
{
	snprintf(into, size, "label %s", conf->push_labels[index].name);
}

static void push_label_diff(const struct conf *old, uint32_t old_index, const struct conf *new,
			    uint32_t new_index, const char *name, struct conf_changes *changes)
{
	diff_fields(&describe_conf_push_label, &old->push_labels[old_index],
		    &new->push_labels[new_index], name, changes);
}

/* Without what may be secret in its query. */
static void push_target_name(const struct conf *conf, uint32_t index, char *into, size_t size)
{
	const struct conf_push_target *target = &conf->push_targets[index];

	snprintf(into, size, "%s %.*s", conf_push_protocol_name(target->protocol),
		 (int)strcspn(target->url, "?#"), target->url);
}

static void push_target_diff(const struct conf *old, uint32_t old_index, const struct conf *new,
			     uint32_t new_index, const char *name, struct conf_changes *changes)
{
	static const struct kind labels = {push_label_name, push_label_diff};
	const struct conf_push_target *before = &old->push_targets[old_index];
	const struct conf_push_target *after = &new->push_targets[new_index];

	if (strcmp(before->url, after->url) != 0)
		add_change(changes, '~', "%s: the query of its url is another", name);
	diff_fields(&describe_conf_push_target, before, after, name, changes);
	diff_siblings(&labels, (struct siblings){old, before->first_label, before->label_count},
		      (struct siblings){new, after->first_label, after->label_count}, name, changes);
}

void conf_diff(const struct conf *old, const struct conf *new, struct conf_changes *changes)
{
	static const struct kind instances = {instance_name, instance_diff};
	static const struct kind servers = {virtual_server_name, virtual_server_diff};
	static const struct kind targets = {push_target_name, push_target_diff};

	memset(changes, 0, sizeof(*changes));
	diff_fields(&describe_conf_global, old->global, new->global, "global_defs", changes);
	diff_siblings(&targets, (struct siblings){old, 0, (uint32_t)old->push_target_count},
		      (struct siblings){new, 0, (uint32_t)new->push_target_count}, "", changes);
	diff_siblings(&instances, (struct siblings){old, 0, (uint32_t)old->instance_count},
		      (struct siblings){new, 0, (uint32_t)new->instance_count}, "", changes);
	diff_siblings(&servers, (struct siblings){old, 0, (uint32_t)old->virtual_server_count},
		      (struct siblings){new, 0, (uint32_t)new->virtual_server_count}, "", changes);
}

void conf_changes_free(struct conf_changes *changes)
{
	free(changes->list);
	memset(changes, 0, sizeof(*changes));
}
