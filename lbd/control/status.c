/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Segments to a Status message, and lookups in one. */
#include "control/status.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

/* --- building -------------------------------------------------------------------------------- */

struct building {
	const struct stat_family *family;
	size_t width; /* values in a row */
	Lbd__Family *message;
	size_t room;
};

static size_t metric_width(const struct stat_metric *metric)
{
	switch (metric->kind) {
	case STAT_KIND_COUNTERS:
		return metric->set->count;
	case STAT_KIND_HISTOGRAM:
		return STAT_HISTOGRAM_OCTAVES + 3;
	case STAT_KIND_COUNTER:
	case STAT_KIND_GAUGE:
	case STAT_KIND_STATE:
		break;
	}
	return 1;
}

static char **copy_texts(const struct stat_text *texts, size_t count)
{
	char **copies = memory_array(count, sizeof(*copies));

	for (size_t i = 0; i < count; i++)
		copies[i] = memory_string(texts[i].name);
	return copies;
}

static Lbd__Column *build_column(const struct stat_metric *metric)
{
	Lbd__Column *column = memory_new(sizeof(*column));

	lbd__column__init(column);
	column->name = memory_string(metric->name);
	column->has_kind = column->has_unit = 1;
	column->kind = (Lbd__Column__Kind)metric->kind;
	_Static_assert((int)LBD__COLUMN__UNIT__RATIO == (int)STAT_UNIT_RATIO, "the same units");
	column->unit = (Lbd__Column__Unit)metric->unit;
	if (metric->set) {
		column->n_members = metric->set->count;
		column->members = memory_array(column->n_members, sizeof(*column->members));
		for (size_t i = 0; i < column->n_members; i++)
			column->members[i] = memory_string(metric->set->values[i].text);
	}
	if (metric->kind == STAT_KIND_HISTOGRAM) {
		column->n_bounds = STAT_HISTOGRAM_OCTAVES;
		column->bounds = memory_array(STAT_HISTOGRAM_OCTAVES, sizeof(*column->bounds));
		for (size_t i = 0; i < STAT_HISTOGRAM_OCTAVES; i++)
			column->bounds[i] = stat_histogram_bounds[i * STAT_HISTOGRAM_OCTAVE];
	}
	return column;
}

/* By octaves: four times as many buckets would be most of the message. */
static void build_histogram(const struct stat_histogram *histogram, int64_t *values)
{
	uint64_t octaves[STAT_HISTOGRAM_OCTAVES + 1];

	stat_histogram_octaves(histogram, octaves);
	memcpy(values, octaves, sizeof(octaves));
	values[STAT_HISTOGRAM_OCTAVES + 1] = (int64_t)histogram->count;
	values[STAT_HISTOGRAM_OCTAVES + 2] = (int64_t)histogram->sum;
}

/* All other metrics are 64-bit integers in a row. */
static void build_values(const struct building *building, const char *row, Lbd__Row *message)
{
	message->n_values = building->width;
	message->values = memory_array(building->width, sizeof(*message->values));
	for (size_t i = 0, at = 0; i < building->family->metric_count; i++) {
		const struct stat_metric *metric = &building->family->metrics[i];
		size_t width = metric_width(metric);

		if (metric->kind == STAT_KIND_HISTOGRAM)
			build_histogram((const void *)(row + metric->offset), message->values + at);
		else
			memcpy(message->values + at, row + metric->offset, width * sizeof(int64_t));
		at += width;
	}
}

static char *copy_text(const char *row, const struct stat_text *text)
{
	char *copy = memory_new(text->size + 1);

	memcpy(copy, row + text->offset, text->size);
	return copy;
}

static void build_row(const void *data, enum process_id process, void *argument)
{
	struct building *building = argument;
	const struct stat_family *family = building->family;
	const struct stat_row *row = data;
	Lbd__Row *message = memory_new(sizeof(*message));

	lbd__row__init(message);
	message->has_process = message->has_since = message->has_present = 1;
	message->process = process;
	message->since = row->since;
	message->present = row->present;
	message->n_texts = family->label_count + family->info_count;
	message->texts = memory_array(message->n_texts, sizeof(*message->texts));
	for (size_t i = 0; i < family->label_count; i++)
		message->texts[i] = copy_text(data, &family->labels[i]);
	for (size_t i = 0; i < family->info_count; i++)
		message->texts[family->label_count + i] = copy_text(data, &family->infos[i]);
	build_values(building, data, message);
	if (building->message->n_rows == building->room) {
		building->room = building->room ? building->room * 2 : 16;
		building->message->rows = memory_resize(building->message->rows, building->room,
							sizeof(*building->message->rows));
	}
	building->message->rows[building->message->n_rows++] = message;
}

static Lbd__Family *build_family(struct stat_reader *reader, enum stat_family_id id)
{
	const struct stat_family *family = &stat_families[id];
	struct building building = {.family = family, .message = memory_new(sizeof(Lbd__Family))};
	Lbd__Family *message = building.message;

	lbd__family__init(message);
	message->name = memory_string(family->name);
	message->n_labels = family->label_count;
	message->labels = copy_texts(family->labels, family->label_count);
	message->n_infos = family->info_count;
	message->infos = copy_texts(family->infos, family->info_count);
	message->n_columns = family->metric_count;
	message->columns = memory_array(family->metric_count, sizeof(*message->columns));
	for (size_t i = 0; i < family->metric_count; i++) {
		message->columns[i] = build_column(&family->metrics[i]);
		building.width += metric_width(&family->metrics[i]);
	}
	stat_reader_each(reader, id, build_row, &building);
	return message;
}

