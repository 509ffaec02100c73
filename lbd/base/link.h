/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A link: one end of a sequenced-packet socket pair between two processes of lbd. Sending never
 * blocks (invariant 0): what the socket does not take waits in a ring of fixed size, and what the ring
 * does not take is refused and counted. What arrives was written by another process of lbd, which may
 * have been broken into: size and type are checked here, contents by the receiver.
 */
#ifndef LBD_BASE_LINK_H
#define LBD_BASE_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/message.h"

struct link;

struct link_handler {
	/* `fd` is -1 or a descriptor that the receiver now owns. May free the link. */
	void (*receive)(struct link *link, const struct message *message, int fd, void *argument);
	/* The other end is gone. The owner frees the link (here or later). */
	void (*closed)(struct link *link, void *argument);
	/* May be NULL: the ring is empty again after link_send() had refused something. Does not free
	 * the link. */
	void (*drained)(struct link *link, void *argument);
};

/* Takes over `fd`. `ring` is how many messages may wait (each sizeof(struct message)); 0 for a sender
 * that keeps what is refused itself, because it must outlive the link, and tries again when drained. */
struct link *link_new(struct loop *loop, int fd, unsigned ring, const struct link_handler *handler,
		      void *argument);
void link_free(struct link *link);

/* Sends, or queues, a message; `fd` (or -1) is passed along with it. A message with a descriptor is
 * never queued: such links are idle by design, and a queued descriptor would outlive its meaning.
 * False: refused (ring full, or the other end is gone); counted. */
bool link_send(struct link *link, const struct message *message, int fd);

/* Receives all that is in the socket now. The link may be closed (and freed by its owner) afterwards. */
void link_drain(struct link *link);

/* Messages refused since the link was made. */
uint64_t link_refused(const struct link *link);

/* A pair of non-blocking, close-on-exec ends. 0, or -1 with errno. */
int link_pair(int ends[2]);

#endif
