/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line of configuration text in which every character remembers the place it came from, so that
 * after definitions, sequences and continuations have moved text about, a message still points at what
 * the operator wrote. Pure: text in, text out. Next: macro.h, which rewrites lines.
 */
#ifndef LBD_CONF_LINE_H
#define LBD_CONF_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/report.h"

struct line {
	char *text; /* terminated; NULL while nothing was ever added */
	struct position *at; /* of each character */
	size_t length, capacity;
};

void line_free(struct line *line);
void line_clear(struct line *line);
void line_add(struct line *line, char character, struct position at);
/* Appends characters first…last-1 of another line. */
void line_add_part(struct line *line, const struct line *from, size_t first, size_t last);
/* Appends text that stands at one place. */
void line_add_text(struct line *line, const char *text, size_t length, struct position at);
/* Removes the first `count` characters, or all. */
void line_drop(struct line *line, size_t count);
/* Removes blanks at both ends. */
void line_trim(struct line *line);
/* Cuts a comment off: from # or ! to the end, outside quotes; a backslash protects both. */
void line_strip_comment(struct line *line);
/* The place of character `index`; of the last one when it is beyond the end. */
struct position line_position(const struct line *line, size_t index);

/* Whether the character is in the line. */
bool line_has(const struct line *line, char character);

/* Blanks and carriage returns. */
bool line_is_blank(char character);

#endif
