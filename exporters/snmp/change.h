/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a SET asks lbd for: the object by its names, the setting, the value. lbd-snmp changes nothing
 * itself: it asks control, which has it done by the process that owns the object, and whose socket is
 * also the one that says who may (lbd/README.md). Nothing of the SNMP library is here; what becomes of
 * it in a SET's phases: set.h.
 */
#ifndef LBD_EXPORTERS_SNMP_CHANGE_H
#define LBD_EXPORTERS_SNMP_CHANGE_H

#include <stdint.h>

#include "base/set.h"
#include "conf/conf.h"

/* How long an answer may take: lbd gives up before, and a snmpd that has us as a subagent soon after. */
#define CHANGE_PATIENCE 700 /* milliseconds */

struct change {
	enum setting setting;
	char instance[CONF_NAME];
	char protocol[8], virtual_server[CONF_NAME], real_server[CONF_NAME];
	int64_t value;
};

/* What a table says of a value that one of its columns is to get (table.h). */
enum change_check {
	CHANGE_POSSIBLE,
	CHANGE_WRONG_VALUE,  /* never, by its syntax */
	CHANGE_INCONSISTENT, /* not for this row as it is */
	CHANGE_READ_ONLY,    /* nothing to be set in this row */
};

/* The weight of a real server of the configuration; the value as SNMP has it. */
enum change_check change_weight(const struct conf *conf, const struct conf_real_server *server,
				int64_t value, struct change *change);
enum change_check change_priority(const struct conf_vrrp_instance *instance, int64_t value,
				  struct change *change);
/* 1: it preempts; 2: it does not. */
enum change_check change_preempt(const struct conf_vrrp_instance *instance, int64_t value,
				 struct change *change);

/* Asks the lbd of a run directory, and waits for the answer. *before: the value that it had, if it is
 * applied or unchanged now. A lbd that does not answer in time does nothing later. */
enum set_result change_ask(const char *run_dir, const struct change *change, const char *requester,
			   int64_t *before);

#endif
