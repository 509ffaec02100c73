/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last events, as LBD-MIB shows them: a ring of HISTORY_MOST, oldest first. Pure. */
#ifndef LBD_EXPORTERS_SNMP_HISTORY_H
#define LBD_EXPORTERS_SNMP_HISTORY_H

#include "base/event.h"

#define HISTORY_MOST 128
#define HISTORY_SUMMARY 256

/* What is told of one event. */
struct history_entry {
	uint64_t number;
	int64_t wall;
	uint32_t cause; /* enum event_cause, or of a newer lbd */
	uint32_t kind;  /* enum event_object */
	uint32_t severity;
	bool has_outage;
	int64_t outage; /* ns */
	char object[EVENT_OBJECT_TEXT];
	char from[EVENT_STATE_TEXT];
	char to[EVENT_STATE_TEXT];
	char summary[HISTORY_SUMMARY]; /* the evidence: "sender 192.0.2.1, priority 100, …" */
};

struct history {
	struct history_entry *entries; /* HISTORY_MOST of them once there is one */
	size_t first, count;
};

void history_entry_from(struct history_entry *entry, const struct event *event);
/* The oldest goes when it is full. An event that is not newer than the newest is not added: false. */
bool history_add(struct history *history, const struct history_entry *entry);
/* The i-th, the oldest being 0. */
const struct history_entry *history_at(const struct history *history, size_t i);
/* A copy of its own. */
void history_copy(struct history *into, const struct history *from);
void history_free(struct history *history);

#endif
