/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directories that lbd lives in, its users, and the lock that makes it the only one. */
#include "process/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "process/privilege.h"
#include "process/table.h"

/* Makes a directory and those above it. */
static int make_directory(const char *path)
{
	char partial[CONF_PATH];

	if (snprintf(partial, sizeof(partial), "%s", path) >= (int)sizeof(partial)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (char *slash = strchr(partial + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(partial, 0755) != 0 && errno != EEXIST && errno != EROFS)
			return -1;
		*slash = '/';
	}
	return mkdir(partial, 0755) == 0 || errno == EEXIST ? 0 : -1;
}

static int need_directory(const char *path, const char *option, const char *what)
{
	if (make_directory(path) == 0 && access(path, W_OK | X_OK) == 0)
		return 0;
	log_error("%s %s cannot be written: %s; choose another with %s", what, path,
		  strerror(errno), option);
	return -1;
}

/* The journal is written by control, which is not root. */
static int give_to_user(const char *path, const char *user)
{
	struct passwd *entry = geteuid() == 0 ? getpwnam(user) : NULL;

	if (!entry || chown(path, entry->pw_uid, entry->pw_gid) == 0)
		return 0;
	log_error("cannot give %s to user `%s`: %s", path, user, strerror(errno));
	return -1;
}

static int check_users(void)
{
	const char *last = "";
	int status = 0;

	if (geteuid() != 0)
		return 0;
	for (unsigned id = 0; id < PROCESS_COUNT; id++) {
		const char *user = process_row(id)->user;

		if (strcmp(user, last) != 0 && !getpwnam(user)) {
			log_error("user `%s` does not exist; make it with: adduser --system --group "
				  "--no-create-home %s",
				  user, user);
			status = -1;
		}
		last = user;
	}
	return status;
}

/* What the children will need, before any of them finds that it is missing. */
static int check_permissions(void)
{
	unsigned privileges = 0;

	for (unsigned id = 0; id < PROCESS_COUNT; id++)
		privileges |= process_row(id)->privileges;
	return privilege_check(privileges);
}

/* The lock is held by the open descriptor, for as long as the parent lives. */
static int take_lock(const char *run_dir)
{
	char path[CONF_PATH + 16], text[16] = "";
	int fd;

	snprintf(path, sizeof(path), "%s/lbd.pid", run_dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0) {
		log_error("cannot open %s: %s", path, strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (pread(fd, text, sizeof(text) - 1, 0) < 0)
			text[0] = '\0';
		text[strcspn(text, "\n")] = '\0';
		log_error("lbd runs already in %s, as process %s; a second one needs its own --run-dir",
			  run_dir, text[0] ? text : "(unknown)");
		close(fd);
		return -1;
	}
	snprintf(text, sizeof(text), "%d\n", (int)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, strlen(text), 0) < 0)
		log_warning("cannot write %s: %s", path, strerror(errno));
	return 0;
}

int run_dir_prepare(const struct process_options *options)
{
	char stat_dir[CONF_PATH + 16];

	snprintf(stat_dir, sizeof(stat_dir), "%s/stat", options->run_dir);
	if (check_permissions() != 0 ||
	    need_directory(options->run_dir, "--run-dir", "the run directory") != 0 ||
	    need_directory(stat_dir, "--run-dir", "the statistics directory") != 0 ||
	    need_directory(options->state_dir, "--state-dir", "the state directory") != 0 ||
	    check_users() != 0 ||
	    give_to_user(options->state_dir, process_row(PROCESS_CONTROL)->user) != 0)
		return -1;
	return take_lock(options->run_dir);
}
