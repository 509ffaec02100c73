/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an exporter says of itself: its rows of the families `exporter` and `process`, written to the
 * segment that lbd gave it, where every other exporter reads them. One started by hand has none and
 * keeps the same rows in memory; own_merge() puts them into its own snapshots.
 *
 * Nothing here blocks. A row that could not be had is NULL, which all functions take.
 */
#ifndef LBD_EXPORTERS_BASE_OWN_H
#define LBD_EXPORTERS_BASE_OWN_H

#include "exporters/base/snapshot.h"

struct loop;
struct own;

/* `fd`: of --segment-fd, which is taken in any case, or -1. To be called before a byte from outside is
 * read: the mapping alone cannot cut the file short under its readers, the descriptor could.
 * Never NULL: rows that cannot be shared, which is logged, are kept in memory. */
struct own *own_open(enum process_id process, int fd);
/* Beats once a second from this loop, and observes how late its timers fire, until own_unwatch(),
 * which comes before loop_free(). */
void own_watch(struct own *own, struct loop *loop);
void own_unwatch(struct own *own);
/* The last beat: readers see at once that nobody is there. */
void own_close(struct own *own);

/* The row of one thing that the exporter serves or writes to. `target` must hold no credentials: see
 * own_target(). Rows of targets that are not asked for again after a start are gone. */
struct stat_exporter *own_row(struct own *own, const char *target);
/* An URL without user, password, query and fragment: "http://a:b@h/p?q" is "http://h/p". Other text
 * stays as it is. Returns `text`, cut to its size. */
#define OWN_TARGET 128
const char *own_target(const char *url, char text[OWN_TARGET]);

/* One round that handed over so many items and bytes, in so many ns. */
void own_succeeded(struct stat_exporter *row, uint64_t items, uint64_t bytes, int64_t duration);
/* One that did not. */
void own_failed(struct stat_exporter *row, enum exporter_error reason, int64_t duration);
/* Something went wrong that is not (yet) the end of a round. */
void own_error(struct stat_exporter *row, enum exporter_error reason, uint64_t count);
/* Items were given up: the queue was full, or they had grown too old. */
void own_lost(struct stat_exporter *row, uint64_t items);
/* Items that wait now. */
void own_queue(struct stat_exporter *row, uint64_t items);

/* Once a second, for who has no loop, or is long in one callback; cheap when called more often. `now`:
 * clock_now(). */
void own_beat(struct own *own, int64_t now);

/* Rows that are in no segment take the place of those with the same labels in a snapshot of the
 * segments; own_open() with a descriptor: nothing to do. */
void own_merge(const struct own *own, struct snapshot *snapshot);

#endif
