/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is: the files below a directory, what the segments know of their objects, events. */
#ifndef LBD_EXPORTERS_GRAPH_FIND_H
#define LBD_EXPORTERS_GRAPH_FIND_H

#include "exporters/graph/graph.h"

/* The objects of all files below the directory, named. `segments` (RUN_DIR/stat) need not be there.
 * 0 or -errno. */
int find_objects(const char *directory, const char *segments, struct graph_objects *objects);
/* The events of a file, a line each; "-" is standard input. 0 or -errno. */
int find_events(const char *path, struct graph_events *events);

#endif
