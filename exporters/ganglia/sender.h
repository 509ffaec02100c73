/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rounds of lbd-ganglia. At each interval the segments are read and the metrics planned; then their datagrams
 * leave in small batches over three quarters of the interval, so that no buffer on the way must take them all. When
 * sending fails, it is tried again each second with one metric; if nobody objects, the rest follows, with all
 * descriptions, as the gmond that is there now may be a new one.
 */
#ifndef LBD_EXPORTERS_GANGLIA_SENDER_H
#define LBD_EXPORTERS_GANGLIA_SENDER_H

#include "exporters/ganglia/ganglia.h"
#include "exporters/ganglia/target.h"

struct loop;
struct own;
struct sender;

struct sender_options {
	const char *segments; /* RUN_DIR/stat */
	struct own *own;
	struct target_options target;
	unsigned scopes;
	int64_t interval; /* ns; whole seconds */
	int64_t describe; /* ns */
	unsigned lifetime; /* seconds */
	bool spoof;
};

/* The options must outlive it. Begins with its first round at once. */
struct sender *sender_new(struct loop *loop, const struct sender_options *options);
void sender_free(struct sender *sender);

#endif
