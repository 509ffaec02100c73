/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One target over time: each interval a round, whose requests wait in a bounded queue, are sent one
 * after the other, and again while the target cannot take them. What goes wrong is counted in the
 * target's row of the family `exporter`, and said in the log when it begins and when it is over.
 */
#ifndef LBD_EXPORTERS_PUSH_SENDER_H
#define LBD_EXPORTERS_PUSH_SENDER_H

#include "base/loop.h"
#include "exporters/base/own.h"
#include "exporters/push/push.h"
#include "exporters/push/transport.h"

struct sender;

/* What all of them share; must outlive them. */
struct sender_context {
	struct loop *loop;
	struct transport *transport;
	struct stat_reader *reader;
	struct own *own;
	const char *version;
};

/* Begins at once. The target must outlive it. */
struct sender *sender_new(const struct sender_context *context, const struct push_target *target);
void sender_free(struct sender *sender);

/* No more rounds. To a target that is well, what waits is still sent, and for remote write that all
 * series have ended; `stopped` is called when there is nothing left to do, perhaps at once. */
void sender_stop(struct sender *sender, void (*stopped)(void *argument), void *argument);

#endif
