/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sample a line. Its name is looked up in a table that is made from the names that the exporter
 * gives (exporters/prometheus/name.c), so there is no second list; its labels find the row, mostly
 * the one after the last line's.
 */
#include "exporters/nagios/exposition.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "exporters/prometheus/series.h"

#define LABELS_MOST 16
#define VALUE_TEXT 256
#define NAMES_MOST 1024
/* Gauges above this (a time of the year 2043, two million terabytes) are nonsense, and would
 * overflow where a mode adds two of them, or takes one three times. */
#define NUMBER_MOST (UINT64_C(1) << 61)

enum kind { KIND_METRIC, KIND_INFO, KIND_OWN };

struct name {
	char text[PROMETHEUS_NAME_TEXT];
	enum kind kind;
	size_t family;  /* METRIC, INFO */
	unsigned index; /* of the metric, or enum series_own */
};

struct label {
	char name[PROMETHEUS_NAME_TEXT];
	char value[VALUE_TEXT]; /* cut to that */
};

struct sample {
	char name[PROMETHEUS_NAME_TEXT];
	struct label labels[LABELS_MOST];
	size_t label_count;
	const char *number; /* up to `end` */
	const char *end;
};

/* Where the rows of a family are: open addressing, with at least half of the slots free. */
struct places {
	uint32_t *slots; /* index of a row + 1; 0: free */
	size_t room;     /* a power of two, or 0 */
};

struct reading {
	struct snapshot *snapshot;
	struct places places[STAT_FAMILY_COUNT];
	struct name names[NAMES_MOST];
	size_t name_count;
	const struct name *last; /* what the last line was, or NULL */
	size_t next;             /* the row that this line is expected to be of */
	struct sample sample;
	bool taken, segments; /* seen */
	bool ordering;        /* the first pass: lines that name every row of a family, for their order */
	char *error;
};

static bool wrong(struct reading *reading, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool wrong(struct reading *reading, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reading->error, EXPOSITION_ERROR, format, arguments);
	va_end(arguments);
	return false;
}

/* --- the names ------------------------------------------------------------------------------- */

static struct name *add_name(struct reading *reading, enum kind kind, size_t family, unsigned index)
{
	struct name *name = &reading->names[reading->name_count++];

	assert(reading->name_count <= NAMES_MOST);
	*name = (struct name){.kind = kind, .family = family, .index = index};
	return name;
}

static void list_names(struct reading *reading)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_family *family = &stat_families[i];

		for (unsigned j = 0; j < family->metric_count; j++)
			if (family->metrics[j].kind != STAT_KIND_HISTOGRAM)
				prometheus_name(family, &family->metrics[j],
						add_name(reading, KIND_METRIC, i, j)->text);
		TEXT_APPEND(add_name(reading, KIND_INFO, i, 0)->text, "lbd_%s_info", family->name);
	}
	for (unsigned i = 0; i < SERIES_OWN_COUNT; i++)
		TEXT_COPY(add_name(reading, KIND_OWN, 0, i)->text, series_own_infos[i].name);
}

static const struct name *find_name(struct reading *reading, const char *text)
{
	if (reading->last && strcmp(reading->last->text, text) == 0)
		return reading->last;
	reading->next = 0;
	reading->last = NULL;
	for (size_t i = 0; i < reading->name_count && !reading->last; i++)
		if (strcmp(reading->names[i].text, text) == 0)
			reading->last = &reading->names[i];
	return reading->last;
}

/* --- a line ---------------------------------------------------------------------------------- */

static bool is_name(char character, bool first)
{
	return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
	       character == '_' || character == ':' ||
	       (!first && character >= '0' && character <= '9');
}

static bool take_name(const char **at, const char *end, char name[PROMETHEUS_NAME_TEXT])
{
	const char *start = *at;
	size_t length;

	while (*at < end && is_name(**at, *at == start))
		(*at)++;
	length = (size_t)(*at - start);
	if (length == 0 || length >= PROMETHEUS_NAME_TEXT)
		return false;
	memcpy(name, start, length);
	name[length] = '\0';
	return true;
}

static bool take(const char **at, const char *end, char character)
{
	if (*at == end || **at != character)
		return false;
	(*at)++;
	return true;
}

