/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The numbers of the present tick, and what has been rendered of them: one rendering for each
 * format and question, however many ask it within the tick.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_TICK_H
#define LBD_EXPORTERS_PROMETHEUS_TICK_H

#include "exporters/prometheus/prometheus.h"

struct body;
struct own;
struct selection;
struct tick;

/* `own`: base/own.h. All must stay. */
struct tick *tick_new(const char *directory, const char *version, const struct own *own);
void tick_free(struct tick *tick);

/* Begins a new tick if the present one is a second old. */
void tick_refresh(struct tick *tick);
/* The rows that the present tick has. */
size_t tick_rows(const struct tick *tick);
const struct snapshot *tick_snapshot(const struct tick *tick);
/* The exporter's own numbers, for counting in. */
struct prometheus_numbers *tick_numbers(struct tick *tick);
/* The tick's rendering; the tick's own reference. `question` is a text that stands for the
 * selection: the same, the same selection. Compressed if `zipped`; *zipped is false afterwards if
 * that could not be done. */
struct body *tick_render(struct tick *tick, enum prometheus_format format,
			 const struct selection *selection, const char *question, bool *zipped);

#endif
