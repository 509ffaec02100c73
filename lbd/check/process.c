/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `lbd: check`: takes configurations, runs their checks, tells the director what they say.
 *
 * A verdict is a state and not a message in a queue: per real server there is one that waits to be sent, or
 * none. What the link refuses is sent when it takes messages again, as it stands then.
 */
#include "check/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "check/runner.h"

/* A verdict is repeated when a probe ends this long after it was last sent: a director that has just been
 * started cannot use one that overtakes its configuration. */
#define REPEAT_AFTER (5 * CLOCK_SECOND)

enum pending { PENDING_NOTHING, PENDING_RESEND, PENDING_CHANGE };

struct server {
	enum pending pending;
	enum health sent; /* last verdict that the director was sent; unknown: none */
	int64_t sent_at;
};

struct checks {
	struct process *process;
	struct runner *runner;
	struct server *servers; /* in the order of conf->real_servers */
	size_t server_count;
	size_t pending_count;
};

/* --- verdicts --------------------------------------------------------------------------------------- */

static void fill_verdict(struct message_verdict *verdict, const struct check *check)
{
	verdict->real_server = check->conf.real_server;
	verdict->health = check->schedule.verdict;
	verdict->attempts = check->schedule.attempts;
	verdict->result = CHECK_RESULT_OTHER;
	verdict->round_trip = -1;
	/* A verdict remembered from before a restart has no probe yet that could be described. */
	if (check->schedule.attempts > 0) {
		verdict->result = check->outcome.result;
		verdict->error = check->outcome.error;
		verdict->round_trip = check->outcome.round_trip;
	}
	snprintf(verdict->check, sizeof(verdict->check), "%s %s", check->identity.check,
		 check->identity.target);
}

/* False: the link takes no more for now; drained() goes on. */
static bool send_verdict(struct checks *checks, size_t index)
{
	struct message message = {.type = MESSAGE_VERDICT};
	struct server *server = &checks->servers[index];
	const struct check *check = roster_decider(runner_roster(checks->runner), index);

	if (check) {
		fill_verdict(&message.verdict, check);
		message.verdict.generation = checks->process->conf->generation;
		message.verdict.resent = server->pending == PENDING_RESEND;
		if (!process_send(checks->process, PROCESS_DIRECTOR, &message, -1))
			return false;
		server->sent = check->schedule.verdict;
		server->sent_at = clock_now();
	}
	server->pending = PENDING_NOTHING;
	checks->pending_count--;
	return true;
}

static void send_pending(struct checks *checks)
{
	if (!checks->process->links[PROCESS_DIRECTOR])
		return; /* all are sent when it comes up */
	for (size_t i = 0; i < checks->server_count && checks->pending_count > 0; i++)
		if (checks->servers[i].pending != PENDING_NOTHING && !send_verdict(checks, i))
			return;
}

static void want_sent(struct checks *checks, size_t index, enum pending how)
{
	struct server *server = &checks->servers[index];

	checks->pending_count += server->pending == PENDING_NOTHING;
	if (server->pending < how)
		server->pending = how;
}

static void want_all_sent(struct checks *checks)
{
	for (size_t i = 0; i < checks->server_count; i++)
		want_sent(checks, i, PENDING_RESEND);
}

static void say_change(const struct check *check)
{
	const struct check_identity *identity = &check->identity;
	const struct check_outcome *outcome = &check->outcome;

	if (check->schedule.verdict == HEALTH_UP)
		log_notice("%s %s for %s passes", identity->check, identity->target,
			   identity->virtual_server);
	else
		log_notice("%s %s for %s fails: %s (failures in a row: %u)", identity->check,
			   identity->target, identity->virtual_server,
			   outcome->error ? strerror(outcome->error)
					  : set_text(&set_check_result, outcome->result),
			   check->schedule.failures);
}

static void probe_finished(const struct check *check, bool changed, void *argument)
{
	struct checks *checks = argument;
	size_t index = check->conf.real_server;
	struct server *server = &checks->servers[index];
	const struct check *decider = roster_decider(runner_roster(checks->runner), index);

	if (changed)
		say_change(check);
	if (!decider)
		return;
	if (server->sent != decider->schedule.verdict)
		want_sent(checks, index, PENDING_CHANGE);
	else if (clock_now() - server->sent_at >= REPEAT_AFTER)
		want_sent(checks, index, PENDING_RESEND);
	if (server->pending != PENDING_NOTHING && checks->process->links[PROCESS_DIRECTOR])
		send_verdict(checks, index);
}

/* --- hooks ------------------------------------------------------------------------------------------ */

static void configure(struct process *process, const struct conf *old)
{
	struct checks *checks = process->state;

	(void)old;
	if (!checks->runner)
		checks->runner = runner_new(process->loop, probe_finished, checks);
	checks->process = process;
	free(checks->servers);
	checks->server_count = process->conf->real_server_count;
	checks->servers = memory_array(checks->server_count, sizeof(*checks->servers));
	checks->pending_count = 0;
	runner_configure(checks->runner, process->conf, process->writer);
	want_all_sent(checks);
	send_pending(checks);
}

static void peer(struct process *process, enum process_id id, bool up)
{
	struct checks *checks = process->state;

	if (id != PROCESS_DIRECTOR || !up || !checks->runner)
		return;
	want_all_sent(checks);
	send_pending(checks);
}

static void drained(struct process *process, enum process_id id)
{
	struct checks *checks = process->state;

	if (id == PROCESS_DIRECTOR && checks->runner)
		send_pending(checks);
}

/* Nobody has anything to tell this process; what comes all the same is dropped. */
static void message(struct process *process, enum process_id id, const struct message *received,
		    int fd)
{
	(void)process;
	log_warning("an unexpected message of type %u from %s; discarded", received->type,
		    process_name(id));
	if (fd >= 0)
		close(fd);
}

static void stop(struct process *process)
{
	struct checks *checks = process->state;

	runner_free(checks->runner);
	checks->runner = NULL;
	process_finish(process);
}

int check_main(int parent_fd, const struct process_options *options)
{
	static const struct process_hooks hooks = {
		.configure = configure,
		.message = message,
		.peer = peer,
		.drained = drained,
		.stop = stop,
	};
	struct checks checks = {0};
	int status = process_run(PROCESS_CHECK, parent_fd, options, &hooks, &checks);

	runner_free(checks.runner);
	free(checks.servers);
	return status;
}
