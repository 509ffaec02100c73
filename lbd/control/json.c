/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON of events and status. */
#include "control/json.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "control/status.h"

/* Texts come from the network and from files: what is no UTF-8 is said so instead of being lost. */
static json_t *json_text(const char *text)
{
	json_t *value = json_string(text ? text : "");

	return value ? value : json_string("(not UTF-8)");
}

static json_t *json_fraction(int64_t number, unsigned digits)
{
	uint64_t magnitude = number < 0 ? -(uint64_t)number : (uint64_t)number;

	return json_decimal(magnitude, number < 0, digits);
}

static json_t *json_seconds(int64_t nanoseconds)
{
	return json_fraction(nanoseconds, 9);
}

/* "2026-11-23T02:08:08.123456789Z" */
static json_t *json_instant(int64_t wall)
{
	time_t seconds = (time_t)(wall / CLOCK_SECOND);
	struct tm utc;
	char date[32];

	if (wall < 0 || !gmtime_r(&seconds, &utc) ||
	    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc) == 0)
		return json_null();
	return json_sprintf("%s.%09dZ", date, (int)(wall % CLOCK_SECOND));
}

/* --- events ---------------------------------------------------------------------------------- */

static json_t *json_fact(const Lbd__Fact *fact)
{
	if (!fact->has_number)
		return json_text(fact->text);
	switch (fact->kind) {
	case LBD__FACT__KIND__DURATION:
		return json_seconds(fact->number);
	case LBD__FACT__KIND__TIME:
		return json_instant(fact->number);
	default:
		return json_integer(fact->number);
	}
}

static json_t *json_facts(const Lbd__Event *message, Lbd__Fact__Role role)
{
	json_t *object = json_object();

	for (size_t i = 0; i < message->n_facts; i++)
		if (message->facts[i]->role == role && message->facts[i]->name)
			json_object_set_new(object, message->facts[i]->name,
					    json_fact(message->facts[i]));
	return object;
}

static void set_text_or_null(json_t *object, const char *name, const char *text)
{
	json_object_set_new(object, name, text && *text ? json_text(text) : json_null());
}

json_t *json_from_event(const Lbd__Event *message)
{
	json_t *object = json_object();
	json_t *detail = json_array();

	json_object_set_new(object, "number", json_integer((json_int_t)message->number));
	json_object_set_new(object, "time", json_instant(message->wall));
	json_object_set_new(object, "time_ns", json_integer(message->wall));
	json_object_set_new(object, "kind", json_text(message->kind));
	json_object_set_new(object, "object", json_text(message->object));
	set_text_or_null(object, "from", message->from);
	set_text_or_null(object, "to", message->to);
	json_object_set_new(object, "cause", json_text(message->cause_name));
	json_object_set_new(object, "severity", json_text(message->severity));
	json_object_set_new(object, "evidence", json_facts(message, LBD__FACT__ROLE__EVIDENCE));
	json_object_set_new(object, "effect", json_facts(message, LBD__FACT__ROLE__EFFECT));
	for (size_t i = 0; i < message->n_detail; i++)
		json_array_append_new(detail, json_text(message->detail[i]));
	json_object_set_new(object, "detail", detail);
	return object;
}

/* --- status ---------------------------------------------------------------------------------- */

static unsigned digits_of(const Lbd__Column *column)
{
	switch (column->unit) {
	case LBD__COLUMN__UNIT__SECONDS:
	case LBD__COLUMN__UNIT__TIMESTAMP:
		return 9;
	case LBD__COLUMN__UNIT__PER_SECOND:
	case LBD__COLUMN__UNIT__RATIO:
		return 3;
	default:
		return 0;
	}
}

static json_t *json_count(const Lbd__Column *column, uint64_t value)
{
	return json_decimal(value, false, digits_of(column));
}

static json_t *json_value(const Lbd__Column *column, int64_t value)
{
	if (column->kind == LBD__COLUMN__KIND__STATE)
		return json_text(status_member(column, value));
	if (column->kind == LBD__COLUMN__KIND__COUNTER)
		return json_count(column, (uint64_t)value);
	return json_fraction(value, digits_of(column));
}

