/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tick of lbd-rrd: reads the segments, looks at files that it does not know yet, creates some,
 * updates all. Blocks on the disk, and up to a second on rrdcached; nobody waits for it (invariant
 * 0). A tick does not run into the next one: what does not fit waits its turn.
 */
#ifndef LBD_EXPORTERS_RRD_WRITER_H
#define LBD_EXPORTERS_RRD_WRITER_H

#include "exporters/rrd/rrd.h"

struct own;
struct writer;

struct writer_options {
	const char *segments;  /* RUN_DIR/stat */
	const char *directory; /* of the files; absolute */
	const char *rrdcached; /* path of its socket, or NULL: librrd writes */
	struct rrd_shape shape;
	struct own *own; /* base/own.h */
};

/* The options must outlive it. */
struct writer *writer_new(const struct writer_options *options);
void writer_tick(struct writer *writer);
void writer_free(struct writer *writer);

#endif
