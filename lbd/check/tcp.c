/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP_CHECK: does the server complete the three-way handshake in time? What it does with the connection
 * afterwards does not matter. No byte is sent.
 *
 * The connection is closed in order (FIN), so that a server that waits for a request logs an ordinary
 * visit and not an aborted one. (One that speaks first gets a reset all the same: its greeting finds nobody.
 * keepalived's checks look alike.) Only a probe from a fixed port (bind_port) ends with a reset: a closed
 * connection would hold that port in TIME_WAIT for a minute, and the next probe could not use it.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "check/probe.h"

struct probe {
	int fd;
	struct loop_watch *watch;
	struct loop_timer *timeout;
	int64_t started;
	probe_done *done;
	void *argument;
};

static void cancel(struct probe *probe)
{
	loop_watch_free(probe->watch);
	loop_timer_free(probe->timeout);
	close(probe->fd);
	free(probe);
}

static struct check_outcome outcome_of(int error, int64_t started)
{
	struct check_outcome outcome = {probe_classify(error), error, -1};

	/* Linux says ECONNREFUSED for a reset that answers the SYN. A reset seen as ECONNRESET (or EPIPE)
	 * came after the handshake, which is all that this check asks for. */
	if (outcome.result == CHECK_RESULT_RESET)
		outcome = (struct check_outcome){CHECK_RESULT_SUCCESS, 0, -1};
	/* A refusal is an answer too; a timeout or an error of our own is none. */
	if (outcome.result == CHECK_RESULT_SUCCESS || outcome.result == CHECK_RESULT_REFUSED)
		outcome.round_trip = clock_now() - started;
	return outcome;
}

static void finish(struct probe *probe, int error)
{
	struct check_outcome outcome = outcome_of(error, probe->started);
	probe_done *done = probe->done;
	void *argument = probe->argument;

	cancel(probe);
	done(&outcome, argument);
}

static void connected(int what, void *argument)
{
	struct probe *probe = argument;
	socklen_t size = sizeof(int);
	int error = 0;

	(void)what;
	if (getsockopt(probe->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		error = errno;
	finish(probe, error);
}

static void timed_out(void *argument)
{
	finish(argument, ETIMEDOUT);
}

static int bind_source(int fd, const struct conf_check *conf)
{
	struct address source = conf->bind_address;
	struct sockaddr_storage storage;
	socklen_t length;

	if (!address_is_set(&source) && conf->bind_port == 0)
		return 0;
	if (!address_is_set(&source))
		source.family = conf->connect_address.family; /* any address, one port */
	length = address_to_socket(&source, conf->bind_port, &storage);
	return bind(fd, (struct sockaddr *)&storage, length);
}

static int prepare_port(int fd, const struct conf_check *conf)
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	const int on = 1;

	if (conf->bind_port != 0)
		return setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) ||
		       setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* Lets the kernel choose the port at connect(), where one port can serve many destinations. */
	if (address_is_set(&conf->bind_address))
		setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	return 0;
}

/* Returns the errno of the first step that failed. EINPROGRESS is the usual good end. */
static int connect_from(int fd, const struct conf_check *conf)
{
	struct sockaddr_storage storage;
	socklen_t length = address_to_socket(&conf->connect_address, conf->connect_port, &storage);

	if (conf->bind_interface[0] != '\0' &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, conf->bind_interface,
		       (socklen_t)strnlen(conf->bind_interface, sizeof(conf->bind_interface))) != 0)
		return errno;
	if (prepare_port(fd, conf) != 0)
		return errno;
	/* An error of bind() is this host's in any case, whatever its number means elsewhere. */
	if (bind_source(fd, conf) != 0)
		return probe_classify(errno) == CHECK_RESULT_LOCAL ? errno : EADDRNOTAVAIL;
	return connect(fd, (struct sockaddr *)&storage, length) == 0 ? 0 : errno;
}

static struct probe *begin(struct loop *loop, const struct conf_check *conf, probe_done *done,
			   void *argument, struct check_outcome *outcome)
{
	int64_t started = clock_now();
	int fd = socket(conf->connect_address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			IPPROTO_TCP);
	int error = fd < 0 ? errno : connect_from(fd, conf);
	struct probe *probe;

	if (error != EINPROGRESS) {
		*outcome = outcome_of(error, started);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	probe = memory_new(sizeof(*probe));
	probe->fd = fd;
	probe->started = started;
	probe->done = done;
	probe->argument = argument;
	probe->watch = loop_watch_new(loop, fd, LOOP_WRITE, connected, probe);
	probe->timeout = loop_timer_new(loop, timed_out, probe);
	loop_timer_at(probe->timeout, started + conf->connect_timeout);
	return probe;
}

const struct probe_kind probe_tcp = {
	.kind = CONF_CHECK_TCP,
	.begin = begin,
	.cancel = cancel,
};
