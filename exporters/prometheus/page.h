/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two pages beside /metrics: /healthz and the landing page. Pure. */
#ifndef LBD_EXPORTERS_PROMETHEUS_PAGE_H
#define LBD_EXPORTERS_PROMETHEUS_PAGE_H

#include "exporters/base/buffer.h"
#include "exporters/base/snapshot.h"

/* "ok", or a line for each process that is not alive: which, and since when. */
void page_health(struct buffer *buffer, const struct snapshot *snapshot);
void page_landing(struct buffer *buffer, const struct snapshot *snapshot, const char *version);

#endif
