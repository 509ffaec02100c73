/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running checks. */
#include "check/runner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "check/probe.h"
#include "check/row.h"

/* Descriptors kept for everything but probes: loop, links, segment, log. */
#define DESCRIPTORS_KEPT 64
/* Between two log lines about probes that this host itself could not send. */
#define LOCAL_LOG_INTERVAL (60 * CLOCK_SECOND)

struct check_runtime {
	struct runner *runner;
	struct check *check;
	struct loop_timer *timer;
	struct probe *probe; /* NULL: none under way */
	struct stat_check *row;
	bool waiting; /* in the queue */
	bool gone;    /* no longer configured */
	struct check_runtime *next_waiting;
};

struct runner {
	struct loop *loop;
	struct roster *roster;
	size_t busy, waiting, bound;
	bool bound_is_set;
	struct check_runtime *first_waiting, **last_waiting;
	int64_t local_logged;
	runner_finished *finished;
	void *argument;
};

struct runner *runner_new(struct loop *loop, runner_finished *finished, void *argument)
{
	struct runner *runner = memory_new(sizeof(*runner));

	runner->loop = loop;
	runner->last_waiting = &runner->first_waiting;
	runner->bound = 1;
	runner->finished = finished;
	runner->argument = argument;
	return runner;
}

/* --- one probe ------------------------------------------------------------------------------------ */

static void wait_for_start(struct check_runtime *runtime)
{
	loop_timer_at(runtime->timer, runtime->check->schedule.due);
}

static void say_local(struct runner *runner, const struct check *check, int64_t now)
{
	if (runner->local_logged != 0 && now - runner->local_logged < LOCAL_LOG_INTERVAL)
		return;
	runner->local_logged = now;
	log_warning("%s %s for %s: this host could not send the probe: %s; the verdict stays as it is",
		    check->identity.check, check->identity.target, check->identity.virtual_server,
		    strerror(check->outcome.error));
}

static void take_outcome(struct check_runtime *runtime, const struct check_outcome *outcome)
{
	struct runner *runner = runtime->runner;
	struct check *check = runtime->check;
	int64_t now = clock_now();
	bool changed;

	check->outcome = *outcome;
	changed = schedule_finish(&check->schedule, &check->settings, outcome->result, now);
	if (changed)
		check->decided = now;
	if (outcome->result == CHECK_RESULT_LOCAL)
		say_local(runner, check, now);
	row_publish(runtime->row, check, changed);
	wait_for_start(runtime);
	runner->finished(check, changed, runner->argument);
}

static void start_waiting(struct runner *runner);

static void probe_ended(const struct check_outcome *outcome, void *argument)
{
	struct check_runtime *runtime = argument;
	struct runner *runner = runtime->runner;

	runtime->probe = NULL;
	runner->busy--;
	take_outcome(runtime, outcome);
	start_waiting(runner);
}

static void start_probe(struct check_runtime *runtime)
{
	struct runner *runner = runtime->runner;
	struct check *check = runtime->check;
	int64_t now = clock_now();
	struct check_outcome outcome;

	row_began(runtime->row, now - check->schedule.due);
	schedule_start(&check->schedule, now);
	runtime->probe = probe_kind(check->conf.kind)
				 ->begin(runner->loop, &check->conf, probe_ended, runtime, &outcome);
	if (runtime->probe)
		runner->busy++;
	else
		take_outcome(runtime, &outcome);
}

/* --- the queue of probes that are due but must wait ------------------------------------------------ */

static void enqueue(struct check_runtime *runtime)
{
	struct runner *runner = runtime->runner;

	runtime->waiting = true;
	runtime->next_waiting = NULL;
	*runner->last_waiting = runtime;
	runner->last_waiting = &runtime->next_waiting;
	runner->waiting++;
}

static struct check_runtime *dequeue(struct runner *runner)
{
	struct check_runtime *runtime = runner->first_waiting;

	runner->first_waiting = runtime->next_waiting;
	if (!runner->first_waiting)
		runner->last_waiting = &runner->first_waiting;
	runtime->waiting = false;
	runner->waiting--;
	return runtime;
}

/* As many as were waiting at the call, at most: a probe that ends at once must not keep the loop here. */
static void start_waiting(struct runner *runner)
{
	for (size_t n = runner->waiting; n > 0 && runner->busy < runner->bound; n--)
		start_probe(dequeue(runner));
}

