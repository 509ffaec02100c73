/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The blocking client of the control socket, asked only when there is something to read. */
#include "exporters/nagios/follow.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/memory.h"
#include "control/control.h"

#define RETRY CLOCK_SECOND

struct follow {
	struct loop *loop;
	const char *run_dir;
	const struct follow_hooks *hooks;
	void *argument;
	struct control_client *client; /* NULL: not connected */
	struct loop_watch *watch;
	struct loop_timer *retry;
	bool complained;
};

/* Said once, until it works again. */
static void complain(struct follow *follow, const char *why)
{
	if (!follow->complained)
		log_warning("cannot follow the events of lbd in %s: %s; results come at the "
			    "interval alone",
			    follow->run_dir, why);
	follow->complained = true;
}

static void disconnect(struct follow *follow)
{
	if (follow->watch)
		loop_watch_free(follow->watch);
	control_disconnect(follow->client);
	follow->watch = NULL;
	follow->client = NULL;
	loop_timer_at(follow->retry, clock_now() + RETRY);
}

static bool take(struct follow *follow, const Lbd__Reply *reply)
{
	switch (reply->what_case) {
	case LBD__REPLY__WHAT_EVENT:
		follow->hooks->happened(reply->event->kind, follow->argument);
		return true;
	case LBD__REPLY__WHAT_LOST:
		follow->hooks->happened(NULL, follow->argument);
		return true;
	case LBD__REPLY__WHAT_ERROR:
		complain(follow, reply->error->text ? reply->error->text : "refused");
		return false;
	default:
		complain(follow, "it answers with what was not asked for");
		return false;
	}
}

static void readable(int what, void *argument)
{
	struct follow *follow = argument;
	bool taken = true;
	Lbd__Reply *reply;

	(void)what;
	while (taken && (reply = control_receive(follow->client, 0))) {
		taken = take(follow, reply);
		lbd__reply__free_unpacked(reply, NULL);
	}
	if (taken && errno == ETIMEDOUT)
		return;
	if (taken)
		complain(follow, strerror(errno));
	disconnect(follow);
	follow->hooks->happened(NULL, follow->argument);
}

/* The last event comes as well: it may have happened while nobody listened. */
static bool ask(struct control_client *client)
{
	Lbd__EventsRequest events = LBD__EVENTS_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;

	events.has_last = events.has_follow = 1;
	events.last = 1;
	events.follow = 1;
	request.what_case = LBD__REQUEST__WHAT_EVENTS;
	request.events = &events;
	return control_send(client, &request);
}

static void connect_due(void *argument)
{
	struct follow *follow = argument;

	follow->client = control_connect_events(follow->run_dir);
	if (!follow->client || !ask(follow->client)) {
		complain(follow, errno == EACCES ? "not a member of its group"
				 : errno == ENOENT || errno == ECONNREFUSED
					 ? "no lbd runs there"
					 : strerror(errno));
		disconnect(follow);
		return;
	}
	if (follow->complained)
		log_notice("following the events of lbd in %s again", follow->run_dir);
	follow->complained = false;
	follow->watch = loop_watch_new(follow->loop, control_descriptor(follow->client), LOOP_READ,
				       readable, follow);
	follow->hooks->happened(NULL, follow->argument);
}

struct follow *follow_new(struct loop *loop, const char *run_dir, const struct follow_hooks *hooks,
			  void *argument)
{
	struct follow *follow = memory_new(sizeof(*follow));

	follow->loop = loop;
	follow->run_dir = run_dir;
	follow->hooks = hooks;
	follow->argument = argument;
	follow->retry = loop_timer_new(loop, connect_due, follow);
	loop_timer_at(follow->retry, clock_now());
	return follow;
}

void follow_free(struct follow *follow)
{
	disconnect(follow);
	loop_timer_free(follow->retry);
	free(follow);
}
