/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `lbctl status` for people: one screen that says first what is not well. A pure formatter. */
#ifndef LBD_CONTROL_SHOW_STATUS_H
#define LBD_CONTROL_SHOW_STATUS_H

#include <stdbool.h>
#include <stdio.h>

#include "control/lbd.pb-c.h"

/* Above so many real servers only what is not well is listed, unless `all`. */
#define SHOW_STATUS_SERVERS 40

struct show_status_style {
	bool colour;
	bool all;
};

/* `status` has passed status_is_whole(). */
void show_status(FILE *out, const Lbd__Status *status, struct show_status_style style);

#endif
