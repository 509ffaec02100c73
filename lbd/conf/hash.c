/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Open addressing, linear probing, at most half full. */
#include "conf/hash.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct hash_slot {
	unsigned char *key; /* NULL: free */
	size_t length;
	size_t value;
	uint64_t digest;
};

/* FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t digest_of(const unsigned char *key, size_t length)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < length; i++)
		digest = (digest ^ key[i]) * UINT64_C(0x100000001b3);
	return digest;
}

/* The slot of the key, or the free one where it belongs. */
static struct hash_slot *slot_for(const struct hash *hash, const void *key, size_t length,
				  uint64_t digest)
{
	size_t index = digest % hash->capacity;

	for (;; index = (index + 1) % hash->capacity) {
		struct hash_slot *slot = &hash->slots[index];

		if (!slot->key || (slot->digest == digest && slot->length == length &&
				   memcmp(slot->key, key, length) == 0))
			return slot;
	}
}

static void grow(struct hash *hash)
{
	struct hash old = *hash;

	hash->capacity = old.capacity ? old.capacity * 2 : 64;
	hash->slots = memory_array(hash->capacity, sizeof(*hash->slots));
	for (size_t i = 0; i < old.capacity; i++)
		if (old.slots[i].key)
			*slot_for(hash, old.slots[i].key, old.slots[i].length, old.slots[i].digest) =
				old.slots[i];
	free(old.slots);
}

size_t hash_put(struct hash *hash, const void *key, size_t length, size_t value)
{
	uint64_t digest = digest_of(key, length);
	struct hash_slot *slot;

	if ((hash->count + 1) * 2 > hash->capacity)
		grow(hash);
	slot = slot_for(hash, key, length, digest);
	if (slot->key)
		return slot->value;
	slot->key = memory_new(length);
	memcpy(slot->key, key, length);
	slot->length = length;
	slot->digest = digest;
	slot->value = value;
	hash->count++;
	return HASH_NEW;
}

size_t hash_get(const struct hash *hash, const void *key, size_t length)
{
	const struct hash_slot *slot;

	if (!hash->capacity)
		return HASH_NEW;
	slot = slot_for(hash, key, length, digest_of(key, length));
	return slot->key ? slot->value : HASH_NEW;
}

void hash_free(struct hash *hash)
{
	for (size_t i = 0; i < hash->capacity; i++)
		free(hash->slots[i].key);
	free(hash->slots);
	memset(hash, 0, sizeof(*hash));
}