/* Those that are gone leave the queue; the others keep their order. */
static void clean_queue(struct runner *runner)
{
	for (size_t n = runner->waiting; n > 0; n--) {
		struct check_runtime *runtime = dequeue(runner);

		if (!runtime->gone)
			enqueue(runtime);
	}
}

static void due(void *argument)
{
	struct check_runtime *runtime = argument;
	struct runner *runner = runtime->runner;

	if (runner->busy < runner->bound && runner->waiting == 0)
		start_probe(runtime);
	else
		enqueue(runtime);
}

/* --- configurations -------------------------------------------------------------------------------- */

static void retire(struct check *check)
{
	struct check_runtime *runtime = check->runtime;

	if (runtime->probe) {
		probe_kind(check->conf.kind)->cancel(runtime->probe);
		runtime->runner->busy--;
	}
	loop_timer_free(runtime->timer);
	free(runtime);
}

/* What is left in a roster that is no longer in force. */
static void retire_all(struct runner *runner, struct roster *roster)
{
	for (size_t i = 0; roster && i < roster->count; i++)
		if (roster->checks[i])
			roster->checks[i]->runtime->gone = true;
	clean_queue(runner);
	for (size_t i = 0; roster && i < roster->count; i++)
		if (roster->checks[i])
			retire(roster->checks[i]);
	roster_free(roster);
}

static void begin_check(struct runner *runner, struct check *check, struct stat_check *row,
			bool process_is_new)
{
	struct check_runtime *runtime = memory_new(sizeof(*runtime));
	int64_t spread = schedule_spread(check->settings.interval, check->conf.warmup,
					 runner->roster->count);

	runtime->runner = runner;
	runtime->check = check;
	runtime->row = row;
	runtime->timer = loop_timer_new(runner->loop, due, runtime);
	check->runtime = runtime;
	schedule_begin(&check->schedule, &check->settings, row_remembered(row, process_is_new),
		       clock_now(), spread);
	row_begin(row, check);
	wait_for_start(runtime);
}

static void continue_check(struct check *check, struct stat_check *row)
{
	struct check_runtime *runtime = check->runtime;

	runtime->row = row;
	if (!check->moved || runtime->probe || runtime->waiting)
		return;
	schedule_adapt(&check->schedule, &check->settings, clock_now());
	wait_for_start(runtime);
}

/* Each probe needs one descriptor. The soft limit is often a cautious 1024; ours to raise. */
static void find_bound(struct runner *runner)
{
	rlim_t wanted = runner->roster->count + DESCRIPTORS_KEPT;
	struct rlimit limit;

	if (runner->bound_is_set || getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	if (limit.rlim_cur < wanted) {
		struct rlimit raised = {wanted < limit.rlim_max ? wanted : limit.rlim_max,
					limit.rlim_max};

		if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
			limit = raised;
	}
	runner->bound = limit.rlim_cur > 2 * DESCRIPTORS_KEPT ? limit.rlim_cur - DESCRIPTORS_KEPT
							      : DESCRIPTORS_KEPT;
	if (runner->bound < runner->roster->count)
		log_warning("at most %zu of %zu checks can run at the same time (limit on open files: %llu);"
			    " with many servers that do not answer, the others are checked late",
			    runner->bound, runner->roster->count,
			    (unsigned long long)limit.rlim_cur);
}

void runner_configure(struct runner *runner, const struct conf *conf, struct stat_writer *writer)
{
	struct roster *old = runner->roster;

	runner->roster = roster_new(conf, old);
	retire_all(runner, old);
	find_bound(runner);
	row_claim_begin(writer);
	for (size_t i = 0; i < runner->roster->count; i++) {
		struct check *check = runner->roster->checks[i];
		struct stat_check *row = row_claim(writer, &check->identity);

		if (check->runtime)
			continue_check(check, row);
		else
			begin_check(runner, check, row, old == NULL);
	}
	row_claim_end(writer);
	start_waiting(runner); /* in the places of probes that were ended */
}

void runner_free(struct runner *runner)
{
	if (!runner)
		return;
	retire_all(runner, runner->roster);
	free(runner);
}

const struct roster *runner_roster(const struct runner *runner)
{
	return runner->roster;
}

size_t runner_busy(const struct runner *runner)
{
	return runner->busy;
}

size_t runner_waiting(const struct runner *runner)
{
	return runner->waiting;
}

void runner_set_bound(struct runner *runner, size_t bound)
{
	runner->bound = bound > 0 ? bound : 1;
	runner->bound_is_set = true;
}
