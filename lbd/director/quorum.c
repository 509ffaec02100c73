/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The quorum rule. */
#include "director/quorum.h"

bool quorum_holds(bool held, uint64_t weight, uint32_t quorum, uint32_t hysteresis)
{
	int64_t threshold = (int64_t)quorum + (held ? -(int64_t)hysteresis : (int64_t)hysteresis);

	return weight > 0 && (int64_t)weight >= threshold;
}
