/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which events are notified, and when: those of the chosen kinds, in order, each until a master has
 * taken it. While there is none they wait (outbox.h). How it goes is the row "notifications" of the
 * family `exporter`; the time of the last one in it is what an lbd-snmp after us goes on from.
 */
#ifndef LBD_EXPORTERS_SNMP_NOTIFIER_H
#define LBD_EXPORTERS_SNMP_NOTIFIER_H

#include "exporters/base/own.h"
#include "exporters/snmp/outbox.h"
#include "exporters/snmp/trap.h"
#include "exporters/snmp/walk.h"

struct notifier {
	const struct subtree *subtrees; /* the first is LBD-MIB */
	size_t count;
	struct walks *walks; /* the others' notifications show what is there at that moment */
	unsigned wanted; /* bits of notification.h */
	struct stat_exporter *row;
	int64_t after; /* wall: what happened until then has been told, or is old news */
	struct outbox outbox;
	struct trap trap;
	uint64_t turn; /* of the outbox, when `trap` was sent */
	bool losing;
};

/* The first four are set. `began`: wall time from which events are news. */
void notifier_begin(struct notifier *notifier, struct stat_exporter *row, int64_t began);
void notifier_take(struct notifier *notifier, const struct history_entry *entry);
/* Sends what can be sent. */
void notifier_go_on(struct notifier *notifier, struct agent *agent);
/* Is one on its way? */
bool notifier_is_busy(const struct notifier *notifier);
void notifier_free(struct notifier *notifier);

#endif
