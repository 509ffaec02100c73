/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No guard: makes the descriptors of one family from its table. Define STAT_NAME (process) and STAT_DEF
 * ("stat/process.def") before; both are taken back. For descriptor.c alone.
 */
#define STAT_OFFSET(member) offsetof(struct STAT_JOIN(stat_, STAT_NAME), member)

static const struct stat_text STAT_JOIN(STAT_NAME, _labels)[] = {
#define LABEL(name, size, help) {#name, help, STAT_OFFSET(name), size},
#define INFO(name, size, help)
#define COUNTER(name, unit, column, rrd, help)
#define COUNTERS(name, label, set, unit, column, rrd, help)
#define GAUGE(name, unit, column, rrd, help)
#define STATE(name, set, column, rrd, help)
#define HISTOGRAM(name, unit, column, rrd, help)
#define RAW(name, count)
#include STAT_DEF
#undef LABEL
#undef INFO
	{NULL, NULL, 0, 0},
};

static const struct stat_text STAT_JOIN(STAT_NAME, _infos)[] = {
#define LABEL(name, size, help)
#define INFO(name, size, help) {#name, help, STAT_OFFSET(name), size},
#include STAT_DEF
#include "stat/row_undef.h"
	{NULL, NULL, 0, 0},
};

static const struct stat_metric STAT_JOIN(STAT_NAME, _metrics)[] = {
#define LABEL(name, size, help)
#define INFO(name, size, help)
#define COUNTER(name, unit, column, rrd, help) \
	{#name, help, STAT_KIND_COUNTER, STAT_UNIT_##unit, STAT_OFFSET(name), NULL, NULL, column, rrd},
#define COUNTERS(name, label, set, unit, column, rrd, help) \
	{#name,       help,   STAT_KIND_COUNTERS, STAT_UNIT_##unit, STAT_OFFSET(name), \
	 &set_##set, #label, column,             rrd},
#define GAUGE(name, unit, column, rrd, help) \
	{#name, help, STAT_KIND_GAUGE, STAT_UNIT_##unit, STAT_OFFSET(name), NULL, NULL, column, rrd},
#define STATE(name, set, column, rrd, help) \
	{#name, help, STAT_KIND_STATE, STAT_UNIT_NONE, STAT_OFFSET(name), &set_##set, NULL, column, rrd},
#define HISTOGRAM(name, unit, column, rrd, help) \
	{#name, help, STAT_KIND_HISTOGRAM, STAT_UNIT_##unit, STAT_OFFSET(name), NULL, NULL, column, rrd},
#define RAW(name, count)
#include STAT_DEF
#include "stat/row_undef.h"
};

/* A column that two metrics take is a duplicate case, which does not compile. */
static void __attribute__((unused)) STAT_JOIN(STAT_NAME, _columns)(unsigned column)
{
	switch (column) {
#define LABEL(name, size, help)
#define INFO(name, size, help)
#define COUNTER(name, unit, column, rrd, help) case column:
#define COUNTERS(name, label, set, unit, column, rrd, help) \
	case column ... column + STAT_SET_COUNT_##set - 1:
#define GAUGE(name, unit, column, rrd, help) case column:
#define STATE(name, set, column, rrd, help) case column:
#define HISTOGRAM(name, unit, column, rrd, help) \
	case column ... column + STAT_HISTOGRAM_COLUMNS - 1:
#define RAW(name, count)
#include STAT_DEF
#include "stat/row_undef.h"
		break;
	}
}

/* Data source names: rrdtool takes 19 characters, of which "_count" and "_15" are ours. */
#define STAT_SHORT(rrd, suffix) \
	_Static_assert(sizeof(rrd suffix) <= STAT_SOURCE_TEXT, "data source name too long: " rrd)
#define LABEL(name, size, help) _Static_assert((size) % 4 == 0, "odd text size: " #name);
#define INFO(name, size, help) _Static_assert((size) % 4 == 0, "odd text size: " #name);
#define COUNTER(name, unit, column, rrd, help) STAT_SHORT(rrd, "");
#define COUNTERS(name, label, set, unit, column, rrd, help) \
	STAT_SHORT(rrd, "_00"); \
	_Static_assert(STAT_SET_COUNT_##set <= 100, "two digits in data source names: " #name);
#define GAUGE(name, unit, column, rrd, help) STAT_SHORT(rrd, "");
#define STATE(name, set, column, rrd, help) STAT_SHORT(rrd, "");
#define HISTOGRAM(name, unit, column, rrd, help) STAT_SHORT(rrd, "_count");
#define RAW(name, count)
#include STAT_DEF
#include "stat/row_undef.h"
#undef STAT_SHORT

_Static_assert(sizeof(struct STAT_JOIN(stat_, STAT_NAME)) % sizeof(uint64_t) == 0 &&
		       sizeof(struct STAT_JOIN(stat_, STAT_NAME)) <= STAT_STRIDE_MAX,
	       "readers copy rows by 64-bit words into a buffer of STAT_STRIDE_MAX");

#undef STAT_OFFSET
#undef STAT_NAME
#undef STAT_DEF
