/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rrdcached's protocol: a line a command; each answer begins with a line "STATUS text", and STATUS
 * lines follow it if it is above 0. BATCH takes lines up to a single "." without answering, then
 * tells how many it refused, and which.
 */
#include "exporters/rrd/cached.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

#define PATIENCE CLOCK_SECOND

struct cached {
	const char *path;
	int fd; /* -1: not connected */
	char error[256];
	enum exporter_error reason;
	char input[4096]; /* received, not yet used */
	size_t input_length;
	int64_t deadline; /* of the call under way */
};

struct cached *cached_new(const char *path)
{
	struct cached *cached = memory_new(sizeof(*cached));

	cached->path = path;
	cached->fd = -1;
	return cached;
}

static void disconnect(struct cached *cached)
{
	if (cached->fd >= 0)
		close(cached->fd);
	cached->fd = -1;
	cached->input_length = 0;
}

void cached_free(struct cached *cached)
{
	if (!cached)
		return;
	disconnect(cached);
	free(cached);
}

const char *cached_error(const struct cached *cached)
{
	return cached->error;
}

enum exporter_error cached_reason(const struct cached *cached)
{
	return cached->reason;
}

static int failed(struct cached *cached, enum exporter_error reason, const char *doing,
		  const char *why)
{
	cached->reason = reason;
	cached->error[0] = '\0';
	TEXT_APPEND(cached->error, "%s %s: %s", doing, cached->path, why);
	disconnect(cached);
	return -1;
}

static int connect_to(struct cached *cached)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (cached->fd >= 0)
		return 0;
	if (!TEXT_COPY(address.sun_path, cached->path))
		return failed(cached, EXPORTER_ERROR_CONNECT, "cannot connect to",
			      "the path is too long for a socket");
	cached->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* To a Unix socket either at once or not at all: with a full backlog it is EAGAIN. */
	if (cached->fd < 0 ||
	    connect(cached->fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		return failed(cached,
			      errno == EACCES ? EXPORTER_ERROR_PERMISSION : EXPORTER_ERROR_CONNECT,
			      "cannot connect to", strerror(errno));
	return 0;
}

/* Waits until the socket is ready or the call's time is over. */
static int wait_for(struct cached *cached, short events)
{
	struct pollfd poll_fd = {.fd = cached->fd, .events = events};
	int64_t left;
	int ready;

	do {
		left = cached->deadline - clock_now();
		if (left <= 0)
			return failed(cached, EXPORTER_ERROR_TIMEOUT,
				      "no answer within a second from", "hung up");
		ready = poll(&poll_fd, 1, (int)(left / CLOCK_MILLISECOND) + 1);
	} while (ready == 0 || (ready < 0 && errno == EINTR));
	if (ready < 0)
		return failed(cached, EXPORTER_ERROR_IO, "cannot wait for", strerror(errno));
	return 0;
}

static int send_all(struct cached *cached, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(cached->fd, bytes, length, MSG_NOSIGNAL);

		if (sent > 0) {
			bytes += sent;
			length -= (size_t)sent;
		} else if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			return failed(cached, EXPORTER_ERROR_IO, "cannot send to", strerror(errno));
		}
		if (length > 0 && wait_for(cached, POLLOUT) != 0)
			return -1;
	}
	return 0;
}

static int fill(struct cached *cached)
{
	ssize_t got;

	if (cached->input_length == sizeof(cached->input))
		return failed(cached, EXPORTER_ERROR_PROTOCOL, "cannot understand",
			      "a line of its answer has no end");
	if (wait_for(cached, POLLIN) != 0)
		return -1;
	got = recv(cached->fd, cached->input + cached->input_length,
		   sizeof(cached->input) - cached->input_length, 0);
	if (got == 0)
		return failed(cached, EXPORTER_ERROR_IO, "cannot go on with",
			      "it closed the connection");
	if (got < 0 && errno != EAGAIN && errno != EINTR)
		return failed(cached, EXPORTER_ERROR_IO, "cannot read from", strerror(errno));
	cached->input_length += got > 0 ? (size_t)got : 0;
	return 0;
}

/* One line of the answer, without its end. */
static int read_line(struct cached *cached, char line[sizeof(cached->input)])
{
	const char *end;
	size_t length;

	while (!(end = memchr(cached->input, '\n', cached->input_length)))
		if (fill(cached) != 0)
			return -1;
	length = (size_t)(end - cached->input);
	memcpy(line, cached->input, length);
	line[length] = '\0';
	cached->input_length -= length + 1;
	memmove(cached->input, end + 1, cached->input_length);
	return 0;
}

