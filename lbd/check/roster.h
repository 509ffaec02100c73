/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All checks of a configuration, each with its schedule, and the health of each real server that follows
 * from them. Made anew at a reload: a check that is still configured moves over from the old roster with
 * its phase, its verdict and the probe that may be under way (keepalived restarts all phases).
 * No clock, no socket; what runs a check hangs on `runtime` and belongs to runner.h.
 */
#ifndef LBD_CHECK_ROSTER_H
#define LBD_CHECK_ROSTER_H

#include <stddef.h>
#include <stdint.h>

#include "base/set.h"
#include "check/schedule.h"
#include "conf/conf.h"

/* What a check is: the labels of its row in the segment. */
struct check_identity {
	char virtual_server[80];
	char real_server[64];
	char check[16];
	char target[64]; /* "192.0.2.1:80"; the second check with all the same texts has " #2" added */
};

struct check_outcome {
	enum check_result result;
	int32_t error;      /* errno, 0 for none */
	int64_t round_trip; /* ns; < 0: nothing came back */
};

struct check_runtime;

struct check {
	struct check_identity identity;
	struct conf_check conf; /* a copy: outlives a reload with the probe that is under way */
	struct schedule_settings settings;
	struct schedule schedule;
	struct check_outcome outcome; /* of the last probe; valid when schedule.attempts > 0 */
	int64_t decided;              /* when the verdict last changed; 0: not since it is here */
	bool moved;                   /* kept, but its interval changed: schedule_adapt() */
	struct check_runtime *runtime; /* NULL in a new check */
};

struct roster_server {
	size_t first_check, check_count; /* into checks */
};

struct roster {
	struct check **checks; /* in the order of conf->checks */
	size_t count;
	struct roster_server *servers; /* in the order of conf->real_servers */
	size_t server_count;
};

/* Makes the roster of a configuration. Checks of `old` (may be NULL) that are configured still are
 * taken out of it (their place there is NULL) and go on where they are; new ones have no runtime yet, and
 * a schedule that is still to begin. `old` remains the caller's to free. */
struct roster *roster_new(const struct conf *conf, struct roster *old);
/* Frees the checks that are still in it, too; not their runtimes. */
void roster_free(struct roster *roster);

/* The check that decides over a real server: the one that failed last, or when none fails, the one that
 * passed last. NULL when the server has no check, or one that has no verdict yet while none fails:
 * nothing is known then. */
const struct check *roster_decider(const struct roster *roster, size_t server);

#endif
