/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd-push: reads the segments, sends them to where the operator said. Needs no privilege and takes
 * none along. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "config.h"
#include "exporters/base/own.h"
#include "exporters/base/program.h"
#include "exporters/push/sender.h"

#define TARGETS_MOST 8
/* lbd ends within a second, and waits for its exporters; who is started by hand has more time. */
#define FAREWELL_OF_LBD (400 * CLOCK_MILLISECOND)
#define FAREWELL (10 * CLOCK_SECOND)
#define INTERVAL_MOST 3600
#define TIMEOUT_MOST 600
#define QUEUE_MOST 1024 /* MiB */

struct options {
	struct push_target targets[TARGETS_MOST];
	size_t count;
	const char *host;
};

static const char usage[] =
	"usage: lbd-push [--host NAME] {--remote-write|--otlp} URL [its options] ...\n"
	"\n"
	"Sends lbd's numbers to Prometheus's remote write, or as OTLP over HTTP. lbd starts it:\n"
	"exporters { remote_write { ... } otlp { ... } }.\n"
	"\n"
	"  --host NAME            name of this director [instance of the labels, host.name]\n"
	"\n"
	"Up to 8 targets; what follows one is about it:\n"
	"\n"
	"  --remote-write URL     like http://HOST:9090/api/v1/write\n"
	"  --otlp URL             like http://HOST:4318/v1/metrics\n"
	"  --interval SECONDS     time between two rounds, 1 to 3600 [15]\n"
	"  --timeout SECONDS      of one request as a whole, 1 to 600 [10]\n"
	"  --queue MEBIBYTES      what waits while the target does not take it, 1 to 1024 [16]\n"
	"  --native-histograms yes|no  with four buckets an octave (OTLP: exponential) [no]\n"
	"  --label NAME=VALUE     for all series (OTLP: of the resource); may be repeated\n"
	"  --user NAME            of basic authentication, with --password-file\n"
	"  --password-file FILE   its one line is the password\n"
	"  --token-file FILE      its one line is a bearer token\n"
	"  --headers-file FILE    further headers, \"Name: value\" a line\n"
	"  --ca-file FILE         whose certificates the target may have [the system's]\n"
	"  --cert-file FILE       certificate to show the target, with --key-file\n"
	"  --key-file FILE        its key\n";

static const char *take_host(void *argument, const char *value)
{
	((struct options *)argument)->host = value;
	return NULL;
}

static const char *add_target(struct options *options, enum push_protocol protocol, const char *url)
{
	char before[OWN_TARGET], shown[OWN_TARGET];

	for (size_t i = 0; i < options->count; i++)
		if (strcmp(own_target(options->targets[i].url, before), own_target(url, shown)) == 0)
			return "given twice";
	if (options->count == TARGETS_MOST)
		return "more than 8 targets";
	push_target_begin(&options->targets[options->count++], protocol, url);
	return NULL;
}

static const char *take_remote_write(void *argument, const char *value)
{
	return add_target(argument, PUSH_REMOTE_WRITE, value);
}

static const char *take_otlp(void *argument, const char *value)
{
	return add_target(argument, PUSH_OTLP, value);
}

static struct push_target *last(void *argument)
{
	struct options *options = argument;

	return options->count > 0 ? &options->targets[options->count - 1] : NULL;
}

static const char no_target[] = "comes after the target that it is about";

static const char *take_seconds(void *argument, const char *value, unsigned long most,
				int64_t *into, const char *right)
{
	unsigned long number;

	if (!last(argument))
		return no_target;
	if (!program_number(value, 1, most, &number))
		return right;
	*into = (int64_t)number * CLOCK_SECOND;
	return NULL;
}

static const char *take_interval(void *argument, const char *value)
{
	int64_t seconds = 0;
	const char *right = take_seconds(argument, value, INTERVAL_MOST, &seconds,
					 "not a number of seconds from 1 to 3600");

	if (!right)
		last(argument)->interval = seconds;
	return right;
}

static const char *take_timeout(void *argument, const char *value)
{
	int64_t seconds = 0;
	const char *right = take_seconds(argument, value, TIMEOUT_MOST, &seconds,
					 "not a number of seconds from 1 to 600");

	if (!right)
		last(argument)->timeout = seconds;
	return right;
}

static const char *take_queue(void *argument, const char *value)
{
	unsigned long number;

	if (!last(argument))
		return no_target;
	if (!program_number(value, 1, QUEUE_MOST, &number))
		return "not a number of MiB from 1 to 1024";
	last(argument)->queue_most = number << 20;
	return NULL;
}

static const char *take_native(void *argument, const char *value)
{
	if (!last(argument))
		return no_target;
	last(argument)->native = strcmp(value, "yes") == 0;
	return last(argument)->native || strcmp(value, "no") == 0 ? NULL : "write yes or no";
}

static const char *take_label(void *argument, const char *value)
{
	const char *problem;

	if (!last(argument))
		return no_target;
	return push_target_label(last(argument), value, &problem) ? NULL : problem;
}

