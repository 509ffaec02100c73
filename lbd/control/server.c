/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients of the control socket. */
#include "control/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "control/frame.h"
#include "control/peer.h"
#include "control/request.h"

/* What a client is doing. */
enum phase {
	PHASE_READING, /* its next request */
	PHASE_EVENTS,  /* being given events */
	PHASE_RELOAD,  /* waiting for the end of the reload */
	PHASE_SET,     /* waiting for something to be set */
	PHASE_CLOSING, /* closed when its answer is written */
};

struct client {
	struct server *server;
	int fd; /* -1: the slot is free */
	struct loop_watch *watch;
	bool may_change;
	pid_t process;
	enum phase phase;
	int64_t deadline; /* when it is given up, while reading a request or taking an answer */
	uint8_t in[FRAME_HEAD + CONTROL_REQUEST_MAX];
	size_t in_used;
	uint8_t *out;
	size_t out_used, out_sent, out_room;
	/* EVENTS */
	uint64_t next, left;
	bool follow, started;
	/* SET */
	uint64_t set; /* its number */
};

/* A listening socket. */
struct entrance {
	struct server *server;
	int fd; /* -1: not there */
	struct loop_watch *watch;
};

struct server {
	struct loop *loop;
	struct entrance entrances[SERVER_SOCKETS];
	gid_t group;
	struct journal *journal;
	const struct server_hooks *hooks;
	void *argument;
	struct server_counters counters;
	struct client clients[SERVER_CLIENTS];
	unsigned used;
	size_t output; /* room of all output buffers */
	/* the reload under way */
	uint64_t reload; /* its number, 0 for none */
	int64_t reload_deadline;
	uint64_t reloads;
	unsigned reports, reports_left_out;
	uint64_t sets;
	pid_t setter;
};

/* After a time without descriptors or memory. */
static void accept_again(struct server *server)
{
	for (unsigned i = 0; i < SERVER_SOCKETS; i++)
		if (server->entrances[i].watch)
			loop_watch_for(server->entrances[i].watch, LOOP_READ);
}

/* --- output ---------------------------------------------------------------------------------- */

static void drop_client(struct client *client)
{
	struct server *server = client->server;

	loop_watch_free(client->watch);
	close(client->fd);
	server->output -= client->out_room;
	free(client->out);
	client->watch = NULL;
	client->out = NULL;
	client->fd = -1;
	server->used--;
	accept_again(server);
}

/* Room for `length` more bytes; NULL when all clients together hold too much already. */
static uint8_t *make_room(struct client *client, size_t length)
{
	struct server *server = client->server;
	size_t room = client->out_used + length;

	if (room > client->out_room) {
		room += room < SERVER_OUTPUT ? SERVER_OUTPUT / 4 : 0;
		if (server->output - client->out_room + room > SERVER_OUTPUT_TOTAL)
			return NULL;
		client->out = memory_resize(client->out, room, 1);
		server->output += room - client->out_room;
		client->out_room = room;
	}
	return client->out + client->out_used;
}

static bool put_reply(struct client *client, const Lbd__Reply *reply)
{
	size_t length = lbd__reply__get_packed_size(reply);
	uint8_t *at;

	if (length > CONTROL_REPLY_MAX || !(at = make_room(client, FRAME_HEAD + length)))
		return false;
	frame_head(at, length);
	lbd__reply__pack(reply, at + FRAME_HEAD);
	client->out_used += FRAME_HEAD + length;
	return true;
}

static void put_error(struct client *client, Lbd__Error__Code code, const char *text)
{
	Lbd__Error error = LBD__ERROR__INIT;
	Lbd__Reply reply = LBD__REPLY__INIT;

	error.has_code = 1;
	error.code = code;
	error.text = (char *)(uintptr_t)text;
	reply.what_case = LBD__REPLY__WHAT_ERROR;
	reply.error = &error;
	put_reply(client, &reply);
}

/* Writes what waits. False when the client is gone. */
static bool flush_output(struct client *client)
{
	while (client->out_sent < client->out_used) {
		ssize_t sent = send(client->fd, client->out + client->out_sent,
				    client->out_used - client->out_sent,
				    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno == EAGAIN)
			return true;
		if (sent < 0) {
			drop_client(client);
			return false;
		}
		client->out_sent += (size_t)sent;
		client->deadline = clock_now() + SERVER_PATIENCE;
	}
	client->out_used = client->out_sent = 0;
	/* A big answer's buffer is not kept. */
	client->server->output -= client->out_room;
	client->out_room = 0;
	free(client->out);
	client->out = NULL;
	return true;
}

