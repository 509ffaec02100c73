/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a backup learns from when the master's advertisements arrive: jitter, and how near it came
 * to taking over from a master that was well. Pure: instants in, durations out. Only for show; the
 * machine (machine.h) decides by its own timer.
 */
#ifndef LBD_VRRP_ARRIVAL_H
#define LBD_VRRP_ARRIVAL_H

#include <stdbool.h>
#include <stdint.h>

/* A gap is remembered for one to two of these. */
#define ARRIVAL_MINUTE INT64_C(60000000000)

struct arrival {
	bool begun;
	uint32_t sender; /* host order */
	int64_t last;    /* when its last advertisement came */
	int64_t minute;  /* when the present minute began */
	int64_t longest; /* gap of the present minute; 0: none */
	int64_t before;  /* of the minute before */
};

/* Forgets everything: the instance is no backup, or its master resigned. */
void arrival_forget(struct arrival *arrival);

/* An advertisement was accepted. True when it followed another of the same sender: then *deviation
 * is how far the gap between them was from `interval`. All ns, monotonic. */
bool arrival_take(struct arrival *arrival, uint32_t sender, int64_t interval, int64_t now,
		  int64_t *deviation);

/* The longest gap of the last one to two minutes, or 0 when there was none. */
int64_t arrival_longest(const struct arrival *arrival);

/* Thousandths of the master-down interval that a gap leaves; 0 when it is as long or longer. */
int64_t arrival_margin(int64_t gap, int64_t master_down_interval);

#endif
