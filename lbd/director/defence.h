/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPVS's switches in /proc/sys/net/ipv4/vs that tell of an attack or of frozen counters. Each read
 * opens the file afresh: they vanish with the module. procfs answers at once.
 */
#ifndef LBD_DIRECTOR_DEFENCE_H
#define LBD_DIRECTOR_DEFENCE_H

/* Values as in enum defence, estimation 0 or 1; -1: this kernel does not say. */
struct defence_state {
	int drop_entry, drop_packet, secure_tcp;
	int estimation;
};

struct defence_state defence_read(void);

#endif
