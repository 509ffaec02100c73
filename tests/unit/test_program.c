/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exporters' command line: the common part, a table of an exporter's own, and what is refused. */
#include "exporters/base/program.h"

#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static unsigned long step;

static const char *take_step(void *argument, const char *value)
{
	CU_ASSERT_PTR_EQUAL(argument, &step);
	return program_number(value, 1, 3600, &step) ? NULL : "not a number from 1 to 3600";
}

static const struct program_option options[] = {{"step", take_step}};

/* Reads a command line with both outputs closed to the eye: what is tested is the outcome. */
static int read_line(struct program *program, const char *const *words)
{
	int count = 0, status, output = dup(1), error = dup(2);

	*program = (struct program){.name = "lbd-test",
				    .usage = "usage\n",
				    .options = options,
				    .option_count = 1,
				    .argument = &step};
	while (words[count])
		count++;
	fflush(stdout);
	CU_ASSERT_FATAL(freopen("/dev/null", "w", stdout) && freopen("/dev/null", "w", stderr));
	optind = 0; /* glibc: begin anew */
	status = program_read(program, count, (char **)(uintptr_t)words);
	fflush(stdout);
	fflush(stderr);
	dup2(output, 1);
	dup2(error, 2);
	close(output);
	close(error);
	return status;
}

static void the_common_part_and_the_own(void)
{
	const char *words[] = {"lbd-test", "--run-dir", "/x", "--step", "30", "-n", "--segment-fd", "7",
			 NULL};
	struct program program;

	UNIT_NUMBER(read_line(&program, words), 0);
	UNIT_STRING(program.run_dir, "/x");
	UNIT_STRING(program.segments, "/x/stat");
	UNIT_NUMBER(program.segment_fd, 7);
	UNIT_NUMBER(step, 30);
	CU_ASSERT(program.foreground && !program.die_with_parent);
	UNIT_NUMBER(program.parent, getppid());
}

static void without_options(void)
{
	const char *words[] = {"lbd-test", NULL};
	struct program program;

	UNIT_NUMBER(read_line(&program, words), 0);
	UNIT_NUMBER(program.segment_fd, -1);
	CU_ASSERT(!program.foreground && strlen(program.segments) > strlen("/stat"));
}

static void what_is_wrong_is_refused(void)
{
	static const char *const lines[][4] = {
		{"lbd-test", "--step", "0", NULL},       {"lbd-test", "--step", "3601", NULL},
		{"lbd-test", "--step", "5x", NULL},      {"lbd-test", "--step", "-5", NULL},
		{"lbd-test", "--step", NULL},            {"lbd-test", "--segment-fd", "2", NULL},
		{"lbd-test", "--segment-fd", "x", NULL}, {"lbd-test", "--nonesuch", NULL},
		{"lbd-test", "word", NULL},
	};
	struct program program;

	for (size_t i = 0; i < UNIT_COUNT(lines); i++)
		UNIT_NUMBER(read_line(&program, lines[i]), 2 + 1);
}

static void a_question_is_answered_and_that_is_all(void)
{
	const char *help[] = {"lbd-test", "--help", NULL};
	const char *version[] = {"lbd-test", "--version", NULL};
	struct program program;

	UNIT_NUMBER(read_line(&program, help), 0 + 1);
	UNIT_NUMBER(read_line(&program, version), 0 + 1);
}

static const struct unit_test tests[] = {
	UNIT_TEST(the_common_part_and_the_own),
	UNIT_TEST(without_options),
	UNIT_TEST(what_is_wrong_is_refused),
	UNIT_TEST(a_question_is_answered_and_that_is_all),
};

int main(void)
{
	return unit_main("program", tests, UNIT_COUNT(tests));
}
