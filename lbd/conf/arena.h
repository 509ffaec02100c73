/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that lives as long as one run of the parser: words, statements and objects are taken from
 * it and released together. Nothing of it survives into the packed configuration.
 */
#ifndef LBD_CONF_ARENA_H
#define LBD_CONF_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;
};

/* `size` zeroed bytes, aligned for anything. Never returns NULL. */
void *arena_new(struct arena *arena, size_t size);
/* A terminated copy of `length` bytes. Never returns NULL. */
char *arena_text(struct arena *arena, const char *text, size_t length);
void arena_free(struct arena *arena);

#endif
