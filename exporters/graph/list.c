/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Graphs for other programs: which there are, and how rrdtool draws them. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "exporters/graph/graph.h"

static void add_file(const struct graph_picture *picture, struct buffer *buffer)
{
	buffer_format(buffer, "%s/%s", picture->directory, picture->object->path);
}

void graph_list_line(const struct graph_picture *picture, struct buffer *buffer)
{
	buffer_format(buffer, "%s\t%s\t", picture->object->name, picture->graph->name);
	add_file(picture, buffer);
	buffer_format(buffer, "\t%s\n", picture->graph->title);
}

static json_t *text(const struct buffer *buffer)
{
	json_t *value = json_stringn(buffer->bytes, buffer->length);

	return value ? value : json_string("(not UTF-8)");
}

void graph_list_json(const struct graph_picture *picture, struct buffer *buffer)
{
	struct buffer file = {0}, title = {0}, name = {0};
	struct graph_words words = {0};
	json_t *arguments = json_array();
	json_t *object = json_object();
	char *line;

	add_file(picture, &file);
	graph_title(picture->object, picture->graph, &title);
	buffer_text(&name, picture->object->name);
	graph_arguments(picture, &words);
	for (size_t i = 0; i < words.count; i++) {
		struct buffer word = {.bytes = words.list[i], .length = strlen(words.list[i])};

		json_array_append_new(arguments, text(&word));
	}
	json_object_set_new(object, "object", text(&name));
	json_object_set_new(object, "family",
			    json_string(stat_families[picture->object->family].name));
	json_object_set_new(object, "graph", json_string(picture->graph->name));
	json_object_set_new(object, "title", text(&title));
	json_object_set_new(object, "file", text(&file));
	json_object_set_new(object, "arguments", arguments);
	line = json_dumps(object, JSON_COMPACT);
	if (!line)
		abort();
	buffer_format(buffer, "%s\n", line);
	free(line);
	json_decref(object);
	graph_words_free(&words);
	buffer_free(&file);
	buffer_free(&title);
	buffer_free(&name);
}

/* In single quotes all but these stand for themselves. */
static void add_quoted(struct buffer *buffer, const char *word)
{
	buffer_text(buffer, " '");
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			buffer_text(buffer, "'\\''");
		else
			buffer_add(buffer, word, 1);
	}
	buffer_text(buffer, "'");
}

void graph_list_command(const struct graph_picture *picture, const char *file,
			struct buffer *buffer)
{
	struct graph_words words = {0};

	graph_arguments(picture, &words);
	buffer_text(buffer, "rrdtool graph");
	add_quoted(buffer, file);
	for (size_t i = 0; i < words.count; i++)
		add_quoted(buffer, words.list[i]);
	buffer_text(buffer, "\n");
	graph_words_free(&words);
}
