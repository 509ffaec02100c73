/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What metrics and labels are called. */
#include <stdio.h>
#include <string.h>

#include "exporters/prometheus/series.h"

const struct series_own_info series_own_infos[SERIES_OWN_COUNT] = {
#define OWN(NAME, name, TYPE, label, help) {#name, SERIES_##TYPE, label, help},
#include "exporters/prometheus/own.def"
#undef OWN
};

static const char *unit_suffix(enum stat_unit unit)
{
	static const char *const suffixes[] = {
		[STAT_UNIT_NONE] = "",
		[STAT_UNIT_SECONDS] = "_seconds",
		[STAT_UNIT_BYTES] = "_bytes",
		[STAT_UNIT_PER_SECOND] = "_per_second",
		[STAT_UNIT_TIMESTAMP] = "_timestamp_seconds",
		[STAT_UNIT_RATIO] = "_ratio",
	};

	return suffixes[unit];
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);
	size_t end_length = strlen(end);

	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

const char *prometheus_name(const struct stat_family *family, const struct stat_metric *metric,
			    char text[PROMETHEUS_NAME_TEXT])
{
	bool total = metric->kind == STAT_KIND_COUNTER || metric->kind == STAT_KIND_COUNTERS;
	const char *unit = unit_suffix(metric->unit);
	int length = snprintf(text, PROMETHEUS_NAME_TEXT, "lbd_%s_%s", family->name, metric->name);

	snprintf(text + length, PROMETHEUS_NAME_TEXT - (size_t)length, "%s%s",
		 ends_with(text, unit) ? "" : unit, total ? "_total" : "");
	return text;
}

const char *prometheus_label(const struct stat_family *family, const struct stat_text *label,
			     char text[PROMETHEUS_NAME_TEXT])
{
	bool taken = strcmp(label->name, "instance") == 0 || strcmp(label->name, "job") == 0;

	snprintf(text, PROMETHEUS_NAME_TEXT, "%s%s%s", taken ? family->name : "", taken ? "_" : "",
		 label->name);
	return text;
}

const char *series_type_name(enum series_type type)
{
	static const char *const names[] = {
		[SERIES_COUNTER] = "counter",
		[SERIES_GAUGE] = "gauge",
		[SERIES_HISTOGRAM] = "histogram",
		[SERIES_INFO] = "info",
	};

	return names[type];
}

const char *series_unit(const char *name)
{
	return ends_with(name, "_seconds") ? "seconds"
	       : ends_with(name, "_bytes") ? "bytes"
	       : ends_with(name, "_ratio") ? "ratio"
					   : "";
}

void prometheus_help(struct buffer *buffer, const struct stat_metric *metric)
{
	buffer_text(buffer, metric->help);
	if (metric->kind != STAT_KIND_STATE)
		return;
	for (size_t i = 0; i < metric->set->count; i++)
		buffer_format(buffer, "%s%zu %s", i == 0 ? ": " : ", ", i,
			      metric->set->values[i].text);
}
