/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd-snmp: reads the segments, answers SNMP. Needs no privilege and takes none along. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "exporters/base/program.h"
#include "exporters/snmp/agent.h"
#include "exporters/snmp/events.h"
#include "exporters/snmp/keepalived_mib.h"
#include "exporters/snmp/mib.h"
#include "exporters/snmp/notification.h"
#include "exporters/snmp/notifier.h"

#define AGENTX_SOCKET "/var/agentx/master"
#define LISTEN_ROOM 1024

static const char usage[] =
	"usage: lbd-snmp [--run-dir DIR] [--agentx SOCKET | --listen ADDRESS --config FILE]\n"
	"                [--mib-base OID] [--keepalived-mib yes|no] [--notifications LIST]\n"
	"                [--writable yes|no] [-n]\n"
	"       lbd-snmp --print-mib [--mib-base OID]\n"
	"\n"
	"Answers SNMP with lbd's numbers (LBD-MIB). lbd starts it: exporters { snmp { … } }.\n"
	"\n"
	"  --agentx SOCKET        be a subagent of the snmpd at this socket [" AGENTX_SOCKET "]\n"
	"  --listen ADDRESS       answer by itself, at udp:ADDRESS:PORT, udp6:[ADDRESS]:PORT, tcp:…;\n"
	"                         several with blanks between\n"
	"  --config FILE          who may ask, in the language of snmpd.conf; with --listen\n"
	"  --mib-base OID         the root of LBD-MIB [" MIB_BASE "]\n"
	"  --keepalived-mib yes   answer for KEEPALIVED-MIB too [no]\n"
	"  --notifications LIST   which events are told, with commas [all]\n"
	"  --writable yes         let managers set weights and priorities [no]\n"
	"  --print-mib            write LBD-MIB for that root, and end\n";

struct arguments {
	struct agent_options agent;
	char listen[LISTEN_ROOM];
	struct object_id base;
	unsigned notifications;
	bool keepalived;
	bool writable;
};

static const char *take_agentx(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	arguments->agent.agentx = value;
	return NULL;
}

static const char *take_listen(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	if (!TEXT_APPEND(arguments->listen, "%s%s", arguments->listen[0] ? "," : "", value))
		return "too many addresses";
	for (char *at = arguments->listen; *at; at++)
		if (*at == ' ')
			*at = ',';
	arguments->agent.listen = arguments->listen;
	return NULL;
}

static const char *take_config(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	arguments->agent.config = value;
	/* The library takes a list with commas. */
	return value[0] == '/' && !strchr(value, ',') ? NULL
						      : "not the path of a file, from the root";
}

static const char *take_base(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	return mib_base_parse(value, &arguments->base)
		       ? NULL
		       : "not an object identifier below 1.3.6.1.4.1, of 16 numbers at most";
}

static const char *take_notifications(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	return notification_parse(value, &arguments->notifications)
		       ? NULL
		       : "not a list, with commas, of notifications; see lbd.conf(5)";
}

static const char *take_yes_or_no(bool *into, const char *value)
{
	*into = strcmp(value, "yes") == 0;
	return *into || strcmp(value, "no") == 0 ? NULL : "neither yes nor no";
}

static const char *take_keepalived(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	return take_yes_or_no(&arguments->keepalived, value);
}

static const char *take_writable(void *argument, const char *value)
{
	struct arguments *arguments = argument;

	return take_yes_or_no(&arguments->writable, value);
}

static const struct program_option option_list[] = {
	{"agentx", take_agentx},
	{"listen", take_listen},
	{"config", take_config},
	{"mib-base", take_base},
	{"notifications", take_notifications},
	{"keepalived-mib", take_keepalived},
	{"writable", take_writable},
};

/* --- the MIB, for whoever wants it under a root of his own */

static int print_mib(const struct object_id *base)
{
	struct buffer buffer = {0};
	int status;

	mib_write(&buffer, base);
	status = fwrite(buffer.bytes, 1, buffer.length, stdout) == buffer.length &&
				 fflush(stdout) == 0
			 ? 0
			 : 1;
	buffer_free(&buffer);
	return status;
}

/* Takes --print-mib, which has no value, out of the command line. */
static bool wants_mib(int *count, char **values)
{
	bool wanted = false;
	int kept = 0;

	for (int i = 0; i < *count; i++)
		if (strcmp(values[i], "--print-mib") == 0)
			wanted = true;
		else
			values[kept++] = values[i];
	values[kept] = NULL;
	*count = kept;
	return wanted;
}

/* --- its life */

struct snmp {
	struct arguments arguments;
	struct subtree subtrees[5];
	size_t subtree_count;
	struct stat_reader *reader;
	struct publication *publication;
	struct own *own;
	struct history history;
	struct walks walks;
	struct agent *agent;
	struct notifier notifier;
	struct events *events;
	struct setter setter;
};

static struct view *make_view(void *argument)
{
	struct snmp *snmp = argument;
	struct snapshot snapshot = {0};
	struct circumstances now = {.wall = clock_wall(),
				    .uptime = agent_uptime(snmp->agent),
				    .notifications = snmp->arguments.notifications};

	snapshot_take(&snapshot, snmp->reader);
	own_merge(snmp->own, &snapshot);
	links_take(&now.links);
	/* That of an lbd that is down is in force nowhere. */
	if (snapshot.segments[PROCESS_PARENT].liveness == STAT_ALIVE)
		now.published = publication_take(snmp->publication);
	return view_new(snmp->subtrees, snmp->subtree_count, &snapshot, &snmp->history, now);
}

