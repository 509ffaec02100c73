/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan: the ordered operations that turn what the kernel holds into what it should hold
 * (invariant 2). Pure: two tables in, a list out. What is already right is not touched, and a plan
 * made after a plan was carried out is empty.
 *
 * Order, so that traffic is never cut on the way: service by service, what is new comes in and what
 * is altered is edited in place; only then weights go to 0 and destinations out; services go last.
 */
#ifndef LBD_IPVS_PLAN_H
#define LBD_IPVS_PLAN_H

#include <stddef.h>

#include "ipvs/table.h"

enum ipvs_verb {
	IPVS_ADD_SERVICE,
	IPVS_EDIT_SERVICE,
	IPVS_DELETE_SERVICE,
	IPVS_ADD_DESTINATION,
	IPVS_EDIT_DESTINATION,
	IPVS_DELETE_DESTINATION,
};

/* A value of its own: it outlives the tables that it came from. */
struct ipvs_operation {
	enum ipvs_verb verb;
	struct ipvs_service_key service;
	struct ipvs_service_settings service_settings; /* ADD and EDIT of a service */
	struct ipvs_destination_key destination;       /* of destinations, below too */
	struct ipvs_destination_settings destination_settings;
};

struct ipvs_plan {
	struct ipvs_operation *operations;
	size_t count, room;
};

/* A zeroed struct is an empty plan. Makes the plan anew in memory that is reused. Services of
 * `actual` that are not in `desired` are foreign and stay, unless they are in `ours` (what we had
 * put there before; may be NULL) or `flush` says that nothing else may stay. Destinations of a
 * desired service are all ours: those that are not desired go. */
void ipvs_plan_make(struct ipvs_plan *plan, const struct ipvs_table *desired,
		    const struct ipvs_table *actual, const struct ipvs_table *ours, bool flush);
void ipvs_plan_free(struct ipvs_plan *plan);

/* Takes out additions of rows that `seen` has: they were only passed over by the dump that this
 * plan was made from. */
void ipvs_plan_forget_seen(struct ipvs_plan *plan, const struct ipvs_table *seen);

/* Appends a copy of an operation. */
void ipvs_plan_add(struct ipvs_plan *plan, const struct ipvs_operation *operation);
/* Takes out operations that `known` has too. Quadratic: `known` is to be short. */
void ipvs_plan_forget_known(struct ipvs_plan *plan, const struct ipvs_plan *known);

/* "virtual server TCP 192.0.2.1:80 wlc", "real server TCP 192.0.2.1:80 -> 192.0.2.9:80 weight 1
 * DR": what the operation is about. Returns text. */
const char *ipvs_operation_text(const struct ipvs_operation *operation, char text[IPVS_TEXT]);
/* "add", "edit", "delete" */
const char *ipvs_verb_text(enum ipvs_verb verb);
bool ipvs_verb_adds(enum ipvs_verb verb);
bool ipvs_verb_edits(enum ipvs_verb verb);

#endif
