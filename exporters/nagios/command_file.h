/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The FIFO that a monitor reads results from. Lines are written whole or not at all; while nobody
 * reads, or the reader stands still, they wait in a queue (queue.h), and are written when it is
 * back. Never blocks. What goes wrong is in the row, and in the log once when it begins and once
 * when it is over.
 */
#ifndef LBD_EXPORTERS_NAGIOS_COMMAND_FILE_H
#define LBD_EXPORTERS_NAGIOS_COMMAND_FILE_H

#include <stddef.h>

struct loop;
struct stat_exporter;
struct command_file;

/* `path` lives as long as it does; `row` may be NULL (own.h). The file need not be there yet. */
struct command_file *command_file_new(struct loop *loop, const char *path,
				      struct stat_exporter *row);
void command_file_free(struct command_file *file);

/* A line with its newline, at most RESULT_MOST bytes. */
void command_file_put(struct command_file *file, const char *line, size_t length);

#endif
