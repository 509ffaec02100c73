/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbctl graph: what lbd-graph needs to know of this lbd, and the way there. lbctl itself does not
 * link librrd. */
#include "control/lbctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "conf/conf.h"

/* So many of the newest are looked through for those that belong into the picture. */
#define EVENTS_MOST 5000
#define WORDS (LBCTL_PASSED + 20)

struct command {
	const char *words[WORDS + 1];
	size_t count;
};

static void add(struct command *command, const char *word)
{
	if (command->count < WORDS)
		command->words[command->count++] = word;
}

static void add_option(struct command *command, const char *name, const char *value)
{
	add(command, name);
	add(command, value);
}

static bool is_passed(const struct lbctl *lbctl, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < lbctl->passed_count; i++)
		if (strncmp(lbctl->passed[i], name, length) == 0 &&
		    strchr("=", lbctl->passed[i][length]))
			return true;
	return false;
}

/* The directory and the rrdcached of the configuration in force. An exit status. */
static int add_place(const struct conf *conf, struct command *command)
{
	if (conf->global->rrd_directory[0] == '\0') {
		fprintf(stderr,
			"lbctl: there is nothing to draw: the configuration in force has no exporters "
			"{ rrd { directory DIR } }; --directory names files of another time or place\n");
		return LBCTL_REFUSED;
	}
	add_option(command, "--directory", conf->global->rrd_directory);
	if (conf->global->rrd_socket[0] != '\0')
		add_option(command, "--rrdcached", conf->global->rrd_socket);
	return LBCTL_OK;
}

/* Events as a file in memory, which lbd-graph inherits. Without them it is still a picture. */
static void add_events(const struct lbctl *lbctl, struct command *command, char path[32])
{
	Lbd__EventsRequest what = LBD__EVENTS_REQUEST__INIT;
	int fd = memfd_create("events", 0);
	FILE *out = fd >= 0 ? fdopen(dup(fd), "w") : NULL;
	int status = LBCTL_DOWN;

	what.has_last = 1;
	what.last = EVENTS_MOST;
	if (out)
		status = lbctl_write_events(lbctl, &what, out);
	if (out && fclose(out) != 0)
		status = LBCTL_DOWN;
	if (status != LBCTL_OK) {
		fprintf(stderr, "lbctl: the picture has no lines for events\n");
		return;
	}
	lseek(fd, 0, SEEK_SET);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	add_option(command, "--events", path);
}

static int execute(const struct command *command)
{
	const char *directory = getenv("LBD_EXPORTER_DIR");
	char path[CONF_PATH] = "";

	TEXT_APPEND(path, "%s/lbd-graph", directory ? directory : LBD_EXPORTER_DIR);
	fflush(stdout);
	execv(path, (char *const *)(uintptr_t)command->words);
	fprintf(stderr, "lbctl: cannot execute %s: %s%s\n", path, strerror(errno),
		errno == ENOENT ? "; this lbd was built or installed without RRD" : "");
	return LBCTL_REFUSED;
}

int lbctl_graph(const struct lbctl *lbctl)
{
	struct command command = {.words = {"lbd-graph", "--run-dir", lbctl->run_dir}, .count = 3};
	bool placed = is_passed(lbctl, "--directory");
	struct conf *conf = placed ? NULL : lbctl_running_conf(lbctl);
	char events[32];

	if (!placed && !conf) {
		fprintf(stderr, "lbctl: --directory names the RRD files without it\n");
		return LBCTL_DOWN;
	}
	if (conf && add_place(conf, &command) != LBCTL_OK) {
		conf_free(conf);
		return LBCTL_REFUSED;
	}
	if (!is_passed(lbctl, "--list") || lbctl->json)
		add_events(lbctl, &command, events);
	if (lbctl->since_text)
		add_option(&command, "--since", lbctl->since_text);
	if (lbctl->json)
		add(&command, "--json");
	if (lbctl->all)
		add(&command, "--all");
	for (size_t i = 0; i < lbctl->passed_count; i++)
		add(&command, lbctl->passed[i]);
	if (lbctl->operand)
		add_option(&command, "--", lbctl->operand);
	return execute(&command);
}
