/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text with positions. */
#include "conf/line.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void line_free(struct line *line)
{
	free(line->text);
	free(line->at);
	memset(line, 0, sizeof(*line));
}

void line_clear(struct line *line)
{
	line->length = 0;
	if (line->text)
		line->text[0] = 0;
}

static void reserve(struct line *line, size_t more)
{
	size_t needed = line->length + more + 1;

	if (needed <= line->capacity)
		return;
	line->capacity = needed < 64 ? 64 : needed * 2;
	line->text = memory_resize(line->text, line->capacity, 1);
	line->at = memory_resize(line->at, line->capacity, sizeof(*line->at));
}

void line_add(struct line *line, char character, struct position at)
{
	reserve(line, 1);
	line->text[line->length] = character;
	line->at[line->length++] = at;
	line->text[line->length] = 0;
}

void line_add_part(struct line *line, const struct line *from, size_t first, size_t last)
{
	if (first >= last)
		return;
	reserve(line, last - first);
	memcpy(line->text + line->length, from->text + first, last - first);
	memcpy(line->at + line->length, from->at + first, (last - first) * sizeof(*line->at));
	line->length += last - first;
	line->text[line->length] = 0;
}

void line_add_text(struct line *line, const char *text, size_t length, struct position at)
{
	for (size_t i = 0; i < length; i++)
		line_add(line, text[i], at);
}

void line_drop(struct line *line, size_t count)
{
	if (count > line->length)
		count = line->length;
	if (count == 0)
		return;
	line->length -= count;
	memmove(line->text, line->text + count, line->length + 1);
	memmove(line->at, line->at + count, line->length * sizeof(*line->at));
}

bool line_is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r' || character == '\v' ||
	       character == '\f';
}

void line_trim(struct line *line)
{
	size_t blanks = 0;

	while (line->length && line_is_blank(line->text[line->length - 1]))
		line->text[--line->length] = 0;
	while (blanks < line->length && line_is_blank(line->text[blanks]))
		blanks++;
	line_drop(line, blanks);
}

void line_strip_comment(struct line *line)
{
	bool quoted = false;

	for (size_t i = 0; i < line->length; i++) {
		char character = line->text[i];

		if (character == '\\') {
			i++;
		} else if (character == '"') {
			quoted = !quoted;
		} else if (!quoted && (character == '#' || character == '!')) {
			line->length = i;
			line->text[i] = 0;
			return;
		}
	}
}

bool line_has(const struct line *line, char character)
{
	return line->length && memchr(line->text, character, line->length);
}

struct position line_position(const struct line *line, size_t index)
{
	if (line->length == 0)
		return (struct position){0};
	return line->at[index < line->length ? index : line->length - 1];
}
