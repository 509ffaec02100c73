/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd-ganglia: reads the segments, tells gmond. Needs no privilege and takes none along. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "exporters/base/own.h"
#include "exporters/base/program.h"
#include "exporters/ganglia/sender.h"
#include "exporters/ganglia/witness.h"

static const char usage[] =
	"usage: lbd-ganglia [--host HOST] [--port PORT] [--ttl HOPS] [--interface NAME]\n"
	"                   [--interval SECONDS] [--send-metadata-interval SECONDS]\n"
	"                   [--dmax SECONDS] [--metrics LIST] [--spoof yes|no]\n"
	"                   [--ask ADDRESS [--ask-port PORT]] [--run-dir DIR] [-n]\n"
	"\n"
	"Sends lbd's numbers to Ganglia's gmond. lbd starts it: exporters { ganglia { … } }.\n"
	"\n"
	"  --host HOST            address or name of a gmond or multicast group [239.2.11.71]\n"
	"  --port PORT            its UDP port [8649]\n"
	"  --ttl HOPS             of multicast, 1 to 255 [1]\n"
	"  --interface NAME       of multicast [as the routing table says]\n"
	"  --interval SECONDS     time between two values, 1 to 3600 [20]\n"
	"  --send-metadata-interval SECONDS\n"
	"                         describe metrics again after this time, 1 to 60 [60]\n"
	"  --dmax SECONDS         gmond forgets a metric so long after its last description;\n"
	"                         0: never [ten intervals, or four of descriptions]\n"
	"  --metrics LIST         summary, vrrp, virtual_servers, real_servers, all [summary]\n"
	"  --spoof yes|no         show real servers as hosts of their own [no]\n"
	"  --ask ADDRESS          of the TCP channel of a gmond: ask it whether it lives [nobody]\n"
	"  --ask-port PORT        of that channel [8649]\n";

/* Not given. */
#define DMAX_NONE ULONG_MAX

struct arguments {
	struct sender_options sender;
	unsigned long interval, describe, lifetime;
	struct address ask; /* none: nobody */
	unsigned long ask_port;
};

static const char *take_host(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	arguments->sender.target.host = value;
	return value[0] != '\0' ? NULL : "not an address or a name";
}

static const char *take_port(void *argument, const char *value)
{
	struct arguments *arguments = argument;
	unsigned long port;

	arguments->sender.target.port = value;
	return program_number(value, 1, 65535, &port) ? NULL : "not a port (1 to 65535)";
}

static const char *take_ttl(void *argument, const char *value)
{
	struct arguments *arguments = argument;
	unsigned long ttl;

	if (!program_number(value, 1, 255, &ttl))
		return "not a number of hops from 1 to 255";
	arguments->sender.target.ttl = (unsigned)ttl;
	return NULL;
}

static const char *take_interface(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	arguments->sender.target.interface = value;
	return NULL;
}

static const char *take_interval(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	return program_number(value, 1, 3600, &arguments->interval)
		       ? NULL
		       : "not a number of seconds from 1 to 3600";
}

static const char *take_describe(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	return program_number(value, 1, 60, &arguments->describe)
		       ? NULL
		       : "not a number of seconds from 1 to 60";
}

static const char *take_dmax(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	return program_number(value, 0, INT32_MAX, &arguments->lifetime) ? NULL
									 : "not a number of seconds";
}

static const char *take_metrics(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	arguments->sender.scopes = ganglia_scopes(value);
	return arguments->sender.scopes ? NULL
					: "not a list, with commas, of summary, vrrp, virtual_servers, "
					  "real_servers, all";
}

static const char *take_spoof(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	arguments->sender.spoof = strcmp(value, "yes") == 0;
	return arguments->sender.spoof || strcmp(value, "no") == 0 ? NULL : "neither yes nor no";
}

static const char *take_ask(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	return address_parse(value, &arguments->ask) ? NULL : "not an address";
}

static const char *take_ask_port(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	return program_number(value, 1, 65535, &arguments->ask_port) ? NULL : "not a port (1 to 65535)";
}

static const struct program_option option_list[] = {
	{"host", take_host},
	{"port", take_port},
	{"ttl", take_ttl},
	{"interface", take_interface},
	{"interval", take_interval},
	{"send-metadata-interval", take_describe},
	{"dmax", take_dmax},
	{"metrics", take_metrics},
	{"spoof", take_spoof},
	{"ask", take_ask},
	{"ask-port", take_ask_port},
};

/* gmond counts from the last description, not from the last value: with a shorter life, a metric that is well
 * would be forgotten in between. False when it is. */
static bool settle_lifetime(struct arguments *arguments)
{
	unsigned long described = arguments->describe > arguments->interval ? arguments->describe
									    : arguments->interval;

	if (arguments->lifetime == DMAX_NONE)
		arguments->lifetime = arguments->interval * 10 > arguments->describe * 4
					      ? arguments->interval * 10
					      : arguments->describe * 4;
	arguments->sender.lifetime = (unsigned)arguments->lifetime;
	return arguments->lifetime == 0 || arguments->lifetime >= described * 2;
}

static void run(const struct arguments *arguments)
{
	const struct sender_options *options = &arguments->sender;
	struct loop *loop = loop_new();
	struct sender *sender = sender_new(loop, options);
	struct witness *witness = NULL;

	log_notice("sending to %s port %s every %lld s, reading %s", options->target.host,
		   options->target.port, (long long)(options->interval / CLOCK_SECOND),
		   options->segments);
	if (address_is_set(&arguments->ask))
		witness = witness_new(loop, &arguments->ask, (uint16_t)arguments->ask_port,
				      options->interval, options->own);
	own_watch(options->own, loop);
	program_run(loop);
	witness_free(witness);
	sender_free(sender);
	own_unwatch(options->own);
	loop_free(loop);
}

int main(int count, char **values)
{
	struct arguments arguments = {
		.sender = {.target = {.host = "239.2.11.71", .port = "8649", .ttl = 1},
			   .scopes = ganglia_scopes("summary")},
		.interval = 20,
		.describe = 60,
		.lifetime = DMAX_NONE,
		.ask_port = 8649,
	};
	struct sender_options *options = &arguments.sender;
	struct program program = {
		.name = "lbd-ganglia",
		.usage = usage,
		.options = option_list,
		.option_count = sizeof(option_list) / sizeof(option_list[0]),
		.argument = &arguments,
	};
	int status = program_read(&program, count, values);

	if (status)
		return status - 1;
	options->segments = program.segments;
	options->interval = (int64_t)arguments.interval * CLOCK_SECOND;
	options->describe = (int64_t)arguments.describe * CLOCK_SECOND;
	if (!settle_lifetime(&arguments)) {
		fputs("lbd-ganglia: --dmax is too short: write two intervals at least, and two times "
		      "--send-metadata-interval, or 0\n",
		      stderr);
		return 2;
	}
	if (!program_begin(&program))
		return 0;
	options->own = own_open(PROCESS_GANGLIA, program.segment_fd);
	run(&arguments);
	own_close(options->own);
	return 0;
}
