/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of rrdcached(1) on its Unix socket. Every call is over within a second, whatever the
 * daemon does; a daemon that takes longer is hung up on, and connected to anew by the next call.
 * What an interrupted batch held may have been taken in part: each update is a line, and rrdcached
 * leaves a last line without end alone.
 */
#ifndef LBD_EXPORTERS_RRD_CACHED_H
#define LBD_EXPORTERS_RRD_CACHED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/set.h"
#include "exporters/base/buffer.h"

struct cached;

/* `socket` is a path and must outlive it. Connects when first used. */
struct cached *cached_new(const char *socket);
void cached_free(struct cached *cached);

/* Appends the line of one update to a batch. */
void cached_line(struct buffer *batch, const char *path, const char *values, size_t length);

/* Sends the lines as one BATCH. `refused` is called for each line that rrdcached does not take, with
 * its number from 0 and rrdcached's words. 0, or -1: see cached_error(). */
int cached_batch(struct cached *cached, const struct buffer *batch,
		 void (*refused)(size_t line, const char *words, void *argument), void *argument);

/* Has everything that waits for this file written. A file that rrdcached does not know is no error. */
int cached_flush(struct cached *cached, const char *path);

/* Has it forget what it knows of this file, and the values that wait for it: the file is gone, and
 * another will be in its place. One that it does not know is no error. */
int cached_forget(struct cached *cached, const char *path);

/* What went wrong last, in words, and as one of the closed set. */
const char *cached_error(const struct cached *cached);
enum exporter_error cached_reason(const struct cached *cached);

#endif
