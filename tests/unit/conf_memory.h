/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configurations from strings: files that exist only in a test. */
#ifndef LBD_TESTS_UNIT_CONF_MEMORY_H
#define LBD_TESTS_UNIT_CONF_MEMORY_H

#include "conf/conf.h"

struct memory_file {
	const char *path, *text;
};

/* Loads the first of some files; the others are there to be included. The interfaces are lo, eth0 and eth1,
 * the config-id is "main". `problems` gets the diagnostics, a line each; the rest is cut. */
struct conf *memory_load_files(const struct memory_file *files, size_t count, char *problems,
			       size_t size);
/* One file, called "t". */
struct conf *memory_load(const char *text, char *problems, size_t size);

/* Asserts what a text is said to have wrong with it, each problem ended by a newline. */
#define MEMORY_PROBLEMS(text, expected) memory_problems(__FILE__, __LINE__, (text), (expected))
void memory_problems(const char *file, int line, const char *text, const char *expected);

/* The configuration in words (describe.h), to be freed. */
char *memory_describe(const struct conf *conf);

#endif
