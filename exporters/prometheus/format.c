/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text format. A metric at a time, all its rows together, as the format wants it; the labels of
 * a row are written once and copied for each of its metrics.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "exporters/prometheus/prometheus.h"

/* The labels of all rows of a family, as text without braces. */
struct row_labels {
	struct buffer text;
	size_t *starts; /* one more than there are rows */
};

static void label(struct buffer *buffer, const char *name, const char *value)
{
	buffer_text(buffer, name);
	buffer_text(buffer, "=\"");
	prometheus_escape(buffer, value);
	buffer_text(buffer, "\"");
}

static void texts(struct buffer *buffer, const struct stat_family *family,
		  const struct stat_text *list, size_t count, const struct stat_row *row)
{
	char name[PROMETHEUS_NAME_TEXT];

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_text(buffer, ",");
		label(buffer, prometheus_label(family, &list[i], name),
		      (const char *)row + list[i].offset);
	}
}

static struct row_labels write_labels(const struct snapshot *snapshot, enum stat_family_id id)
{
	const struct stat_family *family = &stat_families[id];
	size_t count = snapshot->families[id].count;
	struct row_labels labels = {.starts = memory_array(count + 1, sizeof(size_t))};

	for (size_t i = 0; i < count; i++) {
		labels.starts[i] = labels.text.length;
		texts(&labels.text, family, family->labels, family->label_count,
		      snapshot_row(snapshot, id, i));
	}
	labels.starts[count] = labels.text.length;
	return labels;
}

static void free_labels(struct row_labels *labels)
{
	buffer_free(&labels->text);
	free(labels->starts);
}

static void head(struct buffer *buffer, const char *name, const char *type)
{
	buffer_text(buffer, "\n# TYPE ");
	buffer_text(buffer, name);
	buffer_text(buffer, " ");
	buffer_text(buffer, type);
	buffer_text(buffer, "\n");
}

/* "name{labels" */
static void open_sample(struct buffer *buffer, const char *name, const struct row_labels *labels,
			size_t row)
{
	buffer_text(buffer, name);
	buffer_add(buffer, "{", 1);
	buffer_add(buffer, labels->text.bytes + labels->starts[row],
		   labels->starts[row + 1] - labels->starts[row]);
}

static void unsigned_value(struct buffer *buffer, uint64_t value, enum stat_unit unit)
{
	if (unit == STAT_UNIT_NONE || unit == STAT_UNIT_BYTES)
		buffer_unsigned(buffer, value);
	else
		buffer_unsigned_decimal(buffer, value, unit == STAT_UNIT_PER_SECOND ? 3 : 9);
}

static void signed_value(struct buffer *buffer, int64_t value, enum stat_unit unit)
{
	if (unit == STAT_UNIT_NONE || unit == STAT_UNIT_BYTES)
		buffer_signed(buffer, value);
	else
		buffer_decimal(buffer, value, unit == STAT_UNIT_PER_SECOND ? 3 : 9);
}

/* `labels` is text without braces, or empty. Counts are summed here: the row's own count may be an
 * observation ahead of its buckets. */
static void histogram(struct buffer *buffer, const char *name, const char *labels, size_t length,
		      const struct stat_histogram *value)
{
	uint64_t count = 0;

	for (size_t i = 0; i <= STAT_HISTOGRAM_BOUNDS; i++) {
		buffer_text(buffer, name);
		buffer_text(buffer, "_bucket{");
		buffer_add(buffer, labels, length);
		buffer_text(buffer, length ? ",le=\"" : "le=\"");
		if (i < STAT_HISTOGRAM_BOUNDS)
			buffer_decimal(buffer, stat_histogram_bounds[i], 9);
		else
			buffer_text(buffer, "+Inf");
		buffer_text(buffer, "\"} ");
		count += value->buckets[i];
		buffer_unsigned(buffer, count);
		buffer_add(buffer, "\n", 1);
	}
	for (size_t i = 0; i < 2; i++) {
		buffer_text(buffer, name);
		buffer_text(buffer, i == 0 ? "_sum" : "_count");
		if (length) {
			buffer_add(buffer, "{", 1);
			buffer_add(buffer, labels, length);
			buffer_add(buffer, "}", 1);
		}
		buffer_add(buffer, " ", 1);
		if (i == 0)
			buffer_unsigned_decimal(buffer, value->sum, 9);
		else
			buffer_unsigned(buffer, count);
		buffer_add(buffer, "\n", 1);
	}
}

static void counters(struct buffer *buffer, const char *name, const struct stat_metric *metric,
		     const struct row_labels *labels, size_t row, const uint64_t *values)
{
	for (size_t i = 0; i < metric->set->count; i++) {
		open_sample(buffer, name, labels, row);
		buffer_add(buffer, ",", 1);
		label(buffer, metric->set_label, metric->set->values[i].text);
		buffer_add(buffer, "} ", 2);
		unsigned_value(buffer, values[i], metric->unit);
		buffer_add(buffer, "\n", 1);
	}
}

static void sample(struct buffer *buffer, const char *name, const struct stat_metric *metric,
		   const struct row_labels *labels, size_t i, const struct stat_row *row)
{
	const void *value = (const uint8_t *)row + metric->offset;

	switch (metric->kind) {
	case STAT_KIND_HISTOGRAM:
		histogram(buffer, name, labels->text.bytes + labels->starts[i],
			  labels->starts[i + 1] - labels->starts[i], value);
		return;
	case STAT_KIND_COUNTERS:
		counters(buffer, name, metric, labels, i, value);
		return;
	case STAT_KIND_COUNTER:
	case STAT_KIND_GAUGE:
	case STAT_KIND_STATE:
		break;
	}
	open_sample(buffer, name, labels, i);
	buffer_add(buffer, "} ", 2);
	if (metric->kind == STAT_KIND_COUNTER)
		unsigned_value(buffer, *(const uint64_t *)value, metric->unit);
	else
		signed_value(buffer, *(const int64_t *)value, metric->unit);
	buffer_add(buffer, "\n", 1);
}

