/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The notifications of KEEPALIVED-MIB; for struct subtree. Pure. */
#ifndef LBD_EXPORTERS_SNMP_KEEPALIVED_NOTICE_H
#define LBD_EXPORTERS_SNMP_KEEPALIVED_NOTICE_H

#include "exporters/snmp/history.h"
#include "exporters/snmp/subtree.h"

bool keepalived_tells(const struct history_entry *entry);
struct notice *keepalived_tell(const struct subtree *subtree, const struct moment *moment,
			       const struct history_entry *entry);

#endif
