/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exporters' table. */
#include "process/exporters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "process/privilege.h"
#include "process/table.h"

/* The words of a command line. In a process that is about to become the exporter: what is made for
 * them is never freed. */
struct arguments {
	const char **words; /* and a NULL */
	size_t count, room;
};

static void add(struct arguments *arguments, const char *word)
{
	if (arguments->count + 2 > arguments->room) {
		arguments->room = arguments->room * 2 + 16;
		arguments->words =
			memory_resize(arguments->words, arguments->room, sizeof(*arguments->words));
	}
	arguments->words[arguments->count++] = word;
	arguments->words[arguments->count] = NULL;
}

static void add_option(struct arguments *arguments, const char *name, const char *value)
{
	add(arguments, name);
	add(arguments, value);
}

static void add_number(struct arguments *arguments, const char *name, unsigned number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	add_option(arguments, name, memory_string(text));
}

static void add_address(struct arguments *arguments, const char *name,
			const struct address *address)
{
	char text[ADDRESS_TEXT];

	add_option(arguments, name, memory_string(address_format(address, text)));
}

/* --- lbd-prometheus */

static bool prometheus_wanted(const struct conf *conf)
{
	return conf->global->prometheus;
}

static bool prometheus_changed(const struct conf *old_conf, const struct conf *new_conf)
{
	const struct conf_global *old = old_conf->global, *new = new_conf->global;

	return old->prometheus_port != new->prometheus_port ||
	       !address_equal(&old->prometheus_address, &new->prometheus_address) ||
	       strcmp(old->prometheus_web_config, new->prometheus_web_config) != 0;
}

static void prometheus_options(const struct conf *conf, struct arguments *arguments)
{
	const struct conf_global *global = conf->global;

	add_address(arguments, "--listen", &global->prometheus_address);
	add_number(arguments, "--port", global->prometheus_port);
	if (global->prometheus_web_config[0] != '\0')
		add_option(arguments, "--web-config", global->prometheus_web_config);
}

/* --- lbd-rrd */

static bool rrd_wanted(const struct conf *conf)
{
	return conf->global->rrd_directory[0] != '\0';
}

static bool rrd_changed(const struct conf *old_conf, const struct conf *new_conf)
{
	const struct conf_global *old = old_conf->global, *new = new_conf->global;

	return strcmp(old->rrd_directory, new->rrd_directory) != 0 ||
	       strcmp(old->rrd_socket, new->rrd_socket) != 0 ||
	       strcmp(old->rrd_archives, new->rrd_archives) != 0 || old->rrd_step != new->rrd_step;
}

static void rrd_options(const struct conf *conf, struct arguments *arguments)
{
	const struct conf_global *global = conf->global;

	add_option(arguments, "--directory", global->rrd_directory);
	add_number(arguments, "--step", global->rrd_step);
	if (global->rrd_archives[0] != '\0')
		add_option(arguments, "--archives", global->rrd_archives);
	if (global->rrd_socket[0] != '\0')
		add_option(arguments, "--rrdcached", global->rrd_socket);
}

/* --- lbd-ganglia */

static bool ganglia_wanted(const struct conf *conf)
{
	return conf->global->ganglia;
}

static bool ganglia_changed(const struct conf *old_conf, const struct conf *new_conf)
{
	const struct conf_global *old = old_conf->global, *new = new_conf->global;

	return strcmp(old->ganglia_host, new->ganglia_host) != 0 ||
	       strcmp(old->ganglia_interface, new->ganglia_interface) != 0 ||
	       strcmp(old->ganglia_metrics, new->ganglia_metrics) != 0 ||
	       old->ganglia_port != new->ganglia_port || old->ganglia_ttl != new->ganglia_ttl ||
	       old->ganglia_spoof != new->ganglia_spoof ||
	       old->ganglia_interval != new->ganglia_interval ||
	       old->ganglia_metadata_interval != new->ganglia_metadata_interval ||
	       old->ganglia_dmax != new->ganglia_dmax ||
	       !address_equal(&old->ganglia_ask, &new->ganglia_ask) ||
	       old->ganglia_ask_port != new->ganglia_ask_port;
}

