/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd-rrd: reads the segments, writes RRD files. Needs no privilege and takes none along. */
#include <stdio.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "exporters/base/own.h"
#include "exporters/base/program.h"
#include "exporters/rrd/writer.h"

#define STEP_MOST 3600
#define ARCHIVES "1:86400 60:604800 600:2592000 7200:63072000"

static const char usage[] =
	"usage: lbd-rrd --directory DIR [--run-dir DIR] [--step SECONDS] [--archives LIST]\n"
	"               [--rrdcached SOCKET] [-n]\n"
	"\n"
	"Writes lbd's numbers to RRD files, one per object. lbd starts it: exporters { rrd { … } }.\n"
	"\n"
	"  --directory DIR        where the files are; must be there and writable\n"
	"  --step SECONDS         time between two updates, 1 to 3600 [10]\n"
	"  --archives LIST        RESOLUTION:SPAN in seconds, for new files\n"
	"                         [" ARCHIVES "]\n"
	"  --rrdcached SOCKET     hand updates to the rrdcached on this Unix socket\n";

static const char *take_directory(void *argument, const char *value)
{
	struct writer_options *options = argument;

	if (value[0] != '/')
		return "name the directory of the files, from the root";
	options->directory = value;
	return NULL;
}

static const char *take_step(void *argument, const char *value)
{
	struct writer_options *options = argument;
	unsigned long step;

	if (!program_number(value, 1, STEP_MOST, &step))
		return "not a number of seconds from 1 to 3600";
	options->shape.step = (unsigned)step;
	return NULL;
}

static const char *take_archives(void *argument, const char *value)
{
	struct writer_options *options = argument;

	return rrd_shape_archives(&options->shape, value)
		       ? NULL
		       : "not a list of up to 8 RESOLUTION:SPAN in seconds";
}

static const char *take_rrdcached(void *argument, const char *value)
{
	struct writer_options *options = argument;

	options->rrdcached = value;
	return NULL;
}

static const struct program_option option_list[] = {
	{"directory", take_directory},
	{"step", take_step},
	{"archives", take_archives},
	{"rrdcached", take_rrdcached},
};

struct ticking {
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

static void run(const struct writer_options *options)
{
	struct loop *loop = loop_new();
	struct ticking ticking = {.step = options->shape.step * CLOCK_SECOND};

	ticking.timer = loop_timer_new(loop, tick, &ticking);
	ticking.writer = writer_new(options);
	log_notice("writing to %s every %u s%s%s, reading %s", options->directory,
		   options->shape.step, options->rrdcached ? " through " : "",
		   options->rrdcached ? options->rrdcached : "", options->segments);
	plan_tick(&ticking);
	own_watch(options->own, loop);
	program_run(loop);
	writer_free(ticking.writer);
	loop_timer_free(ticking.timer);
	own_unwatch(options->own);
	loop_free(loop);
}

int main(int count, char **values)
{
	struct writer_options options = {.shape.step = 10};
	struct program program = {
		.name = "lbd-rrd",
		.usage = usage,
		.options = option_list,
		.option_count = sizeof(option_list) / sizeof(option_list[0]),
		.argument = &options,
	};
	int status;

	rrd_shape_archives(&options.shape, ARCHIVES);
	status = program_read(&program, count, values);
	if (status)
		return status - 1;
	if (!options.directory) {
		fputs("lbd-rrd: --directory is missing: name the directory of the files\n", stderr);
		return 2;
	}
	options.segments = program.segments;
	/* rrdcached may run as another user of our group. */
	umask(002);
	if (!program_begin(&program))
		return 0;
	options.own = own_open(PROCESS_RRD, program.segment_fd);
	run(&options);
	own_close(options.own);
	return 0;
}
