/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd-prometheus: reads the segments, answers scrapes. Needs no privilege and takes none along. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "config.h"
#include "exporters/prometheus/server.h"
#include "exporters/prometheus/web.h"

struct options {
	const char *run_dir;
	const char *address;
	unsigned long port;
	const char *web_config;
	bool foreground;
	bool die_with_parent;
};

static const char usage[] =
	"usage: lbd-prometheus [--run-dir DIR] [--listen ADDRESS] [--port PORT]\n"
	"                      [--web-config FILE] [-n]\n"
	"\n"
	"Serves lbd's numbers to Prometheus: /metrics, /healthz.\n"
	"\n"
	"  --run-dir DIR      where lbd keeps its sockets and segments [" LBD_RUN_DIR "]\n"
	"  --listen ADDRESS   address to listen on [127.0.0.1]\n"
	"  --port PORT        port to listen on; 0 takes any and logs which [9165]\n"
	"  --web-config FILE  TLS and users, as lbd.conf(5) explains [neither]\n"
	"  -n                 log to standard error alone\n"
	"  --die-with-parent  end when the process that started it does\n";

/* 0 to go on; else the exit status + 1. */
static int read_options(int count, char **values, struct options *options)
{
	enum { RUN_DIR = 256, LISTEN, PORT, WEB, DIE, HELP, VERSION_TEXT };
	static const struct option list[] = {
		{"run-dir", required_argument, NULL, RUN_DIR},
		{"listen", required_argument, NULL, LISTEN},
		{"port", required_argument, NULL, PORT},
		{"web-config", required_argument, NULL, WEB},
		{"die-with-parent", no_argument, NULL, DIE},
		{"help", no_argument, NULL, HELP},
		{"version", no_argument, NULL, VERSION_TEXT},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(count, values, "n", list, NULL)) != -1) {
		char *end = NULL;

		switch (option) {
		case RUN_DIR:
			options->run_dir = optarg;
			break;
		case LISTEN:
			options->address = optarg;
			break;
		case PORT:
			errno = 0;
			options->port = strtoul(optarg, &end, 10);
			if (errno == 0 && *optarg >= '0' && *optarg <= '9' && *end == '\0' &&
			    options->port <= 65535)
				break;
			fprintf(stderr, "lbd-prometheus: --port %s: not a port (0 to 65535)\n",
				optarg);
			return 2 + 1;
		case WEB:
			options->web_config = optarg;
			break;
		case DIE:
			options->die_with_parent = true;
			break;
		case 'n':
			options->foreground = true;
			break;
		case HELP:
			fputs(usage, stdout);
			return 0 + 1;
		case VERSION_TEXT:
			puts("lbd-prometheus " PACKAGE_VERSION);
			return 0 + 1;
		default:
			fputs(usage, stderr);
			return 2 + 1;
		}
	}
	if (optind < count) {
		fprintf(stderr, "lbd-prometheus: unexpected argument %s\n%s", values[optind],
			usage);
		return 2 + 1;
	}
	return 0;
}

/* The signal is asked for first: a parent that died before that is seen by the second getppid(). */
static bool bind_to_parent(pid_t parent)
{
	return prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent;
}

static void stop(void *loop)
{
	loop_stop(loop);
}

/* False when it cannot be had: without what it asks for nothing is served. */
static bool read_web_config(const char *path, struct web **web)
{
	struct buffer problem = {0};

	*web = path ? web_new(path, &problem) : NULL;
	if (path && !*web)
		log_error("%.*s", (int)problem.length, problem.bytes);
	buffer_free(&problem);
	return !path || *web;
}

static int serve(const struct options *options, struct web *web)
{
	char directory[4096];
	struct server_options how = {directory, options->address, (uint16_t)options->port,
				     PACKAGE_VERSION, web};
	struct loop *loop = loop_new();
	struct loop_signal *terminate = loop_signal_new(loop, SIGTERM, stop, loop);
	struct loop_signal *interrupt = loop_signal_new(loop, SIGINT, stop, loop);
	struct server *server = NULL;

	if (snprintf(directory, sizeof(directory), "%s/stat", options->run_dir) >=
	    (int)sizeof(directory))
		errno = ENAMETOOLONG;
	else
		server = server_new(loop, &how);
	if (server) {
		log_notice("listening on %s port %u%s, reading %s", options->address,
			   server_port(server), web && web_has_tls(web) ? " with TLS" : "", directory);
		loop_run(loop);
		server_free(server);
	} else {
		log_error("cannot listen on %s port %lu: %s", options->address, options->port,
			  strerror(errno));
	}
	loop_signal_free(interrupt);
	loop_signal_free(terminate);
	loop_free(loop);
	return server ? 0 : 1;
}

int main(int count, char **values)
{
	pid_t parent = getppid();
	struct options options = {.run_dir = LBD_RUN_DIR, .address = "127.0.0.1", .port = 9165};
	int status = read_options(count, values, &options);
	struct web *web;

	if (status)
		return status - 1;
	/* A scraper that hangs up while it is being answered is no reason to die. */
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	log_open("lbd-prometheus", LOG_LEVEL_INFO,
		 options.foreground ? LOG_TO_ERROR : LOG_TO_SYSTEM);
	if (options.die_with_parent && !bind_to_parent(parent))
		return 0;
	if (!read_web_config(options.web_config, &web))
		return 1;
	status = serve(&options, web);
	web_free(web);
	return status;
}
