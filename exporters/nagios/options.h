/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of check_lbd. Pure: it prints nothing. */
#ifndef LBD_EXPORTERS_NAGIOS_OPTIONS_H
#define LBD_EXPORTERS_NAGIOS_OPTIONS_H

#include "exporters/nagios/nagios.h"
#include "exporters/nagios/remote.h"

/* Seconds: what --within is when nobody says it. */
#define OPTIONS_WITHIN 300

enum options_verdict {
	OPTIONS_RUN,
	OPTIONS_HELP,
	OPTIONS_VERSION,
	OPTIONS_WRONG,
};

struct options {
	struct nagios_request request; /* its texts point into the arguments */
	const char *run_dir; /* of this machine; NULL: other machines alone are looked at */
	const char *hosts[2]; /* other machines; two of them, or one and a run_dir, in mode pair */
	unsigned host_count;
	struct remote remote;
	unsigned timeout; /* seconds */
	bool verbose;
	char error[256]; /* OPTIONS_WRONG: what, and what would be right */
};

/* `run_dir` is the default. `values` may be reordered, as getopt(3) does. */
enum options_verdict options_read(int count, char **values, const char *run_dir,
				  struct options *options);
/* The same for a check that somebody else runs: a mode, -w, -c and selectors, without the options
 * that say where the numbers come from and what becomes of the result. */
enum options_verdict options_read_request(int count, char **values, struct options *options);
/* The text of --help. */
void options_usage(const char *run_dir, struct buffer *into);

#endif
