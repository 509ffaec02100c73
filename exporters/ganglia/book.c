/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows that are there, or were a moment ago: a hash table by family and labels. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "exporters/ganglia/ganglia.h"

/* A counter of a family: where its last value is kept. */
struct slot {
	unsigned index;
	int part;
};

struct slots {
	struct slot list[GANGLIA_RATES];
	size_t count;
};

static size_t slot_of(const struct slots *slots, const struct ganglia_metric *metric)
{
	size_t i = 0;

	while (i < slots->count &&
	       (slots->list[i].index != metric->index || slots->list[i].part != metric->part))
		i++;
	return i;
}

/* The counters of which metric.def makes rates, each once. */
static const struct slots *slots_of(enum stat_family_id family)
{
	static struct slots slots[STAT_FAMILY_COUNT];
	static bool made;

	for (size_t i = 0; !made && i < ganglia_metric_count; i++) {
		const struct ganglia_metric *metric = &ganglia_metrics[i];
		struct slots *own = &slots[metric->family];
		size_t slot = metric->how == GANGLIA_RATE ? slot_of(own, metric) : 0;

		if (metric->how != GANGLIA_RATE || slot < own->count)
			continue;
		assert(slot < GANGLIA_RATES);
		own->list[own->count++] = (struct slot){metric->index, metric->part};
	}
	made = true;
	return &slots[family];
}

static uint64_t counter_at(const struct stat_row *row, const struct stat_metric *metric, int part)
{
	const uint64_t *counters = (const void *)((const char *)row + metric->offset);
	uint64_t sum = 0;

	if (metric->kind != STAT_KIND_COUNTERS)
		return *counters;
	for (size_t i = 0; i < metric->set->count; i++)
		if (part == GANGLIA_ALL || (size_t)part == i)
			sum += counters[i];
	return sum;
}

/* --- objects by their labels --------------------------------------------------------------------- */

static size_t labels_size(const struct stat_family *family)
{
	size_t size = 0;

	for (size_t i = 0; i < family->label_count; i++)
		size += family->labels[i].size;
	return size;
}

static bool same(const struct ganglia_object *object, const struct stat_row *row)
{
	const struct stat_family *family = &stat_families[object->family];
	const char *label = object->labels;

	for (size_t i = 0; i < family->label_count; label += family->labels[i++].size)
		if (strcmp(label, (const char *)row + family->labels[i].offset) != 0)
			return false;
	return true;
}

/* FNV-1a, the end of each text included. The labels come from the configuration, not from strangers. */
static uint64_t hash_of(enum stat_family_id id, const struct stat_row *row)
{
	const struct stat_family *family = &stat_families[id];
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ id;

	for (size_t i = 0; i < family->label_count; i++) {
		const char *label = (const char *)row + family->labels[i].offset;

		do
			hash = (hash ^ (unsigned char)*label) * UINT64_C(0x100000001b3);
		while (*label++ != '\0');
	}
	return hash;
}

static void grow(struct ganglia_book *book)
{
	struct ganglia_book larger = *book;

	if (book->count < book->bucket_count)
		return;
	larger.bucket_count = book->bucket_count ? book->bucket_count * 2 : 64;
	larger.buckets = memory_array(larger.bucket_count, sizeof(larger.buckets[0]));
	for (size_t i = 0; i < book->bucket_count; i++)
		while (book->buckets[i]) {
			struct ganglia_object *object = book->buckets[i];
			size_t bucket = object->hash & (larger.bucket_count - 1);

			book->buckets[i] = object->next;
			object->next = larger.buckets[bucket];
			larger.buckets[bucket] = object;
		}
	free(book->buckets);
	*book = larger;
}

