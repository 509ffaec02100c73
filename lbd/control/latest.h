/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The newest event of each cause and object: what a number that an event moved (a counter of
 * failovers, of failures) is explained by. Bounded: when it is full, the oldest makes room. The
 * journal has all of them; this is what the segment's family last_event shows.
 */
#ifndef LBD_CONTROL_LATEST_H
#define LBD_CONTROL_LATEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/event.h"
#include "stat/stat.h"

struct latest_event {
	uint64_t number;
	int64_t wall;
	int64_t outage; /* ns; < 0: none */
	uint16_t cause;
	char object[EVENT_OBJECT_TEXT];
	char state[EVENT_STATE_TEXT];
};

struct latest {
	struct latest_event events[STAT_LAST_EVENTS];
	size_t count;
};

/* Takes note of a numbered, sanitised event; an older one than is known is passed over. */
void latest_note(struct latest *latest, const struct event *event);
/* Makes the rows say so. */
void latest_publish(const struct latest *latest, struct stat_writer *writer);

#endif