static json_t *json_counters(const Lbd__Column *column, const int64_t *values)
{
	json_t *object = json_object();

	for (size_t i = 0; i < column->n_members; i++)
		json_object_set_new(object, column->members[i],
				    json_count(column, (uint64_t)values[i]));
	return object;
}

/* Cumulative, as Prometheus has them: {"buckets": [[0.001, 7], ...], "count": 9, "sum": 0.5}. */
static json_t *json_histogram(const Lbd__Column *column, const int64_t *values)
{
	json_t *object = json_object();
	json_t *buckets = json_array();
	uint64_t below = 0;

	for (size_t i = 0; i < column->n_bounds; i++) {
		below += (uint64_t)values[i];
		json_array_append_new(buckets, json_pack("[o, o]", json_seconds(column->bounds[i]),
							 json_decimal(below, false, 0)));
	}
	json_object_set_new(object, "buckets", buckets);
	json_object_set_new(object, "count",
			    json_decimal((uint64_t)values[column->n_bounds + 1], false, 0));
	json_object_set_new(object, "sum",
			    json_count(column, (uint64_t)values[column->n_bounds + 2]));
	return object;
}

static json_t *json_cell(const Lbd__Column *column, const int64_t *values)
{
	switch (column->kind) {
	case LBD__COLUMN__KIND__COUNTERS:
		return json_counters(column, values);
	case LBD__COLUMN__KIND__HISTOGRAM:
		return json_histogram(column, values);
	default:
		return json_value(column, values[0]);
	}
}

static json_t *json_row(const Lbd__Status *status, const Lbd__Family *family, const Lbd__Row *row)
{
	json_t *object = json_object();
	size_t at = 0;

	for (size_t i = 0; i < family->n_labels; i++)
		json_object_set_new(object, family->labels[i], json_text(row->texts[i]));
	for (size_t i = 0; i < family->n_infos; i++)
		json_object_set_new(object, family->infos[i],
				    json_text(row->texts[family->n_labels + i]));
	for (size_t i = 0; i < family->n_columns; i++) {
		const Lbd__Column *column = family->columns[i];

		if (row->present >> i & 1)
			json_object_set_new(object, column->name,
					    json_cell(column, row->values + at));
		at += status_width(column);
	}
	json_object_set_new(object, "since", json_seconds(row->since));
	json_object_set_new(object, "fresh", json_boolean(status_is_fresh(status, row)));
	return object;
}

static json_t *json_processes(const Lbd__Status *status)
{
	json_t *array = json_array();

	for (size_t i = 0; i < status->n_processes; i++) {
		const Lbd__ProcessStatus *process = status->processes[i];
		json_t *object = json_object();

		json_object_set_new(object, "process", json_text(process->name));
		json_object_set_new(object, "liveness", json_text(process->liveness));
		if (process->has_heartbeat_age)
			json_object_set_new(object, "heartbeat_age",
					    json_seconds(process->heartbeat_age));
		if (process->has_generation)
			json_object_set_new(object, "generation",
					    json_integer((json_int_t)process->generation));
		json_array_append_new(array, object);
	}
	return array;
}

/* Of the configuration in force, where programs look first. */
static void set_generation(json_t *object, const Lbd__Status *status)
{
	const Lbd__Family *family = status_family(status, "config");
	int64_t generation;

	for (size_t i = 0; family && i < family->n_rows; i++)
		if (status_value(family, family->rows[i], "generation", &generation))
			json_object_set_new(object, "generation", json_integer(generation));
}

json_t *json_from_status(const Lbd__Status *status)
{
	json_t *object = json_object();

	json_object_set_new(object, "time", json_instant(status->wall));
	json_object_set_new(object, "time_ns", json_integer(status->wall));
	json_object_set_new(object, "version", json_text(status->version));
	json_object_set_new(object, "host", json_text(status->host));
	set_generation(object, status);
	json_object_set_new(object, "segments", json_processes(status));
	for (size_t i = 0; i < status->n_families; i++) {
		const Lbd__Family *family = status->families[i];
		json_t *rows = json_array();

		for (size_t j = 0; j < family->n_rows; j++)
			json_array_append_new(rows, json_row(status, family, family->rows[j]));
		json_object_set_new(object, family->name, rows);
	}
	return object;
}
