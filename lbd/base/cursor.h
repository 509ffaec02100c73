/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bounded walk over bytes from outside (invariant 7), and its mirror for writing them. A read or
 * write past the end sets `failed`, yields zeros and touches nothing; the caller checks once, at the
 * end. Multi-byte values are in network order.
 */
#ifndef LBD_BASE_CURSOR_H
#define LBD_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
	const uint8_t *data;
	size_t length;
	size_t offset;
	bool failed;
};

struct cursor cursor_over(const void *data, size_t length);
size_t cursor_left(const struct cursor *cursor);
uint8_t cursor_u8(struct cursor *cursor);
uint16_t cursor_u16(struct cursor *cursor);
uint32_t cursor_u32(struct cursor *cursor);
uint64_t cursor_u64(struct cursor *cursor);
/* Copies `length` bytes, or zeroes `into` and fails. */
void cursor_bytes(struct cursor *cursor, void *into, size_t length);
void cursor_skip(struct cursor *cursor, size_t length);

struct pen {
	uint8_t *data;
	size_t size;
	size_t offset;
	bool failed;
};

struct pen pen_over(void *data, size_t size);
void pen_u8(struct pen *pen, uint8_t value);
void pen_u16(struct pen *pen, uint16_t value);
void pen_u32(struct pen *pen, uint32_t value);
void pen_u64(struct pen *pen, uint64_t value);
void pen_bytes(struct pen *pen, const void *from, size_t length);

#endif
