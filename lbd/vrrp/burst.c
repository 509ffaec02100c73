/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One packet after the other: rounds over all addresses, so that each is announced once early
 * on. */
#include "vrrp/burst.h"

void burst_stop(struct burst *burst)
{
	*burst = (struct burst){
		.at = BURST_NEVER, .second_at = BURST_NEVER, .refresh_at = BURST_NEVER};
}

bool burst_runs(const struct burst *burst)
{
	return burst->rounds_left > 0;
}

static int64_t refresh_after(const struct burst_settings *settings, int64_t now)
{
	return settings->refresh > 0 ? now + settings->refresh : BURST_NEVER;
}

static void run(struct burst *burst, const struct burst_settings *settings, uint32_t rounds,
		int64_t now)
{
	burst->rounds_left = settings->addresses ? rounds : 0;
	burst->next = 0;
	burst->at = burst->rounds_left ? now : BURST_NEVER;
}

void burst_begin(struct burst *burst, const struct burst_settings *settings, uint32_t rounds,
		 int64_t delay, int64_t now)
{
	run(burst, settings, rounds, now);
	burst->second_rounds = rounds;
	burst->second_at = delay > 0 ? now + delay : BURST_NEVER;
	burst->refresh_at = refresh_after(settings, now);
}

static void run_what_is_due(struct burst *burst, const struct burst_settings *settings,
			    int64_t now)
{
	if (burst_runs(burst))
		return;
	if (now >= burst->second_at) {
		burst->second_at = BURST_NEVER;
		run(burst, settings, burst->second_rounds, now);
	} else if (now >= burst->refresh_at) {
		burst->refresh_at = refresh_after(settings, now);
		run(burst, settings, settings->refresh_rounds, now);
	}
}

int64_t burst_take(struct burst *burst, const struct burst_settings *settings, int64_t now)
{
	uint32_t index;

	run_what_is_due(burst, settings, now);
	if (!burst_runs(burst) || now < burst->at)
		return -1;
	index = burst->next++;
	if (burst->next == settings->addresses) {
		burst->next = 0;
		burst->rounds_left--;
	}
	burst->at = burst_runs(burst) ? now + settings->gap : BURST_NEVER;
	return index;
}

int64_t burst_due(const struct burst *burst)
{
	if (burst_runs(burst))
		return burst->at;
	return burst->second_at < burst->refresh_at ? burst->second_at : burst->refresh_at;
}

void burst_adjust(struct burst *burst, const struct burst_settings *settings, int64_t now)
{
	if (burst->next >= settings->addresses)
		burst->next = 0;
	if (settings->addresses == 0)
		run(burst, settings, 0, now);
	burst->refresh_at = refresh_after(settings, now);
}
