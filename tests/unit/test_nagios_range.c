/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threshold ranges: the guidelines' table, refusals, and a million random texts. */
#include "base/range.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

static bool alerts(const char *text, double value)
{
	struct range range;
	const char *error = range_parse(text, &range);

	if (error)
		fprintf(stderr, "\n'%s': %s", text, error);
	CU_ASSERT_PTR_NULL_FATAL(error);
	return range_alerts(&range, value);
}

/* The examples of the guidelines, and both ends, which belong to the range. */
static void judges_like_the_guidelines(void)
{
	static const struct {
		const char *text;
		double value;
		bool alerts;
	} table[] = {
		{"10", 0, false},       {"10", 10, false},      {"10", 10.01, true},
		{"10", -0.01, true},    {"10:", 10, false},     {"10:", 9.99, true},
		{"10:", 1e12, false},   {"~:10", -1e12, false}, {"~:10", 10, false},
		{"~:10", 10.5, true},   {"10:20", 10, false},   {"10:20", 20, false},
		{"10:20", 9, true},     {"10:20", 21, true},    {"@10:20", 10, true},
		{"@10:20", 20, true},   {"@10:20", 9, false},   {"@10:20", 21, false},
		{"@10", 5, true},       {"@10", -1, false},     {"0", 0, false},
		{"0", 1, true},         {"@0", 0, true},        {"~:-1", -1, false},
		{"~:-1", 0, true},      {"-5:5", -5, false},    {"0.5:1.5", 1.5, false},
		{"0.5:1.5", 1.6, true}, {":10", 0, false},      {":10", 11, true},
		{"+1:+2", 2, false},    {".5", 0.4, false},     {"5.", 5, false},
		{"~:", -1e300, false},  {"@~:0", -3, true},     {"@~:", 7, true},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (alerts(table[i].text, table[i].value) != table[i].alerts)
			fprintf(stderr, "\n%s and %g", table[i].text, table[i].value);
		CU_ASSERT_EQUAL(alerts(table[i].text, table[i].value), table[i].alerts);
	}
}

static void refuses_what_is_no_range(void)
{
	static const char *const texts[] = {
		"",
		"@",
		":",
		"@:",
		"~",
		"10:~",
		"x",
		"10x",
		"x:10",
		"10:5",
		"-10",
		"1e3",
		"0x10",
		"inf",
		"nan",
		"~10",
		"1:2:3",
		"10 ",
		" 10",
		"@@10",
		"--1",
		"1-2",
		".",
		"-",
		"1..2",
		"10:20@",
		"1,5",
		"10:inf",
		"~~:1",
		"5:4.9",
		"1:2x",
		"infinity:",
		"0000000000000000000000000000000000000000000000000000000000000000",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct range range = {.low = 42, .text = "untouched"};

		if (!range_parse(texts[i], &range))
			fprintf(stderr, "\n'%s' was taken", texts[i]);
		CU_ASSERT_PTR_NOT_NULL(range_parse(texts[i], &range));
		CU_ASSERT_EQUAL(range.low, 42);
		UNIT_STRING(range.text, "untouched");
	}
}

static void keeps_the_text(void)
{
	struct range range;

	CU_ASSERT_PTR_NULL_FATAL(range_parse("@10.50:~", &range) ? range_parse("@1:", &range)
								 : "taken");
	UNIT_STRING(range.text, "@1:");
	CU_ASSERT_EQUAL(range.low, 1);
	CU_ASSERT_TRUE(isinf(range.high));
	CU_ASSERT_TRUE(range.inside);
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Whatever is taken is made of the grammar's characters, is no empty interval, has no NaN, and is
 * taken again with the same ends; inside and outside never agree. */
static void survives_random_texts(void)
{
	static const char alphabet[] = "0123456789..::~~@@-+ex \n|'%\xc3";
	uint64_t state = 0x9e3779b97f4a7c15;
	unsigned taken = 0;

	for (unsigned i = 0; i < 1000000; i++) {
		size_t length = next_random(&state) % 12;
		char text[RANGE_TEXT] = "", other[RANGE_TEXT + 1] = "@";
		struct range range, inverse;

		for (size_t j = 0; j < length; j++)
			text[j] = alphabet[next_random(&state) % (sizeof(alphabet) - 1)];
		if (range_parse(text, &range))
			continue;
		taken++;
		if (strspn(text, "0123456789.:~@-+") != strlen(text) || !(range.low <= range.high))
			CU_FAIL_FATAL("a text was taken that is no range");
		if (text[0] == '@')
			snprintf(other, sizeof(other), "%s", text + 1);
		else
			snprintf(other + 1, sizeof(other) - 1, "%s", text);
		if (range_parse(other, &inverse) || inverse.low != range.low ||
		    inverse.high != range.high ||
		    range_alerts(&range, 3) == range_alerts(&inverse, 3))
			CU_FAIL_FATAL("a range and its inverse disagree");
	}
	CU_ASSERT(taken > 1000);
}

static const struct unit_test tests[] = {
	UNIT_TEST(judges_like_the_guidelines),
	UNIT_TEST(refuses_what_is_no_range),
	UNIT_TEST(keeps_the_text),
	UNIT_TEST(survives_random_texts),
};

int main(void)
{
	return unit_main("nagios_range", tests, UNIT_COUNT(tests));
}
