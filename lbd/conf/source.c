/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files, includes, physical lines. */
#include "conf/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct source_frame {
	struct source_frame *parent;
	uint32_t file;
	char *path, *identity, *directory;
	const char *text;
	size_t length;
};

static void read_file(struct source *source, const char *path, struct position at);

/* --- include ------------------------------------------------------------------------------------ */

/* "include" and its variants; their letters ask for stricter checks. */
static bool is_include(const struct line *line, size_t *length)
{
	static const char variants[] = "rmwba";

	if (line->length < 8 || memcmp(line->text, "include", 7) != 0)
		return false;
	*length = 7 + (strchr(variants, line->text[7]) != NULL);
	return *length < line->length && line_is_blank(line->text[*length]);
}

static bool has_wildcard(const char *name)
{
	return strpbrk(name, "*?[{") != NULL;
}

static char *relative_to(const char *directory, const char *name)
{
	size_t size = strlen(directory) + strlen(name) + 2;
	char *path = memory_new(size);

	if (name[0] == '/' || strcmp(directory, ".") == 0)
		snprintf(path, size, "%s", name);
	else
		snprintf(path, size, "%s/%s", directory, name);
	return path;
}

static void include_matches(struct source *source, const char *pattern, struct position at,
			    bool must_match)
{
	size_t count = 0;
	char **names = source->files->match(source->files->context, pattern, &count);

	if (count == 0 && must_match)
		report_error(source->report, at, "no file matches %s", pattern);
	for (size_t i = 0; i < count; i++) {
		read_file(source, names[i], at);
		free(names[i]);
	}
	free(names);
}

static void include(struct source *source, struct line *line, size_t keyword)
{
	struct position at = line->at[0];
	char variant = keyword > 7 ? line->text[7] : 0;
	char *pattern;

	line_drop(line, keyword);
	line_trim(line);
	if (line->length > 2 && line->text[0] == '"' && line->text[line->length - 1] == '"') {
		line->text[--line->length] = 0;
		line_drop(line, 1);
	}
	pattern = relative_to(source->frame->directory, line->text);
	if (has_wildcard(pattern))
		include_matches(source, pattern, at,
				variant == 'w' || variant == 'b' || variant == 'a');
	else
		read_file(source, pattern, at);
	free(pattern);
}

static void take_line(void *context, struct line *line)
{
	struct source *source = context;
	size_t keyword;

	if (is_include(line, &keyword))
		include(source, line, keyword);
	else
		tree_line(source->tree, line);
}

/* --- physical lines ----------------------------------------------------------------------------- */

/* Adds the physical line at *offset without its comment. True when it ends in a backslash, and so goes on. */
static bool add_physical(const struct source_frame *frame, size_t *offset, struct position *at,
			 struct line *line)
{
	const char *start = frame->text + *offset;
	const char *newline = memchr(start, '\n', frame->length - *offset);
	size_t length = newline ? (size_t)(newline - start) : frame->length - *offset;
	struct line physical = {0};
	size_t backslashes = 0;

	for (size_t i = 0; i < length; i++) {
		at->column = (uint32_t)i + 1;
		line_add(&physical, start[i], *at);
	}
	line_strip_comment(&physical);
	line_trim(&physical);
	while (backslashes < physical.length &&
	       physical.text[physical.length - 1 - backslashes] == '\\')
		backslashes++;
	line_add_part(line, &physical, 0, physical.length - backslashes % 2);
	line_free(&physical);
	*offset += length + (newline != NULL);
	return backslashes % 2 && *offset < frame->length;
}

static void read_lines(struct source *source, const struct source_frame *frame)
{
	struct position at = {frame->file, 0, 0};
	struct line line = {0};
	size_t offset = 0;

	if (frame->length >= 3 && memcmp(frame->text, "\xef\xbb\xbf", 3) == 0)
		offset = 3; /* a byte order mark */
	while (offset < frame->length) {
		bool goes_on;

		line_clear(&line);
		do {
			if (line.length)
				line_add(&line, '\n', line_position(&line, line.length));
			at.line++;
			goes_on = add_physical(frame, &offset, &at, &line);
		} while (goes_on);
		source->macro.directory = frame->directory;
		macro_line(&source->macro, &line);
	}
	line_free(&line);
}

/* --- files -------------------------------------------------------------------------------------- */

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory;

	if (!slash)
		return memory_string(".");
	if (slash == path)
		return memory_string("/");
	directory = memory_string(path);
	directory[slash - path] = 0;
	return directory;
}

static const char *why(int error)
{
	return error == ENOEXEC ? "it is not a regular file"
	       : error == EFBIG ? "it is larger than 64 MiB"
				: strerror(error);
}

static bool is_being_read(const struct source *source, const char *identity)
{
	for (const struct source_frame *frame = source->frame; frame; frame = frame->parent)
		if (strcmp(frame->identity, identity) == 0)
			return true;
	return false;
}

static unsigned depth_of(const struct source *source)
{
	unsigned depth = 0;

	for (const struct source_frame *frame = source->frame; frame; frame = frame->parent)
		depth++;
	return depth;
}

/* A file that is not text would be read as a hundred odd words; say it once. */
static bool is_text(struct source *source, const struct source_frame *frame)
{
	const char *zero = frame->length ? memchr(frame->text, 0, frame->length) : NULL;
	struct position at = {frame->file, 1, 0};

	if (!zero)
		return true;
	for (const char *byte = frame->text; byte < zero; byte++) {
		at.column++;
		if (*byte == '\n') {
			at.line++;
			at.column = 0;
		}
	}
	at.column++;
	report_error(source->report, at, "this is not a text file: here is a zero byte");
	return false;
}

static void read_text(struct source *source, const char *path, const char *text, size_t length,
		      const char *identity)
{
	struct source_frame frame = {.parent = source->frame, .text = text, .length = length};

	frame.file = report_file(source->report, path);
	frame.path = memory_string(path);
	frame.identity = memory_string(identity);
	frame.directory = directory_of(path);
	source->frame = &frame;
	if (is_text(source, &frame))
		read_lines(source, &frame);
	source->frame = frame.parent;
	if (frame.parent)
		source->macro.directory = frame.parent->directory;
	free(frame.path);
	free(frame.identity);
	free(frame.directory);
}

static void read_file(struct source *source, const char *path, struct position at)
{
	char *text = NULL, *identity = NULL;
	size_t length = 0;
	int error = source->files->read(source->files->context, path, &text, &length, &identity);

	if (error && at.line == 0)
		report_error(source->report, at, "cannot be read: %s", why(error));
	else if (error)
		report_error(source->report, at, "cannot include %s: %s", path, why(error));
	else if (is_being_read(source, identity))
		report_error(source->report, at, "%s includes itself: it is being read already", path);
	else if (depth_of(source) == SOURCE_MOST_DEPTH)
		report_error(source->report, at, "files include each other more than %d deep",
			     SOURCE_MOST_DEPTH);
	else
		read_text(source, path, text, length, identity);
	free(text);
	free(identity);
}

void source_read(struct source *source, const char *path)
{
	struct position whole = {report_file(source->report, path), 0, 0};

	source->frame = NULL;
	source->macro.report = source->report;
	source->macro.most = source->files->most_lines ? source->files->most_lines : MACRO_MOST_LINES;
	source->macro.emit = take_line;
	source->macro.context = source;
	read_file(source, path, whole);
	tree_end(source->tree);
	macro_free(&source->macro);
}