/* "STATUS text"; the text stays in `line`. */
static int read_status(struct cached *cached, char line[sizeof(cached->input)], long *status)
{
	char *end;

	if (read_line(cached, line) != 0)
		return -1;
	*status = strtol(line, &end, 10);
	if (end == line)
		return failed(cached, EXPORTER_ERROR_PROTOCOL, "cannot understand",
			      "its answer has no status");
	return 0;
}

/* rrdcached reads a blank as the end of a word, and a backslash as the escape from that. */
static void add_word(struct buffer *buffer, const char *word)
{
	for (; *word != '\0'; word++) {
		if (*word == ' ' || *word == '\\')
			buffer_add(buffer, "\\", 1);
		buffer_add(buffer, word, 1);
	}
}

void cached_line(struct buffer *batch, const char *path, const char *values, size_t length)
{
	buffer_text(batch, "UPDATE ");
	add_word(batch, path);
	buffer_add(batch, " ", 1);
	buffer_add(batch, values, length);
	buffer_add(batch, "\n", 1);
}

static int read_refusals(struct cached *cached, long count,
			 void (*refused)(size_t line, const char *words, void *argument),
			 void *argument)
{
	char line[sizeof(cached->input)];
	char *end;

	for (; count > 0; count--) {
		unsigned long number;

		if (read_line(cached, line) != 0)
			return -1;
		number = strtoul(line, &end, 10);
		/* Counted from 1. */
		if (end == line || number == 0)
			return failed(cached, EXPORTER_ERROR_PROTOCOL, "cannot understand",
				      "its answer names no line");
		refused(number - 1, *end == ' ' ? end + 1 : end, argument);
	}
	return 0;
}

/* Opens a batch. A connection of an earlier call may have died since, when rrdcached was restarted;
 * only a new one that fails says something about the daemon. */
static int open_batch(struct cached *cached)
{
	bool reused = cached->fd >= 0;
	char line[sizeof(cached->input)];
	long status;

	if (connect_to(cached) != 0)
		return -1;
	if (send_all(cached, "BATCH\n", 6) != 0 || read_status(cached, line, &status) != 0)
		return reused && clock_now() < cached->deadline ? open_batch(cached) : -1;
	if (status != 0)
		return failed(cached, EXPORTER_ERROR_PROTOCOL, "no batch is taken by", line);
	return 0;
}

int cached_batch(struct cached *cached, const struct buffer *batch,
		 void (*refused)(size_t line, const char *words, void *argument), void *argument)
{
	char line[sizeof(cached->input)];
	long status;

	cached->deadline = clock_now() + PATIENCE;
	if (open_batch(cached) != 0 || send_all(cached, batch->bytes, batch->length) != 0 ||
	    send_all(cached, ".\n", 2) != 0 || read_status(cached, line, &status) != 0)
		return -1;
	return read_refusals(cached, status, refused, argument);
}

static int tell_once(struct cached *cached, const struct buffer *command)
{
	char line[sizeof(cached->input)];
	long status;

	if (connect_to(cached) != 0 || send_all(cached, command->bytes, command->length) != 0 ||
	    read_status(cached, line, &status) != 0)
		return -1;
	/* -1 is "nothing to do" as well as "no such file"; the lines after a positive one are due. */
	for (; status > 0; status--)
		if (read_line(cached, line) != 0)
			return -1;
	return 0;
}

/* A command about a file, of which the answer does not matter. */
static int tell(struct cached *cached, const char *verb, const char *path)
{
	bool reused = cached->fd >= 0;
	struct buffer command = {0};
	int result;

	cached->deadline = clock_now() + PATIENCE;
	buffer_text(&command, verb);
	add_word(&command, path);
	buffer_add(&command, "\n", 1);
	result = tell_once(cached, &command);
	/* As in open_batch(). */
	if (result != 0 && reused && clock_now() < cached->deadline)
		result = tell_once(cached, &command);
	buffer_free(&command);
	return result;
}

int cached_flush(struct cached *cached, const char *path)
{
	return tell(cached, "FLUSH ", path);
}

int cached_forget(struct cached *cached, const char *path)
{
	return tell(cached, "FORGET ", path);
}