static void ganglia_options(const struct conf *conf, struct arguments *arguments)
{
	const struct conf_global *global = conf->global;

	add_option(arguments, "--host", global->ganglia_host);
	add_number(arguments, "--port", global->ganglia_port);
	add_number(arguments, "--ttl", global->ganglia_ttl);
	if (global->ganglia_interface[0] != '\0')
		add_option(arguments, "--interface", global->ganglia_interface);
	add_number(arguments, "--interval", global->ganglia_interval);
	add_number(arguments, "--send-metadata-interval", global->ganglia_metadata_interval);
	add_number(arguments, "--dmax", global->ganglia_dmax);
	add_option(arguments, "--metrics", global->ganglia_metrics);
	add_option(arguments, "--spoof", global->ganglia_spoof ? "yes" : "no");
	if (address_is_set(&global->ganglia_ask)) {
		add_address(arguments, "--ask", &global->ganglia_ask);
		add_number(arguments, "--ask-port", global->ganglia_ask_port);
	}
}

/* --- lbd-nagios */

static bool nagios_wanted(const struct conf *conf)
{
	return conf->global->nagios_command_file[0] != '\0';
}

static bool nagios_changed(const struct conf *old_conf, const struct conf *new_conf)
{
	const struct conf_global *old = old_conf->global, *new = new_conf->global;

	return strcmp(old->nagios_command_file, new->nagios_command_file) != 0 ||
	       strcmp(old->nagios_host, new->nagios_host) != 0 ||
	       strcmp(old->nagios_services, new->nagios_services) != 0 ||
	       old->nagios_interval != new->nagios_interval ||
	       old->nagios_nsca != new->nagios_nsca;
}

static void nagios_options(const struct conf *conf, struct arguments *arguments)
{
	const struct conf_global *global = conf->global;

	add_option(arguments, "--command-file", global->nagios_command_file);
	add_option(arguments, "--host", global->nagios_host);
	add_option(arguments, "--format", global->nagios_nsca ? "nsca" : "command");
	add_number(arguments, "--interval", global->nagios_interval);
	if (global->nagios_services[0] != '\0')
		add_option(arguments, "--services", global->nagios_services);
}

/* --- lbd-push */

static bool push_wanted(const struct conf *conf)
{
	return conf->push_target_count > 0;
}

static bool same(const void *old, const void *new, size_t size)
{
	return size == 0 || memcmp(old, new, size) == 0;
}

static bool push_changed(const struct conf *old, const struct conf *new)
{
	return strcmp(old->global->router_id, new->global->router_id) != 0 ||
	       old->push_target_count != new->push_target_count ||
	       old->push_label_count != new->push_label_count ||
	       !same(old->push_targets, new->push_targets,
		     new->push_target_count * sizeof(*new->push_targets)) ||
	       !same(old->push_labels, new->push_labels,
		     new->push_label_count * sizeof(*new->push_labels));
}

static void add_if_set(struct arguments *arguments, const char *name, const char *value)
{
	if (value[0] != '\0')
		add_option(arguments, name, value);
}

static void push_target_options(const struct conf *conf, const struct conf_push_target *target,
				struct arguments *arguments)
{
	add_option(arguments,
		   target->protocol == CONF_PUSH_REMOTE_WRITE ? "--remote-write" : "--otlp",
		   target->url);
	add_number(arguments, "--interval", target->interval);
	add_number(arguments, "--timeout", target->timeout);
	add_number(arguments, "--queue", target->queue);
	add_option(arguments, "--native-histograms", target->native_histograms ? "yes" : "no");
	add_if_set(arguments, "--user", target->user);
	add_if_set(arguments, "--password-file", target->password_file);
	add_if_set(arguments, "--token-file", target->token_file);
	add_if_set(arguments, "--headers-file", target->headers_file);
	add_if_set(arguments, "--ca-file", target->ca_file);
	add_if_set(arguments, "--cert-file", target->cert_file);
	add_if_set(arguments, "--key-file", target->key_file);
	for (uint32_t i = 0; i < target->label_count; i++) {
		const struct conf_push_label *label = &conf->push_labels[target->first_label + i];
		char text[sizeof(label->name) + sizeof(label->value)];

		snprintf(text, sizeof(text), "%s=%s", label->name, label->value);
		add_option(arguments, "--label", memory_string(text));
	}
}

