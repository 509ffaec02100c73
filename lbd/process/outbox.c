/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ring of events that wait for control. */
#include "process/outbox.h"

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
	if (outbox->used == OUTBOX_EVENTS) {
		outbox->lost++;
		return;
	}
	outbox->events[(outbox->first + outbox->used) % OUTBOX_EVENTS] = *event;
	outbox->used++;
}

void outbox_flush(struct outbox *outbox, struct link *control)
{
	while (outbox->used > 0 && send_event(control, &outbox->events[outbox->first])) {
		outbox->first = (outbox->first + 1) % OUTBOX_EVENTS;
		outbox->used--;
	}
}
