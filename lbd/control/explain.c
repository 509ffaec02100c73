/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The template engine: a recursive descent over the little language of base/cause.def. */
#include "control/explain.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

/* Room for one {...} of a template. */
#define TAG_TEXT 160

/* --- values ---------------------------------------------------------------------------------- */

static bool local_time(int64_t wall, struct tm *local)
{
	time_t seconds = (time_t)(wall / CLOCK_SECOND);

	return wall >= 0 && localtime_r(&seconds, local);
}

static int milliseconds(int64_t wall)
{
	return (int)(wall % CLOCK_SECOND / CLOCK_MILLISECOND);
}

const char *explain_time(int64_t wall, char text[CLOCK_TEXT])
{
	struct tm local;

	if (!local_time(wall, &local))
		return strcpy(text, "unknown");
	strftime(text, CLOCK_TEXT, "%Y-%m-%d %H:%M:%S", &local);
	text_append(text, CLOCK_TEXT, ".%03d %s", milliseconds(wall), local.tm_zone);
	return text;
}

const char *explain_time_near(int64_t wall, int64_t reference, char text[CLOCK_TEXT])
{
	struct tm local, other;

	if (!local_time(wall, &local) || !local_time(reference, &other) ||
	    local.tm_yday != other.tm_yday || local.tm_year != other.tm_year)
		return explain_time(wall, text);
	strftime(text, CLOCK_TEXT, "%H:%M:%S", &local);
	text_append(text, CLOCK_TEXT, ".%03d", milliseconds(wall));
	return text;
}

const char *explain_duration(int64_t duration, char text[CLOCK_TEXT])
{
	return duration == 0 ? strcpy(text, "0 s") : clock_format_duration(duration, text);
}

const char *explain_fact(const struct event_fact *fact, int64_t reference,
			 char text[EXPLAIN_FACT])
{
	const struct event_fact_info *info = event_fact_info(fact->key);
	char value[CLOCK_TEXT];

	text[0] = '\0';
	if (!info)
		return text;
	switch (info->kind) {
	case FACT_KIND_TEXT:
		text_copy(text, EXPLAIN_FACT, fact->text);
		break;
	case FACT_KIND_COUNT:
		text_append(text, EXPLAIN_FACT, "%lld", (long long)fact->number);
		break;
	case FACT_KIND_DURATION:
		text_copy(text, EXPLAIN_FACT, explain_duration(fact->number, value));
		break;
	case FACT_KIND_TIME:
		text_copy(text, EXPLAIN_FACT, explain_time_near(fact->number, reference, value));
		break;
	}
	return text;
}

/* --- templates ------------------------------------------------------------------------------- */

static const struct event_fact *find_by_name(const struct event *event, const char *name)
{
	for (unsigned i = 0; i < event->facts_used && i < EVENT_FACTS; i++) {
		const struct event_fact_info *info = event_fact_info(event->facts[i].key);

		if (info && strcmp(info->name, name) == 0)
			return &event->facts[i];
	}
	return NULL;
}

/* {FACT|one|many|none}: false when it counts as absent. */
static bool fill_count(const struct event_fact *fact, char *forms, char *into, size_t size)
{
	const char *one = strsep(&forms, "|");
	const char *many = forms ? strsep(&forms, "|") : one;

	if (fact->number == 0 && forms)
		return text_append(into, size, "%s", forms) && forms[0];
	text_append(into, size, "%lld %s", (long long)fact->number,
		    fact->number == 1 ? one : many);
	return true;
}

/* One {...}, given without its braces. False when there is no value for it. */
static bool fill_tag(char *tag, const struct event *event, char *into, size_t size)
{
	char value[EXPLAIN_FACT];
	char *forms = tag;
	const char *name = strsep(&forms, "|");
	const struct event_fact *fact = find_by_name(event, name);
	const char *own = NULL;

	if (strcmp(name, "object") == 0)
		own = event->object;
	else if (strcmp(name, "from") == 0)
		own = event->from;
	else if (strcmp(name, "to") == 0)
		own = event->to;
	else if (strcmp(name, "time") == 0)
		own = explain_time(event->wall, value);
	else if (fact && forms)
		return fill_count(fact, forms, into, size);
	else if (fact)
		own = explain_fact(fact, event->wall, value);
	if (!own || !own[0])
		return false;
	text_append(into, size, "%s", own);
	return true;
}

/* Fills from *at up to the closing bracket or the end. False when a tag at this level had no
 * value. */
static bool fill_level(const char **at, const struct event *event, char *into, size_t size)
{
	bool whole = true;

	while (**at && **at != ']') {
		size_t length = strcspn(*at, "{[]");
		char tag[TAG_TEXT];
		size_t used = strlen(into);

		text_append(into, size, "%.*s", (int)length, *at);
		*at += length;
		if (**at == '[') {
			used = strlen(into);
			++*at;
			if (!fill_level(at, event, into, size))
				into[used] = '\0';
			*at += **at == ']';
		} else if (**at == '{') {
			length = strcspn(++*at, "}");
			snprintf(tag, sizeof(tag), "%.*s", (int)length, *at);
			*at += length + ((*at)[length] == '}');
			whole &= fill_tag(tag, event, into, size);
		}
	}
	return whole;
}

/* Takes out what left-out parts leave behind: doubled spaces, spaces before stops, empty lines. */
static void tidy(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		bool stop = *from && strchr(".,;:)\n", *from);

		while (stop && to > text && to[-1] == ' ')
			to--;
		if (*from == ' ' && (to == text || to[-1] == ' ' || to[-1] == '\n'))
			continue;
		if (*from == '\n' && (to == text || to[-1] == '\n'))
			continue;
		*to++ = *from;
	}
	while (to > text && (to[-1] == ' ' || to[-1] == '\n'))
		to--;
	*to = '\0';
}

const char *explain_fill(const char *template, const struct event *event, char text[EXPLAIN_STORY])
{
	const char *at = template;

	text[0] = '\0';
	fill_level(&at, event, text, EXPLAIN_STORY);
	tidy(text);
	return text;
}

const char *explain_story(const struct event *event, char text[EXPLAIN_STORY])
{
	const struct event_cause_info *cause = event_cause_info(event->cause);

	return explain_fill(cause ? cause->story
				  : "{object} changed[ from {from}][ to {to}], for a cause that this "
				    "version of lbctl does not know.",
			    event, text);
}

const char *explain_next(const struct event *event, char text[EXPLAIN_STORY])
{
	const struct event_cause_info *cause = event_cause_info(event->cause);

	return explain_fill(cause ? cause->next : "", event, text);
}
