/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPVS's switches in /proc/sys/net/ipv4/vs that tell of an attack or of frozen counters. Each read
 * opens the file afresh: they vanish with the module. procfs answers at once. And what of their
 * changes is worth an event (announce.h makes it).
 */
#ifndef LBD_DIRECTOR_DEFENCE_H
#define LBD_DIRECTOR_DEFENCE_H

#include <stdbool.h>
#include <stddef.h>
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

/* Which defences have been told to be active. One that begins is told at once; one that ends, once
 * it was inactive for DEFENCE_QUIET, as the kernel switches the automatic ones each second. */
#define DEFENCE_QUIET INT64_C(10000000000)

enum defence_kind { DEFENCE_DROP_ENTRY, DEFENCE_DROP_PACKET, DEFENCE_SECURE_TCP, DEFENCE_KINDS };

struct defence_watch {
	struct {
		bool told;
		int64_t since; /* when it was told, monotonic ns; DEFENCE_UNKNOWN */
		int64_t last;  /* when it was last seen active */
	} kinds[DEFENCE_KINDS];
};
#define DEFENCE_UNKNOWN INT64_MIN

/* What is to be told: sets of kinds, as bits. */
struct defence_change {
	unsigned began, ended;
	int64_t lasted; /* the longest of those that ended, ns; < 0: not known */
};

/* Remembers what was told before this process began. */
void defence_remember(struct defence_watch *watch, const int64_t values[DEFENCE_KINDS],
		      int64_t now);
struct defence_change defence_follow(struct defence_watch *watch,
				     const struct defence_state *state, int64_t now);
/* "drop_entry active, drop_packet always": the kinds of a set, with how they stand, if they are
 * active. Returns text. */
const char *defence_text(unsigned kinds, const struct defence_state *state, char *text,
			 size_t size);

#endif
