/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last events, as LBD-MIB shows them: a ring of HISTORY_MOST, oldest first. Pure. */
#ifndef LBD_EXPORTERS_SNMP_HISTORY_H
#define LBD_EXPORTERS_SNMP_HISTORY_H

#include "base/address.h"
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
	/* Facts that other MIBs have objects for; "" where the event has none. */
	char sender[ADDRESS_TEXT]; /* of the advertisement that mattered */
	char drop[32];             /* what it was not accepted for, of the set vrrp_drop */
	char summary[HISTORY_SUMMARY]; /* the evidence: "sender 192.0.2.1, priority 100, …" */
};

struct history {
	struct history_entry *entries; /* HISTORY_MOST of them once there is one */
	size_t first, count;
};

/* Fill an entry whose number, time and cause are set: kind and severity from the cause; then one fact
 * after the other. FACT_KIND_TEXT has a text, the others a number. */
void history_entry_begin(struct history_entry *entry, const char *object, const char *from,
			 const char *to);
void history_entry_fact(struct history_entry *entry, const char *name, enum event_fact_kind kind,
			const char *text, int64_t number);
/* The oldest goes when it is full. False, and nothing added, for an event that is there already. One
 * that has the number or less of the newest and is another: the journal began anew, and so do we. */
bool history_add(struct history *history, const struct history_entry *entry);
/* The i-th, the oldest being 0. */
const struct history_entry *history_at(const struct history *history, size_t i);
/* A copy of its own. */
void history_copy(struct history *into, const struct history *from);
void history_free(struct history *history);

#endif
