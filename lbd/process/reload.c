/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configurations: loaded, compared, put in force, reported. A refused one changes nothing. */
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "process/daemon.h"
#include "process/notify.h"

/* The group that may look into and change a running lbd. */
#define OPERATORS "lbd"

/* Lines of a report that are sent to the operator; a change of ten thousand objects is summed up. */
#define REPORT_LINES 200

void process_log_diagnostics(const struct conf_diagnostics *diagnostics)
{
	char line[1024];

	for (size_t i = 0; i < diagnostics->count; i++) {
		conf_diagnostic_format(&diagnostics->list[i], line, sizeof(line));
		log_write(diagnostics->list[i].severity == CONF_ERROR ? LOG_LEVEL_ERROR
								      : LOG_LEVEL_WARNING,
			  "%s", line);
	}
}

/* --- putting one in force ------------------------------------------------------------------------ */

/* For `lbctl diff`: root's and the operators' group, because there are passwords in it. */
static void save(const struct daemon *daemon)
{
	struct group *group = geteuid() == 0 ? getgrnam(OPERATORS) : NULL;
	char path[CONF_PATH + 16];
	int status;

	snprintf(path, sizeof(path), "%s/running.conf", daemon->options->run_dir);
	status = conf_save(daemon->conf, path);
	if (status == 0 && group && chown(path, 0, group->gr_gid) != 0)
		status = -errno;
	if (status != 0)
		log_warning("cannot write %s: %s; `lbctl diff` will not work", path,
			    strerror(-status));
}

/* For lbd-snmp, beside the numbers that it reads. */
static void publish(const struct daemon *daemon, const struct conf *conf)
{
	char path[sizeof(daemon->stat_dir) + sizeof(CONF_PUBLISHED)];
	int status;

	snprintf(path, sizeof(path), "%s/" CONF_PUBLISHED, daemon->stat_dir);
	status = conf_publish(conf, path);
	if (status != 0)
		log_warning("cannot write %s: %s; lbd-snmp will not know the configuration", path,
			    strerror(-status));
}

int reload_install(struct daemon *daemon, struct conf *conf, struct conf **old)
{
	int fd;

	conf->generation = daemon->conf ? daemon->conf->generation + 1 : 1;
	fd = conf_pack(conf);
	if (fd < 0) {
		log_error("cannot pack the configuration: %s", strerror(-fd));
		conf_free(conf);
		return -1;
	}
	if (daemon->conf_fd >= 0)
		close(daemon->conf_fd);
	daemon->conf_fd = fd;
	*old = daemon->conf;
	daemon->conf = conf;
	save(daemon);
	publish(daemon, daemon->conf);
	return 0;
}

/* --- saying what happened ------------------------------------------------------------------------ */

static void report(struct daemon *daemon, uint64_t request, const char *line)
{
	struct child *control = &daemon->children[PROCESS_CONTROL];
	struct message message = {.type = MESSAGE_REPORT};

	if (request == 0 || !control->link)
		return;
	message.report.request = request;
	TEXT_COPY(message.report.line, line);
	link_send(control->link, &message, -1);
}

static void report_diagnostics(struct daemon *daemon, uint64_t request,
			       const struct conf_diagnostics *diagnostics)
{
	char line[1024];

	for (size_t i = 0; i < diagnostics->count && i < REPORT_LINES; i++) {
		conf_diagnostic_format(&diagnostics->list[i], line, sizeof(line));
		report(daemon, request, line);
	}
	if (diagnostics->count > REPORT_LINES) {
		snprintf(line, sizeof(line), "... and %zu more",
			 diagnostics->count - REPORT_LINES);
		report(daemon, request, line);
	}
}

static void report_changes(struct daemon *daemon, uint64_t request,
			   const struct conf_changes *changes)
{
	char line[1024];

	for (size_t i = 0; i < changes->count && i < REPORT_LINES; i++) {
		snprintf(line, sizeof(line), "%c %s", changes->list[i].sign, changes->list[i].text);
		report(daemon, request, line);
	}
	if (changes->count > REPORT_LINES) {
		snprintf(line, sizeof(line), "... and %zu more", changes->count - REPORT_LINES);
		report(daemon, request, line);
	}
}

