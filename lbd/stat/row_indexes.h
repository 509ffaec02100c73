/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No guard: turns the row language into the enum of metric indexes. */
#define LABEL(name, size, help)
#define INFO(name, size, help)
#define COUNTER(name, unit, column, rrd, help) STAT_INDEX(name),
#define COUNTERS(name, label, set, unit, column, rrd, help) STAT_INDEX(name),
#define GAUGE(name, unit, column, rrd, help) STAT_INDEX(name),
#define STATE(name, set, column, rrd, help) STAT_INDEX(name),
#define HISTOGRAM(name, unit, column, rrd, help) STAT_INDEX(name),
#define RAW(name, count)
