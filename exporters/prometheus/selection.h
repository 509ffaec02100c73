/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a tick a scrape asked for: `?family=NAME`, `?virtual_server=NAME` (each any number of
 * times), `?created=1` and `?native=0`. Pure. A wrong name is an error that says what would be right: a filter
 * that selects nothing would look like a director that does nothing.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_SELECTION_H
#define LBD_EXPORTERS_PROMETHEUS_SELECTION_H

#include "exporters/prometheus/prometheus.h"

struct selection {
	bool families[STAT_FAMILY_COUNT];
	bool family_given;
	const char **servers; /* virtual servers; the texts are the caller's */
	size_t server_count;
	struct prometheus_options options;
};

void selection_begin(struct selection *selection);
/* One parameter. False, with a line in `problem`, when it is wrong. */
bool selection_add(struct selection *selection, const char *name, const char *value,
		   struct buffer *problem);
/* When all are there. False when they cannot be had together, or name what `snapshot` does not have
 * (only if all processes live: the rows of one that does not are not in it). */
bool selection_complete(struct selection *selection, const struct snapshot *snapshot,
			struct buffer *problem);
void selection_free(struct selection *selection);

/* Is it everything there is? */
bool selection_is_all(const struct selection *selection);
/* Adds the rows that are asked for to `part`, a zeroed snapshot. */
void selection_apply(const struct selection *selection, const struct snapshot *whole,
		     struct snapshot *part);

#endif
