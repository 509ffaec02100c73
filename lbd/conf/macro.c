/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conditions, definitions, substitution; repetition is in repeat.c. */
#include "conf/macro.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "conf/repeat.h"

static bool is_name_character(char character)
{
	return isalnum((unsigned char)character) || character == '_';
}

static size_t name_length(const char *text)
{
	size_t length = 0;

	if (isdigit((unsigned char)text[0]))
		return 0;
	while (is_name_character(text[length]))
		length++;
	return length;
}

static struct macro_definition *find(const struct macro *macro, const char *name, size_t length)
{
	for (size_t i = 0; i < macro->definition_count; i++) {
		struct macro_definition *definition = &macro->definitions[i];

		if (strlen(definition->name) == length && memcmp(definition->name, name, length) == 0)
			return definition;
	}
	return NULL;
}

void macro_define(struct macro *macro, const char *name, size_t length, const struct line *value)
{
	struct macro_definition *definition = find(macro, name, length);

	if (!definition) {
		macro->definitions = memory_resize(macro->definitions, macro->definition_count + 1,
						   sizeof(*macro->definitions));
		definition = &macro->definitions[macro->definition_count++];
		memset(definition, 0, sizeof(*definition));
		definition->name = memory_new(length + 1);
		memcpy(definition->name, name, length);
	}
	line_clear(&definition->value);
	line_add_part(&definition->value, value, 0, value->length);
}

void macro_free(struct macro *macro)
{
	for (size_t i = 0; i < macro->definition_count; i++) {
		free(macro->definitions[i].name);
		line_free(&macro->definitions[i].value);
	}
	free(macro->definitions);
	macro->definitions = NULL;
	macro->definition_count = 0;
}

/* --- substitution ------------------------------------------------------------------------------- */

/* The use of a definition at `start`, which holds a '$': its name and where it ends. */
struct use {
	size_t name, name_length, end;
};

static bool find_use(const struct line *line, size_t start, struct use *use)
{
	const char *text = line->text + start + 1;
	bool braces = text[0] == '{';

	use->name = start + 1 + braces;
	use->name_length = name_length(text + braces);
	use->end = use->name + use->name_length;
	if (use->name_length == 0)
		return false;
	if (braces)
		return line->text[use->end++] == '}';
	return use->end == line->length || line_is_blank(line->text[use->end]) ||
	       line->text[use->end] == '\n';
}

static const char *predefined(const struct macro *macro, const char *name, size_t length)
{
	static const struct {
		const char *name, *value;
	} fixed[] = {{"_HASH", "#"}, {"_BANG", "!"}};

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (strlen(fixed[i].name) == length && memcmp(fixed[i].name, name, length) == 0)
			return fixed[i].value;
	if (length == 4 && memcmp(name, "_PWD", 4) == 0)
		return macro->directory ? macro->directory : ".";
	if (length == 9 && memcmp(name, "_INSTANCE", 9) == 0)
		return macro->config_id ? macro->config_id : "";
	return NULL;
}

/* Puts a value in the place of its use. One line takes the place of the use; several keep the places where
 * they were written, because that is where their mistakes are. */
static bool splice(struct macro *macro, struct line *line, size_t start, const struct use *use)
{
	const struct macro_definition *definition =
		find(macro, line->text + use->name, use->name_length);
	const char *fixed = predefined(macro, line->text + use->name, use->name_length);
	struct position at = line->at[start];
	struct line result = {0};

	if (!definition && !fixed)
		return false;
	line_add_part(&result, line, 0, start);
	if (!definition)
		line_add_text(&result, fixed, strlen(fixed), at);
	else if (line_has(&definition->value, '\n'))
		line_add_part(&result, &definition->value, 0, definition->value.length);
	else if (definition->value.length)
		line_add_text(&result, definition->value.text, definition->value.length, at);
	line_add_part(&result, line, use->end, line->length);
	line_free(line);
	*line = result;
	return true;
}

bool macro_substitute(struct macro *macro, struct line *line)
{
	unsigned count = 0;
	bool quoted = false;

	for (size_t i = 0; i < line->length;) {
		struct use use;

		quoted ^= line->text[i] == '"';
		if (line->text[i] != '$' || !find_use(line, i, &use)) {
			i++;
			continue;
		}
		if (!splice(macro, line, i, &use)) {
			if (!quoted)
				report_warning(macro->report, line->at[i],
					       "$%.*s is not defined here; it stays as it is written",
					       (int)use.name_length, line->text + use.name);
			i++;
			continue;
		}
		if (++count > MACRO_MOST_SUBSTITUTIONS || line->length > MACRO_MOST_LENGTH) {
			report_error(macro->report, line_position(line, i),
				     "this definition never ends: its value contains itself");
			return false;
		}
		/* Of several lines only the first is ours to go on with: the others may begin with
		 * definitions, which must come first. */
		if (line_has(line, '\n'))
			return true;
	}
	return true;
}

