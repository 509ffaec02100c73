/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event record (invariant 5): every change of state is one of these. The process that owns the
 * object makes it with the evidence it already holds; `lbd: control` numbers it and writes it to the
 * journal; traps, mail, graphs and explanations all start from it. A plain value of fixed size.
 * The next stop of an event's life: control/journal.h.
 */
#ifndef LBD_BASE_EVENT_H
#define LBD_BASE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/set.h"

enum event_object {
	EVENT_OBJECT_VRRP,
	EVENT_OBJECT_VIRTUAL_SERVER,
	EVENT_OBJECT_REAL_SERVER,
	EVENT_OBJECT_IPVS,
	EVENT_OBJECT_CONFIG,
	EVENT_OBJECT_PROCESS,
};

#define CAUSE(NAME, ...) CAUSE_##NAME,
enum event_cause {
#include "base/cause.def"
	CAUSE_COUNT
};
#undef CAUSE

#define FACT(NAME, ...) FACT_##NAME,
enum event_fact_key {
#include "base/fact.def"
	FACT_COUNT
};
#undef FACT

enum event_fact_role { FACT_ROLE_EVIDENCE, FACT_ROLE_EFFECT };
enum event_fact_kind { FACT_KIND_TEXT, FACT_KIND_COUNT, FACT_KIND_DURATION, FACT_KIND_TIME };

#define EVENT_OBJECT_TEXT 128
#define EVENT_STATE_TEXT 16
#define EVENT_FACT_TEXT 120
#define EVENT_FACTS 14
#define EVENT_DETAIL_TEXT 1024

struct event_fact {
	uint16_t key; /* enum event_fact_key */
	uint16_t reserved[3];
	union {
		int64_t number; /* COUNT, DURATION (ns), TIME (wall ns) */
		char text[EVENT_FACT_TEXT];
	};
};

struct event {
	uint64_t number; /* given by control; 0 before */
	int64_t wall;    /* when it happened, wall-clock ns */
	uint16_t cause;  /* enum event_cause */
	uint16_t facts_used;
	uint32_t reserved;
	char object[EVENT_OBJECT_TEXT];  /* "VI_1", "192.168.1.227:80 -> 192.168.1.232:80", … */
	char from[EVENT_STATE_TEXT];     /* state before, "" if it has none */
	char to[EVENT_STATE_TEXT];
	struct event_fact facts[EVENT_FACTS];
	char detail[EVENT_DETAIL_TEXT]; /* a list (what was missing, …), one item a line; may be "" */
};

struct event_cause_info {
	const char *name;
	enum event_object object;
	enum severity severity;
	const char *story; /* template: what happened */
	const char *next;  /* template: what to look at, one hint a line; may be "" */
};

struct event_fact_info {
	const char *name;
	enum event_fact_role role;
	enum event_fact_kind kind;
	const char *help;
};

/* NULL for a number outside the list (an event from a newer lbd's journal). */
const struct event_cause_info *event_cause_info(unsigned cause);
const struct event_fact_info *event_fact_info(unsigned key);
/* "vrrp", "virtual_server", … */
const char *event_object_name(enum event_object object);

/* Begins an event now: zeroes it, sets cause, object, from, to and the wall clock. */
void event_begin(struct event *event, enum event_cause cause, const char *object, const char *from,
		 const char *to);
/* Add a fact. The kind must fit the key (asserted). A fact beyond EVENT_FACTS is lost: the tables
 * are sized so that no cause has that many. */
void event_add_text(struct event *event, enum event_fact_key key, const char *text);
void event_add_number(struct event *event, enum event_fact_key key, int64_t number);
/* A line for the detail list; when it is full, its end says how many more there were. */
void event_add_detail(struct event *event, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
const struct event_fact *event_find(const struct event *event, enum event_fact_key key);

#endif
