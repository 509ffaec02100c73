/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting, watching and restarting the children and the exporters. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "process/daemon.h"
#include "process/exporters.h"
#include "process/table.h"

#define CHILD_LINK_FD 3
#define PARENT_RING 256
#define BACKOFF_FIRST (100 * CLOCK_MILLISECOND)
#define BACKOFF_MOST (10 * CLOCK_SECOND)
/* Who lived that long did not die of its start: it is started again at once. */
#define BACKOFF_FORGIVEN (10 * CLOCK_SECOND)
/* A loop that stood still for so long does not serve; a fresh process does. */
#define STUCK_AFTER (30 * CLOCK_SECOND)

/* --- starting ------------------------------------------------------------------------------------ */

/* Only the link survives into the child, at the descriptor where it expects it. */
static void child_descriptors(int link_fd)
{
	if (link_fd < 0)
		return;
	if (link_fd != CHILD_LINK_FD)
		dup2(link_fd, CHILD_LINK_FD);
	else
		fcntl(link_fd, F_SETFD, 0);
}

static void exec_child(const struct process_options *options, const struct process_row *row)
{
	const char *arguments[12] = {row->title, "-X", row->name, "--run-dir", options->run_dir,
				     "--state-dir", options->state_dir};
	unsigned count = 7;

	if (options->foreground)
		arguments[count++] = "-n";
	if (options->log_level >= LOG_LEVEL_DEBUG)
		arguments[count++] = "-d";
	execv("/proc/self/exe", (char *const *)(uintptr_t)arguments);
	log_error("cannot execute lbd again: %s", strerror(errno));
}

/* `link_fd` and `segment_fd` are -1 for who has none. */
static void become(const struct child *child, int link_fd, int segment_fd)
{
	const struct process_row *row = process_row(child->id);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	child_descriptors(link_fd);
	if (row->kind == PROCESS_KIND_CHILD)
		exec_child(child->daemon->options, row);
	else
		exporter_execute(child->id, child->daemon, segment_fd);
	_exit(127);
}

static void introduce(struct child *a, struct child *b)
{
	struct message to_a = {.type = MESSAGE_PEER, .peer = {.peer = b->id}};
	struct message to_b = {.type = MESSAGE_PEER, .peer = {.peer = a->id}};
	int ends[2];

	if (link_pair(ends) != 0) {
		log_error("cannot link %s with %s: %s", process_name(a->id), process_name(b->id),
			  strerror(errno));
		return;
	}
	if (!link_send(a->link, &to_a, ends[0]) || !link_send(b->link, &to_b, ends[1]))
		log_error("%s or %s does not take its link", process_name(a->id),
			  process_name(b->id));
	close(ends[0]);
	close(ends[1]);
}

static void introduce_to_all(struct child *child)
{
	for (unsigned id = 0; id < PROCESS_COUNT; id++) {
		struct child *other = &child->daemon->children[id];

		if (other != child && other->link && process_linked(child->id, other->id))
			introduce(child, other);
	}
}

/* Control is told which process is lbd-snmp: the kernel vouches for who asks it to set something. */
static void tell_exporter(const struct daemon *daemon, enum process_id id)
{
	const struct child *control = &daemon->children[PROCESS_CONTROL];
	struct message message = {
		.type = MESSAGE_EXPORTER,
		.exporter = {.exporter = id, .pid = (int32_t)daemon->children[id].pid}};

	if (control->link && !link_send(control->link, &message, -1))
		log_error("control does not take the process of %s", process_name(id));
}

static void restarted(struct child *child)
{
	struct event event;

	child->died = false;
	event_begin(&event, CAUSE_CHILD_RESTARTED, process_row(child->id)->title, "dead", "running");
	event_add_number(&event, FACT_PID, child->pid);
	event_add_number(&event, FACT_RESTARTS, (int64_t)child->restarts);
	daemon_event(child->daemon, &event);
}

static const struct link_handler link_handler;

static void fork_failed(struct child *child)
{
	log_error("cannot start %s: %s; trying again", process_name(child->id), strerror(errno));
	loop_timer_at(child->restart, clock_now() + CLOCK_SECOND);
}

static void start(struct child *child)
{
	const struct process_row *row = process_row(child->id);
	bool linked = row->kind == PROCESS_KIND_CHILD;
	int ends[2] = {-1, -1}, segment_fd = -1;

	if (linked && link_pair(ends) != 0) {
		fork_failed(child);
		return;
	}
	if (!linked)
		segment_fd = segments_open_exporter(child->daemon, child);
	child->pid = fork();
	if (child->pid == 0)
		become(child, ends[1], segment_fd);
	if (linked)
		close(ends[1]);
	if (segment_fd >= 0)
		close(segment_fd);
	if (child->pid < 0) {
		child->pid = 0;
		if (linked)
			close(ends[0]);
		fork_failed(child);
		return;
	}
	child->started = clock_now();
	child->generation = 0;
	child->generation_sent = 0;
	segments_child_state(child, CHILD_STATE_RUNNING);
	log_info("started %s as process %d", row->title, (int)child->pid);
	if (linked) {
		child->link = link_new(child->daemon->loop, ends[0], PARENT_RING, &link_handler,
				       child);
		introduce_to_all(child);
		if (child->id == PROCESS_CONTROL)
			tell_exporter(child->daemon, PROCESS_SNMP);
		children_configure(child->daemon);
	}
	if (child->id == PROCESS_SNMP)
		tell_exporter(child->daemon, PROCESS_SNMP);
}

