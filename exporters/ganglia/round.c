/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One round: which metrics have a value now, what it is, and which of them gmond must be told of first. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "exporters/ganglia/ganglia.h"

/* --- values -------------------------------------------------------------------------------------- */

/* Units to base units: powers of ten. */
static unsigned decimals(const struct ganglia_metric *metric)
{
	return stat_unit_digits(stat_families[metric->family].metrics[metric->index].unit);
}

static uint64_t power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

/* A value that grows over objects: whole numbers in one of the two, rates in the other. */
struct sum {
	uint64_t total; /* of TOTAL */
	int64_t number; /* of VALUE, MOST, IS, ROWS */
	double rate;    /* of RATE */
	bool any;
};

static void add(struct sum *sum, const struct ganglia_metric *metric, const struct ganglia_object *object)
{
	const struct stat_metric *source = &stat_families[metric->family].metrics[metric->index];
	const struct stat_row *row = object->row;
	int64_t number = 0;
	double rate = 0;

	if (!stat_has(row, metric->index) ||
	    (metric->how == GANGLIA_RATE && !ganglia_book_rate(object, metric, &rate)))
		return;
	if (metric->how == GANGLIA_TOTAL)
		sum->total += ganglia_book_total(object, metric);
	else if (metric->how != GANGLIA_RATE)
		number = *(const int64_t *)(const void *)((const char *)row + source->offset);
	if (metric->how == GANGLIA_IS)
		number = number == metric->part;
	else if (metric->how == GANGLIA_ROWS)
		number = 1;
	if (metric->how != GANGLIA_MOST)
		sum->number += number;
	else if (!sum->any || number > sum->number)
		sum->number = number;
	sum->rate += rate;
	sum->any = true;
}

/* As many decimals for each value of a metric, since gmetad rounds a sum to those of the first. */
static void print_number(char text[GANGLIA_NUMBER], int64_t number, unsigned places)
{
	uint64_t size = number < 0 ? -(uint64_t)number : (uint64_t)number;
	uint64_t scale = power_of_ten(places);

	if (places == 0)
		snprintf(text, GANGLIA_NUMBER, "%" PRId64, number);
	else
		snprintf(text, GANGLIA_NUMBER, "%s%" PRIu64 ".%0*" PRIu64, number < 0 ? "-" : "",
			 size / scale, (int)places, size % scale);
}

/* False when there is no value. */
static bool print(char text[GANGLIA_NUMBER], const struct ganglia_metric *metric, const struct sum *sum)
{
	bool counts = metric->how == GANGLIA_IS || metric->how == GANGLIA_ROWS;

	if (!sum->any)
		return false;
	if (metric->how == GANGLIA_RATE)
		snprintf(text, GANGLIA_NUMBER, "%.3f", sum->rate / (double)power_of_ten(decimals(metric)));
	else if (metric->how == GANGLIA_TOTAL)
		snprintf(text, GANGLIA_NUMBER, "%" PRIu64, sum->total);
	else
		print_number(text, sum->number, counts ? 0 : decimals(metric));
	return true;
}

static bool value_of(const struct ganglia_metric *metric, const struct ganglia_object *object,
		     char text[GANGLIA_NUMBER])
{
	struct sum sum = {0};

	add(&sum, metric, object);
	return print(text, metric, &sum);
}

/* --- the plan ------------------------------------------------------------------------------------ */

static void add_item(struct ganglia_round *round, struct ganglia_item item)
{
	if (round->count == round->room) {
		round->room = round->room ? round->room * 2 : 64;
		round->items = memory_resize(round->items, round->room, sizeof(round->items[0]));
	}
	round->items[round->count++] = item;
}

static void plan_summary(struct ganglia_round *round, const struct ganglia_book *book)
{
	struct sum sums[GANGLIA_SCOPE_METRICS] = {{0}};
	unsigned bit = 0;

	for (size_t i = 0; i < ganglia_metric_count; i++) {
		const struct ganglia_metric *metric = &ganglia_metrics[i];

		if (metric->scope != GANGLIA_SUMMARY)
			continue;
		assert(bit < GANGLIA_SCOPE_METRICS);
		for (size_t j = 0; j < book->present_count; j++)
			if (book->present[j]->family == metric->family)
				add(&sums[bit], metric, book->present[j]);
		if (print(round->summary[bit], metric, &sums[bit]))
			add_item(round, (struct ganglia_item){metric, bit, NULL});
		bit++;
	}
}

