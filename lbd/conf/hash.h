/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has this key been seen before? A table of byte strings, so that ten thousand servers are compared in no time. */
#ifndef LBD_CONF_HASH_H
#define LBD_CONF_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_NEW SIZE_MAX

struct hash_slot;

struct hash {
	struct hash_slot *slots;
	size_t capacity, count;
};

/* Remembers `value` (not HASH_NEW) under a copy of the key. Returns the value that was there before, which
 * stays, or HASH_NEW. */
size_t hash_put(struct hash *hash, const void *key, size_t length, size_t value);
/* The value, or HASH_NEW. */
size_t hash_get(const struct hash *hash, const void *key, size_t length);
void hash_free(struct hash *hash);

#endif
