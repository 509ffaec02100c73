/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * librrd, wrapped: library.c is the only file of lbd-rrd that includes it. All calls block as long
 * as the disk does, and, up to the patience below, as long as another process keeps the file locked.
 * `path` is the whole path of a file. Those that can fail return 0 or -1 and leave librrd's words in
 * library_error().
 */
#ifndef LBD_EXPORTERS_RRD_LIBRARY_H
#define LBD_EXPORTERS_RRD_LIBRARY_H

#include "exporters/rrd/rrd.h"

/* librrd gives up at once when another process holds the lock of a file, be it for a moment: lbd-rrd
 * that writes while somebody draws, and the other way round. Called after it failed, with *patience
 * naps at first: waits for a moment and is true when it may be asked again. */
#define LIBRARY_PATIENCE_WRITING 10 /* naps of 10 ms */
#define LIBRARY_PATIENCE_READING 200
bool library_wait(unsigned *patience);

/* Of the last call that failed; good until the next call. */
const char *library_error(void);
int library_describe(const char *path, struct rrd_description *description);
/* Makes the file, and the directories that it needs below `directory`. One that is there already is
 * an error and stays as it is. */
int library_create(const char *directory, const char *path, enum stat_family_id family,
		   const struct rrd_shape *shape, int64_t wall_seconds);
/* Adds the family's sources that the file does not have; the history of the others stays. */
int library_extend(const char *path, enum stat_family_id family, unsigned step,
		   const struct rrd_description *description);
/* `values` as of rrd_book_values(). */
int library_update(const char *path, const char *values);

#endif
