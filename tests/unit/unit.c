/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The frame of the unit tests. */
#include "tests/unit/unit.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

static int report(size_t expected)
{
	unsigned run = CU_get_number_of_tests_run();
	unsigned failed = CU_get_number_of_failures();

	/* A failed suite set-up counts no failure and runs nothing. */
	if (CU_get_error() != CUE_SUCCESS || CU_get_number_of_failure_records() != 0)
		failed = failed ? failed : 1;
	if (run != expected) {
		fprintf(stderr, "ran %u of %zu tests\n", run, expected);
		return 1;
	}
	return failed ? 1 : 0;
}

int unit_main(const char *suite, const struct unit_test *tests, size_t count)
{
	CU_pSuite registered;
	int status;

	if (count == 0 || CU_initialize_registry() != CUE_SUCCESS)
		return 99;
	registered = CU_add_suite(suite, NULL, NULL);
	for (size_t i = 0; i < count; i++)
		if (!registered || !CU_add_test(registered, tests[i].name, tests[i].run))
			return 99;
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	status = report(count);
	CU_cleanup_registry();
	return status;
}

void unit_string(const char *file, int line, const char *actual, const char *expected)
{
	int equal = actual && expected ? strcmp(actual, expected) == 0 : actual == expected;

	if (!equal)
		fprintf(stderr, "\n%s:%d: got \"%s\", expected \"%s\"", file, line,
			actual ? actual : "(null)", expected ? expected : "(null)");
	CU_assertImplementation(equal, (unsigned)line, "strings are equal", file, "", CU_FALSE);
}

void unit_number(const char *file, int line, long long actual, long long expected)
{
	if (actual != expected)
		fprintf(stderr, "\n%s:%d: got %lld, expected %lld", file, line, actual, expected);
	CU_assertImplementation(actual == expected, (unsigned)line, "numbers are equal", file, "",
				CU_FALSE);
}