/* --- lines -------------------------------------------------------------------------------------- */

/* `@word rest` and `@^word rest`: removes the condition; false when the line is not for us. */
static bool condition_holds(struct macro *macro, struct line *line)
{
	bool negated = line->length > 1 && line->text[1] == '^';
	size_t start = 1 + negated, end = start;
	bool equal;

	while (end < line->length && !line_is_blank(line->text[end]) && line->text[end] != '\n')
		end++;
	equal = macro->config_id && strlen(macro->config_id) == end - start &&
		memcmp(macro->config_id, line->text + start, end - start) == 0;
	line_drop(line, end);
	line_trim(line);
	return equal != negated;
}

/* The length of NAME in "$NAME=", 0 when the line is no definition. */
static size_t definition_name(const struct line *line)
{
	size_t length;

	if (line->length < 3 || line->text[0] != '$')
		return 0;
	length = name_length(line->text + 1);
	return line->text[1 + length] == '=' ? length : 0;
}

/* Removes the blanks around newlines, and lines that are empty. */
static void tidy_lines(struct line *value)
{
	struct line tidy = {0};

	for (size_t i = 0; i < value->length; i++) {
		bool newline = value->text[i] == '\n';

		while (newline && tidy.length && line_is_blank(tidy.text[tidy.length - 1]))
			tidy.text[--tidy.length] = 0;
		if (newline || line_is_blank(value->text[i])) {
			if (tidy.length == 0 || tidy.text[tidy.length - 1] == '\n')
				continue;
		}
		line_add(&tidy, value->text[i], value->at[i]);
	}
	line_free(value);
	*value = tidy;
}

static bool take_definition(struct macro *macro, struct line *line)
{
	size_t length = definition_name(line);
	bool several = line_has(line, '\n');
	struct line value = {0};

	if (length == 0)
		return false;
	line_add_part(&value, line, length + 2, line->length);
	line_trim(&value);
	if (several) {
		struct position end = line_position(line, line->length);

		tidy_lines(&value);
		/* Keeps a value of one continued line a block of lines. */
		if (value.length && !line_has(&value, '\n'))
			line_add(&value, '\n', end);
	}
	macro_define(macro, line->text + 1, length, &value);
	line_free(&value);
	return true;
}

static void process(struct macro *macro, struct line *line);

bool macro_may_make_line(struct macro *macro, struct position at)
{
	if (macro->made > macro->most)
		return false;
	if (++macro->made <= macro->most)
		return true;
	report_error(macro->report, at, "definitions and repetitions make more than %zu lines",
		     macro->most);
	return false;
}

/* A value of several lines has been put in: each is a line of its own. */
static void process_each(struct macro *macro, const struct line *lines)
{
	size_t start = 0;

	for (size_t i = 0; i <= lines->length; i++) {
		struct line one = {0};

		if (i < lines->length && lines->text[i] != '\n')
			continue;
		if (!macro_may_make_line(macro, line_position(lines, start)))
			return;
		line_add_part(&one, lines, start, i);
		process(macro, &one);
		line_free(&one);
		start = i + 1;
	}
}

static void process_words(struct macro *macro, struct line *line)
{
	struct line original = {0};
	bool changed;

	line_add_part(&original, line, 0, line->length);
	if (!macro_substitute(macro, line)) {
		line_free(&original);
		return;
	}
	changed = line->length && (line->length != original.length ||
				   memcmp(line->text, original.text, line->length) != 0);
	line_free(&original);
	if (line_has(line, '\n'))
		process_each(macro, line);
	else if (changed && (line->text[0] == '@' || line->text[0] == '~'))
		process(macro, line);
	else if (line->length)
		macro->emit(macro->context, line);
}

static void process(struct macro *macro, struct line *line)
{
	line_trim(line);
	while (line->length && line->text[0] == '@')
		if (!condition_holds(macro, line))
			return;
	if (line->length == 0)
		return;
	if (macro->depth == MACRO_MOST_DEPTH) {
		report_error(macro->report, line->at[0],
			     "definitions or repetitions within each other more than %d deep",
			     MACRO_MOST_DEPTH);
		return;
	}
	macro->depth++;
	if (repeat_is(line))
		repeat_line(macro, line, process);
	else if (!take_definition(macro, line))
		process_words(macro, line);
	macro->depth--;
}

void macro_line(struct macro *macro, struct line *line)
{
	line_trim(line);
	while (line->length && line->text[0] == '@')
		if (!condition_holds(macro, line))
			return;
	if (line->length == 0 || take_definition(macro, line))
		return;
	for (size_t i = 0; i < line->length; i++)
		if (line->text[i] == '\n')
			line->text[i] = ' ';
	process(macro, line);
}
