/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the gmond lives: it is asked on its TCP channel, which answers every connection with what it
 * knows. UDP tells nothing of a gmond that stands still; its kernel goes on taking datagrams. One
 * question at each interval, one connection at a time, and of the answer the first bytes alone: nothing
 * here waits.
 */
#ifndef LBD_EXPORTERS_GANGLIA_WITNESS_H
#define LBD_EXPORTERS_GANGLIA_WITNESS_H

#include <stdint.h>

#include "base/address.h"

struct loop;
struct own;
struct witness;

/* How long an answer may take; the next question waits for it. */
#define WITNESS_PATIENCE (3 * INT64_C(1000000000))

/* Begins to ask at once. `own`: a row "ADDRESS:PORT" of its own. */
struct witness *witness_new(struct loop *loop, const struct address *address, uint16_t port,
			    int64_t interval, struct own *own);
void witness_free(struct witness *witness);

#endif
