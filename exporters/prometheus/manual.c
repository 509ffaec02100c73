/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing the manual page of the metrics. */
#include "exporters/prometheus/manual.h"

#include <string.h>

#include "exporters/prometheus/series.h"

/* Text for roff: a backslash and a leading dot or quote mean something there, a plain "-" is a
 * hyphen. */
static void roff(struct buffer *buffer, const char *text)
{
	for (const char *at = text; *at; at++) {
		if (*at == '\\')
			buffer_text(buffer, "\\e");
		else if (*at == '-')
			buffer_text(buffer, "\\-");
		else if ((*at == '.' || *at == '\'') && (at == text || at[-1] == '\n'))
			buffer_format(buffer, "\\&%c", *at);
		else if (strncmp(at, "\xe2\x80\xa6", 3) == 0)
			buffer_text(buffer, "..."), at += 2;
		else
			buffer_add(buffer, at, 1);
	}
}

static void line(struct buffer *buffer, const char *macro, const char *text)
{
	buffer_text(buffer, macro);
	roff(buffer, text);
	buffer_text(buffer, "\n");
}

static const char *unit_text(enum stat_unit unit)
{
	static const char *const texts[] = {
		[STAT_UNIT_NONE] = "",
		[STAT_UNIT_SECONDS] = "seconds",
		[STAT_UNIT_BYTES] = "bytes",
		[STAT_UNIT_PER_SECOND] = "per second",
		[STAT_UNIT_TIMESTAMP] = "seconds since 1970\\-01\\-01 UTC",
		[STAT_UNIT_RATIO] = "ratio, 1 is the whole",
	};

	return texts[unit];
}

static const char *kind_text(enum stat_kind kind)
{
	static const char *const texts[] = {
		[STAT_KIND_COUNTER] = "counter",     [STAT_KIND_COUNTERS] = "counters",
		[STAT_KIND_GAUGE] = "gauge",         [STAT_KIND_STATE] = "state",
		[STAT_KIND_HISTOGRAM] = "histogram",
	};

	return texts[kind];
}

static void text_list(struct buffer *buffer, const struct stat_family *family,
		      const struct stat_text *texts, size_t count, const char *title)
{
	char name[PROMETHEUS_NAME_TEXT];

	if (count == 0)
		return;
	buffer_format(buffer, ".PP\n%s:\n", title);
	for (size_t i = 0; i < count; i++) {
		line(buffer, ".TP\n.B ", prometheus_label(family, &texts[i], name));
		line(buffer, "", texts[i].help);
	}
}

static void values(struct buffer *buffer, const struct stat_metric *metric)
{
	if (!metric->set)
		return;
	if (metric->set_label) {
		buffer_text(buffer, "One for each value of the label\n");
		buffer_format(buffer, ".BR %s :\n", metric->set_label);
	} else {
		buffer_text(buffer, "Its numbers:\n");
	}
	buffer_text(buffer, ".RS\n");
	for (size_t i = 0; i < metric->set->count; i++) {
		buffer_text(buffer, ".TP\n.B ");
		if (!metric->set_label)
			buffer_format(buffer, "%zu ", i);
		line(buffer, "", metric->set->values[i].text);
		line(buffer, "", metric->set->values[i].help);
	}
	buffer_text(buffer, ".RE\n");
}

static void other_names(struct buffer *buffer, const struct stat_metric *metric)
{
	unsigned last = metric->column + stat_columns(metric) - 1;
	char first[STAT_SOURCE_TEXT];
	char end[STAT_SOURCE_TEXT];

	buffer_format(buffer, "SNMP column %u", metric->column);
	if (last != metric->column)
		buffer_format(buffer, "\\-%u", last);
	buffer_format(buffer, "; RRD %s", stat_source_name(metric, 0, first));
	if (stat_sources(metric) > 1)
		buffer_format(buffer, "%s%s", metric->kind == STAT_KIND_HISTOGRAM ? ", " : " to ",
			      stat_source_name(metric, stat_sources(metric) - 1, end));
	buffer_text(buffer, ".\n");
}

static void metric_entry(struct buffer *buffer, const struct stat_family *family,
			 const struct stat_metric *metric)
{
	const char *unit = unit_text(metric->unit);
	char name[PROMETHEUS_NAME_TEXT];

	line(buffer, ".TP\n.B ", prometheus_name(family, metric, name));
	if (*unit)
		buffer_format(buffer, ".RI ( %s \", %s):\"\n", kind_text(metric->kind), unit);
	else
		buffer_format(buffer, ".RI ( %s ):\n", kind_text(metric->kind));
	roff(buffer, metric->help);
	buffer_text(buffer, ".\n");
	other_names(buffer, metric);
	values(buffer, metric);
}

static void family_section(struct buffer *buffer, const struct stat_family *family)
{
	line(buffer, ".SS ", family->help);
	buffer_format(buffer, "Family\n.BR %s ,\nSNMP table %u. Written by\n", family->name,
		      family->oid);
	roff(buffer, family->source);
	buffer_text(buffer, ".\n");
	text_list(buffer, family, family->labels, family->label_count, "Labels that say which one");
	text_list(buffer, family, family->infos, family->info_count, "Labels of its description");
	if (family->info_count > 0)
		buffer_format(buffer,
			      ".TP\n.B lbd_%s_info\n.RI ( info ):\n"
			      "always 1; carries both kinds of labels.\n",
			      family->name);
	for (size_t i = 0; i < family->metric_count; i++)
		metric_entry(buffer, family, &family->metrics[i]);
}

