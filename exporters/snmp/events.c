/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Following events. */
#include "exporters/snmp/events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "control/control.h"

#define RETRY CLOCK_SECOND
/* lbd starts its children side by side. */
#define GRACE (5 * CLOCK_SECOND)

struct events {
	const char *run_dir;
	struct history *history;
	void (*happened)(const struct history_entry *entry, void *argument);
	void *argument;
	struct control_client *client; /* NULL: not connected */
	int64_t due, since; /* when to try again; when it went wrong first, or 0 */
	bool complained;
};

/* Said once, until it works again. */
static void complain(struct events *events, const char *why)
{
	int64_t now = clock_now();

	if (events->since == 0)
		events->since = now;
	if (now - events->since < GRACE)
		return;
	if (!events->complained)
		log_warning("cannot follow the events of lbd in %s: %s; there are no notifications",
			    events->run_dir, why);
	events->complained = true;
}

static void disconnect(struct events *events, int64_t now)
{
	control_disconnect(events->client);
	events->client = NULL;
	events->due = now + RETRY;
}

static const char *text_or_empty(const char *text)
{
	return text ? text : "";
}

static void take_event(struct events *events, const Lbd__Event *event)
{
	struct history_entry entry = {
		.number = event->number, .wall = event->wall, .cause = event->cause};

	history_entry_begin(&entry, text_or_empty(event->object), text_or_empty(event->from),
			    text_or_empty(event->to));
	for (size_t i = 0; i < event->n_facts; i++) {
		const Lbd__Fact *fact = event->facts[i];

		if (fact->name && fact->kind <= LBD__FACT__KIND__TIME)
			history_entry_fact(&entry, fact->name, (enum event_fact_kind)fact->kind,
					   text_or_empty(fact->text), fact->number);
	}
	if (history_add(events->history, &entry))
		events->happened(&entry, events->argument);
}

static bool take(struct events *events, const Lbd__Reply *reply)
{
	switch (reply->what_case) {
	case LBD__REPLY__WHAT_EVENT:
		take_event(events, reply->event);
		return true;
	case LBD__REPLY__WHAT_LOST:
		log_warning("%llu events are not in lbd's journal any more; nobody is notified of them",
			    (unsigned long long)reply->lost->count);
		return true;
	case LBD__REPLY__WHAT_ERROR:
		complain(events, reply->error->text ? reply->error->text : "refused");
		return false;
	default:
		complain(events, "it answers with what was not asked for");
		return false;
	}
}

static bool ask(struct control_client *client)
{
	Lbd__EventsRequest what = LBD__EVENTS_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;

	what.has_last = what.has_follow = 1;
	what.last = HISTORY_MOST;
	what.follow = 1;
	request.what_case = LBD__REQUEST__WHAT_EVENTS;
	request.events = &what;
	return control_send(client, &request);
}

static void try_connection(struct events *events, int64_t now)
{
	events->client = control_connect_events(events->run_dir);
	if (!events->client || !ask(events->client)) {
		complain(events, errno == EACCES ? "not a member of the group of its socket"
				 : errno == ENOENT || errno == ECONNREFUSED ? "no lbd runs there"
									    : strerror(errno));
		disconnect(events, now);
		return;
	}
	if (events->complained)
		log_notice("following the events of lbd in %s again", events->run_dir);
	events->complained = false;
	events->since = 0;
}

void events_go_on(struct events *events, int64_t now)
{
	bool taken = true;
	Lbd__Reply *reply;

	if (!events->client && now >= events->due)
		try_connection(events, now);
	if (!events->client)
		return;
	while (taken && (reply = control_receive(events->client, 0))) {
		taken = take(events, reply);
		lbd__reply__free_unpacked(reply, NULL);
	}
	if (taken && errno == ETIMEDOUT)
		return;
	if (taken)
		complain(events, strerror(errno));
	disconnect(events, now);
}

int events_descriptor(const struct events *events)
{
	return events->client ? control_descriptor(events->client) : -1;
}

struct events *events_new(const char *run_dir, struct history *history,
			  void (*happened)(const struct history_entry *entry, void *argument),
			  void *argument)
{
	struct events *events = memory_new(sizeof(*events));

	*events = (struct events){.run_dir = run_dir,
				  .history = history,
				  .happened = happened,
				  .argument = argument};
	return events;
}

void events_free(struct events *events)
{
	control_disconnect(events->client);
	free(events);
}
