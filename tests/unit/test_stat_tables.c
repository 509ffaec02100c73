/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the metric tables derive: golden files, and rules that the compiler cannot check. */
#include "stat/stat.h"

#include <string.h>

#include "exporters/base/buffer.h"
#include "exporters/prometheus/manual.h"
#include "exporters/prometheus/series.h"
#include "tests/golden/golden.h"
#include "tests/unit/unit.h"

static void for_each_metric(struct buffer *buffer,
			    void (*write)(struct buffer *, const struct stat_family *,
					  const struct stat_metric *))
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		for (size_t j = 0; j < stat_families[i].metric_count; j++)
			write(buffer, &stat_families[i], &stat_families[i].metrics[j]);
}

static void compare_and_free(const char *path, struct buffer *buffer)
{
	golden_compare(path, buffer->bytes, buffer->length);
	buffer_free(buffer);
}

static void write_texts(struct buffer *buffer, const char *word, const struct stat_text *texts,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		buffer_format(buffer, "  %4zu %s %s[%zu]\n", texts[i].offset, word, texts[i].name,
			      texts[i].size);
}

/* Where everything is in a row: if this differs, segments of an older lbd are not read.
 * The offsets are those of the 64-bit machines that lbd is built for. */
static void layout(void)
{
	struct buffer buffer = {0};

	buffer_format(&buffer, "layout %016llx\n", (unsigned long long)stat_layout_hash());
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_family *family = &stat_families[i];

		buffer_format(&buffer, "%s %zu bytes\n", family->name, family->stride);
		write_texts(&buffer, "label", family->labels, family->label_count);
		write_texts(&buffer, "info", family->infos, family->info_count);
		for (size_t j = 0; j < family->metric_count; j++)
			buffer_format(&buffer, "  %4zu bit %zu %s\n", family->metrics[j].offset, j,
				      family->metrics[j].name);
	}
	compare_and_free("tests/golden/layout.txt", &buffer);
}

static void write_prometheus(struct buffer *buffer, const struct stat_family *family,
			     const struct stat_metric *metric)
{
	char name[PROMETHEUS_NAME_TEXT];

	buffer_format(buffer, "%s %s", prometheus_name(family, metric, name),
		      prometheus_type(metric));
	if (metric->set_label)
		buffer_format(buffer, " by %s", metric->set_label);
	buffer_text(buffer, "\n");
}

static void prometheus_names(void)
{
	struct buffer buffer = {0};

	for_each_metric(&buffer, write_prometheus);
	for (size_t i = 0; i < SERIES_OWN_COUNT; i++)
		buffer_format(&buffer, "%s %s\n", series_own_infos[i].name,
			      series_type_name(series_own_infos[i].type));
	compare_and_free("tests/golden/prometheus-names.txt", &buffer);
}

static void write_snmp(struct buffer *buffer, const struct stat_family *family,
		       const struct stat_metric *metric)
{
	for (unsigned i = 0; i < stat_columns(metric); i++)
		buffer_format(buffer, "%u.%u %s.%s\n", family->oid, metric->column + i,
			      family->name, metric->name);
}

static void snmp_columns(void)
{
	struct buffer buffer = {0};

	for_each_metric(&buffer, write_snmp);
	compare_and_free("tests/golden/snmp-columns.txt", &buffer);
}

static void write_rrd(struct buffer *buffer, const struct stat_family *family,
		      const struct stat_metric *metric)
{
	char name[STAT_SOURCE_TEXT];

	for (unsigned i = 0; i < stat_sources(metric); i++)
		buffer_format(buffer, "%s %s\n", family->name, stat_source_name(metric, i, name));
}

static void rrd_names(void)
{
	struct buffer buffer = {0};

	for_each_metric(&buffer, write_rrd);
	compare_and_free("tests/golden/rrd-names.txt", &buffer);
}

static void manual_page(void)
{
	struct buffer buffer = {0};

	manual_write(&buffer);
	compare_and_free("man/lbd-metrics.7", &buffer);
}

static unsigned same_source(const struct stat_family *family, const char *name)
{
	char other[STAT_SOURCE_TEXT];
	unsigned found = 0;

	for (size_t i = 0; i < family->metric_count; i++)
		for (unsigned j = 0; j < stat_sources(&family->metrics[i]); j++)
			found += strcmp(stat_source_name(&family->metrics[i], j, other), name) == 0;
	return found;
}

static void rrd_names_are_unique(void)
{
	char name[STAT_SOURCE_TEXT];

	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		for (size_t j = 0; j < stat_families[i].metric_count; j++) {
			const struct stat_metric *metric = &stat_families[i].metrics[j];

			for (unsigned k = 0; k < stat_sources(metric); k++) {
				stat_source_name(metric, k, name);
				UNIT_NUMBER(same_source(&stat_families[i], name), 1);
				/* rrdtool's own rule: [a-zA-Z0-9_]{1,19} */
				UNIT_NUMBER(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
					    strlen(name));
			}
		}
}

/* All label names that one series of the metric can have, each once; `le` is the histograms'. */
static void label_names_are_unique(void)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_family *family = &stat_families[i];
		const char *names[32] = {"le"};
		size_t count = 1;

		for (size_t j = 0; j < family->label_count; j++)
			names[count++] = family->labels[j].name;
		for (size_t j = 0; j < family->info_count; j++)
			names[count++] = family->infos[j].name;
		for (size_t j = 0; j < count; j++)
			for (size_t k = 0; k < j; k++)
				CU_ASSERT(strcmp(names[j], names[k]) != 0);
		for (size_t j = 0; j < family->metric_count; j++)
			for (size_t k = 0; family->metrics[j].set_label && k < count; k++)
				CU_ASSERT(strcmp(family->metrics[j].set_label, names[k]) != 0);
	}
}

static unsigned same_prometheus_name(const char *name)
{
	char other[PROMETHEUS_NAME_TEXT];
	unsigned found = 0;

	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		for (size_t j = 0; j < stat_families[i].metric_count; j++)
			found += strcmp(name,
					prometheus_name(&stat_families[i],
							&stat_families[i].metrics[j], other)) == 0;
	for (size_t i = 0; i < SERIES_OWN_COUNT; i++)
		found += strcmp(name, series_own_infos[i].name) == 0;
	return found;
}

static void prometheus_names_are_unique(void)
{
	char name[PROMETHEUS_NAME_TEXT];

	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		for (size_t j = 0; j < stat_families[i].metric_count; j++)
			UNIT_NUMBER(same_prometheus_name(prometheus_name(
					    &stat_families[i], &stat_families[i].metrics[j], name)),
				    1);
}

static void families_have_distinct_oids_and_identities(void)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		CU_ASSERT(stat_families[i].label_count > 0);
		CU_ASSERT(stat_families[i].oid > 0);
		for (size_t j = 0; j < i; j++)
			CU_ASSERT(stat_families[i].oid != stat_families[j].oid);
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(layout),
	UNIT_TEST(prometheus_names),
	UNIT_TEST(snmp_columns),
	UNIT_TEST(rrd_names),
	UNIT_TEST(manual_page),
	UNIT_TEST(rrd_names_are_unique),
	UNIT_TEST(label_names_are_unique),
	UNIT_TEST(prometheus_names_are_unique),
	UNIT_TEST(families_have_distinct_oids_and_identities),
};

int main(void)
{
	return unit_main("stat_tables", tests, UNIT_COUNT(tests));
}
