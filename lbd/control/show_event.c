/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Event lines and the explanation of one. */
#include "control/show_event.h"

#include <string.h>

#include "base/text.h"
#include "control/explain.h"
#include "control/paint.h"
#include "control/record.h"

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static enum paint severity_paint(const char *severity)
{
	if (strcmp(severity, set_text(&set_severity, SEVERITY_CRITICAL)) == 0)
		return PAINT_BAD;
	return strcmp(severity, set_text(&set_severity, SEVERITY_WARNING)) == 0 ? PAINT_WARNING
										  : PAINT_PLAIN;
}

/* "master_silent" reads better as "master silent". */
static const char *spaced(const char *name, char *text, size_t size)
{
	text_copy(text, size, name);
	for (char *at = text; *at; at++)
		if (*at == '_')
			*at = ' ';
	return text;
}

void show_event_line(FILE *out, bool colour, const Lbd__Event *message)
{
	const char *severity = or_empty(message->severity);
	const char *from = or_empty(message->from);
	const char *to = or_empty(message->to);
	char time[CLOCK_TEXT], name[64], change[64] = "";

	fprintf(out, "%6llu  %s  ", (unsigned long long)message->number,
		explain_time(message->wall, time));
	snprintf(name, sizeof(name), "%-8s", severity);
	paint_text(out, colour, severity_paint(severity), name);
	TEXT_APPEND(change, "%s%s%s", from, *from && *to ? " -> " : "", to);
	fprintf(out, "  %-26s  %-18s  %s\n", or_empty(message->object), change,
		spaced(or_empty(message->cause_name), name, sizeof(name)));
}

/* --- the page -------------------------------------------------------------------------------- */

/* A paragraph, broken at blanks; `next` begins each line but the first. */
static void print_wrapped(FILE *out, unsigned width, const char *text, const char *first,
			  const char *next)
{
	size_t column = strlen(first);
	bool begun = false;

	fputs(first, out);
	while (*text) {
		size_t word = strcspn(text, " ");

		if (begun && width && column + 1 + word > width) {
			fprintf(out, "\n%s", next);
			column = strlen(next);
		} else if (begun) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", (int)word, text);
		column += word;
		begun = true;
		text += word;
		text += *text == ' ';
	}
	fputc('\n', out);
}

/* For facts that this lbctl does not know, the event's own names and kinds stand in. */
static const char *fact_value(const Lbd__Fact *fact, int64_t wall, char text[EXPLAIN_FACT])
{
	char value[CLOCK_TEXT];

	text[0] = '\0';
	if (!fact->has_number)
		text_copy(text, EXPLAIN_FACT, or_empty(fact->text));
	else if (fact->kind == LBD__FACT__KIND__DURATION)
		text_copy(text, EXPLAIN_FACT, explain_duration(fact->number, value));
	else if (fact->kind == LBD__FACT__KIND__TIME)
		text_copy(text, EXPLAIN_FACT, explain_time_near(fact->number, wall, value));
	else
		text_append(text, EXPLAIN_FACT, "%lld", (long long)fact->number);
	return text;
}

static void print_facts(FILE *out, bool colour, const Lbd__Event *message, Lbd__Fact__Role role,
			const char *head)
{
	char name[64], value[EXPLAIN_FACT];
	bool any = false;

	for (size_t i = 0; i < message->n_facts; i++) {
		const Lbd__Fact *fact = message->facts[i];

		if (fact->role != role)
			continue;
		if (!any) {
			fputc('\n', out);
			paint_text(out, colour, PAINT_HEAD, head);
			fputc('\n', out);
		}
		any = true;
		fprintf(out, "  %-22s %s\n", spaced(or_empty(fact->name), name, sizeof(name)),
			fact_value(fact, message->wall, value));
	}
}

static void print_list(FILE *out, bool colour, const Lbd__Event *message)
{
	if (message->n_detail == 0)
		return;
	fputc('\n', out);
	paint_text(out, colour, PAINT_HEAD, "In detail");
	fputc('\n', out);
	for (size_t i = 0; i < message->n_detail; i++)
		fprintf(out, "  %s\n", message->detail[i]);
}

static void print_next(FILE *out, bool colour, unsigned width, const struct event *event)
{
	char text[EXPLAIN_STORY];
	char *rest = text;
	char *line;

	if (!*explain_next(event, text))
		return;
	fputc('\n', out);
	paint_text(out, colour, PAINT_HEAD, "What to look at");
	fputc('\n', out);
	while ((line = strsep(&rest, "\n")))
		print_wrapped(out, width, line, "  * ", "    ");
}

void show_event_story(FILE *out, bool colour, unsigned width, const Lbd__Event *message)
{
	const char *severity = or_empty(message->severity);
	char text[EXPLAIN_STORY], time[CLOCK_TEXT];
	struct event event;

	record_from_message(message, &event);
	fprintf(out, "Event %llu, %s, ", (unsigned long long)message->number,
		explain_time(message->wall, time));
	paint_text(out, colour, severity_paint(severity), severity);
	fprintf(out, ": %s%s%s%s%s\n\n", or_empty(message->object), event.to[0] ? ", " : "",
		event.from, event.from[0] && event.to[0] ? " -> " : "", event.to);
	print_wrapped(out, width, explain_story(&event, text), "", "");
	print_facts(out, colour, message, LBD__FACT__ROLE__EVIDENCE, "Evidence");
	print_facts(out, colour, message, LBD__FACT__ROLE__EFFECT, "Effect");
	print_list(out, colour, message);
	print_next(out, colour, width, &event);
}
