/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the command line. An option that means nothing to the mode is refused: it would be taken
 * for obeyed. */
#include "exporters/nagios/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define SECONDS_MOST 1000000000UL

#define PORT_MOST 65535

enum {
	RUN_DIR = 256,
	TLS,
	CA_FILE,
	CERTIFICATE,
	KEY,
	USER,
	PASSWORD_FILE,
	INSTANCE,
	EXPECT,
	VIRTUAL_SERVER,
	REAL_SERVER,
	GROUP,
	OF,
	WITHIN
};

/* Besides TAKES_…: for the plugin alone, and of them what is for asking another machine. */
enum { USED_PLUGIN = 1 << 16, USED_REMOTE = 1 << 17 };

static const struct option list[] = {
	{"run-dir", required_argument, NULL, RUN_DIR},
	{"hostname", required_argument, NULL, 'H'},
	{"port", required_argument, NULL, 'p'},
	{"tls", no_argument, NULL, TLS},
	{"ca-file", required_argument, NULL, CA_FILE},
	{"client-cert", required_argument, NULL, CERTIFICATE},
	{"client-key", required_argument, NULL, KEY},
	{"user", required_argument, NULL, USER},
	{"password-file", required_argument, NULL, PASSWORD_FILE},
	{"warning", required_argument, NULL, 'w'},
	{"critical", required_argument, NULL, 'c'},
	{"timeout", required_argument, NULL, 't'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"instance", required_argument, NULL, INSTANCE},
	{"expect", required_argument, NULL, EXPECT},
	{"virtual-server", required_argument, NULL, VIRTUAL_SERVER},
	{"real-server", required_argument, NULL, REAL_SERVER},
	{"group", required_argument, NULL, GROUP},
	{"of", required_argument, NULL, OF},
	{"within", required_argument, NULL, WITHIN},
	{NULL, 0, NULL, 0},
};

static bool wrong(struct options *options, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool wrong(struct options *options, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(options->error, sizeof(options->error), format, arguments);
	va_end(arguments);
	return false;
}

static bool read_range(struct options *options, const char *text, struct range *range, bool *has)
{
	const char *error = range_parse(text, range);

	*has = true;
	return !error || wrong(options, "'%s': %s", text, error);
}

static bool read_seconds(struct options *options, const char *text, unsigned long *seconds)
{
	char *end;

	errno = 0;
	*seconds = strtoul(text, &end, 10);
	if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *seconds >= 1 &&
	    *seconds <= SECONDS_MOST)
		return true;
	return wrong(options, "'%s' is not a number of seconds above 0", text);
}

static bool read_expect(struct options *options, const char *text)
{
	if (strcmp(text, "master") == 0)
		options->request.expect = VRRP_STATE_MASTER;
	else if (strcmp(text, "backup") == 0)
		options->request.expect = VRRP_STATE_BACKUP;
	else
		return wrong(options, "--expect '%s': it can be master or backup", text);
	return true;
}

static bool read_rate(struct options *options, const char *text)
{
	static const char *const names[] = {
		[NAGIOS_CONNECTIONS] = "connections",
		[NAGIOS_IN_BYTES] = "in-bytes",
		[NAGIOS_OUT_BYTES] = "out-bytes",
		[NAGIOS_ACTIVE] = "active",
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(text, names[i]) == 0) {
			options->request.of = (enum nagios_rate)i;
			return true;
		}
	return wrong(options, "--of '%s': it can be connections, in-bytes, out-bytes or active",
		     text);
}

static bool read_within(struct options *options, const char *text)
{
	unsigned long seconds;

	if (!read_seconds(options, text, &seconds))
		return false;
	options->request.within = (int64_t)seconds * CLOCK_SECOND;
	return true;
}

static bool read_timeout(struct options *options, const char *text)
{
	unsigned long seconds;

	if (!read_seconds(options, text, &seconds))
		return false;
	options->timeout = (unsigned)seconds;
	return true;
}

