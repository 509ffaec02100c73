/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the attributes of the kernel's "IPVS" generic netlink family (linux/ip_vs.h) to table rows.
 * Pure and bounded: reads nothing beyond the given attributes, accepts unknown ones, and refuses a
 * row that lacks what identifies it. The bytes come from the kernel; they are read as if they did
 * not.
 */
#ifndef LBD_IPVS_DECODE_H
#define LBD_IPVS_DECODE_H

#include "ipvs/backend.h"
#include "ipvs/table.h"

struct nlattr;

/* `attributes` and `length`: what follows the generic netlink header. Each adds a row to the table
 * (or finds that it is there already), or returns -EBADMSG. */
int ipvs_decode_service(struct nlattr *attributes, int length, struct ipvs_table *table);
int ipvs_decode_destination(struct nlattr *attributes, int length, struct ipvs_table *table,
			    uint32_t service);
/* Into the place of its role. */
int ipvs_decode_sync(struct nlattr *attributes, int length, struct ipvs_sync into[IPVS_SYNC_ROLES]);
int ipvs_decode_info(struct nlattr *attributes, int length, struct ipvs_info *info);

#endif
