/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bounded strings. */
#include "base/text.h"

#include <ctype.h>
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

/* --- did you mean ------------------------------------------------------------------------------- */

#define LONGEST 128

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Optimal string alignment distance, three rows of its matrix. */
unsigned text_distance(const char *a, const char *b)
{
	unsigned rows[3][LONGEST + 1];
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > LONGEST || b_length > LONGEST)
		return LONGEST + 1;
	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			row[j] = above[j - 1] + !same(a[i - 1], b[j - 1]);
			row[j] = least(row[j], least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				row[j] = least(row[j], second[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}
