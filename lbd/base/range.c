/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading threshold ranges. The numbers are looked at by hand: strtod() takes "inf", "nan" and
 * "0x". */
#include "base/range.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Reads [+-]digits[.digits] and moves *text behind it. */
static bool read_number(const char **text, double *number)
{
	const char *at = *text;
	size_t digits;

	if (*at == '-' || *at == '+')
		at++;
	digits = strspn(at, "0123456789");
	at += digits;
	if (*at == '.') {
		size_t decimals = strspn(at + 1, "0123456789");

		digits += decimals;
		at += 1 + decimals;
	}
	/* What follows would be read by strtod() as well: an exponent, a hexadecimal number. */
	if (digits == 0 || isalpha((unsigned char)*at))
		return false;
	*number = strtod(*text, NULL);
	*text = at;
	return true;
}

/* The part before the colon, which may be missing, with the colon. */
static bool read_low(const char **text, double *low)
{
	if (strncmp(*text, "~:", 2) == 0) {
		*low = -INFINITY;
		*text += 2;
		return true;
	}
	*low = 0;
	if (**text != ':' && !read_number(text, low))
		return false;
	return *(*text)++ == ':';
}

const char *range_parse(const char *text, struct range *range)
{
	struct range read = {.low = 0, .high = INFINITY};
	const char *at = text;

	if (!text_copy(read.text, sizeof(read.text), text))
		return "a range has 63 characters at most";
	if (*at == '@') {
		read.inside = true;
		at++;
	}
	if (*at == '\0' || strcmp(at, ":") == 0)
		return "an empty range; right would be 10, 10:, ~:10, 10:20 or @10:20";
	if (strchr(at, ':') && !read_low(&at, &read.low))
		return "before the colon of a range stands a number or ~";
	if (*at != '\0' && !read_number(&at, &read.high))
		return "a range is made of decimal numbers: 10, 10:, ~:10, 10:20 or @10:20";
	if (*at != '\0')
		return "there is more than a range: right would be 10, 10:, ~:10, 10:20 or @10:20";
	if (read.low > read.high)
		return "the range begins above its end; for all up to a negative number write ~:-1";
	*range = read;
	return NULL;
}

bool range_alerts(const struct range *range, double value)
{
	bool within = value >= range->low && value <= range->high;

	return range->inside ? within : !within;
}