static void own_section(struct buffer *buffer)
{
	buffer_text(buffer, ".SS The processes, and the exporter itself\nPrometheus only. Family\n"
			    ".BR exporter .\n");
	for (size_t i = 0; i < SERIES_OWN_COUNT; i++) {
		const struct series_own_info *own = &series_own_infos[i];
		const char *type = series_type_name(own->type);

		line(buffer, ".TP\n.B ", own->name);
		if (*own->label)
			buffer_format(buffer, ".RI ( %s \", for each %s):\"\n", type, own->label);
		else
			buffer_format(buffer, ".RI ( %s ):\n", type);
		roff(buffer, own->help);
		buffer_text(buffer, ".\n");
	}
}

static void introduction(struct buffer *buffer)
{
	buffer_text(
		buffer,
		".\\\" SPDX-License-Identifier: GPL-2.0-or-later\n"
		".\\\" Made from lbd/stat/*.def; \"make update-golden\" writes it anew.\n"
		".TH LBD\\-METRICS 7 \"\" lbd \"lbd manual\"\n"
		".SH NAME\nlbd\\-metrics \\- every number that lbd publishes\n"
		".SH DESCRIPTION\n"
		"Each number of lbd is declared once; its names on all surfaces follow from that "
		"declaration, and so does this page.\n"
		"Names here are those of Prometheus: the family, the metric, its base unit, and\n"
		".B _total\non counters.\n"
		"The label names\n.BR instance \" and \" job\n"
		"belong to the Prometheus server; where lbd has such a text, the family's name "
		"stands before it.\n"
		".SS Kinds\n"
		".TP\n.B counter\nonly grows: over removal and return of what it counts, reloads,\n"
		".BR \"ipvsadm \\-Z\" ,\nand restarts of lbd. Use\n.BR rate ().\n"
		".TP\n.B counters\none counter for each value of a closed list, told apart by a "
		"label.\n"
		".TP\n.B gauge\na value of now.\n"
		".TP\n.B state\na gauge whose numbers have names.\n"
		".TP\n.B histogram\nobservations by size, cumulative. The bounds are the powers of "
		"two from 2\\(ha\\-17 s (7.62939453125e\\-06, 8 microseconds) to 2\\(ha5 s (32 "
		"seconds), told by the label\n.BR le .\n"
		"lbd keeps four buckets for each of them, which native histograms show, and of which "
		"these are sums.\n"
		".SS Absence\n"
		"What could not be read is absent, never zero.\n"
		"When a process is down or stuck for five seconds, none of its numbers is "
		"published, counters included: a counter that stands still would say that nothing "
		"happens.\n"
		".B lbd_segment_up\nis 0 then.\n"
		"When the process is back, its counters go on from where they were.\n");
}

static void questions(struct buffer *buffer)
{
	buffer_text(
		buffer,
		".SS Formats\n"
		"lbd\\-prometheus answers\n.B /metrics\nin the format that the scraper's Accept "
		"header prefers, each with the same names and numbers:\n"
		".TP\n.B text\nversion 0.0.4; for who asks for nothing else.\n"
		".TP\n.B openmetrics\nOpenMetrics 1.0; what Prometheus asks for. Metrics whose kind is "
		"info here are of that type in it; in the other formats they are gauges.\n"
		".TP\n.B protobuf\nio.prometheus.client.MetricFamily, delimited; what Prometheus asks "
		"for with\n.BR \\-\\-enable\\-feature=native\\-histograms .\n"
		"Histograms are then native ones too, of schema 2: the buckets that lbd counts in, "
		"nothing in between. Observations of more than 32 s are in the bucket of infinity.\n"
		"Prometheus takes these instead of the classic ones (beside them from 2.45 with\n"
		".BR scrape_classic_histograms ).\n"
		".PP\nIn the last two, a counter that events move (failovers, failures of real servers, "
		"drifts, reloads, restarts, events by severity) has an exemplar: the number and the cause "
		"of the newest of these events, for\n.BR \"lbctl explain\" .\n"
		"Prometheus keeps them with\n.BR \\-\\-enable\\-feature=exemplar\\-storage .\n"
		".SS Filters\n"
		".TP\n.BI /metrics?family= NAME\nonly this family; may be repeated. The families are "
		"below.\n"
		".TP\n.BI /metrics?virtual_server= NAME\nonly the rows with this label; may be "
		"repeated.\n.BI \"group \" NAME\nmeans all virtual servers of a group, and is how its "
		"checks are labelled.\n"
		".TP\n.B /metrics?created=1\nwith the time at which each counter began, as\n"
		".B _created\nin OpenMetrics; protobuf has a field for it. Prometheus makes a series of "
		"each.\n"
		".TP\n.B /metrics?native=0\nwithout native histograms, in protobuf.\n"
		".PP\nA name that does not exist is answered with status 400 and those that do.\n"
		".SH METRICS\n");
}

void manual_write(struct buffer *buffer)
{
	introduction(buffer);
	questions(buffer);
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		family_section(buffer, &stat_families[i]);
	own_section(buffer);
	buffer_text(buffer, ".SH SEE ALSO\n.BR lbd (8),\n.BR lbd.conf (5),\n.BR lbctl (1)\n");
}