/* --- events ---------------------------------------------------------------------------------- */

static void put_lost(struct client *client, uint64_t count)
{
	Lbd__Lost lost = LBD__LOST__INIT;
	Lbd__Reply reply = LBD__REPLY__INIT;

	lost.has_count = 1;
	lost.count = count;
	reply.what_case = LBD__REPLY__WHAT_LOST;
	reply.lost = &lost;
	put_reply(client, &reply);
	if (client->started)
		client->server->counters.losses += count;
}

static bool put_record(struct client *client, const struct journal_record *record)
{
	Lbd__Reply reply = LBD__REPLY__INIT;
	Lbd__Event *event = record->length
				    ? lbd__event__unpack(NULL, record->length, record->bytes)
				    : NULL;
	bool put;

	if (!event)
		return false;
	event->has_number = 1;
	event->number = record->number;
	reply.what_case = LBD__REPLY__WHAT_EVENT;
	reply.event = event;
	put = put_reply(client, &reply);
	lbd__event__free_unpacked(event, NULL);
	return put;
}

static void put_end(struct client *client)
{
	Lbd__End end = LBD__END__INIT;
	Lbd__Reply reply = LBD__REPLY__INIT;

	end.has_newest = 1;
	end.newest = journal_newest(client->server->journal);
	reply.what_case = LBD__REPLY__WHAT_END;
	reply.end = &end;
	put_reply(client, &reply);
}

/* Gives the client events until enough waits to be written, or there are no more. */
static void fetch_events(struct client *client)
{
	struct journal *journal = client->server->journal;
	struct journal_record record;

	while (client->left > 0 && client->out_used - client->out_sent < SERVER_OUTPUT) {
		if (!journal_read(journal, client->next, &record)) {
			if (client->follow)
				return;
			break;
		}
		if (record.number > client->next)
			put_lost(client, record.number - client->next);
		if (!put_record(client, &record))
			put_lost(client, 1);
		client->next = record.number + 1;
		client->started = true;
		client->left--;
	}
	if (client->left > 0 && client->out_used - client->out_sent >= SERVER_OUTPUT)
		return;
	put_end(client);
	client->phase = PHASE_READING;
}

static void begin_events(struct client *client, const struct request *request)
{
	uint64_t newest = journal_newest(client->server->journal);
	uint64_t oldest = journal_oldest(client->server->journal);

	client->next = request->since ? request->since : oldest ? oldest : 1;
	if (request->last)
		client->next = newest > request->last ? newest - request->last + 1 : 1;
	if (request->last && client->next < oldest)
		client->next = oldest;
	client->left = request->limit ? request->limit : UINT64_MAX;
	client->follow = request->follow;
	client->started = false;
	client->phase = PHASE_EVENTS;
}

static void give_event(struct client *client, uint64_t number)
{
	struct journal *journal = client->server->journal;
	struct journal_record record;
	char text[160] = "";

	if (number > 0 && journal_read(journal, number, &record) && record.number == number &&
	    put_record(client, &record))
		return;
	if (journal_newest(journal) == 0)
		TEXT_APPEND(text, "there is no event %llu: none has happened yet",
			    (unsigned long long)number);
	else
		TEXT_APPEND(text, "there is no event %llu: the journal holds %llu to %llu",
			    (unsigned long long)number,
			    (unsigned long long)journal_oldest(journal),
			    (unsigned long long)journal_newest(journal));
	put_error(client, LBD__ERROR__CODE__NOT_FOUND, text);
}

/* --- status and reload ----------------------------------------------------------------------- */

static void give_status(struct client *client)
{
	struct server *server = client->server;
	Lbd__Reply reply = LBD__REPLY__INIT;

	reply.what_case = LBD__REPLY__WHAT_STATUS;
	reply.status = server->hooks->status(server->argument);
	if (!put_reply(client, &reply))
		put_error(client, LBD__ERROR__CODE__BUSY,
			  "too many clients are taking their answers; try again");
	lbd__status__free_unpacked(reply.status, NULL);
}

