/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Golden files: texts that the tables derive, kept in the tree so that a change of a table is seen
 * for what it changes on every surface. `make update-golden` writes them anew; review the
 * difference.
 */
#ifndef LBD_TESTS_GOLDEN_GOLDEN_H
#define LBD_TESTS_GOLDEN_GOLDEN_H

#include <stddef.h>

/* Asserts that the file at `path` (from the top of the source tree) holds exactly this text. */
void golden_compare(const char *path, const char *text, size_t length);

#endif
