/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collecting and telling what was found. Names come from a configuration: a bar in one would begin
 * the perfdata, a newline would end the line. */
#include "exporters/nagios/outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define TEXT_MOST 512

void outcome_free(struct outcome *outcome)
{
	for (size_t i = 0; i < outcome->problem_count; i++)
		free(outcome->problems[i].text);
	free(outcome->problems);
	buffer_free(&outcome->summary);
	buffer_free(&outcome->details);
	buffer_free(&outcome->totals);
	buffer_free(&outcome->objects);
	*outcome = (struct outcome){0};
}

const char *outcome_text(enum outcome_status status)
{
	static const char *const texts[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

	return texts[status];
}

static unsigned severity(enum outcome_status status)
{
	static const unsigned severities[] = {[OUTCOME_OK] = 0,
					      [OUTCOME_UNKNOWN] = 1,
					      [OUTCOME_WARNING] = 2,
					      [OUTCOME_CRITICAL] = 3};

	return severities[status];
}

static void make_harmless(char *text)
{
	for (; *text; text++)
		if (*text == '|' || (unsigned char)*text < ' ' || *text == 127)
			*text = '_';
}

void outcome_problem(struct outcome *outcome, enum outcome_status status, const char *format, ...)
{
	char text[TEXT_MOST];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	make_harmless(text);
	if (outcome->problem_count == outcome->problem_room) {
		outcome->problem_room = outcome->problem_room ? outcome->problem_room * 2 : 8;
		outcome->problems = memory_resize(outcome->problems, outcome->problem_room,
						  sizeof(*outcome->problems));
	}
	outcome->problems[outcome->problem_count++] =
		(struct outcome_problem){status, memory_string(text)};
	if (severity(status) > severity(outcome->status))
		outcome->status = status;
}

static void add_text(struct buffer *into, const char *before, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

static void add_text(struct buffer *into, const char *before, const char *format, va_list arguments)
{
	char text[TEXT_MOST];

	vsnprintf(text, sizeof(text), format, arguments);
	make_harmless(text);
	if (into->length > 0)
		buffer_text(into, before);
	buffer_text(into, text);
}

void outcome_summary(struct outcome *outcome, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_text(&outcome->summary, "; ", format, arguments);
	va_end(arguments);
}

void outcome_detail(struct outcome *outcome, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_text(&outcome->details, "\n", format, arguments);
	va_end(arguments);
}

void outcome_perfdata(struct outcome *outcome, const struct perfdata *value)
{
	perfdata_add(value->object ? &outcome->objects : &outcome->totals, value);
}

enum outcome_status outcome_judge(const struct perfdata *value)
{
	if (value->critical && range_alerts(value->critical, perfdata_value(value)))
		return OUTCOME_CRITICAL;
	if (value->warning && range_alerts(value->warning, perfdata_value(value)))
		return OUTCOME_WARNING;
	return OUTCOME_OK;
}

/* Problems in the order of their severity, from the first-th to the one before the last-th. */
static void print_problems(const struct outcome *outcome, size_t first, size_t last,
			   const char *between, struct buffer *into)
{
	static const enum outcome_status order[] = {OUTCOME_CRITICAL, OUTCOME_WARNING,
						    OUTCOME_UNKNOWN, OUTCOME_OK};
	size_t number = 0;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		for (size_t j = 0; j < outcome->problem_count; j++) {
			if (outcome->problems[j].status != order[i])
				continue;
			if (number >= first && number < last) {
				if (number > first)
					buffer_text(into, between);
				buffer_text(into, outcome->problems[j].text);
			}
			number++;
		}
}

/* Problems that stand in the line itself. */
static size_t told(const struct outcome *outcome)
{
	return outcome->problem_count < OUTCOME_PROBLEMS_MOST ? outcome->problem_count
							      : OUTCOME_PROBLEMS_MOST;
}

static void print_text(const struct outcome *outcome, const char *title, struct buffer *into)
{
	buffer_format(into, "LBD %s %s: ", title, outcome_text(outcome->status));
	print_problems(outcome, 0, told(outcome), "; ", into);
	if (told(outcome) < outcome->problem_count)
		buffer_format(into, "; and %zu more", outcome->problem_count - told(outcome));
	if (outcome->problem_count > 0 && outcome->summary.length > 0)
		buffer_text(into, " - ");
	if (outcome->summary.length > 0)
		buffer_add(into, outcome->summary.bytes, outcome->summary.length);
}

/* Perfdata behind a line that began at `start`, as far as there is room. */
static void print_perfdata(const struct outcome *outcome, size_t start, size_t most,
			   struct buffer *into)
{
	size_t used = into->length - start + strlen(" |");
	size_t totals = outcome->totals.length ? outcome->totals.length + 1 : 0;
	size_t objects = outcome->objects.length && outcome->objects.length <= OUTCOME_OBJECTS_MOST
				 ? outcome->objects.length + 1
				 : 0;

	if (used + totals + objects > most)
		objects = 0;
	if (used + totals > most || totals + objects == 0)
		return;
	buffer_text(into, " |");
	if (totals > 0) {
		buffer_text(into, " ");
		buffer_add(into, outcome->totals.bytes, outcome->totals.length);
	}
	if (objects > 0) {
		buffer_text(into, " ");
		buffer_add(into, outcome->objects.bytes, outcome->objects.length);
	}
}

void outcome_line(const struct outcome *outcome, const char *title, size_t most,
		  struct buffer *into)
{
	size_t start = into->length;

	print_text(outcome, title, into);
	if (into->length - start > most)
		into->length = start + most;
	print_perfdata(outcome, start, most, into);
}

void outcome_print(const struct outcome *outcome, const char *title, bool verbose,
		   struct buffer *into)
{
	outcome_line(outcome, title, SIZE_MAX, into);
	buffer_text(into, "\n");
	if (!verbose)
		return;
	if (told(outcome) < outcome->problem_count) {
		print_problems(outcome, told(outcome), outcome->problem_count, "\n", into);
		buffer_text(into, "\n");
	}
	if (outcome->details.length > 0) {
		buffer_add(into, outcome->details.bytes, outcome->details.length);
		buffer_text(into, "\n");
	}
}
