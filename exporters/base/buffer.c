/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Appending to a text. Numbers are made by hand: a big scrape has hundreds of thousands. */
#include "exporters/base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}

char *buffer_reserve(struct buffer *buffer, size_t size)
{
	if (buffer->room - buffer->length < size) {
		size_t room = buffer->room ? buffer->room : 4096;

		while (room - buffer->length < size)
			room *= 2;
		buffer->bytes = memory_resize(buffer->bytes, room, 1);
		buffer->room = room;
	}
	return buffer->bytes + buffer->length;
}

void buffer_add(struct buffer *buffer, const char *bytes, size_t length)
{
	memcpy(buffer_reserve(buffer, length), bytes, length);
	buffer->length += length;
}

void buffer_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	va_start(arguments, format);
	vsnprintf(buffer_reserve(buffer, (size_t)length + 1), (size_t)length + 1, format,
		  arguments);
	va_end(arguments);
	buffer->length += (size_t)length;
}

void buffer_unsigned(struct buffer *buffer, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	buffer_add(buffer, digits + at, sizeof(digits) - at);
}

void buffer_signed(struct buffer *buffer, int64_t number)
{
	if (number < 0)
		buffer_add(buffer, "-", 1);
	buffer_unsigned(buffer, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void buffer_unsigned_decimal(struct buffer *buffer, uint64_t number, unsigned digits)
{
	char fraction[10];
	uint64_t scale = 1;
	uint64_t rest;

	for (unsigned i = 0; i < digits; i++)
		scale *= 10;
	buffer_unsigned(buffer, number / scale);
	rest = number % scale;
	if (rest == 0)
		return;
	fraction[0] = '.';
	for (unsigned i = digits; i > 0; i--, rest /= 10)
		fraction[i] = (char)('0' + rest % 10);
	while (fraction[digits] == '0')
		digits--;
	buffer_add(buffer, fraction, digits + 1);
}

void buffer_decimal(struct buffer *buffer, int64_t number, unsigned digits)
{
	if (number < 0)
		buffer_add(buffer, "-", 1);
	buffer_unsigned_decimal(buffer, number < 0 ? -(uint64_t)number : (uint64_t)number, digits);
}
