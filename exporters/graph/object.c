/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files ↔ objects, and the names that people know them by. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "exporters/graph/graph.h"

/* How `lbctl status` shows them: texts of the row in braces. A family that is not here, and a row of
 * which such a text is not known, is called by its labels. */
static const char *const names[STAT_FAMILY_COUNT] = {
	[STAT_FAMILY_VRRP] = "{instance}",
	[STAT_FAMILY_VIRTUAL_SERVER] = "{virtual_server}",
	[STAT_FAMILY_REAL_SERVER] = "{virtual_server}/{real_server}",
	[STAT_FAMILY_CHECK] = "{virtual_server}/{real_server}/{check}",
	[STAT_FAMILY_IPVS] = "ipvs",
	[STAT_FAMILY_SYNC] = "sync/{role}",
	[STAT_FAMILY_CONFIG] = "config",
	[STAT_FAMILY_EVENT] = "events",
	[STAT_FAMILY_PROCESS] = "process/{process}",
	[STAT_FAMILY_CHILD] = "child/{process}",
	[STAT_FAMILY_EXPORTER] = "exporter/{exporter}",
};

static const struct stat_text *find_text(const struct stat_family *family, const char *name,
					 size_t length)
{
	for (size_t i = 0; i < family->label_count + family->info_count; i++) {
		const struct stat_text *text = i < family->label_count
						       ? &family->labels[i]
						       : &family->infos[i - family->label_count];

		if (strlen(text->name) == length && memcmp(text->name, name, length) == 0)
			return text;
	}
	return NULL;
}

const char *graph_object_text(const struct graph_object *object, const char *name)
{
	const struct stat_text *text =
		find_text(&stat_families[object->family], name, strlen(name));

	return text ? (const char *)object->row + text->offset : "";
}

/* False when a text of the pattern is not there, or empty. */
static bool fill_pattern(const struct graph_object *object, char name[GRAPH_NAME])
{
	const struct stat_family *family = &stat_families[object->family];
	const char *at = names[object->family];

	name[0] = '\0';
	while (at && *at != '\0') {
		size_t length = strcspn(at + 1, "{}");
		const struct stat_text *text = *at == '{' ? find_text(family, at + 1, length) : NULL;
		const char *value = text ? (const char *)object->row + text->offset : "";

		if (*at == '{' && *value == '\0')
			return false;
		if (*at == '{')
			text_append(name, GRAPH_NAME, "%s", value);
		else
			text_append(name, GRAPH_NAME, "%.*s", (int)length + 1, at);
		at += length + 1 + (*at == '{');
	}
	return at != NULL;
}

/* "eth0/201/ipv4" */
static void join_labels(const struct graph_object *object, char name[GRAPH_NAME])
{
	const struct stat_family *family = &stat_families[object->family];

	name[0] = '\0';
	for (size_t i = 0; i < family->label_count; i++)
		text_append(name, GRAPH_NAME, "%s%s", i ? "/" : "",
			    (const char *)object->row + family->labels[i].offset);
}

/* "vrrp/eth0/201/ipv4" */
static void whole_name(const struct graph_object *object, char name[GRAPH_NAME])
{
	char labels[GRAPH_NAME];

	join_labels(object, labels);
	name[0] = '\0';
	text_append(name, GRAPH_NAME, "%s/%s", stat_families[object->family].name, labels);
}

bool graph_objects_add(struct graph_objects *objects, const char *path)
{
	enum stat_family_id family;
	struct stat_row *row = rrd_path_parse(path, &family);

	if (!row)
		return false;
	if (objects->count == objects->room) {
		objects->room = objects->room ? objects->room * 2 : 64;
		objects->list = memory_resize(objects->list, objects->room,
					      sizeof(objects->list[0]));
	}
	objects->by_path = false;
	objects->list[objects->count++] = (struct graph_object){
		.family = family, .row = row, .path = memory_string(path)};
	return true;
}

static int compare_paths(const void *a, const void *b)
{
	const struct graph_object *one = a, *other = b;

	return strcmp(one->path, other->path);
}

void graph_objects_learn(struct graph_objects *objects, enum stat_family_id id,
			 const struct stat_row *row)
{
	const struct stat_family *family = &stat_families[id];
	struct graph_object *found, wanted = {.family = id};
	char path[RRD_PATH];

	if (objects->count == 0 || !rrd_path(id, row, path))
		return;
	if (!objects->by_path)
		qsort(objects->list, objects->count, sizeof(objects->list[0]), compare_paths);
	objects->by_path = true;
	wanted.path = path;
	found = bsearch(&wanted, objects->list, objects->count, sizeof(wanted), compare_paths);
	for (size_t i = 0; found && i < family->info_count; i++)
		text_copy((char *)found->row + family->infos[i].offset, family->infos[i].size,
			  (const char *)row + family->infos[i].offset);
}

static int compare(const void *a, const void *b)
{
	const struct graph_object *one = a, *other = b;
	int by_name = strverscmp(one->name, other->name);

	if (one->family != other->family)
		return one->family < other->family ? -1 : 1;
	return by_name ? by_name : strcmp(one->path, other->path);
}

