/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What errnos mean: trouble of the server, or of this host. */
#include "check/probe.h"

#include <errno.h>

#include "tests/unit/unit.h"

static void errors_of_the_server(void)
{
	UNIT_NUMBER(probe_classify(0), CHECK_RESULT_SUCCESS);
	UNIT_NUMBER(probe_classify(ECONNREFUSED), CHECK_RESULT_REFUSED);
	UNIT_NUMBER(probe_classify(ETIMEDOUT), CHECK_RESULT_TIMEOUT);
	UNIT_NUMBER(probe_classify(EHOSTUNREACH), CHECK_RESULT_UNREACHABLE);
	UNIT_NUMBER(probe_classify(ENETUNREACH), CHECK_RESULT_UNREACHABLE);
	UNIT_NUMBER(probe_classify(ECONNRESET), CHECK_RESULT_RESET);
	UNIT_NUMBER(probe_classify(EPROTO), CHECK_RESULT_OTHER);
}

static void errors_of_this_host(void)
{
	static const int errors[] = {EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EADDRINUSE,
				     ENODEV, EAFNOSUPPORT, EPERM, EACCES, EAGAIN};

	for (size_t i = 0; i < UNIT_COUNT(errors); i++)
		UNIT_NUMBER(probe_classify(errors[i]), CHECK_RESULT_LOCAL);
}

static void every_kind_has_a_probe(void)
{
	CU_ASSERT_PTR_EQUAL(probe_kind(CONF_CHECK_TCP), &probe_tcp);
	CU_ASSERT_PTR_NULL(probe_kind(12345));
}

static const struct unit_test tests[] = {
	UNIT_TEST(errors_of_the_server),
	UNIT_TEST(errors_of_this_host),
	UNIT_TEST(every_kind_has_a_probe),
};

int main(void)
{
	return unit_main("check probe", tests, UNIT_COUNT(tests));
}
