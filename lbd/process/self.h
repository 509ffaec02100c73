/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process's numbers about itself (family `process`): lateness, losses, processor time, memory. */
#ifndef LBD_PROCESS_SELF_H
#define LBD_PROCESS_SELF_H

#include "stat/stat.h"

struct self {
	struct stat_process *row; /* NULL before the first segment */
	int statm;                /* /proc/self/statm: unreadable once the process is not dumpable */
	int64_t started;          /* wall ns */
	int64_t lateness_max;
	/* What the row's counters, which outlive this process, already contain of ours. */
	uint64_t log_seen, refused_seen, lost_seen, cpu_seen;
};

/* Before privileges are dropped. */
void self_open(struct self *self);
/* The row in a newly attached segment. */
void self_claim(struct self *self, struct stat_writer *writer, enum process_id id);
void self_lateness(struct self *self, int64_t lateness);
/* Once a second. `refused` and `lost`: messages and events since this process started. */
void self_publish(struct self *self, uint64_t refused, uint64_t lost);

#endif
