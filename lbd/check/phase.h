/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in its interval a check begins. Checks that share an interval get slots 0, 1, 2, …; the slot
 * alone says the phase. So the phases are spread evenly for any number of checks (neighbours are never
 * more than twice as far apart as in a perfect spread), and adding or removing a check moves no other.
 * Must not know what a check is.
 */
#ifndef LBD_CHECK_PHASE_H
#define LBD_CHECK_PHASE_H

#include <stddef.h>
#include <stdint.h>

#define PHASE_SLOT_NONE UINT32_MAX

/* The part of `span` (ns, > 0) that lies before the start of the check in `slot`: 0 … span - 1. */
int64_t phase_offset(uint32_t slot, int64_t span);

struct phase_claim {
	int64_t interval; /* claims with equal intervals share one set of slots */
	uint32_t slot;    /* held from before, or PHASE_SLOT_NONE: to be given */
};

/* Gives each claim without a slot the lowest that is free in its interval. A slot that two claims hold stays
 * with the first in the list. */
void phase_allot(struct phase_claim *claims, size_t count);

#endif
