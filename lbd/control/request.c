/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decoding of requests. */
#include "control/request.h"

#include <string.h>

#include "base/set.h"
#include "base/text.h"
#include "control/lbd.pb-c.h"

static int setting_called(const char *text)
{
	for (size_t i = 0; text && i < set_setting.count; i++)
		if (strcmp(set_setting.values[i].text, text) == 0)
			return (int)i;
	return -1;
}

/* It goes into logs and events. */
static void copy_printable(char *into, size_t size, const char *from)
{
	text_copy(into, size, from ? from : "");
	for (char *at = into; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
}

static void take_set(struct request_set *set, const Lbd__SetRequest *message)
{
	set->setting = setting_called(message->setting);
	TEXT_COPY(set->instance, message->instance ? message->instance : "");
	TEXT_COPY(set->protocol, message->protocol ? message->protocol : "");
	TEXT_COPY(set->virtual_server, message->virtual_server ? message->virtual_server : "");
	TEXT_COPY(set->real_server, message->real_server ? message->real_server : "");
	set->value = message->has_value ? message->value : INT64_MIN;
	copy_printable(set->requester, sizeof(set->requester), message->requester);
}

static struct request from_set(const Lbd__SetRequest *message)
{
	struct request request = {.kind = REQUEST_SET};

	take_set(&request.set, message);
	return request;
}

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
	case LBD__REQUEST__WHAT_SET:
		return from_set(message->set);
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
	return request->kind == REQUEST_RELOAD || request->kind == REQUEST_SET;
}
