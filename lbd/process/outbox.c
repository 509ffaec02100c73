/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ring of events that wait for control. */
#include "process/outbox.h"

#include <stdlib.h>

#include "base/memory.h"

static struct event *at(const struct outbox *outbox, unsigned place)
{
	return &outbox->events[(outbox->first + place) % outbox->size];
}

void outbox_reserve(struct outbox *outbox, size_t events)
{
	struct event *larger;

	if (events <= outbox->size)
		return;
	larger = memory_array(events, sizeof(*larger));
	for (unsigned i = 0; i < outbox->used; i++)
		larger[i] = *at(outbox, i);
	free(outbox->events);
	outbox->events = larger;
	outbox->size = (unsigned)events;
	outbox->first = 0;
}

void outbox_free(struct outbox *outbox)
{
	free(outbox->events);
	*outbox = (struct outbox){0};
}

static bool send_event(struct link *control, const struct event *event)
{
	struct message message = {.type = MESSAGE_EVENT};

	message.event.event = *event;
	return control && link_send(control, &message, -1);
}

void outbox_put(struct outbox *outbox, struct link *control, const struct event *event)
{
	if (outbox->used == 0 && send_event(control, event))
		return;
	if (outbox->used == outbox->size) {
		outbox->lost++;
		return;
	}
	outbox->used++;
	*at(outbox, outbox->used - 1) = *event;
}

void outbox_flush(struct outbox *outbox, struct link *control)
{
	while (outbox->used > 0 && send_event(control, at(outbox, 0))) {
		outbox->first = (outbox->first + 1) % outbox->size;
		outbox->used--;
	}
}