static void plan_object(struct ganglia_round *round, struct ganglia_object *object, unsigned scopes)
{
	char text[GANGLIA_NUMBER];
	unsigned bit = 0;

	for (size_t i = 0; i < ganglia_metric_count; i++) {
		const struct ganglia_metric *metric = &ganglia_metrics[i];

		if (metric->scope == GANGLIA_SUMMARY || metric->family != object->family ||
		    !(scopes >> metric->scope & 1))
			continue;
		assert(bit < GANGLIA_SCOPE_METRICS);
		if (value_of(metric, object, text))
			add_item(round, (struct ganglia_item){metric, bit, object});
		bit++;
	}
}

/* Half an interval early is better than half an interval late. */
static bool is_due(int64_t at, const struct ganglia_book *book, const struct ganglia_rules *rules)
{
	return book->at - at + rules->interval / 2 >= rules->describe;
}

static void plan_descriptions(struct ganglia_object *object, const struct ganglia_book *book,
			      const struct ganglia_rules *rules)
{
	char host[GANGLIA_HOST];

	if (is_due(object->described_at, book, rules)) {
		object->described = 0;
		object->described_at = book->at;
	}
	if (rules->spoof && object->family == STAT_FAMILY_REAL_SERVER && !object->host)
		object->host = memory_string(ganglia_host_of(
			rules->spoof, ((const struct stat_real_server *)object->row)->real_server, host));
}

void ganglia_round_plan(struct ganglia_round *round, struct ganglia_book *book,
			const struct ganglia_rules *rules, size_t first)
{
	round->count = 0;
	if (is_due(round->described_at, book, rules)) {
		round->described = 0;
		round->described_at = book->at;
	}
	plan_summary(round, book);
	for (size_t i = 0; i < book->present_count; i++) {
		struct ganglia_object *object = book->present[(first + i) % book->present_count];

		plan_descriptions(object, book, rules);
		plan_object(round, object, rules->scopes);
	}
}

/* --- datagrams ----------------------------------------------------------------------------------- */

static uint64_t described(const struct ganglia_round *round, const struct ganglia_item *item)
{
	return item->object ? item->object->described : round->described;
}

bool ganglia_round_undescribed(const struct ganglia_round *round, size_t i)
{
	return !(described(round, &round->items[i]) >> round->items[i].bit & 1);
}

void ganglia_round_described(struct ganglia_round *round, size_t i)
{
	const struct ganglia_item *item = &round->items[i];
	uint64_t *mask = item->object ? &item->object->described : &round->described;

	*mask |= UINT64_C(1) << item->bit;
}

static struct ganglia_host host_of(const struct ganglia_item *item, const struct ganglia_rules *rules)
{
	bool spoof = item->object && item->object->host;

	return (struct ganglia_host){spoof ? item->object->host : rules->host, spoof};
}

static const char *name_of(const struct ganglia_item *item, const struct ganglia_host *host,
			   const struct ganglia_rules *rules, char text[GANGLIA_TEXT])
{
	return ganglia_name(item->metric, item->object ? item->object->row : NULL,
			    host->spoof ? rules->host : NULL, text);
}

void ganglia_round_describe(const struct ganglia_round *round, size_t i, const struct ganglia_rules *rules,
			    struct ganglia_datagram *datagram)
{
	const struct ganglia_item *item = &round->items[i];
	const struct stat_row *row = item->object ? item->object->row : NULL;
	struct ganglia_host host = host_of(item, rules);
	char name[GANGLIA_TEXT], title[GANGLIA_TEXT], group[GANGLIA_TEXT], text[GANGLIA_TEXT];

	ganglia_describe(datagram, &host,
			 &(struct ganglia_description){
				 .name = name_of(item, &host, rules, name),
				 .units = item->metric->units,
				 .title = ganglia_title(item->metric, row, title),
				 .group = ganglia_group(item->metric, row, group),
				 .description = ganglia_description(item->metric, text),
				 .most_age = (unsigned)(rules->interval / CLOCK_SECOND),
				 .lifetime = rules->lifetime,
			 });
}

void ganglia_round_value(const struct ganglia_round *round, size_t i, const struct ganglia_rules *rules,
			 struct ganglia_datagram *datagram)
{
	const struct ganglia_item *item = &round->items[i];
	struct ganglia_host host = host_of(item, rules);
	char name[GANGLIA_TEXT], text[GANGLIA_NUMBER];

	name_of(item, &host, rules, name);
	if (!item->object)
		ganglia_value(datagram, &host, name, round->summary[item->bit]);
	else if (value_of(item->metric, item->object, text))
		ganglia_value(datagram, &host, name, text);
	else
		datagram->length = 0; /* the plan has no such item */
}

void ganglia_round_forget(struct ganglia_round *round)
{
	round->described = 0;
}

void ganglia_round_free(struct ganglia_round *round)
{
	free(round->items);
	*round = (struct ganglia_round){0};
}
