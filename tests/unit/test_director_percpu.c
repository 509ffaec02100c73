/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/net/ip_vs_stats_percpu: its form, and what is made of it. */
#include "director/percpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tests/unit/unit.h"

#define SECOND CLOCK_SECOND
#define HEADS                                                       \
	"       Total Incoming Outgoing         Incoming         Outgoing\n" \
	"CPU    Conns  Packets  Packets            Bytes            Bytes\n"

/* As Linux 6.1 writes it, with two processors. */
static const char sample[] = HEADS
	"  0       1f      2a0        1             1a2b3                0\n"
	"  1        1       10        0     123456789ABCD                f\n"
	"  ~       20      2b0        1     123456789ABCD                f\n"
	"\n"
	"     Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n"
	"           0        0        0                0                0\n";

static struct percpu reading;

static bool parse(const char *text)
{
	return percpu_parse(text, strlen(text), &reading);
}

static void the_kernels_form_is_read(void)
{
	CU_ASSERT_FATAL(parse(sample));
	UNIT_NUMBER(reading.count, 2);
	UNIT_NUMBER(reading.live.values[IPVS_CONNECTIONS], 0x20);
	UNIT_NUMBER(reading.live.values[IPVS_IN_PACKETS], 0x2b0);
	UNIT_NUMBER(reading.live.values[IPVS_OUT_PACKETS], 1);
	UNIT_NUMBER(reading.live.values[IPVS_IN_BYTES], 0x1a2b3 + INT64_C(0x123456789abcd));
	UNIT_NUMBER(reading.live.values[IPVS_OUT_BYTES], 0xf);
	UNIT_NUMBER(reading.packets[0], 0x2a1);
	UNIT_NUMBER(reading.packets[1], 0x10);
	UNIT_NUMBER(reading.copied.values[IPVS_IN_BYTES], INT64_C(0x123456789abcd));
}

static void another_form_is_refused(void)
{
	static const char *const texts[] = {
		"",
		"x",
		"\n\n\n",
		HEADS,
		HEADS "  ~ 0 0 0 0 0\n",
		HEADS "  0 0 0 0 0 0\n",
		HEADS "  0 0 0 0 0\n  ~ 0 0 0 0 0\n",
		HEADS "  0 0 0 0 0 0 0\n  ~ 0 0 0 0 0\n",
		HEADS "  0 0 0 0 0 0\n  ~ 0 0 0 0\n",
		HEADS "  0 0 0 0 0 0\n  ~ 0 0 0 0 g\n",
		HEADS "  0 0 -1 0 0 0\n  ~ 0 0 0 0 0\n",
		HEADS "  0 0 10000000000000000 0 0 0\n  ~ 0 0 0 0 0\n",
	};

	for (size_t i = 0; i < UNIT_COUNT(texts); i++)
		CU_ASSERT_FALSE(parse(texts[i]));
	CU_ASSERT_TRUE(parse(HEADS "  0 0 FFFFFFFFFFFFFFFF 0 0 0\n  ~ 0 0 0 0 0\n"));
	CU_ASSERT_TRUE(parse(HEADS "  0 0 0 0 0 0\n  ~ 0 0 0 0 0"));
}

/* Each prefix in memory of just that size, so that the sanitizer sees a byte too far. */
static void a_cut_text_stays_within_bounds(void)
{
	size_t end = (size_t)(strstr(sample, "\n\n") - sample);

	for (size_t cut = 0; cut < sizeof(sample); cut++) {
		char *text = malloc(cut + 1);

		memcpy(text, sample, cut);
		/* Cut within the last number, it is a smaller one: the kernel does not do that. */
		CU_ASSERT_EQUAL(percpu_parse(text, cut, &reading), cut >= end);
		free(text);
	}
}

static void too_many_processors_are_refused(void)
{
	static char text[PERCPU_TEXT];
	size_t length = (size_t)sprintf(text, "%s", HEADS);

	for (int i = 0; i < PERCPU_MOST; i++)
		length += (size_t)sprintf(text + length, "%3X 1 1 1 1 1\n", (unsigned)i);
	sprintf(text + length, "  ~ 0 0 0 0 0\n");
	CU_ASSERT_TRUE(parse(text));
	UNIT_NUMBER(reading.live.values[IPVS_CONNECTIONS], PERCPU_MOST);
	sprintf(text + length, "200 1 1 1 1 1\n  ~ 0 0 0 0 0\n");
	CU_ASSERT_FALSE(parse(text));
}

