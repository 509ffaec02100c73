/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SNMP library's side of lbd-snmp: a subagent of the host's snmpd (AgentX, RFC 2741), or an agent
 * that answers by itself. The only files that include the library are this one's, set.c and trap.c.
 *
 * A master that is absent, frozen or restarted is looked for again without being asked. Frozen, it
 * holds us up for AGENT_PATIENCE at a time; nobody waits for us (invariant 0).
 */
#ifndef LBD_EXPORTERS_SNMP_AGENT_H
#define LBD_EXPORTERS_SNMP_AGENT_H

#include "exporters/base/own.h"
#include "exporters/snmp/set.h"
#include "exporters/snmp/subtree.h"
#include "exporters/snmp/walk.h"

/* Seconds: for an answer of the master; between two tries to reach it; between two looks whether one
 * that says nothing is still there. That is seldom: one that was killed has hung up, and one that
 * stands still and is left alone goes on where it was. */
#define AGENT_PATIENCE 1
#define AGENT_RETRY 2
#define AGENT_PING 600

struct agent_options {
	const char *agentx;  /* its socket, as net-snmp writes it; NULL: answer by itself */
	const char *listen;  /* where, as net-snmp writes it: "udp:127.0.0.1:1161,udp6:[::1]:1161" */
	const char *config;  /* file in net-snmp's language: users, access, trap sinks */
	const char *engine;  /* text that the engine ID is made of when the file says none */
	const struct setter *setter; /* what SETs may do */
};

struct agent;

/* False, with the reason logged, when it cannot be what was asked for: an address that is in use.
 * What it is given must outlive it. One per process: the library has one state. */
struct agent *agent_open(const struct agent_options *options, const struct subtree *subtrees,
			 size_t count, struct walks *walks, struct stat_exporter *row);
void agent_close(struct agent *agent);

/* Does what comes for `timeout` ns, or with `once` until something came; and no longer than until one of
 * `extra` (several, -1: none) can be read: returns a bit for each that can. */
unsigned agent_wait(struct agent *agent, const int *extra, size_t extra_count, int64_t timeout,
		    bool once);

/* Is there a master, or do we answer by ourselves? */
bool agent_is_up(const struct agent *agent);
/* sysUpTime: since this agent began; with a master that of the master, ns. */
int64_t agent_uptime(const struct agent *agent);
/* The session with the master; NULL: there is none. */
struct snmp_session *agent_master(const struct agent *agent);
/* For trap.c: the value as the library has it. */
struct variable_list;
void agent_put_value(struct variable_list *variable, const struct value *value);

#endif
