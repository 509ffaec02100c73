/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control process: takes events from the other processes, has them numbered and kept by the
 * journal, and lets the server tell its clients. Nobody waits for it: while it is away, the others'
 * events stay in their outboxes (process/outbox.h), and clients connect anew when it is back.
 */
#include "control/control.h"

#include "config.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "control/journal.h"
#include "control/latest.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/resolve.h"
#include "control/server.h"
#include "control/status.h"
#include "process/process.h"

struct control {
	struct process *process;
	gid_t group; /* of those who may change things; -1: no such group */
	int sockets[SERVER_SOCKETS]; /* the operators' and the exporters' */
	char journal_directory[CONF_PATH];
	struct journal *journal;
	struct latest latest;
	struct stat_reader *reader;
	struct server *server;
	struct loop_timer *tick;
	bool journal_failed; /* said in the log */
	/* Counts since the process began, and how far they are in the segment. */
	uint64_t events[SEVERITY_COUNT], events_published[SEVERITY_COUNT];
	uint64_t journal_errors, journal_errors_published;
	struct server_counters published;
	/* Events that came before the first configuration, and with it the segment, which knows
	 * what number comes next. */
	struct event *held;
	unsigned held_used, held_room;
};

/* Far more than can come in the moment between two messages of the parent. */
#define HELD_MAX 4096

/* --- numbers --------------------------------------------------------------------------------- */

static void add_difference(uint64_t *counter, uint64_t now, uint64_t *published)
{
	stat_count(*counter, now - *published);
	*published = now;
}

static void put_counters(struct control *control, struct stat_event *row)
{
	struct server_counters counters = server_counters(control->server);

	for (unsigned i = 0; i < SEVERITY_COUNT; i++)
		add_difference(&row->events[i], control->events[i], &control->events_published[i]);
	add_difference(&row->journal_errors, control->journal_errors,
		       &control->journal_errors_published);
	add_difference(&row->subscriber_losses, counters.losses, &control->published.losses);
	for (unsigned i = 0; i < SET_RESULT_COUNT; i++)
		add_difference(&row->sets[i], counters.sets[i], &control->published.sets[i]);
	add_difference(&row->requests, counters.requests, &control->published.requests);
	add_difference(&row->requests_refused, counters.refused, &control->published.refused);
	stat_put(event, row, subscribers, counters.followers);
}

/* The row is claimed each time: a reload may have moved it, and this happens a few times a
 * second. */
static void publish(struct control *control)
{
	static const struct stat_event labels = {.scope = "host"};
	struct stat_event *row;
	int64_t last = 0;

	if (!control->process->writer)
		return;
	row = stat_claim(control->process->writer, STAT_FAMILY_EVENT, &labels);
	if (!row)
		return;
	if (stat_has(&row->row, STAT_event_last_number))
		last = row->last_number;
	if (last > 0)
		journal_number_after(control->journal, (uint64_t)last);
	stat_begin(&row->row);
	put_counters(control, row);
	stat_put(event, row, last_number, (int64_t)journal_newest(control->journal));
	stat_put(event, row, journal_size, (int64_t)journal_size(control->journal));
	stat_end(&row->row);
}

static void publish_latest(struct control *control)
{
	if (control->process->writer)
		latest_publish(&control->latest, control->process->writer);
}

/* --- events ---------------------------------------------------------------------------------- */

/* Says each change from good to bad and back once. */
static void log_journal(struct control *control, int error)
{
	if (error < 0 && !control->journal_failed)
		log_error("cannot write to the event journal %s: %s; events are kept in memory "
			  "until it works again",
			  control->journal_directory, strerror(-error));
	else if (error == 0 && control->journal_failed)
		log_notice("the event journal %s can be written again",
			   control->journal_directory);
	control->journal_failed = error < 0;
}

static void keep_event(struct control *control, struct event *event)
{
	int error = journal_append(control->journal, event);

	control->journal_errors += error < 0;
	log_journal(control, error);
	latest_note(&control->latest, event);
	control->events[event_cause_info(event->cause)->severity]++;
	log_info("event %llu: %s: %s%s%s%s", (unsigned long long)event->number, event->object,
		 event_cause_info(event->cause)->name, event->to[0] ? " (" : "", event->to,
		 event->to[0] ? ")" : "");
	server_events(control->server);
	publish(control);
	publish_latest(control);
}

