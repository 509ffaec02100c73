/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration while it is being built: its tables grow, and the places of its records are
 * remembered beside them for the checks. Each block has a file that turns its objects into records; all of
 * them are declared here, in the order in which build_all() calls them.
 */
#ifndef LBD_CONF_BUILDER_H
#define LBD_CONF_BUILDER_H

#include "conf/conf.h"
#include "conf/hash.h"
#include "conf/object.h"
#include "conf/report.h"

struct builder_group;

struct builder {
	struct conf *conf;
	struct report *report;
	struct arena *arena;
	const struct conf_environment *environment; /* never NULL */
	const struct object *top;
	const struct object *global; /* global_defs; its defaults when the file has none */
	/* Room in each table, and the place of each of its records. */
#define TABLE(type, member, count) \
	size_t member##_room; \
	struct position *member##_at;
	CONF_TABLES(TABLE)
#undef TABLE
	struct position *vrids_at; /* of each instance's virtual_router_id */
	struct builder_group *groups;
	size_t group_count;
	struct hash group_names;
	struct hash virtual_addresses; /* address → index */
};

/* A new zeroed record at the end of a table. The pointer is good until the next one is added. */
#define TABLE(type, member, count) \
	struct type *builder_add_##member(struct builder *builder, struct position at);
CONF_TABLES(TABLE)
#undef TABLE

/* The whole file. */
void build_all(struct builder *builder);
void builder_free(struct builder *builder);

void build_global(struct builder *builder);
void build_exporters(struct builder *builder);
/* `exporters` is that block, or NULL. */
void build_rrd(struct builder *builder, const struct object *exporters);
void build_ganglia(struct builder *builder, const struct object *exporters);
void build_nagios(struct builder *builder, const struct object *exporters);
void build_push(struct builder *builder, const struct object *exporters);
void build_instances(struct builder *builder);
/* The lines of a virtual_ipaddress block. `interface` is the instance's, `first` its first address. */
void build_virtual_addresses(struct builder *builder, const struct object *block,
			     const char *interface, size_t first, bool excluded);
void build_groups(struct builder *builder);
void build_virtual_servers(struct builder *builder);
/* The services that a virtual server stands for, by its statement. False after an error. */
bool build_services(struct builder *builder, const struct object *object, uint32_t virtual_server,
		    uint16_t protocol);
void build_real_servers(struct builder *builder, const struct object *object,
			uint32_t virtual_server);

/* Checks over the whole, when all is built. */
void verify_instances(struct builder *builder);
void verify_virtual_servers(struct builder *builder);

/* --- what several of them need ------------------------------------------------------------------- */

/* The path of a setting, which is a whole one, as lbd works in /. `what`: its keyword. Nothing when it
 * is not set. */
void builder_path(struct builder *builder, const struct setting *setting, char *into, size_t size,
		  const char *what);
/* Copies a word into a record; an error when it is too long. */
bool builder_word(struct builder *builder, char *into, size_t size, const char *what,
		  const char *word, struct position at);
/* Reports an interface that does not exist, as an error or, with dynamic_interfaces, a warning. */
void builder_interface(struct builder *builder, const char *name, struct position at);
/* A port of 0 to 65535. */
bool builder_port(struct builder *builder, const struct word *word, uint16_t *port);
/* An address and a port (0 when there is none) from the words of a statement. False after an error. */
bool builder_address_port(struct builder *builder, const struct statement *statement,
			  struct address *address, uint16_t *port);
/* NAT, DR, TUN from a setting; `otherwise` when it is not set. */
uint8_t builder_forwarding(struct builder *builder, const struct setting *setting, uint8_t otherwise);

#endif
