/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `~SEQ(var, start, step, end) rest`, `~SEQx(…)` and `~LST(var, value, …) rest`: the rest of the line, once
 * per value.
 */
#ifndef LBD_CONF_REPEAT_H
#define LBD_CONF_REPEAT_H

#include "conf/macro.h"

bool repeat_is(const struct line *line);
/* Gives each repetition to `process`. */
void repeat_line(struct macro *macro, struct line *line,
		 void (*process)(struct macro *macro, struct line *line));

#endif
