/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ring of the last events. */
#include "exporters/snmp/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

void history_entry_begin(struct history_entry *entry, const char *object, const char *from,
			 const char *to)
{
	const struct event_cause_info *cause = event_cause_info(entry->cause);

	if (cause) {
		entry->kind = cause->object;
		entry->severity = cause->severity;
	}
	TEXT_COPY(entry->object, object);
	TEXT_COPY(entry->from, from);
	TEXT_COPY(entry->to, to);
}

void history_entry_fact(struct history_entry *entry, const char *name, enum event_fact_kind kind,
			const char *text, int64_t number)
{
	const char *comma = entry->summary[0] ? ", " : "";
	char time[CLOCK_TEXT];

	switch (kind) {
	case FACT_KIND_TEXT:
		TEXT_APPEND(entry->summary, "%s%s %s", comma, name, text);
		break;
	case FACT_KIND_COUNT:
		TEXT_APPEND(entry->summary, "%s%s %lld", comma, name, (long long)number);
		break;
	case FACT_KIND_DURATION:
		TEXT_APPEND(entry->summary, "%s%s %s", comma, name,
			    clock_format_duration(number, time));
		break;
	case FACT_KIND_TIME:
		TEXT_APPEND(entry->summary, "%s%s %s", comma, name, clock_format_wall(number, time));
		break;
	}
	if (strcmp(name, event_fact_info(FACT_SENDER)->name) == 0 && kind == FACT_KIND_TEXT)
		TEXT_COPY(entry->sender, text);
	if (strcmp(name, event_fact_info(FACT_DROP)->name) == 0 && kind == FACT_KIND_TEXT)
		TEXT_COPY(entry->drop, text);
	if (strcmp(name, event_fact_info(FACT_OUTAGE)->name) == 0) {
		entry->has_outage = true;
		entry->outage = number;
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
	for (size_t i = 0; i < history->count; i++) {
		const struct history_entry *there = history_at(history, i);

		if (there->number == entry->number && there->wall == entry->wall &&
		    there->cause == entry->cause)
			return false;
	}
	if (history->count > 0 &&
	    entry->number <= history_at(history, history->count - 1)->number)
		history->first = history->count = 0;
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
