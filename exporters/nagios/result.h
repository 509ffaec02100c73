/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A passive result as the monitor takes it: a line of Nagios's and Icinga's command file, or one of
 * send_nsca's input. Pure. */
#ifndef LBD_EXPORTERS_NAGIOS_RESULT_H
#define LBD_EXPORTERS_NAGIOS_RESULT_H

#include "exporters/nagios/outcome.h"

enum result_format {
	RESULT_COMMAND, /* [TIME] PROCESS_SERVICE_CHECK_RESULT;HOST;SERVICE;STATUS;LINE */
	RESULT_NSCA,    /* HOST tab SERVICE tab STATUS tab LINE */
};

/* So much is written to a FIFO at one go or not at all (PIPE_BUF), and NSCA takes as much. */
#define RESULT_MOST 4096

/* Appends the line and its newline, in at most RESULT_MOST bytes. `wall`: of the snapshot. Names are
 * service_is_name(). */
void result_format(enum result_format format, const char *host, const char *service, int64_t wall,
		   const struct outcome *outcome, const char *title, struct buffer *into);

#endif