static Lbd__ProcessStatus *build_process(struct stat_reader *reader, enum process_id id)
{
	static const char *const texts[] = {"absent", "stale", "alive"};
	struct stat_segment_info info = stat_reader_segment(reader, id);
	Lbd__ProcessStatus *message = memory_new(sizeof(*message));

	lbd__process_status__init(message);
	message->name = memory_string(process_name(id));
	message->liveness = memory_string(texts[info.liveness]);
	if (info.liveness != STAT_ABSENT) {
		message->has_heartbeat_age = 1;
		message->has_generation = info.generation > 0;
		message->heartbeat_age = clock_now() - info.heartbeat;
		message->generation = info.generation;
	}
	return message;
}

Lbd__Status *status_read(struct stat_reader *reader, const char *version)
{
	Lbd__Status *status = memory_new(sizeof(*status));
	char host[256] = "";

	stat_reader_refresh(reader);
	gethostname(host, sizeof(host) - 1);
	lbd__status__init(status);
	status->has_wall = status->has_torn = 1;
	status->wall = clock_wall();
	status->version = memory_string(version);
	status->host = memory_string(host);
	status->n_processes = PROCESS_COUNT;
	status->processes = memory_array(PROCESS_COUNT, sizeof(*status->processes));
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		status->processes[i] = build_process(reader, (enum process_id)i);
	status->n_families = STAT_FAMILY_COUNT;
	status->families = memory_array(STAT_FAMILY_COUNT, sizeof(*status->families));
	for (unsigned i = 0; i < STAT_FAMILY_COUNT; i++)
		status->families[i] = build_family(reader, (enum stat_family_id)i);
	status->torn = stat_reader_torn(reader);
	return status;
}

/* --- looking --------------------------------------------------------------------------------- */

const Lbd__Family *status_family(const Lbd__Status *status, const char *name)
{
	for (size_t i = 0; i < status->n_families; i++)
		if (strcmp(status->families[i]->name, name) == 0)
			return status->families[i];
	return NULL;
}

const char *status_text(const Lbd__Family *family, const Lbd__Row *row, const char *name)
{
	for (size_t i = 0; i < family->n_labels; i++)
		if (strcmp(family->labels[i], name) == 0)
			return row->texts[i];
	for (size_t i = 0; i < family->n_infos; i++)
		if (strcmp(family->infos[i], name) == 0)
			return row->texts[family->n_labels + i];
	return "";
}

size_t status_width(const Lbd__Column *column)
{
	if (column->kind == LBD__COLUMN__KIND__COUNTERS)
		return column->n_members;
	return column->kind == LBD__COLUMN__KIND__HISTOGRAM ? column->n_bounds + 3 : 1;
}

static const Lbd__Column *find_column(const Lbd__Family *family, const char *name, size_t *index,
				      size_t *first)
{
	*first = 0;
	for (*index = 0; *index < family->n_columns; ++*index) {
		const Lbd__Column *column = family->columns[*index];

		if (strcmp(column->name, name) == 0)
			return column;
		*first += status_width(column);
	}
	return NULL;
}

const Lbd__Column *status_column(const Lbd__Family *family, const char *name, size_t *first)
{
	size_t index;

	return find_column(family, name, &index, first);
}

bool status_value(const Lbd__Family *family, const Lbd__Row *row, const char *name, int64_t *value)
{
	size_t index, first;
	const Lbd__Column *column = find_column(family, name, &index, &first);

	if (!column || status_width(column) == 0 || !(row->present >> index & 1))
		return false;
	*value = row->values[first];
	return true;
}

const char *status_member(const Lbd__Column *column, int64_t value)
{
	if (value < 0 || (uint64_t)value >= column->n_members)
		return "unknown";
	return column->members[value];
}

bool status_is_fresh(const Lbd__Status *status, const Lbd__Row *row)
{
	return row->process < status->n_processes &&
	       strcmp(status->processes[row->process]->liveness, "alive") == 0;
}

static bool family_is_whole(const Lbd__Family *family)
{
	size_t width = 0;

	if (!family->name || family->n_columns > 64)
		return false;
	for (size_t i = 0; i < family->n_columns; i++) {
		if (!family->columns[i]->name)
			return false;
		width += status_width(family->columns[i]);
	}
	for (size_t i = 0; i < family->n_rows; i++)
		if (family->rows[i]->n_texts != family->n_labels + family->n_infos ||
		    family->rows[i]->n_values != width)
			return false;
	return true;
}

bool status_is_whole(const Lbd__Status *status)
{
	for (size_t i = 0; i < status->n_processes; i++)
		if (!status->processes[i]->name || !status->processes[i]->liveness)
			return false;
	for (size_t i = 0; i < status->n_families; i++)
		if (!family_is_whole(status->families[i]))
			return false;
	return true;
}
