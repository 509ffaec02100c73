/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bounded strings. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool text_copy(char *into, size_t size, const char *from)
{
	size_t length = strlen(from);
	bool whole = length < size;

	if (!whole)
		length = size - 1;
	memcpy(into, from, length);
	memset(into + length, 0, size - length);
	return whole;
}

bool text_append(char *into, size_t size, const char *format, ...)
{
	size_t used = strnlen(into, size);
	va_list arguments;
	int added;

	if (used >= size)
		return false;
	va_start(arguments, format);
	added = vsnprintf(into + used, size - used, format, arguments);
	va_end(arguments);
	return added >= 0 && (size_t)added < size - used;
}
