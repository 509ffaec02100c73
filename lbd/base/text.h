/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bounded strings in fixed arrays: copied and extended without overflow, cut where they end. */
#ifndef LBD_BASE_TEXT_H
#define LBD_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Copies and always terminates; the rest of `into` is zeroed, so that equal strings are equal bytes.
 * False when it was cut. */
bool text_copy(char *into, size_t size, const char *from);
/* Appends printf-style at the end of the string already in `into`. False when it was cut. */
bool text_append(char *into, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* For arrays whose size the compiler knows. */
#define TEXT_COPY(array, from) text_copy((array), sizeof(array), (from))
#define TEXT_APPEND(array, ...) text_append((array), sizeof(array), __VA_ARGS__)

/* How many letters must be changed, added, removed or swapped to make one of the other; capitals
 * count as equal. Texts of more than 128 letters are far from everything. */
unsigned text_distance(const char *a, const char *b);

#endif
