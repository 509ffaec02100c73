/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leaving out the empty buckets. */
#include "exporters/base/native.h"

/* Where no more than so many empty buckets lie between two others, they cost less than a span. */
#define GAP_MOST 2

struct making {
	struct native_histogram *native;
	int32_t next; /* number of the bucket after the last one */
	uint64_t last;
};

static int32_t number_of(size_t bucket)
{
	if (bucket == STAT_HISTOGRAM_BOUNDS)
		return NATIVE_INFINITY;
	return STAT_HISTOGRAM_LOWEST * STAT_HISTOGRAM_OCTAVE + (int32_t)bucket;
}

static void append(struct making *making, uint64_t count)
{
	struct native_histogram *native = making->native;

	native->spans[native->span_count - 1].length++;
	native->deltas[native->delta_count++] = (int64_t)(count - making->last);
	making->last = count;
	making->next++;
}

static void add(struct making *making, int32_t number, uint64_t count)
{
	struct native_histogram *native = making->native;
	int32_t gap = number - making->next;

	if (native->span_count == 0 || gap > GAP_MOST) {
		native->spans[native->span_count++] = (struct native_span){.offset = gap};
		making->next = number;
	}
	while (making->next < number)
		append(making, 0);
	append(making, count);
}

void native_histogram_make(struct native_histogram *native, const struct stat_histogram *histogram)
{
	struct making making = {.native = native};

	native->zero_count = native->count = histogram->buckets[0];
	native->span_count = native->delta_count = 0;
	for (size_t i = 1; i <= STAT_HISTOGRAM_BOUNDS; i++) {
		if (histogram->buckets[i] == 0)
			continue;
		native->count += histogram->buckets[i];
		add(&making, number_of(i), histogram->buckets[i]);
	}
}
