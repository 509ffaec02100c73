/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virtual_server_group: its lines, and finding groups by name. */
#include "conf/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "conf/value.h"

uint32_t group_mark(struct builder *builder, const struct word *word)
{
	int64_t mark;

	if (value_number(word->text, &mark) && mark >= 1 && mark <= UINT32_MAX)
		return (uint32_t)mark;
	report_error(builder->report, word->at,
		     "\"%s\" is no firewall mark: it takes a number from 1 to 4294967295", word->text);
	return 0;
}

static bool read_mark(struct builder *builder, const struct statement *statement,
		      struct group_entry *entry)
{
	const struct word *words = statement->words;

	if (statement->count < 2) {
		report_error(builder->report, words[0].at, "fwmark says nothing: write fwmark NUMBER");
		return false;
	}
	entry->marked = true;
	entry->fwmark = group_mark(builder, &words[1]);
	if (statement->count > 2 && strcmp(words[2].text, "inet") == 0)
		entry->family = AF_INET;
	else if (statement->count > 2 && strcmp(words[2].text, "inet6") == 0)
		entry->family = AF_INET6;
	else if (statement->count > 2)
		report_error(builder->report, words[2].at,
			     "\"%s\" is no family: write inet, inet6 or nothing", words[2].text);
	return entry->fwmark != 0;
}

/* The number of addresses, at most GROUP_MOST_ADDRESSES + 1. */
static size_t range_size(const struct group_entry *entry)
{
	struct address address = entry->first;
	size_t size = 1;

	while (size <= GROUP_MOST_ADDRESSES && !address_equal(&address, &entry->last)) {
		value_next_address(&address);
		size++;
	}
	return size;
}

static bool read_addresses(struct builder *builder, const struct statement *statement,
			   struct group_entry *entry)
{
	const struct word *words = statement->words;

	if (!value_range(words[0].text, &entry->first, &entry->last)) {
		report_error(builder->report, words[0].at,
			     "\"%s\" is no address and no range: write 192.0.2.1, 192.0.2.1-20, "
			     "192.0.2.1-192.0.2.20, 192.0.2.0/28 or fwmark NUMBER",
			     words[0].text);
		return false;
	}
	if (range_size(entry) > GROUP_MOST_ADDRESSES) {
		report_error(builder->report, words[0].at, "a range of more than %d addresses is too large",
			     GROUP_MOST_ADDRESSES);
		return false;
	}
	return statement->count < 2 || builder_port(builder, &words[1], &entry->port);
}

static void build_entry(struct builder *builder, struct builder_group *group,
			const struct statement *statement)
{
	struct group_entry entry = {.at = statement->words[0].at};
	bool marked = strcmp(statement->words[0].text, "fwmark") == 0;
	size_t words = marked ? 3 : 2;

	if (!(marked ? read_mark(builder, statement, &entry)
		     : read_addresses(builder, statement, &entry)))
		return;
	if (statement->count > words)
		report_warning(builder->report, statement->words[words].at,
			       "\"%s\" is ignored: each address has a line of its own",
			       statement->words[words].text);
	group->entries = memory_resize(group->entries, group->entry_count + 1,
				       sizeof(*group->entries));
	group->entries[group->entry_count++] = entry;
}

/* The record of a group: a name that is too long is an error where it is used. */
static void record(struct builder *builder, const struct builder_group *group)
{
	struct conf_group *into = builder_add_groups(builder, group->at);

	text_copy(into->name, sizeof(into->name), group->name);
	into->first_member = (uint32_t)builder->conf->group_member_count;
	into->member_count = (uint32_t)group->entry_count;
	for (size_t i = 0; i < group->entry_count; i++) {
		const struct group_entry *entry = &group->entries[i];

		*builder_add_group_members(builder, entry->at) =
			(struct conf_group_member){.fwmark = entry->fwmark,
						   .port = entry->port,
						   .first = entry->first,
						   .last = entry->last};
	}
}

static void build_group(struct builder *builder, const struct object *object)
{
	const struct statement *statement = object->statement->children;
	const char *name = object->statement->words[1].text;
	struct builder_group *group;
	char place[REPORT_PLACE];
	size_t before = hash_put(&builder->group_names, name, strlen(name), builder->group_count);

	if (before != HASH_NEW) {
		report_error(builder->report, object->at,
			     "virtual_server_group %s is there already: see %s", name,
			     report_place(builder->report, builder->groups[before].at, place));
		return;
	}
	builder->groups = memory_resize(builder->groups, builder->group_count + 1,
					sizeof(*builder->groups));
	group = &builder->groups[builder->group_count++];
	*group = (struct builder_group){.name = name, .at = object->at};
	if (!statement)
		report_error(builder->report, object->at,
			     "virtual_server_group %s is empty: write an address and a port on a line",
			     name);
	for (; statement; statement = statement->next)
		build_entry(builder, group, statement);
	record(builder, group);
}

void build_groups(struct builder *builder)
{
	for (const struct object *child = builder->top->children; child; child = child->next)
		if (child->block == BLOCK_VIRTUAL_SERVER_GROUP)
			build_group(builder, child);
}

struct builder_group *group_find(struct builder *builder, const char *name)
{
	size_t index = hash_get(&builder->group_names, name, strlen(name));

	return index == HASH_NEW ? NULL : &builder->groups[index];
}

void group_use(struct builder *builder, const struct statement *statement)
{
	const struct word *words = statement->words;
	struct builder_group *group = NULL;

	if (statement->count > 2 && strcmp(words[1].text, "group") == 0)
		group = group_find(builder, words[2].text);
	if (group)
		group->used = true;
}

void groups_verify(struct builder *builder)
{
	for (size_t i = 0; i < builder->group_count; i++)
		if (!builder->groups[i].used)
			report_warning(builder->report, builder->groups[i].at,
				       "virtual_server_group %s serves nothing: no virtual_server names it",
				       builder->groups[i].name);
}

void groups_free(struct builder *builder)
{
	for (size_t i = 0; i < builder->group_count; i++)
		free(builder->groups[i].entries);
	free(builder->groups);
	hash_free(&builder->group_names);
}