/* Behind its opening quote, up to and with the closing one. */
static bool take_value(const char **at, const char *end, char value[VALUE_TEXT])
{
	size_t length = 0;

	for (; *at < end && **at != '"'; (*at)++) {
		char character = **at;

		if (character == '\0')
			return false;
		if (character == '\\') {
			if (++*at == end || !strchr("\\\"n", **at) || **at == '\0')
				return false;
			character = **at == 'n' ? '\n' : **at;
		}
		if (length < VALUE_TEXT - 1)
			value[length++] = character;
	}
	value[length] = '\0';
	return take(at, end, '"');
}

static bool take_labels(const char **at, const char *end, struct sample *sample)
{
	while (sample->label_count < LABELS_MOST) {
		struct label *label = &sample->labels[sample->label_count];

		if (take(at, end, '}'))
			return true;
		if (!take_name(at, end, label->name) || !take(at, end, '=') ||
		    !take(at, end, '"') || !take_value(at, end, label->value))
			return false;
		sample->label_count++;
		if (!take(at, end, ','))
			return take(at, end, '}');
	}
	return false;
}

static bool take_sample(const char *at, const char *end, struct sample *sample)
{
	sample->label_count = 0;
	if (!take_name(&at, end, sample->name))
		return false;
	if (take(&at, end, '{') && !take_labels(&at, end, sample))
		return false;
	if (!take(&at, end, ' '))
		return false;
	sample->number = at;
	sample->end = end;
	return at < end;
}

static const char *label_called(const struct sample *sample, const char *name)
{
	for (size_t i = 0; i < sample->label_count; i++)
		if (strcmp(sample->labels[i].name, name) == 0)
			return sample->labels[i].value;
	return NULL;
}

/* The number times 10^digits, exactly; false when it is none of ours, or has more places. */
static bool number_of(const struct sample *sample, unsigned digits, bool *negative,
		      uint64_t *magnitude)
{
	const char *at = sample->number;
	unsigned places = 0;
	bool point = false, any = false;

	*negative = take(&at, sample->end, '-');
	*magnitude = 0;
	for (; at < sample->end; at++) {
		if (*at == '.' && any && !point) {
			point = true;
			continue;
		}
		if (*at < '0' || *at > '9' || (point && ++places > digits) ||
		    __builtin_mul_overflow(*magnitude, (uint64_t)10, magnitude) ||
		    __builtin_add_overflow(*magnitude, (uint64_t)(*at - '0'), magnitude))
			return false;
		any = true;
	}
	for (; places < digits; places++)
		if (__builtin_mul_overflow(*magnitude, (uint64_t)10, magnitude))
			return false;
	return any;
}

static bool signed_of(const struct sample *sample, unsigned digits, int64_t *number)
{
	uint64_t magnitude;
	bool negative;

	if (!number_of(sample, digits, &negative, &magnitude) || magnitude > NUMBER_MOST)
		return false;
	*number = negative ? (int64_t)-magnitude : (int64_t)magnitude;
	return true;
}

static bool unsigned_of(const struct sample *sample, unsigned digits, uint64_t *number)
{
	bool negative;

	return number_of(sample, digits, &negative, number) && !negative;
}

/* --- rows ------------------------------------------------------------------------------------ */

static const char *text_label(const struct sample *sample, const struct stat_family *family,
			      const struct stat_text *text)
{
	char name[PROMETHEUS_NAME_TEXT];

	return label_called(sample, prometheus_label(family, text, name));
}

static bool is_row(const struct stat_row *row, const struct stat_row *labels,
		   const struct stat_family *family)
{
	for (size_t i = 0; i < family->label_count; i++) {
		size_t offset = family->labels[i].offset;

		if (strcmp((const char *)row + offset, (const char *)labels + offset) != 0)
			return false;
	}
	return true;
}

static struct stat_row *row_at(struct reading *reading, size_t family, size_t i)
{
	return (struct stat_row *)(reading->snapshot->families[family].rows +
				   i * stat_families[family].stride);
}

/* FNV-1a. */
static size_t hash_of(const struct stat_row *row, const struct stat_family *family)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < family->label_count; i++) {
		const char *text = (const char *)row + family->labels[i].offset;

		do
			hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
		while (*text++);
	}
	return (size_t)(hash ^ hash >> 32);
}

/* The slot of the row with these labels, or the free one where it belongs. */
static uint32_t *slot_of(struct reading *reading, size_t family, const struct stat_row *labels)
{
	const struct places *places = &reading->places[family];
	size_t i = hash_of(labels, &stat_families[family]) & (places->room - 1);

	while (places->slots[i] != 0 && !is_row(row_at(reading, family, places->slots[i] - 1),
						labels, &stat_families[family]))
		i = (i + 1) & (places->room - 1);
	return &places->slots[i];
}

