/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at files and drawing them, by librrd. */
#include "exporters/graph/draw.h"

#include <rrd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exporters/rrd/library.h"

static int failed(struct buffer *problem)
{
	buffer_text(problem, rrd_get_error());
	rrd_clear_error();
	return -1;
}

static bool above_zero(const rrd_value_t *data, unsigned long rows, unsigned long columns,
		       unsigned long column)
{
	for (unsigned long i = 0; i < rows; i++)
		if (data[i * columns + column] > 0)
			return true;
	return false;
}

static size_t find(const struct rrd_source *sources, size_t count, const char *name)
{
	size_t i = 0;

	while (i < count && strcmp(sources[i].name, name) != 0)
		i++;
	return i;
}

/* At most so many values are looked at for each source. */
#define LOOKS 1000

static int look_for_values(const char *path, const struct graph_window *window,
			   const struct rrd_source *list, size_t count,
			   struct graph_sources *sources, struct buffer *problem)
{
	time_t start = (time_t)window->start, end = (time_t)window->end;
	unsigned long step = (unsigned long)(end - start) / LOOKS + 1, columns;
	unsigned patience = LIBRARY_PATIENCE_READING;
	rrd_value_t *data;
	char **names;

	rrd_clear_error();
	while (rrd_fetch_r(path, "MAX", &start, &end, &step, &columns, &names, &data) != 0)
		if (!library_wait(&patience))
			return failed(problem);
	for (unsigned long i = 0; i < columns; i++) {
		size_t source = find(list, count, names[i]);

		if (source < count)
			sources->seen[source] = above_zero(
				data, (unsigned long)(end - start) / step, columns, i);
		rrd_freemem(names[i]);
	}
	rrd_freemem(names);
	rrd_freemem(data);
	return 0;
}

int draw_look(const char *path, enum stat_family_id family, const struct graph_window *window,
	      bool look, struct graph_sources *sources, struct buffer *problem)
{
	struct rrd_description description;
	struct rrd_source list[RRD_SOURCES];
	size_t count = rrd_sources(family, list);

	if (library_describe(path, &description) != 0) {
		buffer_text(problem, library_error());
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		sources->have[i] = rrd_describes(&description, list[i].name);
		sources->seen[i] = !look;
	}
	return look ? look_for_values(path, window, list, count, sources, problem) : 0;
}

int draw_picture(const struct graph_words *words, struct buffer *image, struct buffer *problem)
{
	const char **arguments = calloc(words->count + 3, sizeof(*arguments));
	unsigned patience = LIBRARY_PATIENCE_READING;
	rrd_info_t *info;

	if (!arguments)
		abort();
	arguments[0] = "graph";
	arguments[1] = "-";
	memcpy(arguments + 2, words->list, words->count * sizeof(*arguments));
	rrd_clear_error();
	/* It takes a command line, and changes none of the words. */
	do
		info = rrd_graph_v((int)words->count + 2, (char **)(uintptr_t)arguments);
	while (!info && library_wait(&patience));
	free(arguments);
	if (!info)
		return failed(problem);
	for (const rrd_info_t *item = info; item; item = item->next)
		if (item->type == RD_I_BLO && strcmp(item->key, "image") == 0)
			buffer_add(image, (const char *)item->value.u_blo.ptr,
				   item->value.u_blo.size);
	rrd_info_free(info);
	if (image->length == 0)
		buffer_text(problem, "librrd made no picture");
	return image->length > 0 ? 0 : -1;
}

/* --- times --------------------------------------------------------------------------------------- */

static int read_moment(const char *option, const char *text, int64_t now, rrd_time_value_t *value,
		       int64_t *ago, struct buffer *problem)
{
	char number[32];
	const char *error;
	int64_t moment;

	if (graph_moment(text, now, &moment, ago)) {
		snprintf(number, sizeof(number), "%lld", (long long)moment);
		text = number;
	}
	error = rrd_parsetime(text, value);
	if (!error)
		return 0;
	buffer_format(problem,
		      "%s `%s` is no time: write 6h, 2d, 2026-11-23, \"2026-11-23 05:00\", or what "
		      "rrdtool takes",
		      option, text);
	return -1;
}

int draw_window(const char *since, const char *until, int64_t now, struct graph_window *window,
		struct buffer *problem)
{
	rrd_time_value_t start_value, end_value;
	int64_t ago, end_ago;
	time_t start, end;

	if (read_moment("--since", since, now, &start_value, &ago, problem) != 0 ||
	    read_moment("--until", until, now, &end_value, &end_ago, problem) != 0)
		return -1;
	rrd_clear_error();
	if (rrd_proc_start_end(&start_value, &end_value, &start, &end) != 0)
		return failed(problem);
	if (start >= end) {
		buffer_format(problem, "--since %s is not before --until %s", since, until);
		return -1;
	}
	*window = (struct graph_window){.start = start, .end = end};
	if (ago > 0 && strcmp(until, "now") == 0)
		window->span = ago;
	return 0;
}
