/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making and reading event records. */
#include "base/event.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

/* Room kept at the end of the detail for "… and N more". */
#define DETAIL_TAIL 32

static const struct event_cause_info causes[] = {
#define CAUSE(NAME, name, OBJECT, SEVERITY, story, next) \
	{#name, EVENT_OBJECT_##OBJECT, SEVERITY_##SEVERITY, story, next},
#include "base/cause.def"
#undef CAUSE
};

static const struct event_fact_info facts[] = {
#define FACT(NAME, name, ROLE, KIND, help) {#name, FACT_ROLE_##ROLE, FACT_KIND_##KIND, help},
#include "base/fact.def"
#undef FACT
};

const struct event_cause_info *event_cause_info(unsigned cause)
{
	return cause < CAUSE_COUNT ? &causes[cause] : NULL;
}

const struct event_fact_info *event_fact_info(unsigned key)
{
	return key < FACT_COUNT ? &facts[key] : NULL;
}

const char *event_object_name(enum event_object object)
{
	static const char *const names[] = {"vrrp", "virtual_server", "real_server",
					    "ipvs", "config",         "process"};

	return (size_t)object < sizeof(names) / sizeof(names[0]) ? names[object] : "unknown";
}

void event_begin(struct event *event, enum event_cause cause, const char *object, const char *from,
		 const char *to)
{
	memset(event, 0, sizeof(*event));
	event->wall = clock_wall();
	event->cause = cause;
	TEXT_COPY(event->object, object);
	TEXT_COPY(event->from, from);
	TEXT_COPY(event->to, to);
}

static struct event_fact *add(struct event *event, enum event_fact_key key)
{
	struct event_fact *fact;

	assert(key < FACT_COUNT);
	assert(event->facts_used < EVENT_FACTS);
	fact = &event->facts[event->facts_used++];
	fact->key = key;
	return fact;
}

void event_add_text(struct event *event, enum event_fact_key key, const char *text)
{
	assert(facts[key].kind == FACT_KIND_TEXT);
	TEXT_COPY(add(event, key)->text, text);
}

void event_add_number(struct event *event, enum event_fact_key key, int64_t number)
{
	assert(facts[key].kind != FACT_KIND_TEXT);
	add(event, key)->number = number;
}

void event_add_detail(struct event *event, const char *format, ...)
{
	size_t used = strlen(event->detail);
	size_t room = sizeof(event->detail) - DETAIL_TAIL - used;
	char *at = event->detail + used;
	va_list arguments;
	unsigned more = 0;
	int length;
	char *tail;

	/* A tail "... and N more" stands at the end once a line did not fit; count on from it. */
	tail = strstr(event->detail, "... and ");
	if (tail) {
		sscanf(tail, "... and %u more", &more);
		snprintf(tail, DETAIL_TAIL, "... and %u more\n", more + 1);
		return;
	}
	va_start(arguments, format);
	length = vsnprintf(at, room, format, arguments);
	va_end(arguments);
	if (length >= 0 && (size_t)length + 1 < room) {
		at[length] = '\n';
		at[length + 1] = '\0';
	} else {
		snprintf(at, DETAIL_TAIL, "... and 1 more\n");
	}
}

const struct event_fact *event_find(const struct event *event, enum event_fact_key key)
{
	for (unsigned i = 0; i < event->facts_used && i < EVENT_FACTS; i++)
		if (event->facts[i].key == key)
			return &event->facts[i];
	return NULL;
}
