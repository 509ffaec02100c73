/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which event moved a counter last: the join of the family last_event with the counters that an
 * event moves, for exemplars. The process that counts does not know the event's number (control
 * gives it), and control does not write the counter; here both are at hand. Pure.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_EXEMPLAR_H
#define LBD_EXPORTERS_PROMETHEUS_EXEMPLAR_H

#include "exporters/base/snapshot.h"

#define EXEMPLAR_LABEL_EVENT "event"
#define EXEMPLAR_LABEL_CAUSE "cause"
#define EXEMPLAR_NUMBER 21 /* of any 64-bit number as text */

/* The events of a snapshot in the order in which they are looked for. */
struct exemplars {
	const struct stat_last_event *events[STAT_LAST_EVENTS];
	size_t count;
};

void exemplars_begin(struct exemplars *exemplars, const struct snapshot *snapshot);
/* The newest event that moved value `member` (0 when there is one alone) of metric `metric` of this
 * row, a counter; NULL when there is none, or when it happened before the counter began. */
const struct stat_last_event *exemplar_find(const struct exemplars *exemplars,
					    enum stat_family_id family, unsigned metric,
					    size_t member, const struct stat_row *row);

#endif
