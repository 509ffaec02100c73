/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parent's loop: signals, the tick, starting and stopping in order. */
#include "process/daemon.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "process/notify.h"
#include "process/process.h"
#include "process/table.h"

#define TICK CLOCK_SECOND
/* lbd ends within a second of SIGTERM; whoever has not ended by then is killed. */
#define STOP_MOST (800 * CLOCK_MILLISECOND)

void daemon_event(struct daemon *daemon, const struct event *event)
{
	outbox_put(&daemon->outbox, daemon->children[PROCESS_CONTROL].link, event);
}

static void became_ready(struct daemon *daemon)
{
	struct event event;

	daemon->ready = true;
	log_notice("lbd is ready: %zu VRRP instances, %zu virtual services, %zu real servers",
		   daemon->conf->instance_count, daemon->conf->service_count,
		   daemon->conf->real_server_count);
	event_begin(&event, CAUSE_DAEMON_STARTED, "lbd", "", "running");
	event_add_text(&event, FACT_FILE, daemon->options->config_file);
	daemon_event(daemon, &event);
	notify_send("READY=1\nSTATUS=running");
	if (daemon->ready_fd >= 0) {
		if (write(daemon->ready_fd, "", 1) != 1)
			log_warning("nobody waits for lbd to be ready");
		close(daemon->ready_fd);
		daemon->ready_fd = -1;
		log_open("lbd", (enum log_level)daemon->options->log_level, LOG_TO_SYSTEM);
	}
}

static bool all_configured(const struct daemon *daemon)
{
	for (unsigned id = 0; id < PROCESS_COUNT; id++) {
		const struct child *child = &daemon->children[id];

		if (process_row(child->id)->kind == PROCESS_KIND_CHILD && child->generation == 0)
			return false;
	}
	return true;
}

void daemon_progress(struct daemon *daemon)
{
	if (daemon->stopping) {
		if (children_running(daemon))
			children_stop(daemon);
		else
			loop_stop(daemon->loop);
	} else if (!daemon->ready && all_configured(daemon)) {
		became_ready(daemon);
	}
}

/* --- signals and timers -------------------------------------------------------------------------- */

static void stop_overdue(void *argument)
{
	children_kill(argument);
}

static void begin_stop(struct daemon *daemon)
{
	daemon->stopping = true;
	notify_send("STOPPING=1");
	loop_timer_at(daemon->stop_deadline, clock_now() + STOP_MOST);
}

void daemon_fail(struct daemon *daemon)
{
	daemon->exit_status = EXIT_FAILURE;
	if (!daemon->stopping)
		begin_stop(daemon);
}

static void stop(struct daemon *daemon, const char *signal_name)
{
	struct event event;

	if (daemon->stopping)
		return;
	log_notice("stopping on %s", signal_name);
	begin_stop(daemon);
	event_begin(&event, CAUSE_DAEMON_STOPPED, "lbd", "running", "");
	event_add_text(&event, FACT_SIGNAL, signal_name);
	daemon_event(daemon, &event);
	daemon_progress(daemon);
}

static void terminate(void *argument)
{
	stop(argument, "SIGTERM");
}

static void interrupt(void *argument)
{
	stop(argument, "SIGINT");
}

static void hang_up(void *argument)
{
	reload_run(argument, 0);
}

static void child_ended(void *argument)
{
	children_reap(argument);
}

static void tick(void *argument)
{
	struct daemon *daemon = argument;
	int64_t now = clock_now();

	segments_tick(daemon, now);
	children_watch(daemon, now);
	children_configure(daemon);
	daemon->next_tick += TICK;
	if (daemon->next_tick <= now)
		daemon->next_tick = now + TICK;
	loop_timer_at(daemon->tick, daemon->next_tick);
}

static void observe_lateness(int64_t lateness, void *argument)
{
	struct daemon *daemon = argument;

	stat_self_lateness(&daemon->self, lateness);
}

static void watch_signals(struct daemon *daemon)
{
	loop_signal_new(daemon->loop, SIGTERM, terminate, daemon);
	loop_signal_new(daemon->loop, SIGINT, interrupt, daemon);
	loop_signal_new(daemon->loop, SIGHUP, hang_up, daemon);
	loop_signal_new(daemon->loop, SIGCHLD, child_ended, daemon);
	signal(SIGPIPE, SIG_IGN);
}

/* --- life ---------------------------------------------------------------------------------------- */

static void publish_first_configuration(struct daemon *daemon)
{
	struct stat_config *row = daemon->config_row;

	stat_begin(&row->row);
	stat_put(config, row, generation, (int64_t)daemon->conf->generation);
	stat_put(config, row, last_reload, RELOAD_RESULT_NONE);
	stat_put(config, row, warnings, (int64_t)daemon->conf->global->warnings);
	stat_end(&row->row);
	stat_set_generation(daemon->writer, daemon->conf->generation);
}

int daemon_run(const struct process_options *options, struct conf *conf, int ready_fd)
{
	static struct daemon daemon; /* what it owns lives as long as the process */
	struct conf *none;

	daemon.options = options;
	outbox_reserve(&daemon.outbox, OUTBOX_ALWAYS);
	daemon.conf_fd = -1;
	daemon.ready_fd = ready_fd;
	daemon.loop = loop_new();
	stat_self_open(&daemon.self);
	loop_on_lateness(daemon.loop, observe_lateness, &daemon);
	daemon.stop_deadline = loop_timer_new(daemon.loop, stop_overdue, &daemon);
	daemon.tick = loop_timer_new(daemon.loop, tick, &daemon);
	snprintf(daemon.stat_dir, sizeof(daemon.stat_dir), "%s/stat", options->run_dir);
	children_init(&daemon);
	watch_signals(&daemon);
	if (reload_install(&daemon, conf, &none) != 0 || segments_open(&daemon) != 0)
		return EXIT_FAILURE;
	publish_first_configuration(&daemon);
	children_start(&daemon);
	daemon.next_tick = clock_now();
	tick(&daemon);
	loop_run(daemon.loop);
	/* Whoever looks sees at once that nobody is there, not only when the last beat has grown old. */
	stat_heartbeat(daemon.writer, 0);
	log_notice("stopped");
	return daemon.exit_status;
}
