/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An IPVS table in memory that behaves as the kernel's does (duplicate additions are refused, a
 * destination needs its service, …). For tests: a scenario alters it behind lbd's back, lets
 * traffic flow, or lets calls fail.
 */
#ifndef LBD_IPVS_MEMORY_H
#define LBD_IPVS_MEMORY_H

#include "ipvs/backend.h"

struct ipvs_memory {
	struct ipvs_backend backend;
	struct ipvs_table table; /* what the "kernel" holds; tests may change it */
	struct ipvs_info info;
	struct ipvs_sync sync[IPVS_SYNC_ROLES];
	int read_error;       /* when not 0, reads fail with it */
	int apply_error;      /* when not 0, operations fail with it … */
	unsigned apply_good;  /* … after that many more that succeed */
	uint8_t refused_last; /* additions of IPv4 destinations that end in this are refused; 0:
				 none */
	uint32_t hidden; /* this destination (number) is passed over by the next read; IPVS_NONE:
			    none */
	unsigned reads, applied;
};

struct ipvs_memory *ipvs_memory_new(void);
/* Deletes everything, as `ipvsadm -C`. */
void ipvs_memory_clear(struct ipvs_memory *memory);

#endif
