/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events on their way to control: sent at once when its link takes them, else kept in a ring until it is
 * there (again), else lost and counted. Never blocks; allocates only in outbox_reserve().
 */
#ifndef LBD_PROCESS_OUTBOX_H
#define LBD_PROCESS_OUTBOX_H

#include "base/event.h"
#include "base/link.h"

/* Room for what any process may have to tell while control is away, whatever is configured; of the
 * parent: children, configurations, the daemon itself. */
#define OUTBOX_ALWAYS 64

struct outbox {
	struct event *events;
	unsigned size, first, used;
	uint64_t lost;
};

/* Makes room for as many events as may come in one bad second; keeps those that wait. It never gets
 * smaller. Called when the configuration says how many objects can fail at once. */
void outbox_reserve(struct outbox *outbox, size_t events);
void outbox_free(struct outbox *outbox);

/* `control` is the link to control, or NULL while there is none. */
void outbox_put(struct outbox *outbox, struct link *control, const struct event *event);
/* Sends what waits, in order, as far as the link takes it. */
void outbox_flush(struct outbox *outbox, struct link *control);

#endif
