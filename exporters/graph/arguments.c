/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A graph of an object as words for rrdtool graph. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "exporters/graph/graph.h"

/* Tints are laid under the lines, so they are faint. */
#define FAINT "60"

void graph_words_add(struct graph_words *words, const char *format, ...)
{
	va_list arguments;
	char *word;
	int length;

	va_start(arguments, format);
	length = vasprintf(&word, format, arguments);
	va_end(arguments);
	if (length < 0)
		abort();
	if (words->count + 1 >= words->room) {
		words->room = words->room ? words->room * 2 : 64;
		words->list = memory_resize(words->list, words->room, sizeof(words->list[0]));
	}
	words->list[words->count++] = word;
	words->list[words->count] = NULL;
}

void graph_words_free(struct graph_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->list[i]);
	free(words->list);
	*words = (struct graph_words){0};
}

/* What is being built: the picture, its words, and the number of the next variable. */
struct work {
	const struct graph_picture *picture;
	struct graph_words *words;
	struct rrd_source sources[RRD_SOURCES];
	size_t source_count;
	unsigned next;
};

/* A colon separates the parts of a word, and a backslash is the escape from that. */
static const char *escape(const char *text, char *into, size_t size)
{
	size_t length = 0;

	for (; *text != '\0' && length + 3 < size; text++) {
		if (*text == ':' || *text == '\\')
			into[length++] = '\\';
		into[length++] = *text;
	}
	into[length] = '\0';
	return into;
}

/* Index of a metric's source, or -1 when the file does not have it. */
static int find_source(const struct work *work, unsigned metric, unsigned part)
{
	for (size_t i = 0; i < work->source_count; i++)
		if (work->sources[i].index == metric && work->sources[i].part == part)
			return work->picture->sources->have[i] ? (int)i : -1;
	return -1;
}

/* What a source is called before the graph's scale is applied. */
static const char *raw(const struct work *work)
{
	return work->picture->graph->scale == 1 ? "" : "r";
}

/* Variables aN and mN: averages and maxima of a source, in the graph's scale. */
static unsigned define(struct work *work, int source)
{
	char path[4096 + RRD_PATH], escaped[2 * sizeof(path)];
	unsigned n = work->next++, scale = work->picture->graph->scale;
	const char *name = work->sources[source].name;

	snprintf(path, sizeof(path), "%s/%s", work->picture->directory,
		 work->picture->object->path);
	escape(path, escaped, sizeof(escaped));
	graph_words_add(work->words, "DEF:%sa%u=%s:%s:AVERAGE", raw(work), n, escaped, name);
	graph_words_add(work->words, "DEF:%sm%u=%s:%s:MAX", raw(work), n, escaped, name);
	if (scale == 0) {
		graph_words_add(work->words, "CDEF:a%u=ra%u,STEPWIDTH,*", n, n);
		graph_words_add(work->words, "CDEF:m%u=a%u", n, n);
	} else if (scale != 1) {
		graph_words_add(work->words, "CDEF:a%u=ra%u,%u,*", n, n, scale);
		graph_words_add(work->words, "CDEF:m%u=rm%u,%u,*", n, n, scale);
	}
	return n;
}

/* --- the legend ---------------------------------------------------------------------------------- */

static bool is_counter(const struct stat_metric *metric)
{
	return metric->kind == STAT_KIND_COUNTER || metric->kind == STAT_KIND_COUNTERS;
}

/* Has the line a last column, how many there were in all? */
static bool has_total(const struct stat_metric *metric)
{
	return is_counter(metric) && metric->unit != STAT_UNIT_SECONDS;
}

/* Milliseconds and megabytes are common, milliconnections are not. */
static bool is_prefixed(const struct graph *graph, const struct stat_metric *metric)
{
	return metric->unit == STAT_UNIT_BYTES ||
	       (metric->unit == STAT_UNIT_SECONDS && graph->scale == 1);
}

static void add_heads(struct work *work, const struct stat_metric *metric)
{
	graph_words_add(work->words, "COMMENT:%*s%12s%12s%12s%12s\\l", GRAPH_LEGEND + 2, "", "last",
			"average", "greatest", has_total(metric) ? "in all" : "");
}

