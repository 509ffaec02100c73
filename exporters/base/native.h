/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A histogram as Prometheus's native histograms have it: the very buckets of struct stat_histogram,
 * the empty ones left out. Bucket number i of schema s goes from 2^((i-1)/2^s) to 2^(i/2^s). Pure.
 *
 * Observations of at most 2^STAT_HISTOGRAM_LOWEST s are its zero bucket. Those above the highest
 * bound are in the bucket of infinity: there is no other that would not say more than is known, and
 * a quantile that falls there is infinite.
 */
#ifndef LBD_EXPORTERS_BASE_NATIVE_H
#define LBD_EXPORTERS_BASE_NATIVE_H

#include "stat/stat.h"

/* 2^1024 s is beyond the largest double. */
#define NATIVE_INFINITY (1024 * STAT_HISTOGRAM_OCTAVE + 1)

struct native_span {
	int32_t offset; /* of its first bucket from 0, or from the end of the span before */
	uint32_t length;
};

struct native_histogram {
	uint64_t zero_count;
	uint64_t count; /* with the zero bucket's */
	size_t span_count;
	size_t delta_count;
	struct native_span spans[STAT_HISTOGRAM_BOUNDS];
	int64_t deltas[STAT_HISTOGRAM_BOUNDS]; /* of each bucket's count to the one's before */
};

void native_histogram_make(struct native_histogram *native, const struct stat_histogram *histogram);

#endif
