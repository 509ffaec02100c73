/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The frame around every child process; see process.h. */
#include "process/process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "process/outbox.h"
#include "process/privilege.h"
#include "process/sandbox.h"
#include "process/table.h"

#define HEARTBEAT CLOCK_SECOND
/* Messages that may wait for a peer that does not read at once. */
#define LINK_RING 256

struct process_runtime {
	struct link_handler handler;
	struct loop_timer *heartbeat;
	int64_t next_heartbeat;
	int pending_segment; /* descriptor to attach with the next configuration, or -1 */
	bool stopping;
	struct stat_self self;
	uint64_t refused_before; /* by links that are gone */
	struct outbox outbox;
};

static enum process_id peer_of(const struct process *process, const struct link *link)
{
	for (unsigned id = 0; id < PROCESS_COUNT; id++)
		if (process->links[id] == link)
			return (enum process_id)id;
	return PROCESS_COUNT;
}

/* --- the process's own numbers ------------------------------------------------------------------- */

static void observe_lateness(int64_t lateness, void *argument)
{
	struct process *process = argument;

	stat_self_lateness(&process->runtime->self, lateness);
}

static void publish(struct process *process)
{
	struct process_runtime *runtime = process->runtime;
	uint64_t refused = runtime->refused_before;

	for (unsigned id = 0; id < PROCESS_COUNT; id++)
		refused += process->links[id] ? link_refused(process->links[id]) : 0;
	stat_self_publish(&runtime->self, refused, runtime->outbox.lost);
}

static void heartbeat(void *argument)
{
	struct process *process = argument;
	struct process_runtime *runtime = process->runtime;
	int64_t now = clock_now();

	publish(process);
	if (process->writer)
		stat_heartbeat(process->writer, now);
	runtime->next_heartbeat += HEARTBEAT;
	if (runtime->next_heartbeat <= now)
		runtime->next_heartbeat = now + HEARTBEAT;
	loop_timer_at(runtime->heartbeat, runtime->next_heartbeat);
}

/* --- events -------------------------------------------------------------------------------------- */

void process_event(struct process *process, const struct event *event)
{
	outbox_put(&process->runtime->outbox, process->links[PROCESS_CONTROL], event);
}

/* --- messages ------------------------------------------------------------------------------------ */

bool process_send(struct process *process, enum process_id peer, const struct message *message,
		  int fd)
{
	return process->links[peer] && link_send(process->links[peer], message, fd);
}

static void drop_link(struct process *process, enum process_id peer)
{
	process->runtime->refused_before += link_refused(process->links[peer]);
	link_free(process->links[peer]);
	process->links[peer] = NULL;
	if (process->hooks->peer)
		process->hooks->peer(process, peer, false);
}

static void take_peer(struct process *process, const struct message_peer *peer, int fd)
{
	if (fd < 0 || peer->peer >= PROCESS_COUNT || peer->peer == PROCESS_PARENT) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (process->links[peer->peer])
		drop_link(process, peer->peer);
	/* Events wait in the outbox, which outlives a control that dies; verdicts are sent again. */
	process->links[peer->peer] =
		link_new(process->loop, fd, peer->peer == PROCESS_CONTROL ? 0 : LINK_RING,
			 &process->runtime->handler, process);
	if (peer->peer == PROCESS_CONTROL)
		outbox_flush(&process->runtime->outbox, process->links[PROCESS_CONTROL]);
	if (process->hooks->peer)
		process->hooks->peer(process, peer->peer, true);
}

static void attach_segment(struct process *process)
{
	struct process_runtime *runtime = process->runtime;
	struct message done = {.type = MESSAGE_SEGMENT};
	int status;

	if (runtime->pending_segment < 0)
		return;
	runtime->self.row = NULL;
	status = stat_writer_attach(&process->writer, runtime->pending_segment);
	runtime->pending_segment = -1;
	outbox_reserve(&runtime->outbox, OUTBOX_ALWAYS);
	if (status != 0) {
		log_error("cannot map the segment of statistics: %s", strerror(-status));
		exit(EXIT_FAILURE);
	}
	stat_self_claim(&runtime->self, process->writer, process->id);
	publish(process);
	stat_heartbeat(process->writer, clock_now());
	process_send(process, PROCESS_PARENT, &done, -1);
}

/* Each object may change twice while control is away. What cannot fail in this process takes no room. */
static size_t events_at_once(const struct process *process)
{
	const struct conf *conf = process->conf;
	size_t objects = 0;

	if (process->id == PROCESS_VRRP)
		objects = conf->instance_count;
	else if (process->id == PROCESS_DIRECTOR)
		objects = conf->virtual_server_count + conf->real_server_count;
	return OUTBOX_ALWAYS + 2 * objects;
}

