/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the parameters of a scrape, and picking the rows. */
#include "exporters/prometheus/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define OWN_FAMILY "exporter"
#define GROUP_PREFIX "group "
#define NAMES_MOST 20 /* of virtual servers, in a message */

static const struct stat_text *find_text(const struct stat_text *texts, size_t count,
					 const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(texts[i].name, name) == 0)
			return &texts[i];
	return NULL;
}

static const char *virtual_server_of(const struct stat_family *family, const struct stat_row *row)
{
	const struct stat_text *label =
		find_text(family->labels, family->label_count, "virtual_server");

	return label ? (const char *)row + label->offset : NULL;
}

static bool has_virtual_server(size_t family)
{
	return find_text(stat_families[family].labels, stat_families[family].label_count,
			 "virtual_server") != NULL;
}

void selection_begin(struct selection *selection)
{
	*selection = (struct selection){.options.own = true, .options.native = true};
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		selection->families[i] = true;
}

void selection_free(struct selection *selection)
{
	free(selection->servers);
	selection->servers = NULL;
}

static bool add_family(struct selection *selection, const char *value, struct buffer *problem)
{
	if (!selection->family_given) {
		memset(selection->families, 0, sizeof(selection->families));
		selection->options.own = false;
		selection->family_given = true;
	}
	if (strcmp(value, OWN_FAMILY) == 0) {
		selection->options.own = true;
		return selection->families[STAT_FAMILY_EXPORTER] = true;
	}
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		if (strcmp(value, stat_families[i].name) == 0)
			return selection->families[i] = true;
	buffer_format(problem, "family=%s: there is no such family; there are ", value);
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		buffer_format(problem, "%s%s", i > 0 ? ", " : "", stat_families[i].name);
	buffer_text(problem, "\n");
	return false;
}

static bool add_switch(bool *option, const char *name, const char *value, struct buffer *problem)
{
	*option = strcmp(value, "1") == 0;
	if (*option || strcmp(value, "0") == 0)
		return true;
	buffer_format(problem, "%s=%s: it takes 0 or 1\n", name, value);
	return false;
}

bool selection_add(struct selection *selection, const char *name, const char *value,
		   struct buffer *problem)
{
	if (strcmp(name, "family") == 0)
		return add_family(selection, value, problem);
	if (strcmp(name, "created") == 0)
		return add_switch(&selection->options.created, name, value, problem);
	if (strcmp(name, "native") == 0)
		return add_switch(&selection->options.native, name, value, problem);
	if (strcmp(name, "virtual_server") == 0) {
		selection->servers = memory_resize(selection->servers, selection->server_count + 1,
						   sizeof(char *));
		selection->servers[selection->server_count++] = value;
		return true;
	}
	buffer_format(problem,
		      "%s: there is no such parameter; there are family, virtual_server, "
		      "created and native\n",
		      name);
	return false;
}

/* By its label; or all of a group by `group NAME`, which is what the label of its checks says. */
static bool is_server(const struct stat_family *family, const struct stat_row *row,
		      const char *server)
{
	const struct stat_text *group = find_text(family->infos, family->info_count, "group");
	size_t prefix = strlen(GROUP_PREFIX);

	if (strcmp(virtual_server_of(family, row), server) == 0)
		return true;
	return group && strncmp(server, GROUP_PREFIX, prefix) == 0 &&
	       strcmp((const char *)row + group->offset, server + prefix) == 0;
}

static bool exists(const struct snapshot *snapshot, const char *server)
{
	for (size_t family = 0; family < STAT_FAMILY_COUNT; family++)
		for (size_t i = 0; i < snapshot->families[family].count; i++)
			if (has_virtual_server(family) &&
			    is_server(&stat_families[family],
				      snapshot_row(snapshot, (enum stat_family_id)family, i),
				      server))
				return true;
	return false;
}

static void list_servers(const struct snapshot *snapshot, struct buffer *problem)
{
	size_t count = snapshot->families[STAT_FAMILY_VIRTUAL_SERVER].count;

	for (size_t i = 0; i < count && i < NAMES_MOST; i++)
		buffer_format(
			problem, "%s%s", i > 0 ? ", " : "; there are ",
			virtual_server_of(&stat_families[STAT_FAMILY_VIRTUAL_SERVER],
					  snapshot_row(snapshot, STAT_FAMILY_VIRTUAL_SERVER, i)));
	if (count > NAMES_MOST)
		buffer_format(problem, " and %zu more", count - NAMES_MOST);
	buffer_text(problem, "\n");
}

/* With a virtual server, only the families that know of one are meant. */
static bool families_fit(struct selection *selection, struct buffer *problem)
{
	if (!selection->family_given)
		selection->options.own = false;
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		if (has_virtual_server(i) || !selection->families[i])
			continue;
		if (selection->family_given) {
			buffer_format(problem,
				      "family=%s with virtual_server: this family is not of a "
				      "virtual server; ask for it without\n",
				      stat_families[i].name);
			return false;
		}
		selection->families[i] = false;
	}
	return true;
}

bool selection_complete(struct selection *selection, const struct snapshot *snapshot,
			struct buffer *problem)
{
	if (selection->server_count == 0)
		return true;
	if (!families_fit(selection, problem))
		return false;
	for (size_t i = 0; i < selection->server_count; i++) {
		if (!snapshot_healthy(snapshot) || exists(snapshot, selection->servers[i]))
			continue;
		buffer_format(problem, "virtual_server=%s: there is no such virtual server",
			      selection->servers[i]);
		list_servers(snapshot, problem);
		return false;
	}
	return true;
}

bool selection_is_all(const struct selection *selection)
{
	return !selection->family_given && selection->server_count == 0;
}

static bool wanted(const struct selection *selection, const struct stat_family *family,
		   const struct stat_row *row)
{
	if (selection->server_count == 0)
		return true;
	for (size_t i = 0; i < selection->server_count; i++)
		if (is_server(family, row, selection->servers[i]))
			return true;
	return false;
}

void selection_apply(const struct selection *selection, const struct snapshot *whole,
		     struct snapshot *part)
{
	memcpy(part->segments, whole->segments, sizeof(part->segments));
	part->wall = whole->wall;
	part->left_out = whole->left_out;
	part->torn = whole->torn;
	for (size_t family = 0; family < STAT_FAMILY_COUNT; family++) {
		enum stat_family_id id = (enum stat_family_id)family;

		if (!selection->families[family])
			continue;
		for (size_t i = 0; i < whole->families[family].count; i++) {
			const struct stat_row *row = snapshot_row(whole, id, i);

			if (wanted(selection, &stat_families[family], row))
				snapshot_add(part, id, row);
		}
	}
}
