/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Families as tables. */
#include "exporters/snmp/catalogue.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "exporters/snmp/view.h"

/* What finds the value of a column in a row. */
struct source {
	enum { FROM_METRIC, FROM_AGE, FROM_TEXT, FROM_SINCE } from;
	unsigned index; /* of the metric: its bit in `present` */
	unsigned part;
	const struct stat_metric *metric;
	const struct stat_text *text;
};

struct index_rule {
	const char *family, *label;
	enum syntax syntax;
	size_t most;
};

static const struct index_rule index_rules[] = {
#define INDEX(family, label, SYNTAX, most) {#family, #label, SYNTAX_##SYNTAX, most},
#define SINGLE(family)
#include "exporters/snmp/index.def"
#undef INDEX
#undef SINGLE
};

static const char *const single_families[] = {
#define INDEX(family, label, SYNTAX, most)
#define SINGLE(family) #family,
#include "exporters/snmp/index.def"
#undef INDEX
#undef SINGLE
};

void catalogue_camel(char name[TABLE_NAME], const char *text)
{
	size_t length = strlen(name);
	bool begins = true;

	for (; *text; text++) {
		if (!isalnum((unsigned char)*text)) {
			begins = true;
			continue;
		}
		assert(length < TABLE_NAME - 1);
		name[length++] = begins ? (char)toupper((unsigned char)*text) : *text;
		begins = false;
	}
	name[length] = '\0';
}

static bool is_single(const struct stat_family *family)
{
	for (size_t i = 0; i < sizeof(single_families) / sizeof(single_families[0]); i++)
		if (strcmp(single_families[i], family->name) == 0)
			return true;
	return family->label_count == 1 && strcmp(family->labels[0].name, "scope") == 0;
}

static struct index_rule rule_for(const struct stat_family *family, const struct stat_text *label)
{
	struct index_rule rule = {family->name, label->name, SYNTAX_TEXT, INDEX_TEXT};

	for (size_t i = 0; i < sizeof(index_rules) / sizeof(index_rules[0]); i++)
		if (strcmp(index_rules[i].family, family->name) == 0 &&
		    strcmp(index_rules[i].label, label->name) == 0)
			return index_rules[i];
	if (label->size - 1 < rule.most)
		rule.most = label->size - 1;
	return rule;
}

/* --- columns */

struct building {
	const struct stat_family *family;
	struct table *table;
	size_t room;
};

static struct column *add_column(struct building *building, uint32_t id, enum syntax syntax,
				 const char *name, const char *help)
{
	struct table *table = building->table;
	struct column *column;

	if (table->column_count == building->room) {
		building->room = building->room * 2 + 16;
		table->columns =
			memory_resize(table->columns, building->room, sizeof(*table->columns));
	}
	column = &table->columns[table->column_count++];
	*column = (struct column){.id = id, .syntax = syntax, .help = help};
	TEXT_COPY(column->name, table->name);
	/* "lbdCheckName", not "lbdCheckCheck". */
	catalogue_camel(column->name, strcmp(name, building->family->name) == 0 ? "name" : name);
	return column;
}

static struct source *new_source(struct column *column, struct source source)
{
	struct source *kept = memory_new(sizeof(*kept));

	*kept = source;
	column->what = kept;
	return kept;
}

static const char *unit_text(enum stat_unit unit)
{
	switch (unit) {
	case STAT_UNIT_SECONDS:
		return "nanoseconds";
	case STAT_UNIT_BYTES:
		return "bytes";
	case STAT_UNIT_PER_SECOND:
		return "thousandths per second";
	case STAT_UNIT_RATIO:
		return "thousandths";
	case STAT_UNIT_NONE:
	case STAT_UNIT_TIMESTAMP:
		break;
	}
	return NULL;
}

static enum syntax syntax_of(const struct stat_metric *metric)
{
	switch (metric->kind) {
	case STAT_KIND_COUNTER:
	case STAT_KIND_COUNTERS:
	case STAT_KIND_HISTOGRAM:
		return SYNTAX_COUNTER;
	case STAT_KIND_STATE:
		return SYNTAX_STATE;
	case STAT_KIND_GAUGE:
		break;
	}
	switch (metric->unit) {
	case STAT_UNIT_TIMESTAMP:
		return SYNTAX_DATE;
	case STAT_UNIT_NONE:
		return SYNTAX_GAUGE;
	case STAT_UNIT_RATIO:
		return SYNTAX_INTEGER;
	case STAT_UNIT_SECONDS:
	case STAT_UNIT_BYTES:
	case STAT_UNIT_PER_SECOND:
		break;
	}
	return SYNTAX_GAUGE64;
}