static void push_options(const struct conf *conf, struct arguments *arguments)
{
	add_option(arguments, "--host", conf->global->router_id);
	for (size_t i = 0; i < conf->push_target_count; i++)
		push_target_options(conf, &conf->push_targets[i], arguments);
}

/* --- lbd-snmp */

static bool snmp_wanted(const struct conf *conf)
{
	return conf->global->snmp;
}

static bool snmp_changed(const struct conf *old_conf, const struct conf *new_conf)
{
	const struct conf_global *old = old_conf->global, *new = new_conf->global;

	return strcmp(old->snmp_agentx, new->snmp_agentx) != 0 ||
	       strcmp(old->snmp_listen, new->snmp_listen) != 0 ||
	       strcmp(old->snmp_config, new->snmp_config) != 0 ||
	       strcmp(old->snmp_mib_base, new->snmp_mib_base) != 0 ||
	       strcmp(old->snmp_notifications, new->snmp_notifications) != 0;
}

static void snmp_options(const struct conf *conf, struct arguments *arguments)
{
	const struct conf_global *global = conf->global;

	if (global->snmp_agentx[0] != '\0')
		add_option(arguments, "--agentx", global->snmp_agentx);
	else
		add_option(arguments, "--listen", global->snmp_listen);
	if (global->snmp_config[0] != '\0')
		add_option(arguments, "--config", global->snmp_config);
	add_option(arguments, "--mib-base", global->snmp_mib_base);
	add_option(arguments, "--keepalived-mib", global->snmp_keepalived ? "yes" : "no");
	add_option(arguments, "--notifications", global->snmp_notifications);
}

/* --- the table */

static const struct exporter {
	bool (*wanted)(const struct conf *conf);
	bool (*changed)(const struct conf *old, const struct conf *new);
	void (*options)(const struct conf *conf, struct arguments *arguments);
} exporters[PROCESS_COUNT] = {
	[PROCESS_PROMETHEUS] = {prometheus_wanted, prometheus_changed, prometheus_options},
	[PROCESS_RRD] = {rrd_wanted, rrd_changed, rrd_options},
	[PROCESS_GANGLIA] = {ganglia_wanted, ganglia_changed, ganglia_options},
	[PROCESS_NAGIOS] = {nagios_wanted, nagios_changed, nagios_options},
	[PROCESS_PUSH] = {push_wanted, push_changed, push_options},
	[PROCESS_SNMP] = {snmp_wanted, snmp_changed, snmp_options},
};

bool exporter_wanted(enum process_id id, const struct conf *conf)
{
	return exporters[id].wanted(conf);
}

bool exporter_changed(enum process_id id, const struct conf *old, const struct conf *new)
{
	return exporters[id].wanted(old) != exporters[id].wanted(new) ||
	       exporters[id].changed(old, new);
}

void exporter_execute(enum process_id id, const struct daemon *daemon, int segment_fd)
{
	const struct process_row *row = process_row(id);
	const char *directory = getenv("LBD_EXPORTER_DIR");
	struct arguments arguments = {0};
	char path[CONF_PATH];

	snprintf(path, sizeof(path), "%s/%s", directory ? directory : LBD_EXPORTER_DIR, row->title);
	add(&arguments, row->title);
	add_option(&arguments, "--run-dir", daemon->options->run_dir);
	exporters[id].options(daemon->conf, &arguments);
	add(&arguments, "--die-with-parent");
	if (segment_fd >= 0 && fcntl(segment_fd, F_SETFD, 0) == 0)
		add_number(&arguments, "--segment-fd", (unsigned)segment_fd);
	if (daemon->options->foreground)
		add(&arguments, "-n");
	if (privilege_drop(row->user, row->privileges) == 0)
		execv(path, (char *const *)(uintptr_t)arguments.words);
	log_error("cannot execute %s: %s", path, strerror(errno));
}
