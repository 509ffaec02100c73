/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A roster that runs: starts each probe when its schedule says so, hands outcomes to the schedule and to
 * the check's row in the segment, and tells its owner. Bounds how many probes are under way, so that
 * a site of dead servers cannot use up the descriptors; a probe that must wait starts late, in order of
 * being due.
 */
#ifndef LBD_CHECK_RUNNER_H
#define LBD_CHECK_RUNNER_H

#include <stdbool.h>

#include "base/loop.h"
#include "check/roster.h"
#include "stat/stat.h"

struct runner;

/* Called after each probe. `changed`: the verdict of this check is another than before. */
typedef void runner_finished(const struct check *check, bool changed, void *argument);

struct runner *runner_new(struct loop *loop, runner_finished *finished, void *argument);
/* Ends all probes without a word. */
void runner_free(struct runner *runner);

/* Runs this configuration from now on; what it has in common with the one before goes on undisturbed.
 * Rows are claimed anew from `writer` (NULL: nothing is published). A new check begins with the health
 * that its row remembers, if that can still be relied upon: "down" always (no failed server returns to
 * service because of a restart), "up" when this process is new and the last probe was recent. */
void runner_configure(struct runner *runner, const struct conf *conf, struct stat_writer *writer);

/* NULL before the first configuration. */
const struct roster *runner_roster(const struct runner *runner);

/* Probes under way, and probes that wait because there are as many as there may be. */
size_t runner_busy(const struct runner *runner);
size_t runner_waiting(const struct runner *runner);
/* Overrides the bound that the descriptor limit gives (at least 1); for tests. */
void runner_set_bound(struct runner *runner, size_t bound);

#endif
