/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cursor, address, text, clock texts, events. */
#include "base/address.h"
#include "base/clock.h"
#include "base/cursor.h"
#include "base/event.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

static void cursor_stops_at_the_end(void)
{
	const uint8_t bytes[] = {1, 2, 3};
	struct cursor cursor = cursor_over(bytes, sizeof(bytes));

	UNIT_NUMBER(cursor_u16(&cursor), 0x0102);
	UNIT_NUMBER(cursor_u32(&cursor), 0);
	CU_ASSERT(cursor.failed);
	UNIT_NUMBER(cursor_u8(&cursor), 0);
}

static void pen_mirrors_cursor(void)
{
	uint8_t bytes[15];
	struct pen pen = pen_over(bytes, sizeof(bytes));
	struct cursor cursor;

	pen_u8(&pen, 7);
	pen_u16(&pen, 0x1234);
	pen_u32(&pen, 0xdeadbeef);
	pen_u64(&pen, UINT64_C(0x0102030405060708));
	CU_ASSERT(!pen.failed);
	pen_u8(&pen, 1);
	CU_ASSERT(pen.failed);
	cursor = cursor_over(bytes, sizeof(bytes));
	UNIT_NUMBER(cursor_u8(&cursor), 7);
	UNIT_NUMBER(cursor_u16(&cursor), 0x1234);
	UNIT_NUMBER(cursor_u32(&cursor), 0xdeadbeef);
	UNIT_NUMBER(cursor_u64(&cursor), 0x0102030405060708);
}

static void address_reads_what_it_prints(void)
{
	static const char *const texts[] = {"192.168.1.227", "2001:db8::1", "::"};
	char text[ADDRESS_TEXT];
	struct address address;

	for (size_t i = 0; i < UNIT_COUNT(texts); i++) {
		CU_ASSERT(address_parse(texts[i], &address));
		UNIT_STRING(address_format(&address, text), texts[i]);
	}
	CU_ASSERT(!address_parse("192.168.1", &address));
	CU_ASSERT(!address_parse("192.168.1.256", &address));
}

static void address_with_port(void)
{
	char text[ADDRESS_PORT_TEXT];
	struct address address;

	address_parse("2001:db8::1", &address);
	UNIT_STRING(address_format_port(&address, 80, text), "[2001:db8::1]:80");
}

static void text_is_cut_and_terminated(void)
{
	char text[4];

	CU_ASSERT(!TEXT_COPY(text, "abcdef"));
	UNIT_STRING(text, "abc");
	CU_ASSERT(TEXT_COPY(text, "a"));
	CU_ASSERT(TEXT_APPEND(text, "%d", 12));
	CU_ASSERT(!TEXT_APPEND(text, "%d", 3));
	UNIT_STRING(text, "a12");
}

static void durations_for_people(void)
{
	char text[CLOCK_TEXT];

	UNIT_STRING(clock_format_duration(61 * CLOCK_MILLISECOND, text), "61 ms");
	UNIT_STRING(clock_format_duration(3570 * CLOCK_MILLISECOND, text), "3.57 s");
	UNIT_STRING(clock_format_duration(125 * CLOCK_SECOND, text), "2 min 5 s");
	UNIT_STRING(clock_format_wall(CLOCK_SECOND * 1785000000 + 5 * CLOCK_MILLISECOND, text),
		    "2026-07-25T17:20:00.005Z");
}

static void event_detail_counts_what_does_not_fit(void)
{
	struct event event;
	char expected[64];
	unsigned lines;

	event_begin(&event, CAUSE_DRIFT_REPAIRED, "ipvs", "", "");
	for (unsigned i = 0; i < 200; i++)
		event_add_detail(&event, "service %03u", i);
	lines = 0;
	for (const char *at = event.detail; (at = strchr(at, '\n')); at++)
		lines++;
	snprintf(expected, sizeof(expected), "... and %u more\n", 200 - (lines - 1));
	CU_ASSERT(strstr(event.detail, expected) != NULL);
	CU_ASSERT(strlen(event.detail) < sizeof(event.detail));
}

static void event_tables_are_whole(void)
{
	for (unsigned i = 0; i < CAUSE_COUNT; i++)
		CU_ASSERT(event_cause_info(i)->story[0] != '\0');
	for (unsigned i = 0; i < FACT_COUNT; i++)
		CU_ASSERT(event_fact_info(i)->help[0] != '\0');
	CU_ASSERT_PTR_NULL(event_cause_info(CAUSE_COUNT));
}

static const struct unit_test tests[] = {
	UNIT_TEST(cursor_stops_at_the_end),   UNIT_TEST(pen_mirrors_cursor),
	UNIT_TEST(address_reads_what_it_prints), UNIT_TEST(address_with_port),
	UNIT_TEST(text_is_cut_and_terminated), UNIT_TEST(durations_for_people),
	UNIT_TEST(event_detail_counts_what_does_not_fit), UNIT_TEST(event_tables_are_whole),
};

int main(void)
{
	return unit_main("base", tests, UNIT_COUNT(tests));
}
