/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_lbd's line: perfdata, order of problems, what must not get into it; and its command line.
 */
#include "exporters/nagios/outcome.h"

#include <stdio.h>
#include <string.h>

#include "exporters/nagios/options.h"
#include "tests/unit/unit.h"

static struct range range_of(const char *text)
{
	struct range range;

	CU_ASSERT_PTR_NULL_FATAL(range_parse(text, &range));
	return range;
}

static void check_perfdata(const struct perfdata *value, const char *expected)
{
	struct buffer text = {0};

	perfdata_add(&text, value);
	buffer_add(&text, "", 1);
	UNIT_STRING(text.bytes, expected);
	buffer_free(&text);
}

static void writes_perfdata(void)
{
	struct range warning = range_of("10:20"), critical = range_of("@~:0");

	check_perfdata(&(struct perfdata){.name = "down", .number = 3}, "down=3");
	check_perfdata(&(struct perfdata){.name = "down", .number = 3, .most = 8}, "down=3;;;0;8");
	check_perfdata(&(struct perfdata){.name = "age",
					  .unit = PERFDATA_SECONDS,
					  .number = 1250,
					  .warning = &warning,
					  .critical = &critical},
		       "age=1.25s;10:20;@~:0;0");
	check_perfdata(&(struct perfdata){.object = "VI_1",
					  .name = "changed",
					  .unit = PERFDATA_SECONDS,
					  .number = 5,
					  .critical = &critical},
		       "'VI_1 changed'=0.005s;;@~:0;0");
	check_perfdata(&(struct perfdata){.name = "connections",
					  .unit = PERFDATA_COUNTER,
					  .number = INT64_MAX},
		       "connections=9223372036854775807c");
	check_perfdata(&(struct perfdata){.name = "rss", .unit = PERFDATA_BYTES, .number = 4096},
		       "rss=4096B");
	check_perfdata(&(struct perfdata){.name = "share", .unit = PERFDATA_PERCENT, .number = 50},
		       "share=50%");
	check_perfdata(&(struct perfdata){.name = "margin", .number = -100}, "margin=-100");
}

/* Quotes are doubled; what would end a label or the line cannot get in. */
static void quotes_labels(void)
{
	check_perfdata(&(struct perfdata){.object = "it's", .name = "state", .number = 1},
		       "'it''s state'=1");
	check_perfdata(&(struct perfdata){.object = "a=b|c\nd", .name = "state", .number = 1},
		       "'a_b_c_d state'=1");
	check_perfdata(&(struct perfdata){.name = "two words", .number = 1}, "'two words'=1");
}

static char *printed(struct outcome *outcome, bool verbose, struct buffer *text)
{
	outcome_print(outcome, "TEST", verbose, text);
	buffer_add(text, "", 1);
	outcome_free(outcome);
	return text->bytes;
}

static void says_the_worst_first(void)
{
	struct outcome outcome = {0};
	struct buffer text = {0};
	struct perfdata value = {.name = "n", .number = 1}, other = {.object = "o", .name = "n"};

	outcome_problem(&outcome, OUTCOME_UNKNOWN, "who knows");
	CU_ASSERT_EQUAL(outcome.status, OUTCOME_UNKNOWN);
	outcome_problem(&outcome, OUTCOME_WARNING, "careful");
	CU_ASSERT_EQUAL(outcome.status, OUTCOME_WARNING);
	outcome_problem(&outcome, OUTCOME_CRITICAL, "fire");
	outcome_problem(&outcome, OUTCOME_UNKNOWN, "late");
	CU_ASSERT_EQUAL(outcome.status, OUTCOME_CRITICAL);
	outcome_summary(&outcome, "%d seen", 2);
	outcome_perfdata(&outcome, &other);
	outcome_perfdata(&outcome, &value);
	UNIT_STRING(printed(&outcome, false, &text),
		    "LBD TEST CRITICAL: fire; careful; who knows; late - 2 seen | n=1 'o n'=0\n");
	buffer_free(&text);
}

static void keeps_to_one_line(void)
{
	struct outcome outcome = {0};
	struct buffer text = {0};

	outcome_problem(&outcome, OUTCOME_WARNING, "a|b\nc");
	outcome_summary(&outcome, "x|y");
	UNIT_STRING(printed(&outcome, false, &text), "LBD TEST WARNING: a_b_c - x_y\n");
	buffer_free(&text);
}

