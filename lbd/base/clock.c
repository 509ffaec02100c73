/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two clocks and how people read them. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec;
}

int64_t clock_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_wall_of(int64_t monotonic)
{
	return clock_wall() - (clock_now() - monotonic);
}

const char *clock_format_wall(int64_t wall, char text[CLOCK_TEXT])
{
	time_t seconds = (time_t)(wall / CLOCK_SECOND);
	int milliseconds = (int)(wall % CLOCK_SECOND / CLOCK_MILLISECOND);
	struct tm utc;
	char date[24];

	if (wall < 0 || !gmtime_r(&seconds, &utc) ||
	    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc) == 0) {
		snprintf(text, CLOCK_TEXT, "unknown");
		return text;
	}
	snprintf(text, CLOCK_TEXT, "%s.%03dZ", date, milliseconds);
	return text;
}

const char *clock_format_duration(int64_t duration, char text[CLOCK_TEXT])
{
	const char *sign = duration < 0 ? "-" : "";
	uint64_t ns = duration < 0 ? -(uint64_t)duration : (uint64_t)duration;
	uint64_t seconds = ns / CLOCK_SECOND;

	if (ns < CLOCK_MILLISECOND)
		snprintf(text, CLOCK_TEXT, "%s%.3g us", sign, (double)ns / 1e3);
	else if (seconds < 1)
		snprintf(text, CLOCK_TEXT, "%s%.3g ms", sign, (double)ns / 1e6);
	else if (seconds < 60)
		snprintf(text, CLOCK_TEXT, "%s%.2f s", sign, (double)ns / 1e9);
	else if (seconds < 3600)
		snprintf(text, CLOCK_TEXT, "%s%d min %d s", sign, (int)(seconds / 60),
			 (int)(seconds % 60));
	else if (seconds < 86400)
		snprintf(text, CLOCK_TEXT, "%s%d h %d min", sign, (int)(seconds / 3600),
			 (int)(seconds % 3600 / 60));
	else
		snprintf(text, CLOCK_TEXT, "%s%d d %d h", sign, (int)(seconds / 86400),
			 (int)(seconds % 86400 / 3600));
	return text;
}
