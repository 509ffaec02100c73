/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Prometheus text format, version 0.0.4, of one tick. Pure: names and text are functions of the
 * tables and the snapshot. Who asks and how the answer travels is server.h's business.
 *
 * Names: lbd_FAMILY_METRIC, then the base unit (_seconds, _bytes, _per_second, _timestamp_seconds),
 * then _total on counters; a metric that is called after its unit (in_bytes) is not called so
 * twice. Texts that are no identity are labels of lbd_FAMILY_info. `instance` and `job` are labels
 * that the Prometheus server sets itself; ours carry the family's name: vrrp_instance.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_PROMETHEUS_H
#define LBD_EXPORTERS_PROMETHEUS_PROMETHEUS_H

#include "exporters/base/buffer.h"
#include "exporters/base/snapshot.h"

#define PROMETHEUS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define PROMETHEUS_NAME_TEXT 128

#define OWN(NAME, ...) PROMETHEUS_OWN_##NAME,
enum prometheus_own {
#include "exporters/prometheus/own.def"
	PROMETHEUS_OWN_COUNT
};
#undef OWN

struct prometheus_own_info {
	const char *name;
	const char *type;
	const char *label; /* "": none */
	const char *help;
};

extern const struct prometheus_own_info prometheus_own_infos[PROMETHEUS_OWN_COUNT];

/* The exporter's own numbers. */
struct prometheus_numbers {
	const char *version;
	uint64_t scrapes;
	uint64_t refused;
	uint64_t overdue;
	struct stat_histogram render;
};

/* Appends the whole exposition. */
void prometheus_format(struct buffer *buffer, const struct snapshot *snapshot,
		       const struct prometheus_numbers *numbers);

const char *prometheus_name(const struct stat_family *family, const struct stat_metric *metric,
			    char text[PROMETHEUS_NAME_TEXT]);
const char *prometheus_label(const struct stat_family *family, const struct stat_text *label,
			     char text[PROMETHEUS_NAME_TEXT]);
/* "counter", "gauge" or "histogram". */
const char *prometheus_type(const struct stat_metric *metric);
/* The metric's help; for a STATE with what its numbers mean. Not escaped. */
void prometheus_help(struct buffer *buffer, const struct stat_metric *metric);

/* Appends a label value: escaped, and made valid UTF-8 (a stray byte becomes U+FFFD), because one
 * invalid byte in a group's name would cost the whole scrape. */
void prometheus_escape(struct buffer *buffer, const char *text);

/* Does this Accept-Encoding header (NULL: none) take gzip? RFC 9110 section 12.5.3. */
bool prometheus_accepts_gzip(const char *accept_encoding);

#endif
