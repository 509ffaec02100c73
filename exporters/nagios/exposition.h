/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading back what another machine's lbd-prometheus says: the inverse of its text format 0.0.4,
 * in which every number is exact. Pure; the bytes may be anybody's.
 *
 * Names that are not known are passed over: the other lbd may be newer. So are histograms, which
 * no mode of check_lbd reads. What is not there is absent in the snapshot too. Rows come in the order
 * that they have there, so a mode tells of them in the same order. How the bytes come
 * here is remote.h's business.
 */
#ifndef LBD_EXPORTERS_NAGIOS_EXPOSITION_H
#define LBD_EXPORTERS_NAGIOS_EXPOSITION_H

#include "exporters/base/snapshot.h"

/* More than ten thousand real servers under five virtual servers. */
#define EXPOSITION_ROWS_MOST 65536
#define EXPOSITION_ERROR 160

/* Fills `snapshot` (zeroed). False, with the reason in `error`, when this is not what an
 * lbd-prometheus says, or has more rows of a family than EXPOSITION_ROWS_MOST; the snapshot is then
 * only good for snapshot_free(). */
bool exposition_read(const char *text, size_t length, struct snapshot *snapshot,
		     char error[EXPOSITION_ERROR]);

#endif
