/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clients of the control socket: accepted, read, answered, and forgotten when they take too
 * long.
 *
 * Everything is bounded: the number of clients, what is read of each, what waits to be written. A
 * client that follows events is a place in the journal, not a queue: it is given the next events
 * when it has taken the ones before, and is told how many it missed when they are out of the
 * journal by then. So a slow one costs nothing and slows nobody.
 */
#ifndef LBD_CONTROL_SERVER_H
#define LBD_CONTROL_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/loop.h"
#include "base/set.h"
#include "control/control.h"
#include "control/journal.h"
#include "control/request.h"

#define SERVER_CLIENTS 64
/* Of these, the last so many are for clients that may change things. */
#define SERVER_RESERVED 8
/* Events are fetched for a client while less than this waits to be written. */
#define SERVER_OUTPUT 65536
/* All that waits to be written, for all clients. */
#define SERVER_OUTPUT_TOTAL (128u << 20)
/* Lines that a reload may report to its client; the rest is counted. */
#define SERVER_REPORTS 1000
/* How long a client may take to send a request, or to take an answer; how long a reload may
 * take. */
#define SERVER_PATIENCE (INT64_C(30) * 1000000000)
#define SERVER_RELOAD_PATIENCE (INT64_C(60) * 1000000000)
/* How long something may take to be set; later it is not done. A snmpd waits a second for lbd-snmp. */
#define SERVER_SET_PATIENCE (INT64_C(500) * 1000000)

struct server;

struct server_hooks {
	/* The state of everything, for lbd__status__free_unpacked(). */
	Lbd__Status *(*status)(void *argument);
	/* Ask for a reload under this number; false when nobody can do it now. */
	bool (*reload)(uint64_t request, void *argument);
	/* Set this under this number: why it cannot be, or SET_RESULT_APPLIED: it is under way, and
	 * server_set_done() follows. */
	enum set_result (*set)(uint64_t request, const struct request_set *set, int64_t until,
			       void *argument);
};

struct server_counters {
	uint64_t requests;
	uint64_t refused; /* requests: malformed, too large, not permitted; and connections */
	uint64_t losses;  /* events that a slow follower missed */
	unsigned followers;
	uint64_t sets[SET_RESULT_COUNT];
};

/* The listening sockets: what a client may do depends on who it is, not on where it comes in. */
#define SERVER_SOCKETS 2

/* Takes over the listening descriptors; -1: that one is not there. The journal and the hooks stay the
 * caller's. */
struct server *server_new(struct loop *loop, const int fds[SERVER_SOCKETS], gid_t group,
			  struct journal *journal, const struct server_hooks *hooks,
			  void *argument);
void server_free(struct server *server);

/* There are new events in the journal. */
void server_events(struct server *server);
/* What the reload of this number says, and how it ended. `result`: text of enum reload_result. */
void server_report(struct server *server, uint64_t request, const char *line);
void server_reloaded(struct server *server, uint64_t request, const char *result,
		     uint64_t generation, uint32_t errors);
/* The process that reloads is gone. */
void server_reload_failed(struct server *server);
/* How an attempt to set something ended. */
void server_set_done(struct server *server, uint64_t request, enum set_result result, int64_t before);
/* A process that sets things is gone. */
void server_sets_failed(struct server *server);
/* The process that may set things besides those who may change all; 0: none. */
void server_setter(struct server *server, pid_t process);
/* Each second: clients that are out of time. */
void server_tick(struct server *server, int64_t now);

struct server_counters server_counters(const struct server *server);

#endif
