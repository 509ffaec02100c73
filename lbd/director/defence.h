/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPVS's switches in /proc/sys/net/ipv4/vs that tell of an attack or of frozen counters. Each read
 * opens the file afresh: they vanish with the module. procfs answers at once.
 */
#ifndef LBD_DIRECTOR_DEFENCE_H
#define LBD_DIRECTOR_DEFENCE_H

#include <stdint.h>

/* Values as in enum defence, estimation 0 or 1; -1 of any: this kernel does not say. */
struct defence_state {
	int drop_entry, drop_packet, secure_tcp;
	int estimation;
	/* Bytes of free memory, as the kernel's defence counts it, and below which it begins. */
	int64_t memory, threshold;
	int64_t drop_rate; /* of drop_packet 3: one of so many */
};

struct defence_state defence_read(void);

#endif
