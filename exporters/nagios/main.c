/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_lbd: reads the segments once, says in one line what it found. Any user may run it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "config.h"
#include "exporters/nagios/options.h"

/* A row that is being written at every try is read again after a moment. */
#define TRIES 5
#define PAUSE (20 * CLOCK_MILLISECOND)

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
		if (snapshot->torn == 0)
			return;
		nanosleep(&pause, NULL);
	}
}

/* Of segments that are not there the reader says no more than that. Here is why, for the first. */
static void explain_absent(const struct snapshot *snapshot, const char *directory,
			   struct outcome *outcome)
{
	for (unsigned i = 0; i < PROCESS_COUNT; i++) {
		char path[4096 + 32];
		struct stat status;

		if (!snapshot_required((enum process_id)i) ||
		    snapshot->segments[i].liveness != STAT_ABSENT)
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, process_name((enum process_id)i));
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
	bool written = fwrite(text->bytes, 1, text->length, stdout) == text->length;

	buffer_free(text);
	/* Whoever reads half a line must not take it for a result. */
	return fflush(stdout) == 0 && written ? status : OUTCOME_UNKNOWN;
}

static int check(const struct options *options)
{
	struct snapshot snapshot = {0};
	struct outcome outcome = {0};
	struct buffer text = {0};
	char directory[4096];
	int status;

	set_alarm(options);
	if (snprintf(directory, sizeof(directory), "%s/stat", options->run_dir) >=
	    (int)sizeof(directory)) {
		outcome_problem(&outcome, OUTCOME_UNKNOWN, "--run-dir: %s", strerror(ENAMETOOLONG));
	} else {
		take(&snapshot, directory);
		nagios_evaluate(&options->request, &snapshot, clock_wall(), &outcome);
		if (outcome.status == OUTCOME_UNKNOWN)
			explain_absent(&snapshot, directory, &outcome);
	}
	outcome_print(&outcome, nagios_mode_title(options->request.mode), options->verbose, &text);
	status = outcome.status;
	outcome_free(&outcome);
	snapshot_free(&snapshot);
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