static void begin_reload(struct client *client)
{
	struct server *server = client->server;

	if (server->reload) {
		put_error(client, LBD__ERROR__CODE__BUSY, "another reload is under way");
		return;
	}
	if (!server->hooks->reload(server->reloads + 1, server->argument)) {
		put_error(client, LBD__ERROR__CODE__UNAVAILABLE,
			  "the main process of lbd does not take the request; try again");
		return;
	}
	server->reload = ++server->reloads;
	server->reports = server->reports_left_out = 0;
	server->reload_deadline = clock_now() + SERVER_RELOAD_PATIENCE;
	client->phase = PHASE_RELOAD;
}

static void put_report(struct client *client, const char *line)
{
	Lbd__Reply reply = LBD__REPLY__INIT;

	reply.what_case = LBD__REPLY__WHAT_REPORT;
	reply.report = (char *)(uintptr_t)line;
	put_reply(client, &reply);
}

static void serve(struct client *client);

static struct client *reloading_client(struct server *server)
{
	for (unsigned i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].fd >= 0 && server->clients[i].phase == PHASE_RELOAD)
			return &server->clients[i];
	return NULL;
}

void server_report(struct server *server, uint64_t request, const char *line)
{
	struct client *client = reloading_client(server);

	if (!client || request != server->reload)
		return;
	if (server->reports == SERVER_REPORTS) {
		server->reports_left_out++;
		return;
	}
	server->reports++;
	put_report(client, line);
	serve(client);
}

static void end_reload(struct server *server, const Lbd__Reply *reply)
{
	struct client *client = reloading_client(server);
	char text[64] = "";

	server->reload = 0;
	if (!client)
		return;
	if (server->reports_left_out) {
		TEXT_APPEND(text, "... and %u more lines", server->reports_left_out);
		put_report(client, text);
	}
	put_reply(client, reply);
	client->phase = PHASE_READING;
	serve(client);
}

void server_reloaded(struct server *server, uint64_t request, const char *result,
		     uint64_t generation, uint32_t errors)
{
	Lbd__Reloaded reloaded = LBD__RELOADED__INIT;
	Lbd__Reply reply = LBD__REPLY__INIT;

	if (!server->reload || request != server->reload)
		return;
	reloaded.result = (char *)(uintptr_t)result;
	reloaded.has_generation = reloaded.has_errors = 1;
	reloaded.generation = generation;
	reloaded.errors = errors;
	reply.what_case = LBD__REPLY__WHAT_RELOADED;
	reply.reloaded = &reloaded;
	end_reload(server, &reply);
}

static void fail_reload(struct server *server, const char *why)
{
	Lbd__Error error = LBD__ERROR__INIT;
	Lbd__Reply reply = LBD__REPLY__INIT;

	error.has_code = 1;
	error.code = LBD__ERROR__CODE__UNAVAILABLE;
	error.text = (char *)(uintptr_t)why;
	reply.what_case = LBD__REPLY__WHAT_ERROR;
	reply.error = &error;
	end_reload(server, &reply);
}

void server_reload_failed(struct server *server)
{
	fail_reload(server, "the main process of lbd is gone");
}

/* --- setting --------------------------------------------------------------------------------- */

static void put_set_done(struct client *client, enum set_result result, int64_t before)
{
	Lbd__SetDone done = LBD__SET_DONE__INIT;
	Lbd__Reply reply = LBD__REPLY__INIT;

	client->server->counters.sets[result]++;
	done.result = (char *)(uintptr_t)set_text(&set_set_result, result);
	done.has_before = result == SET_RESULT_APPLIED || result == SET_RESULT_UNCHANGED;
	done.before = before;
	reply.what_case = LBD__REPLY__WHAT_SET_DONE;
	reply.set_done = &done;
	put_reply(client, &reply);
}

static void begin_set(struct client *client, const struct request_set *set)
{
	struct server *server = client->server;
	int64_t until = clock_now() + SERVER_SET_PATIENCE;
	enum set_result result =
		server->hooks->set(server->sets + 1, set, until, server->argument);

	if (result != SET_RESULT_APPLIED) {
		put_set_done(client, result, 0);
		return;
	}
	client->set = ++server->sets;
	client->deadline = until;
	client->phase = PHASE_SET;
}

static void end_set(struct client *client, enum set_result result, int64_t before)
{
	put_set_done(client, result, before);
	client->deadline = clock_now() + SERVER_PATIENCE;
	client->phase = PHASE_READING;
	serve(client);
}