/* The numbers of a line: last, average and greatest of aN and mN, and how many there were. */
static void add_numbers(struct work *work, unsigned n, const struct stat_metric *metric)
{
	static const char variables[] = {'l', 'v', 'x'};
	struct graph_words *words = work->words;
	bool prefixed = is_prefixed(work->picture->graph, metric);
	const char *unit = !prefixed ? " " : metric->unit == STAT_UNIT_SECONDS ? " %ss" : " %s ";
	const char *form = prefixed ? "%8.2lf" : "%10.2lf";

	graph_words_add(words, "VDEF:l%u=a%u,LAST", n, n);
	graph_words_add(words, "VDEF:v%u=a%u,AVERAGE", n, n);
	graph_words_add(words, "VDEF:x%u=m%u,MAXIMUM", n, n);
	for (size_t i = 0; i < sizeof(variables); i++)
		graph_words_add(words, "GPRINT:%c%u:%s%s", variables[i], n, form, unit);
	if (has_total(metric)) {
		graph_words_add(words, "VDEF:t%u=%sa%u,TOTAL", n, raw(work), n);
		graph_words_add(words, "GPRINT:t%u:%s", n, prefixed ? "%8.2lf %s" : "%10.0lf");
	}
	graph_words_add(words, "COMMENT:\\l");
}

/* --- what is drawn ------------------------------------------------------------------------------- */

static void add_shape(struct work *work, unsigned n, enum graph_draw draw, const char *colour,
		      const char *legend)
{
	bool area = draw == GRAPH_AREA || draw == GRAPH_STACK;
	char padded[GRAPH_LEGEND + 64], escaped[2 * sizeof(padded)];

	snprintf(padded, sizeof(padded), "%-*.60s", GRAPH_LEGEND, legend);
	graph_words_add(work->words, "%s:a%u#%s:%s%s", area ? "AREA" : "LINE1.5", n, colour,
			escape(padded, escaped, sizeof(escaped)),
			draw == GRAPH_STACK ? ":STACK" : "");
}

static void add_series(struct work *work, const struct graph_item *item,
		       const struct stat_metric *metric)
{
	int source = find_source(work, item->metric, 0);
	unsigned n;

	if (source < 0)
		return;
	n = define(work, source);
	add_shape(work, n, item->draw, item->colour, item->legend);
	add_numbers(work, n, metric);
}

/* A set whose values all have a tint is in those colours everywhere: critical is not green. */
static const char *member_colour(const struct set *set, unsigned value, size_t drawn)
{
	for (size_t i = 0; i < set->count; i++)
		if (!graph_tint(set, i))
			return graph_colour(drawn);
	return graph_tint(set, value);
}

static void add_members(struct work *work, const struct graph_item *item,
			const struct stat_metric *metric)
{
	size_t drawn = 0;

	for (unsigned part = 0; part < stat_sources(metric); part++) {
		int source = find_source(work, item->metric, part);
		unsigned n;

		if (source < 0 || !work->picture->sources->seen[source])
			continue;
		n = define(work, source);
		add_shape(work, n, drawn ? GRAPH_STACK : GRAPH_AREA,
			  member_colour(metric->set, part, drawn), set_text(metric->set, (long)part));
		add_numbers(work, n, metric);
		drawn++;
	}
	if (drawn == 0)
		graph_words_add(work->words, "COMMENT:none in this time\\l");
}

/* sum / count of each moment. There is no greatest one to be had from the archives of maxima. */
static void add_mean(struct work *work, const struct graph_item *item,
		     const struct stat_metric *metric)
{
	int count = find_source(work, item->metric, 0), sum = find_source(work, item->metric, 1);
	unsigned c, s, n;

	if (count < 0 || sum < 0)
		return;
	c = define(work, count);
	s = define(work, sum);
	n = work->next++;
	graph_words_add(work->words, "CDEF:a%u=a%u,a%u,/", n, s, c);
	graph_words_add(work->words, "CDEF:m%u=a%u", n, n);
	add_shape(work, n, GRAPH_LINE, item->colour, item->legend);
	add_numbers(work, n, metric);
}

/* --- backgrounds --------------------------------------------------------------------------------- */

/* Of several values in one moment the greatest counts: sets are ordered so that it is the worse. */
static void add_band(struct work *work, const struct graph_item *item,
		     const struct stat_metric *metric)
{
	int source = find_source(work, item->metric, 0);
	unsigned n;

	if (source < 0)
		return;
	n = define(work, source);
	for (size_t value = 0; value < metric->set->count; value++) {
		const char *tint = graph_tint(metric->set, value);

		if (!tint)
			continue;
		graph_words_add(work->words, "CDEF:b%uv%zu=%sm%u,%zu,EQ,INF,UNKN,IF", n, value,
				raw(work), n, value);
		graph_words_add(work->words, "AREA:b%uv%zu#%s" FAINT ":%s", n, value, tint,
				metric->set->values[value].text);
	}
}

static void add_alarm(struct work *work, const struct graph_item *item)
{
	int source = find_source(work, item->metric, 0);
	unsigned n;

	if (source < 0)
		return;
	n = define(work, source);
	graph_words_add(work->words, "CDEF:b%u=%sa%u,%s,INF,UNKN,IF", n, raw(work), n,
			item->draw == GRAPH_BELOW ? "1,LT" : "0,GT");
	graph_words_add(work->words, "AREA:b%u#%s" FAINT ":%s", n, item->colour, item->legend);
}

