/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in which file something stands, and the collection of what is wrong with it. Every problem of a
 * configuration is gathered here and shown at once, in the order of the files (invariant 6).
 * No file is read here and nothing is logged.
 */
#ifndef LBD_CONF_REPORT_H
#define LBD_CONF_REPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "conf/hash.h"

/* A place in a file. Line and column count from 1; line 0 is the file as a whole. */
struct position {
	uint32_t file; /* from report_file() */
	uint32_t line;
	uint32_t column;
};

struct report_entry;

struct report {
	char **files;
	size_t file_count;
	struct report_entry *entries;
	size_t entry_count, entry_capacity;
	struct hash said; /* a sequence says the same of one place at each of its turns */
	size_t errors, warnings;
};

/* Beyond this many, problems are counted but no longer kept. */
#define REPORT_MOST 1000

/* Numbers a file, in the order in which the files are first read. */
uint32_t report_file(struct report *report, const char *path);
const char *report_file_name(const struct report *report, struct position at);
/* "file:line", for a message about another place. Returns text. */
#define REPORT_PLACE (CONF_PATH + 16)
const char *report_place(const struct report *report, struct position at, char text[REPORT_PLACE]);

void report_error(struct report *report, struct position at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void report_warning(struct report *report, struct position at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void report_add(struct report *report, enum conf_severity severity, struct position at,
		const char *format, va_list arguments) __attribute__((format(printf, 4, 0)));

/* Sorts and moves everything into `diagnostics`; the report is empty then. */
void report_finish(struct report *report, struct conf_diagnostics *diagnostics);

#endif
