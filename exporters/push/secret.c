/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading what must not be seen. */
#include "exporters/push/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/memory.h"

/* Of RFC 9110 section 5.6.2. */
#define TOKEN_CHARACTERS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~"

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void secret_free(struct secret *secret)
{
	wipe(secret->password);
	wipe(secret->token);
	for (size_t i = 0; i < secret->header_count; i++)
		wipe(secret->headers[i]);
	*secret = (struct secret){0};
}

/* The file as a text, without the end of its last line. NULL: `problem` says why. O_NONBLOCK: a FIFO
 * that nobody writes must not stop us. */
static char *read_text(const char *path, struct buffer *problem)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = memory_new(SECRET_FILE_MOST + 1);
	ssize_t length = fd < 0 ? -1 : read(fd, text, SECRET_FILE_MOST + 1);
	int error = errno;

	if (fd >= 0)
		close(fd);
	if (length >= 0 && length <= SECRET_FILE_MOST && !memchr(text, '\0', (size_t)length)) {
		text[length] = '\0';
		while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
			text[--length] = '\0';
		return text;
	}
	if (length < 0 && (error == EACCES || error == EPERM))
		buffer_format(problem, "cannot read %s: %s; it must be readable by the user that lbd-push "
				       "runs as (chgrp lbd-read, mode 640)",
			      path, strerror(error));
	else if (length < 0)
		buffer_format(problem, "cannot read %s: %s", path, strerror(error));
	else
		buffer_format(problem, "%s is no text of %d bytes at most", path, SECRET_FILE_MOST);
	explicit_bzero(text, SECRET_FILE_MOST);
	free(text);
	return NULL;
}

/* One line; a second one would be a second header. */
static bool read_line(const char *path, char **into, struct buffer *problem)
{
	if (!path)
		return true;
	*into = read_text(path, problem);
	if (!*into)
		return false;
	if ((*into)[0] != '\0' && !strpbrk(*into, "\r\n"))
		return true;
	buffer_format(problem, "%s should have one line", path);
	return false;
}

static bool is_ours(const char *name, size_t length)
{
	static const char *const ours[] = {"Content-Type", "Content-Encoding", "Content-Length",
					   "Transfer-Encoding", "Host", "Connection",
					   "X-Prometheus-Remote-Write-Version"};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strlen(ours[i]) == length && strncasecmp(name, ours[i], length) == 0)
			return true;
	return false;
}

/* The line is not shown: it may be the secret itself. */
static bool is_header(const char *line)
{
	size_t name = strspn(line, TOKEN_CHARACTERS);

	if (name == 0 || line[name] != ':' || is_ours(line, name))
		return false;
	for (const char *at = line; *at; at++)
		if ((unsigned char)*at < 0x20 && *at != '\t')
			return false;
	return line[name + 1 + strspn(line + name + 1, " \t")] != '\0';
}

bool secret_headers(struct secret *secret, char *text, struct buffer *problem)
{
	char *rest = text;
	unsigned number = 0;

	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		size_t length = strlen(line);

		number++;
		if (length > 0 && line[length - 1] == '\r')
			line[length - 1] = '\0';
		if (line[0] == '\0' || line[0] == '#')
			continue;
		if (secret->header_count == SECRET_HEADERS || !is_header(line)) {
			buffer_format(problem, "line %u is no header \"Name: value\" that may be set, or one "
					       "of more than %d",
				      number, SECRET_HEADERS);
			return false;
		}
		secret->headers[secret->header_count++] = memory_string(line);
	}
	return true;
}

static bool read_headers(const char *path, struct secret *secret, struct buffer *problem)
{
	char *text;
	bool good;

	if (!path)
		return true;
	text = read_text(path, problem);
	if (!text)
		return false;
	buffer_format(problem, "%s: ", path);
	good = secret_headers(secret, text, problem);
	wipe(text);
	return good;
}

bool secret_read(const struct push_target *target, struct secret *secret, struct buffer *problem)
{
	*secret = (struct secret){0};
	if (read_line(target->password_file, &secret->password, problem) &&
	    read_line(target->token_file, &secret->token, problem) &&
	    read_headers(target->headers_file, secret, problem))
		return true;
	secret_free(secret);
	return false;
}
