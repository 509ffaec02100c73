/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbctl(1): the command line, and what all verbs have in common. */
#include "control/lbctl.h"

#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/paint.h"

enum option_bit {
	OPTION_JSON = 1,
	OPTION_ALL = 2,
	OPTION_FOLLOW = 4,
	OPTION_SINCE = 8,
	OPTION_LAST = 16,
	OPTION_GRAPH = 32, /* any that only lbd-graph knows */
};

struct verb {
	const char *name;
	const char *arguments;
	const char *help;
	int (*run)(const struct lbctl *lbctl);
	unsigned options; /* enum option_bit */
	enum { OPERAND_NONE, OPERAND_ONE, OPERAND_MAY } operand;
};

static const struct verb verbs[] = {
	{"status", "[--all] [--json]", "instances, virtual services and real servers on one screen",
	 lbctl_status, OPTION_ALL | OPTION_JSON, OPERAND_NONE},
	{"events", "[--last N | --since N] [--follow] [--json]",
	 "what happened; the newest 20, or all with --json, unless told otherwise", lbctl_events,
	 OPTION_JSON | OPTION_FOLLOW | OPTION_SINCE | OPTION_LAST, OPERAND_NONE},
	{"explain", "N [--json]", "the story of event N: why, on what evidence, with what effect",
	 lbctl_explain, OPTION_JSON, OPERAND_ONE},
	{"reload", "", "load the configuration file again; refused as a whole if it has errors",
	 lbctl_reload, 0, OPERAND_NONE},
	{"check", "FILE", "check a configuration file", lbctl_check, 0, OPERAND_ONE},
	{"diff", "FILE", "what loading FILE would change in the configuration in force",
	 lbctl_diff, 0, OPERAND_ONE},
	{"graph", "OBJECT [-o FILE.png|.svg] [--since TIME] [--until TIME] [--graph NAME] ...",
	 "a picture of its history, with its events; --list names objects and graphs, --html DIR "
	 "draws\n      all of them for a web server",
	 lbctl_graph, OPTION_GRAPH | OPTION_SINCE | OPTION_JSON | OPTION_ALL, OPERAND_MAY},
};

static void print_help(FILE *out)
{
	fprintf(out, "Usage: lbctl [--run-dir DIR] COMMAND ...\n\n");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		fprintf(out, "  lbctl %s %s\n      %s\n", verbs[i].name, verbs[i].arguments,
			verbs[i].help);
	fprintf(out,
		"\n"
		"  --run-dir DIR   where lbd runs (default %s)\n"
		"  --config-id ID  for check and diff: as given to lbd (default: the host name)\n"
		"  --help, --version\n"
		"\n"
		"Exit status: 0 done; 1 refused, or errors found; 2 lbd does not answer; 64 usage.\n"
		"See lbctl(1).\n",
		LBD_RUN_DIR);
}

static int usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int usage(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "lbctl: ");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "; see `lbctl --help`\n");
	return LBCTL_USAGE;
}