/* One option that only some modes take; *used collects which. */
static bool read_selector(struct options *options, int option, char *text, unsigned *used)
{
	switch (option) {
	case INSTANCE:
		*used |= TAKES_INSTANCE;
		options->request.instance = text;
		return true;
	case VIRTUAL_SERVER:
		*used |= TAKES_VIRTUAL_SERVER;
		options->request.virtual_server = text;
		return true;
	case REAL_SERVER:
		*used |= TAKES_REAL_SERVER;
		options->request.real_server = text;
		return true;
	case GROUP:
		*used |= TAKES_GROUP;
		options->request.group = text;
		return true;
	case EXPECT:
		*used |= TAKES_EXPECT;
		return read_expect(options, text);
	case OF:
		*used |= TAKES_OF;
		return read_rate(options, text);
	case WITHIN:
		*used |= TAKES_WITHIN;
		return read_within(options, text);
	default:
		return wrong(options, "unknown option, or one without its value; --help lists "
				      "them");
	}
}

static bool read_host(struct options *options, const char *text)
{
	if (!remote_is_host(text))
		return wrong(options, "-H '%s': it takes a host's name or address", text);
	if (options->host_count == 2)
		return wrong(options, "-H '%s': a pair has two directors", text);
	options->hosts[options->host_count++] = text;
	return true;
}

static bool read_port(struct options *options, const char *text)
{
	char *end;
	unsigned long port = strtoul(text, &end, 10);

	options->remote.port = (unsigned)port;
	return (*text >= '0' && *text <= '9' && *end == '\0' && port >= 1 && port <= PORT_MOST) ||
	       wrong(options, "-p '%s' is no port (1 to 65535)", text);
}

/* One option that says how to ask another machine. */
static bool read_remote(struct options *options, int option, char *text, unsigned *used)
{
	struct remote *remote = &options->remote;

	*used |= USED_PLUGIN | USED_REMOTE;
	switch (option) {
	case 'p':
		return read_port(options, text);
	case TLS:
		remote->tls = true;
		return true;
	case CA_FILE:
		remote->ca_file = text;
		return true;
	case CERTIFICATE:
		remote->certificate = text;
		return true;
	case KEY:
		remote->key = text;
		return true;
	case USER:
		remote->user = text;
		return true;
	default:
		remote->password_file = text;
		return true;
	}
}

static bool read_option(struct options *options, int option, unsigned *used)
{
	struct nagios_request *request = &options->request;

	switch (option) {
	case RUN_DIR:
		options->run_dir = optarg;
		*used |= USED_PLUGIN;
		return true;
	case 'H':
		*used |= USED_PLUGIN;
		return read_host(options, optarg);
	case 'p':
	case TLS:
	case CA_FILE:
	case CERTIFICATE:
	case KEY:
	case USER:
	case PASSWORD_FILE:
		return read_remote(options, option, optarg, used);
	case 'w':
		return read_range(options, optarg, &request->warning, &request->has_warning);
	case 'c':
		return read_range(options, optarg, &request->critical, &request->has_critical);
	case 't':
		*used |= USED_PLUGIN;
		return read_timeout(options, optarg);
	case 'v':
		*used |= USED_PLUGIN;
		options->verbose = true;
		return true;
	default:
		return read_selector(options, option, optarg, used);
	}
}

static bool read_mode(struct options *options, int count, char **values, unsigned used)
{
	static const char *const names[] = {"--instance",    "--expect", "--virtual-server",
					    "--real-server", "--group",  "--of",
					    "--within"};

	if (optind >= count)
		return wrong(options, "which mode? --help lists them");
	if (optind + 1 < count)
		return wrong(options, "there is one mode; what is '%s'?", values[optind + 1]);
	options->request.mode = nagios_mode_called(values[optind]);
	if (options->request.mode == NAGIOS_MODE_COUNT)
		return wrong(options, "there is no mode '%s'; --help lists them", values[optind]);
	used &= ~nagios_mode_takes(options->request.mode);
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (used >> i & 1)
			return wrong(options, "%s means nothing to the mode %s", names[i],
				     values[optind]);
	return true;
}

/* What the options about machines mean together. */
static bool read_machines(struct options *options, unsigned used)
{
	const struct remote *remote = &options->remote;

	if (options->host_count == 0 && used & USED_REMOTE)
		return wrong(options, "-p, --tls and what belongs to them are for another machine: "
				      "name it with -H");
	if ((options->host_count == 2 || (options->host_count && options->run_dir)) &&
	    options->request.mode != NAGIOS_PAIR)
		return wrong(options, "only the mode pair looks at two machines");
	if (options->host_count == 2 && options->run_dir)
		return wrong(options, "a pair has two directors: -H twice, or once and --run-dir");
	if ((remote->ca_file || remote->certificate || remote->key) && !remote->tls)
		return wrong(options, "--ca-file, --client-cert and --client-key need --tls");
	if (!remote->certificate != !remote->key)
		return wrong(options, "--client-cert and --client-key go together");
	if (!remote->user != !remote->password_file)
		return wrong(options, "--user and --password-file go together");
	return true;
}

