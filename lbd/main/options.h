/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of lbd(8). */
#ifndef LBD_MAIN_OPTIONS_H
#define LBD_MAIN_OPTIONS_H

#include <stdbool.h>

#include "process/process.h"

struct options {
	struct process_options process;
	const char *child; /* -X NAME: be this child; internal */
	bool test;         /* -t */
};

/* Fills `options`. On a wrong command line, --help or --version, prints and exits. */
void options_parse(struct options *options, int argc, char **argv);

#endif
