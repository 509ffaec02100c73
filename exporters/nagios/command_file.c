/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening, writing, trying again. */
#include "exporters/nagios/command_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/memory.h"
#include "exporters/base/own.h"
#include "exporters/nagios/queue.h"
#include "exporters/nagios/result.h"

_Static_assert(RESULT_MOST <= PIPE_BUF, "a line is written whole or not at all");

#define RETRY CLOCK_SECOND

struct command_file {
	const char *path;
	struct stat_exporter *row;
	struct loop_timer *retry;
	int fd;      /* -1: not open */
	int trouble; /* the errno that was said; 0: all is well */
	bool losing; /* that lines are lost was said */
	struct queue queue;
};

/* What is wrong, for the row; and what to do about it, for the log. */
static enum exporter_error explain(int error, const char **hint)
{
	switch (error) {
	case ENOENT:
		*hint = "does the monitor run, and is this its command file?";
		return EXPORTER_ERROR_CONNECT;
	case ENXIO:
	case EPIPE:
		*hint = "nobody reads it: does the monitor run?";
		return EXPORTER_ERROR_CONNECT;
	case EACCES:
		*hint = "make the user of lbd-nagios a member of the file's group; see lbd-nagios(8)";
		return EXPORTER_ERROR_PERMISSION;
	case EAGAIN:
		*hint = "it is full: the monitor does not read it";
		return EXPORTER_ERROR_UNAVAILABLE;
	case ENOTSUP:
		*hint = "it is no FIFO: did somebody write to it while the monitor was down?";
		return EXPORTER_ERROR_PROTOCOL;
	default:
		*hint = "";
		return EXPORTER_ERROR_IO;
	}
}

static void complain(struct command_file *file, int error)
{
	const char *hint;
	enum exporter_error reason = explain(error, &hint);

	own_failed(file->row, reason, 0);
	if (error != file->trouble)
		log_error("cannot write to %s: %s%s%s%s; results wait until that is over",
			  file->path, error == ENOTSUP ? "not a FIFO" : strerror(error),
			  *hint ? " (" : "", hint, *hint ? ")" : "");
	file->trouble = error;
}

static void be_well(struct command_file *file)
{
	if (file->trouble)
		log_notice("%s takes results again", file->path);
	file->trouble = 0;
	file->losing = false;
}

static void close_file(struct command_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

/* 0 or errno. Without a reader a FIFO cannot be opened like this: ENXIO. */
static int open_file(struct command_file *file)
{
	struct stat status;

	if (file->fd >= 0)
		return 0;
	file->fd = open(file->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (file->fd < 0)
		return errno;
	if (fstat(file->fd, &status) == 0 && S_ISFIFO(status.st_mode))
		return 0;
	close_file(file);
	return ENOTSUP;
}

/* 0 or errno. */
static int write_line(struct command_file *file, const struct queue_line *line)
{
	ssize_t written;

	do
		written = write(file->fd, line->bytes, line->length);
	while (written < 0 && errno == EINTR);
	if (written == (ssize_t)line->length)
		return 0;
	return written < 0 ? errno : EIO;
}

static void flush(struct command_file *file)
{
	const struct queue_line *line;
	int64_t start = clock_now();
	uint64_t lines = 0, bytes = 0;
	int error = open_file(file);

	while (!error && (line = queue_first(&file->queue))) {
		error = write_line(file, line);
		if (error)
			break;
		lines++;
		bytes += line->length;
		queue_drop(&file->queue);
	}
	own_queue(file->row, file->queue.count);
	if (lines > 0)
		own_succeeded(file->row, lines, bytes, clock_now() - start);
	if (!error) {
		be_well(file);
		return;
	}
	complain(file, error);
	/* A reader that is only slow keeps its FIFO; one that is gone may come back with another. */
	if (error != EAGAIN)
		close_file(file);
	loop_timer_at(file->retry, clock_now() + RETRY);
}

static void retry_due(void *argument)
{
	flush(argument);
}

void command_file_put(struct command_file *file, const char *line, size_t length)
{
	size_t lost = queue_put(&file->queue, line, length);

	own_lost(file->row, lost);
	if (lost > 0 && !file->losing) {
		log_error("too many results wait for %s: the oldest are given up", file->path);
		file->losing = true;
	}
	/* While something is wrong the timer's pace is kept, whatever comes. */
	if (file->trouble)
		own_queue(file->row, file->queue.count);
	else
		flush(file);
}

struct command_file *command_file_new(struct loop *loop, const char *path,
				      struct stat_exporter *row)
{
	struct command_file *file = memory_new(sizeof(*file));

	file->path = path;
	file->row = row;
	file->fd = -1;
	file->retry = loop_timer_new(loop, retry_due, file);
	return file;
}

void command_file_free(struct command_file *file)
{
	loop_timer_free(file->retry);
	close_file(file);
	queue_free(&file->queue);
	free(file);
}
