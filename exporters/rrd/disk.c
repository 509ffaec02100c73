/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directory of the files, and what is wrong with it or with the disk below it. */
#include "exporters/rrd/disk.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char *user_name(void)
{
	const struct passwd *entry = getpwuid(geteuid());

	return entry ? entry->pw_name : "lbd-read";
}

enum exporter_error disk_reason(const char *directory, const char *words)
{
	struct statvfs disk;

	if (strstr(words, strerror(EACCES)) || strstr(words, strerror(EPERM)) ||
	    strstr(words, strerror(EROFS)))
		return EXPORTER_ERROR_PERMISSION;
	if (strstr(words, strerror(ENOSPC)) || strstr(words, strerror(EDQUOT)) ||
	    (statvfs(directory, &disk) == 0 && disk.f_bavail == 0))
		return EXPORTER_ERROR_NO_SPACE;
	return EXPORTER_ERROR_IO;
}

/* `what`: is not recorded meanwhile. */
static void failed(struct trouble *trouble, const char *directory, int error, const char *what)
{
	const char *user = user_name();

	trouble_add(trouble, TROUBLE_DIRECTORY, EXPORTER_ERROR_PERMISSION,
		    "cannot write to %s as user %s: %s; no %s are recorded until this helps: "
		    "install -d -o %s -g %s -m 2775 %s",
		    directory, user, strerror(error), what, user, user, directory);
}

bool disk_usable(const char *directory, struct trouble *trouble)
{
	struct stat status;

	if (stat(directory, &status) == 0 && !S_ISDIR(status.st_mode)) {
		trouble_add(trouble, TROUBLE_DIRECTORY, EXPORTER_ERROR_PERMISSION,
			    "%s is no directory; no numbers are recorded until it is one", directory);
		return false;
	}
	if (access(directory, X_OK) == 0)
		return true;
	failed(trouble, directory, errno, "numbers");
	return false;
}

bool disk_writable(const char *directory, struct trouble *trouble)
{
	if (access(directory, W_OK) == 0)
		return true;
	failed(trouble, directory, errno, "new objects");
	return false;
}
