/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbctl events, lbctl explain. */
#include "control/lbctl.h"

#include <stdio.h>
#include <unistd.h>

#include "control/json.h"
#include "control/show_event.h"

#define PATIENCE 10000
#define LAST_BY_DEFAULT 20
/* Seconds for which a follower tries to come back. */
#define RECONNECT 60

static void print_json(const Lbd__Event *event, FILE *out)
{
	json_t *json = json_from_event(event);

	json_write(out, json);
	putc('\n', out);
	json_decref(json);
}

static void print_event(const struct lbctl *lbctl, const Lbd__Event *event)
{
	if (lbctl->json)
		print_json(event, stdout);
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

/* < 0: more replies follow. *next: the number after the last event that was printed. */
static int take_reply(const struct lbctl *lbctl, const Lbd__Reply *reply, uint64_t *next)
{
	switch (reply->what_case) {
	case LBD__REPLY__WHAT_EVENT:
		print_event(lbctl, reply->event);
		*next = reply->event->number + 1;
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

/* Prints events until they end; < 0 when the connection is lost. */
static int take_replies(const struct lbctl *lbctl, struct control_client *client, uint64_t *next)
{
	int status = -1;

	while (status < 0) {
		Lbd__Reply *reply = lbctl_answer(client, lbctl->follow ? -1 : PATIENCE);

		if (!reply)
			return -1;
		status = take_reply(lbctl, reply, next);
		lbd__reply__free_unpacked(reply, NULL);
	}
	return status;
}

/* A follower outlives the control process: lbd starts it again within seconds. */
static struct control_client *reconnect(const struct lbctl *lbctl, const Lbd__Request *request)
{
	struct control_client *client = NULL;

	for (unsigned second = 0; !client && second < RECONNECT; second++) {
		sleep(1);
		client = control_connect(lbctl->run_dir);
		if (client && !control_send(client, request)) {
			control_disconnect(client);
			client = NULL;
		}
	}
	fprintf(stderr, "lbctl: %s\n", client ? "connected again" : "lbd does not come back");
	return client;
}

/* People want the end of the list, programs select by themselves. */
static bool is_whole_list(const struct lbctl *lbctl)
{
	return lbctl->since > 0 || (lbctl->json && !lbctl->follow);
}

int lbctl_events(const struct lbctl *lbctl)
{
	Lbd__EventsRequest what = LBD__EVENTS_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;
	struct control_client *client;
	int status = -1;

	what.has_since = what.has_last = what.has_follow = 1;
	what.since = lbctl->since;
	what.last = lbctl->last ? lbctl->last : is_whole_list(lbctl) ? 0 : LAST_BY_DEFAULT;
	what.follow = lbctl->follow;
	request.what_case = LBD__REQUEST__WHAT_EVENTS;
	request.events = &what;
	client = lbctl_ask(lbctl, &request);
	while (client && status < 0) {
		status = take_replies(lbctl, client, &what.since);
		control_disconnect(client);
		if (what.since > 0)
			what.last = 0;
		client = status < 0 && lbctl->follow ? reconnect(lbctl, &request) : NULL;
	}
	return status < 0 ? LBCTL_DOWN : status;
}

int lbctl_write_events(const struct lbctl *lbctl, const Lbd__EventsRequest *what, FILE *out)
{
	Lbd__Request request = LBD__REQUEST__INIT;
	struct control_client *client;
	int status = -1;

	request.what_case = LBD__REQUEST__WHAT_EVENTS;
	request.events = (Lbd__EventsRequest *)(uintptr_t)what;
	client = lbctl_ask(lbctl, &request);
	while (client && status < 0) {
		Lbd__Reply *reply = lbctl_answer(client, PATIENCE);

		if (!reply)
			break;
		if (reply->what_case == LBD__REPLY__WHAT_EVENT)
			print_json(reply->event, out);
		else if (reply->what_case == LBD__REPLY__WHAT_END)
			status = LBCTL_OK;
		else if (reply->what_case != LBD__REPLY__WHAT_LOST)
			status = lbctl_complain(reply);
		lbd__reply__free_unpacked(reply, NULL);
	}
	control_disconnect(client);
	return status < 0 ? LBCTL_DOWN : status;
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
		print_json(reply->event, stdout);
	else
		show_event_story(stdout, lbctl->colour, lbctl->width, reply->event);
	lbd__reply__free_unpacked(reply, NULL);
	return status;
}