/* --- the estimator ------------------------------------------------------------------------ */

static void set(uint64_t live, uint64_t copied)
{
	reading.live.values[IPVS_IN_PACKETS] = live;
	reading.copied.values[IPVS_IN_PACKETS] = copied;
}

static void counters_that_keep_step_do_not_lag(void)
{
	struct percpu_lag lag = {0};
	int64_t now = SECOND;

	memset(&reading, 0, sizeof(reading));
	for (uint64_t i = 0; i < 20; i++) {
		set(10 * i, 10 * (i / 4 * 4));
		CU_ASSERT(percpu_lag(&lag, &reading, now) <= 2 * SECOND);
		now += SECOND / 2;
	}
	/* No traffic: nothing to copy. */
	set(200, 200);
	percpu_lag(&lag, &reading, now);
	UNIT_NUMBER(percpu_lag(&lag, &reading, now + 3600 * SECOND), 0);
}

static void frozen_counters_lag(void)
{
	struct percpu_lag lag = {0};

	memset(&reading, 0, sizeof(reading));
	set(10, 10);
	UNIT_NUMBER(percpu_lag(&lag, &reading, 1 * SECOND), 0);
	set(20, 10);
	UNIT_NUMBER(percpu_lag(&lag, &reading, 2 * SECOND), 0);
	set(30, 10);
	UNIT_NUMBER(percpu_lag(&lag, &reading, 10 * SECOND), 8 * SECOND);
	/* Traffic stops; what was not copied still is not. */
	UNIT_NUMBER(percpu_lag(&lag, &reading, 20 * SECOND), 18 * SECOND);
	set(30, 30);
	UNIT_NUMBER(percpu_lag(&lag, &reading, 21 * SECOND), 0);
	/* ipvsadm -Z */
	set(30, 0);
	UNIT_NUMBER(percpu_lag(&lag, &reading, 22 * SECOND), 0);
	UNIT_NUMBER(percpu_lag(&lag, &reading, 30 * SECOND), 0);
}

/* --- the processors ----------------------------------------------------------------------- */

static void one_that_does_all_is_seen(void)
{
	struct percpu_skew skew = {0};
	int64_t now = SECOND;

	memset(&reading, 0, sizeof(reading));
	reading.count = 8; /* possible; four of them online */
	percpu_skew_take(&skew, &reading, 4, now);
	CU_ASSERT(!skew.known);
	for (int i = 0; i < 4; i++)
		reading.packets[i] += 250;
	percpu_skew_take(&skew, &reading, 4, now += PERCPU_SHORTEST);
	CU_ASSERT_FATAL(skew.known);
	UNIT_NUMBER(skew.skew, 1000);
	reading.packets[2] += 5000;
	percpu_skew_take(&skew, &reading, 4, now += PERCPU_SHORTEST);
	UNIT_NUMBER(skew.skew, 4000);
	/* Too few packets say nothing. */
	reading.packets[2] += PERCPU_PACKETS - 1;
	percpu_skew_take(&skew, &reading, 4, now += PERCPU_LONGEST - 1);
	CU_ASSERT(skew.known);
	percpu_skew_take(&skew, &reading, 4, now += 1);
	CU_ASSERT(!skew.known);
	/* The module was loaded anew. */
	reading.packets[2] += 5000;
	percpu_skew_take(&skew, &reading, 4, now += PERCPU_SHORTEST);
	CU_ASSERT(skew.known);
	reading.packets[2] = 0;
	percpu_skew_take(&skew, &reading, 4, now += PERCPU_SHORTEST);
	CU_ASSERT(!skew.known);
}

static const struct unit_test tests[] = {
	UNIT_TEST(the_kernels_form_is_read),
	UNIT_TEST(another_form_is_refused),
	UNIT_TEST(a_cut_text_stays_within_bounds),
	UNIT_TEST(too_many_processors_are_refused),
	UNIT_TEST(counters_that_keep_step_do_not_lag),
	UNIT_TEST(frozen_counters_lag),
	UNIT_TEST(one_that_does_all_is_seen),
};

int main(void)
{
	return unit_main("director percpu", tests, UNIT_COUNT(tests));
}