static void restart_due(void *argument)
{
	struct child *child = argument;

	if (child->wanted && child->pid == 0 && !child->daemon->stopping)
		start(child);
}

void children_init(struct daemon *daemon)
{
	for (unsigned id = 0; id < PROCESS_COUNT; id++) {
		struct child *child = &daemon->children[id];

		child->daemon = daemon;
		child->id = (enum process_id)id;
		child->wanted = process_row(child->id)->kind == PROCESS_KIND_CHILD;
		child->restart = loop_timer_new(daemon->loop, restart_due, child);
	}
}

void children_start(struct daemon *daemon)
{
	for (unsigned id = 0; id < PROCESS_COUNT; id++) {
		struct child *child = &daemon->children[id];

		if (process_is_exporter(child->id))
			child->wanted = exporter_wanted(child->id, daemon->conf);
		if (child->wanted && child->pid == 0)
			start(child);
		else if (!child->wanted && child->pid > 0)
			kill(child->pid, SIGTERM);
		else if (!child->wanted && process_is_exporter(child->id))
			segments_remove_exporter(daemon, child);
	}
}

void children_restart_exporters(struct daemon *daemon, const struct conf *old)
{
	for (unsigned id = 0; id < PROCESS_COUNT; id++) {
		struct child *child = &daemon->children[id];

		if (!process_is_exporter(child->id) || child->pid == 0 ||
		    !exporter_changed(child->id, old, daemon->conf))
			continue;
		child->moving = true;
		kill(child->pid, SIGTERM);
	}
	children_start(daemon);
}

/* --- configuring --------------------------------------------------------------------------------- */

static void configure(struct child *child)
{
	struct daemon *daemon = child->daemon;
	struct message message = {.type = MESSAGE_CONFIGURATION};

	message.configuration.generation = daemon->conf->generation;
	if (!segments_send(daemon, child) || !link_send(child->link, &message, daemon->conf_fd)) {
		log_error("%s does not take its configuration; trying again",
			  process_name(child->id));
		return;
	}
	child->generation_sent = daemon->conf->generation;
}

/* Check hands its verdicts to the director by index, so the director must know the tables first. */
static bool may_configure(const struct daemon *daemon, const struct child *child)
{
	return child->id != PROCESS_CHECK ||
	       daemon->children[PROCESS_DIRECTOR].generation == daemon->conf->generation;
}

void children_configure(struct daemon *daemon)
{
	for (unsigned id = 0; id < PROCESS_COUNT; id++) {
		struct child *child = &daemon->children[id];

		if (child->link && child->generation_sent != daemon->conf->generation &&
		    may_configure(daemon, child))
			configure(child);
	}
}

static void receive(struct link *link, const struct message *message, int fd, void *argument)
{
	struct child *child = argument;
	struct daemon *daemon = child->daemon;

	(void)link;
	if (fd >= 0)
		close(fd);
	if (message->type == MESSAGE_SEGMENT) {
		segments_taken(daemon, child);
	} else if (message->type == MESSAGE_CONFIGURATION) {
		child->generation = message->configuration.generation;
		if (child->died)
			restarted(child);
		if (child->id == PROCESS_CONTROL)
			outbox_flush(&daemon->outbox, child->link);
		children_configure(daemon);
		daemon_progress(daemon);
	} else if (message->type == MESSAGE_RELOAD && child->id == PROCESS_CONTROL) {
		reload_run(daemon, message->reload.request);
	} else {
		log_error("%s sent a message of type %u that is not its to send",
			  process_name(child->id), message->type);
	}
}

/* The process is dead or dying; SIGCHLD tells which. */
static void closed(struct link *link, void *argument)
{
	struct child *child = argument;

	link_free(link);
	child->link = NULL;
}

static void drained(struct link *link, void *argument)
{
	struct child *child = argument;

	if (child->id == PROCESS_CONTROL)
		outbox_flush(&child->daemon->outbox, link);
	children_configure(child->daemon);
}

static const struct link_handler link_handler = {
	.receive = receive, .closed = closed, .drained = drained};

/* --- dying --------------------------------------------------------------------------------------- */

