/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rows mean: the .def tables as data, and the hash that tells their layouts apart. */
#include "stat/stat.h"

#include <stdio.h>
#include <string.h>

#include "stat/layout.h"

#define STAT_JOIN_(a, b) a##b
#define STAT_JOIN(a, b) STAT_JOIN_(a, b)

/* Raise it when the meaning of the file changes in a way that the tables do not show. */
#define LAYOUT_VERSION 1

#define STAT_NAME process
#define STAT_DEF "stat/process.def"
#include "stat/describe.h"

#define STAT_NAME child
#define STAT_DEF "stat/child.def"
#include "stat/describe.h"

#define STAT_NAME config
#define STAT_DEF "stat/config.def"
#include "stat/describe.h"

#define STAT_NAME vrrp
#define STAT_DEF "stat/vrrp.def"
#include "stat/describe.h"

#define STAT_NAME virtual_server
#define STAT_DEF "stat/virtual_server.def"
#include "stat/describe.h"

#define STAT_NAME real_server
#define STAT_DEF "stat/real_server.def"
#include "stat/describe.h"

#define STAT_NAME check
#define STAT_DEF "stat/check.def"
#include "stat/describe.h"

#define STAT_NAME ipvs
#define STAT_DEF "stat/ipvs.def"
#include "stat/describe.h"

#define STAT_NAME event
#define STAT_DEF "stat/event.def"
#include "stat/describe.h"

#define STAT_NAME exporter
#define STAT_DEF "stat/exporter.def"
#include "stat/describe.h"

#define STAT_NAME last_event
#define STAT_DEF "stat/last_event.def"
#include "stat/describe.h"

#define STAT_NAME sync
#define STAT_DEF "stat/sync.def"
#include "stat/describe.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct stat_family stat_families[STAT_FAMILY_COUNT] = {
#define FAMILY(name, NAME, oid, help, source) \
	{ \
		#name,		     help, source, \
		oid,		     sizeof(struct stat_##name), \
		name##_labels,	     COUNT(name##_labels) - 1, \
		name##_infos,	     COUNT(name##_infos) - 1, \
		name##_metrics,	     COUNT(name##_metrics), \
	},
#include "stat/family.def"
#undef FAMILY
};

unsigned stat_unit_digits(enum stat_unit unit)
{
	static const unsigned digits[] = {
		[STAT_UNIT_NONE] = 0,       [STAT_UNIT_SECONDS] = 9,   [STAT_UNIT_BYTES] = 0,
		[STAT_UNIT_PER_SECOND] = 3, [STAT_UNIT_TIMESTAMP] = 9, [STAT_UNIT_RATIO] = 3,
	};

	return digits[unit];
}

unsigned stat_columns(const struct stat_metric *metric)
{
	if (metric->kind == STAT_KIND_COUNTERS)
		return (unsigned)metric->set->count;
	return metric->kind == STAT_KIND_HISTOGRAM ? STAT_HISTOGRAM_COLUMNS : 1;
}

unsigned stat_sources(const struct stat_metric *metric)
{
	if (metric->kind == STAT_KIND_COUNTERS)
		return (unsigned)metric->set->count;
	return metric->kind == STAT_KIND_HISTOGRAM ? STAT_HISTOGRAM_SOURCES : 1;
}

const char *stat_source_name(const struct stat_metric *metric, unsigned i,
			     char text[STAT_SOURCE_TEXT])
{
	if (metric->kind == STAT_KIND_COUNTERS)
		snprintf(text, STAT_SOURCE_TEXT, "%s_%u", metric->rrd, i);
	else if (metric->kind == STAT_KIND_HISTOGRAM)
		snprintf(text, STAT_SOURCE_TEXT, "%s_%s", metric->rrd, i == 0 ? "count" : "sum");
	else
		snprintf(text, STAT_SOURCE_TEXT, "%s", metric->rrd);
	return text;
}

uint64_t stat_counter_bits(const struct stat_family *family)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < family->metric_count; i++)
		if (family->metrics[i].kind != STAT_KIND_GAUGE &&
		    family->metrics[i].kind != STAT_KIND_STATE)
			bits |= UINT64_C(1) << i;
	return bits;
}

/* FNV-1a: tells layouts apart; guards against nobody's malice. */
static uint64_t mix_bytes(uint64_t hash, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t mix_number(uint64_t hash, uint64_t number)
{
	return mix_bytes(hash, &number, sizeof(number));
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
	return mix_bytes(hash, text, strlen(text) + 1);
}

static uint64_t mix_texts(uint64_t hash, const struct stat_text *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		hash = mix_text(hash, texts[i].name);
		hash = mix_number(hash, texts[i].offset);
		hash = mix_number(hash, texts[i].size);
	}
	return hash;
}

static uint64_t mix_metric(uint64_t hash, const struct stat_metric *metric)
{
	hash = mix_text(hash, metric->name);
	hash = mix_number(hash, metric->kind);
	hash = mix_number(hash, metric->unit);
	hash = mix_number(hash, metric->offset);
	for (size_t i = 0; metric->set && i < metric->set->count; i++)
		hash = mix_text(hash, metric->set->values[i].text);
	return hash;
}

uint64_t stat_layout_hash(void)
{
	uint64_t hash = mix_number(UINT64_C(0xcbf29ce484222325), LAYOUT_VERSION);

	hash = mix_number(hash, sizeof(struct stat_header));
	hash = mix_bytes(hash, stat_histogram_bounds, sizeof(stat_histogram_bounds));
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_family *family = &stat_families[i];

		hash = mix_text(hash, family->name);
		hash = mix_number(hash, family->stride);
		hash = mix_texts(hash, family->labels, family->label_count);
		hash = mix_texts(hash, family->infos, family->info_count);
		for (size_t j = 0; j < family->metric_count; j++)
			hash = mix_metric(hash, &family->metrics[j]);
	}
	return hash;
}
