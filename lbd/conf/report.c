/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The problems of a configuration, collected and sorted. */
#include "conf/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

struct report_entry {
	struct position at;
	size_t sequence; /* keeps the order of what was said about one place */
	enum conf_severity severity;
	char *text;
};

uint32_t report_file(struct report *report, const char *path)
{
	for (size_t i = 0; i < report->file_count; i++)
		if (strcmp(report->files[i], path) == 0)
			return (uint32_t)i;
	report->files = memory_resize(report->files, report->file_count + 1, sizeof(*report->files));
	report->files[report->file_count] = memory_string(path);
	return (uint32_t)report->file_count++;
}

const char *report_file_name(const struct report *report, struct position at)
{
	return at.file < report->file_count ? report->files[at.file] : "";
}

const char *report_place(const struct report *report, struct position at, char text[REPORT_PLACE])
{
	snprintf(text, REPORT_PLACE, "%.*s:%u", CONF_PATH - 1, report_file_name(report, at),
		 (unsigned)at.line);
	return text;
}

static bool said_before(struct report *report, enum conf_severity severity, struct position at,
			const char *text)
{
	char key[sizeof(((struct conf_diagnostic *)0)->text) + 64];
	int length = snprintf(key, sizeof(key), "%u %u %u %d %s", (unsigned)at.file,
			      (unsigned)at.line, (unsigned)at.column, (int)severity, text);

	return hash_put(&report->said, key, (size_t)length, 0) != HASH_NEW;
}

static void keep(struct report *report, enum conf_severity severity, struct position at,
		 const char *text)
{
	if (report->entry_count == report->entry_capacity) {
		report->entry_capacity = report->entry_capacity * 2 + 16;
		report->entries = memory_resize(report->entries, report->entry_capacity,
						sizeof(*report->entries));
	}
	report->entries[report->entry_count] =
		(struct report_entry){at, report->entry_count, severity, memory_string(text)};
	report->entry_count++;
}

void report_add(struct report *report, enum conf_severity severity, struct position at,
		const char *format, va_list arguments)
{
	char text[sizeof(((struct conf_diagnostic *)0)->text)];

	vsnprintf(text, sizeof(text), format, arguments);
	if (report->entry_count < REPORT_MOST) {
		if (said_before(report, severity, at, text))
			return;
		keep(report, severity, at, text);
	}
	if (severity == CONF_ERROR)
		report->errors++;
	else
		report->warnings++;
}

void report_error(struct report *report, struct position at, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report_add(report, CONF_ERROR, at, format, arguments);
	va_end(arguments);
}

void report_warning(struct report *report, struct position at, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report_add(report, CONF_WARNING, at, format, arguments);
	va_end(arguments);
}

static int by_number(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

static int by_place(const void *left, const void *right)
{
	const struct report_entry *a = left, *b = right;

	if (a->at.file != b->at.file)
		return by_number(a->at.file, b->at.file);
	if (a->at.line != b->at.line)
		return by_number(a->at.line, b->at.line);
	if (a->at.column != b->at.column)
		return by_number(a->at.column, b->at.column);
	return by_number(a->sequence, b->sequence);
}

static void show(const struct report *report, const struct report_entry *entry,
		 struct conf_diagnostics *diagnostics)
{
	struct conf_diagnostic *shown = &diagnostics->list[diagnostics->count++];

	shown->severity = entry->severity;
	shown->line = entry->at.line;
	shown->column = entry->at.column;
	TEXT_COPY(shown->file, report_file_name(report, entry->at));
	TEXT_COPY(shown->text, entry->text);
}

static void show_overflow(const struct report *report, struct conf_diagnostics *diagnostics)
{
	struct conf_diagnostic *shown = &diagnostics->list[diagnostics->count++];

	shown->severity = report->errors ? CONF_ERROR : CONF_WARNING;
	TEXT_COPY(shown->file, report->files[0]);
	snprintf(shown->text, sizeof(shown->text),
		 "these are the first %d problems of %zu; mend them and look again", REPORT_MOST,
		 report->errors + report->warnings);
}

static void clear(struct report *report)
{
	for (size_t i = 0; i < report->entry_count; i++)
		free(report->entries[i].text);
	for (size_t i = 0; i < report->file_count; i++)
		free(report->files[i]);
	free(report->entries);
	hash_free(&report->said);
	free(report->files);
	memset(report, 0, sizeof(*report));
}

void report_finish(struct report *report, struct conf_diagnostics *diagnostics)
{
	memset(diagnostics, 0, sizeof(*diagnostics));
	diagnostics->list = memory_array(report->entry_count + 1, sizeof(*diagnostics->list));
	diagnostics->errors = report->errors;
	diagnostics->warnings = report->warnings;
	if (report->entry_count)
		qsort(report->entries, report->entry_count, sizeof(*report->entries), by_place);
	for (size_t i = 0; i < report->entry_count; i++)
		show(report, &report->entries[i], diagnostics);
	if (report->errors + report->warnings > REPORT_MOST)
		show_overflow(report, diagnostics);
	clear(report);
}

void conf_diagnostics_free(struct conf_diagnostics *diagnostics)
{
	free(diagnostics->list);
	memset(diagnostics, 0, sizeof(*diagnostics));
}

void conf_diagnostic_format(const struct conf_diagnostic *diagnostic, char *into, size_t size)
{
	const char *severity = diagnostic->severity == CONF_ERROR ? "error" : "warning";

	if (diagnostic->line == 0)
		snprintf(into, size, "%s: %s: %s", diagnostic->file, severity, diagnostic->text);
	else
		snprintf(into, size, "%s:%u:%u: %s: %s", diagnostic->file, diagnostic->line,
			 diagnostic->column, severity, diagnostic->text);
}
