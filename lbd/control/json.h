/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events and status as JSON, for programs. Base units everywhere: seconds, bytes, per second;
 * instants of events as ISO 8601 in UTC with nanoseconds, those of the status as seconds since
 * 1970. A value that is not known is not there (invariant 4). Pure.
 */
#ifndef LBD_CONTROL_JSON_H
#define LBD_CONTROL_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "control/lbd.pb-c.h"

/* New references. */
json_t *json_from_event(const Lbd__Event *message);
/* `status` has passed status_is_whole(). */
json_t *json_from_status(const Lbd__Status *status);

/* What both are written with: on one line, without a final newline, their numbers to the last
 * digit. */
void json_write(FILE *out, json_t *value);

/* Such a number: magnitude / 10^digits, digits <= 9. Another writer shows it as an object. */
json_t *json_decimal(uint64_t magnitude, bool negative, unsigned digits);
/* As it is written, or NULL for another value. */
const char *json_decimal_text(const json_t *value);

#endif
