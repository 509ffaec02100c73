/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parent knows of each exporter: whether it is configured, and with which options it starts.
 * A new exporter is a row of base/process.def and a row of the table in exporters.c. */
#ifndef LBD_PROCESS_EXPORTERS_H
#define LBD_PROCESS_EXPORTERS_H

#include <stdbool.h>

#include "process/daemon.h"

bool exporter_wanted(enum process_id id, const struct conf *conf);
/* Would it start with other options, or not at all? Then it has to start anew, or end. Allocates. */
bool exporter_changed(enum process_id id, const struct conf *old, const struct conf *new);
/* Gives privileges up and becomes the exporter, which inherits `segment_fd` (-1: none, it then keeps
 * its numbers to itself) and no other descriptor of ours; returns only if that fails, which it has logged. */
void exporter_execute(enum process_id id, const struct daemon *daemon, int segment_fd);

#endif
