/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Metrics as data sources. */
#include <assert.h>
#include <stdio.h>

#include "exporters/rrd/rrd.h"

size_t rrd_sources(enum stat_family_id id, struct rrd_source sources[RRD_SOURCES])
{
	const struct stat_family *family = &stat_families[id];
	size_t count = 0;

	for (size_t i = 0; i < family->metric_count; i++)
		for (unsigned part = 0; part < stat_sources(&family->metrics[i]); part++) {
			/* RRD_NO_SOURCE is no index. */
			assert(count < RRD_NO_SOURCE);
			sources[count] = (struct rrd_source){
				.metric = &family->metrics[i], .index = (unsigned)i, .part = part};
			stat_source_name(&family->metrics[i], part, sources[count].name);
			count++;
		}
	return count;
}

static bool is_counter(const struct rrd_source *source)
{
	enum stat_kind kind = source->metric->kind;

	return kind == STAT_KIND_COUNTER || kind == STAT_KIND_COUNTERS ||
	       kind == STAT_KIND_HISTOGRAM;
}

/* The number of observations of a histogram of seconds is no number of seconds. */
static enum stat_unit unit_of(const struct rrd_source *source)
{
	if (source->metric->kind == STAT_KIND_HISTOGRAM && source->part == 0)
		return STAT_UNIT_NONE;
	return source->metric->unit;
}

const char *rrd_source_type(const struct rrd_source *source)
{
	if (!is_counter(source))
		return "GAUGE";
	return stat_unit_digits(unit_of(source)) > 0 ? "DDERIVE" : "DERIVE";
}

const char *rrd_source_definition(const struct rrd_source *source, unsigned step,
				  char text[RRD_DEFINITION])
{
	snprintf(text, RRD_DEFINITION, "DS:%s:%s:%u:%s:U", source->name, rrd_source_type(source),
		 2 * step, is_counter(source) ? "0" : "U");
	return text;
}

static uint64_t counter_value(const struct rrd_source *source, const void *at)
{
	const struct stat_histogram *histogram = at;

	if (source->metric->kind != STAT_KIND_HISTOGRAM)
		return ((const uint64_t *)at)[source->part];
	return source->part == 0 ? histogram->count : histogram->sum;
}

void rrd_value(struct buffer *buffer, const struct rrd_source *source, const struct stat_row *row)
{
	const void *at = (const char *)row + source->metric->offset;
	unsigned places = stat_unit_digits(unit_of(source));

	if (!stat_has(row, source->index))
		buffer_add(buffer, "U", 1);
	else if (is_counter(source))
		buffer_unsigned_decimal(buffer, counter_value(source, at), places);
	else
		buffer_decimal(buffer, *(const int64_t *)at, places);
}