#define TAKE(member) \
	static const char *take_##member(void *argument, const char *value) \
	{ \
		if (!last(argument)) \
			return no_target; \
		last(argument)->member = value; \
		return NULL; \
	}
TAKE(user)
TAKE(password_file)
TAKE(token_file)
TAKE(headers_file)
TAKE(ca_file)
TAKE(cert_file)
TAKE(key_file)
#undef TAKE

static const struct program_option option_list[] = {
	{"host", take_host},
	{"remote-write", take_remote_write},
	{"otlp", take_otlp},
	{"interval", take_interval},
	{"timeout", take_timeout},
	{"queue", take_queue},
	{"native-histograms", take_native},
	{"label", take_label},
	{"user", take_user},
	{"password-file", take_password_file},
	{"token-file", take_token_file},
	{"headers-file", take_headers_file},
	{"ca-file", take_ca_file},
	{"cert-file", take_cert_file},
	{"key-file", take_key_file},
};

static bool check(const struct options *options)
{
	const char *problem;

	if (options->count == 0) {
		fputs("lbd-push: name a target, --remote-write URL or --otlp URL; see --help\n", stderr);
		return false;
	}
	for (size_t i = 0; i < options->count; i++) {
		char shown[OWN_TARGET];

		if (push_target_check(&options->targets[i], &problem))
			continue;
		fprintf(stderr, "lbd-push: %s: %s\n", own_target(options->targets[i].url, shown),
			problem);
		return false;
	}
	return true;
}

/* Who says it, where the operator has not said so. */
static void complete(struct options *options)
{
	for (size_t i = 0; i < options->count; i++) {
		struct push_target *target = &options->targets[i];

		if (target->protocol == PUSH_REMOTE_WRITE) {
			push_target_default(target, "job", "lbd");
			push_target_default(target, "instance", options->host);
			continue;
		}
		push_target_default(target, "service.name", "lbd");
		push_target_default(target, "service.version", PACKAGE_VERSION);
		push_target_default(target, "service.instance.id", options->host);
		push_target_default(target, "host.name", options->host);
	}
}

/* --- the end ----------------------------------------------------------------------------------- */

struct farewell {
	struct loop *loop;
	size_t left;
};

static void stopped(void *argument)
{
	struct farewell *farewell = argument;

	if (--farewell->left == 0)
		loop_stop(farewell->loop);
}

static void overdue(void *argument)
{
	struct farewell *farewell = argument;

	loop_stop(farewell->loop);
}

static void say_farewell(struct loop *loop, struct sender **senders, size_t count, int64_t most)
{
	struct farewell farewell = {loop, count};
	struct loop_timer *timer = loop_timer_new(loop, overdue, &farewell);

	loop_timer_at(timer, clock_now() + most);
	for (size_t i = 0; i < count; i++)
		sender_stop(senders[i], stopped, &farewell);
	if (farewell.left > 0)
		loop_run(loop);
	loop_timer_free(timer);
}

static int run(const struct program *program, const struct options *options, struct own *own)
{
	struct loop *loop = loop_new();
	struct sender_context context = {.loop = loop,
					 .transport = transport_new(loop),
					 .reader = stat_reader_new(program->segments),
					 .own = own,
					 .version = PACKAGE_VERSION};
	struct sender *senders[TARGETS_MOST];
	char shown[OWN_TARGET];

	if (!context.transport) {
		log_error("libcurl does not start");
		return 1;
	}
	for (size_t i = 0; i < options->count; i++) {
		senders[i] = sender_new(&context, &options->targets[i]);
		log_notice("sending to %s by %s every %d s, reading %s",
			   own_target(options->targets[i].url, shown),
			   push_protocol_name(options->targets[i].protocol),
			   (int)(options->targets[i].interval / CLOCK_SECOND), program->segments);
	}
	own_watch(own, loop);
	program_run(loop);
	say_farewell(loop, senders, options->count,
		     program->die_with_parent ? FAREWELL_OF_LBD : FAREWELL);
	for (size_t i = 0; i < options->count; i++)
		sender_free(senders[i]);
	own_unwatch(own);
	transport_free(context.transport);
	stat_reader_free(context.reader);
	loop_free(loop);
	return 0;
}

int main(int count, char **values)
{
	static struct options options;
	struct program program = {
		.name = "lbd-push",
		.usage = usage,
		.options = option_list,
		.option_count = sizeof(option_list) / sizeof(option_list[0]),
		.argument = &options,
	};
	char host[256] = "localhost";
	int status = program_read(&program, count, values);
	struct own *own;

	if (status)
		return status - 1;
	if (!check(&options))
		return 2;
	if (!options.host && gethostname(host, sizeof(host) - 1) != 0)
		strcpy(host, "localhost");
	if (!options.host)
		options.host = host;
	complete(&options);
	if (!program_begin(&program))
		return 0;
	own = own_open(PROCESS_PUSH, program.segment_fd);
	status = run(&program, &options, own);
	own_close(own);
	for (size_t i = 0; i < options.count; i++)
		push_target_free(&options.targets[i]);
	return status;
}
