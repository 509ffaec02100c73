/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: any bytes as /proc/net/ip_vs_stats_percpu. */
#include "director/percpu.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct percpu reading, again;
	static struct percpu_skew skew;
	static struct percpu_lag lag;
	static int64_t now;

	if (!percpu_parse((const char *)data, size, &reading))
		return 0;
	if (reading.count == 0 || reading.count > PERCPU_MOST ||
	    !percpu_parse((const char *)data, size, &again) || again.count != reading.count ||
	    memcmp(&again.live, &reading.live, sizeof(reading.live)) != 0)
		abort();
	now += INT64_C(7000000000);
	percpu_skew_take(&skew, &reading, reading.count, now);
	if (percpu_lag(&lag, &reading, now) < 0 || (skew.known && skew.skew < 0))
		abort();
	return 0;
}