static enum options_verdict read_all(int count, char **values, struct options *options,
				     unsigned *used)
{
	int option;

	*options = (struct options){
		.request = {.expect = -1, .within = OPTIONS_WITHIN * CLOCK_SECOND},
		.remote = {.port = REMOTE_PORT},
		.timeout = 10,
	};
	optind = 0;
	opterr = 0;
	while ((option = getopt_long(count, values, "H:p:w:c:t:vhV", list, NULL)) != -1) {
		if (option == 'h')
			return OPTIONS_HELP;
		if (option == 'V')
			return OPTIONS_VERSION;
		if (!read_option(options, option, used))
			return OPTIONS_WRONG;
	}
	return read_mode(options, count, values, *used) ? OPTIONS_RUN : OPTIONS_WRONG;
}

enum options_verdict options_read(int count, char **values, const char *run_dir,
				  struct options *options)
{
	unsigned used = 0;
	enum options_verdict verdict = read_all(count, values, options, &used);

	if (verdict == OPTIONS_RUN && !read_machines(options, used))
		return OPTIONS_WRONG;
	if (options->host_count == 0 && !options->run_dir)
		options->run_dir = run_dir;
	return verdict;
}

enum options_verdict options_read_request(int count, char **values, struct options *options)
{
	unsigned used = 0;
	enum options_verdict verdict = read_all(count, values, options, &used);

	if (verdict == OPTIONS_RUN && !(used & USED_PLUGIN))
		return OPTIONS_RUN;
	if (verdict != OPTIONS_WRONG)
		wrong(options, "only a mode, -w, -c and what selects objects can stand here");
	return OPTIONS_WRONG;
}

void options_usage(const char *run_dir, struct buffer *into)
{
	buffer_text(into, "usage: check_lbd MODE [--run-dir DIR] [-w RANGE] [-c RANGE] "
			  "[-t SECONDS] [-v] [SELECTOR...]\n"
			  "       check_lbd MODE -H HOST [-p PORT] [--tls ...] [--user NAME "
			  "--password-file FILE] ...\n\nmodes, and what -w and -c are held "
			  "against:\n");
	for (unsigned i = 0; i < NAGIOS_MODE_COUNT; i++)
		buffer_format(into, "  %-15s %s\n  %-15s   -w -c: %s\n",
			      nagios_mode_name((enum nagios_mode)i),
			      nagios_mode_help((enum nagios_mode)i), "",
			      nagios_mode_value((enum nagios_mode)i));
	buffer_text(
		into,
		"\nselectors: a name, or a pattern with * ? [...]\n"
		"  --instance NAME           vrrp, pair\n"
		"  --virtual-server ADDRESS:PORT  virtual-server, real-servers, quorum, rates\n"
		"  --group NAME              the same modes: the virtual server group\n"
		"  --real-server ADDRESS:PORT     real-servers, rates\n"
		"\nand\n"
		"  --expect master|backup    vrrp: any other state is critical\n"
		"  --of RATE                 rates: connections (default), in-bytes, out-bytes, "
		"active\n"
		"  --within SECONDS          events: how long ago is recent [300]\n");
	buffer_format(into,
		      "\nanother machine, over its lbd-prometheus:\n"
		      "  -H, --hostname HOST       twice, or once and --run-dir: pair, with both\n"
		      "  -p, --port PORT           [%u]\n"
		      "  --tls                     over TLS\n"
		      "  --ca-file FILE            who signs its certificate [the system's]\n"
		      "  --client-cert FILE --client-key FILE  ours\n"
		      "  --user NAME --password-file FILE\n\n",
		      REMOTE_PORT);
	buffer_format(into,
		      "  --run-dir DIR             where lbd keeps its segments [%s]\n"
		      "  -w, --warning RANGE       10, 10:, ~:10, 10:20, @10:20\n"
		      "  -c, --critical RANGE\n"
		      "  -t, --timeout SECONDS     UNKNOWN after that [10]\n"
		      "  -v, --verbose             a line for each object below the first\n"
		      "\nExit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. See check_lbd(1).\n",
		      run_dir);
}
