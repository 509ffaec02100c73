/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One question after the other. */
#include "exporters/ganglia/witness.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/memory.h"
#include "exporters/base/own.h"

/* What gmond's answer begins with. */
#define OPENING "<?xml"

struct witness {
	struct loop *loop;
	struct loop_timer *next, *deadline;
	struct loop_watch *watch; /* NULL: no question is open */
	int fd;
	struct sockaddr_storage address;
	socklen_t address_size;
	char text[ADDRESS_PORT_TEXT];
	struct stat_exporter *row;
	int64_t interval, asked;
	bool failing; /* and said so */
};

static void hang_up(struct witness *witness)
{
	loop_timer_cancel(witness->deadline);
	if (witness->watch)
		loop_watch_free(witness->watch);
	if (witness->fd >= 0)
		close(witness->fd);
	witness->watch = NULL;
	witness->fd = -1;
}

static void missing(struct witness *witness, enum exporter_error reason, const char *what)
{
	hang_up(witness);
	own_failed(witness->row, reason, clock_now() - witness->asked);
	if (!witness->failing)
		log_error("gmond at %s: %s; what it is told may be lost", witness->text, what);
	witness->failing = true;
}

static void present(struct witness *witness, uint64_t bytes)
{
	hang_up(witness);
	own_succeeded(witness->row, 1, bytes, clock_now() - witness->asked);
	if (witness->failing)
		log_notice("gmond at %s answers again", witness->text);
	witness->failing = false;
}

static void too_late(void *argument)
{
	missing(argument, EXPORTER_ERROR_TIMEOUT, "no answer");
}

/* The connection is there, or will not be; or the answer begins. */
static void ready(int what, void *argument)
{
	struct witness *witness = argument;
	char opening[sizeof(OPENING) - 1];
	ssize_t size = recv(witness->fd, opening, sizeof(opening), MSG_DONTWAIT | MSG_PEEK);

	(void)what;
	if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
		loop_watch_for(witness->watch, LOOP_READ);
		return;
	}
	if (size < 0)
		missing(witness, EXPORTER_ERROR_CONNECT, strerror(errno));
	else if (size == 0)
		missing(witness, EXPORTER_ERROR_REFUSED, "it hangs up (the acl of its tcp_accept_channel?)");
	else if (memcmp(opening, OPENING, (size_t)size) != 0)
		missing(witness, EXPORTER_ERROR_PROTOCOL, "its answer is not gmond's");
	else
		present(witness, (uint64_t)size);
}

static void ask(void *argument)
{
	struct witness *witness = argument;
	int64_t now = clock_now();

	loop_timer_at(witness->next, now + witness->interval);
	if (witness->watch)
		return;
	witness->asked = now;
	witness->fd = socket(witness->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (witness->fd < 0 ||
	    (connect(witness->fd, (const struct sockaddr *)&witness->address, witness->address_size) !=
		     0 &&
	     errno != EINPROGRESS)) {
		missing(witness, EXPORTER_ERROR_CONNECT, strerror(errno));
		return;
	}
	witness->watch = loop_watch_new(witness->loop, witness->fd, LOOP_WRITE, ready, witness);
	loop_timer_at(witness->deadline, now + WITNESS_PATIENCE);
}

struct witness *witness_new(struct loop *loop, const struct address *address, uint16_t port,
			    int64_t interval, struct own *own)
{
	struct witness *witness = memory_new(sizeof(*witness));

	witness->loop = loop;
	witness->fd = -1;
	witness->interval = interval;
	witness->address_size = address_to_socket(address, port, &witness->address);
	address_format_port(address, port, witness->text);
	witness->row = own_row(own, witness->text);
	witness->next = loop_timer_new(loop, ask, witness);
	witness->deadline = loop_timer_new(loop, too_late, witness);
	loop_timer_at(witness->next, clock_now());
	return witness;
}

void witness_free(struct witness *witness)
{
	if (!witness)
		return;
	hang_up(witness);
	loop_timer_free(witness->next);
	loop_timer_free(witness->deadline);
	free(witness);
}
