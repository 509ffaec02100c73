/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbctl check, lbctl diff: what needs no lbd that answers. */
#include "control/lbctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "conf/conf.h"
#include "process/process.h"

static void print_diagnostics(const struct conf_diagnostics *diagnostics)
{
	char line[1024];

	for (size_t i = 0; i < diagnostics->count; i++) {
		conf_diagnostic_format(&diagnostics->list[i], line, sizeof(line));
		fprintf(stderr, "%s\n", line);
	}
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* Loads and says what is wrong; *diagnostics' list is freed, its counts stay. */
static struct conf *load(const struct lbctl *lbctl, const char *path,
			 struct conf_diagnostics *diagnostics)
{
	struct conf_environment environment = process_conf_environment(lbctl->config_id);
	struct conf *conf;

	*diagnostics = (struct conf_diagnostics){0};
	conf = conf_load(path, &environment, diagnostics);
	print_diagnostics(diagnostics);
	if (!conf)
		fprintf(stderr, "%s: %zu error%s, %zu warning%s\n", path, diagnostics->errors,
			plural(diagnostics->errors), diagnostics->warnings,
			plural(diagnostics->warnings));
	return conf;
}

int lbctl_check(const struct lbctl *lbctl)
{
	struct conf_diagnostics diagnostics;
	struct conf *conf = load(lbctl, lbctl->operand, &diagnostics);

	if (conf)
		printf("%s: good, %zu warning%s; VRRP instances: %zu, virtual services: %zu, real "
		       "servers: %zu\n",
		       lbctl->operand, diagnostics.warnings, plural(diagnostics.warnings),
		       conf->instance_count, conf->service_count, conf->real_server_count);
	conf_diagnostics_free(&diagnostics);
	if (!conf)
		return LBCTL_REFUSED;
	conf_free(conf);
	return LBCTL_OK;
}

struct conf *lbctl_running_conf(const struct lbctl *lbctl)
{
	char path[CONF_PATH] = "";
	struct conf *conf;
	int fd;

	if (!TEXT_APPEND(path, "%s/running.conf", lbctl->run_dir)) {
		fprintf(stderr, "lbctl: the run directory's path is too long\n");
		return NULL;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "lbctl: cannot read the configuration in force, %s: %s%s\n", path,
			strerror(errno),
			errno == ENOENT ? "; is lbd running?"
			: errno == EACCES ? "; be root or a member of the group `lbd`" : "");
		return NULL;
	}
	conf = conf_map(fd);
	if (!conf)
		fprintf(stderr,
			"lbctl: %s is no configuration of this version of lbd; restart lbd after an "
			"upgrade\n",
			path);
	close(fd);
	return conf;
}

static void print_changes(const struct lbctl *lbctl, const struct conf_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		printf("%c %s\n", changes->list[i].sign, changes->list[i].text);
	if (changes->count == 0)
		printf("Nothing would change: %s says what is in force.\n", lbctl->operand);
	else
		printf("%zu added, %zu removed, %zu changed\n", changes->added, changes->removed,
		       changes->altered);
}

int lbctl_diff(const struct lbctl *lbctl)
{
	struct conf_diagnostics diagnostics;
	struct conf_changes changes = {0};
	struct conf *old = lbctl_running_conf(lbctl);
	struct conf *new;

	if (!old)
		return LBCTL_DOWN;
	new = load(lbctl, lbctl->operand, &diagnostics);
	conf_diagnostics_free(&diagnostics);
	if (new) {
		conf_diff(old, new, &changes);
		print_changes(lbctl, &changes);
		conf_changes_free(&changes);
		conf_free(new);
	}
	conf_free(old);
	return new ? LBCTL_OK : LBCTL_REFUSED;
}