void server_set_done(struct server *server, uint64_t request, enum set_result result, int64_t before)
{
	for (unsigned i = 0; i < SERVER_CLIENTS; i++) {
		struct client *client = &server->clients[i];

		if (client->fd >= 0 && client->phase == PHASE_SET && client->set == request)
			end_set(client, result, before);
	}
}

void server_sets_failed(struct server *server)
{
	for (unsigned i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].fd >= 0 && server->clients[i].phase == PHASE_SET)
			end_set(&server->clients[i], SET_RESULT_UNAVAILABLE, 0);
}

void server_setter(struct server *server, pid_t process)
{
	server->setter = process;
}

/* --- input ----------------------------------------------------------------------------------- */

static bool may_ask(const struct client *client, const struct request *request)
{
	bool setter = client->process > 0 && client->process == client->server->setter;

	return client->may_change || !request_changes(request) ||
	       (setter && request->kind == REQUEST_SET);
}

static void answer(struct client *client, const struct request *request)
{
	struct server *server = client->server;

	server->counters.requests++;
	if (request->kind == REQUEST_MALFORMED || !may_ask(client, request)) {
		bool malformed = request->kind == REQUEST_MALFORMED;

		server->counters.refused++;
		if (request->kind == REQUEST_SET)
			server->counters.sets[SET_RESULT_FORBIDDEN]++;
		put_error(client,
			  malformed ? LBD__ERROR__CODE__MALFORMED : LBD__ERROR__CODE__FORBIDDEN,
			  malformed ? "not a request that this lbd knows"
				    : "only root and members of the group `" PEER_ACCOUNT
				      "` may do that");
		client->phase = malformed ? PHASE_CLOSING : PHASE_READING;
		return;
	}
	switch (request->kind) {
	case REQUEST_STATUS:
		give_status(client);
		break;
	case REQUEST_EVENTS:
		begin_events(client, request);
		break;
	case REQUEST_EVENT:
		give_event(client, request->since);
		break;
	case REQUEST_RELOAD:
		begin_reload(client);
		break;
	case REQUEST_SET:
		begin_set(client, &request->set);
		break;
	case REQUEST_MALFORMED:
		break;
	}
}

/* Answers the request that is whole in the input, if one is. */
static void take_request(struct client *client)
{
	size_t length;
	struct request request;

	switch (frame_look(client->in, client->in_used, CONTROL_REQUEST_MAX, &length)) {
	case FRAME_PARTIAL:
		return;
	case FRAME_REFUSED:
		client->server->counters.refused++;
		put_error(client, LBD__ERROR__CODE__MALFORMED, "the request is too long");
		client->phase = PHASE_CLOSING;
		return;
	case FRAME_WHOLE:
		break;
	}
	request = request_decode(client->in + FRAME_HEAD, length);
	client->in_used -= FRAME_HEAD + length;
	memmove(client->in, client->in + FRAME_HEAD + length, client->in_used);
	client->deadline = clock_now() + SERVER_PATIENCE;
	answer(client, &request);
}

/* False when the client is gone. One that sends more than a request while it is being answered is
 * too: there is no room, and recv() of nothing reads as the end. */
static bool read_input(struct client *client)
{
	ssize_t got = recv(client->fd, client->in + client->in_used,
			   sizeof(client->in) - client->in_used, MSG_DONTWAIT);

	if (got > 0) {
		client->in_used += (size_t)got;
		return true;
	}
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	drop_client(client);
	return false;
}

/* --- one client's turn ----------------------------------------------------------------------- */

/* Is there work for this client that needs no more input? */
static bool has_work(const struct client *client)
{
	size_t length;

	switch (client->phase) {
	case PHASE_READING:
		return frame_look(client->in, client->in_used, CONTROL_REQUEST_MAX, &length) !=
		       FRAME_PARTIAL;
	case PHASE_EVENTS:
		return !client->follow || client->next <= journal_newest(client->server->journal);
	case PHASE_RELOAD:
	case PHASE_SET:
	case PHASE_CLOSING:
		break;
	}
	return false;
}

/* Goes on with the client, one round of output a turn; more comes when the socket takes it, after
 * the others had theirs. */
