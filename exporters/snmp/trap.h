/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One notification on its way. Answering by ourselves it is handed to the library, which sends it to
 * the sinks of the file. A master acknowledges (RFC 2741 section 7.1.10) what it has taken, and takes
 * one request of a session after the other: when the acknowledgement does not come in time, the master
 * stands still or is busy, and we ask for a sign of life. Once that is answered, the notification
 * before it was taken too. So it is sent again only when the session is lost.
 */
#ifndef LBD_EXPORTERS_SNMP_TRAP_H
#define LBD_EXPORTERS_SNMP_TRAP_H

#include "exporters/snmp/outbox.h"
#include "exporters/snmp/subtree.h"

struct agent;

enum trap_state {
	TRAP_IDLE,
	TRAP_SENT,
	TRAP_DOUBT, /* no acknowledgement in time */
	TRAP_ASKED, /* for a sign of life */
	/* How it ended. */
	TRAP_TAKEN,
	TRAP_REFUSED,
	TRAP_LOST, /* nobody knows: the session has ended */
};

struct trap {
	enum trap_state state;
	struct snmp_session *session; /* in which it was sent */
	int64_t begun;
};

/* Sends it: `trap` is idle, and the agent up. `lbd`: the subtree of LBD-MIB. */
void trap_send(struct trap *trap, struct agent *agent, const struct subtree *lbd,
	       const struct outbox_item *item, int64_t now);
/* Goes on with what is under way. One of the last three says how it ended; it is idle then. */
enum trap_state trap_go_on(struct trap *trap, struct agent *agent);

#endif
