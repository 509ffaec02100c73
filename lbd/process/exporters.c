/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exporters' table. */
#include "process/exporters.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "base/log.h"
#include "base/text.h"
#include "process/privilege.h"
#include "process/table.h"

#define ARGUMENTS 32

/* The words of a command line. Numbers and addresses have their text here. */
struct arguments {
	const char *words[ARGUMENTS + 1];
	unsigned count;
	char texts[8][ADDRESS_TEXT];
	unsigned text_count;
};

static void add(struct arguments *arguments, const char *word)
{
	assert(arguments->count < ARGUMENTS);
	arguments->words[arguments->count++] = word;
}

static void add_option(struct arguments *arguments, const char *name, const char *value)
{
	add(arguments, name);
	add(arguments, value);
}

static char *new_text(struct arguments *arguments)
{
	assert(arguments->text_count < sizeof(arguments->texts) / sizeof(arguments->texts[0]));
	return arguments->texts[arguments->text_count++];
}

static void add_number(struct arguments *arguments, const char *name, unsigned number)
{
	char *text = new_text(arguments);

	snprintf(text, ADDRESS_TEXT, "%u", number);
	add_option(arguments, name, text);
}

static void add_address(struct arguments *arguments, const char *name,
			const struct address *address)
{
	add_option(arguments, name, address_format(address, new_text(arguments)));
}

/* --- lbd-prometheus */

static bool prometheus_wanted(const struct conf_global *global)
{
	return global->prometheus;
}

static bool prometheus_changed(const struct conf_global *old, const struct conf_global *new)
{
	return old->prometheus_port != new->prometheus_port ||
	       !address_equal(&old->prometheus_address, &new->prometheus_address) ||
	       strcmp(old->prometheus_web_config, new->prometheus_web_config) != 0;
}

static void prometheus_options(const struct conf_global *global, struct arguments *arguments)
{
	add_address(arguments, "--listen", &global->prometheus_address);
	add_number(arguments, "--port", global->prometheus_port);
	if (global->prometheus_web_config[0] != '\0')
		add_option(arguments, "--web-config", global->prometheus_web_config);
}

/* --- lbd-rrd */

static bool rrd_wanted(const struct conf_global *global)
{
	return global->rrd_directory[0] != '\0';
}

static bool rrd_changed(const struct conf_global *old, const struct conf_global *new)
{
	return strcmp(old->rrd_directory, new->rrd_directory) != 0 ||
	       strcmp(old->rrd_socket, new->rrd_socket) != 0 ||
	       strcmp(old->rrd_archives, new->rrd_archives) != 0 || old->rrd_step != new->rrd_step;
}

static void rrd_options(const struct conf_global *global, struct arguments *arguments)
{
	add_option(arguments, "--directory", global->rrd_directory);
	add_number(arguments, "--step", global->rrd_step);
	if (global->rrd_archives[0] != '\0')
		add_option(arguments, "--archives", global->rrd_archives);
	if (global->rrd_socket[0] != '\0')
		add_option(arguments, "--rrdcached", global->rrd_socket);
}

/* --- lbd-ganglia */

static bool ganglia_wanted(const struct conf_global *global)
{
	return global->ganglia;
}

static bool ganglia_changed(const struct conf_global *old, const struct conf_global *new)
{
	return strcmp(old->ganglia_host, new->ganglia_host) != 0 ||
	       strcmp(old->ganglia_interface, new->ganglia_interface) != 0 ||
	       strcmp(old->ganglia_metrics, new->ganglia_metrics) != 0 ||
	       old->ganglia_port != new->ganglia_port || old->ganglia_ttl != new->ganglia_ttl ||
	       old->ganglia_spoof != new->ganglia_spoof ||
	       old->ganglia_interval != new->ganglia_interval ||
	       old->ganglia_metadata_interval != new->ganglia_metadata_interval ||
	       old->ganglia_dmax != new->ganglia_dmax;
}

static void ganglia_options(const struct conf_global *global, struct arguments *arguments)
{
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
}

/* --- lbd-nagios */

static bool nagios_wanted(const struct conf_global *global)
{
	return global->nagios_command_file[0] != '\0';
}

static bool nagios_changed(const struct conf_global *old, const struct conf_global *new)
{
	return strcmp(old->nagios_command_file, new->nagios_command_file) != 0 ||
	       strcmp(old->nagios_host, new->nagios_host) != 0 ||
	       strcmp(old->nagios_services, new->nagios_services) != 0 ||
	       old->nagios_interval != new->nagios_interval ||
	       old->nagios_nsca != new->nagios_nsca;
}

static void nagios_options(const struct conf_global *global, struct arguments *arguments)
{
	add_option(arguments, "--command-file", global->nagios_command_file);
	add_option(arguments, "--host", global->nagios_host);
	add_option(arguments, "--format", global->nagios_nsca ? "nsca" : "command");
	add_number(arguments, "--interval", global->nagios_interval);
	if (global->nagios_services[0] != '\0')
		add_option(arguments, "--services", global->nagios_services);
}

/* --- the table */

static const struct exporter {
	bool (*wanted)(const struct conf_global *global);
	bool (*changed)(const struct conf_global *old, const struct conf_global *new);
	void (*options)(const struct conf_global *global, struct arguments *arguments);
} exporters[PROCESS_COUNT] = {
	[PROCESS_PROMETHEUS] = {prometheus_wanted, prometheus_changed, prometheus_options},
	[PROCESS_RRD] = {rrd_wanted, rrd_changed, rrd_options},
	[PROCESS_GANGLIA] = {ganglia_wanted, ganglia_changed, ganglia_options},
	[PROCESS_NAGIOS] = {nagios_wanted, nagios_changed, nagios_options},
};

bool exporter_wanted(enum process_id id, const struct conf_global *global)
{
	return exporters[id].wanted(global);
}

bool exporter_changed(enum process_id id, const struct conf_global *old,
		      const struct conf_global *new)
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
	exporters[id].options(daemon->conf->global, &arguments);
	add(&arguments, "--die-with-parent");
	if (segment_fd >= 0 && fcntl(segment_fd, F_SETFD, 0) == 0)
		add_number(&arguments, "--segment-fd", (unsigned)segment_fd);
	if (daemon->options->foreground)
		add(&arguments, "-n");
	if (privilege_drop(row->user, row->privileges) == 0)
		execv(path, (char *const *)(uintptr_t)arguments.words);
	log_error("cannot execute %s: %s", path, strerror(errno));
}