static void serve(struct client *client)
{
	if (client->phase == PHASE_READING && client->out_used == 0)
		take_request(client);
	if (client->phase == PHASE_EVENTS && client->out_used == 0)
		fetch_events(client);
	if (!flush_output(client))
		return;
	if (client->phase == PHASE_CLOSING && client->out_used == 0) {
		drop_client(client);
		return;
	}
	loop_watch_for(client->watch, client->out_used > 0 || has_work(client)
					      ? LOOP_READ | LOOP_WRITE
					      : LOOP_READ);
}

static void client_ready(int what, void *argument)
{
	struct client *client = argument;

	if (what & LOOP_READ && !read_input(client))
		return;
	serve(client);
}

static struct client *free_slot(struct server *server)
{
	for (unsigned i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].fd < 0)
			return &server->clients[i];
	return NULL;
}

static void accept_client(struct server *server, int fd)
{
	struct client *client = free_slot(server);
	bool may_change = peer_may_change(fd, server->group);

	if (!client || (!may_change && server->used >= SERVER_CLIENTS - SERVER_RESERVED)) {
		server->counters.refused++;
		close(fd);
		return;
	}
	*client = (struct client){
		.server = server,
		.fd = fd,
		.may_change = may_change,
		.process = peer_process(fd),
		.phase = PHASE_READING,
		.deadline = clock_now() + SERVER_PATIENCE,
	};
	server->used++;
	client->watch = loop_watch_new(server->loop, fd, LOOP_READ, client_ready, client);
}

static void server_ready(int what, void *argument)
{
	struct entrance *entrance = argument;
	int fd = accept4(entrance->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)what;
	if (fd >= 0) {
		accept_client(entrance->server, fd);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
		/* Not in a circle: the next client that leaves, or the next tick, looks again. */
		log_error("cannot accept a client of the control socket: %s", strerror(errno));
		loop_watch_for(entrance->watch, 0);
	}
}

/* --- life ------------------------------------------------------------------------------------ */

struct server *server_new(struct loop *loop, const int fds[SERVER_SOCKETS], gid_t group,
			  struct journal *journal, const struct server_hooks *hooks, void *argument)
{
	struct server *server = memory_new(sizeof(*server));

	server->loop = loop;
	server->group = group;
	server->journal = journal;
	server->hooks = hooks;
	server->argument = argument;
	for (unsigned i = 0; i < SERVER_CLIENTS; i++)
		server->clients[i].fd = -1;
	for (unsigned i = 0; i < SERVER_SOCKETS; i++) {
		struct entrance *entrance = &server->entrances[i];

		*entrance = (struct entrance){.server = server, .fd = fds[i]};
		if (entrance->fd >= 0)
			entrance->watch = loop_watch_new(loop, entrance->fd, LOOP_READ,
							 server_ready, entrance);
	}
	return server;
}

void server_free(struct server *server)
{
	if (!server)
		return;
	for (unsigned i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].fd >= 0)
			drop_client(&server->clients[i]);
	for (unsigned i = 0; i < SERVER_SOCKETS; i++)
		if (server->entrances[i].watch) {
			loop_watch_free(server->entrances[i].watch);
			close(server->entrances[i].fd);
		}
	free(server);
}

void server_events(struct server *server)
{
	for (unsigned i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].fd >= 0 && server->clients[i].phase == PHASE_EVENTS)
			serve(&server->clients[i]);
}

/* Whoever is being given events may take its time: they wait in the journal, not here. */
static bool is_late(const struct client *client, int64_t now)
{
	return client->fd >= 0 && now >= client->deadline && client->phase != PHASE_EVENTS &&
	       client->phase != PHASE_RELOAD;
}

void server_tick(struct server *server, int64_t now)
{
	if (server->reload && now >= server->reload_deadline)
		fail_reload(server, "the reload takes too long; lbctl status shows how it ends");
	for (unsigned i = 0; i < SERVER_CLIENTS; i++) {
		struct client *client = &server->clients[i];

		if (!is_late(client, now))
			continue;
		if (client->phase == PHASE_SET)
			end_set(client, SET_RESULT_UNAVAILABLE, 0);
		else
			drop_client(client);
	}
	accept_again(server);
}

struct server_counters server_counters(const struct server *server)
{
	struct server_counters counters = server->counters;

	for (unsigned i = 0; i < SERVER_CLIENTS; i++)
		counters.followers += server->clients[i].fd >= 0 &&
				      server->clients[i].phase == PHASE_EVENTS &&
				      server->clients[i].follow;
	return counters;
}