/* Below the first line: nothing of the perfdata, all of the problems. */
static void tells_more_when_asked(void)
{
	struct outcome outcome = {0};
	struct buffer text = {0};

	for (int i = 0; i < OUTCOME_PROBLEMS_MOST + 2; i++)
		outcome_problem(&outcome, OUTCOME_WARNING, "p%d", i);
	outcome_detail(&outcome, "d0");
	outcome_detail(&outcome, "d1");
	UNIT_STRING(printed(&outcome, true, &text),
		    "LBD TEST WARNING: p0; p1; p2; p3; p4; p5; and 2 more\np6\np7\nd0\nd1\n");
	buffer_free(&text);
}

/* Nagios would cut the line in the middle of a number. */
static void leaves_out_what_is_too_much(void)
{
	struct outcome outcome = {0};
	struct buffer text = {0};
	struct perfdata total = {.name = "n", .number = 1};

	outcome_perfdata(&outcome, &total);
	for (int i = 0; i < 1000; i++) {
		struct perfdata value = {.object = "object", .name = "n", .number = i};

		outcome_perfdata(&outcome, &value);
	}
	outcome_summary(&outcome, "fine");
	UNIT_STRING(printed(&outcome, false, &text), "LBD TEST OK: fine | n=1\n");
	buffer_free(&text);
}

/* --- options ---------------------------------------------------------------------------------- */

static enum options_verdict read_words(struct options *options, const char *line)
{
	static char copy[256];
	char name[] = "check_lbd", *words[16] = {name}, *place;
	int count = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok_r(copy, " ", &place); word; word = strtok_r(NULL, " ", &place))
		words[count++] = word;
	return options_read(count, words, "/default", options);
}

static void reads_options(void)
{
	struct options options;

	CU_ASSERT_EQUAL(read_words(&options, "--instance VI_1 vrrp -w 300: -c 10: -t 5 -v "
					     "--expect master --run-dir /x"),
			OPTIONS_RUN);
	CU_ASSERT_EQUAL(options.request.mode, NAGIOS_VRRP);
	UNIT_STRING(options.request.instance, "VI_1");
	UNIT_STRING(options.request.warning.text, "300:");
	UNIT_STRING(options.request.critical.text, "10:");
	UNIT_STRING(options.run_dir, "/x");
	UNIT_NUMBER(options.timeout, 5);
	UNIT_NUMBER(options.request.expect, VRRP_STATE_MASTER);
	CU_ASSERT_TRUE(options.verbose);
	CU_ASSERT_EQUAL(read_words(&options, "health"), OPTIONS_RUN);
	UNIT_STRING(options.run_dir, "/default");
	UNIT_NUMBER(options.timeout, 10);
	UNIT_NUMBER(options.request.expect, -1);
	CU_ASSERT_FALSE(options.request.has_warning);
	CU_ASSERT_EQUAL(read_words(&options, "rates --of out-bytes"), OPTIONS_RUN);
	CU_ASSERT_EQUAL(options.request.of, NAGIOS_OUT_BYTES);
	CU_ASSERT_EQUAL(read_words(&options, "-h"), OPTIONS_HELP);
	CU_ASSERT_EQUAL(read_words(&options, "vrrp --version"), OPTIONS_VERSION);
}

static void refuses_options(void)
{
	static const char *const lines[] = {
		"",
		"nonsense",
		"vrrp pair",
		"vrrp -w",
		"vrrp -w 20:10",
		"vrrp -t 0",
		"vrrp -t ten",
		"vrrp --expect fault",
		"vrrp --nonsense",
		"vrrp --group www",
		"health --instance VI_1",
		"quorum --real-server 1.2.3.4:80",
		"rates --of all",
		"events --within 0",
		"pair --expect master",
		"virtual-server --within 5",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct options options;
		enum options_verdict verdict = read_words(&options, lines[i]);

		if (verdict != OPTIONS_WRONG)
			fprintf(stderr, "\n'%s' was taken", lines[i]);
		CU_ASSERT_EQUAL(verdict, OPTIONS_WRONG);
		CU_ASSERT(strlen(options.error) > 0);
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(writes_perfdata),       UNIT_TEST(quotes_labels),
	UNIT_TEST(says_the_worst_first),  UNIT_TEST(keeps_to_one_line),
	UNIT_TEST(tells_more_when_asked), UNIT_TEST(leaves_out_what_is_too_much),
	UNIT_TEST(reads_options),         UNIT_TEST(refuses_options),
};

int main(void)
{
	return unit_main("nagios_outcome", tests, UNIT_COUNT(tests));
}
