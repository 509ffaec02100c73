/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only file of the parser that reads files: the configuration and what it includes, comments
 * taken off, continued lines joined, handed line by line to the macros and from there to the tree.
 * What it reads it reads through a struct source_files, so that tests and fuzzers need no file system.
 */
#ifndef LBD_CONF_SOURCE_H
#define LBD_CONF_SOURCE_H

#include "conf/macro.h"
#include "conf/tree.h"

/* Files within files. */
#define SOURCE_MOST_DEPTH 32
/* Bytes of one file. */
#define SOURCE_MOST_BYTES (64 << 20)

struct source_files {
	/* Reads a whole file. 0, or an errno value; EFBIG, EISDIR and ENOEXEC (not a regular file) included.
	 * *text is malloc'ed, *identity (malloc'ed) is equal for two names of one file. */
	int (*read)(void *context, const char *path, char **text, size_t *length, char **identity);
	/* The names that match a pattern, malloc'ed each and all; NULL when none does. */
	char **(*match)(void *context, const char *pattern, size_t *count);
	void *context;
	size_t most_lines; /* that definitions and repetition may make; 0: MACRO_MOST_LINES */
};

/* The file system. */
extern const struct source_files source_disk;

struct source_frame;

struct source {
	struct report *report;
	struct tree *tree;
	struct macro macro;
	const struct source_files *files;
	struct source_frame *frame; /* the file that is being read */
};

/* Reads `path` with its includes into the tree. Problems go to the report. */
void source_read(struct source *source, const char *path);

#endif
