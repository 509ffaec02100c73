/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events' socket of a made-up lbd. */
#include "tests/snmp/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/text.h"
#include "control/control.h"
#include "control/frame.h"
#include "control/record.h"

#define EVENTS_MOST 8192
#define BYTES_MOST (RECORD_MAX + 64)

static int listener = -1, client = -1;
static struct event events[EVENTS_MOST];
static unsigned event_count;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

void events_listen(const char *run_dir)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	TEXT_APPEND(address.sun_path, "%s/%s", run_dir, CONTROL_EVENTS_SOCKET);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(listener, 5) != 0)
		die(address.sun_path);
}

static void send_event(const struct event *event)
{
	uint8_t record[RECORD_MAX], bytes[FRAME_HEAD + BYTES_MOST];
	Lbd__Reply reply = LBD__REPLY__INIT;
	size_t length;

	if (client < 0)
		return;
	reply.what_case = LBD__REPLY__WHAT_EVENT;
	reply.event = lbd__event__unpack(NULL, record_encode(event, record), record);
	length = lbd__reply__pack(&reply, bytes + FRAME_HEAD);
	frame_head(bytes, length);
	if (send(client, bytes, FRAME_HEAD + length, MSG_NOSIGNAL) < 0) {
		close(client);
		client = -1;
	}
	lbd__event__free_unpacked(reply.event, NULL);
}

int events_listener(void)
{
	return listener;
}

/* The request is taken as read: there is one that lbd-snmp sends. */
void events_accept(void)
{
	unsigned first = event_count > 128 ? event_count - 128 : 0;

	if (client >= 0)
		close(client);
	client = accept(listener, NULL, NULL);
	for (unsigned i = first; i < event_count; i++)
		send_event(&events[i]);
}

void events_make(unsigned count)
{
	for (unsigned i = 0; i < count && event_count < EVENTS_MOST; i++) {
		struct event *event = &events[event_count++];
		unsigned cause = event_count % CAUSE_COUNT;
		bool refused = cause == CAUSE_VRRP_ADVERT_REFUSED;

		event_begin(event, (enum event_cause)cause, "VI_1", refused ? "" : "backup",
			    refused ? "" : "master");
		if (refused)
			event_add_text(event, FACT_DROP,
				       event_count / CAUSE_COUNT % 2 ? "ttl" : "authentication");
		event->number = event_count;
		event_add_text(event, FACT_SENDER, "192.0.2.9");
		if (event_count % 2)
			event_add_number(event, FACT_OUTAGE, 3571 * CLOCK_MILLISECOND);
		send_event(event);
	}
}

void events_hang_up(void)
{
	if (client >= 0)
		close(client);
	client = -1;
}
