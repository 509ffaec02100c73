/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures of the RRD files that lbd-rrd writes. Pure: no file is touched, no clock is read here.
 *
 *   graph.def     which graphs there are
 *   table.c       the table of them
 *   object.c      which file is which object, and what people call it
 *   window.c      times as people write them
 *   mark.c        events → the vertical lines of an object's graphs
 *   arguments.c   a graph of an object → the words for rrdtool graph
 *   list.c        the same for other programs
 *   page.c        a page of pictures for a web server
 *
 * The shell around it: draw.h (librrd), find.h (the directory), main.c. It reads RRD files, segments
 * and events, and writes pictures; it must not touch the RRD files themselves.
 */
#ifndef LBD_EXPORTERS_GRAPH_GRAPH_H
#define LBD_EXPORTERS_GRAPH_GRAPH_H

#include "exporters/rrd/rrd.h"

/* --- table.c ----------------------------------------------------------------------------------- */

enum graph_draw {
	GRAPH_LINE,
	GRAPH_AREA,
	GRAPH_STACK,
	GRAPH_MEMBERS,
	GRAPH_MEAN,
	GRAPH_BAND,
	GRAPH_BELOW,
	GRAPH_ABOVE,
};

#define GRAPH_LEGEND 25

struct graph_item {
	enum graph_draw draw;
	unsigned metric;    /* index in its family */
	const char *colour; /* RRGGBB; of MEMBERS and BAND NULL */
	const char *legend; /* of MEMBERS and BAND NULL: the texts of the set */
};

#define GRAPH_ITEMS 8

struct graph {
	enum stat_family_id family;
	const char *name;
	const char *title;
	const char *axis;
	unsigned scale;
	size_t item_count;
	struct graph_item items[GRAPH_ITEMS];
};

/* Graph `i` of all; false after the last. */
bool graph_get(size_t i, struct graph *graph);
/* Graph `i` of a family; 0 is its main one. */
bool graph_of(enum stat_family_id family, size_t i, struct graph *graph);
bool graph_named(enum stat_family_id family, const char *name, struct graph *graph);
/* Why the metric is in no graph; NULL when it is in one, or ought to be. */
const char *graph_not_drawn(enum stat_family_id family, unsigned metric);
/* Colour of a value: of a background, and of MEMBERS when every value has one; NULL: none. */
const char *graph_tint(const struct set *set, size_t value);
/* Colour of the i-th of several things, again from the first when there are more than colours. */
const char *graph_colour(size_t i);

/* --- object.c ---------------------------------------------------------------------------------- */

#define GRAPH_NAME 256

struct graph_object {
	enum stat_family_id family;
	struct stat_row *row;  /* the labels; texts that are no labels if a segment knew them */
	char *path;            /* below the directory */
	char name[GRAPH_NAME]; /* "VI_1", "192.0.2.1:80/10.0.0.1:80"; as told apart from all others */
};

struct graph_objects {
	struct graph_object *list;
	size_t count, room;
	bool by_path; /* sorted so */
};

/* Takes the path of a file; false when it is none of lbd-rrd's. */
bool graph_objects_add(struct graph_objects *objects, const char *path);
/* Texts that are no labels (the name of an instance, the group of a service): from a row of a
 * segment with the same labels. */
void graph_objects_learn(struct graph_objects *objects, enum stat_family_id family,
			 const struct stat_row *row);
/* Sorts them as people would and gives each its name. Call it after the last addition. */
void graph_objects_name(struct graph_objects *objects);
void graph_objects_free(struct graph_objects *objects);

/* The object that is called so: by its name, by its labels ("eth0/201/ipv4"), or by both family and
 * labels ("vrrp/eth0/201/ipv4"). NULL: `problem` says what is wrong with the name and what would be
 * right, in a line. */
const struct graph_object *graph_objects_find(const struct graph_objects *objects, const char *name,
					      struct buffer *problem);
/* Text `name` of the row, or "". */
const char *graph_object_text(const struct graph_object *object, const char *name);

/* --- window.c ---------------------------------------------------------------------------------- */

struct graph_window {
	int64_t start, end; /* wall seconds */
	int64_t span;       /* > 0: the last so many seconds, whenever it is drawn; else 0 */
};