static struct ganglia_object *find_or_add(struct ganglia_book *book, enum stat_family_id id,
					  const struct stat_row *row)
{
	const struct stat_family *family = &stat_families[id];
	uint64_t hash = hash_of(id, row);
	struct ganglia_object *object;
	size_t bucket;
	char *label;

	grow(book);
	bucket = hash & (book->bucket_count - 1);
	for (object = book->buckets[bucket]; object; object = object->next)
		if (object->hash == hash && object->family == id && same(object, row))
			return object;
	object = memory_new(sizeof(*object) + labels_size(family));
	object->family = id;
	object->hash = hash;
	label = object->labels;
	for (size_t i = 0; i < family->label_count; label += family->labels[i++].size)
		memcpy(label, (const char *)row + family->labels[i].offset, family->labels[i].size);
	object->next = book->buckets[bucket];
	book->buckets[bucket] = object;
	book->count++;
	return object;
}

static void free_object(struct ganglia_object *object)
{
	free(object->host);
	free(object);
}

static void forget_old(struct ganglia_book *book)
{
	for (size_t i = 0; i < book->bucket_count; i++) {
		struct ganglia_object **link = &book->buckets[i];

		while (*link) {
			struct ganglia_object *object = *link;

			if (book->round - object->round <= GANGLIA_ROUNDS_KEPT) {
				link = &object->next;
				continue;
			}
			*link = object->next;
			free_object(object);
			book->count--;
		}
	}
}

/* --- rounds -------------------------------------------------------------------------------------- */

/* A counter that is smaller than it was, or a row that began anew in between, gives no rate. */
static void rate(const struct ganglia_book *book, struct ganglia_object *object)
{
	const struct slots *slots = slots_of(object->family);
	const struct stat_family *family = &stat_families[object->family];
	double seconds = (double)(book->at - book->before) / CLOCK_SECOND;
	bool good = object->known && object->round + 1 == book->round && seconds > 0 &&
		    object->since == object->row->since;

	for (size_t i = 0; i < slots->count; i++) {
		uint64_t value = counter_at(object->row, &family->metrics[slots->list[i].index],
					    slots->list[i].part);

		good = good && value >= object->counters[i];
		if (good)
			object->rates[i] = (double)(value - object->counters[i]) / seconds;
		object->counters[i] = value;
	}
	object->rated = good;
	object->known = true;
	object->since = object->row->since;
}

static void add_row(struct ganglia_book *book, enum stat_family_id family, const struct stat_row *row)
{
	struct ganglia_object *object = find_or_add(book, family, row);

	/* Two processes may know the same object for a moment. */
	if (object->round == book->round)
		return;
	object->row = row;
	rate(book, object);
	object->round = book->round;
	if (book->present_count == book->present_room) {
		book->present_room = book->present_room ? book->present_room * 2 : 64;
		book->present = memory_resize(book->present, book->present_room,
					      sizeof(book->present[0]));
	}
	book->present[book->present_count++] = object;
}

void ganglia_book_round(struct ganglia_book *book, const struct snapshot *snapshot, int64_t now)
{
	book->round++;
	book->before = book->at;
	book->at = now;
	book->present_count = 0;
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		for (size_t j = 0; j < snapshot->families[i].count; j++)
			add_row(book, (enum stat_family_id)i,
				snapshot_row(snapshot, (enum stat_family_id)i, j));
	forget_old(book);
}

uint64_t ganglia_book_total(const struct ganglia_object *object, const struct ganglia_metric *metric)
{
	return counter_at(object->row, &stat_families[metric->family].metrics[metric->index],
			  metric->part);
}

bool ganglia_book_rate(const struct ganglia_object *object, const struct ganglia_metric *metric, double *result)
{
	const struct slots *slots = slots_of(metric->family);
	size_t slot = slot_of(slots, metric);

	if (!object->rated || slot == slots->count)
		return false;
	*result = object->rates[slot];
	return true;
}

void ganglia_book_forget(struct ganglia_book *book)
{
	for (size_t i = 0; i < book->bucket_count; i++)
		for (struct ganglia_object *object = book->buckets[i]; object; object = object->next) {
			object->described = 0;
			free(object->host);
			object->host = NULL;
		}
}

void ganglia_book_free(struct ganglia_book *book)
{
	for (size_t i = 0; i < book->bucket_count; i++)
		while (book->buckets[i]) {
			struct ganglia_object *object = book->buckets[i];

			book->buckets[i] = object->next;
			free_object(object);
		}
	free(book->buckets);
	free(book->present);
	*book = (struct ganglia_book){0};
}
