/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame of a unit test program: a table of named functions over CUnit. CUnit itself neither sets
 * the exit status nor minds a run without tests; unit_main() does.
 *
 *   static void parses_ipv4(void) { CU_ASSERT(…); }
 *   static const struct unit_test tests[] = {UNIT_TEST(parses_ipv4)};
 *   int main(void) { return unit_main("address", tests, UNIT_COUNT(tests)); }
 */
#ifndef LBD_TESTS_UNIT_UNIT_H
#define LBD_TESTS_UNIT_UNIT_H

#include <CUnit/CUnit.h>
#include <stddef.h>

struct unit_test {
	const char *name;
	void (*run)(void);
};

#define UNIT_TEST(function) {#function, function}
#define UNIT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Runs all; 0 when every test ran and passed. */
int unit_main(const char *suite, const struct unit_test *tests, size_t count);

/* Asserts equal strings and shows both when they differ. */
#define UNIT_STRING(actual, expected) unit_string(__FILE__, __LINE__, (actual), (expected))
void unit_string(const char *file, int line, const char *actual, const char *expected);
/* Asserts equal integers and shows both when they differ. */
#define UNIT_NUMBER(actual, expected) \
	unit_number(__FILE__, __LINE__, (long long)(actual), (long long)(expected))
void unit_number(const char *file, int line, long long actual, long long expected);

#endif
