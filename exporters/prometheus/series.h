/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk over what is to be said, in the order that all formats want: a metric at a time, all its
 * samples together. The labels of a family's rows are given once, before its metrics; a sample
 * names its row. A sink writes what it is given.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_SERIES_H
#define LBD_EXPORTERS_PROMETHEUS_SERIES_H

#include "exporters/prometheus/exemplar.h"
#include "exporters/prometheus/prometheus.h"

enum series_type { SERIES_COUNTER, SERIES_GAUGE, SERIES_HISTOGRAM, SERIES_INFO };

#define OWN(NAME, ...) SERIES_OWN_##NAME,
enum series_own {
#include "exporters/prometheus/own.def"
	SERIES_OWN_COUNT
};
#undef OWN

struct series_own_info {
	const char *name;
	enum series_type type;
	const char *label; /* "": none */
	const char *help;
};

extern const struct series_own_info series_own_infos[SERIES_OWN_COUNT];

/* "counter", "gauge", "histogram", "info". */
const char *series_type_name(enum series_type type);
/* "seconds", "bytes", "ratio", or "" when a metric of this name (without _total) has no base unit. */
const char *series_unit(const char *name);

/* Of a histogram's bucket `octave`, in seconds; infinite after STAT_HISTOGRAM_OCTAVES. */
double series_bound(size_t octave);
/* As Go and OpenMetrics write it: 7.62939453125e-06, 0.125, 1.0, all its digits; "+Inf". A Prometheus
 * that reads protobuf makes the same text of the number. Returns text. */
#define SERIES_BOUND_TEXT 24
const char *series_bound_text(size_t octave, char text[SERIES_BOUND_TEXT]);

struct series_label {
	const char *name;
	const char *value; /* as it is: neither escaped nor made valid */
};

/* magnitude / 10^digits */
struct series_number {
	uint64_t magnitude;
	bool negative;
	unsigned digits;
};

/* What strtod() makes of the number as text, so that all surfaces agree to the last bit. */
double series_value(struct series_number number);

struct series_head {
	const char *name; /* as the text format calls a sample: with _total, _info */
	enum series_type type;
	const char *help;
};

#define SERIES_NO_ROW SIZE_MAX

struct series_sample {
	size_t row; /* the how manieth of those given since clear(); or SERIES_NO_ROW */
	const struct series_label *labels; /* besides the row's */
	size_t label_count;
	struct series_number number;
	const struct stat_histogram *histogram; /* of a histogram, instead of the number */
	int64_t since; /* wall ns: when a counter or histogram began at 0; 0: not known */
	const struct stat_last_event *event; /* that moved this counter last; NULL: none known */
};

struct series_sink {
	bool exemplars; /* look for the events of counters */
	void (*clear)(void *self);
	void (*row)(void *self, const struct series_label *labels, size_t count);
	void (*head)(void *self, const struct series_head *head);
	void (*sample)(void *self, const struct series_sample *sample);
	void (*end)(void *self); /* of the samples under the last head */
};

void series_walk(const struct snapshot *snapshot, const struct prometheus_numbers *numbers,
		 bool own, const struct series_sink *sink, void *self);

/* The formats. */
void series_text(struct buffer *buffer, bool openmetrics, const struct snapshot *snapshot,
		 const struct prometheus_numbers *numbers, struct prometheus_options options);
void series_protobuf(struct buffer *buffer, const struct snapshot *snapshot,
		     const struct prometheus_numbers *numbers, struct prometheus_options options);

#endif