static struct column *add_part(struct building *building, const struct stat_metric *metric,
			       unsigned part, const char *suffix)
{
	struct column *column = add_column(building, metric->column + part, syntax_of(metric),
					   metric->name, metric->help);
	unsigned index = (unsigned)(metric - building->family->metrics);

	catalogue_camel(column->name, suffix);
	column->set = metric->kind == STAT_KIND_STATE ? metric->set : NULL;
	column->units = unit_text(metric->unit);
	new_source(column, (struct source){.from = FROM_METRIC,
					   .index = index,
					   .part = part,
					   .metric = metric});
	return column;
}

static void add_age(struct building *building, const struct stat_metric *metric)
{
	struct column *column = add_column(building, CATALOGUE_AGE + metric->column, SYNTAX_TICKS,
					   metric->name, metric->help);

	catalogue_camel(column->name, "age");
	column->more = "how long ago that was";
	new_source(column, (struct source){.from = FROM_AGE,
					   .index = (unsigned)(metric - building->family->metrics),
					   .metric = metric});
}

static void add_metric(struct building *building, const struct stat_metric *metric)
{
	switch (metric->kind) {
	case STAT_KIND_COUNTERS:
		for (unsigned i = 0; i < metric->set->count; i++)
			add_part(building, metric, i, metric->set->values[i].text)->more =
				metric->set->values[i].help;
		return;
	case STAT_KIND_HISTOGRAM:
		add_part(building, metric, 0, "count")->units = NULL;
		building->table->columns[building->table->column_count - 1].more =
			"number of observations";
		add_part(building, metric, 1, "sum")->more = "sum of all observations";
		return;
	case STAT_KIND_COUNTER:
	case STAT_KIND_GAUGE:
	case STAT_KIND_STATE:
		add_part(building, metric, 0, "");
		break;
	}
	if (metric->unit == STAT_UNIT_TIMESTAMP)
		add_age(building, metric);
}

static void add_texts(struct building *building, const struct stat_text *texts, size_t count,
		      uint32_t first)
{
	for (size_t i = 0; i < count; i++) {
		struct column *column = add_column(building, first + (uint32_t)i, SYNTAX_TEXT,
						   texts[i].name, texts[i].help);

		column->size = texts[i].size - 1;
		new_source(column, (struct source){.from = FROM_TEXT, .text = &texts[i]});
	}
}

static void add_since(struct building *building)
{
	struct column *column =
		add_column(building, CATALOGUE_SINCE, SYNTAX_DATE, "since",
			   "when the counters of this row began at 0, and when they were last "
			   "interrupted: their discontinuity time");

	new_source(column, (struct source){.from = FROM_SINCE});
}

static int order_columns(const void *left, const void *right)
{
	const struct column *a = left, *b = right;

	return a->id < b->id ? -1 : a->id > b->id;
}

/* --- indexes */

static void add_index(struct building *building, const char *label, const char *suffix,
		      enum syntax syntax, size_t size, const char *help)
{
	struct table *table = building->table;
	struct column *index;

	table->indexes = memory_resize(table->indexes, table->index_count + 1, sizeof(*index));
	index = &table->indexes[table->index_count];
	*index = (struct column){.id = CATALOGUE_INDEX + (uint32_t)table->index_count,
				 .syntax = syntax,
				 .size = size,
				 .help = help};
	TEXT_COPY(index->name, table->name);
	catalogue_camel(index->name, "index");
	catalogue_camel(index->name, label);
	catalogue_camel(index->name, suffix);
	table->index_count++;
}

static void add_indexes(struct building *building)
{
	for (size_t i = 0; i < building->family->label_count; i++) {
		const struct stat_text *label = &building->family->labels[i];
		struct index_rule rule = rule_for(building->family, label);

		if (rule.syntax != SYNTAX_ADDRESS) {
			add_index(building, label->name, "", rule.syntax, rule.most, label->help);
			continue;
		}
		add_index(building, label->name, "type", SYNTAX_ADDRESS_TYPE, 0, label->help);
		add_index(building, label->name, "address", SYNTAX_ADDRESS, 0, label->help);
		add_index(building, label->name, "port", SYNTAX_UNSIGNED, 0,
			  "the port; for a firewall mark the mark");
	}
}

/* --- answering */

static bool index_add_label(struct object_id *index, const struct index_rule *rule,
			    const char *text)
{
	switch (rule->syntax) {
	case SYNTAX_ADDRESS:
		return table_index_address(index, text);
	case SYNTAX_PROTOCOL:
		return table_index_protocol(index, text);
	case SYNTAX_UNSIGNED:
		return table_index_number(index, text);
	case SYNTAX_ADDRESS_TYPE:
		return object_id_add(index, strcmp(text, "ipv6") == 0 ? 2 : 1);
	default:
		return table_index_text(index, text, rule->most);
	}
}

