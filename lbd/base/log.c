/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Non-blocking log output; see the header for why. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

#define LINE_SIZE 1024
#define FACILITY_DAEMON (3 << 3)

static struct {
	const char *name;
	enum log_level level;
	enum log_output output;
	int error_fd;
	bool error_is_socket;
	int system_fd;
	int64_t system_again; /* not before this instant is it tried again */
	uint64_t dropped;
} state = {.name = "lbd", .level = LOG_LEVEL_INFO, .error_fd = -1, .system_fd = -1};

/* Standard error shares its file description with whoever started us, so O_NONBLOCK on it would
 * leak into their shell. Opening it anew through /proc gives a description of our own. */
static void open_error_output(void)
{
	struct stat status;

	if (state.error_fd >= 0)
		return;
	if (fstat(STDERR_FILENO, &status) == 0 && S_ISSOCK(status.st_mode)) {
		state.error_fd = STDERR_FILENO;
		state.error_is_socket = true;
		return;
	}
	state.error_fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_APPEND | O_CLOEXEC);
	/* A terminal may refuse to be opened anew after setsid(); it then drains at human speed. */
	if (state.error_fd < 0)
		state.error_fd = STDERR_FILENO;
}

/* Called when there is no connection: at the start, and after the system log went away. It may come back,
 * so it is tried again, but not for every line. */
static void open_system_log(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
	int64_t now = clock_now();

	if (now < state.system_again)
		return;
	state.system_again = now + CLOCK_SECOND;
	state.system_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (state.system_fd < 0)
		return;
	if (connect(state.system_fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(state.system_fd);
		state.system_fd = -1;
	}
}

/* Whoever started us has its terminal, or its log file, back. */
static void release_error_output(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (state.error_fd > STDERR_FILENO)
		close(state.error_fd);
	state.error_fd = -1;
	if (null >= 0) {
		dup2(null, STDERR_FILENO);
		close(null);
	}
}

void log_open(const char *name, enum log_level level, enum log_output output)
{
	state.name = name;
	state.level = level;
	state.output = output;
	if (output == LOG_TO_SYSTEM)
		release_error_output();
	else
		open_error_output();
	if (output != LOG_TO_ERROR && state.system_fd < 0)
		open_system_log();
}

static void write_error_output(const char *line, size_t length)
{
	ssize_t written = state.error_is_socket
				  ? send(state.error_fd, line, length, MSG_DONTWAIT | MSG_NOSIGNAL)
				  : write(state.error_fd, line, length);

	if (written != (ssize_t)length)
		state.dropped++;
}

static void write_system_log(enum log_level level, const char *line, size_t length)
{
	char packet[LINE_SIZE + 16];
	int size = snprintf(packet, sizeof(packet), "<%d>%.*s", FACILITY_DAEMON | (int)level,
			    (int)length, line);

	if (state.system_fd < 0)
		open_system_log();
	if (state.system_fd < 0) {
		state.dropped++;
		return;
	}
	if (send(state.system_fd, packet, (size_t)size, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return;
	state.dropped++;
	if (errno != EAGAIN && errno != ENOBUFS) {
		close(state.system_fd);
		state.system_fd = -1;
	}
}

void log_write(enum log_level level, const char *format, ...)
{
	int saved_errno = errno;
	char line[LINE_SIZE];
	size_t length;
	va_list arguments;

	if (level > state.level)
		return;
	length = (size_t)snprintf(line, sizeof(line), "%s[%d]: ", state.name, (int)getpid());
	va_start(arguments, format);
	vsnprintf(line + length, sizeof(line) - length - 1, format, arguments);
	va_end(arguments);
	length = strlen(line);
	if (state.output != LOG_TO_ERROR)
		write_system_log(level, line, length);
	if (state.output != LOG_TO_SYSTEM) {
		open_error_output();
		line[length] = '\n';
		write_error_output(line, length + 1);
	}
	errno = saved_errno;
}

uint64_t log_dropped(void)
{
	return state.dropped;
}
