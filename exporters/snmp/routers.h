/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VRRP instances as the IETF's MIBs know them: virtual routers, identified by the kernel's index of
 * their interface, VRID and family. What such a MIB needs of one is brought together here from the
 * numbers, the configuration and the interfaces of one moment; and what lbd tells apart more finely
 * than RFC 2787 and RFC 6527 do is mapped to their counters and reasons. Pure.
 *
 * The MIBs themselves: vrrp_mib.c, vrrpv3_mib.c.
 */
#ifndef LBD_EXPORTERS_SNMP_ROUTERS_H
#define LBD_EXPORTERS_SNMP_ROUTERS_H

#include "base/event.h"
#include "conf/conf.h"
#include "exporters/base/snapshot.h"
#include "exporters/snmp/history.h"
#include "exporters/snmp/links.h"
#include "exporters/snmp/value.h"

struct moment;

struct router {
	const struct link_info *link;
	const struct stat_vrrp *row;
	const struct conf_vrrp_instance *conf; /* NULL: not known; of this interface, VRID and family */
	uint8_t vrid;
	uint8_t family; /* AF_INET, AF_INET6 */
};

struct routers {
	struct router *list; /* ascending by ifIndex, VRID, family */
	size_t count;
};

/* Those of a snapshot whose interface exists. They point into what they are made of. `conf` may be
 * NULL. */
void routers_make(struct routers *routers, const struct snapshot *snapshot,
		  const struct conf *conf, const struct links *links);
void routers_free(struct routers *routers);
/* The one whose instance has that name in the configuration; NULL. */
const struct router *routers_find(const struct routers *routers, const char *instance);

/* VRRP version 2: what VRRP-MIB is for. */
bool router_is_version2(const struct router *router);
/* An address that it backs up, and that advertisements name (RFC 6527: associated). */
bool router_is_associated(const struct router *router, const struct conf_virtual_address *address);
/* How many there are; `conf` is known. */
size_t router_associated(const struct router *router, const struct conf *conf);

/* What advertisements are counted for that were not accepted. */
enum router_error {
	ROUTER_CHECKSUM,
	ROUTER_VERSION,
	ROUTER_VRID,
	ROUTER_TTL,
	ROUTER_TYPE,
	ROUTER_LENGTH,
	ROUTER_INTERVAL,
	ROUTER_ADDRESS_LIST,
	ROUTER_AUTHENTICATION,         /* the password */
	ROUTER_AUTHENTICATION_INVALID, /* a type that there is not */
	ROUTER_AUTHENTICATION_TYPE,    /* one that is not ours */
	ROUTER_NO_ERROR,               /* lbd's alone: no RFC counts it */
};
enum router_error router_error(enum vrrp_drop drop);
uint64_t router_errors(const struct router *router, enum router_error error);
/* Of all routers; those of version 2 alone. */
uint64_t routers_errors(const struct routers *routers, enum router_error error, bool version2);

/* What an event tells of one: that it is master now; of what advertisements are not accepted for,
 * VRRP_DROP_COUNT when it is of something else; why it changed its state. */
bool router_became_master(const struct history_entry *entry);
enum vrrp_drop router_drop(const struct history_entry *entry);
enum vrrp_cause router_cause(unsigned event_cause);

/* vrrpv3StatisticsNewMasterReason, vrrpv3StatisticsProtoErrReason. */
int router_new_master_reason(enum vrrp_cause cause);
int router_protocol_error_reason(enum vrrp_drop drop);

/* initialize(1), backup(2), master(3), as both MIBs have them. */
int router_state(const struct router *router);
/* Who is master; all zero while that is not known. */
struct address router_master(const struct router *router);
/* From which it would speak as master. */
struct address router_primary(const struct router *router);

/* TimeStamp: sysUpTime at a wall-clock instant, 0 when that was before the agent began. */
void value_timestamp(struct value *value, const struct moment *moment, int64_t wall);

#endif
