/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbctl status. */
#include "control/lbctl.h"

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "conf/conf.h"
#include "control/json.h"
#include "control/show_status.h"
#include "control/status.h"

/* A status of 10,000 real servers takes a tenth of a second. */
#define PATIENCE 5000

static int show(const struct lbctl *lbctl, const Lbd__Status *status)
{
	struct show_status_style style = {.colour = lbctl->colour, .all = lbctl->all};
	json_t *json;

	if (!lbctl->json) {
		show_status(stdout, status, style);
		return LBCTL_OK;
	}
	json = json_from_status(status);
	json_write(stdout, json);
	putchar('\n');
	json_decref(json);
	return LBCTL_OK;
}

/* The segments can be read without control; whether anybody lives who writes them is another
 * matter. */
static bool anybody_lives(const Lbd__Status *status)
{
	for (size_t i = 0; i < status->n_processes; i++)
		if (strcmp(status->processes[i]->liveness, "alive") == 0)
			return true;
	return false;
}

/* When control does not answer, but others of lbd live: their numbers, without it. */
static int show_segments(const struct lbctl *lbctl)
{
	char path[CONF_PATH] = "";
	struct stat_reader *reader;
	Lbd__Status *status;
	int result = LBCTL_DOWN;

	if (!TEXT_APPEND(path, "%s/stat", lbctl->run_dir))
		return LBCTL_DOWN;
	reader = stat_reader_new(path);
	status = status_read(reader, PACKAGE_VERSION);
	if (anybody_lives(status)) {
		fprintf(stderr, "lbctl: but lbd lives; this is what its other processes publish:\n");
		result = show(lbctl, status);
	}
	lbd__status__free_unpacked(status, NULL);
	stat_reader_free(reader);
	return result;
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
		return show_segments(lbctl);
	status = reply->what_case == LBD__REPLY__WHAT_STATUS && status_is_whole(reply->status)
			 ? show(lbctl, reply->status)
			 : lbctl_complain(reply);
	lbd__reply__free_unpacked(reply, NULL);
	return status;
}
