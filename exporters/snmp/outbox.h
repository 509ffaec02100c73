/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notifications that wait to be sent, in order; bounded, the oldest goes when it is full. Pure. */
#ifndef LBD_EXPORTERS_SNMP_OUTBOX_H
#define LBD_EXPORTERS_SNMP_OUTBOX_H

#include "exporters/snmp/history.h"
#include "exporters/snmp/notice.h"

#define OUTBOX_MOST 1024

struct outbox_item {
	struct history_entry entry;
	struct notice *notice; /* of another MIB; NULL: LBD-MIB's, of the entry */
};

struct outbox {
	struct outbox_item *items; /* OUTBOX_MOST of them once there was one */
	size_t first, count;
	/* How often the first was removed or given up: whoever sends it knows when it is another. */
	uint64_t turn;
};

/* False when the oldest was given up for it. Takes `notice`, which may be NULL. */
bool outbox_add(struct outbox *outbox, const struct history_entry *entry, struct notice *notice);
/* NULL: nothing waits. */
const struct outbox_item *outbox_first(const struct outbox *outbox);
void outbox_remove(struct outbox *outbox);
void outbox_free(struct outbox *outbox);

#endif
