/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * evhttp says when a connection is accepted (it asks for a bufferevent) but not when it ends. So
 * the guard holds a reference to each bufferevent: one that evhttp has let go has lost its
 * callbacks, and is dropped at the next look, which is at each accept and each second.
 */
#include "exporters/prometheus/guard.h"

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/memory.h"
#include "exporters/prometheus/web.h"

/* So long without a refusal, and the crowd is gone. */
#define QUIET (10 * CLOCK_SECOND)

struct connection {
	struct connection *next;
	struct bufferevent *bufferevent;
	int64_t deadline; /* 0: refused */
	bool closing;
};

struct guard {
	struct connection *connections;
	struct loop_timer *timer;
	struct web *web;
	unsigned count; /* without those that were refused, who take nobody's place while they end */
	unsigned most;
	int64_t patience;
	uint64_t refused;
	uint64_t overdue;
	uint64_t told;   /* refusals when that was last looked at */
	int64_t refusal; /* the last look that found one */
	bool crowded;
};

static bool let_go(struct bufferevent *bufferevent)
{
	bufferevent_data_cb read = NULL;
	bufferevent_data_cb write = NULL;
	bufferevent_event_cb event = NULL;

	bufferevent_getcb(bufferevent, &read, &write, &event, NULL);
	return !read && !write && !event;
}

static void drop(struct guard *guard, struct connection **at)
{
	struct connection *connection = *at;

	*at = connection->next;
	guard->count -= connection->deadline != 0;
	bufferevent_decref(connection->bufferevent);
	free(connection);
}

/* The server reads an end of file and frees the connection its own way. */
static void end(struct connection *connection)
{
	evutil_socket_t fd = bufferevent_getfd(connection->bufferevent);

	if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
	connection->closing = true;
}

/* Says when refusing begins and when it is over, and not each of a thousand. */
static void tell(struct guard *guard, int64_t now)
{
	if (guard->refused > guard->told) {
		if (!guard->crowded)
			log_warning("all %u connections are taken: more are refused", guard->most);
		guard->crowded = true;
		guard->told = guard->refused;
		guard->refusal = now;
	} else if (guard->crowded && now - guard->refusal >= QUIET) {
		log_notice("no connection was refused for 10 s; since the start %" PRIu64 " were",
			   guard->refused);
		guard->crowded = false;
	}
}

static void look(void *argument)
{
	struct guard *guard = argument;
	struct connection **at = &guard->connections;
	int64_t now = clock_now();

	while (*at) {
		struct connection *connection = *at;

		if (let_go(connection->bufferevent)) {
			drop(guard, at);
			continue;
		}
		if (!connection->closing && now >= connection->deadline) {
			/* A refusal was counted when it was made. */
			guard->overdue += connection->deadline != 0;
			end(connection);
		}
		at = &connection->next;
	}
	tell(guard, now);
	loop_timer_at(guard->timer, now + CLOCK_SECOND);
}

/* The connection has no descriptor yet: one too many can only be ended a turn of the loop later. */
static struct bufferevent *accepted(struct event_base *base, void *argument)
{
	struct guard *guard = argument;
	struct connection *connection = memory_new(sizeof(*connection));

	look(guard);
	connection->bufferevent = web_bufferevent(guard->web, base);
	if (!connection->bufferevent) {
		free(connection);
		return NULL;
	}
	bufferevent_incref(connection->bufferevent);
	/* It would look let go until the server sets its callbacks, which is before any look. */
	connection->deadline = clock_now() + guard->patience;
	if (guard->count >= guard->most) {
		connection->deadline = 0;
		guard->refused++;
		loop_timer_at(guard->timer, 0);
	}
	connection->next = guard->connections;
	guard->connections = connection;
	guard->count += connection->deadline != 0;
	return connection->bufferevent;
}

struct guard *guard_new(struct loop *loop, struct evhttp *http, struct web *web, unsigned most,
			int64_t deadline)
{
	struct guard *guard = memory_new(sizeof(*guard));

	guard->web = web;
	guard->most = most;
	guard->patience = deadline;
	guard->timer = loop_timer_new(loop, look, guard);
	loop_timer_at(guard->timer, clock_now() + CLOCK_SECOND);
	evhttp_set_bevcb(http, accepted, guard);
	return guard;
}

void guard_free(struct guard *guard)
{
	while (guard->connections)
		drop(guard, &guard->connections);
	loop_timer_free(guard->timer);
	free(guard);
}

uint64_t guard_refused(const struct guard *guard)
{
	return guard->refused;
}

uint64_t guard_overdue(const struct guard *guard)
{
	return guard->overdue;
}
