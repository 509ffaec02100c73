/* SPDX-License-Identifier: GPL-2.0-or-later */
/* global_defs and exporters. */
#include "conf/builder.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define PROMETHEUS_PORT 9165

static void build_router_id(struct builder *builder, struct conf_global *global)
{
	const struct setting *router_id = object_setting(builder->global, GLOBAL_router_id);

	if (router_id->text)
		builder_word(builder, global->router_id, sizeof(global->router_id), "name",
			     router_id->text, router_id->value_at);
	else if (gethostname(global->router_id, sizeof(global->router_id) - 1) != 0)
		TEXT_COPY(global->router_id, "localhost");
}

static void build_flush_on_stop(struct builder *builder, struct conf_global *global)
{
	const struct setting *flush = object_setting(builder->global, GLOBAL_lvs_flush_on_stop);

	global->lvs_flush_on_stop = flush->set;
	global->lvs_flush_vs = flush->text && strcmp(flush->text, "VS") == 0;
	if (flush->text && !global->lvs_flush_vs)
		report_warning(builder->report, flush->value_at,
			       "\"%s\" is ignored: lvs_flush_on_stop takes VS or nothing",
			       flush->text);
}

static void check_multicast_group(struct builder *builder)
{
	const struct setting *group = object_setting(builder->global, GLOBAL_vrrp_mcast_group4);
	struct address vrrp;

	if (group->set && address_parse("224.0.0.18", &vrrp) && address_is_set(&group->address) &&
	    !address_equal(&group->address, &vrrp))
		report_error(builder->report, group->value_at,
			     "lbd sends advertisements to 224.0.0.18 only so far: another director "
			     "that uses %s would not hear it",
			     group->text);
}

void build_global(struct builder *builder)
{
	struct position at = builder->global->at;
	struct conf_global *global = builder_add_global(builder, at);

	build_router_id(builder, global);
	global->lvs_flush = object_flag(builder->global, GLOBAL_lvs_flush);
	global->dynamic_interfaces = object_setting(builder->global, GLOBAL_dynamic_interfaces)->set;
	global->traps = object_flag(builder->global, GLOBAL_enable_traps);
	build_flush_on_stop(builder, global);
	check_multicast_group(builder);
}

static void build_listen(struct builder *builder, const struct setting *listen,
			 struct conf_global *global)
{
	if (!listen->set)
		return;
	if (builder_address_port(builder, listen->statement, &global->prometheus_address,
				 &global->prometheus_port) &&
	    global->prometheus_port == 0)
		global->prometheus_port = PROMETHEUS_PORT;
	if (listen->statement->count > 3)
		report_warning(builder->report, listen->statement->words[3].at,
			       "\"%s\" is ignored: listen takes an address and a port",
			       listen->statement->words[3].text);
}

/* The daemon works in /, and lbd -t does not: a relative path would mean two files. */
static void build_web_config(struct builder *builder, const struct setting *web_config,
			     struct conf_global *global)
{
	if (!web_config->text)
		return;
	if (web_config->text[0] != '/')
		report_error(builder->report, web_config->value_at,
			     "\"%s\" is no whole path: write one that begins with /",
			     web_config->text);
	else
		builder_word(builder, global->prometheus_web_config,
			     sizeof(global->prometheus_web_config), "path", web_config->text,
			     web_config->value_at);
}

void build_exporters(struct builder *builder)
{
	const struct object *exporters = object_child(builder->top, BLOCK_EXPORTERS);
	const struct object *prometheus =
		exporters ? object_child(exporters, BLOCK_PROMETHEUS) : NULL;
	struct conf_global *global = &builder->conf->global[0];

	global->prometheus = !exporters || !object_flag(exporters, EXPORTERS_no_prometheus);
	global->prometheus_port = PROMETHEUS_PORT;
	address_parse("127.0.0.1", &global->prometheus_address);
	if (prometheus && !global->prometheus)
		report_error(builder->report,
			     object_setting(exporters, EXPORTERS_no_prometheus)->at,
			     "no_prometheus contradicts the prometheus block: remove one of them");
	build_rrd(builder, exporters);
	build_ganglia(builder, exporters);
	build_nagios(builder, exporters);
	build_push(builder, exporters);
	build_snmp(builder, exporters);
	if (!prometheus)
		return;
	build_listen(builder, object_setting(prometheus, PROMETHEUS_listen), global);
	build_web_config(builder, object_setting(prometheus, PROMETHEUS_web_config), global);
}
