/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbctl reload. */
#include "control/lbctl.h"

#include <stdio.h>
#include <string.h>

#include "base/set.h"

/* Longer than lbd's own, so that its word comes first. */
#define PATIENCE 90000

static int show_result(const Lbd__Reloaded *reloaded)
{
	const char *result = reloaded->result ? reloaded->result : "";

	if (strcmp(result, set_text(&set_reload_result, RELOAD_RESULT_APPLIED)) == 0) {
		printf("Configuration %llu is in force.\n",
		       (unsigned long long)reloaded->generation);
		return LBCTL_OK;
	}
	if (strcmp(result, set_text(&set_reload_result, RELOAD_RESULT_UNCHANGED)) == 0) {
		printf("Nothing changed: the file says what is in force already.\n");
		return LBCTL_OK;
	}
	if (reloaded->errors > 0)
		fprintf(stderr,
			"lbctl: refused: %u error%s; configuration %llu stays in force, unchanged\n",
			reloaded->errors, reloaded->errors == 1 ? "" : "s",
			(unsigned long long)reloaded->generation);
	else
		fprintf(stderr,
			"lbctl: not applied (the log of lbd says why); configuration %llu stays in "
			"force\n",
			(unsigned long long)reloaded->generation);
	return LBCTL_REFUSED;
}

/* < 0: more replies follow. */
static int take_reply(const Lbd__Reply *reply)
{
	switch (reply->what_case) {
	case LBD__REPLY__WHAT_REPORT:
		printf("%s\n", reply->report);
		fflush(stdout);
		return -1;
	case LBD__REPLY__WHAT_RELOADED:
		return show_result(reply->reloaded);
	default:
		return lbctl_complain(reply);
	}
}

int lbctl_reload(const struct lbctl *lbctl)
{
	Lbd__ReloadRequest what = LBD__RELOAD_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;
	struct control_client *client;
	int status = -1;

	request.what_case = LBD__REQUEST__WHAT_RELOAD;
	request.reload = &what;
	client = lbctl_ask(lbctl, &request);
	if (!client)
		return LBCTL_DOWN;
	while (status < 0) {
		Lbd__Reply *reply = lbctl_answer(client, PATIENCE);

		status = reply ? take_reply(reply) : LBCTL_DOWN;
		if (reply)
			lbd__reply__free_unpacked(reply, NULL);
	}
	control_disconnect(client);
	return status;
}
