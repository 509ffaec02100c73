/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line of a passive result. */
#include "exporters/nagios/result.h"

#include "base/clock.h"

void result_format(enum result_format format, const char *host, const char *service, int64_t wall,
		   const struct outcome *outcome, const char *title, struct buffer *into)
{
	size_t start = into->length;

	if (format == RESULT_COMMAND)
		buffer_format(into, "[%lld] PROCESS_SERVICE_CHECK_RESULT;%s;%s;%d;",
			      (long long)(wall / CLOCK_SECOND), host, service, outcome->status);
	else
		buffer_format(into, "%s\t%s\t%d\t", host, service, outcome->status);
	outcome_line(outcome, title, RESULT_MOST - 1 - (into->length - start), into);
	buffer_text(into, "\n");
}