static bool is_background(enum graph_draw draw)
{
	return draw == GRAPH_BAND || draw == GRAPH_BELOW || draw == GRAPH_ABOVE;
}

static void add_item(struct work *work, const struct graph_item *item)
{
	const struct stat_metric *metric =
		&stat_families[work->picture->graph->family].metrics[item->metric];

	switch (item->draw) {
	case GRAPH_LINE:
	case GRAPH_AREA:
	case GRAPH_STACK:
		add_series(work, item, metric);
		return;
	case GRAPH_MEMBERS:
		add_members(work, item, metric);
		return;
	case GRAPH_MEAN:
		add_mean(work, item, metric);
		return;
	case GRAPH_BAND:
		add_band(work, item, metric);
		return;
	case GRAPH_BELOW:
	case GRAPH_ABOVE:
		add_alarm(work, item);
		return;
	}
}

static void add_items(struct work *work)
{
	const struct graph *graph = work->picture->graph;
	bool headed = false;

	for (size_t i = 0; i < graph->item_count; i++) {
		const struct graph_item *item = &graph->items[i];

		if (!headed && !is_background(item->draw)) {
			if (i > 0)
				graph_words_add(work->words, "COMMENT:\\l");
			add_heads(work, &stat_families[graph->family].metrics[item->metric]);
			headed = true;
		}
		add_item(work, item);
	}
}

static void add_marks(struct work *work)
{
	const struct graph_marks *marks = work->picture->marks;
	char escaped[2 * GRAPH_MARK_TEXT];

	for (size_t i = 0; marks && i < marks->count; i++)
		graph_words_add(work->words, "VRULE:%lld#%s:%s\\l", (long long)marks->list[i].wall,
				marks->list[i].colour,
				escape(marks->list[i].text, escaped, sizeof(escaped)));
	if (marks && marks->earlier > 0)
		graph_words_add(work->words,
				"COMMENT:and %zu earlier event%s in this time, without a line\\l",
				marks->earlier, marks->earlier == 1 ? "" : "s");
}

/* --- the frame ----------------------------------------------------------------------------------- */

void graph_title(const struct graph_object *object, const struct graph *graph, struct buffer *title)
{
	const char *group = graph_object_text(object, "group");

	buffer_format(title, "%s%s%s%s: %s", object->name, group[0] ? " (" : "", group,
		      group[0] ? ")" : "", graph->title);
}

static void add_frame(struct work *work)
{
	static const char *const colours[] = {"BACK#FFFFFF", "SHADEA#FFFFFF", "SHADEB#FFFFFF"};
	const struct graph_picture *picture = work->picture;
	const struct graph *graph = picture->graph;
	const struct stat_metric *first =
		&stat_families[graph->family].metrics[graph->items[graph->item_count - 1].metric];
	struct buffer title = {0};

	graph_title(picture->object, graph, &title);
	graph_words_add(work->words, "--imgformat=%s", picture->format);
	graph_words_add(work->words, "--title=%.*s", (int)title.length, title.bytes);
	graph_words_add(work->words, "--vertical-label=%s", graph->axis);
	graph_words_add(work->words, "--width=%u", picture->width);
	graph_words_add(work->words, "--height=%u", picture->height);
	if (picture->window.span > 0) {
		graph_words_add(work->words, "--start=end-%llds", (long long)picture->window.span);
		graph_words_add(work->words, "--end=now");
	} else {
		graph_words_add(work->words, "--start=%lld", (long long)picture->window.start);
		graph_words_add(work->words, "--end=%lld", (long long)picture->window.end);
	}
	graph_words_add(work->words, "--lower-limit=0");
	if (!is_prefixed(graph, first)) {
		/* No prefixes; but as many digits as it takes to tell 0.1 from 0.15. */
		graph_words_add(work->words, "--units-exponent=0");
		graph_words_add(work->words, "--left-axis-format=%%lg");
	} else if (first->kind == STAT_KIND_GAUGE && first->unit == STAT_UNIT_BYTES) {
		graph_words_add(work->words, "--base=1024");
	}
	for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
		graph_words_add(work->words, "--color=%s", colours[i]);
	if (picture->watermark)
		graph_words_add(work->words, "--watermark=%s", picture->watermark);
	buffer_free(&title);
}

void graph_arguments(const struct graph_picture *picture, struct graph_words *words)
{
	struct work work = {.picture = picture, .words = words};

	work.source_count = rrd_sources(picture->graph->family, work.sources);
	add_frame(&work);
	add_items(&work);
	/* Without anything to draw rrdtool makes no picture, not even an empty one. */
	graph_words_add(words, "HRULE:0#999999");
	add_marks(&work);
}
