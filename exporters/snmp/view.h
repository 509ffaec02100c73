/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One generation of answers: the numbers of one moment, with the rows of every table sorted by their
 * index. Never changed once made, but for where the last lookup ended: what comes after it needs no
 * search, anything else a binary one. Pure: no descriptor, no clock, and nothing of the SNMP library.
 *
 * Which generation answers a request: walk.h.
 */
#ifndef LBD_EXPORTERS_SNMP_VIEW_H
#define LBD_EXPORTERS_SNMP_VIEW_H

#include "exporters/base/snapshot.h"
#include "exporters/snmp/history.h"
#include "exporters/snmp/links.h"
#include "exporters/snmp/published.h"
#include "exporters/snmp/routers.h"
#include "exporters/snmp/subtree.h"
#include "exporters/snmp/summary.h"
#include "exporters/snmp/table.h"

/* All that values are read from. */
struct moment {
	int64_t wall;
	int64_t uptime; /* sysUpTime of the agent that managers talk to, ns */
	struct snapshot snapshot;
	struct summary summary;
	struct history history;
	struct links links;
	struct routers routers; /* the VRRP instances on them */
	unsigned notifications; /* those chosen, as notification.h has them */
	const struct conf *conf; /* in force, without its secrets; NULL: not known */
	const struct object_id *mib_base; /* what objects are named by in values */
	const struct subtree *subtrees; /* all that are answered for */
	size_t subtree_count;
};

struct view;

struct circumstances {
	int64_t wall, uptime;
	unsigned notifications;
	struct links links;
	struct published *published; /* or NULL */
};

/* The snapshot becomes the view's, and so do the links and the holder's part in `published`;
 * `history` is copied. */
struct view *view_new(const struct subtree *subtrees, size_t count, struct snapshot *snapshot,
		      const struct history *history, struct circumstances circumstances);
void view_free(struct view *view);
const struct moment *view_moment(const struct view *view);
/* Rows of all tables. */
size_t view_rows(const struct view *view);

/* For a table's fill(): a row, which must live as long as the moment. One whose index is there
 * already is dropped: the first stays. */
void view_add(struct view_table *rows, const struct object_id *index, const void *row);

/* For a table's fill(): zeroed memory for a row, which lives as long as the view. */
void *view_allocate(struct view_table *rows, size_t size);

enum view_found {
	VIEW_FOUND,
	VIEW_NO_OBJECT,   /* noSuchObject: no such column */
	VIEW_NO_INSTANCE, /* noSuchInstance */
};

/* `ids` below the root of subtree number `which`. */
enum view_found view_get(const struct view *view, size_t which, const uint32_t *ids, size_t count,
			 struct value *value);
/* What setting that instance to `value` would ask lbd for (table.h). NO_OBJECT: no such column, or not one
 * that can be set. */
enum view_found view_change(const struct view *view, size_t which, const uint32_t *ids, size_t count,
			    int64_t value, struct change *change, enum change_check *check);
/* The first instance after `ids` that has a value; false at the end of the subtree. `found` is below
 * the root of the subtree. */
bool view_next(const struct view *view, size_t which, const uint32_t *ids, size_t count,
	       struct object_id *found, struct value *value);

#endif
