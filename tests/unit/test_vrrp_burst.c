/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When gratuitous ARP goes out. */
#include "vrrp/burst.h"

#include "base/clock.h"
#include "tests/unit/unit.h"

#define SECOND CLOCK_SECOND

static struct burst burst;
static struct burst_settings settings;
static unsigned sent[3];

static unsigned drain(int64_t now)
{
	unsigned count = 0;
	int64_t index;

	while ((index = burst_take(&burst, &settings, now)) >= 0 && count < 1000) {
		sent[index]++;
		count++;
	}
	return count;
}

static void reset(void)
{
	settings = (struct burst_settings){.addresses = 2};
	sent[0] = sent[1] = sent[2] = 0;
	burst_stop(&burst);
}

static void nothing_when_stopped(void)
{
	reset();
	UNIT_NUMBER(burst_due(&burst), BURST_NEVER);
	UNIT_NUMBER(drain(INT64_MAX - 1), 0);
}

static void two_bursts_of_rounds(void)
{
	reset();
	burst_begin(&burst, &settings, 5, 5 * SECOND, 0);
	UNIT_NUMBER(burst_due(&burst), 0);
	UNIT_NUMBER(drain(0), 10);
	UNIT_NUMBER(sent[0], 5);
	UNIT_NUMBER(sent[1], 5);
	UNIT_NUMBER(burst_due(&burst), 5 * SECOND);
	UNIT_NUMBER(drain(5 * SECOND - 1), 0);
	UNIT_NUMBER(drain(5 * SECOND), 10);
	UNIT_NUMBER(burst_due(&burst), BURST_NEVER);
}

static void each_address_before_any_again(void)
{
	reset();
	burst_begin(&burst, &settings, 2, 0, 0);
	UNIT_NUMBER(burst_take(&burst, &settings, 0), 0);
	UNIT_NUMBER(burst_take(&burst, &settings, 0), 1);
	UNIT_NUMBER(burst_take(&burst, &settings, 0), 0);
	UNIT_NUMBER(burst_take(&burst, &settings, 0), 1);
	UNIT_NUMBER(burst_take(&burst, &settings, 0), -1);
}

static void a_gap_between_packets(void)
{
	unsigned count = 0;

	reset();
	settings.gap = SECOND / 10;
	burst_begin(&burst, &settings, 2, 0, 0);
	while (burst_due(&burst) != BURST_NEVER) {
		UNIT_NUMBER(burst_due(&burst), count * (SECOND / 10));
		UNIT_NUMBER(drain(burst_due(&burst)), 1);
		count++;
	}
	UNIT_NUMBER(count, 4);
}

static void refresh_repeats(void)
{
	reset();
	settings.refresh = 60 * SECOND;
	settings.refresh_rounds = 1;
	burst_begin(&burst, &settings, 1, 5 * SECOND, 0);
	UNIT_NUMBER(drain(0), 2);
	UNIT_NUMBER(drain(5 * SECOND), 2);
	for (unsigned minute = 1; minute < 5; minute++) {
		UNIT_NUMBER(burst_due(&burst), minute * 60 * SECOND);
		UNIT_NUMBER(drain(minute * 60 * SECOND), 2);
	}
}

static void no_addresses_no_packets(void)
{
	reset();
	settings.addresses = 0;
	burst_begin(&burst, &settings, 5, 0, 0);
	CU_ASSERT(!burst_runs(&burst));
	UNIT_NUMBER(drain(0), 0);
}

static void fewer_addresses_in_the_middle(void)
{
	reset();
	settings.addresses = 3;
	burst_begin(&burst, &settings, 2, 0, 0);
	burst_take(&burst, &settings, 0);
	burst_take(&burst, &settings, 0);
	settings.addresses = 1;
	burst_adjust(&burst, &settings, 0);
	UNIT_NUMBER(drain(0), 2);
	UNIT_NUMBER(sent[1] + sent[2], 0);
}

static void refresh_configured_later(void)
{
	reset();
	burst_begin(&burst, &settings, 1, 0, 0);
	drain(0);
	settings.refresh = SECOND;
	settings.refresh_rounds = 1;
	burst_adjust(&burst, &settings, 10 * SECOND);
	UNIT_NUMBER(burst_due(&burst), 11 * SECOND);
}

static const struct unit_test tests[] = {
	UNIT_TEST(nothing_when_stopped),
	UNIT_TEST(two_bursts_of_rounds),
	UNIT_TEST(each_address_before_any_again),
	UNIT_TEST(a_gap_between_packets),
	UNIT_TEST(refresh_repeats),
	UNIT_TEST(no_addresses_no_packets),
	UNIT_TEST(fewer_addresses_in_the_middle),
	UNIT_TEST(refresh_configured_later),
};

int main(void)
{
	return unit_main("vrrp burst", tests, UNIT_COUNT(tests));
}
