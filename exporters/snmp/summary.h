/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is counted and picked from the rows of a moment: totals, and the worst of each kind. Pure. */
#ifndef LBD_EXPORTERS_SNMP_SUMMARY_H
#define LBD_EXPORTERS_SNMP_SUMMARY_H

#include "exporters/base/snapshot.h"

enum summary_number {
#define SUMMARY(id, name, SYNTAX, PROCESS, units, help) SUMMARY_##name,
#include "exporters/snmp/summary.def"
#undef SUMMARY
	SUMMARY_COUNT
};

#define SUMMARY_WORST 10

/* Rows in the snapshot, the worst first. */
struct summary_worst {
	const void *rows[SUMMARY_WORST];
	size_t count;
};

struct summary {
	bool present[SUMMARY_COUNT];
	int64_t numbers[SUMMARY_COUNT];
	/* Without quorum first, then by the share of real servers that is out of service. */
	struct summary_worst virtual_servers;
	/* Down, the latest to fall first. */
	struct summary_worst real_servers;
	/* By the round trip of the last success, the slowest first. */
	struct summary_worst checks;
};

/* The rows stay the snapshot's. */
void summary_take(struct summary *summary, const struct snapshot *snapshot);

#endif
