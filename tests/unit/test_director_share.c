/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shares of a virtual service's connections against what the weights ask for. */
#include "director/share.h"

#include <string.h>

#include "base/clock.h"
#include "tests/unit/unit.h"

#define SECOND CLOCK_SECOND
#define SERVERS 3

static struct share share;
static struct share_server servers[SERVERS];
static int64_t now;

static void begin(int64_t a, int64_t b, int64_t c)
{
	const int64_t weights[] = {a, b, c};

	share_forget(&share);
	memset(servers, 0, sizeof(servers));
	for (int i = 0; i < SERVERS; i++)
		servers[i] = (struct share_server){.connections = 1000, .weight = weights[i]};
	now = 1000 * SECOND;
	share_take(&share, servers, SERVERS, now);
}

static void flow(uint64_t a, uint64_t b, uint64_t c)
{
	servers[0].connections += a;
	servers[1].connections += b;
	servers[2].connections += c;
}

static void pass(int64_t duration)
{
	now += duration;
	share_take(&share, servers, SERVERS, now);
}

static void even_weights_even_shares(void)
{
	begin(100, 100, 100);
	CU_ASSERT(!share.known);
	flow(100, 100, 100);
	pass(SHARE_SHORTEST - 1);
	CU_ASSERT(!share.known);
	pass(1);
	CU_ASSERT_FATAL(share.known);
	UNIT_NUMBER(share.imbalance, 0);
	for (int i = 0; i < SERVERS; i++) {
		UNIT_NUMBER(servers[i].share, 333);
		UNIT_NUMBER(servers[i].ideal, 333);
	}
}

/* 3:1 is asked for, and 1:1 was given: a quarter went to the wrong server. */
static void the_imbalance_is_what_went_elsewhere(void)
{
	begin(3, 1, 0);
	flow(100, 100, 0);
	pass(SHARE_SHORTEST);
	CU_ASSERT_FATAL(share.known);
	UNIT_NUMBER(servers[0].share, 500);
	UNIT_NUMBER(servers[0].ideal, 750);
	UNIT_NUMBER(servers[2].share, 0);
	UNIT_NUMBER(servers[2].ideal, 0);
	UNIT_NUMBER(share.imbalance, 250);
	/* All to one that is to have none: persistence keeps clients on a quiesced server. */
	flow(0, 0, 500);
	pass(SHARE_SHORTEST);
	UNIT_NUMBER(servers[2].share, 1000);
	UNIT_NUMBER(share.imbalance, 1000);
}

static void few_connections_say_nothing(void)
{
	begin(1, 1, 1);
	flow(30, 30, 39);
	for (int i = 0; i < 59; i++)
		pass(SECOND);
	CU_ASSERT(!share.known);
	flow(1, 0, 0);
	pass(SECOND / 2);
	CU_ASSERT(share.known);
	/* What was known once is forgotten when the next window stays empty. */
	for (int i = 0; i < 59; i++)
		pass(SECOND);
	CU_ASSERT(share.known);
	pass(2 * SECOND);
	CU_ASSERT(!share.known);
}

static void a_changed_weight_begins_anew(void)
{
	begin(1, 1, 1);
	flow(100, 100, 100);
	pass(SHARE_SHORTEST);
	CU_ASSERT(share.known);
	servers[2].weight = 0;
	flow(0, 0, 900);
	pass(SECOND);
	CU_ASSERT(!share.known);
	flow(100, 100, 0);
	pass(SHARE_SHORTEST);
	CU_ASSERT_FATAL(share.known);
	UNIT_NUMBER(servers[0].ideal, 500);
	UNIT_NUMBER(share.imbalance, 0);
}

static void nobody_in_service_has_no_ideal(void)
{
	begin(0, 0, 0);
	flow(1000, 0, 0);
	pass(SHARE_LONGEST);
	CU_ASSERT(!share.known);
	share_take(&share, servers, 0, now += SHARE_SHORTEST);
	CU_ASSERT(!share.known);
}

static void large_numbers_do_not_overflow(void)
{
	begin(INT32_MAX, INT32_MAX, INT32_MAX);
	flow(UINT64_C(1) << 60, UINT64_C(1) << 60, UINT64_C(1) << 61);
	pass(SHARE_SHORTEST);
	CU_ASSERT_FATAL(share.known);
	UNIT_NUMBER(servers[2].share, 500);
	UNIT_NUMBER(servers[2].ideal, 333);
	UNIT_NUMBER(share.imbalance, 167);
}

static const struct unit_test tests[] = {
	UNIT_TEST(even_weights_even_shares),
	UNIT_TEST(the_imbalance_is_what_went_elsewhere),
	UNIT_TEST(few_connections_say_nothing),
	UNIT_TEST(a_changed_weight_begins_anew),
	UNIT_TEST(nobody_in_service_has_no_ideal),
	UNIT_TEST(large_numbers_do_not_overflow),
};

int main(void)
{
	return unit_main("director share", tests, UNIT_COUNT(tests));
}
