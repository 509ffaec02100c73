/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of everything as a message: the stats segments, family by family, described by their
 * own tables (invariant 1), so that a new metric needs no change here. And the lookups that
 * formatters use on such a message, which may come from another version of lbd: a name that is not
 * there is "no value".
 */
#ifndef LBD_CONTROL_STATUS_H
#define LBD_CONTROL_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/lbd.pb-c.h"
#include "stat/stat.h"

/* Reads all segments now. For lbd__status__free_unpacked(). */
Lbd__Status *status_read(struct stat_reader *reader, const char *version);

/* The family of this name, or NULL. */
const Lbd__Family *status_family(const Lbd__Status *status, const char *name);
/* A label or info of a row; "" when there is none. */
const char *status_text(const Lbd__Family *family, const Lbd__Row *row, const char *name);
/* The column of this name and where its first value stands in a row; NULL when there is none. */
const Lbd__Column *status_column(const Lbd__Family *family, const char *name, size_t *first);
/* The first value of a column of this row; false when it has none. */
bool status_value(const Lbd__Family *family, const Lbd__Row *row, const char *name,
		  int64_t *value);
/* How many values a column takes in each row. */
size_t status_width(const Lbd__Column *column);
/* The text of a STATE's value: one of its members, or "unknown". */
const char *status_member(const Lbd__Column *column, int64_t value);
/* Does the process that wrote the row live? */
bool status_is_fresh(const Lbd__Status *status, const Lbd__Row *row);
/* Are the counts in it consistent? Every message from outside is checked with this before use. */
bool status_is_whole(const Lbd__Status *status);

#endif
