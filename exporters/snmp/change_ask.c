/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes: asking for them. A connection each: they are rare. */
#include "exporters/snmp/change.h"

#include <string.h>

#include "control/control.h"

static enum set_result result_called(const char *text)
{
	for (size_t i = 0; text && i < set_set_result.count; i++)
		if (strcmp(set_set_result.values[i].text, text) == 0)
			return (enum set_result)i;
	return SET_RESULT_UNAVAILABLE;
}

static enum set_result take_reply(const Lbd__Reply *reply, int64_t *before)
{
	if (reply && reply->what_case == LBD__REPLY__WHAT_SET_DONE) {
		*before = reply->set_done->before;
		return result_called(reply->set_done->result);
	}
	if (reply && reply->what_case == LBD__REPLY__WHAT_ERROR &&
	    reply->error->code == LBD__ERROR__CODE__FORBIDDEN)
		return SET_RESULT_FORBIDDEN;
	return SET_RESULT_UNAVAILABLE;
}

static bool send_change(struct control_client *client, const struct change *change,
			const char *requester)
{
	Lbd__SetRequest message = LBD__SET_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;

	message.setting = (char *)(uintptr_t)set_text(&set_setting, change->setting);
	message.instance = (char *)(uintptr_t)change->instance;
	message.protocol = (char *)(uintptr_t)change->protocol;
	message.virtual_server = (char *)(uintptr_t)change->virtual_server;
	message.real_server = (char *)(uintptr_t)change->real_server;
	message.has_value = 1;
	message.value = change->value;
	message.requester = (char *)(uintptr_t)requester;
	request.what_case = LBD__REQUEST__WHAT_SET;
	request.set = &message;
	return control_send(client, &request);
}

enum set_result change_ask(const char *run_dir, const struct change *change, const char *requester,
			   int64_t *before)
{
	struct control_client *client = control_connect_events(run_dir);
	enum set_result result = SET_RESULT_UNAVAILABLE;
	Lbd__Reply *reply;

	if (!client)
		return result;
	if (send_change(client, change, requester)) {
		reply = control_receive(client, CHANGE_PATIENCE);
		result = take_reply(reply, before);
		if (reply)
			lbd__reply__free_unpacked(reply, NULL);
	}
	control_disconnect(client);
	return result;
}
