/* SPDX-License-Identifier: GPL-2.0-or-later */
/* graph.def as a table. */
#include "exporters/graph/graph.h"

#include <assert.h>
#include <string.h>

#define BLUE "0072B2"
#define ORANGE "E69F00"
#define GREEN "009E73"
#define PURPLE "CC79A7"
#define SKY "56B4E9"
#define VERMILLION "D55E00"
#define YELLOW "F0E442"
#define BLACK "000000"
#define GREY "999999"

/* A row of graph.def; which members mean something depends on its kind. */
struct row {
	enum kind { ROW_GRAPH, ROW_ITEM, ROW_NOT_DRAWN, ROW_TINT } kind;
	enum stat_family_id family;
	const char *name;
	const char *title; /* NOT_DRAWN: the reason */
	const char *axis;
	unsigned scale;
	struct graph_item item;
	const struct set *set;
	size_t value;
};

#define GRAPH(FAMILY, name_, scale_, title_, axis_) \
	{.kind = ROW_GRAPH, \
	 .family = STAT_FAMILY_##FAMILY, \
	 .name = #name_, \
	 .scale = scale_, \
	 .title = title_, \
	 .axis = axis_},
#define ITEM(draw_, family_, metric_, colour_, legend_) \
	{.kind = ROW_ITEM, \
	 .item = {.draw = draw_, \
		  .metric = STAT_##family_##_##metric_, \
		  .colour = colour_, \
		  .legend = legend_}},
#define LINE(family, metric, colour, legend) ITEM(GRAPH_LINE, family, metric, colour, legend)
#define AREA(family, metric, colour, legend) ITEM(GRAPH_AREA, family, metric, colour, legend)
#define STACK(family, metric, colour, legend) ITEM(GRAPH_STACK, family, metric, colour, legend)
#define MEMBERS(family, metric) ITEM(GRAPH_MEMBERS, family, metric, NULL, NULL)
#define MEAN(family, metric, colour, legend) ITEM(GRAPH_MEAN, family, metric, colour, legend)
#define BAND(family, metric) ITEM(GRAPH_BAND, family, metric, NULL, NULL)
#define BELOW(family, metric, colour, legend) ITEM(GRAPH_BELOW, family, metric, colour, legend)
#define ABOVE(family, metric, colour, legend) ITEM(GRAPH_ABOVE, family, metric, colour, legend)
/* The name of the family is in that of the metric's index only. */
#define NOT_DRAWN(family_, metric_, reason) \
	{.kind = ROW_NOT_DRAWN, \
	 .name = #family_, \
	 .title = reason, \
	 .item = {.metric = STAT_##family_##_##metric_}},
#define TINT(which, SET, VALUE, colour_) \
	{.kind = ROW_TINT, \
	 .set = &set_##which, \
	 .value = SET##_##VALUE, \
	 .item = {.colour = colour_}},

static const struct row rows[] = {
#include "exporters/graph/graph.def"
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void take(struct graph *graph, size_t at)
{
	*graph = (struct graph){.family = rows[at].family,
				.name = rows[at].name,
				.title = rows[at].title,
				.axis = rows[at].axis,
				.scale = rows[at].scale};
	while (++at < ROWS && rows[at].kind == ROW_ITEM) {
		assert(graph->item_count < GRAPH_ITEMS);
		graph->items[graph->item_count++] = rows[at].item;
	}
}

bool graph_get(size_t i, struct graph *graph)
{
	for (size_t at = 0; at < ROWS; at++)
		if (rows[at].kind == ROW_GRAPH && i-- == 0) {
			take(graph, at);
			return true;
		}
	return false;
}

bool graph_of(enum stat_family_id family, size_t i, struct graph *graph)
{
	for (size_t at = 0; at < ROWS; at++)
		if (rows[at].kind == ROW_GRAPH && rows[at].family == family && i-- == 0) {
			take(graph, at);
			return true;
		}
	return false;
}

bool graph_named(enum stat_family_id family, const char *name, struct graph *graph)
{
	for (size_t i = 0; graph_of(family, i, graph); i++)
		if (strcmp(graph->name, name) == 0)
			return true;
	return false;
}

const char *graph_not_drawn(enum stat_family_id family, unsigned metric)
{
	for (size_t at = 0; at < ROWS; at++)
		if (rows[at].kind == ROW_NOT_DRAWN && rows[at].item.metric == metric &&
		    strcmp(rows[at].name, stat_families[family].name) == 0)
			return rows[at].title;
	return NULL;
}

const char *graph_tint(const struct set *set, size_t value)
{
	for (size_t at = 0; at < ROWS; at++)
		if (rows[at].kind == ROW_TINT && rows[at].set == set && rows[at].value == value)
			return rows[at].item.colour;
	return NULL;
}

const char *graph_colour(size_t i)
{
	static const char *const colours[] = {BLUE,       ORANGE, GREEN,  PURPLE,
					      VERMILLION, SKY,    YELLOW, BLACK};

	return colours[i % (sizeof(colours) / sizeof(colours[0]))];
}
