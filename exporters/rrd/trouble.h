/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Things that can go wrong at every tick: said when they begin and when they end, not in between. */
#ifndef LBD_EXPORTERS_RRD_TROUBLE_H
#define LBD_EXPORTERS_RRD_TROUBLE_H

#include <stdbool.h>

#include "base/set.h"

enum trouble_kind {
	TROUBLE_DIRECTORY,
	TROUBLE_CREATE,
	TROUBLE_UPDATE,
	TROUBLE_RRDCACHED,
	TROUBLE_CLOCK,
	TROUBLE_SLOW,
	TROUBLE_REPORT,
	TROUBLE_COUNT,
};

struct trouble {
	bool now[TROUBLE_COUNT]; /* in this tick */
	bool before[TROUBLE_COUNT];
	enum exporter_error reason[TROUBLE_COUNT]; /* of the first in this tick */
};

/* Logs the first of its kind since it last went well. */
void trouble_add(struct trouble *trouble, enum trouble_kind kind, enum exporter_error reason,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The end of a tick: logs what has gone well again. */
void trouble_settle(struct trouble *trouble);

#endif
