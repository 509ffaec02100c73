/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which advertisements for our VRID that were not accepted are worth an event: the first one of its
 * kind, and the next one after it had been quiet for a while. So a neighbour with another password
 * is told of once, and whoever sends garbage at will cannot fill the journal. Pure. Counters count
 * each (instance.h).
 */
#ifndef LBD_VRRP_REFUSAL_H
#define LBD_VRRP_REFUSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/set.h"

#define REFUSAL_QUIET INT64_C(600000000000) /* ten minutes, ns */

/* What an advertisement that was dropped tells of its sender. */
enum refusal_kind {
	REFUSAL_OF_NOBODY, /* nothing: it was ours, or for others, or we were not ready */
	REFUSAL_MALFORMED, /* another router speaks of our VRID, and wrongly or from beyond this link */
	REFUSAL_DISAGREES, /* … and is well, but not configured as we are; a rival, when it goes on */
};
enum refusal_kind refusal_kind(enum vrrp_drop drop);

struct refusal {
	int64_t last[VRRP_DROP_COUNT]; /* when the last one came, monotonic ns; 0: none */
};

/* One was dropped for that reason. True when it is to be told. */
bool refusal_take(struct refusal *refusal, enum vrrp_drop drop, int64_t now);

#endif
