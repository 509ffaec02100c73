/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state machine of one check. */
#include "check/schedule.h"

#include "base/clock.h"
#include "check/phase.h"

/* The first point of the check's grid after both `now` and half an interval since the last start, so that
 * coming back to the grid from a retry never makes two probes in quick succession. */
static int64_t next_on_grid(const struct schedule *schedule,
			    const struct schedule_settings *settings, int64_t now)
{
	int64_t interval = settings->interval;
	int64_t offset = phase_offset(settings->slot, interval);
	int64_t after = schedule->started + interval / 2;

	if (after < now)
		after = now;
	if (after < offset)
		return offset;
	return after + interval - (after - offset) % interval;
}

void schedule_begin(struct schedule *schedule, const struct schedule_settings *settings,
		    enum health remembered, int64_t now, int64_t spread)
{
	*schedule = (struct schedule){.verdict = remembered};
	schedule->due = now + (spread > 0 ? phase_offset(settings->slot, spread) : 0);
}

void schedule_start(struct schedule *schedule, int64_t now)
{
	schedule->started = now;
}

static void count_attempt(struct schedule *schedule, enum check_result result)
{
	if (schedule->attempts == 0 || schedule->last != result)
		schedule->attempts = 0;
	schedule->last = result;
	if (schedule->attempts < UINT32_MAX)
		schedule->attempts++;
}

static bool decide(struct schedule *schedule, enum health verdict)
{
	bool changed = schedule->verdict != verdict;

	schedule->verdict = verdict;
	return changed;
}

bool schedule_finish(struct schedule *schedule, const struct schedule_settings *settings,
		     enum check_result result, int64_t now)
{
	count_attempt(schedule, result);
	schedule->due = next_on_grid(schedule, settings, now);
	if (result == CHECK_RESULT_LOCAL)
		return false;
	if (result == CHECK_RESULT_SUCCESS) {
		schedule->failures = 0;
		return decide(schedule, HEALTH_UP);
	}
	if (schedule->failures < UINT32_MAX)
		schedule->failures++;
	if (schedule->verdict == HEALTH_DOWN || schedule->failures > settings->retry)
		return decide(schedule, HEALTH_DOWN);
	schedule->due = now + settings->delay_before_retry;
	return false;
}

void schedule_adapt(struct schedule *schedule, const struct schedule_settings *settings,
		    int64_t now)
{
	schedule->due = next_on_grid(schedule, settings, now);
}

int64_t schedule_spread(int64_t interval, int64_t warmup, uint64_t count)
{
	int64_t spread = CLOCK_SECOND;

	if (warmup > 0)
		return warmup;
	if (count > 1000)
		spread = (int64_t)count * CLOCK_MILLISECOND;
	return spread < interval ? spread : interval;
}
