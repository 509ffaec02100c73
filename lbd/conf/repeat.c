/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sequences and lists. */
#include "conf/repeat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_VARIABLES 16

typedef void process_function(struct macro *macro, struct line *line);

struct span {
	size_t first, last;
};

struct sequence {
	long start, step, end;
	bool hexadecimal;
};

bool repeat_is(const struct line *line)
{
	return line->length > 4 &&
	       (memcmp(line->text, "~SEQ", 4) == 0 || memcmp(line->text, "~LST", 4) == 0);
}

static struct span trimmed(const struct line *line, struct span span)
{
	while (span.first < span.last && line_is_blank(line->text[span.first]))
		span.first++;
	while (span.last > span.first && line_is_blank(line->text[span.last - 1]))
		span.last--;
	return span;
}

/* The next item of a list separated by commas that are not within braces; false at the end. */
static bool next_item(const struct line *line, size_t *cursor, struct span *item)
{
	unsigned depth = 0;
	size_t i = *cursor;

	if (i > line->length)
		return false;
	for (; i < line->length; i++) {
		if (line->text[i] == '{')
			depth++;
		else if (line->text[i] == '}' && depth)
			depth--;
		else if (line->text[i] == ',' && depth == 0)
			break;
	}
	*item = trimmed(line, (struct span){*cursor, i});
	*cursor = i + 1;
	return true;
}

static bool read_number(const struct line *line, struct span span, long *number)
{
	char text[32], *end;

	if (span.last == span.first || span.last - span.first >= sizeof(text))
		return false;
	memcpy(text, line->text + span.first, span.last - span.first);
	text[span.last - span.first] = 0;
	errno = 0;
	*number = strtol(text, &end, 0);
	return errno == 0 && *end == 0 && *number >= -2147483648L && *number <= 4294967295L;
}

/* False when there would be too many lines. */
static bool once_more(struct macro *macro, const struct line *rest, struct position at,
		      process_function *process)
{
	struct line copy = {0};

	if (!macro_may_make_line(macro, at))
		return false;
	line_add_part(&copy, rest, 0, rest->length);
	process(macro, &copy);
	line_free(&copy);
	return true;
}

static bool read_sequence(const struct line *inside, struct span *name, struct sequence *sequence)
{
	struct span item;
	size_t cursor = 0, count = 0;
	long numbers[3];

	if (!next_item(inside, &cursor, name) || name->first == name->last)
		return false;
	while (next_item(inside, &cursor, &item))
		if (count == 3 || !read_number(inside, item, &numbers[count++]))
			return false;
	if (count == 0)
		return false;
	sequence->end = numbers[count - 1];
	sequence->start = count > 1 ? numbers[0] : sequence->end > 0 ? 1 : -1;
	sequence->step = count == 3 ? numbers[1] : sequence->end >= sequence->start ? 1 : -1;
	return sequence->step != 0;
}

static bool run_sequence(struct macro *macro, const struct line *inside, const struct line *rest,
			 bool hexadecimal, process_function *process)
{
	struct sequence sequence;
	struct span name;

	if (!read_sequence(inside, &name, &sequence))
		return false;
	for (long value = sequence.start;
	     sequence.step > 0 ? value <= sequence.end : value >= sequence.end;
	     value += sequence.step) {
		struct line text = {0};
		char digits[32];

		snprintf(digits, sizeof(digits), hexadecimal ? "%lx" : "%ld", value);
		line_add_text(&text, digits, strlen(digits), inside->at[0]);
		macro_define(macro, inside->text + name.first, name.last - name.first, &text);
		line_free(&text);
		if (!once_more(macro, rest, inside->at[0], process))
			break;
	}
	return true;
}

/* "a" or "{a, b}" as up to MOST_VARIABLES items; 0 when there are more. */
static size_t split_set(const struct line *inside, struct span span, struct span *items)
{
	size_t count = 0, start;

	if (span.first == span.last || inside->text[span.first] != '{') {
		items[0] = span;
		return 1;
	}
	if (inside->text[span.last - 1] != '}' || span.last - span.first < 3)
		return 0;
	start = span.first + 1;
	for (size_t i = start; i < span.last; i++) {
		if (inside->text[i] != ',' && i != span.last - 1)
			continue;
		if (count == MOST_VARIABLES)
			return 0;
		items[count++] = trimmed(inside, (struct span){start, i});
		start = i + 1;
	}
	return count;
}

static bool run_list(struct macro *macro, const struct line *inside, const struct line *rest,
		     process_function *process)
{
	struct span item, names[MOST_VARIABLES], values[MOST_VARIABLES];
	size_t cursor = 0, count;

	if (!next_item(inside, &cursor, &item) || item.first == item.last)
		return false;
	count = split_set(inside, item, names);
	if (count == 0 || cursor > inside->length)
		return false;
	while (next_item(inside, &cursor, &item)) {
		if (split_set(inside, item, values) != count)
			return false;
		for (size_t i = 0; i < count; i++) {
			struct line value = {0};

			line_add_part(&value, inside, values[i].first, values[i].last);
			macro_define(macro, inside->text + names[i].first,
				     names[i].last - names[i].first, &value);
			line_free(&value);
		}
		if (!once_more(macro, rest, inside->at[0], process))
			break;
	}
	return true;
}

void repeat_line(struct macro *macro, struct line *line, process_function *process)
{
	bool hexadecimal = line->text[4] == 'x', list = line->text[1] == 'L';
	size_t open = 4 + (hexadecimal && !list), close = open;
	struct line inside = {0}, rest = {0};
	struct position at = line->at[0];
	bool valid = false;

	while (close < line->length && line->text[close] != ')')
		close++;
	if (open < line->length && line->text[open] == '(' && close < line->length) {
		line_add_part(&inside, line, open + 1, close);
		line_add_part(&rest, line, close + 1, line->length);
		valid = inside.length && macro_substitute(macro, &inside) && inside.length &&
			(list ? run_list(macro, &inside, &rest, process)
			      : run_sequence(macro, &inside, &rest, hexadecimal, process));
	}
	if (!valid)
		report_error(macro->report, at,
			     list ? "this list should read ~LST(NAME, VALUE, ...) TEXT"
				  : "this sequence should read ~SEQ(NAME, START, STEP, END) TEXT");
	line_free(&inside);
	line_free(&rest);
}
