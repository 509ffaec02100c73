/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where an IPVS table lives: the kernel, over generic netlink, or memory, for tests. Both are read
 * whole and changed one operation at a time. Calls are synchronous and short; none can hang.
 *
 * Errors are negative errno values. -ENOPROTOOPT: the kernel has no ip_vs (not loaded, or not
 * built). -EPERM: no CAP_NET_ADMIN. Either of them, and a timeout, leave the backend usable: just
 * call again.
 */
#ifndef LBD_IPVS_BACKEND_H
#define LBD_IPVS_BACKEND_H

#include "ipvs/plan.h"
#include "ipvs/table.h"

struct ipvs_info {
	uint32_t version;    /* 0x010201 for 1.2.1 */
	uint32_t table_size; /* buckets of the connection table */
};

/* The connection synchronisation daemon in one of its roles. */
enum ipvs_sync_role { IPVS_SYNC_MASTER, IPVS_SYNC_BACKUP, IPVS_SYNC_ROLES };

struct ipvs_sync {
	bool running; /* the rest means something */
	char interface[IPVS_NAME];
	uint32_t sync_id;
	uint32_t max_length;  /* bytes; 0: this kernel does not say (before 4.3), nor the next two */
	struct address group; /* of the multicasts */
	uint16_t port;        /* host order */
};

struct ipvs_backend;

struct ipvs_backend_calls {
	int (*read)(struct ipvs_backend *backend, struct ipvs_table *into);
	int (*info)(struct ipvs_backend *backend, struct ipvs_info *into);
	int (*sync)(struct ipvs_backend *backend, struct ipvs_sync into[IPVS_SYNC_ROLES]);
	int (*apply)(struct ipvs_backend *backend, const struct ipvs_operation *operation);
	void (*free)(struct ipvs_backend *backend);
};

struct ipvs_backend {
	const struct ipvs_backend_calls *calls;
};

/* Replaces the contents of `into` by what the backend holds. On error its contents mean nothing. */
int ipvs_read(struct ipvs_backend *backend, struct ipvs_table *into);
int ipvs_info(struct ipvs_backend *backend, struct ipvs_info *into);
/* What the kernel tells of the synchronisation daemon: no more than this. */
int ipvs_sync(struct ipvs_backend *backend, struct ipvs_sync into[IPVS_SYNC_ROLES]);
/* Carries out one operation. Adding what is there edits it; deleting what is not there is done
 * already: somebody else may have been faster, and the outcome is what was asked for. */
int ipvs_apply(struct ipvs_backend *backend, const struct ipvs_operation *operation);
void ipvs_backend_free(struct ipvs_backend *backend);

/* The kernel's table in this network namespace. Connects when first used, so it always succeeds. */
struct ipvs_backend *ipvs_netlink_new(void);

/* What an operator should know and do about an error of the above. Fits into a fact of an event. */
const char *ipvs_error_text(int error);

#endif