static void fill_family(const struct table *table, const struct moment *moment,
			struct view_table *rows)
{
	enum stat_family_id id = (enum stat_family_id)table->which;
	const struct stat_family *family = &stat_families[id];
	struct index_rule rules[CATALOGUE_LABELS];
	bool single = table->index_count == 0;

	for (size_t i = 0; i < family->label_count; i++)
		rules[i] = rule_for(family, &family->labels[i]);
	for (size_t i = 0; i < moment->snapshot.families[id].count; i++) {
		const struct stat_row *row = snapshot_row(&moment->snapshot, id, i);
		struct object_id index = {0};
		bool whole = true;

		if (single)
			object_id_add(&index, 0);
		for (size_t j = 0; !single && whole && j < family->label_count; j++)
			whole = index_add_label(&index, &rules[j],
						(const char *)row + family->labels[j].offset);
		if (whole)
			view_add(rows, &index, row);
	}
}

static void read_gauge(const struct stat_metric *metric, int64_t number, struct value *value)
{
	switch (syntax_of(metric)) {
	case SYNTAX_DATE:
		value_date(value, number);
		break;
	case SYNTAX_GAUGE:
		value_unsigned(value, number);
		break;
	case SYNTAX_INTEGER:
		value_integer(value, number);
		break;
	default:
		value_gauge64(value, number);
		break;
	}
}

static void read_metric(const struct source *source, const void *at, struct value *value)
{
	const struct stat_metric *metric = source->metric;

	switch (metric->kind) {
	case STAT_KIND_COUNTER:
	case STAT_KIND_COUNTERS:
		value_counter(value, ((const uint64_t *)at)[source->part]);
		break;
	case STAT_KIND_HISTOGRAM:
		value_counter(value, source->part == 0
					     ? ((const struct stat_histogram *)at)->count
					     : ((const struct stat_histogram *)at)->sum);
		break;
	case STAT_KIND_STATE:
		value_state(value, *(const int64_t *)at);
		break;
	case STAT_KIND_GAUGE:
		read_gauge(metric, *(const int64_t *)at, value);
		break;
	}
}

static bool read_family(const struct column *column, const void *row, const struct moment *moment,
			struct value *value)
{
	const struct source *source = column->what;
	const char *bytes = row;

	switch (source->from) {
	case FROM_TEXT:
		value_text(value, bytes + source->text->offset, column->size);
		return true;
	case FROM_SINCE:
		value_date(value, ((const struct stat_row *)row)->since);
		return true;
	case FROM_METRIC:
	case FROM_AGE:
		break;
	}
	if (!stat_has(row, source->index))
		return false;
	if (source->from == FROM_METRIC)
		read_metric(source, bytes + source->metric->offset, value);
	else
		value_ticks(value,
			    moment->wall - *(const int64_t *)(bytes + source->metric->offset));
	return true;
}

/* --- all of them */

static void build_family(struct table *table, enum stat_family_id id)
{
	const struct stat_family *family = &stat_families[id];
	struct building building = {.family = family, .table = table};

	assert(family->oid < CATALOGUE_OWN && family->label_count <= CATALOGUE_LABELS);
	*table = (struct table){.help = family->help,
				.fill = fill_family,
				.read = read_family,
				.which = id,
				.arcs = {CATALOGUE_OBJECTS, family->oid, 1},
				.arc_count = is_single(family) ? 2 : 3};
	TEXT_COPY(table->name, "lbd");
	catalogue_camel(table->name, family->name);
	for (size_t i = 0; i < family->metric_count; i++)
		add_metric(&building, &family->metrics[i]);
	add_texts(&building, family->labels, family->label_count, CATALOGUE_LABEL);
	add_texts(&building, family->infos, family->info_count, CATALOGUE_INFO);
	add_since(&building);
	qsort(table->columns, table->column_count, sizeof(*table->columns), order_columns);
	if (!is_single(family))
		add_indexes(&building);
}

static int order_tables(const void *left, const void *right)
{
	const struct table *a = *(const struct table *const *)left;
	const struct table *b = *(const struct table *const *)right;

	return object_id_compare(a->arcs, a->arc_count, b->arcs, b->arc_count);
}

const struct table *const *catalogue_tables(size_t *count)
{
	static struct table tables[STAT_FAMILY_COUNT + CATALOGUE_OWN_TABLES];
	static const struct table *list[STAT_FAMILY_COUNT + CATALOGUE_OWN_TABLES];

	*count = sizeof(list) / sizeof(list[0]);
	if (list[0])
		return list;
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		build_family(&tables[i], (enum stat_family_id)i);
	catalogue_own(tables + STAT_FAMILY_COUNT);
	for (size_t i = 0; i < *count; i++)
		list[i] = &tables[i];
	qsort(list, *count, sizeof(list[0]), order_tables);
	return list;
}
