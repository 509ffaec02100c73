/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Object identifiers as plain values. */
#include "exporters/snmp/object_id.h"

#include <stdio.h>
#include <string.h>

int object_id_compare(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
	size_t both = a_count < b_count ? a_count : b_count;

	for (size_t i = 0; i < both; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return a_count == b_count ? 0 : a_count < b_count ? -1 : 1;
}

bool object_id_add(struct object_id *id, uint32_t sub_identifier)
{
	if (id->count == OBJECT_ID_MOST)
		return false;
	id->ids[id->count++] = sub_identifier;
	return true;
}

bool object_id_add_all(struct object_id *id, const uint32_t *ids, size_t count)
{
	if (count > OBJECT_ID_MOST - id->count)
		return false;
	if (count > 0)
		memcpy(id->ids + id->count, ids, count * sizeof(*ids));
	id->count += count;
	return true;
}

/* Decimal digits up to `text`'s next dot or end. NULL for anything else. */
static const char *parse_number(const char *text, uint32_t *number)
{
	uint64_t value = 0;
	const char *at = text;

	for (; *at >= '0' && *at <= '9'; at++) {
		value = value * 10 + (uint64_t)(*at - '0');
		if (value > UINT32_MAX)
			return NULL;
	}
	*number = (uint32_t)value;
	return at > text && (*at == '.' || *at == '\0') ? at : NULL;
}

bool object_id_parse(const char *text, struct object_id *id)
{
	uint32_t number;

	*id = (struct object_id){0};
	if (*text == '.')
		text++;
	for (;; text++) {
		text = parse_number(text, &number);
		if (!text || !object_id_add(id, number))
			return false;
		if (*text == '\0')
			return id->count >= 2;
	}
}

const char *object_id_format(const struct object_id *id, char text[OBJECT_ID_TEXT])
{
	int used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < id->count; i++)
		used += snprintf(text + used, OBJECT_ID_TEXT - (size_t)used, "%s%lu",
				 i == 0 ? "" : ".", (unsigned long)id->ids[i]);
	return text;
}

/* FNV-1a, by whole sub-identifiers. */
uint64_t object_id_hash(const uint32_t *ids, size_t count)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < count; i++)
		hash = (hash ^ ids[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 29;
}
