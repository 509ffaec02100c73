/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Another master beside this one: advertisements for our VRID that go on while we are master and are
 * heard, though their sender should have given way. Two that hear each other settle it within one
 * advertisement, so what goes on for longer means that they do not: traffic to the virtual
 * addresses goes to either of them, by chance. Pure: instants in, begin and end out. Only for
 * telling; what is done about it is the machine's business (machine.h), how it is told report.h's.
 */
#ifndef LBD_VRRP_RIVAL_H
#define LBD_VRRP_RIVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "vrrp/packet.h"

struct rival {
	bool heard;    /* lately, while we are master; the rest means something */
	bool told;     /* RIVAL_BEGAN was returned, RIVAL_OVER not yet */
	uint32_t sender; /* of the last one, host order */
	uint8_t priority;
	int drop;      /* enum vrrp_drop, or VRRP_ACCEPTED: the machine heard it, and stays master */
	int64_t since; /* when the first one came, monotonic ns */
	int64_t last;  /* when the last one came */
	int64_t patience; /* after so long a silence it is over */
};

/* Whoever sends on the link can bring these about: RIVAL_BEGAN comes once, then RIVAL_OVER, and the
 * two are at least a master-down interval apart. */
enum rival_change { RIVAL_SAME, RIVAL_BEGAN, RIVAL_OVER };

/* While we are master an advertisement for our VRID came, from another router: one that the machine
 * did not give way to, or that was dropped for `drop` (REFUSAL_DISAGREES of refusal.h). Begins with one
 * that comes more than one and a half intervals after the first, so with the third of a regular
 * sender. Of priority 0: the rival resigns. `interval`: ours or the sender's, whichever is longer;
 * `down`: the master-down interval that goes with it. After so long a silence the count starts anew. */
enum rival_change rival_hear(struct rival *rival, uint32_t sender, uint8_t priority, int drop,
			     int64_t interval, int64_t down, int64_t now);
/* Is it over because nothing was heard for the master-down interval? Call it now and then. */
enum rival_change rival_wait(struct rival *rival, int64_t now);
/* We are master no longer: over. What was heard stays readable. */
enum rival_change rival_leave(struct rival *rival);

#endif
