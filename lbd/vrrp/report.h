/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people are told of a change of state: the event record and the log line. Pure: everything it
 * says was known to the instance at that moment and is handed in.
 */
#ifndef LBD_VRRP_REPORT_H
#define LBD_VRRP_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/event.h"
#include "vrrp/machine.h"
#include "vrrp/rival.h"

struct report {
	const char *instance;
	const char *interface;
	const char *addresses; /* taken or released, "" for none */
	const char *reason;    /* why the interface cannot be used, or NULL */
	struct vrrp_settings settings;
	struct vrrp_transition transition;
	int64_t now;         /* monotonic, of the transition */
	int64_t wall_offset; /* wall clock - monotonic clock */
	int64_t first_advert; /* monotonic; 0: none went out */
	int64_t first_garp;   /* monotonic; 0: none went out */
};

/* The cause of a transition as a value of the set that its counters are told apart by. */
enum vrrp_cause report_cause(enum event_cause cause);

void report_event(const struct report *report, struct event *event);
/* "VI_1: backup -> master (master_silent): …". Returns text. */
const char *report_line(const struct report *report, char *text, size_t size);

/* Its priority or preemption was set, from `before` to what `report->settings` say. The same. */
void report_set(const struct report *report, enum setting setting, int64_t before,
		int64_t configured, const char *requester, struct event *event);

/* An advertisement of `sender` (host order) that was dropped. Of `report` what concerns a transition
 * is not read. */
void report_refusal(const struct report *report, uint32_t sender, enum vrrp_drop drop,
		    struct event *event);

/* Another master beside us: dual_master or, when it is over, dual_master_over, with the state that
 * we are in. Of `report` what concerns a transition is not read. */
void report_rival(const struct report *report, const struct rival *rival, bool over,
		  enum vrrp_state state, struct event *event);
const char *report_rival_line(const struct report *report, const struct rival *rival, bool over,
			      char *text, size_t size);

#endif
