/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an answer means, and how long to wait for the next try. */
#include "base/clock.h"
#include "exporters/push/push.h"

#define WAIT_FIRST CLOCK_SECOND
#define WAIT_MOST (30 * CLOCK_SECOND)
#define RETRY_AFTER_MOST (600 * CLOCK_SECOND)

static bool may_be_tried_again(enum push_protocol protocol, long status)
{
	if (status == 429)
		return true;
	if (protocol == PUSH_OTLP)
		return status == 502 || status == 503 || status == 504;
	return status >= 500 && status <= 599;
}

enum push_verdict push_judge(enum push_protocol protocol, enum push_end end, long status)
{
	bool good = status >= 200 && status <= 299;

	/* The target has taken it, or has not; once more would do no better. */
	if (end == PUSH_TOO_LARGE)
		return may_be_tried_again(protocol, status) ? PUSH_AGAIN : PUSH_NEVER;
	if (end != PUSH_ANSWERED)
		return PUSH_AGAIN;
	if (good)
		return PUSH_DELIVERED;
	return may_be_tried_again(protocol, status) ? PUSH_AGAIN : PUSH_NEVER;
}

int64_t push_wait(unsigned failures, uint32_t random, int64_t retry_after)
{
	int64_t wait = WAIT_FIRST;

	if (retry_after >= 0)
		return retry_after < RETRY_AFTER_MOST ? retry_after : RETRY_AFTER_MOST;
	for (; failures > 1 && wait < WAIT_MOST; failures--)
		wait *= 2;
	if (wait > WAIT_MOST)
		wait = WAIT_MOST;
	/* In milliseconds: nanoseconds times 2^32 do not fit. */
	wait /= 2 * CLOCK_MILLISECOND;
	return (wait + wait * random / UINT32_MAX) * CLOCK_MILLISECOND;
}
