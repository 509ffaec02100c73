/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of probe. Each is one file with one row in the table of probe.c; adding HTTP_GET or DNS_CHECK
 * is adding a file and a row. A probe asks one server once; it decides nothing.
 */
#ifndef LBD_CHECK_PROBE_H
#define LBD_CHECK_PROBE_H

#include <stdbool.h>

#include "base/loop.h"
#include "check/roster.h"
#include "conf/conf.h"

struct probe; /* one probe under way; each kind has its own struct */

/* Called once, from the loop, when a probe has ended; the probe is freed already. */
typedef void probe_done(const struct check_outcome *outcome, void *argument);

struct probe_kind {
	enum conf_check_kind kind;
	/* Begins a probe. Never blocks and never calls `done` itself: a probe that is over at once gives
	 * NULL and fills *outcome. `conf` is read during the call only. */
	struct probe *(*begin)(struct loop *loop, const struct conf_check *conf, probe_done *done,
			       void *argument, struct check_outcome *outcome);
	/* Ends a probe without calling `done`. */
	void (*cancel)(struct probe *probe);
};

extern const struct probe_kind probe_tcp;

/* Never NULL for a kind that conf accepts. */
const struct probe_kind *probe_kind(unsigned kind);

/* What an errno of a socket call says: of the server (refused, timeout, …) or of this host alone
 * (CHECK_RESULT_LOCAL: out of descriptors, memory, ports; address or interface missing; forbidden here).
 * 0 is success. */
enum check_result probe_classify(int error);

#endif
