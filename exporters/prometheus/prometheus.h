/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Prometheus is told of one tick, in three formats. Pure: names and bytes are functions of the
 * tables and the snapshot. Who asks and how the answer travels is server.h's business.
 *
 * Names: lbd_FAMILY_METRIC, then the base unit (_seconds, _bytes, _per_second, _timestamp_seconds,
 * _ratio), then _total on counters; a metric that is called after its unit (in_bytes) is not called so
 * twice. Texts that are no identity are labels of lbd_FAMILY_info. `instance` and `job` are labels
 * that the Prometheus server sets itself; ours carry the family's name: vrrp_instance.
 *
 * A series has the same name, labels and value in each format, the label `le` of a histogram's
 * bucket included: which one a Prometheus asks for must not split its history. series.h walks over
 * what is to be said; text.c and protobuf.c write it.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_PROMETHEUS_H
#define LBD_EXPORTERS_PROMETHEUS_PROMETHEUS_H

#include "exporters/base/buffer.h"
#include "exporters/base/snapshot.h"

#define PROMETHEUS_NAME_TEXT 128

enum prometheus_format {
	PROMETHEUS_TEXT,        /* the text format, version 0.0.4 */
	PROMETHEUS_OPENMETRICS, /* OpenMetrics text, version 1.0.0 */
	PROMETHEUS_PROTOBUF,    /* io.prometheus.client.MetricFamily, each after its length */
	PROMETHEUS_FORMAT_COUNT
};

/* Its value of the label `format`. */
const char *prometheus_format_name(enum prometheus_format format);
const char *prometheus_content_type(enum prometheus_format format);
/* The format that this Accept header (NULL: none) likes best; text when it likes none of them: an
 * answer that was not asked for helps more than none. RFC 9110 section 12.5.1. */
enum prometheus_format prometheus_choose(const char *accept);

/* The exporter's own numbers. */
struct prometheus_numbers {
	const char *version;
	int64_t since; /* wall ns: when they began at 0 */
	bool pushed;   /* by another exporter, which has no scrapes and the rest of these */
	uint64_t scrapes[PROMETHEUS_FORMAT_COUNT];
	uint64_t bad;
	uint64_t refused;
	uint64_t overdue;
	struct stat_histogram render;
};

struct prometheus_options {
	bool own;     /* with the exporter's own numbers and those of the segments */
	bool created; /* with the time at which each counter began; the text format has no way to say it */
	bool native;  /* with native histograms beside the classic ones, in protobuf */
};

/* Appends the whole exposition. */
void prometheus_render(struct buffer *buffer, enum prometheus_format format,
		       const struct snapshot *snapshot, const struct prometheus_numbers *numbers,
		       struct prometheus_options options);

const char *prometheus_name(const struct stat_family *family, const struct stat_metric *metric,
			    char text[PROMETHEUS_NAME_TEXT]);
const char *prometheus_label(const struct stat_family *family, const struct stat_text *label,
			     char text[PROMETHEUS_NAME_TEXT]);
/* "counter", "gauge" or "histogram". */
const char *prometheus_type(const struct stat_metric *metric);
/* The metric's help; for a STATE with what its numbers mean. Not escaped. */
void prometheus_help(struct buffer *buffer, const struct stat_metric *metric);

/* Appends text made valid UTF-8 (a stray byte becomes U+FFFD), because one invalid byte in a
 * group's name would cost the whole scrape; _escape also escapes it as a label's value. */
void prometheus_utf8(struct buffer *buffer, const char *text);
void prometheus_escape(struct buffer *buffer, const char *text);

/* Does this Accept-Encoding header (NULL: none) take gzip? RFC 9110 section 12.5.3. */
bool prometheus_accepts_gzip(const char *accept_encoding);

#endif