static void metric_samples(struct buffer *buffer, const struct snapshot *snapshot,
			   enum stat_family_id id, unsigned index, const struct row_labels *labels)
{
	const struct stat_metric *metric = &stat_families[id].metrics[index];
	char name[PROMETHEUS_NAME_TEXT];
	bool headed = false;

	prometheus_name(&stat_families[id], metric, name);
	for (size_t i = 0; i < snapshot->families[id].count; i++) {
		const struct stat_row *row = snapshot_row(snapshot, id, i);

		if (!stat_has(row, index))
			continue;
		if (!headed) {
			buffer_format(buffer, "# HELP %s ", name);
			prometheus_help(buffer, metric);
			head(buffer, name, prometheus_type(metric));
			headed = true;
		}
		sample(buffer, name, metric, labels, i, row);
	}
}

static void info_samples(struct buffer *buffer, const struct snapshot *snapshot,
			 enum stat_family_id id, const struct row_labels *labels)
{
	const struct stat_family *family = &stat_families[id];
	char name[PROMETHEUS_NAME_TEXT];

	if (family->info_count == 0 || snapshot->families[id].count == 0)
		return;
	snprintf(name, sizeof(name), "lbd_%s_info", family->name);
	buffer_format(buffer, "# HELP %s %s: its descriptive texts, as labels; always 1", name,
		      family->help);
	head(buffer, name, "gauge");
	for (size_t i = 0; i < snapshot->families[id].count; i++) {
		open_sample(buffer, name, labels, i);
		buffer_add(buffer, ",", 1);
		texts(buffer, family, family->infos, family->info_count,
		      snapshot_row(snapshot, id, i));
		buffer_text(buffer, "} 1\n");
	}
}

static void family_samples(struct buffer *buffer, const struct snapshot *snapshot,
			   enum stat_family_id id)
{
	struct row_labels labels = write_labels(snapshot, id);

	info_samples(buffer, snapshot, id, &labels);
	for (unsigned i = 0; i < stat_families[id].metric_count; i++)
		metric_samples(buffer, snapshot, id, i, &labels);
	free_labels(&labels);
}

static const char *own_head(struct buffer *buffer, enum prometheus_own own)
{
	const struct prometheus_own_info *info = &prometheus_own_infos[own];

	buffer_format(buffer, "# HELP %s %s", info->name, info->help);
	head(buffer, info->name, info->type);
	return info->name;
}

static void own_sample(struct buffer *buffer, enum prometheus_own own, const char *value)
{
	const struct prometheus_own_info *info = &prometheus_own_infos[own];

	buffer_format(buffer, "%s{", info->name);
	label(buffer, info->label, value);
	buffer_text(buffer, "} ");
}

static void segment_samples(struct buffer *buffer, const struct snapshot *snapshot,
			    enum prometheus_own own)
{
	own_head(buffer, own);
	for (size_t i = 0; i < PROCESS_COUNT; i++) {
		const struct stat_segment_info *info = &snapshot->segments[i];
		enum process_id process = (enum process_id)i;

		if ((!snapshot_required(process) && info->liveness == STAT_ABSENT) ||
		    (own == PROMETHEUS_OWN_SEGMENT_AGE && info->age < 0) ||
		    (own == PROMETHEUS_OWN_SEGMENT_GENERATION && info->liveness != STAT_ALIVE))
			continue;
		own_sample(buffer, own, process_name(process));
		if (own == PROMETHEUS_OWN_SEGMENT_UP)
			buffer_unsigned(buffer, info->liveness == STAT_ALIVE);
		else if (own == PROMETHEUS_OWN_SEGMENT_AGE)
			buffer_decimal(buffer, info->age, 9);
		else
			buffer_unsigned(buffer, info->generation);
		buffer_text(buffer, "\n");
	}
}

static void own_counter(struct buffer *buffer, enum prometheus_own own, uint64_t value)
{
	buffer_format(buffer, "%s ", own_head(buffer, own));
	buffer_unsigned(buffer, value);
	buffer_text(buffer, "\n");
}

static void own_samples(struct buffer *buffer, const struct snapshot *snapshot,
			const struct prometheus_numbers *numbers)
{
	segment_samples(buffer, snapshot, PROMETHEUS_OWN_SEGMENT_UP);
	segment_samples(buffer, snapshot, PROMETHEUS_OWN_SEGMENT_AGE);
	segment_samples(buffer, snapshot, PROMETHEUS_OWN_SEGMENT_GENERATION);
	own_head(buffer, PROMETHEUS_OWN_BUILD);
	own_sample(buffer, PROMETHEUS_OWN_BUILD, numbers->version);
	buffer_text(buffer, "1\n");
	own_counter(buffer, PROMETHEUS_OWN_SCRAPES, numbers->scrapes);
	histogram(buffer, own_head(buffer, PROMETHEUS_OWN_RENDER), "", 0, &numbers->render);
	own_counter(buffer, PROMETHEUS_OWN_TORN, snapshot->torn);
	own_counter(buffer, PROMETHEUS_OWN_REFUSED, numbers->refused);
	own_counter(buffer, PROMETHEUS_OWN_OVERDUE, numbers->overdue);
}

void prometheus_format(struct buffer *buffer, const struct snapshot *snapshot,
		       const struct prometheus_numbers *numbers)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		family_samples(buffer, snapshot, (enum stat_family_id)i);
	own_samples(buffer, snapshot, numbers);
}
