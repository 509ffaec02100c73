/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Growing tables, and reading words that occur in several blocks. */
#include "conf/builder.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "conf/group.h"
#include "conf/value.h"

#define TABLE(type, member, count) \
	struct type *builder_add_##member(struct builder *builder, struct position at) \
	{ \
		struct conf *conf = builder->conf; \
\
		if (conf->count == builder->member##_room) { \
			size_t room = builder->member##_room * 2 + 16; \
\
			conf->member = memory_resize(conf->member, room, sizeof(*conf->member)); \
			builder->member##_at = memory_resize(builder->member##_at, room, \
							     sizeof(*builder->member##_at)); \
			builder->member##_room = room; \
		} \
		memset(&conf->member[conf->count], 0, sizeof(*conf->member)); \
		builder->member##_at[conf->count] = at; \
		return &conf->member[conf->count++]; \
	}
CONF_TABLES(TABLE)
#undef TABLE

void builder_free(struct builder *builder)
{
#define TABLE(type, member, count) free(builder->member##_at);
	CONF_TABLES(TABLE)
#undef TABLE
	free(builder->vrids_at);
	groups_free(builder);
	hash_free(&builder->virtual_addresses);
}

void build_all(struct builder *builder)
{
	builder->global = object_child(builder->top, BLOCK_GLOBAL);
	if (!builder->global)
		builder->global = object_default(builder->arena, BLOCK_GLOBAL);
	build_global(builder);
	build_exporters(builder);
	build_instances(builder);
	build_groups(builder);
	build_virtual_servers(builder);
	verify_instances(builder);
	verify_virtual_servers(builder);
}

bool builder_word(struct builder *builder, char *into, size_t size, const char *what,
		  const char *word, struct position at)
{
	if (text_copy(into, size, word))
		return true;
	report_error(builder->report, at, "this %s is too long: it may have %zu characters", what,
		     size - 1);
	return false;
}

void builder_path(struct builder *builder, const struct setting *setting, char *into, size_t size,
		  const char *what)
{
	if (!setting->set || !setting->text)
		return;
	if (setting->text[0] != '/')
		report_error(builder->report, setting->value_at,
			     "%s \"%s\" is no whole path: begin it with /", what, setting->text);
	else
		builder_word(builder, into, size, "path", setting->text, setting->value_at);
}

void builder_interface(struct builder *builder, const char *name, struct position at)
{
	const struct conf_environment *environment = builder->environment;
	char names[256] = "";

	if (!environment->interface_exists || environment->interface_exists(name))
		return;
	if (environment->interface_list)
		environment->interface_list(names, sizeof(names));
	if (object_setting(builder->global, GLOBAL_dynamic_interfaces)->set)
		report_warning(builder->report, at, "there is no interface %s yet%s%s", name,
			       names[0] ? "; there are " : "", names);
	else
		report_error(builder->report, at, "there is no interface %s%s%s", name,
			     names[0] ? "; there are " : "", names);
}

bool builder_port(struct builder *builder, const struct word *word, uint16_t *port)
{
	int64_t number;

	if (!value_number(word->text, &number) || number > 65535) {
		report_error(builder->report, word->at, "\"%s\" is no port: a port is 1 to 65535",
			     word->text);
		return false;
	}
	*port = (uint16_t)number;
	return true;
}

bool builder_address_port(struct builder *builder, const struct statement *statement,
			  struct address *address, uint16_t *port)
{
	const struct word *words = statement->words;

	*port = 0;
	if (!address_parse(words[1].text, address)) {
		report_error(builder->report, words[1].at,
			     "\"%s\" is no address: write one like 192.0.2.1 or 2001:db8::1",
			     words[1].text);
		return false;
	}
	return statement->count < 3 || builder_port(builder, &words[2], port);
}

uint8_t builder_forwarding(struct builder *builder, const struct setting *setting, uint8_t otherwise)
{
	const struct statement *statement = setting->statement;

	if (!setting->set || !setting->text)
		return otherwise;
	for (unsigned forwarding = CONF_FORWARDING_NAT; forwarding <= CONF_FORWARDING_TUN;
	     forwarding++) {
		if (strcmp(setting->text, conf_forwarding_name(forwarding)) != 0)
			continue;
		/* `TUN type ipip` is what TUN means anyway. */
		if (statement->count > 2 &&
		    !(forwarding == CONF_FORWARDING_TUN && statement->count == 4 &&
		      strcmp(statement->words[2].text, "type") == 0 &&
		      strcmp(statement->words[3].text, "ipip") == 0))
			report_error(builder->report, statement->words[2].at,
				     "lbd tunnels with ipip only so far: write TUN alone");
		return (uint8_t)forwarding;
	}
	report_error(builder->report, setting->value_at,
		     "\"%s\" is no forwarding method: write NAT, DR or TUN", setting->text);
	return otherwise;
}
