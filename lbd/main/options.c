/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line, one table: the option, its help, where it goes. */
#include "main/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "config.h"

static const char help[] =
	"Usage: lbd [-dnt] [-f FILE] [-i ID] [--run-dir DIR] [--state-dir DIR]\n"
	"\n"
	"Runs a director of a Linux Virtual Server cluster: VRRP, IPVS, health checks.\n"
	"\n"
	"  -f, --config FILE    configuration, in keepalived's language\n"
	"                       [" LBD_SYSCONF_DIR "/lbd.conf]\n"
	"  -i, --config-id ID   keep the lines of the file that begin with @ID [the host name]\n"
	"  -t, --test           check the configuration and list every error; exit 0 or 1\n"
	"  -n, --foreground     stay in the foreground, log to standard error\n"
	"  -d, --debug          log more\n"
	"      --run-dir DIR    sockets, statistics, lock [" LBD_RUN_DIR "]\n"
	"      --state-dir DIR  event journal [" LBD_STATE_DIR "]\n"
	"  -h, --help           this text\n"
	"  -V, --version        version\n"
	"\n"
	"SIGHUP reloads the configuration; SIGTERM gives mastership away and ends.\n"
	"See also lbd.conf(5), lbctl(1), lbd-metrics(7).\n";

enum { OPTION_RUN_DIR = 256, OPTION_STATE_DIR };

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'f'},
	{"config-id", required_argument, NULL, 'i'},
	{"test", no_argument, NULL, 't'},
	{"foreground", no_argument, NULL, 'n'},
	{"debug", no_argument, NULL, 'd'},
	{"run-dir", required_argument, NULL, OPTION_RUN_DIR},
	{"state-dir", required_argument, NULL, OPTION_STATE_DIR},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static void usage_error(const char *program)
{
	fprintf(stderr, "Try `%s --help`.\n", program);
	exit(2);
}

static void take(struct options *options, int option, const char *program)
{
	switch (option) {
	case 'f':
		options->process.config_file = optarg;
		break;
	case 'i':
		options->process.config_id = optarg;
		break;
	case 't':
		options->test = true;
		break;
	case 'n':
		options->process.foreground = true;
		break;
	case 'd':
		options->process.log_level = LOG_LEVEL_DEBUG;
		break;
	case 'X':
		options->child = optarg;
		break;
	case OPTION_RUN_DIR:
		options->process.run_dir = optarg;
		break;
	case OPTION_STATE_DIR:
		options->process.state_dir = optarg;
		break;
	case 'h':
		fputs(help, stdout);
		exit(0);
	case 'V':
		puts(PACKAGE_STRING);
		exit(0);
	default:
		usage_error(program);
	}
}

void options_parse(struct options *options, int argc, char **argv)
{
	int option;

	*options = (struct options){
		.process = {.config_file = LBD_SYSCONF_DIR "/lbd.conf",
			    .run_dir = LBD_RUN_DIR,
			    .state_dir = LBD_STATE_DIR,
			    .log_level = LOG_LEVEL_INFO},
	};
	while ((option = getopt_long(argc, argv, "f:i:tndhVX:", long_options, NULL)) != -1)
		take(options, option, argv[0]);
	if (optind < argc) {
		fprintf(stderr, "%s: unexpected argument `%s`; a file is named with -f\n", argv[0],
			argv[optind]);
		usage_error(argv[0]);
	}
}
