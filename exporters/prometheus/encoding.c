/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading Accept-Encoding (RFC 9110 section 12.5.3). */
#include <string.h>
#include <strings.h>

#include "exporters/prometheus/prometheus.h"

#define BLANK " \t"

/* A weight of nothing but zeros ("q=0", "q=0.000") means "not acceptable". */
static bool weight_is_zero(const char *parameters, size_t length)
{
	const char *end = parameters + length;

	for (const char *at = parameters; at < end; at++) {
		if (*at != ';')
			continue;
		do
			at++;
		while (at < end && strchr(BLANK, *at));
		if (end - at < 2 || strncasecmp(at, "q=", 2) != 0) {
			at--;
			continue;
		}
		for (at += 2; at < end && !strchr(BLANK ";", *at); at++)
			if (*at != '0' && *at != '.')
				return false;
		return true;
	}
	return false;
}

bool prometheus_accepts_gzip(const char *accept_encoding)
{
	const char *at = accept_encoding;
	bool any = false;

	while (at && *at) {
		size_t skip = strspn(at, BLANK ",");
		size_t length;
		size_t name;

		at += skip;
		length = strcspn(at, ",");
		name = strcspn(at, BLANK ";,");
		if ((name == 4 && strncasecmp(at, "gzip", 4) == 0) ||
		    (name == 6 && strncasecmp(at, "x-gzip", 6) == 0))
			return !weight_is_zero(at + name, length - name);
		if (name == 1 && *at == '*')
			any = !weight_is_zero(at + name, length - name);
		at += length;
	}
	return any;
}
