/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events and status as JSON, for programs. Base units everywhere: seconds, bytes, per second;
 * instants of events as ISO 8601 in UTC with nanoseconds, those of the status as seconds since
 * 1970. A value that is not known is not there (invariant 4). Pure.
 */
#ifndef LBD_CONTROL_JSON_H
#define LBD_CONTROL_JSON_H

#include <jansson.h>

#include "control/lbd.pb-c.h"

/* New references. */
json_t *json_from_event(const Lbd__Event *message);
/* `status` has passed status_is_whole(). */
json_t *json_from_status(const Lbd__Status *status);

#endif
