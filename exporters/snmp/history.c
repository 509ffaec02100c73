/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ring of the last events. */
#include "exporters/snmp/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

static void add_fact(char *summary, const struct event_fact *fact,
		     const struct event_fact_info *info)
{
	const char *comma = summary[0] ? ", " : "";
	char text[CLOCK_TEXT];

	switch (info->kind) {
	case FACT_KIND_TEXT:
		text_append(summary, HISTORY_SUMMARY, "%s%s %s", comma, info->name, fact->text);
		break;
	case FACT_KIND_COUNT:
		text_append(summary, HISTORY_SUMMARY, "%s%s %lld", comma, info->name,
			    (long long)fact->number);
		break;
	case FACT_KIND_DURATION:
		text_append(summary, HISTORY_SUMMARY, "%s%s %s", comma, info->name,
			    clock_format_duration(fact->number, text));
		break;
	case FACT_KIND_TIME:
		text_append(summary, HISTORY_SUMMARY, "%s%s %s", comma, info->name,
			    clock_format_wall(fact->number, text));
		break;
	}
}

void history_entry_from(struct history_entry *entry, const struct event *event)
{
	const struct event_cause_info *cause = event_cause_info(event->cause);
	const struct event_fact *outage = event_find(event, FACT_OUTAGE);

	*entry = (struct history_entry){
		.number = event->number, .wall = event->wall, .cause = event->cause};
	if (cause) {
		entry->kind = cause->object;
		entry->severity = cause->severity;
	}
	if (outage) {
		entry->has_outage = true;
		entry->outage = outage->number;
	}
	TEXT_COPY(entry->object, event->object);
	TEXT_COPY(entry->from, event->from);
	TEXT_COPY(entry->to, event->to);
	for (size_t i = 0; i < event->facts_used && i < EVENT_FACTS; i++) {
		const struct event_fact_info *info = event_fact_info(event->facts[i].key);

		if (info)
			add_fact(entry->summary, &event->facts[i], info);
	}
}

const struct history_entry *history_at(const struct history *history, size_t i)
{
	return &history->entries[(history->first + i) % HISTORY_MOST];
}

bool history_add(struct history *history, const struct history_entry *entry)
{
	if (!history->entries)
		history->entries = memory_array(HISTORY_MOST, sizeof(*history->entries));
	if (history->count > 0 &&
	    entry->number <= history_at(history, history->count - 1)->number)
		return false;
	if (history->count == HISTORY_MOST)
		history->first = (history->first + 1) % HISTORY_MOST;
	else
		history->count++;
	history->entries[(history->first + history->count - 1) % HISTORY_MOST] = *entry;
	return true;
}

void history_copy(struct history *into, const struct history *from)
{
	*into = (struct history){.count = from->count};
	if (from->count == 0)
		return;
	into->entries = memory_array(HISTORY_MOST, sizeof(*into->entries));
	for (size_t i = 0; i < from->count; i++)
		into->entries[i] = *history_at(from, i);
}

void history_free(struct history *history)
{
	free(history->entries);
	*history = (struct history){0};
}
