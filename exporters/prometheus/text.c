/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two text formats: 0.0.4, and OpenMetrics 1.0, which differs in the lines before the samples,
 * in `_created`, in exemplars, and in its last line. The labels of a row are written once and copied for each of
 * its samples.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "exporters/prometheus/series.h"

struct text {
	struct buffer *buffer;
	bool openmetrics;
	bool created;
	struct buffer labels; /* of all rows, without braces */
	size_t *starts;       /* in `labels`; one more than there are rows */
	size_t rows;
	size_t room;
	char name[PROMETHEUS_NAME_TEXT]; /* of the samples; in OpenMetrics without _total, _info */
	enum series_type type;
	char bounds[STAT_HISTOGRAM_OCTAVES + 1][SERIES_BOUND_TEXT];
};

static void write_bounds(struct text *text)
{
	for (size_t i = 0; i <= STAT_HISTOGRAM_OCTAVES; i++)
		series_bound_text(i, text->bounds[i]);
}

static void clear(void *self)
{
	struct text *text = self;

	text->labels.length = 0;
	text->rows = 0;
}

static void label(struct buffer *buffer, const char *name, const char *value)
{
	buffer_text(buffer, name);
	buffer_add(buffer, "=\"", 2);
	prometheus_escape(buffer, value);
	buffer_add(buffer, "\"", 1);
}

static void row(void *self, const struct series_label *labels, size_t count)
{
	struct text *text = self;

	if (text->rows + 2 > text->room) {
		text->room = text->room ? text->room * 2 : 16;
		text->starts = memory_resize(text->starts, text->room, sizeof(size_t));
	}
	text->starts[text->rows++] = text->labels.length;
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_add(&text->labels, ",", 1);
		label(&text->labels, labels[i].name, labels[i].value);
	}
	text->starts[text->rows] = text->labels.length;
}

static void line(struct text *text, const char *keyword, const char *rest)
{
	buffer_text(text->buffer, "# ");
	buffer_text(text->buffer, keyword);
	buffer_text(text->buffer, " ");
	buffer_text(text->buffer, text->name);
	buffer_text(text->buffer, " ");
	buffer_text(text->buffer, rest);
	buffer_text(text->buffer, "\n");
}

/* What OpenMetrics calls the family: its samples add the suffix. */
static void cut_suffix(struct text *text)
{
	const char *suffix = text->type == SERIES_COUNTER ? "_total"
			     : text->type == SERIES_INFO  ? "_info"
							  : "";
	size_t length = strlen(text->name);
	size_t cut = strlen(suffix);

	if (cut < length && strcmp(text->name + length - cut, suffix) == 0)
		text->name[length - cut] = '\0';
}

static void head(void *self, const struct series_head *head)
{
	struct text *text = self;

	text->type = head->type;
	snprintf(text->name, sizeof(text->name), "%s", head->name);
	if (!text->openmetrics) {
		line(text, "HELP", head->help);
		line(text, "TYPE",
		     series_type_name(head->type == SERIES_INFO ? SERIES_GAUGE : head->type));
		return;
	}
	cut_suffix(text);
	line(text, "TYPE", series_type_name(head->type));
	if (*series_unit(text->name))
		line(text, "UNIT", series_unit(text->name));
	line(text, "HELP", head->help);
}

/* "NAME{LABELS} "; `bound`: of a bucket, or NULL. */
static void open_sample(struct text *text, const char *suffix, const struct series_sample *sample,
			const char *bound)
{
	struct buffer *buffer = text->buffer;
	bool any = false;

	buffer_text(buffer, text->name);
	buffer_text(buffer, suffix);
	if (sample->row != SERIES_NO_ROW) {
		size_t start = text->starts[sample->row];
		size_t length = text->starts[sample->row + 1] - start;

		buffer_add(buffer, "{", 1);
		buffer_add(buffer, text->labels.bytes + start, length);
		any = true;
	}
	for (size_t i = 0; i < sample->label_count; i++, any = true) {
		buffer_add(buffer, any ? "," : "{", 1);
		label(buffer, sample->labels[i].name, sample->labels[i].value);
	}
	if (bound) {
		buffer_add(buffer, any ? "," : "{", 1);
		label(buffer, "le", bound);
		any = true;
	}
	buffer_add(buffer, "} ", any ? 2 : 0);
	if (!any)
		buffer_add(buffer, " ", 1);
}

static void number(struct buffer *buffer, struct series_number number)
{
	if (number.negative)
		buffer_add(buffer, "-", 1);
	buffer_unsigned_decimal(buffer, number.magnitude, number.digits);
}

static void close_sample(struct text *text, struct series_number value)
{
	number(text->buffer, value);
	buffer_add(text->buffer, "\n", 1);
}

/* An exemplar of 1: what one event added. */
static void counter(struct text *text, const struct series_sample *sample)
{
	const struct stat_last_event *event = sample->event;

	number(text->buffer, sample->number);
	if (event) {
		buffer_format(text->buffer, " # {" EXEMPLAR_LABEL_EVENT "=\"%" PRIi64 "\",",
			      event->number);
		label(text->buffer, EXEMPLAR_LABEL_CAUSE, event->cause);
		buffer_text(text->buffer, "} 1 ");
		buffer_decimal(text->buffer, event->happened, 9);
	}
	buffer_add(text->buffer, "\n", 1);
}

/* Counts are summed here: the row's own count may be an observation ahead of its buckets. */
static void histogram(struct text *text, const struct series_sample *sample)
{
	uint64_t octaves[STAT_HISTOGRAM_OCTAVES + 1];
	uint64_t count = 0;

	stat_histogram_octaves(sample->histogram, octaves);
	for (size_t i = 0; i <= STAT_HISTOGRAM_OCTAVES; i++) {
		count += octaves[i];
		open_sample(text, "_bucket", sample, text->bounds[i]);
		close_sample(text, (struct series_number){count, false, 0});
	}
	open_sample(text, "_sum", sample, NULL);
	close_sample(text, (struct series_number){sample->histogram->sum, false, 9});
	open_sample(text, "_count", sample, NULL);
	close_sample(text, (struct series_number){count, false, 0});
}

static const char *suffix_of(const struct text *text)
{
	if (!text->openmetrics)
		return "";
	return text->type == SERIES_COUNTER ? "_total" : text->type == SERIES_INFO ? "_info" : "";
}

static void sample(void *self, const struct series_sample *sample)
{
	struct text *text = self;

	if (text->type == SERIES_HISTOGRAM) {
		histogram(text, sample);
	} else {
		open_sample(text, suffix_of(text), sample, NULL);
		counter(text, sample);
	}
	if (text->openmetrics && text->created && sample->since > 0 &&
	    (text->type == SERIES_COUNTER || text->type == SERIES_HISTOGRAM)) {
		open_sample(text, "_created", sample, NULL);
		close_sample(text, (struct series_number){(uint64_t)sample->since, false, 9});
	}
}

static void end(void *self)
{
	(void)self;
}

void series_text(struct buffer *buffer, bool openmetrics, const struct snapshot *snapshot,
		 const struct prometheus_numbers *numbers, struct prometheus_options options)
{
	const struct series_sink sink = {openmetrics, clear, row, head, sample, end};
	struct text text = {
		.buffer = buffer, .openmetrics = openmetrics, .created = options.created};

	write_bounds(&text);
	series_walk(snapshot, numbers, options.own, &sink, &text);
	if (openmetrics)
		buffer_text(buffer, "# EOF\n");
	buffer_free(&text.labels);
	free(text.starts);
}
