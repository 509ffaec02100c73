/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where an observation belongs, and the coarse view of where they went. Counting is on the way of
 * every advertisement: a count of leading zeros, a few comparisons, three adds.
 */
#include "stat/stat.h"

/* floor(2^(k/4) s in ns), k from 4 × STAT_HISTOGRAM_LOWEST; a line is an octave. No observation is
 * a root of two (they are whole ns), so rounding down moves none of them over a bound. */
const int64_t stat_histogram_bounds[STAT_HISTOGRAM_BOUNDS] = {
	7629,	     9072,	  10789,       12831,
	15258,	     18145,	  21579,       25662,
	30517,	     36291,	  43158,       51324,
	61035,	     72583,	  86316,       102648,
	122070,	     145166,	  172633,      205296,
	244140,	     290333,	  345266,      410593,
	488281,	     580667,	  690533,      821187,
	976562,	     1161335,	  1381067,     1642375,
	1953125,     2322670,	  2762135,     3284751,
	3906250,     4645340,	  5524271,     6569503,
	7812500,     9290680,	  11048543,    13139006,
	15625000,    18581361,	  22097086,    26278012,
	31250000,    37162722,	  44194173,    52556025,
	62500000,    74325444,	  88388347,    105112051,
	125000000,   148650889,	  176776695,   210224103,
	250000000,   297301778,	  353553390,   420448207,
	500000000,   594603557,	  707106781,   840896415,
	1000000000,  1189207115,  1414213562,  1681792830,
	2000000000,  2378414230,  2828427124,  3363585661,
	4000000000,  4756828460,  5656854249,  6727171322,
	8000000000,  9513656920,  11313708498, 13454342644,
	16000000000, 19027313840, 22627416997, 26908685288,
	32000000000,
};

/* The first bound that a number of so many bits can be below: 2^(bits-1) ns is, in quarters of
 * octaves of a second, 4 (bits - 1) - 4 log2(10^9), and 4 log2(10^9) is 119.6. */
static size_t first_bound(int bits)
{
	int first = STAT_HISTOGRAM_OCTAVE * (bits - 1 - STAT_HISTOGRAM_LOWEST) - 119;

	return first < 0 ? 0 : (size_t)first;
}
_Static_assert(STAT_HISTOGRAM_SCHEMA == 2, "the bounds above are of this schema");

static size_t bucket_of(int64_t nanoseconds)
{
	size_t bucket;

	if (nanoseconds <= stat_histogram_bounds[0])
		return 0;
	bucket = first_bound(64 - __builtin_clzll((unsigned long long)nanoseconds));
	while (bucket < STAT_HISTOGRAM_BOUNDS && nanoseconds > stat_histogram_bounds[bucket])
		bucket++;
	return bucket < STAT_HISTOGRAM_BOUNDS ? bucket : STAT_HISTOGRAM_BOUNDS;
}

void stat_observe(struct stat_histogram *histogram, int64_t nanoseconds)
{
	if (nanoseconds < 0)
		nanoseconds = 0;
	stat_count(histogram->buckets[bucket_of(nanoseconds)], 1);
	stat_count(histogram->sum, nanoseconds);
	stat_count(histogram->count, 1);
}

void stat_histogram_octaves(const struct stat_histogram *histogram,
			    uint64_t octaves[STAT_HISTOGRAM_OCTAVES + 1])
{
	for (size_t i = 0; i <= STAT_HISTOGRAM_OCTAVES; i++)
		octaves[i] = 0;
	for (size_t i = 0; i <= STAT_HISTOGRAM_BOUNDS; i++)
		octaves[(i + STAT_HISTOGRAM_OCTAVE - 1) / STAT_HISTOGRAM_OCTAVE] +=
			histogram->buckets[i];
}
