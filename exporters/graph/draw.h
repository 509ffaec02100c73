/* SPDX-License-Identifier: GPL-2.0-or-later */
/* librrd, as far as pictures need it. Those that can fail return 0 or -1 and say why in a line. */
#ifndef LBD_EXPORTERS_GRAPH_DRAW_H
#define LBD_EXPORTERS_GRAPH_DRAW_H

#include "exporters/graph/graph.h"

/* What the file at `path` has, and, with `look`, what of it was above 0 in the window; else all
 * counts as seen. */
int draw_look(const char *path, enum stat_family_id family, const struct graph_window *window,
	      bool look, struct graph_sources *sources, struct buffer *problem);
/* The picture that rrdtool graph makes of the words. */
int draw_picture(const struct graph_words *words, struct buffer *image, struct buffer *problem);
/* The window between two texts of graph_moment(), or of rrdtool's own language for times. */
int draw_window(const char *since, const char *until, int64_t now, struct graph_window *window,
		struct buffer *problem);

#endif