/* Signals come as what can be read; the library's own select() watches it with the rest. */
static int watch_signals(void)
{
	sigset_t ending;

	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGINT);
	sigprocmask(SIG_BLOCK, &ending, NULL);
	return signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void take_event(const struct history_entry *entry, void *argument)
{
	struct snmp *snmp = argument;

	notifier_take(&snmp->notifier, entry);
}

static void serve(struct snmp *snmp, int signals)
{
	int watched[] = {signals, -1};
	unsigned ready;

	do {
		int64_t now = clock_now();

		own_beat(snmp->own, now);
		walk_tidy(&snmp->walks, now);
		events_go_on(snmp->events, now);
		notifier_go_on(&snmp->notifier, snmp->agent);
		watched[1] = events_descriptor(snmp->events);
		/* An acknowledgement is not seen but by looking: the next one waits for it. */
		ready = agent_wait(snmp->agent, watched, 2, CLOCK_SECOND,
				   notifier_is_busy(&snmp->notifier));
	} while (!(ready & 1));
}

static const char *where(const struct arguments *arguments)
{
	return arguments->agent.agentx ? arguments->agent.agentx : arguments->agent.listen;
}

/* What happened before lbd was started is old news. */
static void begin_notifier(struct snmp *snmp)
{
	stat_reader_refresh(snmp->reader);
	snmp->notifier.subtrees = snmp->subtrees;
	snmp->notifier.count = snmp->subtree_count;
	snmp->notifier.walks = &snmp->walks;
	snmp->notifier.wanted = snmp->arguments.notifications;
	notifier_begin(&snmp->notifier, own_row(snmp->own, "notifications"),
		       stat_reader_segment(snmp->reader, PROCESS_PARENT).start);
}

static int run(struct snmp *snmp, const struct program *program, int signals)
{
	struct agent_options *options = &snmp->arguments.agent;
	int status = 1;

	snmp->walks.make = make_view;
	snmp->walks.argument = snmp;
	subtree_lbd(&snmp->subtrees[snmp->subtree_count++], &snmp->arguments.base);
	subtree_vrrp(&snmp->subtrees[snmp->subtree_count++]);
	subtree_vrrpv3(&snmp->subtrees[snmp->subtree_count++]);
	if (snmp->arguments.keepalived)
		subtree_keepalived(&snmp->subtrees[snmp->subtree_count++]);
	if (!options->agentx)
		subtree_system(&snmp->subtrees[snmp->subtree_count++]);
	snmp->reader = stat_reader_new(program->segments);
	snmp->publication = publication_new(program->segments);
	begin_notifier(snmp);
	snmp->events = events_new(program->run_dir, &snmp->history, take_event, snmp);
	snmp->setter = (struct setter){.writable = snmp->arguments.writable,
				       .subagent = options->agentx != NULL,
				       .run_dir = program->run_dir,
				       .row = own_row(snmp->own, "set")};
	options->setter = &snmp->setter;
	snmp->agent = agent_open(options, snmp->subtrees, snmp->subtree_count, &snmp->walks,
				 own_row(snmp->own, where(&snmp->arguments)));
	if (snmp->agent) {
		log_notice("%s %s, reading %s",
			   options->agentx ? "subagent of the master at" : "answering at",
			   where(&snmp->arguments), program->segments);
		serve(snmp, signals);
		agent_close(snmp->agent);
		status = 0;
	}
	events_free(snmp->events);
	notifier_free(&snmp->notifier);
	walks_free(&snmp->walks);
	history_free(&snmp->history);
	publication_free(snmp->publication);
	stat_reader_free(snmp->reader);
	return status;
}

static int check_role(struct agent_options *options)
{
	if (options->agentx && options->listen) {
		fputs("lbd-snmp: --agentx and --listen exclude each other\n", stderr);
		return 2;
	}
	if (options->listen && !options->config) {
		fputs("lbd-snmp: --listen needs --config FILE: nobody may ask otherwise\n", stderr);
		return 2;
	}
	if (!options->listen && !options->agentx)
		options->agentx = AGENTX_SOCKET;
	return 0;
}

int main(int count, char **values)
{
	static struct snmp snmp;
	char engine[64] = "lbd:";
	struct program program = {
		.name = "lbd-snmp",
		.usage = usage,
		.options = option_list,
		.option_count = sizeof(option_list) / sizeof(option_list[0]),
		.argument = &snmp.arguments,
	};
	bool mib = wants_mib(&count, values);
	int status, signals;

	mib_base_parse(MIB_BASE, &snmp.arguments.base);
	snmp.arguments.notifications = NOTIFICATION_ALL;
	status = program_read(&program, count, values);
	if (status)
		return status - 1;
	if (mib)
		return print_mib(&snmp.arguments.base);
	status = check_role(&snmp.arguments.agent);
	if (status)
		return status;
	gethostname(engine + strlen(engine), sizeof(engine) - strlen(engine) - 1);
	snmp.arguments.agent.engine = engine;
	signals = watch_signals();
	if (!program_begin(&program))
		return 0;
	snmp.own = own_open(PROCESS_SNMP, program.segment_fd);
	status = run(&snmp, &program, signals);
	own_close(snmp.own);
	return status;
}
