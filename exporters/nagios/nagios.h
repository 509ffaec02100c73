/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the numbers of one tick to what a check found. Pure. What cannot be read is never OK: a
 * process that is down or stuck, a number that is absent and an object that is not there are
 * UNKNOWN.
 *
 * check_lbd reads its options into a request (options.h), takes a snapshot of the local segments or
 * from another machine (remote.h), evaluates, prints (outcome.h). lbd-nagios does it at each event
 * (passive.h).
 */
#ifndef LBD_EXPORTERS_NAGIOS_NAGIOS_H
#define LBD_EXPORTERS_NAGIOS_NAGIOS_H

#include "exporters/base/snapshot.h"
#include "exporters/nagios/outcome.h"

enum nagios_mode {
#define MODE(NAME, ...) NAGIOS_##NAME,
#include "exporters/nagios/mode.def"
#undef MODE
	NAGIOS_MODE_COUNT
};

/* Options that not every mode takes. */
enum {
	TAKES_INSTANCE = 1,
	TAKES_EXPECT = 2,
	TAKES_VIRTUAL_SERVER = 4,
	TAKES_REAL_SERVER = 8,
	TAKES_GROUP = 16,
	TAKES_OF = 32,
	TAKES_WITHIN = 64,
};

enum nagios_rate {
	NAGIOS_CONNECTIONS,
	NAGIOS_IN_BYTES,
	NAGIOS_OUT_BYTES,
	NAGIOS_ACTIVE,
};

struct nagios_request {
	enum nagios_mode mode;
	struct range warning, critical;
	bool has_warning, has_critical;
	/* Selectors: names or patterns of fnmatch(3); NULL takes all. */
	const char *instance;
	const char *virtual_server;
	const char *real_server;
	const char *group;
	int expect; /* enum vrrp_state, or -1 */
	enum nagios_rate of;
	int64_t within; /* ns */
};

/* The text of an option as a mode, and what is known of one. NAGIOS_MODE_COUNT: none of them. */
enum nagios_mode nagios_mode_called(const char *name);
const char *nagios_mode_name(enum nagios_mode mode);
const char *nagios_mode_title(enum nagios_mode mode);
const char *nagios_mode_help(enum nagios_mode mode);
const char *nagios_mode_value(enum nagios_mode mode);
unsigned nagios_mode_takes(enum nagios_mode mode);
/* Bit i: it looks at family i. */
uint32_t nagios_mode_reads(enum nagios_mode mode);
/* What its service is called when nobody says how. */
const char *nagios_mode_service(enum nagios_mode mode);
/* May an event about such an object (event_object_name(); one that is not known: yes) change what it
 * finds? */
bool nagios_mode_concerned(enum nagios_mode mode, const char *object);

/* Fills `outcome` (zeroed). `wall` is the wall-clock time of the snapshot. */
void nagios_evaluate(const struct nagios_request *request, const struct snapshot *snapshot,
		     int64_t wall, struct outcome *outcome);

/* One director of a pair. */
struct nagios_side {
	const char *name;
	const struct snapshot *snapshot; /* NULL: cannot be had; why is a problem already */
};

/* The mode pair with the numbers of both directors: two masters, or none, that neither of them sees
 * alone. */
void nagios_evaluate_pair(const struct nagios_request *request, const struct nagios_side sides[2],
			  struct outcome *outcome);

#endif