static void make_places(struct reading *reading, size_t family)
{
	struct places *places = &reading->places[family];
	size_t count = reading->snapshot->families[family].count;

	if (count * 2 < places->room)
		return;
	free(places->slots);
	places->room = places->room ? places->room * 2 : 64;
	places->slots = memory_array(places->room, sizeof(*places->slots));
	for (uint32_t i = 0; i < count; i++)
		*slot_of(reading, family, row_at(reading, family, i)) = i + 1;
}

/* The row with these labels, a new one if there was none. NULL when there are too many. */
static struct stat_row *find_row(struct reading *reading, size_t family,
				 const struct stat_row *labels)
{
	const struct snapshot_rows *rows = &reading->snapshot->families[family];
	uint32_t *slot;

	if (reading->next < rows->count &&
	    is_row(row_at(reading, family, reading->next), labels, &stat_families[family]))
		return row_at(reading, family, reading->next++);
	make_places(reading, family);
	slot = slot_of(reading, family, labels);
	if (*slot == 0) {
		if (rows->count == EXPOSITION_ROWS_MOST)
			return NULL;
		snapshot_add(reading->snapshot, (enum stat_family_id)family, labels);
		*slot = (uint32_t)rows->count;
	}
	reading->next = *slot;
	return row_at(reading, family, *slot - 1);
}

/* The row of the sample, or NULL with the error. */
static struct stat_row *sample_row(struct reading *reading, size_t id)
{
	const struct stat_family *family = &stat_families[id];
	struct stat_row *labels = memory_new(family->stride);
	struct stat_row *row = NULL;
	const char *value;
	size_t i;

	for (i = 0; i < family->label_count; i++) {
		value = text_label(&reading->sample, family, &family->labels[i]);
		if (!value)
			break;
		text_copy((char *)labels + family->labels[i].offset, family->labels[i].size, value);
	}
	if (i < family->label_count)
		wrong(reading, "%s comes without the label %s", reading->sample.name,
		      family->labels[i].name);
	else if (!(row = find_row(reading, id, labels)))
		wrong(reading, "more than %d rows of %s", EXPOSITION_ROWS_MOST, family->name);
	free(labels);
	return row;
}

static bool put_info(struct reading *reading, size_t id)
{
	const struct stat_family *family = &stat_families[id];
	struct stat_row *row = sample_row(reading, id);

	for (size_t i = 0; row && i < family->info_count; i++) {
		const struct stat_text *info = &family->infos[i];
		const char *value = text_label(&reading->sample, family, info);

		if (value)
			text_copy((char *)row + info->offset, info->size, value);
	}
	return row;
}

/* The one of a COUNTERS that the sample is of; NULL: of a value that this lbd does not know. */
static uint64_t *member_of(const struct sample *sample, const struct stat_metric *metric,
			   uint64_t *values)
{
	const char *text = label_called(sample, metric->set_label);

	for (size_t i = 0; text && i < metric->set->count; i++)
		if (strcmp(metric->set->values[i].text, text) == 0)
			return &values[i];
	return NULL;
}

static bool put_metric(struct reading *reading, size_t id, unsigned index)
{
	const struct stat_metric *metric = &stat_families[id].metrics[index];
	const struct sample *sample = &reading->sample;
	unsigned digits = stat_unit_digits(metric->unit);
	struct stat_row *row = sample_row(reading, id);
	uint64_t *counter;
	bool read;

	if (!row)
		return false;
	counter = (uint64_t *)(void *)((char *)row + metric->offset);
	if (metric->kind == STAT_KIND_COUNTERS) {
		counter = member_of(sample, metric, counter);
		if (!counter)
			return true;
	}
	if (metric->kind == STAT_KIND_COUNTER || metric->kind == STAT_KIND_COUNTERS)
		read = unsigned_of(sample, digits, counter);
	else
		read = signed_of(sample, digits, (int64_t *)(void *)counter);
	row->present |= UINT64_C(1) << index;
	return read || wrong(reading, "%s has a value that lbd does not write", sample->name);
}

/* --- what the exporter says of the segments -------------------------------------------------- */

