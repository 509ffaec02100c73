/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every exporter does before its work begins: reads a command line that has a common part, opens
 * the log, gives up what it could still gain, and ends with the lbd that started it. An exporter
 * declares its own options as a table. It must not know what any exporter is for.
 */
#ifndef LBD_EXPORTERS_BASE_PROGRAM_H
#define LBD_EXPORTERS_BASE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct loop;

struct program_option {
	const char *name; /* without the dashes */
	/* Takes the value, which lives as long as the process. NULL, or what would be right. */
	const char *(*take)(void *argument, const char *value);
};

#define PROGRAM_OPTIONS 24 /* of its own, at most */

struct program {
	/* Given. */
	const char *name;  /* "lbd-rrd" */
	const char *usage; /* the text of --help, but for the common options at its end */
	const struct program_option *options;
	size_t option_count;
	void *argument; /* for take() */
	/* Read from the command line. */
	const char *run_dir;
	const char *segments; /* RUN_DIR/stat */
	int segment_fd;       /* the exporter's own segment, open for writing; -1: none was given */
	/* Its own. */
	bool foreground;
	bool die_with_parent;
	pid_t parent;
};

/* The first thing in main(). 0 to go on; else the exit status + 1: something was wrong, and said on
 * standard error, or --help or --version was answered. */
int program_read(struct program *program, int count, char **values);

/* The second: the log, no new privileges, no SIGPIPE. False when the parent is gone already, and the
 * program is to end as if told to. */
bool program_begin(const struct program *program);

/* Runs the loop until SIGTERM or SIGINT. */
void program_run(struct loop *loop);

/* Decimal digits alone, from `least` to `most`. */
bool program_number(const char *text, unsigned long least, unsigned long most, unsigned long *number);

#endif
