/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threshold ranges of the monitoring plugins' guidelines, for check_lbd and for the configuration of
 * lbd-nagios. Pure. */
#ifndef LBD_BASE_RANGE_H
#define LBD_BASE_RANGE_H

#include <stdbool.h>

#define RANGE_TEXT 64

/* Both ends belong to the range. A value outside of it alerts; with `inside`, one in it does. */
struct range {
	double low;  /* -INFINITY for ~ */
	double high; /* INFINITY when there is no end */
	bool inside;
	char text[RANGE_TEXT]; /* as it was written */
};

/* `10` (0 to 10), `10:` (10 and up), `~:10` (10 and down), `10:20`, and `@` before any of them.
 * Numbers are decimal, without an exponent. NULL, or what is wrong with it, with *range unchanged.
 */
const char *range_parse(const char *text, struct range *range);
bool range_alerts(const struct range *range, double value);

#endif
