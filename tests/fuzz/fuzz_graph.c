/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: what lbd-graph is given: names of files and of objects, times, and events of a file.
 * Each line of the input is tried as each of these; then a picture is described, of which every
 * word must mean to rrdtool what it was meant to.
 */
#include "exporters/graph/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/fuzz/fuzz.h"

#define NOW INT64_C(1785000000)

static void require(int holds)
{
	if (!holds)
		abort();
}

static unsigned colons(const char *word)
{
	unsigned count = 0;

	for (; *word != '\0'; word++) {
		if (*word == '\\' && word[1] != '\0')
			word++;
		else
			count += *word == ':';
	}
	return count;
}

/* "VRULE:TIME#COLOUR:legend": a colon too many would be another part. */
static void try_words(const struct graph_words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		if (strncmp(words->list[i], "VRULE:", 6) == 0)
			require(colons(words->list[i]) == 2);
		if (strncmp(words->list[i], "DEF:", 4) == 0)
			require(colons(words->list[i]) == 3);
	}
}

static void try_picture(const struct graph_objects *objects, const struct graph_events *events,
			size_t i)
{
	struct graph_sources sources;
	struct graph_words words = {0};
	struct graph_marks marks;
	struct buffer text = {0};
	struct graph_page page = {.object = NULL};
	struct graph graph;
	struct graph_picture picture = {.directory = "/a:b\\c",
					.object = &objects->list[i],
					.graph = &graph,
					.sources = &sources,
					.window = {.start = 0, .end = INT64_MAX},
					.marks = &marks,
					.width = 100,
					.height = 100,
					.format = "PNG"};

	memset(&sources, 1, sizeof(sources));
	graph_marks_choose(&marks, events, picture.object, &picture.window);
	require(marks.count <= GRAPH_MARKS && marks.count + marks.earlier <= events->count);
	if (!graph_of(picture.object->family, 0, &graph))
		return;
	graph_arguments(&picture, &words);
	try_words(&words);
	graph_list_line(&picture, &text);
	graph_list_json(&picture, &text);
	graph_list_command(&picture, "x.png", &text);
	graph_page_add(&page, &picture);
	graph_page_end(&page, "", &text);
	buffer_free(&text);
	graph_words_free(&words);
}

static void try_name(const struct graph_objects *objects, const char *name)
{
	struct buffer problem = {0};
	const struct graph_object *object = graph_objects_find(objects, name, &problem);

	require(object ? problem.length == 0 : problem.length > 0);
	buffer_free(&problem);
}

static void try_line(struct graph_objects *objects, struct graph_events *events, const char *line)
{
	int64_t moment, ago;

	if (graph_moment(line, NOW, &moment, &ago))
		require(ago >= 0 && ago <= NOW);
	graph_events_add(events, line, strlen(line));
	graph_objects_add(objects, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct graph_objects objects = {.count = 0};
	struct graph_events events = {.count = 0};
	char *text = memory_new(size + 1), *rest = text, *line;

	if (size > 0)
		memcpy(text, data, size);
	graph_objects_add(&objects, "real_server/TCP/192.0.2.1+80/10.0.0.1+80.rrd");
	while ((line = strsep(&rest, "\n")))
		try_line(&objects, &events, line);
	graph_objects_name(&objects);
	try_name(&objects, text);
	for (size_t i = 0; i < objects.count && i < 4; i++) {
		try_name(&objects, objects.list[i].name);
		try_picture(&objects, &events, i);
	}
	graph_events_free(&events);
	graph_objects_free(&objects);
	free(text);
	return 0;
}
