/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A check's row in the segment (family `check`). The row outlives this process: it is also what a
 * new check process knows of the servers' health. Every `row` and `writer` here may be NULL (the
 * segment is full, or there is none): nothing is published then.
 */
#ifndef LBD_CHECK_ROW_H
#define LBD_CHECK_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/set.h"
#include "check/roster.h"
#include "stat/stat.h"

/* Around the claims for a new configuration. */
void row_claim_begin(struct stat_writer *writer);
struct stat_check *row_claim(struct stat_writer *writer, const struct check_identity *identity);
void row_claim_end(struct stat_writer *writer);

/* The health that a row remembers from before; see runner_configure(). */
enum health row_remembered(const struct stat_check *row, bool process_is_new);
/* A new check begins to run. */
void row_begin(struct stat_check *row, const struct check *check);
/* A probe began so many ns after it was due. */
void row_began(struct stat_check *row, int64_t lateness);
/* A probe has ended; check->outcome and check->schedule say how. */
void row_publish(struct stat_check *row, const struct check *check, bool changed);

#endif
