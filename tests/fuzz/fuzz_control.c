/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: what a client may send to the control socket, what a damaged journal may hold, and
 * what a wrong lbd may answer to lbctl. The input is cut into frames as the server does; each frame
 * is tried as a request, as an event and as a status.
 */
#include "control/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/explain.h"
#include "control/frame.h"
#include "control/json.h"
#include "control/record.h"
#include "control/request.h"
#include "control/show_event.h"
#include "control/show_status.h"
#include "control/status.h"
#include "tests/fuzz/fuzz.h"

static void require(int holds)
{
	if (!holds)
		abort();
}

static FILE *nowhere(void)
{
	static FILE *out;

	if (!out)
		out = fopen("/dev/null", "w");
	require(out != NULL);
	return out;
}

/* What was decoded and is fit to be kept comes out the same when it is kept and read again. */
static void try_record(const uint8_t *data, size_t length)
{
	struct event event, again;
	uint8_t bytes[RECORD_MAX];

	if (!record_decode(data, length, &event) || !record_sanitise(&event))
		return;
	require(event.facts_used <= EVENT_FACTS);
	require(record_decode(bytes, record_encode(&event, bytes), &again));
	require(again.cause == event.cause && strcmp(again.object, event.object) == 0);
	require(again.facts_used == event.facts_used);
}

static void try_event(const uint8_t *data, size_t length)
{
	Lbd__Event *message = lbd__event__unpack(NULL, length, data);

	if (!message)
		return;
	show_event_line(nowhere(), true, message);
	show_event_story(nowhere(), true, 92, message);
	json_decref(json_from_event(message));
	lbd__event__free_unpacked(message, NULL);
}

static void try_reply(const uint8_t *data, size_t length)
{
	struct show_status_style style = {.colour = true, .all = true};
	Lbd__Reply *reply = lbd__reply__unpack(NULL, length, data);

	if (reply && reply->what_case == LBD__REPLY__WHAT_STATUS &&
	    status_is_whole(reply->status)) {
		show_status(nowhere(), reply->status, style);
		json_decref(json_from_status(reply->status));
	}
	if (reply)
		lbd__reply__free_unpacked(reply, NULL);
}

static void try_frame(const uint8_t *data, size_t length)
{
	struct request request = request_decode(data, length);

	require(request.kind <= REQUEST_SET);
	try_record(data, length);
	try_event(data, length);
	try_reply(data, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length;

	/* A mutated length would keep most inputs from being looked at. */
	try_frame(data, size);
	while (frame_look(data, size, CONTROL_REQUEST_MAX, &length) == FRAME_WHOLE) {
		require(length <= CONTROL_REQUEST_MAX && FRAME_HEAD + length <= size);
		try_frame(data + FRAME_HEAD, length);
		data += FRAME_HEAD + length;
		size -= FRAME_HEAD + length;
	}
	return 0;
}
