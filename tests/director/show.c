/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a segment file holds, for comparing with what others make of it. The file is read as bytes,
 * by the layout alone; whoever calls this sees to it that nobody writes meanwhile.
 */
#include "tests/director/made_up.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stat/layout.h"

static const char *const kinds[] = {
	[STAT_KIND_COUNTER] = "counter",     [STAT_KIND_COUNTERS] = "counters",
	[STAT_KIND_GAUGE] = "gauge",         [STAT_KIND_STATE] = "state",
	[STAT_KIND_HISTOGRAM] = "histogram",
};

static const char *const units[] = {
	[STAT_UNIT_NONE] = "none",           [STAT_UNIT_SECONDS] = "seconds",
	[STAT_UNIT_BYTES] = "bytes",         [STAT_UNIT_PER_SECOND] = "per_second",
	[STAT_UNIT_TIMESTAMP] = "timestamp", [STAT_UNIT_RATIO] = "ratio",
};

/* As text: a reader of JSON may take numbers for floating point. */
static json_t *number(uint64_t value, bool is_signed)
{
	return is_signed ? json_sprintf("%lld", (long long)value)
			 : json_sprintf("%llu", (unsigned long long)value);
}

static json_t *texts(const struct stat_text *list, size_t count, const uint8_t *row)
{
	json_t *object = json_object();

	for (size_t i = 0; i < count; i++)
		json_object_set_new(object, list[i].name,
				    json_string((const char *)row + list[i].offset));
	return object;
}

static json_t *histogram(const struct stat_histogram *value)
{
	json_t *buckets = json_array();

	for (size_t i = 0; i < sizeof(value->buckets) / sizeof(value->buckets[0]); i++)
		json_array_append_new(buckets, number(value->buckets[i], false));
	return json_pack("{s:o, s:o, s:o}", "buckets", buckets, "count",
			 number(value->count, false), "sum", number(value->sum, false));
}

static json_t *counters(const struct stat_metric *metric, const uint64_t *values)
{
	json_t *object = json_object();

	for (size_t i = 0; i < metric->set->count; i++)
		json_object_set_new(object, metric->set->values[i].text, number(values[i], false));
	return object;
}

static json_t *value_of(const struct stat_metric *metric, const void *value)
{
	switch (metric->kind) {
	case STAT_KIND_COUNTERS:
		return counters(metric, value);
	case STAT_KIND_HISTOGRAM:
		return histogram(value);
	default:
		return number(*(const uint64_t *)value, metric->kind != STAT_KIND_COUNTER);
	}
}

static json_t *members(const struct set *set)
{
	json_t *array = json_array();

	for (size_t i = 0; set && i < set->count; i++)
		json_array_append_new(array, json_string(set->values[i].text));
	return array;
}

static json_t *bounds(const struct stat_metric *metric)
{
	json_t *array = json_array();

	for (size_t i = 0; metric->kind == STAT_KIND_HISTOGRAM && i < STAT_HISTOGRAM_BOUNDS; i++)
		json_array_append_new(array, number((uint64_t)stat_histogram_bounds[i], false));
	return array;
}

static json_t *metric_json(const struct stat_metric *metric, const uint8_t *row)
{
	json_t *sources = json_array();
	char name[STAT_SOURCE_TEXT];

	for (unsigned i = 0; i < stat_sources(metric); i++)
		json_array_append_new(sources, json_string(stat_source_name(metric, i, name)));
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "name", metric->name, "kind",
			 kinds[metric->kind], "unit", units[metric->unit], "set_label",
			 metric->set_label ? metric->set_label : "", "members",
			 members(metric->set), "bounds", bounds(metric), "sources", sources,
			 "value", value_of(metric, row + metric->offset));
}

static void show_row(const struct stat_family *family, enum process_id process,
		     const struct stat_row *row)
{
	const uint8_t *bytes = (const uint8_t *)row;
	json_t *metrics = json_array();
	json_t *line;

	for (unsigned i = 0; i < family->metric_count; i++)
		if (stat_has(row, i))
			json_array_append_new(metrics, metric_json(&family->metrics[i], bytes));
	line = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "family", family->name, "process",
			 process_name(process), "since", number((uint64_t)row->since, true),
			 "labels", texts(family->labels, family->label_count, bytes), "infos",
			 texts(family->infos, family->info_count, bytes), "metrics", metrics);
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(line);
}

static uint8_t *read_whole(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = NULL;
	size_t room = 0;

	*size = 0;
	for (size_t got = 1; file && got > 0; *size += got) {
		if (*size == room)
			bytes = memory_resize(bytes, room = room ? room * 2 : 65536, 1);
		got = fread(bytes + *size, 1, room - *size, file);
	}
	if (file)
		fclose(file);
	return bytes;
}

bool show_segment(const char *directory, enum process_id process)
{
	const struct stat_header *header;
	char path[4096];
	uint8_t *bytes;
	size_t size;
	bool valid;

	snprintf(path, sizeof(path), "%s/%s", directory, process_name(process));
	bytes = read_whole(path, &size);
	header = (const struct stat_header *)bytes;
	valid = size >= sizeof(*header) && stat_header_valid(header, process, size);
	for (unsigned i = 0; valid && i < STAT_FAMILY_COUNT; i++)
		for (uint32_t j = 0; j < header->families[i].used; j++) {
			const struct stat_row *row =
				(const void *)(bytes + header->families[i].offset +
					       j * stat_families[i].stride);

			if (row->use == STAT_USE_LIVE)
				show_row(&stat_families[i], process, row);
		}
	free(bytes);
	return valid;
}
