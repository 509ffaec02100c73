/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbctl status. */
#include "control/lbctl.h"

#include <stdio.h>
#include <stdlib.h>

#include "control/json.h"
#include "control/show_status.h"
#include "control/status.h"

/* 15 digits: what a double holds of any decimal number without noise at the end. */
#define JSON_STYLE (JSON_COMPACT | JSON_REAL_PRECISION(15))

/* Generous: a site of 10,000 real servers on a busy machine. */
#define PATIENCE 20000

static int show(const struct lbctl *lbctl, const Lbd__Status *status)
{
	struct show_status_style style = {.colour = lbctl->colour, .all = lbctl->all};
	json_t *json;

	if (!lbctl->json) {
		show_status(stdout, status, style);
		return LBCTL_OK;
	}
	json = json_from_status(status);
	json_dumpf(json, stdout, JSON_STYLE);
	putchar('\n');
	json_decref(json);
	return LBCTL_OK;
}

int lbctl_status(const struct lbctl *lbctl)
{
	Lbd__StatusRequest what = LBD__STATUS_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;
	struct control_client *client;
	Lbd__Reply *reply;
	int status;

	request.what_case = LBD__REQUEST__WHAT_STATUS;
	request.status = &what;
	client = lbctl_ask(lbctl, &request);
	reply = client ? lbctl_answer(client, PATIENCE) : NULL;
	control_disconnect(client);
	if (!reply)
		return LBCTL_DOWN;
	status = reply->what_case == LBD__REPLY__WHAT_STATUS && status_is_whole(reply->status)
			 ? show(lbctl, reply->status)
			 : lbctl_complain(reply);
	lbd__reply__free_unpacked(reply, NULL);
	return status;
}
