/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events for people: a line in a list, and the page of `lbctl explain`. Pure formatters. */
#ifndef LBD_CONTROL_SHOW_EVENT_H
#define LBD_CONTROL_SHOW_EVENT_H

#include <stdbool.h>
#include <stdio.h>

#include "control/lbd.pb-c.h"

void show_event_line(FILE *out, bool colour, const Lbd__Event *message);
/* Paragraphs are broken at `width` columns; 0: not at all, for whoever searches them. */
void show_event_story(FILE *out, bool colour, unsigned width, const Lbd__Event *message);

#endif
