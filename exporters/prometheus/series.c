/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is there to be said, and in which order. */
#include "exporters/prometheus/series.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABELS_MOST 8

double series_bound(size_t octave)
{
	return octave < STAT_HISTOGRAM_OCTAVES ? ldexp(1, STAT_HISTOGRAM_LOWEST + (int)octave)
					       : INFINITY;
}

const char *series_bound_text(size_t octave, char text[SERIES_BOUND_TEXT])
{
	if (octave == STAT_HISTOGRAM_OCTAVES)
		return strcpy(text, "+Inf");
	snprintf(text, SERIES_BOUND_TEXT, "%.15g", series_bound(octave));
	return strpbrk(text, ".e") ? text : strcat(text, ".0");
}

/* Exact where the division rounds once, by way of the text where it would round twice. */
double series_value(struct series_number number)
{
	static const double scales[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
	struct buffer text = {0};
	double value;

	if (number.digits == 0 || number.magnitude < UINT64_C(1) << 53) {
		value = (double)number.magnitude / scales[number.digits];
		return number.negative ? -value : value;
	}
	if (number.negative)
		buffer_add(&text, "-", 1);
	buffer_unsigned_decimal(&text, number.magnitude, number.digits);
	buffer_add(&text, "", 1);
	value = strtod(text.bytes, NULL);
	buffer_free(&text);
	return value;
}

/* What each function of the walk needs. */
struct walk {
	const struct snapshot *snapshot;
	const struct prometheus_numbers *numbers;
	const struct series_sink *sink;
	void *self;
	struct exemplars exemplars;
};

static struct series_number number_of(uint64_t magnitude, bool negative, enum stat_unit unit)
{
	return (struct series_number){magnitude, negative, stat_unit_digits(unit)};
}

static struct series_number signed_number(int64_t value, enum stat_unit unit)
{
	return number_of(value < 0 ? -(uint64_t)value : (uint64_t)value, value < 0, unit);
}

/* Fills `labels` with the texts of a row; `names` holds what they are called. */
static size_t row_labels(const struct stat_family *family, const struct stat_text *texts,
			 size_t count, const struct stat_row *row,
			 char names[][PROMETHEUS_NAME_TEXT], struct series_label *labels)
{
	assert(count <= LABELS_MOST);
	for (size_t i = 0; i < count; i++)
		labels[i] = (struct series_label){prometheus_label(family, &texts[i], names[i]),
						  (const char *)row + texts[i].offset};
	return count;
}

static void rows(const struct walk *walk, enum stat_family_id id)
{
	const struct stat_family *family = &stat_families[id];
	char names[LABELS_MOST][PROMETHEUS_NAME_TEXT];
	struct series_label labels[LABELS_MOST];

	walk->sink->clear(walk->self);
	for (size_t i = 0; i < walk->snapshot->families[id].count; i++) {
		size_t count = row_labels(family, family->labels, family->label_count,
					  snapshot_row(walk->snapshot, id, i), names, labels);

		walk->sink->row(walk->self, labels, count);
	}
}

static void info_samples(const struct walk *walk, enum stat_family_id id)
{
	const struct stat_family *family = &stat_families[id];
	char names[LABELS_MOST][PROMETHEUS_NAME_TEXT];
	struct series_label labels[LABELS_MOST];
	char name[PROMETHEUS_NAME_TEXT];
	char help[256];
	struct series_head head = {name, SERIES_INFO, help};

	if (family->info_count == 0 || walk->snapshot->families[id].count == 0)
		return;
	snprintf(name, sizeof(name), "lbd_%s_info", family->name);
	snprintf(help, sizeof(help), "%s: its descriptive texts, as labels; always 1",
		 family->help);
	walk->sink->head(walk->self, &head);
	for (size_t i = 0; i < walk->snapshot->families[id].count; i++) {
		struct series_sample sample = {.row = i, .labels = labels, .number = {1, false, 0}};

		sample.label_count = row_labels(family, family->infos, family->info_count,
						snapshot_row(walk->snapshot, id, i), names, labels);
		walk->sink->sample(walk->self, &sample);
	}
	walk->sink->end(walk->self);
}

static void counter(const struct walk *walk, enum stat_family_id id, unsigned index, size_t member,
		    uint64_t value, const struct stat_row *row, struct series_sample *sample)
{
	sample->number = number_of(value, false, stat_families[id].metrics[index].unit);
	sample->event = exemplar_find(&walk->exemplars, id, index, member, row);
	walk->sink->sample(walk->self, sample);
}

static void counters(const struct walk *walk, enum stat_family_id id, unsigned index,
		     const uint64_t *values, const struct stat_row *row,
		     struct series_sample *sample)
{
	const struct stat_metric *metric = &stat_families[id].metrics[index];

	for (size_t i = 0; i < metric->set->count; i++) {
		struct series_label label = {metric->set_label, metric->set->values[i].text};

		sample->labels = &label;
		sample->label_count = 1;
		counter(walk, id, index, i, values[i], row, sample);
	}
}

static void sample(const struct walk *walk, enum stat_family_id id, unsigned index, size_t i,
		   const struct stat_row *row)
{
	const struct stat_metric *metric = &stat_families[id].metrics[index];
	struct series_sample sample = {.row = i, .since = row->since};
	const void *value = (const uint8_t *)row + metric->offset;

	switch (metric->kind) {
	case STAT_KIND_COUNTERS:
		counters(walk, id, index, value, row, &sample);
		return;
	case STAT_KIND_COUNTER:
		counter(walk, id, index, 0, *(const uint64_t *)value, row, &sample);
		return;
	case STAT_KIND_HISTOGRAM:
		sample.histogram = value;
		break;
	case STAT_KIND_GAUGE:
	case STAT_KIND_STATE:
		sample.number = signed_number(*(const int64_t *)value, metric->unit);
		break;
	}
	walk->sink->sample(walk->self, &sample);
}

static enum series_type type_of(const struct stat_metric *metric)
{
	static const enum series_type types[] = {
		[STAT_KIND_COUNTER] = SERIES_COUNTER,     [STAT_KIND_COUNTERS] = SERIES_COUNTER,
		[STAT_KIND_GAUGE] = SERIES_GAUGE,         [STAT_KIND_STATE] = SERIES_GAUGE,
		[STAT_KIND_HISTOGRAM] = SERIES_HISTOGRAM,
	};

	return types[metric->kind];
}

const char *prometheus_type(const struct stat_metric *metric)
{
	return series_type_name(type_of(metric));
}

static void metric_head(const struct walk *walk, const struct stat_family *family,
			const struct stat_metric *metric)
{
	char name[PROMETHEUS_NAME_TEXT];
	struct buffer help = {0};
	struct series_head head = {prometheus_name(family, metric, name), type_of(metric), NULL};

	prometheus_help(&help, metric);
	buffer_add(&help, "", 1);
	head.help = help.bytes;
	walk->sink->head(walk->self, &head);
	buffer_free(&help);
}

static void metric_samples(const struct walk *walk, enum stat_family_id id, unsigned index)
{
	const struct stat_metric *metric = &stat_families[id].metrics[index];
	bool headed = false;

	for (size_t i = 0; i < walk->snapshot->families[id].count; i++) {
		const struct stat_row *row = snapshot_row(walk->snapshot, id, i);

		if (!stat_has(row, index))
			continue;
		if (!headed)
			metric_head(walk, &stat_families[id], metric);
		headed = true;
		sample(walk, id, index, i, row);
	}
	if (headed)
		walk->sink->end(walk->self);
}

static void own_head(const struct walk *walk, enum series_own own)
{
	const struct series_own_info *info = &series_own_infos[own];
	struct series_head head = {info->name, info->type, info->help};

	walk->sink->head(walk->self, &head);
}

/* `value`: of the label, or NULL. */
static void own_sample(const struct walk *walk, enum series_own own, const char *value,
		       struct series_number number)
{
	struct series_label label = {series_own_infos[own].label, value};
	struct series_sample sample = {.row = SERIES_NO_ROW,
				       .labels = &label,
				       .label_count = value ? 1 : 0,
				       .number = number,
				       .since = walk->numbers->since};

	walk->sink->sample(walk->self, &sample);
}

static void segment_samples(const struct walk *walk, enum series_own own)
{
	bool headed = false;

	for (size_t i = 0; i < PROCESS_COUNT; i++) {
		const struct stat_segment_info *info = &walk->snapshot->segments[i];
		enum process_id process = (enum process_id)i;
		struct series_number number = {0};

		if ((!snapshot_required(process) && info->liveness == STAT_ABSENT) ||
		    (own == SERIES_OWN_SEGMENT_AGE && info->age < 0) ||
		    (own == SERIES_OWN_SEGMENT_GENERATION && (info->liveness != STAT_ALIVE || info->generation == 0)))
			continue;
		if (own == SERIES_OWN_SEGMENT_UP)
			number.magnitude = info->liveness == STAT_ALIVE;
		else if (own == SERIES_OWN_SEGMENT_AGE)
			number = signed_number(info->age, STAT_UNIT_SECONDS);
		else
			number.magnitude = info->generation;
		if (!headed)
			own_head(walk, own);
		headed = true;
		own_sample(walk, own, process_name(process), number);
	}
	if (headed)
		walk->sink->end(walk->self);
}

static void own_number(const struct walk *walk, enum series_own own, struct series_number number)
{
	own_head(walk, own);
	own_sample(walk, own, NULL, number);
	walk->sink->end(walk->self);
}

static void own_counter(const struct walk *walk, enum series_own own, uint64_t value)
{
	own_number(walk, own, number_of(value, false, STAT_UNIT_NONE));
}

static void scrape_samples(const struct walk *walk)
{
	own_head(walk, SERIES_OWN_SCRAPES);
	for (size_t i = 0; i < PROMETHEUS_FORMAT_COUNT; i++)
		own_sample(walk, SERIES_OWN_SCRAPES,
			   prometheus_format_name((enum prometheus_format)i),
			   (struct series_number){walk->numbers->scrapes[i], false, 0});
	walk->sink->end(walk->self);
}

static void own_samples(const struct walk *walk)
{
	const struct prometheus_numbers *numbers = walk->numbers;
	struct series_sample render = {
		.row = SERIES_NO_ROW, .histogram = &numbers->render, .since = numbers->since};

	walk->sink->clear(walk->self);
	segment_samples(walk, SERIES_OWN_SEGMENT_UP);
	segment_samples(walk, SERIES_OWN_SEGMENT_AGE);
	segment_samples(walk, SERIES_OWN_SEGMENT_GENERATION);
	own_number(walk, SERIES_OWN_TAKEN, signed_number(walk->snapshot->wall, STAT_UNIT_TIMESTAMP));
	own_number(walk, SERIES_OWN_LEFT_OUT,
		   number_of(walk->snapshot->left_out, false, STAT_UNIT_NONE));
	own_head(walk, SERIES_OWN_BUILD);
	own_sample(walk, SERIES_OWN_BUILD, numbers->version, (struct series_number){1, false, 0});
	walk->sink->end(walk->self);
	if (numbers->pushed)
		return;
	scrape_samples(walk);
	own_head(walk, SERIES_OWN_RENDER);
	walk->sink->sample(walk->self, &render);
	walk->sink->end(walk->self);
	own_counter(walk, SERIES_OWN_TORN, walk->snapshot->torn);
	own_counter(walk, SERIES_OWN_REFUSED, numbers->refused);
	own_counter(walk, SERIES_OWN_OVERDUE, numbers->overdue);
	own_counter(walk, SERIES_OWN_BAD, numbers->bad);
}

void series_walk(const struct snapshot *snapshot, const struct prometheus_numbers *numbers,
		 bool own, const struct series_sink *sink, void *self)
{
	struct walk walk = {snapshot, numbers, sink, self, {.count = 0}};

	if (sink->exemplars)
		exemplars_begin(&walk.exemplars, snapshot);
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		enum stat_family_id id = (enum stat_family_id)i;

		rows(&walk, id);
		info_samples(&walk, id);
		for (unsigned metric = 0; metric < stat_families[i].metric_count; metric++)
			metric_samples(&walk, id, metric);
	}
	if (own)
		own_samples(&walk);
}