static void died(struct child *child, int status)
{
	bool exporter = process_is_exporter(child->id);
	bool tell;
	struct event event;
	int64_t now = clock_now();
	int64_t wait = 0;

	if (now - child->started < BACKOFF_FORGIVEN) {
		child->backoff = child->backoff ? child->backoff * 2 : BACKOFF_FIRST;
		if (child->backoff > BACKOFF_MOST)
			child->backoff = BACKOFF_MOST;
		wait = child->backoff;
	} else {
		child->backoff = 0;
	}
	/* The first death is forgiven however young the process was: nothing may wait for it. */
	if (child->backoff == BACKOFF_FIRST)
		wait = 0;
	/* An exporter that keeps dying (its address is in use, say) is one event, until it is well. */
	tell = !exporter || !child->died;
	event_begin(&event, exporter ? CAUSE_EXPORTER_DIED : CAUSE_CHILD_DIED,
		    process_row(child->id)->title, "running", "dead");
	event_add_number(&event, FACT_PID, child->pid);
	if (WIFSIGNALED(status))
		event_add_text(&event, FACT_SIGNAL, strsignal(WTERMSIG(status)));
	else
		event_add_number(&event, FACT_EXIT_STATUS, WEXITSTATUS(status));
	if (wait > 0)
		event_add_number(&event, FACT_RESTART_DELAY, wait);
	log_error("%s (process %d) died: %s %d; starting it again %s",
		  process_row(child->id)->title, (int)child->pid,
		  WIFSIGNALED(status) ? "signal" : "exit status",
		  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		  wait ? "shortly" : "now");
	child->restarts++;
	child->died = true;
	if (child->row)
		stat_count(child->row->restarts, 1);
	segments_child_state(child, CHILD_STATE_WAITING);
	loop_timer_at(child->restart, now + wait);
	if (tell)
		daemon_event(child->daemon, &event);
}

static void ended(struct child *child, int status)
{
	if (child->link) {
		link_drain(child->link);
		link_free(child->link);
		child->link = NULL;
	}
	/* A child that gives up before lbd was ever ready has said why; trying again would not help. */
	if (!child->daemon->ready && child->wanted && WIFEXITED(status) &&
	    process_row(child->id)->kind == PROCESS_KIND_CHILD && !child->daemon->stopping) {
		log_error("%s could not start; lbd does not start", process_row(child->id)->title);
		daemon_fail(child->daemon);
	}
	if (child->daemon->stopping || !child->wanted) {
		segments_child_state(child, CHILD_STATE_STOPPED);
		if (!child->wanted && process_is_exporter(child->id))
			segments_remove_exporter(child->daemon, child);
	} else if (child->moving) {
		segments_child_state(child, CHILD_STATE_WAITING);
		loop_timer_at(child->restart, clock_now());
	} else {
		died(child, status);
	}
	child->moving = false;
	child->pid = 0;
	if (child->id == PROCESS_SNMP)
		tell_exporter(child->daemon, PROCESS_SNMP);
	child->generation = 0;
	child->generation_sent = 0;
	daemon_progress(child->daemon);
}

void children_reap(struct daemon *daemon)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (unsigned id = 0; id < PROCESS_COUNT; id++)
			if (daemon->children[id].pid == pid) {
				ended(&daemon->children[id], status);
				break;
			}
}

/* A child of ours confirms its configuration; an exporter shows that it is well by living on. */
static void watch_exporter(struct child *child, int64_t now)
{
	if (child->died && child->pid > 0 && now - child->started >= BACKOFF_FORGIVEN)
		restarted(child);
}

void children_watch(struct daemon *daemon, int64_t now)
{
	stat_reader_refresh(daemon->reader);
	for (unsigned id = 0; id < PROCESS_COUNT; id++) {
		struct child *child = &daemon->children[id];
		struct stat_segment_info info;

		if (process_is_exporter(child->id))
			watch_exporter(child, now);
		if (!child->link || child->generation == 0 || now - child->started < STUCK_AFTER)
			continue;
		info = stat_reader_segment(daemon->reader, child->id);
		if (info.liveness == STAT_ABSENT || now - info.heartbeat < STUCK_AFTER)
			continue;
		log_error("%s (process %d) has not moved for 30 s; killing it to start it afresh",
			  process_row(child->id)->title, (int)child->pid);
		kill(child->pid, SIGKILL);
	}
}

/* --- stopping ------------------------------------------------------------------------------------ */

/* Control goes last: the others' last events are for its journal. */
void children_stop(struct daemon *daemon)
{
	struct message stop = {.type = MESSAGE_STOP};
	bool others = false;

	for (unsigned id = 0; id < PROCESS_COUNT; id++) {
		struct child *child = &daemon->children[id];

		loop_timer_cancel(child->restart);
		if (id == PROCESS_CONTROL || child->pid == 0)
			continue;
		others = true;
		if (!child->link || !link_send(child->link, &stop, -1))
			kill(child->pid, SIGTERM);
	}
	if (!others && daemon->children[PROCESS_CONTROL].link)
		link_send(daemon->children[PROCESS_CONTROL].link, &stop, -1);
}

void children_kill(struct daemon *daemon)
{
	for (unsigned id = 0; id < PROCESS_COUNT; id++)
		if (daemon->children[id].pid > 0) {
			log_warning("%s did not end in time; killing it",
				    process_row(daemon->children[id].id)->title);
			kill(daemon->children[id].pid, SIGKILL);
		}
}

bool children_running(const struct daemon *daemon)
{
	for (unsigned id = 0; id < PROCESS_COUNT; id++)
		if (daemon->children[id].pid > 0)
			return true;
	return false;
}
