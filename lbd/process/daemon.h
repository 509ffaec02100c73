/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parent process: it reads the configuration, owns the children and the segment files, and does
 * nothing that traffic waits for. Internal to process/:
 *
 *   daemon.c      the parent's loop: signals, the tick, stopping
 *   children.c    starting, watching and restarting children and exporters
 *   exporters.c   which exporters are wanted, and their command lines
 *   segments.c    the segment files: how large, when replaced; the parent's own rows
 *   reload.c      configurations: loaded, compared, put in force, reported
 *   run_dir.c     directories, users and the lock
 */
#ifndef LBD_PROCESS_DAEMON_H
#define LBD_PROCESS_DAEMON_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/event.h"
#include "base/link.h"
#include "base/loop.h"
#include "conf/conf.h"
#include "process/outbox.h"
#include "process/process.h"
#include "stat/stat.h"

struct daemon;

struct child {
	struct daemon *daemon;
	enum process_id id;
	bool wanted; /* children always; exporters when configured */
	pid_t pid;   /* 0: not running */
	struct link *link; /* NULL for exporters and the dead */
	struct loop_timer *restart;
	int64_t started;  /* monotonic */
	int64_t backoff;  /* before the next restart */
	uint64_t generation;      /* configuration that it has confirmed; 0: none */
	uint64_t generation_sent; /* … that was sent; 0: none */
	bool segment_new; /* NAME.new waits for the child to have taken it */
	bool moving;      /* stopped to be started with another configuration */
	bool died;        /* since it last ran properly: its return is worth an event */
	uint64_t restarts; /* in this life of the parent */
	struct stat_child *row;
};

struct daemon {
	const struct process_options *options;
	struct loop *loop;
	struct conf *conf;
	int conf_fd; /* the packed configuration that children map */
	struct child children[PROCESS_COUNT];
	struct outbox outbox;
	char stat_dir[CONF_PATH];
	struct stat_writer *writer;
	struct stat_self self;
	struct stat_config *config_row;
	struct stat_reader *reader;
	struct loop_timer *tick;
	int64_t next_tick;
	struct loop_timer *stop_deadline;
	bool stopping;
	int exit_status;
	bool ready; /* all children have confirmed their first configuration */
	int ready_fd; /* the waiting foreground process of a background start, or -1 */
};

/* --- daemon.c */
void daemon_event(struct daemon *daemon, const struct event *event);
/* lbd cannot start: end, with exit status 1. The reason has been logged. */
void daemon_fail(struct daemon *daemon);
/* A child has ended or confirmed something; see whether this makes us ready, or done. */
void daemon_progress(struct daemon *daemon);

/* --- children.c */
void children_init(struct daemon *daemon);
/* Starts whoever is wanted and not running, stops whoever is not wanted any more. */
void children_start(struct daemon *daemon);
void children_reap(struct daemon *daemon);
/* Exporters whose part of the configuration is not as in `old` any more start anew with it. */
void children_restart_exporters(struct daemon *daemon, const struct conf *old);
/* Sends the configuration in force to whoever has not got it. */
void children_configure(struct daemon *daemon);
/* Kills children whose loop has stood still for too long. */
void children_watch(struct daemon *daemon, int64_t now);
void children_stop(struct daemon *daemon);
void children_kill(struct daemon *daemon);
bool children_running(const struct daemon *daemon);

/* --- segments.c */
/* Makes the child's segment large enough and sends it. */
bool segments_send(struct daemon *daemon, struct child *child);
/* The child has taken a new segment. */
void segments_taken(struct daemon *daemon, struct child *child);
/* The segment that an exporter is started with: a descriptor, or -1 after logging. */
int segments_open_exporter(struct daemon *daemon, struct child *child);
/* That of an exporter which is not configured: one that is absent is missed by nobody. */
void segments_remove_exporter(struct daemon *daemon, struct child *child);
/* The parent's own segment. 0, or -1 after logging. */
int segments_open(struct daemon *daemon);
void segments_child_state(struct child *child, enum child_state state);
void segments_tick(struct daemon *daemon, int64_t now);

/* --- reload.c */
/* Puts a configuration in force, and gives back the one that was (NULL at first), for the caller to
 * free. 0, or -1 after logging, with `conf` freed and nothing changed. */
int reload_install(struct daemon *daemon, struct conf *conf, struct conf **old);
/* Reads the file anew; `request` is control's number, or 0 for SIGHUP. */
void reload_run(struct daemon *daemon, uint64_t request);

/* --- run_dir.c */
/* Makes RUN_DIR, RUN_DIR/stat and STATE_DIR as they must be, checks the users, takes the lock. 0, or -1
 * after saying what is wrong and what would be right. */
int run_dir_prepare(const struct process_options *options);

#endif
