/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decoding of requests. */
#include "control/request.h"

#include "control/lbd.pb-c.h"

static struct request from_message(const Lbd__Request *message)
{
	switch (message->what_case) {
	case LBD__REQUEST__WHAT_STATUS:
		return (struct request){.kind = REQUEST_STATUS};
	case LBD__REQUEST__WHAT_EVENTS:
		return (struct request){
			.kind = REQUEST_EVENTS,
			.since = message->events->since,
			.last = message->events->last,
			.limit = message->events->limit,
			.follow = message->events->follow,
		};
	case LBD__REQUEST__WHAT_EVENT:
		return (struct request){.kind = REQUEST_EVENT, .since = message->event->number};
	case LBD__REQUEST__WHAT_RELOAD:
		return (struct request){.kind = REQUEST_RELOAD};
	default:
		return (struct request){.kind = REQUEST_MALFORMED};
	}
}

struct request request_decode(const void *bytes, size_t length)
{
	Lbd__Request *message = lbd__request__unpack(NULL, length, bytes);
	struct request request = {.kind = REQUEST_MALFORMED};

	if (!message)
		return request;
	request = from_message(message);
	lbd__request__free_unpacked(message, NULL);
	return request;
}

bool request_changes(const struct request *request)
{
	return request->kind == REQUEST_RELOAD;
}
