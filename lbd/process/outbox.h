/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events on their way to control: sent at once when its link takes them, else kept in a ring of fixed
 * size until it is there (again), else lost and counted. Never blocks, never allocates.
 */
#ifndef LBD_PROCESS_OUTBOX_H
#define LBD_PROCESS_OUTBOX_H

#include "base/event.h"
#include "base/link.h"

/* A site of a thousand real servers may lose them all at once. */
#define OUTBOX_EVENTS 2048

struct outbox {
	struct event events[OUTBOX_EVENTS];
	unsigned first, used;
	uint64_t lost;
};

/* `control` is the link to control, or NULL while there is none. */
void outbox_put(struct outbox *outbox, struct link *control, const struct event *event);
/* Sends what waits, in order, as far as the link takes it. */
void outbox_flush(struct outbox *outbox, struct link *control);

#endif
