/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd-rrd's numbers of its files, as a file beside them, in Prometheus's text format: for people, and
 * for the textfile collector of the node exporter. What all exporters say of themselves is in its
 * segment (base/own.h). */
#ifndef LBD_EXPORTERS_RRD_REPORT_H
#define LBD_EXPORTERS_RRD_REPORT_H

#include "exporters/base/buffer.h"

#define REPORT_FILE "lbd-rrd.prom"

struct report {
#define OWN(member, name, type, decimals, help) uint64_t member;
#include "exporters/rrd/own.def"
#undef OWN
};

void report_format(struct buffer *buffer, const struct report *report);
/* Puts the text in place of DIRECTORY/lbd-rrd.prom at one go. 0 or -errno. */
int report_write(const char *directory, const struct report *report);

#endif
