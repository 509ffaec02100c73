/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colour and columns. */
#include "control/paint.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"

struct cell {
	enum paint paint;
	char text[GRID_TEXT];
};

struct grid {
	size_t columns;
	char alignment[GRID_COLUMNS + 1];
	struct cell *cells;
	size_t count, room;
};

bool paint_wanted(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return isatty(fileno(out)) && !(no_color && *no_color) && terminal &&
	       strcmp(terminal, "dumb") != 0;
}

unsigned paint_width(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)))
		return 0;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col < 40 || size.ws_col > 100)
		return 92;
	return size.ws_col - 1u;
}

void paint_text(FILE *out, bool colour, enum paint paint, const char *text)
{
	/* ECMA-48 SGR parameters */
	static const char *const codes[] = {"", "32", "33", "1;31", "1", "2"};

	if (colour && paint != PAINT_PLAIN && *text)
		fprintf(out, "\033[%sm%s\033[0m", codes[paint], text);
	else
		fputs(text, out);
}

struct grid *grid_new(const char *alignment)
{
	struct grid *grid = memory_new(sizeof(*grid));

	while (grid->columns < GRID_COLUMNS && alignment[grid->columns]) {
		grid->alignment[grid->columns] = alignment[grid->columns];
		grid->columns++;
	}
	return grid;
}

void grid_free(struct grid *grid)
{
	if (!grid)
		return;
	free(grid->cells);
	free(grid);
}

void grid_add(struct grid *grid, enum paint paint, const char *format, ...)
{
	struct cell *cell;
	va_list arguments;

	if (grid->count == grid->room) {
		grid->room = grid->room ? grid->room * 2 : 64;
		grid->cells = memory_resize(grid->cells, grid->room, sizeof(*grid->cells));
	}
	cell = &grid->cells[grid->count++];
	cell->paint = paint;
	va_start(arguments, format);
	vsnprintf(cell->text, sizeof(cell->text), format, arguments);
	va_end(arguments);
}

/* Characters on the screen: UTF-8's continuation bytes take no place. */
static size_t visible(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static void measure(const struct grid *grid, size_t widths[GRID_COLUMNS])
{
	memset(widths, 0, GRID_COLUMNS * sizeof(*widths));
	for (size_t i = 0; i < grid->count; i++) {
		size_t width = visible(grid->cells[i].text);

		if (width > widths[i % grid->columns])
			widths[i % grid->columns] = width;
	}
}

static void print_line(const struct grid *grid, const struct cell *cells, size_t count, FILE *out,
		       bool colour, const size_t widths[GRID_COLUMNS])
{
	size_t pending = 0; /* blanks that stand before the next text, if one comes */

	for (size_t i = 0; i < count; i++) {
		size_t width = visible(cells[i].text);
		size_t gap = widths[i] - width;
		bool right = grid->alignment[i] != 'l';

		pending += i == 0 ? 0 : grid->alignment[i] == 'R' ? 1 : 2;
		pending += right ? gap : 0;
		if (width > 0) {
			fprintf(out, "%*s", (int)pending, "");
			paint_text(out, colour, cells[i].paint, cells[i].text);
			pending = 0;
		}
		pending += right ? 0 : gap;
	}
	fputc('\n', out);
}

void grid_print(const struct grid *grid, FILE *out, bool colour, unsigned indent)
{
	size_t widths[GRID_COLUMNS];

	measure(grid, widths);
	for (size_t i = 0; i < grid->count; i += grid->columns) {
		size_t left = grid->count - i;

		fprintf(out, "%*s", (int)indent, "");
		print_line(grid, grid->cells + i, left < grid->columns ? left : grid->columns, out,
			   colour, widths);
	}
}
