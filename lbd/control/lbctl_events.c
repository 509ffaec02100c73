/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbctl events, lbctl explain. */
#include "control/lbctl.h"

#include <stdio.h>

#include "control/json.h"
#include "control/show_event.h"

#define PATIENCE 10000
#define LAST_BY_DEFAULT 20
#define JSON_STYLE (JSON_COMPACT | JSON_REAL_PRECISION(15))

static void print_json(const Lbd__Event *event)
{
	json_t *json = json_from_event(event);

	json_dumpf(json, stdout, JSON_STYLE);
	putchar('\n');
	json_decref(json);
}

static void print_event(const struct lbctl *lbctl, const Lbd__Event *event)
{
	if (lbctl->json)
		print_json(event);
	else
		show_event_line(stdout, lbctl->colour, event);
	if (lbctl->follow)
		fflush(stdout);
}

/* On standard error, so that JSON stays JSON. */
static void print_lost(const Lbd__Lost *lost)
{
	fprintf(stderr, "lbctl: %llu event%s not in the journal any more\n",
		(unsigned long long)lost->count, lost->count == 1 ? " is" : "s are");
}

/* < 0: more replies follow. */
static int take_reply(const struct lbctl *lbctl, const Lbd__Reply *reply)
{
	switch (reply->what_case) {
	case LBD__REPLY__WHAT_EVENT:
		print_event(lbctl, reply->event);
		return ferror(stdout) ? LBCTL_REFUSED : -1;
	case LBD__REPLY__WHAT_LOST:
		print_lost(reply->lost);
		return -1;
	case LBD__REPLY__WHAT_END:
		return LBCTL_OK;
	default:
		return lbctl_complain(reply);
	}
}

int lbctl_events(const struct lbctl *lbctl)
{
	Lbd__EventsRequest what = LBD__EVENTS_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;
	struct control_client *client;
	int status = -1;

	what.has_since = what.has_last = what.has_follow = 1;
	what.since = lbctl->since;
	what.last = lbctl->last ? lbctl->last : lbctl->since ? 0 : LAST_BY_DEFAULT;
	what.follow = lbctl->follow;
	request.what_case = LBD__REQUEST__WHAT_EVENTS;
	request.events = &what;
	client = lbctl_ask(lbctl, &request);
	if (!client)
		return LBCTL_DOWN;
	while (status < 0) {
		Lbd__Reply *reply = lbctl_answer(client, lbctl->follow ? -1 : PATIENCE);

		status = reply ? take_reply(lbctl, reply) : LBCTL_DOWN;
		if (reply)
			lbd__reply__free_unpacked(reply, NULL);
	}
	control_disconnect(client);
	return status;
}

int lbctl_explain(const struct lbctl *lbctl)
{
	Lbd__EventRequest what = LBD__EVENT_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;
	struct control_client *client;
	Lbd__Reply *reply;
	int status = LBCTL_OK;

	if (!lbctl_number(lbctl->operand, &what.number)) {
		fprintf(stderr, "lbctl: explain wants the number of an event, not `%s`; `lbctl events` "
				"lists them\n",
			lbctl->operand);
		return LBCTL_USAGE;
	}
	what.has_number = 1;
	request.what_case = LBD__REQUEST__WHAT_EVENT;
	request.event = &what;
	client = lbctl_ask(lbctl, &request);
	reply = client ? lbctl_answer(client, PATIENCE) : NULL;
	control_disconnect(client);
	if (!reply)
		return LBCTL_DOWN;
	if (reply->what_case != LBD__REPLY__WHAT_EVENT)
		status = lbctl_complain(reply);
	else if (lbctl->json)
		print_json(reply->event);
	else
		show_event_story(stdout, lbctl->colour, reply->event);
	lbd__reply__free_unpacked(reply, NULL);
	return status;
}
