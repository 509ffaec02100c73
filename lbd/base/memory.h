/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocation that cannot be forgotten to be checked. Running out of memory while a configuration is
 * applied leaves no sane way on: the process logs it and dies, and its parent starts it again.
 * The hot paths of the vrrp and director processes do not allocate at all.
 */
#ifndef LBD_BASE_MEMORY_H
#define LBD_BASE_MEMORY_H

#include <stddef.h>

/* `size` zeroed bytes; free() releases them. Never returns NULL. */
void *memory_new(size_t size);
/* Zeroed array; aborts on overflow of count * size. */
void *memory_array(size_t count, size_t size);
/* Grows or shrinks; the added part is not zeroed. Never returns NULL. */
void *memory_resize(void *memory, size_t count, size_t size);
/* A copy of a string. Never returns NULL. */
char *memory_string(const char *text);

#endif
