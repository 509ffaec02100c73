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

/* The words of a command line, each with its NUL, one after the other: two can be compared. */
struct arguments {
	char *text;
	size_t length, room, count;
};

static void add(struct arguments *arguments, const char *word)
{
	size_t size = strlen(word) + 1;

	if (arguments->length + size > arguments->room) {
		arguments->room = arguments->room * 2 + size;
		arguments->text = memory_resize(arguments->text, arguments->room, 1);
	}
	memcpy(arguments->text + arguments->length, word, size);
	arguments->length += size;
	arguments->count++;
}

/* As execv() takes them; they point into the text. The caller's to free. */
static char **words_of(const struct arguments *arguments)
{
	char **words = memory_array(arguments->count + 1, sizeof(*words));
	char *at = arguments->text;

	for (size_t i = 0; i < arguments->count; i++, at += strlen(at) + 1)
		words[i] = at;
	return words;
}

static void add_option(struct arguments *arguments, const char *name, const char *value)
{
	add(arguments, name);
	add(arguments, value);
}

static void add_if_set(struct arguments *arguments, const char *name, const char *value)
{
	if (value[0] != '\0')
		add_option(arguments, name, value);
}

static void add_number(struct arguments *arguments, const char *name, unsigned number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	add_option(arguments, name, text);
}

static void add_address(struct arguments *arguments, const char *name,
			const struct address *address)
{
	char text[ADDRESS_TEXT];

	add_option(arguments, name, address_format(address, text));
}

/* --- lbd-prometheus */

static bool prometheus_wanted(const struct conf *conf)
{
	return conf->global->prometheus;
}

static void prometheus_options(const struct conf *conf, struct arguments *arguments)
{
	const struct conf_global *global = conf->global;

	add_address(arguments, "--listen", &global->prometheus_address);
	add_number(arguments, "--port", global->prometheus_port);
	add_if_set(arguments, "--web-config", global->prometheus_web_config);
}

/* --- lbd-rrd */

static bool rrd_wanted(const struct conf *conf)
{
	return conf->global->rrd_directory[0] != '\0';
}

static void rrd_options(const struct conf *conf, struct arguments *arguments)
{
	const struct conf_global *global = conf->global;

	add_option(arguments, "--directory", global->rrd_directory);
	add_number(arguments, "--step", global->rrd_step);
	add_if_set(arguments, "--archives", global->rrd_archives);
	add_if_set(arguments, "--rrdcached", global->rrd_socket);
}

/* --- lbd-ganglia */

static bool ganglia_wanted(const struct conf *conf)
{
	return conf->global->ganglia;
}

static void ganglia_options(const struct conf *conf, struct arguments *arguments)
{
	const struct conf_global *global = conf->global;

	add_option(arguments, "--host", global->ganglia_host);
	add_number(arguments, "--port", global->ganglia_port);
	add_number(arguments, "--ttl", global->ganglia_ttl);
	add_if_set(arguments, "--interface", global->ganglia_interface);
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

static void nagios_options(const struct conf *conf, struct arguments *arguments)
{
	const struct conf_global *global = conf->global;

	add_option(arguments, "--command-file", global->nagios_command_file);
	add_option(arguments, "--host", global->nagios_host);
	add_option(arguments, "--format", global->nagios_nsca ? "nsca" : "command");
	add_number(arguments, "--interval", global->nagios_interval);
	add_if_set(arguments, "--services", global->nagios_services);
}

/* --- lbd-push */

static bool push_wanted(const struct conf *conf)
{
	return conf->push_target_count > 0;
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
		add_option(arguments, "--label", text);
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

static void snmp_options(const struct conf *conf, struct arguments *arguments)
{
	const struct conf_global *global = conf->global;

	add_if_set(arguments, "--agentx", global->snmp_agentx);
	add_if_set(arguments, "--listen", global->snmp_listen);
	add_if_set(arguments, "--config", global->snmp_config);
	add_option(arguments, "--mib-base", global->snmp_mib_base);
	add_option(arguments, "--keepalived-mib", global->snmp_keepalived ? "yes" : "no");
	add_option(arguments, "--notifications", global->snmp_notifications);
	if (global->snmp_writable)
		add_option(arguments, "--writable", "yes");
}

/* --- the table */

static const struct exporter {
	bool (*wanted)(const struct conf *conf);
	void (*options)(const struct conf *conf, struct arguments *arguments);
} exporters[PROCESS_COUNT] = {
	[PROCESS_PROMETHEUS] = {prometheus_wanted, prometheus_options},
	[PROCESS_RRD] = {rrd_wanted, rrd_options},
	[PROCESS_GANGLIA] = {ganglia_wanted, ganglia_options},
	[PROCESS_NAGIOS] = {nagios_wanted, nagios_options},
	[PROCESS_PUSH] = {push_wanted, push_options},
	[PROCESS_SNMP] = {snmp_wanted, snmp_options},
};

bool exporter_wanted(enum process_id id, const struct conf *conf)
{
	return exporters[id].wanted(conf);
}

bool exporter_changed(enum process_id id, const struct conf *old, const struct conf *new)
{
	struct arguments before = {0}, after = {0};
	bool changed = exporter_wanted(id, old) != exporter_wanted(id, new);

	if (!changed && exporter_wanted(id, new)) {
		exporters[id].options(old, &before);
		exporters[id].options(new, &after);
		changed = before.length != after.length ||
			  memcmp(before.text, after.text, after.length) != 0;
		free(before.text);
		free(after.text);
	}
	return changed;
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
		execv(path, words_of(&arguments));
	log_error("cannot execute %s: %s", path, strerror(errno));
}
