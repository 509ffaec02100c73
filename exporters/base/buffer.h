/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing text buffer that formatters append to. Running out of memory ends the process
 * (base/memory.h). */
#ifndef LBD_EXPORTERS_BASE_BUFFER_H
#define LBD_EXPORTERS_BASE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct buffer {
	char *bytes; /* not terminated; NULL while empty */
	size_t length;
	size_t room;
};

void buffer_free(struct buffer *buffer);
/* Room for `size` more bytes; returns where they go. */
char *buffer_reserve(struct buffer *buffer, size_t size);
void buffer_add(struct buffer *buffer, const char *bytes, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_format(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void buffer_unsigned(struct buffer *buffer, uint64_t number);
void buffer_signed(struct buffer *buffer, int64_t number);
/* number / 10^digits, exactly, without trailing zeros: (1500, 3) is "1.5". digits <= 9. */
void buffer_decimal(struct buffer *buffer, int64_t number, unsigned digits);
void buffer_unsigned_decimal(struct buffer *buffer, uint64_t number, unsigned digits);

#endif