/* The newest of what happened before this process was started. */
static void recall_events(struct control *control)
{
	uint64_t newest = journal_newest(control->journal);
	uint64_t number = newest > JOURNAL_RING ? newest - JOURNAL_RING : 0;
	struct journal_record *record = memory_new(sizeof(*record));
	struct event event;

	for (; journal_read(control->journal, number, record); number = record->number + 1)
		if (record_decode(record->bytes, record->length, &event) &&
		    record_sanitise(&event)) {
			event.number = record->number;
			latest_note(&control->latest, &event);
		}
	free(record);
}

static void hold_event(struct control *control, const struct event *event)
{
	if (control->held_used == HELD_MAX) {
		log_error("too many events before the first configuration; one discarded");
		return;
	}
	if (control->held_used == control->held_room) {
		control->held_room = control->held_room ? control->held_room * 2 : 16;
		control->held = memory_resize(control->held, control->held_room,
					      sizeof(*control->held));
	}
	control->held[control->held_used++] = *event;
}

static void release_events(struct control *control)
{
	for (unsigned i = 0; i < control->held_used; i++)
		keep_event(control, &control->held[i]);
	free(control->held);
	control->held = NULL;
	control->held_used = control->held_room = 0;
}

static void take_event(struct control *control, enum process_id peer, const struct event *sent)
{
	struct event event = *sent;

	if (!record_sanitise(&event))
		log_error("an event of %s has an unknown cause; discarded", process_name(peer));
	else if (control->process->conf)
		keep_event(control, &event);
	else
		hold_event(control, &event);
}

/* --- hooks of the server --------------------------------------------------------------------- */

static Lbd__Status *read_status(void *argument)
{
	struct control *control = argument;

	publish(control);
	return status_read(control->reader, PACKAGE_VERSION);
}

static bool ask_reload(uint64_t request, void *argument)
{
	struct control *control = argument;
	struct message message = {.type = MESSAGE_RELOAD, .reload = {.request = request}};

	return process_send(control->process, PROCESS_PARENT, &message, -1);
}

static enum set_result ask_set(uint64_t request, const struct request_set *set, int64_t until,
			       void *argument)
{
	struct control *control = argument;
	struct message message = {.type = MESSAGE_SET};
	enum process_id owner;
	enum set_result result;

	if (!control->process->conf)
		return SET_RESULT_BUSY;
	result = resolve_set(control->process->conf, set, &message.set, &owner);
	if (result != SET_RESULT_APPLIED)
		return result;
	message.set.request = request;
	message.set.until = until;
	return process_send(control->process, owner, &message, -1) ? SET_RESULT_APPLIED
								   : SET_RESULT_UNAVAILABLE;
}

static const struct server_hooks server_hooks = {
	.status = read_status, .reload = ask_reload, .set = ask_set};

/* --- hooks of the process -------------------------------------------------------------------- */

static void log_found(const struct control *control, const struct journal_found *found)
{
	const char *directory = control->journal_directory;

	if (found->error)
		log_error("the event journal %s: cannot %s: %s; events are kept in memory only",
			  directory, found->step, strerror(found->error));
	if (found->cut)
		log_warning("the event journal %s ended in a torn record: %llu bytes cut off",
			    directory, (unsigned long long)found->cut);
	if (found->damaged)
		log_warning("the event journal %s is damaged in the middle: %llu bytes passed over",
			    directory, (unsigned long long)found->damaged);
	if (found->set_aside)
		log_warning("a file in %s is no event journal of this lbd: renamed to `unreadable`",
			    directory);
	log_info("event journal %s: %llu events", directory, (unsigned long long)found->records);
}

static void tick(void *argument)
{
	struct control *control = argument;
	int64_t now = clock_now();

	log_journal(control, journal_retry(control->journal));
	server_tick(control->server, now);
	publish(control);
	loop_timer_at(control->tick, now + CLOCK_SECOND);
}

/* The first thing that is done without privilege: the journal's bytes are parsed here. */
static void begin(struct control *control)
{
	struct journal_found found;

	if (control->journal)
		return;
	/* The state directory is ours; what is wrong with it, opening the journal says. */
	mkdir(control->journal_directory, 0750);
	control->journal = journal_open(control->journal_directory, JOURNAL_LIMIT, &found);
	log_found(control, &found);
	control->journal_failed = found.error != 0;
	recall_events(control);
	control->server = server_new(control->process->loop, control->sockets, control->group,
				     control->journal, &server_hooks, control);
	tick(control);
}

