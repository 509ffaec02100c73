/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SETs (RFC 3416 section 4.2.5), in the library's phases. First everything is looked at, and what
 * cannot be is refused with the reason, before anything is done: no such object or not to be set,
 * the wrong type, a value out of range. Then each is asked for (change.h). If one of several cannot be
 * had after all, those before it are set back: all or nothing, as far as lbd still answers.
 */
#ifndef LBD_EXPORTERS_SNMP_SET_H
#define LBD_EXPORTERS_SNMP_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "exporters/base/own.h"
#include "exporters/snmp/walk.h"

struct setter {
	bool writable;             /* the configuration says so */
	bool subagent;             /* then who asks is known to snmpd alone */
	const char *run_dir;       /* of lbd */
	struct stat_exporter *row; /* what was set, and what was refused, by reason */
};

struct netsnmp_agent_request_info_s;
struct netsnmp_request_info_s;

/* One phase of one variable: `id` below the root of subtree `which`. An error is left in the request. */
void set_step(const struct setter *setter, struct walks *walks, size_t which,
	      const struct object_id *id, struct netsnmp_agent_request_info_s *info,
	      struct netsnmp_request_info_s *request);

#endif
