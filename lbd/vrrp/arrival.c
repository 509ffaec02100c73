/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gaps between advertisements. */
#include "vrrp/arrival.h"

void arrival_forget(struct arrival *arrival)
{
	*arrival = (struct arrival){0};
}

/* Two minutes, of which the older is dropped when the newer is full. */
static void turn_minute(struct arrival *arrival, int64_t now)
{
	int64_t passed = now - arrival->minute;

	if (passed < ARRIVAL_MINUTE)
		return;
	arrival->before = passed < 2 * ARRIVAL_MINUTE ? arrival->longest : 0;
	arrival->longest = 0;
	arrival->minute = now;
}

bool arrival_take(struct arrival *arrival, uint32_t sender, int64_t interval, int64_t now,
		  int64_t *deviation)
{
	int64_t gap = now - arrival->last;

	if (!arrival->begun || sender != arrival->sender) {
		*arrival = (struct arrival){
			.begun = true, .sender = sender, .last = now, .minute = now};
		return false;
	}
	turn_minute(arrival, now);
	arrival->last = now;
	if (gap > arrival->longest)
		arrival->longest = gap;
	*deviation = gap > interval ? gap - interval : interval - gap;
	return true;
}

int64_t arrival_longest(const struct arrival *arrival)
{
	return arrival->longest > arrival->before ? arrival->longest : arrival->before;
}

int64_t arrival_margin(int64_t gap, int64_t master_down_interval)
{
	if (gap >= master_down_interval)
		return 0;
	/* Divided first: an interval of 41 s in ns times 1000 has room, but nobody need count it. */
	return 1000 - (gap + master_down_interval / 2000) / (master_down_interval / 1000);
}
