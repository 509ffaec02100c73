/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moments as people write them. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "exporters/graph/graph.h"

/* Ten years: what is longer is a slip, and no sum of it overflows. */
#define SPAN_MOST (INT64_C(10) * 366 * 86400)

/* "6h", "90" with a unit: seconds, or -1. */
static int64_t read_span(const char *text)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} units[] = {{"s", 1},       {"sec", 1},     {"m", 60},       {"min", 60},
		     {"h", 3600},    {"hour", 3600}, {"hours", 3600}, {"d", 86400},
		     {"day", 86400}, {"days", 86400}, {"w", 604800},  {"week", 604800},
		     {"weeks", 604800}, {"y", 31557600}, {"year", 31557600}};
	char *end;
	long long number;

	if (*text < '0' || *text > '9')
		return -1;
	number = strtoll(text, &end, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(end, units[i].name) == 0 && number > 0 &&
		    number <= SPAN_MOST / units[i].seconds)
			return number * units[i].seconds;
	return -1;
}

static bool read_date(const char *text, int64_t *moment)
{
	static const char *const forms[] = {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
					    "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm date = {.tm_isdst = -1};
		const char *end = strptime(text, forms[i], &date);

		if (!end || (*end != '\0' && strcmp(end, "Z") != 0))
			continue;
		*moment = *end == 'Z' ? (int64_t)timegm(&date) : (int64_t)mktime(&date);
		return *moment > 0;
	}
	return false;
}

bool graph_moment(const char *text, int64_t now, int64_t *moment, int64_t *ago)
{
	int64_t span = read_span(text);

	*ago = span > 0 ? span : 0;
	*moment = now - *ago;
	return span > 0 || strcmp(text, "now") == 0 || read_date(text, moment);
}
