/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colour and columns for terminals. Colour says nothing that the words do not say. */
#ifndef LBD_CONTROL_PAINT_H
#define LBD_CONTROL_PAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum paint { PAINT_PLAIN, PAINT_GOOD, PAINT_WARNING, PAINT_BAD, PAINT_HEAD, PAINT_FAINT };

/* Is colour wanted there? On a terminal that is not "dumb", unless NO_COLOR is set
 * (no-color.org). */
bool paint_wanted(FILE *out);
/* How wide a paragraph may be there: the terminal's width, within reason; 0 for anything else. */
unsigned paint_width(FILE *out);
/* A text in a colour, or as it is without `colour`. */
void paint_text(FILE *out, bool colour, enum paint paint, const char *text);

/* A grid of short texts, printed in columns just as wide as they need. */
#define GRID_COLUMNS 10
#define GRID_TEXT 96

struct grid;

/* `alignment`: a letter a column: 'l', 'r', or 'R', which is nearer to the column before. */
struct grid *grid_new(const char *alignment);
void grid_free(struct grid *grid);
/* The next cell, from left to right; after the last column a new line begins. */
void grid_add(struct grid *grid, enum paint paint, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Prints and indents by `indent`; nothing stands behind a line's last text. */
void grid_print(const struct grid *grid, FILE *out, bool colour, unsigned indent);

#endif
