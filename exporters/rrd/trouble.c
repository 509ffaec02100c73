/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saying once what happens at every tick. */
#include "exporters/rrd/trouble.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

static const char *const over[TROUBLE_COUNT] = {
	[TROUBLE_DIRECTORY] = "the directory can be written to again",
	[TROUBLE_CREATE] = "files can be created again",
	[TROUBLE_UPDATE] = "all updates succeed again",
	[TROUBLE_RRDCACHED] = "rrdcached takes our values again",
	[TROUBLE_CLOCK] = "the wall clock is past the files' last updates again",
	[TROUBLE_SLOW] = "a step is long enough for all files again",
	[TROUBLE_REPORT] = "our own numbers can be written again",
};

void trouble_add(struct trouble *trouble, enum trouble_kind kind, enum exporter_error reason,
		 const char *format, ...)
{
	char text[512];
	va_list arguments;

	if (!trouble->now[kind] && !trouble->before[kind]) {
		va_start(arguments, format);
		vsnprintf(text, sizeof(text), format, arguments);
		va_end(arguments);
		log_error("%s", text);
	}
	if (!trouble->now[kind])
		trouble->reason[kind] = reason;
	trouble->now[kind] = true;
}

void trouble_settle(struct trouble *trouble)
{
	for (unsigned i = 0; i < TROUBLE_COUNT; i++)
		if (trouble->before[i] && !trouble->now[i])
			log_notice("%s", over[i]);
	memcpy(trouble->before, trouble->now, sizeof(trouble->before));
	memset(trouble->now, 0, sizeof(trouble->now));
}