/* Sorted, so that those of one name are side by side. */
static bool has_twin(const struct graph_objects *objects, size_t i)
{
	const struct graph_object *list = objects->list;

	return (i > 0 && list[i - 1].family == list[i].family &&
		strcmp(list[i - 1].name, list[i].name) == 0) ||
	       (i + 1 < objects->count && list[i + 1].family == list[i].family &&
		strcmp(list[i + 1].name, list[i].name) == 0);
}

void graph_objects_name(struct graph_objects *objects)
{
	bool *twins = memory_array(objects->count + 1, sizeof(*twins));

	for (size_t i = 0; i < objects->count; i++)
		if (!fill_pattern(&objects->list[i], objects->list[i].name))
			join_labels(&objects->list[i], objects->list[i].name);
	objects->by_path = false;
	if (objects->count > 0)
		qsort(objects->list, objects->count, sizeof(objects->list[0]), compare);
	for (size_t i = 0; i < objects->count; i++)
		twins[i] = has_twin(objects, i);
	for (size_t i = 0; i < objects->count; i++)
		if (twins[i])
			join_labels(&objects->list[i], objects->list[i].name);
	free(twins);
}

void graph_objects_free(struct graph_objects *objects)
{
	for (size_t i = 0; i < objects->count; i++) {
		free(objects->list[i].row);
		free(objects->list[i].path);
	}
	free(objects->list);
	*objects = (struct graph_objects){0};
}

/* --- finding ------------------------------------------------------------------------------------- */

/* What it may be called: 0 its name, 1 its labels, 2 family and labels, 3 the bare name that it
 * shares with others. False after the last. */
static bool call(const struct graph_object *object, unsigned i, char name[GRAPH_NAME])
{
	switch (i) {
	case 0:
		memcpy(name, object->name, GRAPH_NAME);
		return true;
	case 1:
		join_labels(object, name);
		return true;
	case 2:
		whole_name(object, name);
		return true;
	case 3:
		return fill_pattern(object, name);
	default:
		return false;
	}
}

static bool is_called(const struct graph_object *object, const char *name)
{
	char called[GRAPH_NAME];

	for (unsigned i = 0; call(object, i, called); i++)
		if (strcmp(called, name) == 0)
			return true;
	return false;
}

#define SUGGESTIONS 3

struct suggestions {
	const struct graph_object *list[SUGGESTIONS];
	unsigned distances[SUGGESTIONS];
	size_t count;
};

static void suggest(struct suggestions *suggestions, const struct graph_object *object,
		    unsigned distance)
{
	size_t at = suggestions->count;

	while (at > 0 && suggestions->distances[at - 1] > distance)
		at--;
	if (at == SUGGESTIONS)
		return;
	for (size_t i = SUGGESTIONS - 1; i > at; i--) {
		suggestions->list[i] = suggestions->list[i - 1];
		suggestions->distances[i] = suggestions->distances[i - 1];
	}
	suggestions->list[at] = object;
	suggestions->distances[at] = distance;
	suggestions->count += suggestions->count < SUGGESTIONS;
}

static unsigned distance_of(const struct graph_object *object, const char *name)
{
	unsigned nearest = UINT32_MAX;
	char called[GRAPH_NAME];

	for (unsigned i = 0; call(object, i, called); i++) {
		unsigned distance = text_distance(called, name);

		/* The beginning of a name is as good as a letter that is wrong. */
		if (name[0] != '\0' && strncmp(called, name, strlen(name)) == 0)
			distance = 1;
		if (distance < nearest)
			nearest = distance;
	}
	return nearest;
}

static void add_suggestions(const struct graph_objects *objects, const char *name,
			    struct buffer *problem)
{
	/* A third of the letters may be wrong; more would be another name. */
	unsigned most = strlen(name) < 6 ? 1 : (unsigned)strlen(name) / 3;
	struct suggestions suggestions = {.count = 0};

	for (size_t i = 0; i < objects->count; i++) {
		unsigned distance = distance_of(&objects->list[i], name);

		if (distance <= most)
			suggest(&suggestions, &objects->list[i], distance);
	}
	for (size_t i = 0; i < suggestions.count; i++)
		buffer_format(problem, "%s%s", i == 0 ? "; did you mean " : " or ",
			      suggestions.list[i]->name);
	buffer_text(problem, suggestions.count ? "?" : "; --list names all");
}

const struct graph_object *graph_objects_find(const struct graph_objects *objects, const char *name,
					      struct buffer *problem)
{
	const struct graph_object *found[SUGGESTIONS] = {NULL};
	char whole[GRAPH_NAME];
	size_t count = 0;

	for (size_t i = 0; i < objects->count; i++)
		if (is_called(&objects->list[i], name)) {
			if (count < SUGGESTIONS)
				found[count] = &objects->list[i];
			count++;
		}
	if (count == 1)
		return found[0];
	if (count == 0) {
		buffer_format(problem, "there are no files of `%s`", name);
		add_suggestions(objects, name, problem);
		return NULL;
	}
	buffer_format(problem, "`%s` can be", name);
	for (size_t i = 0; i < count && i < SUGGESTIONS; i++) {
		whole_name(found[i], whole);
		buffer_format(problem, "%s %s", i ? "," : "", whole);
	}
	buffer_text(problem, count > SUGGESTIONS ? ", …: write which" : ": write which");
	return NULL;
}