static void finish(struct daemon *daemon, uint64_t request, enum reload_result result,
		   const struct conf_diagnostics *diagnostics)
{
	struct child *control = &daemon->children[PROCESS_CONTROL];
	struct message message = {.type = MESSAGE_RELOADED};
	struct stat_config *row = daemon->config_row;

	stat_begin(&row->row);
	row->reloads[result]++;
	stat_put(config, row, generation, (int64_t)daemon->conf->generation);
	stat_put(config, row, last_reload, result);
	stat_put(config, row, last_reload_time, clock_wall());
	if (result != RELOAD_RESULT_REFUSED)
		stat_put(config, row, warnings, (int64_t)diagnostics->warnings);
	stat_end(&row->row);
	stat_set_generation(daemon->writer, daemon->conf->generation);
	message.reloaded.request = request;
	message.reloaded.generation = daemon->conf->generation;
	message.reloaded.result = result;
	message.reloaded.errors = (uint32_t)diagnostics->errors;
	if (request != 0 && control->link)
		link_send(control->link, &message, -1);
	notify_send("READY=1");
}

static void refuse(struct daemon *daemon, uint64_t request,
		   const struct conf_diagnostics *diagnostics)
{
	const char *file = daemon->options->config_file;
	struct event event;
	char line[1024];

	log_error("%s was not loaded: %zu errors; the configuration in force did not change", file,
		  diagnostics->errors);
	event_begin(&event, CAUSE_RELOAD_REFUSED, file, "", "");
	event_add_text(&event, FACT_FILE, file);
	event_add_number(&event, FACT_ERRORS, (int64_t)diagnostics->errors);
	for (size_t i = 0; i < diagnostics->count; i++) {
		if (diagnostics->list[i].severity != CONF_ERROR)
			continue;
		conf_diagnostic_format(&diagnostics->list[i], line, sizeof(line));
		if (!event_find(&event, FACT_REASON))
			event_add_text(&event, FACT_REASON, line);
		event_add_detail(&event, "%s", line);
	}
	daemon_event(daemon, &event);
	finish(daemon, request, RELOAD_RESULT_REFUSED, diagnostics);
}

static void applied(struct daemon *daemon, const struct conf_changes *changes)
{
	struct event event;

	log_notice("configuration %" PRIu64 " is in force: %zu objects added, %zu removed, %zu changed",
		   daemon->conf->generation, changes->added, changes->removed, changes->altered);
	event_begin(&event, CAUSE_RELOAD_APPLIED, daemon->options->config_file, "", "");
	event_add_text(&event, FACT_FILE, daemon->options->config_file);
	event_add_number(&event, FACT_GENERATION, (int64_t)daemon->conf->generation);
	event_add_number(&event, FACT_ADDED, (int64_t)changes->added);
	event_add_number(&event, FACT_REMOVED, (int64_t)changes->removed);
	event_add_number(&event, FACT_ALTERED, (int64_t)changes->altered);
	for (size_t i = 0; i < changes->count; i++)
		event_add_detail(&event, "%c %s", changes->list[i].sign, changes->list[i].text);
	daemon_event(daemon, &event);
}

static void apply(struct daemon *daemon, uint64_t request, struct conf *conf,
		  const struct conf_diagnostics *diagnostics)
{
	struct conf_changes changes = {0};
	struct conf *old;

	conf_diff(daemon->conf, conf, &changes);
	report_changes(daemon, request, &changes);
	if (changes.count == 0) {
		/* It may say it in another order, which KEEPALIVED-MIB shows. */
		conf->generation = daemon->conf->generation;
		publish(daemon, conf);
		conf_free(conf);
		log_info("%s says what is in force already", daemon->options->config_file);
		finish(daemon, request, RELOAD_RESULT_UNCHANGED, diagnostics);
	} else if (reload_install(daemon, conf, &old) == 0) {
		children_configure(daemon);
		children_restart_exporters(daemon, old);
		conf_free(old);
		applied(daemon, &changes);
		finish(daemon, request, RELOAD_RESULT_APPLIED, diagnostics);
	} else {
		finish(daemon, request, RELOAD_RESULT_REFUSED, diagnostics);
	}
	conf_changes_free(&changes);
}

void reload_run(struct daemon *daemon, uint64_t request)
{
	struct conf_diagnostics diagnostics = {0};
	struct conf_environment environment =
		process_conf_environment(daemon->options->config_id);
	struct conf *conf;

	if (daemon->stopping)
		return;
	notify_reloading();
	conf = conf_load(daemon->options->config_file, &environment, &diagnostics);
	process_log_diagnostics(&diagnostics);
	report_diagnostics(daemon, request, &diagnostics);
	if (conf)
		apply(daemon, request, conf, &diagnostics);
	else
		refuse(daemon, request, &diagnostics);
	conf_diagnostics_free(&diagnostics);
}
