/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virtual_server_group: named lists of addresses, ranges and firewall marks; they end up as services. */
#ifndef LBD_CONF_GROUP_H
#define LBD_CONF_GROUP_H

#include "conf/builder.h"

/* More addresses than this in one range are taken for a mistake. */
#define GROUP_MOST_ADDRESSES 65536

struct group_entry {
	struct address first, last;
	uint16_t port;
	bool marked; /* a firewall mark, no addresses */
	uint32_t fwmark;
	uint8_t family; /* of a mark, or AF_UNSPEC */
	struct position at;
};

struct builder_group {
	const char *name;
	struct position at;
	struct group_entry *entries;
	size_t entry_count;
	bool used;
};

/* The group of a name, or NULL. */
struct builder_group *group_find(struct builder *builder, const char *name);
/* Marks the group that a virtual_server names as used. */
void group_use(struct builder *builder, const struct statement *statement);
/* "fwmark NUMBER": the mark, or 0 after an error. */
uint32_t group_mark(struct builder *builder, const struct word *word);
/* Warns of groups that nothing uses. */
void groups_verify(struct builder *builder);
void groups_free(struct builder *builder);

#endif
