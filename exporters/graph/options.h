/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of lbd-graph. */
#ifndef LBD_EXPORTERS_GRAPH_OPTIONS_H
#define LBD_EXPORTERS_GRAPH_OPTIONS_H

#include <stdbool.h>

/* As those of lbctl, which hands its command line on. */
enum graph_exit {
	GRAPH_EXIT_DONE = 0,
	GRAPH_EXIT_REFUSED = 1, /* no such object, or it cannot be drawn */
	GRAPH_EXIT_USAGE = 64,  /* EX_USAGE of sysexits.h */
};

struct graph_options {
	const char *run_dir;
	const char *directory;
	const char *rrdcached; /* NULL: the files are whole as they are */
	const char *events;    /* NULL: no lines */
	const char *since, *until;
	const char *graph;  /* NULL: the main one, or all in a list or a page */
	const char *output; /* NULL: not given */
	const char *html;
	const char *object; /* NULL: all */
	unsigned width, height;
	bool list, json, print_arguments, all;
};

/* 0 to go on; else the exit status + 1. */
int graph_options_read(int count, char **values, struct graph_options *options);

#endif