bool lbctl_number(const char *text, uint64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

/* --- talking to lbd -------------------------------------------------------------------------- */

static void say_unreachable(const struct lbctl *lbctl)
{
	if (errno == ENOENT || errno == ECONNREFUSED)
		fprintf(stderr,
			"lbctl: lbd is not running, or its control process is not: nothing answers on "
			"%s/%s (--run-dir names another place)\n",
			lbctl->run_dir, CONTROL_SOCKET);
	else if (errno == EACCES || errno == EPERM)
		fprintf(stderr,
			"lbctl: no permission to talk to lbd on %s/%s: be root or a member of the "
			"group `lbd`\n",
			lbctl->run_dir, CONTROL_SOCKET);
	else
		fprintf(stderr, "lbctl: cannot talk to lbd on %s/%s: %s\n", lbctl->run_dir,
			CONTROL_SOCKET, strerror(errno));
}

struct control_client *lbctl_ask(const struct lbctl *lbctl, const Lbd__Request *request)
{
	struct control_client *client = control_connect(lbctl->run_dir);

	if (client && control_send(client, request))
		return client;
	say_unreachable(lbctl);
	control_disconnect(client);
	return NULL;
}

Lbd__Reply *lbctl_answer(struct control_client *client, int timeout)
{
	Lbd__Reply *reply = control_receive(client, timeout);

	if (reply)
		return reply;
	if (errno == ECONNRESET)
		fprintf(stderr, "lbctl: lbd closed the connection: it was stopped, its control process "
				"was restarted, or it has too many clients\n");
	else if (errno == ETIMEDOUT)
		fprintf(stderr, "lbctl: lbd does not answer: its control process hangs\n");
	else
		fprintf(stderr, "lbctl: cannot understand lbd's answer: %s\n", strerror(errno));
	return NULL;
}

int lbctl_complain(const Lbd__Reply *reply)
{
	if (reply->what_case == LBD__REPLY__WHAT_ERROR)
		fprintf(stderr, "lbctl: %s\n", reply->error->text ? reply->error->text : "refused");
	else
		fprintf(stderr, "lbctl: lbd gave an answer that this lbctl does not know\n");
	return LBCTL_REFUSED;
}

/* --- the command line ------------------------------------------------------------------------ */

/* What only lbd-graph knows is handed on to it. */
enum { PASSED = 256 };

static const struct option long_options[] = {
	{"run-dir", required_argument, NULL, 'r'},
	{"config-id", required_argument, NULL, 'i'},
	{"json", no_argument, NULL, 'j'},
	{"all", no_argument, NULL, 'a'},           {"follow", no_argument, NULL, 'f'},
	{"since", required_argument, NULL, 's'},   {"last", required_argument, NULL, 'n'},
	{"until", required_argument, NULL, PASSED},
	{"output", required_argument, NULL, PASSED},
	{"graph", required_argument, NULL, PASSED},
	{"width", required_argument, NULL, PASSED},
	{"height", required_argument, NULL, PASSED},
	{"html", required_argument, NULL, PASSED},
	{"directory", required_argument, NULL, PASSED},
	{"list", no_argument, NULL, PASSED},
	{"print-arguments", no_argument, NULL, PASSED},
	{"help", no_argument, NULL, 'h'},          {"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static int pass(struct lbctl *lbctl, const char *name, const char *value, unsigned *given)
{
	char *word;

	if (lbctl->passed_count == LBCTL_PASSED)
		return usage("too many options");
	if (asprintf(&word, "--%s%s%s", name, value ? "=" : "", value ? value : "") < 0)
		return LBCTL_REFUSED;
	lbctl->passed[lbctl->passed_count++] = word;
	*given |= OPTION_GRAPH;
	return -1;
}

/* Takes one option; < 0 to go on, else an exit status. `index`: of a long one, its place. */
static int take_option(int option, int index, struct lbctl *lbctl, unsigned *given)
{
	switch (option) {
	case 'o':
		return pass(lbctl, "output", optarg, given);
	case PASSED:
		return pass(lbctl, long_options[index].name, optarg, given);
	case 'r':
		lbctl->run_dir = optarg;
		return -1;
	case 'i':
		lbctl->config_id = optarg;
		return -1;
	case 'j':
		lbctl->json = true;
		*given |= OPTION_JSON;
		return -1;
	case 'a':
		lbctl->all = true;
		*given |= OPTION_ALL;
		return -1;
	case 'f':
		lbctl->follow = true;
		*given |= OPTION_FOLLOW;
		return -1;
	case 's':
		*given |= OPTION_SINCE;
		lbctl->since_text = optarg;
		return -1;
	case 'n':
		*given |= OPTION_LAST;
		return lbctl_number(optarg, &lbctl->last) && lbctl->last > 0
			       ? -1
			       : usage("--last wants a number of events, not `%s`", optarg);
	case 'h':
		print_help(stdout);
		return LBCTL_OK;
	case 'V':
		printf("lbctl %s\n", PACKAGE_VERSION);
		return LBCTL_OK;
	default:
		fprintf(stderr, "See `lbctl --help`\n");
		return LBCTL_USAGE;
	}
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static int run_verb(const struct verb *verb, struct lbctl *lbctl, unsigned given, char **operands,
		    int count)
{
	if (given & ~verb->options)
		return usage("%s does not take that option", verb->name);
	if ((given & OPTION_SINCE) && (given & OPTION_LAST))
		return usage("%s: --since and --last exclude each other", verb->name);
	if (lbctl->since_text && !(verb->options & OPTION_GRAPH) &&
	    (!lbctl_number(lbctl->since_text, &lbctl->since) || lbctl->since == 0))
		return usage("--since wants the number of an event, not `%s`", lbctl->since_text);
	if (verb->operand == OPERAND_ONE && count == 0)
		return usage("%s wants an argument", verb->name);
	if (count > (verb->operand != OPERAND_NONE))
		return usage("what is `%s`?", operands[verb->operand != OPERAND_NONE]);
	lbctl->operand = count > 0 ? operands[0] : NULL;
	return verb->run(lbctl);
}

int main(int argc, char **argv)
{
	struct lbctl lbctl = {.run_dir = LBD_RUN_DIR};
	const struct verb *verb;
	unsigned given = 0;
	int option, index = 0, status;

	setlocale(LC_CTYPE, "");
	while ((option = getopt_long(argc, argv, "fhn:o:V", long_options, &index)) != -1) {
		status = take_option(option, index, &lbctl, &given);
		if (status >= 0)
			return status;
	}
	lbctl.colour = paint_wanted(stdout);
	lbctl.width = paint_width(stdout);
	if (optind == argc) {
		print_help(stderr);
		return LBCTL_USAGE;
	}
	verb = find_verb(argv[optind]);
	if (!verb)
		return usage("there is no command `%s`", argv[optind]);
	status = run_verb(verb, &lbctl, given, argv + optind + 1, argc - optind - 1);
	for (size_t i = 0; i < lbctl.passed_count; i++)
		free(lbctl.passed[i]);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "lbctl: cannot write: %s\n", strerror(errno));
		return LBCTL_REFUSED;
	}
	return status;
}
