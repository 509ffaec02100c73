/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ganglia block of exporters. */
#include "conf/builder.h"

#include <string.h>

#include "base/text.h"

#define GMOND_GROUP "239.2.11.71"
#define GMOND_PORT 8649

static void build_host(struct builder *builder, const struct setting *host, struct conf_global *global)
{
	const struct statement *statement = host->statement;

	TEXT_COPY(global->ganglia_host, GMOND_GROUP);
	global->ganglia_port = GMOND_PORT;
	if (!host->set || !host->text)
		return;
	builder_word(builder, global->ganglia_host, sizeof(global->ganglia_host), "name", host->text,
		     host->value_at);
	if (statement->count > 2 && builder_port(builder, &statement->words[2], &global->ganglia_port) &&
	    global->ganglia_port == 0)
		report_error(builder->report, statement->words[2].at,
			     "\"0\" is no port: a port is 1 to 65535");
	if (statement->count > 3)
		report_warning(builder->report, statement->words[3].at,
			       "\"%s\" is ignored: host takes an address or a name, and a port",
			       statement->words[3].text);
}

static void build_ask(struct builder *builder, const struct setting *ask, struct conf_global *global)
{
	if (!ask->set)
		return;
	if (builder_address_port(builder, ask->statement, &global->ganglia_ask,
				 &global->ganglia_ask_port) &&
	    global->ganglia_ask_port == 0)
		global->ganglia_ask_port = GMOND_PORT;
	if (ask->statement->count > 3)
		report_warning(builder->report, ask->statement->words[3].at,
			       "\"%s\" is ignored: ask takes an address and a port",
			       ask->statement->words[3].text);
}

static void build_interface(struct builder *builder, const struct setting *interface,
			    struct conf_global *global)
{
	if (!interface->text)
		return;
	if (builder_word(builder, global->ganglia_interface, sizeof(global->ganglia_interface),
			 "name of an interface", interface->text, interface->value_at))
		builder_interface(builder, interface->text, interface->value_at);
}

static bool is_one_of(const char *word, const char *const words[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

/* As the exporter takes them: each once, with commas. */
static void build_metrics(struct builder *builder, const struct setting *metrics,
			  struct conf_global *global)
{
	static const char *const words[] = {"summary", "vrrp", "virtual_servers", "real_servers", "all"};
	const struct statement *statement = metrics->statement;
	const char *seen[sizeof(words) / sizeof(words[0])];
	size_t count = 0;

	for (size_t i = 1; metrics->set && i < statement->count; i++) {
		const struct word *word = &statement->words[i];

		if (!is_one_of(word->text, words, sizeof(words) / sizeof(words[0]))) {
			report_error(builder->report, word->at,
				     "\"%s\" is no group of metrics: write summary, vrrp, "
				     "virtual_servers, real_servers, or all",
				     word->text);
		} else if (!is_one_of(word->text, seen, count)) {
			seen[count++] = word->text;
			TEXT_APPEND(global->ganglia_metrics, "%s%s", count > 1 ? "," : "", word->text);
		}
	}
	if (count == 0)
		TEXT_COPY(global->ganglia_metrics, "summary");
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* gmond counts from the last description of a metric, not from its last value. */
static void build_dmax(struct builder *builder, const struct setting *dmax, struct conf_global *global)
{
	uint32_t described = larger(global->ganglia_metadata_interval, global->ganglia_interval);

	global->ganglia_dmax = larger(10 * global->ganglia_interval, 4 * global->ganglia_metadata_interval);
	if (!dmax->set)
		return;
	if (dmax->number != 0 && dmax->number < 2 * (int64_t)described)
		report_error(builder->report, dmax->value_at,
			     "dmax %s is too short: metrics are described each %u s, and gmond would forget "
			     "those that are well; write %u or more, or 0",
			     dmax->text, described, 2 * described);
	global->ganglia_dmax = (uint32_t)dmax->number;
}

void build_ganglia(struct builder *builder, const struct object *exporters)
{
	const struct object *ganglia = exporters ? object_child(exporters, BLOCK_GANGLIA) : NULL;
	struct conf_global *global = &builder->conf->global[0];

	if (!ganglia)
		return;
	global->ganglia = 1;
	build_host(builder, object_setting(ganglia, GANGLIA_host), global);
	build_ask(builder, object_setting(ganglia, GANGLIA_ask), global);
	build_interface(builder, object_setting(ganglia, GANGLIA_interface), global);
	build_metrics(builder, object_setting(ganglia, GANGLIA_metrics), global);
	global->ganglia_ttl = (uint8_t)object_setting(ganglia, GANGLIA_ttl)->number;
	global->ganglia_spoof = object_flag(ganglia, GANGLIA_spoof);
	global->ganglia_interval = (uint32_t)object_setting(ganglia, GANGLIA_interval)->number;
	global->ganglia_metadata_interval =
		(uint32_t)object_setting(ganglia, GANGLIA_send_metadata_interval)->number;
	build_dmax(builder, object_setting(ganglia, GANGLIA_dmax), global);
}
