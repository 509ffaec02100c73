/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeping the newest events by cause and object. */
#include "control/latest.h"

#include <string.h>

#include "base/text.h"

/* The place of this cause and object; else a free one; else that of the oldest. */
static struct latest_event *place_of(struct latest *latest, const struct event *event)
{
	struct latest_event *oldest = &latest->events[0];

	for (size_t i = 0; i < latest->count; i++) {
		struct latest_event *known = &latest->events[i];

		if (known->cause == event->cause && strcmp(known->object, event->object) == 0)
			return known;
		if (known->number < oldest->number)
			oldest = known;
	}
	if (latest->count == STAT_LAST_EVENTS)
		return oldest;
	return &latest->events[latest->count++];
}

void latest_note(struct latest *latest, const struct event *event)
{
	const struct event_fact *outage = event_find(event, FACT_OUTAGE);
	struct latest_event *place = place_of(latest, event);

	if (place->number > event->number)
		return;
	*place = (struct latest_event){.number = event->number,
				       .wall = event->wall,
				       .outage = outage ? outage->number : -1,
				       .cause = event->cause};
	TEXT_COPY(place->object, event->object);
	TEXT_COPY(place->state, event->to);
}

static void publish_event(const struct latest_event *event, struct stat_writer *writer)
{
	struct stat_last_event labels = {0};
	struct stat_last_event *row;

	TEXT_COPY(labels.cause, event_cause_info(event->cause)->name);
	TEXT_COPY(labels.object, event->object);
	TEXT_COPY(labels.state, event->state);
	row = stat_claim(writer, STAT_FAMILY_LAST_EVENT, &labels);
	if (!row)
		return;
	stat_begin(&row->row);
	stat_put(last_event, row, number, (int64_t)event->number);
	stat_put(last_event, row, happened, event->wall);
	if (event->outage >= 0)
		stat_put(last_event, row, outage, event->outage);
	else
		stat_unset(last_event, row, outage);
	stat_end(&row->row);
}

void latest_publish(const struct latest *latest, struct stat_writer *writer)
{
	stat_claim_begin(writer, STAT_FAMILY_LAST_EVENT);
	for (size_t i = 0; i < latest->count; i++)
		publish_event(&latest->events[i], writer);
	stat_claim_end(writer, STAT_FAMILY_LAST_EVENT);
}
