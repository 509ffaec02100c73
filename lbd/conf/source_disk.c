/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration files from the file system. */
#include "conf/source.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

static int read_all(int fd, char *text, size_t size, size_t *length)
{
	*length = 0;
	while (*length < size) {
		ssize_t got = read(fd, text + *length, size - *length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno;
		if (got == 0)
			return 0;
		*length += (size_t)got;
	}
	return 0;
}

static int read_descriptor(int fd, char **text, size_t *length)
{
	struct stat status;
	int error;

	if (fstat(fd, &status) != 0)
		return errno;
	if (S_ISDIR(status.st_mode))
		return EISDIR;
	if (!S_ISREG(status.st_mode))
		return ENOEXEC;
	if (status.st_size > SOURCE_MOST_BYTES)
		return EFBIG;
	*text = memory_new((size_t)status.st_size + 1);
	error = read_all(fd, *text, (size_t)status.st_size, length);
	if (error) {
		free(*text);
		*text = NULL;
	}
	return error;
}

static int disk_read(void *context, const char *path, char **text, size_t *length, char **identity)
{
	/* Not blocking: a FIFO is turned away below, not waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int error;

	(void)context;
	if (fd < 0)
		return errno;
	error = read_descriptor(fd, text, length);
	close(fd);
	if (error)
		return error;
	*identity = realpath(path, NULL);
	if (!*identity)
		*identity = memory_string(path);
	return 0;
}

static char **disk_match(void *context, const char *pattern, size_t *count)
{
	glob_t found;
	char **names = NULL;

	(void)context;
	*count = 0;
	if (glob(pattern, GLOB_BRACE | GLOB_MARK, NULL, &found) != 0)
		return NULL;
	names = memory_array(found.gl_pathc, sizeof(*names));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		size_t length = strlen(found.gl_pathv[i]);

		/* A pattern means files; GLOB_MARK ends directories in a slash. */
		if (length && found.gl_pathv[i][length - 1] != '/')
			names[(*count)++] = memory_string(found.gl_pathv[i]);
	}
	globfree(&found);
	return names;
}

const struct source_files source_disk = {disk_read, disk_match, NULL, 0};
