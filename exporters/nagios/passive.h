/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When what is reported. At each event those services that it concerns; a little later, several
 * times, those whose result has changed since, for what the event brings about; at each interval all
 * of them, so that the monitor knows that somebody watches.
 *
 * Between two rounds passes a moment, however many events there are. For the first seconds nothing
 * UNKNOWN is reported: lbd's processes may be starting too.
 */
#ifndef LBD_EXPORTERS_NAGIOS_PASSIVE_H
#define LBD_EXPORTERS_NAGIOS_PASSIVE_H

#include "exporters/nagios/command_file.h"
#include "exporters/nagios/result.h"
#include "exporters/nagios/service.h"

struct passive_options {
	const char *segments; /* RUN_DIR/stat */
	const char *host;     /* what the monitor calls this director */
	enum result_format format;
	int64_t interval; /* ns */
};

struct passive;

/* `services` and the texts of `options` stay the caller's, as does `file`. */
struct passive *passive_new(struct loop *loop, const struct passive_options *options,
			    struct services *services, struct command_file *file);
void passive_free(struct passive *passive);

/* An event about such an object. NULL: anything may have happened, what has changed is reported. For
 * follow.h. */
void passive_happened(const char *object, void *passive);

#endif
