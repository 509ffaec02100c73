/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd-rrd: reads the segments, writes RRD files. Needs no privilege and takes none along. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "config.h"
#include "exporters/rrd/writer.h"

#define STEP_MOST 3600
#define ARCHIVES "1:86400 60:604800 600:2592000 7200:63072000"

struct options {
	const char *run_dir;
	bool foreground;
	bool die_with_parent;
	struct writer_options writer;
};

static const char usage[] =
	"usage: lbd-rrd --directory DIR [--run-dir DIR] [--step SECONDS] [--archives LIST]\n"
	"               [--rrdcached SOCKET] [-n]\n"
	"\n"
	"Writes lbd's numbers to RRD files, one per object. lbd starts it: exporters { rrd { … } }.\n"
	"\n"
	"  --directory DIR     where the files are; must be there and writable\n"
	"  --run-dir DIR       where lbd keeps its sockets and segments [" LBD_RUN_DIR "]\n"
	"  --step SECONDS      time between two updates, 1 to 3600 [10]\n"
	"  --archives LIST     RESOLUTION:SPAN in seconds, for new files\n"
	"                      [" ARCHIVES "]\n"
	"  --rrdcached SOCKET  hand updates to the rrdcached on this Unix socket\n"
	"  -n                  log to standard error alone\n"
	"  --die-with-parent   end when the process that started it does\n";

static int complain(const char *option, const char *value, const char *right)
{
	fprintf(stderr, "lbd-rrd: %s %s: %s\n", option, value, right);
	return 2 + 1;
}

static int take_step(struct options *options, const char *text)
{
	char *end;
	unsigned long step;

	errno = 0;
	step = strtoul(text, &end, 10);
	if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || step < 1 ||
	    step > STEP_MOST)
		return complain("--step", text, "not a number of seconds from 1 to 3600");
	options->writer.shape.step = (unsigned)step;
	return 0;
}

enum { RUN_DIR = 256, DIRECTORY, STEP, ARCHIVE_LIST, RRDCACHED, DIE, HELP, VERSION_TEXT };

/* 0 to go on; else the exit status + 1. */
static int take_option(int option, struct options *options)
{
	switch (option) {
	case RUN_DIR:
		options->run_dir = optarg;
		return 0;
	case DIRECTORY:
		options->writer.directory = optarg;
		return 0;
	case STEP:
		return take_step(options, optarg);
	case ARCHIVE_LIST:
		return rrd_shape_archives(&options->writer.shape, optarg)
			       ? 0
			       : complain("--archives", optarg,
					  "not a list of up to 8 RESOLUTION:SPAN in seconds");
	case RRDCACHED:
		options->writer.rrdcached = optarg;
		return 0;
	case DIE:
		options->die_with_parent = true;
		return 0;
	case 'n':
		options->foreground = true;
		return 0;
	case HELP:
		fputs(usage, stdout);
		return 0 + 1;
	case VERSION_TEXT:
		puts("lbd-rrd " PACKAGE_VERSION);
		return 0 + 1;
	default:
		fputs(usage, stderr);
		return 2 + 1;
	}
}

static int read_options(int count, char **values, struct options *options)
{
	static const struct option list[] = {
		{"run-dir", required_argument, NULL, RUN_DIR},
		{"directory", required_argument, NULL, DIRECTORY},
		{"step", required_argument, NULL, STEP},
		{"archives", required_argument, NULL, ARCHIVE_LIST},
		{"rrdcached", required_argument, NULL, RRDCACHED},
		{"die-with-parent", no_argument, NULL, DIE},
		{"help", no_argument, NULL, HELP},
		{"version", no_argument, NULL, VERSION_TEXT},
		{NULL, 0, NULL, 0},
	};
	int option, status = 0;

	while (status == 0 && (option = getopt_long(count, values, "n", list, NULL)) != -1)
		status = take_option(option, options);
	if (status)
		return status;
	if (optind < count)
		return complain("unexpected argument", values[optind], "see --help");
	if (!options->writer.directory || options->writer.directory[0] != '/')
		return complain("--directory",
				options->writer.directory ? options->writer.directory : "missing",
				"name the directory of the files, from the root");
	return 0;
}

/* The signal is asked for first: a parent that died before that is seen by the second getppid(). */
static bool bind_to_parent(pid_t parent)
{
	return prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent;
}

struct ticking {
	struct loop *loop;
	struct loop_timer *timer;
	struct writer *writer;
	int64_t step;
};

/* At multiples of the step of the wall clock: there an update is a whole value of the file, and
 * needs no interpolation. Never twice in a second: a file takes one value of each. */
static void plan_tick(struct ticking *ticking)
{
	int64_t wall = clock_wall();
	int64_t wait = ticking->step - wall % ticking->step;

	if (wait < CLOCK_SECOND / 2)
		wait += ticking->step;
	loop_timer_at(ticking->timer, clock_now() + wait);
}

static void tick(void *argument)
{
	struct ticking *ticking = argument;

	writer_tick(ticking->writer);
	plan_tick(ticking);
}

static void stop(void *argument)
{
	struct ticking *ticking = argument;

	loop_stop(ticking->loop);
}

static int run(struct options *options)
{
	struct ticking ticking = {.loop = loop_new(),
				  .step = options->writer.shape.step * CLOCK_SECOND};
	struct loop_signal *terminate = loop_signal_new(ticking.loop, SIGTERM, stop, &ticking);
	struct loop_signal *interrupt = loop_signal_new(ticking.loop, SIGINT, stop, &ticking);
	char segments[4096];

	if (snprintf(segments, sizeof(segments), "%s/stat", options->run_dir) >=
	    (int)sizeof(segments)) {
		log_error("--run-dir is too long");
		return 1;
	}
	options->writer.segments = segments;
	ticking.timer = loop_timer_new(ticking.loop, tick, &ticking);
	ticking.writer = writer_new(&options->writer);
	log_notice("writing to %s every %u s%s%s, reading %s", options->writer.directory,
		   options->writer.shape.step, options->writer.rrdcached ? " through " : "",
		   options->writer.rrdcached ? options->writer.rrdcached : "", segments);
	plan_tick(&ticking);
	loop_run(ticking.loop);
	writer_free(ticking.writer);
	loop_timer_free(ticking.timer);
	loop_signal_free(interrupt);
	loop_signal_free(terminate);
	loop_free(ticking.loop);
	return 0;
}

int main(int count, char **values)
{
	pid_t parent = getppid();
	struct options options = {.run_dir = LBD_RUN_DIR, .writer.shape.step = 10};
	int status;

	rrd_shape_archives(&options.writer.shape, ARCHIVES);
	status = read_options(count, values, &options);
	if (status)
		return status - 1;
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* rrdcached may run as another user of our group. */
	umask(002);
	log_open("lbd-rrd", LOG_LEVEL_INFO, options.foreground ? LOG_TO_ERROR : LOG_TO_SYSTEM);
	if (options.die_with_parent && !bind_to_parent(parent))
		return 0;
	return run(&options);
}
