/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd-nagios: reports to Nagios or Icinga what check_lbd would find, when it happens. Reads the
 * segments, follows the events. Needs no privilege and takes none along. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "exporters/base/own.h"
#include "exporters/base/program.h"
#include "exporters/nagios/follow.h"
#include "exporters/nagios/passive.h"

#define INTERVAL_MOST 86400
#define HOST_TEXT 256

struct options {
	const char *command_file;
	char host[HOST_TEXT];
	struct passive_options passive;
	const char *list; /* of --services; NULL: not given */
	struct services services;
};

static const char usage[] =
	"usage: lbd-nagios --command-file FILE [--host NAME] [--format command|nsca]\n"
	"                  [--interval SECONDS] [--services LIST] [OPTION...]\n"
	"\n"
	"Reports lbd's state to Nagios or Icinga as passive results, at each event and at an\n"
	"interval. lbd starts it: exporters { nagios { ... } }.\n"
	"\n"
	"  --command-file FILE    the FIFO that the monitor reads commands from; /dev/stdout for\n"
	"                         a pipe\n"
	"  --host NAME            what the monitor calls this director [the host name]\n"
	"  --format FORMAT        command: lines of the command file; nsca: input of send_nsca\n"
	"                         [command]\n"
	"  --interval SECONDS     time between two reports of everything, 1 to 86400 [60]\n"
	"  --services LIST        what is reported: '\"NAME\" MODE OPTION...; ...', as check_lbd has\n"
	"                         them [lbd, VRRP, Virtual servers, Real servers]\n";

static const char *take_command_file(void *argument, const char *value)
{
	struct options *options = argument;

	options->command_file = value;
	return value[0] == '/' ? NULL : "not a path from the root";
}

static const char *take_host(void *argument, const char *value)
{
	struct options *options = argument;

	options->passive.host = value;
	return service_is_name(value) ? NULL : "not a name: 1 to 127 characters, no ; and no quotes";
}

static const char *take_format(void *argument, const char *value)
{
	struct options *options = argument;

	options->passive.format = strcmp(value, "nsca") == 0 ? RESULT_NSCA : RESULT_COMMAND;
	return options->passive.format == RESULT_NSCA || strcmp(value, "command") == 0
		       ? NULL
		       : "it is command or nsca";
}

static const char *take_interval(void *argument, const char *value)
{
	struct options *options = argument;
	unsigned long seconds;

	if (!program_number(value, 1, INTERVAL_MOST, &seconds))
		return "not a number of seconds from 1 to 86400";
	options->passive.interval = (int64_t)seconds * CLOCK_SECOND;
	return NULL;
}

static const char *take_services(void *argument, const char *value)
{
	struct options *options = argument;

	/* Read when getopt() is done with this command line: it cannot read one within another. */
	options->list = value;
	return NULL;
}

static const struct program_option option_list[] = {
	{"command-file", take_command_file}, {"host", take_host},
	{"format", take_format},             {"interval", take_interval},
	{"services", take_services},
};

static void run(struct options *options, const char *run_dir, struct own *own)
{
	static const struct follow_hooks hooks = {.happened = passive_happened};
	struct loop *loop = loop_new();
	struct command_file *file =
		command_file_new(loop, options->command_file, own_row(own, options->command_file));
	struct passive *passive = passive_new(loop, &options->passive, &options->services, file);
	struct follow *follow = follow_new(loop, run_dir, &hooks, passive);

	log_notice("reporting %zu services of host %s to %s, reading %s", options->services.count,
		   options->passive.host, options->command_file, options->passive.segments);
	own_watch(own, loop);
	program_run(loop);
	own_unwatch(own);
	follow_free(follow);
	passive_free(passive);
	command_file_free(file);
	loop_free(loop);
}

/* What nobody said. False when it cannot be done without. */
static bool complete(struct options *options, const struct program *program)
{
	char error[SERVICE_ERROR];

	if (!options->command_file) {
		fputs("lbd-nagios: --command-file is missing: name the monitor's command file\n",
		      stderr);
		return false;
	}
	if (!options->passive.host) {
		if (gethostname(options->host, sizeof(options->host) - 1) != 0 ||
		    !service_is_name(options->host)) {
			fputs("lbd-nagios: this machine has no name: give one with --host\n",
			      stderr);
			return false;
		}
		options->passive.host = options->host;
	}
	if (!options->list) {
		services_default(&options->services);
	} else if (!services_read(options->list, &options->services, error)) {
		fprintf(stderr, "lbd-nagios: --services: %s\n", error);
		return false;
	}
	options->passive.segments = program->segments;
	return true;
}

int main(int count, char **values)
{
	struct options options = {.passive.interval = 60 * CLOCK_SECOND};
	struct program program = {
		.name = "lbd-nagios",
		.usage = usage,
		.options = option_list,
		.option_count = sizeof(option_list) / sizeof(option_list[0]),
		.argument = &options,
	};
	int status = program_read(&program, count, values);

	if (status == 0 && !complete(&options, &program))
		status = 2 + 1;
	if (status == 0 && program_begin(&program)) {
		struct own *own = own_open(PROCESS_NAGIOS, program.segment_fd);

		run(&options, program.run_dir, own);
		own_close(own);
	}
	services_free(&options.services);
	return status ? status - 1 : 0;
}
