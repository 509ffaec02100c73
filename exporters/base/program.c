/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The common command line, and the first and last moments of an exporter. */
#include "exporters/base/program.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "config.h"

enum { RUN_DIR = 1024, SEGMENT_FD, DIE, HELP, VERSION_TEXT, OWN };

static const struct option common[] = {
	{"run-dir", required_argument, NULL, RUN_DIR},
	{"segment-fd", required_argument, NULL, SEGMENT_FD},
	{"die-with-parent", no_argument, NULL, DIE},
	{"help", no_argument, NULL, HELP},
	{"version", no_argument, NULL, VERSION_TEXT},
};
#define COMMON (sizeof(common) / sizeof(common[0]))

static const char common_usage[] =
	"\n"
	"  --run-dir DIR          where lbd keeps its sockets and segments [" LBD_RUN_DIR "]\n"
	"  -n                     log to standard error alone\n"
	"  --die-with-parent      end when the process that started it does\n"
	"  --segment-fd NUMBER    descriptor of its own segment, as lbd gives it\n"
	"  --help, --version      print this, or the version, and end\n";

static int complain(const struct program *program, const char *option, const char *value,
		    const char *right)
{
	fprintf(stderr, "%s: --%s %s: %s\n", program->name, option, value, right);
	return 2 + 1;
}

static int take_segment_fd(struct program *program, const char *value)
{
	unsigned long number;

	if (!program_number(value, 3, INT_MAX, &number))
		return complain(program, "segment-fd", value, "not the number of a descriptor");
	program->segment_fd = (int)number;
	return 0;
}

static int take_own(struct program *program, const struct program_option *option)
{
	const char *right = option->take(program->argument, optarg);

	return right ? complain(program, option->name, optarg, right) : 0;
}

static int take(struct program *program, int option)
{
	switch (option) {
	case RUN_DIR:
		program->run_dir = optarg;
		return 0;
	case SEGMENT_FD:
		return take_segment_fd(program, optarg);
	case DIE:
		program->die_with_parent = true;
		return 0;
	case 'n':
		program->foreground = true;
		return 0;
	case HELP:
		printf("%s%s", program->usage, common_usage);
		return 0 + 1;
	case VERSION_TEXT:
		printf("%s %s\n", program->name, PACKAGE_VERSION);
		return 0 + 1;
	case '?':
		fprintf(stderr, "%s%s", program->usage, common_usage);
		return 2 + 1;
	default:
		return take_own(program, &program->options[option - OWN]);
	}
}

/* RUN_DIR/stat, in memory of its own: it is asked for once, and for good. */
static int find_segments(struct program *program)
{
	static char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/stat", program->run_dir) >= (int)sizeof(path))
		return complain(program, "run-dir", program->run_dir, "too long for a path");
	program->segments = path;
	return 0;
}

int program_read(struct program *program, int count, char **values)
{
	struct option list[COMMON + PROGRAM_OPTIONS + 1] = {{0}};
	int option, status = 0;

	assert(program->option_count <= PROGRAM_OPTIONS);
	program->parent = getppid();
	program->segment_fd = -1;
	program->run_dir = LBD_RUN_DIR;
	for (size_t i = 0; i < COMMON; i++)
		list[i] = common[i];
	for (size_t i = 0; i < program->option_count; i++)
		list[COMMON + i] = (struct option){program->options[i].name, required_argument, NULL,
						   OWN + (int)i};
	while (status == 0 && (option = getopt_long(count, values, "n", list, NULL)) != -1)
		status = take(program, option);
	if (status)
		return status;
	if (optind < count) {
		fprintf(stderr, "%s: unexpected argument '%s'; see --help\n", program->name,
			values[optind]);
		return 2 + 1;
	}
	return find_segments(program);
}

/* The signal is asked for first: a parent that died before that is seen by the second getppid(). */
static bool bind_to_parent(pid_t parent)
{
	return prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent;
}

bool program_begin(const struct program *program)
{
	/* A peer that hangs up while it is being written to is no reason to die. */
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	log_open(program->name, LOG_LEVEL_INFO,
		 program->foreground ? LOG_TO_ERROR : LOG_TO_SYSTEM);
	return !program->die_with_parent || bind_to_parent(program->parent);
}

static void stop(void *loop)
{
	loop_stop(loop);
}

void program_run(struct loop *loop)
{
	struct loop_signal *terminate = loop_signal_new(loop, SIGTERM, stop, loop);
	struct loop_signal *interrupt = loop_signal_new(loop, SIGINT, stop, loop);

	loop_run(loop);
	loop_signal_free(interrupt);
	loop_signal_free(terminate);
}

bool program_number(const char *text, unsigned long least, unsigned long most, unsigned long *number)
{
	char *end;

	errno = 0;
	*number = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *number >= least &&
	       *number <= most;
}
