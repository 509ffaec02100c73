/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bounded reading and writing of bytes in network order. */
#include "base/cursor.h"

#include <string.h>

struct cursor cursor_over(const void *data, size_t length)
{
	return (struct cursor){.data = data, .length = length};
}

size_t cursor_left(const struct cursor *cursor)
{
	return cursor->length - cursor->offset;
}

static const uint8_t *take(struct cursor *cursor, size_t length)
{
	const uint8_t *at = cursor->data + cursor->offset;

	if (cursor->failed || cursor_left(cursor) < length) {
		cursor->failed = true;
		return NULL;
	}
	cursor->offset += length;
	return at;
}

static uint64_t take_number(struct cursor *cursor, size_t length)
{
	const uint8_t *at = take(cursor, length);
	uint64_t value = 0;

	for (size_t i = 0; at && i < length; i++)
		value = value << 8 | at[i];
	return value;
}

uint8_t cursor_u8(struct cursor *cursor)
{
	return (uint8_t)take_number(cursor, 1);
}

uint16_t cursor_u16(struct cursor *cursor)
{
	return (uint16_t)take_number(cursor, 2);
}

uint32_t cursor_u32(struct cursor *cursor)
{
	return (uint32_t)take_number(cursor, 4);
}

uint64_t cursor_u64(struct cursor *cursor)
{
	return take_number(cursor, 8);
}

void cursor_bytes(struct cursor *cursor, void *into, size_t length)
{
	const uint8_t *at = take(cursor, length);

	if (length == 0)
		return;
	if (at)
		memcpy(into, at, length);
	else
		memset(into, 0, length);
}

void cursor_skip(struct cursor *cursor, size_t length)
{
	take(cursor, length);
}

struct pen pen_over(void *data, size_t size)
{
	return (struct pen){.data = data, .size = size};
}

void pen_bytes(struct pen *pen, const void *from, size_t length)
{
	if (pen->failed || pen->size - pen->offset < length) {
		pen->failed = true;
		return;
	}
	if (length)
		memcpy(pen->data + pen->offset, from, length);
	pen->offset += length;
}

static void put_number(struct pen *pen, uint64_t value, size_t length)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(value >> 8 * (length - 1 - i));
	pen_bytes(pen, bytes, length);
}

void pen_u8(struct pen *pen, uint8_t value)
{
	put_number(pen, value, 1);
}

void pen_u16(struct pen *pen, uint16_t value)
{
	put_number(pen, value, 2);
}

void pen_u32(struct pen *pen, uint32_t value)
{
	put_number(pen, value, 4);
}

void pen_u64(struct pen *pen, uint64_t value)
{
	put_number(pen, value, 8);
}
