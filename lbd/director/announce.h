/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director's events (invariant 5): from what it knows to the record, with all evidence and
 * effect. Pure but for the wall clock. `held` is what the kernel holds now, or NULL when that is
 * not known; then the record is silent about effects.
 */
#ifndef LBD_DIRECTOR_ANNOUNCE_H
#define LBD_DIRECTOR_ANNOUNCE_H

#include "base/event.h"
#include "director/defence.h"
#include "director/pool.h"
#include "director/reconcile.h"

/* The untold change of a real server's health: check_failed or check_passed. */
void announce_server(struct event *event, const struct pool *pool, uint32_t real_server,
		     const struct ipvs_table *held);
/* Its weight was set, from `before`. */
void announce_weight(struct event *event, const struct pool *pool, uint32_t real_server,
		     int32_t before, const char *requester, const struct ipvs_table *held);
/* The untold change of a virtual server's quorum: quorum_lost or quorum_reached. */
void announce_quorum(struct event *event, const struct pool *pool, uint32_t virtual_server);
/* Drift that was repaired. */
void announce_drift(struct event *event, const struct reconcile_drift *drift);
/* IPVS became unavailable (error < 0) or available (0). */
void announce_availability(struct event *event, int error);
/* Some of the kernel's defences began (defence_on) or ended (defence_off): `kinds`, which is not
 * empty. `lasted` as in struct defence_change. */
void announce_defence(struct event *event, const struct defence_state *state, unsigned kinds,
		      bool began, int64_t lasted);

#endif
