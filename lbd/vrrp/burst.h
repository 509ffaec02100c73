/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When gratuitous ARP goes out: a burst on taking the addresses, another after `delay`, repeats for
 * as long as the instance is master. Pure: it says which address is due when. A packet that could
 * not be sent is not due again: the second burst is there for that. The frames are arp.h's, the
 * socket is interface.h's.
 */
#ifndef LBD_VRRP_BURST_H
#define LBD_VRRP_BURST_H

#include <stdbool.h>
#include <stdint.h>

#define BURST_NEVER INT64_MAX

struct burst_settings {
	uint32_t addresses;      /* how many there are */
	int64_t gap;             /* least time between two packets, ns */
	int64_t refresh;         /* repeat the announcement this often, ns; 0: never */
	uint32_t refresh_rounds; /* packets for each address in a repeat */
};

struct burst {
	uint32_t rounds_left; /* packets still due for each address, the present round included */
	uint32_t next;        /* index of the next address of this round */
	int64_t at;           /* when the next packet is due; BURST_NEVER: no burst runs */
	uint32_t second_rounds;
	int64_t second_at;  /* when the second burst begins; BURST_NEVER: none */
	int64_t refresh_at; /* BURST_NEVER: none */
};

void burst_stop(struct burst *burst);
/* Has the burst that began last not ended yet? */
bool burst_runs(const struct burst *burst);
/* Begins a burst of `rounds` packets for each address now, another after `delay` (0: none), and the
 * repeats. One that runs is replaced. */
void burst_begin(struct burst *burst, const struct burst_settings *settings, uint32_t rounds,
		 int64_t delay, int64_t now);
/* The index of an address for which a packet is due now (and counts it as sent), or -1. */
int64_t burst_take(struct burst *burst, const struct burst_settings *settings, int64_t now);
/* When burst_take() will have something next, or BURST_NEVER. */
int64_t burst_due(const struct burst *burst);
/* The settings of a master have changed: what is under way goes on with them. */
void burst_adjust(struct burst *burst, const struct burst_settings *settings, int64_t now);

#endif
