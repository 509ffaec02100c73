/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd-prometheus: reads the segments, answers scrapes. Needs no privilege and takes none along. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/log.h"
#include "base/loop.h"
#include "config.h"
#include "exporters/base/own.h"
#include "exporters/base/program.h"
#include "exporters/prometheus/server.h"
#include "exporters/prometheus/web.h"

struct options {
	const char *address;
	unsigned long port;
	const char *web_config;
};

static const char usage[] =
	"usage: lbd-prometheus [--run-dir DIR] [--listen ADDRESS] [--port PORT]\n"
	"                      [--web-config FILE] [-n]\n"
	"\n"
	"Serves lbd's numbers to Prometheus: /metrics, /healthz.\n"
	"\n"
	"  --listen ADDRESS       address to listen on [127.0.0.1]\n"
	"  --port PORT            port to listen on; 0 takes any and logs which [9165]\n"
	"  --web-config FILE      TLS and users, as lbd.conf(5) explains [neither]\n";

static const char *take_listen(void *argument, const char *value)
{
	struct options *options = argument;

	options->address = value;
	return NULL;
}

static const char *take_port(void *argument, const char *value)
{
	struct options *options = argument;

	return program_number(value, 0, 65535, &options->port) ? NULL
							       : "not a port (0 to 65535)";
}

static const char *take_web_config(void *argument, const char *value)
{
	struct options *options = argument;

	options->web_config = value;
	return NULL;
}

static const struct program_option option_list[] = {
	{"listen", take_listen},
	{"port", take_port},
	{"web-config", take_web_config},
};

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

static int serve(const struct program *program, const struct options *options, struct web *web, struct own *own)
{
	struct server_options how = {program->segments, options->address, (uint16_t)options->port,
				     PACKAGE_VERSION, web, own};
	struct loop *loop = loop_new();
	struct server *server = server_new(loop, &how);

	if (server) {
		log_notice("listening on %s port %u%s, reading %s", options->address,
			   server_port(server), web && web_has_tls(web) ? " with TLS" : "",
			   program->segments);
		own_watch(own, loop);
		program_run(loop);
		server_free(server);
	} else {
		log_error("cannot listen on %s port %lu: %s", options->address, options->port,
			  strerror(errno));
	}
	if (server)
		own_unwatch(own);
	loop_free(loop);
	return server ? 0 : 1;
}

int main(int count, char **values)
{
	struct options options = {.address = "127.0.0.1", .port = 9165};
	struct program program = {
		.name = "lbd-prometheus",
		.usage = usage,
		.options = option_list,
		.option_count = sizeof(option_list) / sizeof(option_list[0]),
		.argument = &options,
	};
	int status = program_read(&program, count, values);
	struct own *own;
	struct web *web;

	if (status)
		return status - 1;
	if (!program_begin(&program))
		return 0;
	own = own_open(PROCESS_PROMETHEUS, program.segment_fd);
	status = read_web_config(options.web_config, &web) ? serve(&program, &options, web, own)
							   : 1;
	web_free(web);
	own_close(own);
	return status;
}
