/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every child process of lbd has in common: its loop, the link to its parent, the links to its
 * peers, its segment, the configuration, privileges, orderly stop. A child's own file supplies
 * hooks and calls process_run(); nothing else starts a loop or drops a privilege.
 *
 * Order of life: prepare (still privileged) → privileges dropped → loop runs → SEGMENT, PEER and
 * CONFIGURATION messages arrive → configure() for the first time → … → stop() → exit.
 */
#ifndef LBD_PROCESS_PROCESS_H
#define LBD_PROCESS_PROCESS_H

#include <stdbool.h>

#include "base/event.h"
#include "base/link.h"
#include "base/loop.h"
#include "base/message.h"
#include "conf/conf.h"
#include "stat/stat.h"

enum process_privilege {
	PRIVILEGE_NET_ADMIN = 1,
	PRIVILEGE_NET_RAW = 2,
	PRIVILEGE_REALTIME = 4, /* SCHED_FIFO and locked memory */
	PRIVILEGE_THREADS = 8,  /* some threads: libcurl looks names up in one */
	PRIVILEGE_GROUPS = 16,  /* the groups that its user is a member of, besides the primary one */
};

struct process_options {
	const char *config_file;
	const char *config_id; /* for @conditions; NULL: the host name */
	const char *run_dir;   /* default /run/lbd */
	const char *state_dir; /* default /var/lib/lbd */
	int log_level;
	bool foreground;
};

struct process;

struct process_hooks {
	/* Still root: open what needs it. 0, or -1 after logging why the process cannot run. May be NULL. */
	int (*prepare)(struct process *process);
	/* A configuration is in force (the first, or after a reload); process->conf is it, `old` the one before
	 * (NULL at first), freed afterwards. All row pointers into process->writer are void: claim anew. */
	void (*configure)(struct process *process, const struct conf *old);
	/* A message from a peer that process.c does not handle itself. `fd` is -1 or now ours. */
	void (*message)(struct process *process, enum process_id peer, const struct message *message,
			int fd);
	/* The link to a peer came up or went away. May be NULL. */
	void (*peer)(struct process *process, enum process_id peer, bool up);
	/* A link that had refused messages takes them again. May be NULL. */
	void (*drained)(struct process *process, enum process_id peer);
	/* Stop in order; call process_finish() when done (at once, or some callbacks later). */
	void (*stop)(struct process *process);
};

struct process {
	enum process_id id;
	const struct process_options *options;
	struct loop *loop;
	struct conf *conf;          /* NULL until the first configuration */
	struct stat_writer *writer; /* NULL until the first segment */
	struct link *links[PROCESS_COUNT]; /* NULL: not connected */
	const struct process_hooks *hooks;
	void *state; /* the child's own */
	struct process_runtime *runtime;
};

/* Runs a child until it is finished; returns its exit status. `parent_fd` is the link to the parent. */
int process_run(enum process_id id, int parent_fd, const struct process_options *options,
		const struct process_hooks *hooks, void *state);
/* From stop(), or later: leave the loop. */
void process_finish(struct process *process);

/* Hands an event to control. Never blocks; an event that cannot be handed over is counted in the
 * process's events_lost. */
void process_event(struct process *process, const struct event *event);

/* Sends to a peer; false when it is not connected or refused it (counted). */
bool process_send(struct process *process, enum process_id peer, const struct message *message,
		  int fd);

/* Which pairs of children have a link of their own, besides the parent's with each. */
bool process_linked(enum process_id a, enum process_id b);

/* --- the parent (daemon.c) ------------------------------------------------------------------------ */

/* Runs lbd with its first configuration (which it takes over) until it is stopped; returns the exit
 * status. One byte goes to `ready_fd` (unless -1) once all children have confirmed the configuration. */
int daemon_run(const struct process_options *options, struct conf *conf, int ready_fd);

/* Checks run and state directories and users, takes the lock. 0, or -1 after saying what is wrong. */
int run_dir_prepare(const struct process_options *options);

/* The interfaces of this host, for conf_load(). `config_id` as in struct conf_environment. */
struct conf_environment process_conf_environment(const char *config_id);
/* Logs errors and warnings, one a line. */
void process_log_diagnostics(const struct conf_diagnostics *diagnostics);

/* The id of a child by its name, or PROCESS_COUNT. */
enum process_id process_find(const char *name);

/* --- entry points of the children, called by main() after re-execution ---------------------------- */

int vrrp_main(int parent_fd, const struct process_options *options);
int director_main(int parent_fd, const struct process_options *options);
int check_main(int parent_fd, const struct process_options *options);
int control_main(int parent_fd, const struct process_options *options);

#endif
