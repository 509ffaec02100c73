/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters and rates. */
#include "director/count.h"

#include <string.h>

void count_advance(struct ipvs_counters *published, struct ipvs_counters *raw,
		   const struct ipvs_counters *kernel)
{
	bool reset = false;

	for (int i = 0; i < IPVS_COUNTERS; i++)
		reset = reset || kernel->values[i] < raw->values[i];
	for (int i = 0; i < IPVS_COUNTERS; i++)
		published->values[i] += kernel->values[i] - (reset ? 0 : raw->values[i]);
	*raw = *kernel;
}

static bool idle(struct count_rate *rate, int64_t now, int64_t rates[IPVS_COUNTERS])
{
	/* Half a period of patience: we may have read just before the copy was made. */
	if (now - rate->since < COUNT_PERIOD + COUNT_PERIOD / 2)
		return false;
	rate->since += COUNT_PERIOD;
	memset(rates, 0, IPVS_COUNTERS * sizeof(*rates));
	return true;
}

bool count_rates(struct count_rate *rate, const struct ipvs_counters *published, bool frozen,
		 int64_t now, int64_t rates[IPVS_COUNTERS])
{
	int64_t periods, residue;

	if (!rate->begun) {
		rate->begun = true;
		rate->since = now;
		rate->base = *published;
		return false;
	}
	if (memcmp(published, &rate->base, sizeof(*published)) == 0)
		return !frozen && idle(rate, now, rates);
	periods = (now - rate->since + COUNT_PERIOD / 2) / COUNT_PERIOD;
	if (periods < 1)
		periods = 1;
	for (int i = 0; i < IPVS_COUNTERS; i++) {
		double delta = (double)(published->values[i] - rate->base.values[i]);

		rates[i] = (int64_t)(delta * 1e12 / ((double)periods * COUNT_PERIOD) + 0.5);
	}
	/* Follow the kernel's phase, which drifts by a tick of its timer now and then, smoothly: an
	 * observation is late by up to our own reading interval. */
	residue = now - rate->since - periods * COUNT_PERIOD;
	rate->since += periods * COUNT_PERIOD + residue / 4;
	rate->base = *published;
	return true;
}