static struct stat_segment_info *segment_of(struct reading *reading)
{
	const char *text = label_called(&reading->sample, "process");

	for (unsigned i = 0; text && i < PROCESS_COUNT; i++)
		if (strcmp(process_name((enum process_id)i), text) == 0)
			return &reading->snapshot->segments[i];
	return NULL;
}

/* Without an age there was no heartbeat to see: `settle` makes it ABSENT. */
static bool put_up(struct reading *reading)
{
	struct stat_segment_info *segment = segment_of(reading);
	int64_t up;

	if (!signed_of(&reading->sample, 0, &up))
		return false;
	reading->segments = true;
	if (segment)
		segment->liveness = up ? STAT_ALIVE : STAT_STALE;
	return true;
}

static bool put_own(struct reading *reading, enum series_own own)
{
	const struct sample *sample = &reading->sample;
	struct stat_segment_info *segment;
	struct stat_segment_info unknown;

	switch (own) {
	case SERIES_OWN_SEGMENT_UP:
		return put_up(reading);
	case SERIES_OWN_SEGMENT_AGE:
		segment = segment_of(reading);
		return signed_of(sample, 9, &(segment ? segment : &unknown)->age);
	case SERIES_OWN_SEGMENT_GENERATION:
		segment = segment_of(reading);
		return unsigned_of(sample, 0, &(segment ? segment : &unknown)->generation);
	case SERIES_OWN_TAKEN:
		reading->taken = true;
		return signed_of(sample, 9, &reading->snapshot->wall);
	case SERIES_OWN_LEFT_OUT:
		return unsigned_of(sample, 0, &reading->snapshot->left_out);
	default:
		return true;
	}
}

static void settle(struct snapshot *snapshot)
{
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		if (snapshot->segments[i].liveness == STAT_STALE && snapshot->segments[i].age < 0)
			snapshot->segments[i].liveness = STAT_ABSENT;
}

/* --- the whole ------------------------------------------------------------------------------- */

/* Does each row of the family have a sample of this name? Its texts, or if it has none a counter; a
 * gauge may be absent. */
static bool is_of_all(const struct name *name)
{
	const struct stat_family *family = &stat_families[name->family];
	unsigned i = 0;

	if (family->info_count > 0 || name->kind != KIND_METRIC)
		return name->kind == KIND_INFO;
	while (i < family->metric_count && family->metrics[i].kind != STAT_KIND_COUNTER &&
	       family->metrics[i].kind != STAT_KIND_COUNTERS)
		i++;
	return name->index == i;
}

static bool read_line(struct reading *reading, const char *line, const char *end)
{
	const struct name *name;

	if (line == end || *line == '#')
		return true;
	if (!take_sample(line, end, &reading->sample))
		return wrong(reading, "it holds a line that is no sample: %.*s",
			     (int)(end - line < 40 ? end - line : 40), line);
	name = find_name(reading, reading->sample.name);
	if (!name)
		return true;
	if (reading->ordering)
		return !is_of_all(name) || sample_row(reading, name->family);
	if (name->kind == KIND_METRIC)
		return put_metric(reading, name->family, name->index);
	if (name->kind == KIND_INFO)
		return put_info(reading, name->family);
	return put_own(reading, (enum series_own)name->index) ||
	       wrong(reading, "%s has a value that lbd does not write", reading->sample.name);
}

static bool read_lines(struct reading *reading, const char *text, const char *end)
{
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		if (!stop)
			return wrong(reading, "its last line is not whole");
		if (!read_line(reading, text, stop))
			return false;
		text = stop + 1;
	}
	return true;
}

bool exposition_read(const char *text, size_t length, struct snapshot *snapshot,
		     char error[EXPOSITION_ERROR])
{
	struct reading *reading = memory_new(sizeof(*reading));
	bool read;

	reading->snapshot = snapshot;
	reading->error = error;
	list_names(reading);
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		snapshot->segments[i] =
			(struct stat_segment_info){.liveness = STAT_ABSENT, .age = -1};
	reading->ordering = true;
	read = read_lines(reading, text, text + length);
	reading->ordering = false;
	reading->next = 0;
	read = read && read_lines(reading, text, text + length);
	if (read && (!reading->taken || !reading->segments))
		read = wrong(reading, "it says nothing of the processes of lbd, or not when its "
				      "numbers were read");
	settle(snapshot);
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		free(reading->places[i].slots);
	free(reading);
	return read;
}
