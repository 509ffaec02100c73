/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a refused advertisement is news. */
#include "vrrp/refusal.h"

#include "base/clock.h"
#include "tests/unit/unit.h"

#define SECOND CLOCK_SECOND

static void the_first_of_its_kind_is_told(void)
{
	struct refusal refusal = {0};

	CU_ASSERT(refusal_take(&refusal, VRRP_DROP_AUTHENTICATION, SECOND));
	CU_ASSERT_FALSE(refusal_take(&refusal, VRRP_DROP_AUTHENTICATION, 2 * SECOND));
	CU_ASSERT(refusal_take(&refusal, VRRP_DROP_INTERVAL, 3 * SECOND));
	CU_ASSERT_FALSE(refusal_take(&refusal, VRRP_DROP_INTERVAL, 3 * SECOND));
}

/* One that goes on for hours is told once; it is news again when it had been over. */
static void it_is_news_again_after_a_quiet_time(void)
{
	struct refusal refusal = {0};
	int64_t now = SECOND;

	CU_ASSERT(refusal_take(&refusal, VRRP_DROP_TTL, now));
	for (int i = 0; i < 3600; i++)
		CU_ASSERT_FALSE(refusal_take(&refusal, VRRP_DROP_TTL, now += SECOND));
	CU_ASSERT_FALSE(refusal_take(&refusal, VRRP_DROP_TTL, now += REFUSAL_QUIET - 1));
	CU_ASSERT(refusal_take(&refusal, VRRP_DROP_TTL, now + REFUSAL_QUIET));
}

static void what_is_no_mistake_of_a_router_is_not_told(void)
{
	struct refusal refusal = {0};

	CU_ASSERT_FALSE(refusal_take(&refusal, VRRP_DROP_OWN, SECOND));
	CU_ASSERT_FALSE(refusal_take(&refusal, VRRP_DROP_STATE, SECOND));
	CU_ASSERT_FALSE(refusal_take(&refusal, VRRP_DROP_VRID, SECOND));
}

/* What did not come from this link, or makes no sense, says nothing of another master. */
static void broken_ones_are_of_no_rival(void)
{
	static const enum vrrp_drop counted[] = {
		VRRP_DROP_AUTHENTICATION_TYPE, VRRP_DROP_AUTHENTICATION_UNKNOWN,
		VRRP_DROP_AUTHENTICATION, VRRP_DROP_ADDRESS_LIST, VRRP_DROP_INTERVAL,
		VRRP_DROP_OWNER};
	unsigned count = 0;

	for (int i = 0; i < VRRP_DROP_COUNT; i++)
		count += refusal_kind((enum vrrp_drop)i) == REFUSAL_DISAGREES;
	UNIT_NUMBER(count, UNIT_COUNT(counted));
	for (unsigned i = 0; i < UNIT_COUNT(counted); i++)
		UNIT_NUMBER(refusal_kind(counted[i]), REFUSAL_DISAGREES);
}

static const struct unit_test tests[] = {
	UNIT_TEST(the_first_of_its_kind_is_told),
	UNIT_TEST(it_is_news_again_after_a_quiet_time),
	UNIT_TEST(what_is_no_mistake_of_a_router_is_not_told),
	UNIT_TEST(broken_ones_are_of_no_rival),
};

int main(void)
{
	return unit_main("vrrp refusal", tests, UNIT_COUNT(tests));
}
