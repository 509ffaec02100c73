/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values, the keyword table against itself, and lbd.conf(5) against the table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "conf/keyword.h"
#include "conf/manual.h"
#include "conf/value.h"
#include "tests/golden/golden.h"
#include "tests/unit/unit.h"

static void numbers(void)
{
	int64_t number = -1;

	CU_ASSERT(value_number("0", &number));
	UNIT_NUMBER(number, 0);
	CU_ASSERT(value_number("4294967295", &number));
	UNIT_NUMBER(number, 4294967295);
	CU_ASSERT(!value_number("", &number));
	CU_ASSERT(!value_number("-1", &number));
	CU_ASSERT(!value_number("1x", &number));
	CU_ASSERT(!value_number("99999999999999999999", &number));
	UNIT_NUMBER(number, 4294967295);
}

static void times(void)
{
	char text[VALUE_TIMER_TEXT];
	int64_t time = -1;

	CU_ASSERT(value_timer("3", &time));
	UNIT_NUMBER(time, 3 * CLOCK_SECOND);
	CU_ASSERT(value_timer("0.25", &time));
	UNIT_NUMBER(time, 250 * CLOCK_MILLISECOND);
	UNIT_STRING(value_timer_text(time, text), "0.25");
	CU_ASSERT(value_timer(".5", &time));
	CU_ASSERT(value_timer("2.", &time));
	UNIT_STRING(value_timer_text(time, text), "2");
	CU_ASSERT(!value_timer(".", &time));
	CU_ASSERT(!value_timer("", &time));
	CU_ASSERT(!value_timer("1.2.3", &time));
	CU_ASSERT(!value_timer("1.0000000001", &time));
	CU_ASSERT(!value_timer("99999999999999", &time));
	UNIT_STRING(value_timer_text(0, text), "0");
}

static void booleans(void)
{
	bool value = false;

	CU_ASSERT(value_bool("yes", &value));
	CU_ASSERT(value);
	CU_ASSERT(value_bool("off", &value));
	CU_ASSERT(!value);
	CU_ASSERT(!value_bool("maybe", &value));
}

static void range_is(const char *text, const char *first, const char *last)
{
	struct address from, to;
	char shown[ADDRESS_TEXT];

	CU_ASSERT_FATAL(value_range(text, &from, &to));
	UNIT_STRING(address_format(&from, shown), first);
	UNIT_STRING(address_format(&to, shown), last);
}

static void ranges(void)
{
	struct address from, to;

	range_is("192.0.2.1", "192.0.2.1", "192.0.2.1");
	range_is("192.0.2.10-20", "192.0.2.10", "192.0.2.20");
	range_is("192.0.2.250-192.0.3.5", "192.0.2.250", "192.0.3.5");
	range_is("192.0.2.16/28", "192.0.2.16", "192.0.2.31");
	range_is("2001:db8::10-20", "2001:db8::10", "2001:db8::20");
	range_is("2001:db8::/126", "2001:db8::", "2001:db8::3");
	CU_ASSERT(!value_range("192.0.2.20-10", &from, &to));
	CU_ASSERT(!value_range("192.0.2.20-", &from, &to));
	CU_ASSERT(!value_range("192.0.2.20-256", &from, &to));
	CU_ASSERT(!value_range("192.0.2.1-2001:db8::1", &from, &to));
	CU_ASSERT(!value_range("192.0.2.17/28", &from, &to));
	CU_ASSERT(!value_range("192.0.2.0/33", &from, &to));
	CU_ASSERT(!value_range("x", &from, &to));
}

static void next_address_carries(void)
{
	struct address address;
	char text[ADDRESS_TEXT];

	CU_ASSERT(address_parse("192.0.2.255", &address));
	value_next_address(&address);
	UNIT_STRING(address_format(&address, text), "192.0.3.0");
}

static void distances(void)
{
	UNIT_NUMBER(text_distance("priority", "priority"), 0);
	UNIT_NUMBER(text_distance("priorty", "priority"), 1);
	UNIT_NUMBER(text_distance("pirority", "priority"), 1);
	UNIT_NUMBER(text_distance("tcp_check", "TCP_CHECK"), 0);
	UNIT_NUMBER(text_distance("", "abc"), 3);
	UNIT_STRING(keyword_nearest(BLOCK_VRRP_INSTANCE, "priorty"), "priority");
	UNIT_STRING(keyword_nearest(BLOCK_REAL_SERVER, "tcp_chek"), "TCP_CHECK");
	CU_ASSERT(keyword_nearest(BLOCK_VRRP_INSTANCE, "zebra") == NULL);
}

static void default_is_right(const struct keyword *keyword)
{
	int64_t number = 0;
	bool readable = true;

	if (!keyword->fallback[0] || keyword->type == TYPE_WORD)
		return;
	if (keyword->type == TYPE_TIMER)
		readable = value_timer(keyword->fallback, &number);
	else
		readable = value_number(keyword->fallback, &number);
	if (!readable || number < keyword->minimum || number > keyword->maximum)
		fprintf(stderr, "\n%s: its default is no value of its own", keyword->name);
	CU_ASSERT(readable && number >= keyword->minimum && number <= keyword->maximum);
}

static void keyword_is_right(const struct keyword_block *block, enum conf_block number, size_t index)
{
	const struct keyword *keyword = &block->keywords[index];
	const struct keyword *found = keyword_find(number, keyword->name);
	size_t length = strlen(keyword->help ? keyword->help : "");

	CU_ASSERT(found == (keyword->kind == KEYWORD_ALIAS ? keyword_find(number, keyword->of) : keyword));
	CU_ASSERT(found != NULL);
	if (keyword->kind == KEYWORD_SETTING) {
		default_is_right(keyword);
		CU_ASSERT(keyword->setting >= 0 && (size_t)keyword->setting < block->setting_count);
	}
	if (keyword->kind == KEYWORD_SETTING || keyword->kind == KEYWORD_BLOCK)
		CU_ASSERT(length > 5 && keyword->help[length - 1] == '.');
}

static void table_agrees_with_itself(void)
{
	size_t settings = 0;

	for (enum conf_block number = 0; number < BLOCK_COUNT; number++) {
		const struct keyword_block *block = keyword_block(number);

		CU_ASSERT(keyword_block_name(number) != NULL);
		for (size_t i = 0; i < block->keyword_count; i++)
			keyword_is_right(block, number, i);
		settings += block->setting_count;
	}
	CU_ASSERT(settings > 60);
}

static char *read_page(const char *path)
{
	const char *top = getenv("srcdir");
	char whole[4096], *text = calloc(1, 1 << 20);
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", top ? top : ".", path);
	file = fopen(whole, "r");
	CU_ASSERT_FATAL(file != NULL && text != NULL);
	CU_ASSERT(fread(text, 1, (1 << 20) - 1, file) > 0);
	fclose(file);
	return text;
}

static void manual_page_is_current(void)
{
	char *written = read_page("man/lbd.conf.5.in"), *page = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&page, &size);

	CU_ASSERT_FATAL(stream != NULL);
	manual_page(written, stream);
	fclose(stream);
	golden_compare("man/lbd.conf.5", page, size);
	free(page);
	free(written);
}

static const struct unit_test tests[] = {
	UNIT_TEST(numbers),
	UNIT_TEST(times),
	UNIT_TEST(booleans),
	UNIT_TEST(ranges),
	UNIT_TEST(next_address_carries),
	UNIT_TEST(distances),
	UNIT_TEST(table_agrees_with_itself),
	UNIT_TEST(manual_page_is_current),
};

int main(void)
{
	return unit_main("conf table", tests, UNIT_COUNT(tests));
}