static void take_configuration(struct process *process, const struct message *message, int fd)
{
	struct conf *old = process->conf;
	struct conf *conf = conf_map(fd);
	struct message done = *message;

	close(fd);
	if (!conf) {
		log_error("cannot map the configuration: %s", strerror(errno));
		exit(EXIT_FAILURE);
	}
	attach_segment(process);
	process->conf = conf;
	outbox_reserve(&process->runtime->outbox, events_at_once(process));
	if (process->writer)
		stat_set_generation(process->writer, conf->generation);
	process->hooks->configure(process, old);
	if (!old && !process->options->foreground)
		log_open(process_row(process->id)->title,
			 (enum log_level)process->options->log_level, LOG_TO_SYSTEM);
	conf_free(old);
	process_send(process, PROCESS_PARENT, &done, -1);
}

/* Whoever was stopped before us may have said something last; it is in the socket already. */
static void stop(struct process *process)
{
	if (process->runtime->stopping)
		return;
	process->runtime->stopping = true;
	for (unsigned id = 0; id < PROCESS_COUNT; id++)
		if (id != PROCESS_PARENT && process->links[id])
			link_drain(process->links[id]);
	process->hooks->stop(process);
}

static bool take_from_parent(struct process *process, const struct message *message, int fd)
{
	struct process_runtime *runtime = process->runtime;

	switch (message->type) {
	case MESSAGE_PEER:
		take_peer(process, &message->peer, fd);
		return true;
	case MESSAGE_SEGMENT:
		if (runtime->pending_segment >= 0)
			close(runtime->pending_segment);
		runtime->pending_segment = fd;
		return true;
	case MESSAGE_CONFIGURATION:
		take_configuration(process, message, fd);
		return true;
	case MESSAGE_STOP:
		stop(process);
		return true;
	default:
		return false;
	}
}

static void receive(struct link *link, const struct message *message, int fd, void *argument)
{
	struct process *process = argument;
	enum process_id peer = peer_of(process, link);

	if (peer == PROCESS_PARENT && take_from_parent(process, message, fd))
		return;
	if (process->hooks->message)
		process->hooks->message(process, peer, message, fd);
	else if (fd >= 0)
		close(fd);
}

static void closed(struct link *link, void *argument)
{
	struct process *process = argument;
	enum process_id peer = peer_of(process, link);

	if (peer == PROCESS_PARENT) {
		/* Killed, not stopped. Everything stays as it is, so that the lbd that comes next resumes
		 * without a gap; going on alone would leave two of us once it is there. */
		log_error("the parent is gone; leaving everything in place for its successor");
		_exit(EXIT_FAILURE);
	}
	drop_link(process, peer);
}

static void drained(struct link *link, void *argument)
{
	struct process *process = argument;
	enum process_id peer = peer_of(process, link);

	if (peer == PROCESS_CONTROL)
		outbox_flush(&process->runtime->outbox, process->links[PROCESS_CONTROL]);
	if (process->hooks->drained)
		process->hooks->drained(process, peer);
}

/* --- life ---------------------------------------------------------------------------------------- */

static void terminated(void *argument)
{
	stop(argument);
}

void process_finish(struct process *process)
{
	publish(process);
	loop_stop(process->loop);
}

static int prepare(struct process *process, const struct process_row *row)
{
	if (process->hooks->prepare && process->hooks->prepare(process) != 0)
		return -1;
	if (row->privileges & PRIVILEGE_REALTIME)
		privilege_realtime();
	if (privilege_drop(row->user, row->privileges) != 0)
		return -1;
	return sandbox_enter();
}

int process_run(enum process_id id, int parent_fd, const struct process_options *options,
		const struct process_hooks *hooks, void *state)
{
	const struct process_row *row = process_row(id);
	struct process process = {.id = id, .options = options, .hooks = hooks, .state = state};
	struct process_runtime *runtime = memory_new(sizeof(*runtime));

	/* Why a process cannot start is for whoever waits for it, in the background or not. */
	log_open(row->title, (enum log_level)options->log_level,
		 options->foreground ? LOG_TO_ERROR : LOG_TO_BOTH);
	/* The terminal's ^C goes to the whole group; stopping in order is the parent's to decide. */
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	process.runtime = runtime;
	runtime->pending_segment = -1;
	stat_self_open(&runtime->self);
	runtime->handler =
		(struct link_handler){.receive = receive, .closed = closed, .drained = drained};
	process.loop = loop_new();
	if (prepare(&process, row) != 0)
		return EXIT_FAILURE;
	loop_on_lateness(process.loop, observe_lateness, &process);
	loop_signal_new(process.loop, SIGTERM, terminated, &process);
	runtime->heartbeat = loop_timer_new(process.loop, heartbeat, &process);
	runtime->next_heartbeat = clock_now() + HEARTBEAT;
	loop_timer_at(runtime->heartbeat, runtime->next_heartbeat);
	process.links[PROCESS_PARENT] =
		link_new(process.loop, parent_fd, LINK_RING, &runtime->handler, &process);
	loop_run(process.loop);
	return EXIT_SUCCESS;
}
