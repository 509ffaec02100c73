/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No guard: turns the row language into struct members. */
#define LABEL(name, size, help) char name[size];
#define INFO(name, size, help) char name[size];
#define COUNTER(name, unit, column, rrd, help) uint64_t name;
#define COUNTERS(name, label, set, unit, column, rrd, help) uint64_t name[STAT_SET_COUNT_##set];
#define GAUGE(name, unit, column, rrd, help) int64_t name;
#define STATE(name, set, column, rrd, help) int64_t name;
#define HISTOGRAM(name, unit, column, rrd, help) struct stat_histogram name;
#define RAW(name, count) uint64_t name[count];
