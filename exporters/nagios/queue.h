/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that wait to be written, in order. Bounded: when it is full the oldest goes, since the newest
 * says how things are. Pure. */
#ifndef LBD_EXPORTERS_NAGIOS_QUEUE_H
#define LBD_EXPORTERS_NAGIOS_QUEUE_H

#include <stddef.h>

#define QUEUE_LINES 1024
#define QUEUE_BYTES (1 << 20)

struct queue_line {
	char *bytes;
	size_t length;
};

struct queue {
	struct queue_line lines[QUEUE_LINES];
	size_t first, count;
	size_t bytes; /* of all lines */
};

/* Adds a copy. Returns how many old lines had to go for it. */
size_t queue_put(struct queue *queue, const char *bytes, size_t length);
/* The oldest, or NULL. */
const struct queue_line *queue_first(const struct queue *queue);
void queue_drop(struct queue *queue);
void queue_free(struct queue *queue);

#endif
