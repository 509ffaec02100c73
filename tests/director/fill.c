/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A number of its own for every metric, with digits enough to show who rounds. */
#include "tests/director/made_up.h"

#include <string.h>

#include "base/clock.h"

/* What a double cannot hold any more, plus one. */
#define BEYOND_DOUBLE ((UINT64_C(1) << 53) + 1)

static uint64_t counter_number(enum stat_unit unit, uint64_t n)
{
	if (unit == STAT_UNIT_SECONDS)
		return n * 1000000007 + 123456789;
	return n % 3 == 0 ? BEYOND_DOUBLE + n : n * 1000003 + 17;
}

/* Instants are some milliseconds ago: check_lbd does not believe old ones. */
static int64_t gauge_number(enum stat_unit unit, uint64_t n)
{
	switch (unit) {
	case STAT_UNIT_SECONDS:
		return (int64_t)(n * 1000003 + 7);
	case STAT_UNIT_TIMESTAMP:
		return clock_wall() - (int64_t)(n % 4000 * 1000003);
	case STAT_UNIT_BYTES:
		return (int64_t)(n * 4294967311);
	case STAT_UNIT_PER_SECOND:
		return (int64_t)(n * 1000003 + 1);
	case STAT_UNIT_RATIO:
		return (int64_t)(n * 7 + 1);
	case STAT_UNIT_NONE:
		break;
	}
	return (int64_t)(n * 1009 + 3);
}

static void fill_histogram(struct stat_histogram *histogram, uint64_t *seed)
{
	size_t buckets = sizeof(histogram->buckets) / sizeof(histogram->buckets[0]);

	histogram->count = 0;
	for (size_t i = 0; i < buckets; i++) {
		histogram->buckets[i] = ++*seed * 3;
		histogram->count += histogram->buckets[i];
	}
	histogram->sum = counter_number(STAT_UNIT_SECONDS, ++*seed);
}

static void fill_metric(const struct stat_metric *metric, void *value, uint64_t *seed)
{
	switch (metric->kind) {
	case STAT_KIND_COUNTER:
		*(uint64_t *)value = counter_number(metric->unit, ++*seed);
		break;
	case STAT_KIND_COUNTERS:
		for (size_t i = 0; i < metric->set->count; i++)
			((uint64_t *)value)[i] = counter_number(metric->unit, ++*seed);
		break;
	case STAT_KIND_GAUGE:
		*(int64_t *)value = gauge_number(metric->unit, ++*seed);
		break;
	case STAT_KIND_STATE:
		*(int64_t *)value = (int64_t)(++*seed % metric->set->count);
		break;
	case STAT_KIND_HISTOGRAM:
		fill_histogram(value, seed);
		break;
	}
}

void fill_row(enum stat_family_id id, void *data, uint64_t *seed)
{
	const struct stat_family *family = &stat_families[id];
	struct stat_row *row = data;

	stat_begin(row);
	for (size_t i = 0; i < family->metric_count; i++) {
		fill_metric(&family->metrics[i], (uint8_t *)data + family->metrics[i].offset, seed);
		row->present |= UINT64_C(1) << i;
	}
	stat_end(row);
}

static void zero_metric(const struct stat_metric *metric, void *value)
{
	size_t count = metric->kind == STAT_KIND_COUNTERS ? metric->set->count : 1;

	if (metric->kind == STAT_KIND_HISTOGRAM)
		memset(value, 0, sizeof(struct stat_histogram));
	else if (metric->kind == STAT_KIND_COUNTER || metric->kind == STAT_KIND_COUNTERS)
		memset(value, 0, count * sizeof(uint64_t));
}

void fill_zero(enum stat_family_id id, void *data)
{
	const struct stat_family *family = &stat_families[id];

	stat_begin(data);
	for (size_t i = 0; i < family->metric_count; i++)
		zero_metric(&family->metrics[i], (uint8_t *)data + family->metrics[i].offset);
	stat_end(data);
}
