/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pages for people and for health checks. */
#include "exporters/prometheus/page.h"

#include "base/clock.h"

static void condition(struct buffer *buffer, const struct stat_segment_info *info)
{
	char age[CLOCK_TEXT];

	if (info->liveness == STAT_ALIVE)
		buffer_text(buffer, "alive");
	else if (info->liveness == STAT_ABSENT)
		buffer_text(buffer,
			    "no segment: not running, never started, or of another version");
	else if (info->age < 0)
		buffer_text(buffer, "no heartbeat since it was started or since the last boot");
	else
		buffer_format(buffer, "down or stuck: last heartbeat %s ago",
			      clock_format_duration(info->age, age));
}

void page_health(struct buffer *buffer, const struct snapshot *snapshot)
{
	if (snapshot_healthy(snapshot)) {
		buffer_text(buffer, "ok\n");
		return;
	}
	for (size_t i = 0; i < PROCESS_COUNT; i++) {
		if (!snapshot_required((enum process_id)i) ||
		    snapshot->segments[i].liveness == STAT_ALIVE)
			continue;
		buffer_format(buffer, "%s: ", process_name((enum process_id)i));
		condition(buffer, &snapshot->segments[i]);
		buffer_text(buffer, "\n");
	}
}

void page_landing(struct buffer *buffer, const struct snapshot *snapshot, const char *version)
{
	buffer_format(buffer,
		      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		      "<title>lbd</title></head><body>\n<h1>lbd %s</h1>\n"
		      "<ul><li><a href=\"/metrics\">/metrics</a>: all numbers, for Prometheus; "
		      "<code>man lbd-metrics</code> explains them</li>\n"
		      "<li><a href=\"/healthz\">/healthz</a>: 200 while every process of lbd "
		      "lives</li></ul>\n<table><tr><th>process</th><th>state</th></tr>\n",
		      version);
	for (size_t i = 0; i < PROCESS_COUNT; i++) {
		if (!snapshot_required((enum process_id)i))
			continue;
		buffer_format(buffer, "<tr><td>%s</td><td>", process_name((enum process_id)i));
		condition(buffer, &snapshot->segments[i]);
		buffer_text(buffer, "</td></tr>\n");
	}
	buffer_text(buffer, "</table></body></html>\n");
}
