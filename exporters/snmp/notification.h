/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which event is told by which notification, and with which objects. Pure. */
#ifndef LBD_EXPORTERS_SNMP_NOTIFICATION_H
#define LBD_EXPORTERS_SNMP_NOTIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOTIFICATION(id, NAME, name, help) NOTIFICATION_##NAME,
#define TELLS(NAME, CAUSE)
enum notification {
#include "base/notification.def"
	NOTIFICATION_COUNT
};
#undef NOTIFICATION
#undef TELLS

/* The other MIBs' come after LBD-MIB's. */
#define NOTIFICATIONS_OF(NAME, name, help) NOTIFICATION_KIND_##NAME,
enum notification_kind {
	NOTIFICATION_KIND_LAST_OF_LBD = NOTIFICATION_COUNT - 1,
#include "base/notification_mib.def"
	NOTIFICATION_KINDS
};
#undef NOTIFICATIONS_OF

struct notification_info {
	uint32_t id;
	const char *name; /* "vrrp_state" */
	const char *help;
};

extern const struct notification_info notification_infos[NOTIFICATION_COUNT];

/* The columns of lbdHistoryTable that each carries, in order. */
extern const uint32_t notification_columns[];
extern const size_t notification_column_count;

/* NOTIFICATION_COUNT: none tells of this cause. */
enum notification notification_for(unsigned cause);

/* Bit i: notification i of LBD-MIB, or those of the other MIB with that number, are wanted. */
#define NOTIFICATION_ALL ((1u << NOTIFICATION_KINDS) - 1)
/* "vrrp_state,vrrp_mib", "all", "none". False when a word is none of them. */
bool notification_parse(const char *text, unsigned *wanted);

#endif
