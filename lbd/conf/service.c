/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a virtual_server is called and which services of the kernel it stands for. */
#include "conf/group.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "conf/value.h"

static const char *nearest_group(const struct builder *builder, const char *name)
{
	unsigned nearest = 3;
	const char *found = NULL;

	for (size_t i = 0; i < builder->group_count; i++) {
		unsigned distance = text_distance(name, builder->groups[i].name);

		if (distance < nearest) {
			nearest = distance;
			found = builder->groups[i].name;
		}
	}
	return found;
}

static void add_service(struct builder *builder, struct conf_service service)
{
	struct conf_virtual_server *server =
		&builder->conf->virtual_servers[service.virtual_server];

	*builder_add_services(builder, builder->virtual_servers_at[service.virtual_server]) = service;
	server->service_count++;
}

static void add_entry(struct builder *builder, const struct group_entry *entry,
		      struct conf_service service)
{
	struct address address = entry->first;

	if (entry->marked) {
		service.protocol = 0;
		service.fwmark = entry->fwmark;
		service.family = entry->family ? entry->family : service.family;
		add_service(builder, service);
		return;
	}
	service.port = entry->port;
	service.family = address.family;
	for (;;) {
		service.address = address;
		add_service(builder, service);
		if (address_equal(&address, &entry->last))
			return;
		value_next_address(&address);
	}
}

static bool build_group_services(struct builder *builder, const struct word *name,
				 struct conf_service service)
{
	struct conf_virtual_server *server =
		&builder->conf->virtual_servers[service.virtual_server];
	struct builder_group *group = group_find(builder, name->text);
	const char *nearest;

	snprintf(server->name, sizeof(server->name), "group %.*s", CONF_NAME - 1, name->text);
	if (!builder_word(builder, server->group, sizeof(server->group), "name", name->text, name->at))
		return false;
	if (!group) {
		nearest = nearest_group(builder, name->text);
		report_error(builder->report, name->at, "there is no virtual_server_group %s%s%s",
			     name->text, nearest ? ": did you mean " : "", nearest ? nearest : "");
		return false;
	}
	for (size_t i = 0; i < group->entry_count; i++)
		add_entry(builder, &group->entries[i], service);
	return true;
}

static bool build_mark_service(struct builder *builder, const struct word *word,
			       struct conf_service service)
{
	struct conf_virtual_server *server =
		&builder->conf->virtual_servers[service.virtual_server];

	service.fwmark = group_mark(builder, word);
	service.protocol = 0;
	snprintf(server->name, sizeof(server->name), "fwmark %u", (unsigned)service.fwmark);
	add_service(builder, service);
	return service.fwmark != 0;
}

static bool build_address_service(struct builder *builder, const struct statement *statement,
				  struct conf_service service)
{
	struct conf_virtual_server *server =
		&builder->conf->virtual_servers[service.virtual_server];
	char text[ADDRESS_PORT_TEXT];

	TEXT_COPY(server->name, statement->words[1].text);
	if (!builder_address_port(builder, statement, &service.address, &service.port))
		return false;
	service.family = service.address.family;
	TEXT_COPY(server->name, address_format_port(&service.address, service.port, text));
	add_service(builder, service);
	return true;
}

/* The family of firewall marks; AF_UNSPEC until the real servers are known. */
static uint8_t read_family(struct builder *builder, const struct object *object)
{
	const struct setting *family = object_setting(object, VIRTUAL_SERVER_ip_family);

	if (!family->set)
		return AF_UNSPEC;
	if (strcmp(family->text, "inet") == 0)
		return AF_INET;
	if (strcmp(family->text, "inet6") != 0)
		report_error(builder->report, family->value_at,
			     "\"%s\" is no family: write inet or inet6", family->text);
	return AF_INET6;
}

bool build_services(struct builder *builder, const struct object *object, uint32_t virtual_server,
		    uint16_t protocol)
{
	const struct statement *statement = object->statement;
	const struct word *words = statement->words;
	struct conf_service service = {.protocol = protocol, .virtual_server = virtual_server};
	bool group = strcmp(words[1].text, "group") == 0, mark = strcmp(words[1].text, "fwmark") == 0;

	service.family = read_family(builder, object);
	builder->conf->virtual_servers[virtual_server].first_service =
		(uint32_t)builder->conf->service_count;
	if ((group || mark) && statement->count < 3) {
		report_error(builder->report, words[1].at, "%s says nothing: write virtual_server %s %s",
			     words[1].text, words[1].text, group ? "NAME" : "NUMBER");
		return false;
	}
	if (group)
		return build_group_services(builder, &words[2], service);
	if (mark)
		return build_mark_service(builder, &words[2], service);
	return build_address_service(builder, statement, service);
}