/* A moment: "6h", "30min", "2d", "1w" (so long before `now`); "2026-11-23", "2026-11-23 05:00",
 * "2026-11-23T05:00:00" local time, with Z at its end UTC; "now". False for anything else. *ago: how
 * long before `now` if it was said like that, else 0. */
bool graph_moment(const char *text, int64_t now, int64_t *moment, int64_t *ago);

/* --- mark.c ------------------------------------------------------------------------------------ */

/* At most so many vertical lines are in a picture: more would hide it. */
#define GRAPH_MARKS 10
#define GRAPH_MARK_TEXT 120

/* An event, as `lbctl events --json` writes it. */
struct graph_event {
	uint64_t number;
	int64_t wall; /* seconds */
	char kind[24], object[128], from[16], to[16], cause[40], severity[12];
	char addresses[128]; /* effect: virtual addresses taken or given up; "" if it does not say */
	char services[128];  /* effect: virtual services touched */
};

struct graph_events {
	struct graph_event *list; /* in the order of their numbers */
	size_t count, room;
	size_t unreadable; /* lines that were no event */
};

/* Takes a line of JSON. */
void graph_events_add(struct graph_events *events, const char *line, size_t length);
void graph_events_free(struct graph_events *events);

struct graph_mark {
	int64_t wall;       /* seconds */
	const char *colour;
	char text[GRAPH_MARK_TEXT]; /* "event 17 05:12:44 VI_1 backup -> master: master silent" */
};

struct graph_marks {
	struct graph_mark list[GRAPH_MARKS]; /* the newest, in their order */
	size_t count;
	size_t earlier; /* further ones in the window, without a line */
};

/* The events of this object in this window: its own, and failovers that touch it. */
void graph_marks_choose(struct graph_marks *marks, const struct graph_events *events,
			const struct graph_object *object, const struct graph_window *window);

/* --- arguments.c ------------------------------------------------------------------------------- */

struct graph_words {
	char **list;
	size_t count, room;
};

void graph_words_add(struct graph_words *words, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void graph_words_free(struct graph_words *words);

/* What is known of a file; a source that it does not have is left out of the picture. */
struct graph_sources {
	bool have[RRD_SOURCES];
	bool seen[RRD_SOURCES]; /* of MEMBERS, those that were ever above 0 in the window are drawn */
};

struct graph_picture {
	const char *directory; /* of the files */
	const struct graph_object *object;
	const struct graph *graph;
	const struct graph_sources *sources;
	struct graph_window window;
	const struct graph_marks *marks;
	unsigned width, height; /* of the canvas, in pixels */
	const char *format;     /* "PNG" or "SVG" */
	const char *watermark;  /* or NULL */
};

/* "VI_1: Advertisements" */
void graph_title(const struct graph_object *object, const struct graph *graph, struct buffer *title);
/* The words that follow `rrdtool graph FILE`. */
void graph_arguments(const struct graph_picture *picture, struct graph_words *words);

/* --- list.c ------------------------------------------------------------------------------------ */

/* "OBJECT<tab>GRAPH<tab>FILE<tab>TITLE" and a line end. */
void graph_list_line(const struct graph_picture *picture, struct buffer *buffer);
/* A line of JSON with "object", "family", "graph", "title", "file" and "arguments". */
void graph_list_json(const struct graph_picture *picture, struct buffer *buffer);
/* A command for the shell that writes the picture to `file`, and a line end. */
void graph_list_command(const struct graph_picture *picture, const char *file,
			struct buffer *buffer);

/* --- page.c ------------------------------------------------------------------------------------ */

/* "vrrp/eth0/201/ipv4.adverts.png": where a picture is, below the directory of the page. */
void graph_page_path(const struct graph_picture *picture, struct buffer *path);

struct graph_page {
	struct buffer contents, body;
	enum stat_family_id family; /* of the last object */
	const struct graph_object *object; /* the last one */
};

/* Adds a picture. Those of an object follow each other, and objects of a family. */
void graph_page_add(struct graph_page *page, const struct graph_picture *picture);
/* The whole page. `about`: who drew it when, in a line. */
void graph_page_end(struct graph_page *page, const char *about, struct buffer *html);

#endif
