/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_lbd: reads the segments once, or asks another machine, and says in one line what it found. Any
 * user may run it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "config.h"
#include "exporters/nagios/options.h"

/* A row that is being written at every try is read again after a moment. */
#define TRIES 5
#define PAUSE (20 * CLOCK_MILLISECOND)
#define MARGIN (100 * CLOCK_MILLISECOND)
#define DIRECTORY_TEXT 4096

static char overdue[128];

/* Only what a signal handler may: write and end. */
static void end_overdue(int signal_number)
{
	ssize_t written = write(STDOUT_FILENO, overdue, strlen(overdue));

	(void)signal_number;
	(void)written;
	_exit(OUTCOME_UNKNOWN);
}

static void set_alarm(const struct options *options)
{
	struct sigaction action = {.sa_handler = end_overdue};

	snprintf(overdue, sizeof(overdue), "LBD %s UNKNOWN: no result within %u s\n",
		 nagios_mode_title(options->request.mode), options->timeout);
	sigaction(SIGALRM, &action, NULL);
	alarm(options->timeout);
}

static void take(struct snapshot *snapshot, const char *directory)
{
	const struct timespec pause = {.tv_nsec = PAUSE};

	for (unsigned i = 0; i < TRIES; i++) {
		struct stat_reader *reader = stat_reader_new(directory);

		snapshot_take(snapshot, reader);
		stat_reader_free(reader);
		if (snapshot->left_out == 0)
			return;
		nanosleep(&pause, NULL);
	}
}

/* Of segments that are not there the reader says no more than that. Here is why, for the first. */
static void explain_absent(const struct snapshot *snapshot, const char *run_dir,
			   struct outcome *outcome)
{
	for (unsigned i = 0; i < PROCESS_COUNT; i++) {
		char path[DIRECTORY_TEXT + 32];
		struct stat status;

		if (!snapshot_required((enum process_id)i) ||
		    snapshot->segments[i].liveness != STAT_ABSENT)
			continue;
		snprintf(path, sizeof(path), "%s/stat/%s", run_dir, process_name((enum process_id)i));
		if (stat(path, &status) != 0 || access(path, R_OK) != 0)
			outcome_summary(outcome, "%s: %s%s", path, strerror(errno),
					errno == ENOENT ? ", lbd does not run there" : "");
		else
			outcome_summary(outcome,
					"%s: damaged, or written by an lbd of another version",
					path);
		return;
	}
}

static int print(struct buffer *text, int status)
{
	bool written;

	/* There is a result: the alarm's line may not follow it. */
	alarm(0);
	written = fwrite(text->bytes, 1, text->length, stdout) == text->length;
	buffer_free(text);
	/* Whoever reads half a line must not take it for a result. */
	return fflush(stdout) == 0 && written ? status : OUTCOME_UNKNOWN;
}

/* One director: the segments of this machine, or another's. False, with the problem, when it cannot
 * be had. `host`: NULL for this machine. */
static bool look(const struct options *options, const char *host, int64_t until,
		 struct snapshot *snapshot, struct outcome *outcome)
{
	uint32_t families = nagios_mode_reads(options->request.mode);
	char directory[DIRECTORY_TEXT], error[REMOTE_ERROR];

	if (host) {
		if (remote_take(&options->remote, host, families, until, snapshot, error))
			return true;
		outcome_problem(outcome, OUTCOME_UNKNOWN, "%s", error);
		return false;
	}
	if (!TEXT_COPY(directory, options->run_dir) || !TEXT_APPEND(directory, "/stat")) {
		outcome_problem(outcome, OUTCOME_UNKNOWN, "--run-dir: %s", strerror(ENAMETOOLONG));
		return false;
	}
	take(snapshot, directory);
	return true;
}

static void check_one(const struct options *options, int64_t until, struct outcome *outcome)
{
	const char *host = options->host_count ? options->hosts[0] : NULL;
	struct snapshot snapshot = {0};

	if (look(options, host, until, &snapshot, outcome)) {
		nagios_evaluate(&options->request, &snapshot, snapshot.wall, outcome);
		if (outcome->status == OUTCOME_UNKNOWN && !host)
			explain_absent(&snapshot, options->run_dir, outcome);
	}
	snapshot_free(&snapshot);
}

static void check_both(const struct options *options, int64_t until, struct outcome *outcome)
{
	struct snapshot snapshots[2] = {{.torn = 0}, {.torn = 0}};
	struct nagios_side sides[2];

	for (unsigned i = 0; i < 2; i++) {
		unsigned at = options->run_dir ? i - 1 : i;
		const char *host = options->run_dir && i == 0 ? NULL : options->hosts[at];

		sides[i].name = host ? host : "this machine";
		sides[i].snapshot =
			look(options, host, until, &snapshots[i], outcome) ? &snapshots[i] : NULL;
	}
	nagios_evaluate_pair(&options->request, sides, outcome);
	snapshot_free(&snapshots[0]);
	snapshot_free(&snapshots[1]);
}

static int check(const struct options *options)
{
	/* Before the alarm, so that it can be said what was waited for. */
	int64_t until = clock_now() + options->timeout * CLOCK_SECOND - MARGIN;
	unsigned machines = options->host_count + (options->run_dir ? 1 : 0);
	struct outcome outcome = {0};
	struct buffer text = {0};
	int status;

	set_alarm(options);
	if (machines == 2)
		check_both(options, until, &outcome);
	else
		check_one(options, until, &outcome);
	outcome_print(&outcome, nagios_mode_title(options->request.mode), options->verbose, &text);
	status = outcome.status;
	outcome_free(&outcome);
	return print(&text, status);
}

int main(int count, char **values)
{
	struct options options;
	struct buffer text = {0};

	switch (options_read(count, values, LBD_RUN_DIR, &options)) {
	case OPTIONS_RUN:
		return check(&options);
	case OPTIONS_HELP:
		options_usage(LBD_RUN_DIR, &text);
		break;
	case OPTIONS_VERSION:
		buffer_text(&text, "check_lbd " PACKAGE_VERSION "\n");
		break;
	case OPTIONS_WRONG:
		buffer_format(&text, "LBD UNKNOWN: %s\n", options.error);
		break;
	}
	/* The guidelines want UNKNOWN for all of these: nothing was checked. */
	return print(&text, OUTCOME_UNKNOWN);
}
