/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Performance data of the monitoring plugins' guidelines:
 * 'label'=value[unit];[warn];[crit];[min];[max]. Pure. */
#ifndef LBD_EXPORTERS_NAGIOS_PERFDATA_H
#define LBD_EXPORTERS_NAGIOS_PERFDATA_H

#include <stdint.h>

#include "exporters/base/buffer.h"
#include "base/range.h"

enum perfdata_unit {
	PERFDATA_NONE,
	PERFDATA_SECONDS, /* number in thousandths */
	PERFDATA_BYTES,
	PERFDATA_COUNTER,
	PERFDATA_PERCENT,
	PERFDATA_RATE,      /* no unit; number in thousandths */
	PERFDATA_BYTE_RATE, /* bytes; number in thousandths */
};

struct perfdata {
	const char *object; /* what the label begins with, or NULL */
	const char *name;
	enum perfdata_unit unit;
	int64_t number;
	const struct range *warning, *critical; /* or NULL */
	int64_t most;                           /* 0: no maximum is told */
};

/* Appends one, after a space when there is something already. The least value is 0 for all, and
 * told for those that are shown against a threshold or a maximum. Labels are quoted when they have
 * to be; a character that cannot stand in one (= and |, control characters) becomes _. */
void perfdata_add(struct buffer *into, const struct perfdata *value);
/* The same number as thresholds see it: seconds, bytes, per second. */
double perfdata_value(const struct perfdata *value);

#endif