static gid_t group_called(const char *name)
{
	const struct group *group = getgrnam(name);

	return group ? group->gr_gid : (gid_t)-1;
}

/* A socket in the run directory for that group; who is not root has no group to give it to. -1 after
 * saying why. */
static int listen_for(const struct process *process, const char *name, gid_t group)
{
	char path[CONF_PATH] = "";
	char why[CONF_PATH * 2];
	int fd;

	if (!TEXT_APPEND(path, "%s/%s", process->options->run_dir, name)) {
		log_error("the run directory's path is too long");
		return -1;
	}
	fd = peer_listen(path, (uid_t)-1, geteuid() == 0 ? group : (gid_t)-1, why, sizeof(why));
	if (fd < 0)
		log_error("%s", why);
	return fd;
}

static int prepare(struct process *process)
{
	struct control *control = process->state;
	char path[CONF_PATH] = "";

	control->process = process;
	control->group = group_called(PEER_ACCOUNT);
	TEXT_APPEND(control->journal_directory, "%s/journal", process->options->state_dir);
	control->sockets[0] = listen_for(process, CONTROL_SOCKET, control->group);
	control->sockets[1] = control->sockets[0] < 0
				      ? -1
				      : listen_for(process, CONTROL_EVENTS_SOCKET,
						   group_called(PEER_READERS));
	if (control->sockets[1] < 0)
		return -1;
	TEXT_APPEND(path, "%s/stat", process->options->run_dir);
	control->reader = stat_reader_new(path);
	/* A limit on the size of files is an error of write(), not the end. */
	signal(SIGXFSZ, SIG_IGN);
	control->tick = loop_timer_new(process->loop, tick, control);
	return 0;
}

static void configure(struct process *process, const struct conf *old)
{
	struct control *control = process->state;

	(void)old;
	begin(control);
	/* The segment may know of numbers that never reached the disk. */
	publish(control);
	publish_latest(control);
	release_events(control);
}

static void message(struct process *process, enum process_id peer, const struct message *message,
		    int fd)
{
	struct control *control = process->state;

	if (fd >= 0)
		close(fd);
	begin(control);
	if (message->type == MESSAGE_EVENT) {
		take_event(control, peer, &message->event.event);
	} else if (message->type == MESSAGE_REPORT && peer == PROCESS_PARENT) {
		struct message_report report = message->report;

		report.line[sizeof(report.line) - 1] = '\0';
		server_report(control->server, report.request, report.line);
	} else if (message->type == MESSAGE_RELOADED && peer == PROCESS_PARENT) {
		const struct message_reloaded *reloaded = &message->reloaded;

		server_reloaded(control->server, reloaded->request,
				set_text(&set_reload_result, (long)reloaded->result),
				reloaded->generation, reloaded->errors);
	} else if (message->type == MESSAGE_EXPORTER && peer == PROCESS_PARENT) {
		if (message->exporter.exporter == PROCESS_SNMP)
			server_setter(control->server, message->exporter.pid);
	} else if (message->type == MESSAGE_SET_DONE &&
		   (peer == PROCESS_VRRP || peer == PROCESS_DIRECTOR) &&
		   message->set_done.result < SET_RESULT_COUNT) {
		server_set_done(control->server, message->set_done.request,
				(enum set_result)message->set_done.result,
				message->set_done.before);
	} else {
		log_error("an unexpected message of type %u from %s; discarded", message->type,
			  process_name(peer));
	}
}

static void peer(struct process *process, enum process_id id, bool up)
{
	struct control *control = process->state;

	if (id == PROCESS_PARENT && !up && control->server)
		server_reload_failed(control->server);
	if (!up && control->server && (id == PROCESS_VRRP || id == PROCESS_DIRECTOR))
		server_sets_failed(control->server);
}

static void stop(struct process *process)
{
	struct control *control = process->state;

	if (control->journal) {
		release_events(control);
		publish(control);
	}
	process_finish(process);
}

int control_main(int parent_fd, const struct process_options *options)
{
	static const struct process_hooks hooks = {
		.prepare = prepare,
		.configure = configure,
		.message = message,
		.peer = peer,
		.stop = stop,
	};
	struct control control = {.sockets = {-1, -1}};
	int status = process_run(PROCESS_CONTROL, parent_fd, options, &hooks, &control);

	server_free(control.server);
	journal_close(control.journal);
	stat_reader_free(control.reader);
	loop_timer_free(control.tick);
	return status;
}
