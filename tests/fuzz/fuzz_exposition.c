/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: what another machine may answer to check_lbd, up to the line that is printed. */
#include "exporters/nagios/exposition.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "exporters/nagios/nagios.h"
#include "tests/fuzz/fuzz.h"

static void require(int holds)
{
	if (!holds)
		abort();
}

/* One line, whatever is in the numbers and names. */
static void try_print(struct outcome *outcome)
{
	struct buffer text = {0};

	outcome_print(outcome, "FUZZ", false, &text);
	require(memchr(text.bytes, '\n', text.length) == text.bytes + text.length - 1);
	require(!memchr(text.bytes, '\0', text.length));
	buffer_free(&text);
	outcome_free(outcome);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nagios_request request = {.expect = -1, .within = 300 * CLOCK_SECOND};
	struct snapshot snapshot = {0};
	struct nagios_side sides[2] = {{"a", &snapshot}, {"b", &snapshot}};
	char error[EXPOSITION_ERROR] = "";

	if (exposition_read((const char *)data, size, &snapshot, error)) {
		struct outcome outcome = {0};

		for (unsigned i = 0; i < NAGIOS_MODE_COUNT; i++) {
			request.mode = (enum nagios_mode)i;
			nagios_evaluate(&request, &snapshot, snapshot.wall, &outcome);
			try_print(&outcome);
		}
		request.mode = NAGIOS_PAIR;
		nagios_evaluate_pair(&request, sides, &outcome);
		try_print(&outcome);
	} else {
		require(error[0] != '\0');
	}
	snapshot_free(&snapshot);
	return 0;
}
