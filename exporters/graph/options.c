/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the command line. */
#include "exporters/graph/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "exporters/base/program.h"

#define SIDE_LEAST 50
#define SIDE_MOST 4000

static const char help[] =
	"usage: lbd-graph --directory DIR [OPTION]... OBJECT\n"
	"       lbd-graph --directory DIR [OPTION]... --list [--json] | --html OUT [OBJECT]\n"
	"\n"
	"Draws the RRD files of lbd-rrd. `lbctl graph` calls it, and knows the directory.\n"
	"OBJECT: as `lbctl status` shows it: VI_1, 192.0.2.1:80, 192.0.2.1:80/10.0.0.1:80, ipvs, …\n"
	"\n"
	"  --since TIME, --until TIME   6h, 2d, 1w ago, \"2026-11-23 05:00\", or a time of rrdtool\n"
	"                               [1d, now]\n"
	"  -o, --output FILE.png|.svg   - is standard output, which is also meant without -o, unless\n"
	"                               it is a terminal: then the file is named after the object\n"
	"  --graph NAME                 which graph of the object [its main one]\n"
	"  --width N, --height N        pixels of the canvas [720, 220]\n"
	"  --list                       which objects and graphs there are, in a line each; with\n"
	"                               --json with the arguments for rrdtool\n"
	"  --print-arguments            the command of rrdtool that draws it\n"
	"  --html OUT                   draws every graph into the directory OUT, with an index.html\n"
	"  --all                        every object, for --list and --html; as without OBJECT\n"
	"\n"
	"  --directory DIR              where the RRD files are\n"
	"  --rrdcached SOCKET           have the rrdcached on this socket write what it holds first\n"
	"  --events FILE                lines of `lbctl events --json` to mark; - is standard input\n"
	"  --run-dir DIR                where lbd keeps its segments, for names [" LBD_RUN_DIR "]\n"
	"  --help, --version\n";

static int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int complain(const char *format, ...)
{
	va_list arguments;

	fputs("lbd-graph: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputs("; see --help\n", stderr);
	return GRAPH_EXIT_USAGE + 1;
}

enum {
	RUN_DIR = 256, DIRECTORY, RRDCACHED, EVENTS, SINCE, UNTIL, GRAPH_OPTION, WIDTH, HEIGHT, HTML,
	LIST, JSON, PRINT_ARGUMENTS, ALL, HELP, VERSION_TEXT
};

static int take_side(const char *option, unsigned *side)
{
	unsigned long number;

	if (!program_number(optarg, SIDE_LEAST, SIDE_MOST, &number))
		return complain("%s %s: not a number of pixels from %d to %d", option, optarg,
				SIDE_LEAST, SIDE_MOST);
	*side = (unsigned)number;
	return 0;
}

/* Those that take a text; NULL for any other. */
static const char **text_option(int option, struct graph_options *options)
{
	switch (option) {
	case RUN_DIR:
		return &options->run_dir;
	case DIRECTORY:
		return &options->directory;
	case RRDCACHED:
		return &options->rrdcached;
	case EVENTS:
		return &options->events;
	case SINCE:
		return &options->since;
	case UNTIL:
		return &options->until;
	case GRAPH_OPTION:
		return &options->graph;
	case HTML:
		return &options->html;
	case 'o':
		return &options->output;
	default:
		return NULL;
	}
}

static int take_option(int option, struct graph_options *options)
{
	const char **text = text_option(option, options);

	if (text) {
		*text = optarg;
		return 0;
	}
	switch (option) {
	case WIDTH:
		return take_side("--width", &options->width);
	case HEIGHT:
		return take_side("--height", &options->height);
	case LIST:
		options->list = true;
		return 0;
	case JSON:
		options->json = true;
		return 0;
	case PRINT_ARGUMENTS:
		options->print_arguments = true;
		return 0;
	case ALL:
		options->all = true;
		return 0;
	case HELP:
		fputs(help, stdout);
		return GRAPH_EXIT_DONE + 1;
	case VERSION_TEXT:
		puts("lbd-graph " PACKAGE_VERSION);
		return GRAPH_EXIT_DONE + 1;
	default:
		fputs("See lbd-graph --help\n", stderr);
		return GRAPH_EXIT_USAGE + 1;
	}
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length > end_length && strcmp(text + length - end_length, end) == 0;
}

/* What one option means for another. */
static int verify(const struct graph_options *options)
{
	bool many = options->list || options->html;

	if (!options->directory || options->directory[0] != '/')
		return complain("--directory %s: name the directory of the RRD files, from the root",
				options->directory ? options->directory : "is missing");
	if (options->list + (options->html != NULL) + options->print_arguments > 1)
		return complain("--list, --html and --print-arguments exclude each other");
	if (options->json && !options->list)
		return complain("--json belongs to --list");
	if (options->all && options->object)
		return complain("--all is every object, not `%s`", options->object);
	if (options->all && !many)
		return complain("--all belongs to --list or --html");
	if (!many && !options->object)
		return complain("name an object, as `lbctl status` shows it; --list names all");
	if (many && options->output)
		return complain("-o is for one picture");
	if (options->output && strcmp(options->output, "-") != 0 &&
	    !ends_with(options->output, ".png") && !ends_with(options->output, ".svg"))
		return complain("-o %s: its name ends neither in .png nor in .svg", options->output);
	return 0;
}

int graph_options_read(int count, char **values, struct graph_options *options)
{
	static const struct option list[] = {
		{"run-dir", required_argument, NULL, RUN_DIR},
		{"directory", required_argument, NULL, DIRECTORY},
		{"rrdcached", required_argument, NULL, RRDCACHED},
		{"events", required_argument, NULL, EVENTS},
		{"since", required_argument, NULL, SINCE},
		{"until", required_argument, NULL, UNTIL},
		{"output", required_argument, NULL, 'o'},
		{"graph", required_argument, NULL, GRAPH_OPTION},
		{"width", required_argument, NULL, WIDTH},
		{"height", required_argument, NULL, HEIGHT},
		{"html", required_argument, NULL, HTML},
		{"list", no_argument, NULL, LIST},
		{"json", no_argument, NULL, JSON},
		{"print-arguments", no_argument, NULL, PRINT_ARGUMENTS},
		{"all", no_argument, NULL, ALL},
		{"help", no_argument, NULL, HELP},
		{"version", no_argument, NULL, VERSION_TEXT},
		{NULL, 0, NULL, 0},
	};
	int option, status = 0;

	*options = (struct graph_options){.run_dir = LBD_RUN_DIR,
					  .since = "1d",
					  .until = "now",
					  .width = 720,
					  .height = 220};
	while (status == 0 && (option = getopt_long(count, values, "o:", list, NULL)) != -1)
		status = take_option(option, options);
	if (status)
		return status;
	if (optind < count)
		options->object = values[optind++];
	if (optind < count)
		return complain("what is `%s`?", values[optind]);
	return verify(options);
}
