/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links over SOCK_SEQPACKET socket pairs. */
#include "base/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"

/* How many messages one wake-up reads, so that a flood on one link cannot starve timers. */
#define RECEIVE_BURST 64
/* More than a socket buffer holds. */
#define DRAIN_MOST 4096

struct link {
	int fd;
	struct loop_watch *watch;
	const struct link_handler *handler;
	void *argument;
	struct message *ring;
	unsigned ring_size, ring_first, ring_used;
	uint64_t refused;
	bool refused_since_drain;
	bool receiving; /* a callback may be running, … */
	bool dead;      /* … which freed the link: its memory goes once it has returned */
};

int link_pair(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);
}

static ssize_t send_now(int socket_fd, const struct message *message, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	struct iovec part = {(void *)(uintptr_t)message, message_size(message->type)};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		struct cmsghdr *carried;

		header.msg_control = control.bytes;
		header.msg_controllen = sizeof(control.bytes);
		carried = CMSG_FIRSTHDR(&header);
		carried->cmsg_level = SOL_SOCKET;
		carried->cmsg_type = SCM_RIGHTS;
		carried->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(carried), &fd, sizeof(int));
	}
	return sendmsg(socket_fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static bool refuse(struct link *link)
{
	link->refused++;
	link->refused_since_drain = true;
	return false;
}

/* Without a ring the sender keeps what is refused and waits for drained(): nothing is lost yet. */
static bool refuse_for_now(struct link *link)
{
	link->refused_since_drain = true;
	loop_watch_for(link->watch, LOOP_READ | LOOP_WRITE);
	return false;
}

bool link_send(struct link *link, const struct message *message, int fd)
{
	if (link->ring_used == 0) {
		if (send_now(link->fd, message, fd) >= 0)
			return true;
		if (errno != EAGAIN && errno != ENOBUFS)
			return refuse(link);
	}
	if (link->ring_size == 0)
		return refuse_for_now(link);
	if (fd >= 0 || link->ring_used == link->ring_size)
		return refuse(link);
	memcpy(&link->ring[(link->ring_first + link->ring_used) % link->ring_size], message,
	       message_size(message->type));
	link->ring_used++;
	loop_watch_for(link->watch, LOOP_READ | LOOP_WRITE);
	return true;
}

static void flush_ring(struct link *link)
{
	while (link->ring_used > 0) {
		if (send_now(link->fd, &link->ring[link->ring_first], -1) < 0)
			return;
		link->ring_first = (link->ring_first + 1) % link->ring_size;
		link->ring_used--;
	}
	loop_watch_for(link->watch, LOOP_READ);
	if (link->refused_since_drain) {
		link->refused_since_drain = false;
		if (link->handler->drained)
			link->handler->drained(link, link->argument);
	}
}

/* Returns the size read, 0 at the end, < 0 for nothing there. *fd is -1 or a received descriptor. */
static ssize_t receive_now(int socket_fd, struct message *message, int *fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec part = {message, sizeof(*message)};
	struct msghdr header = {.msg_iov = &part,
				.msg_iovlen = 1,
				.msg_control = control.bytes,
				.msg_controllen = sizeof(control.bytes)};
	ssize_t size = recvmsg(socket_fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *carried = size >= 0 ? CMSG_FIRSTHDR(&header) : NULL;

	*fd = -1;
	if (carried && carried->cmsg_level == SOL_SOCKET && carried->cmsg_type == SCM_RIGHTS &&
	    carried->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(fd, CMSG_DATA(carried), sizeof(int));
	return size;
}

/* False when there is no more to read. */
static bool receive_one(struct link *link)
{
	struct message message;
	int fd;
	ssize_t size = receive_now(link->fd, &message, &fd);

	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (size <= 0) {
		loop_watch_for(link->watch, 0);
		link->handler->closed(link, link->argument);
		return false;
	}
	if ((size_t)size < sizeof(message.type) || (size_t)size != message_size(message.type)) {
		log_error("a message of %zd bytes from another process of lbd has no known type; "
			  "discarded",
			  size);
		if (fd >= 0)
			close(fd);
		return true;
	}
	link->handler->receive(link, &message, fd, link->argument);
	return !link->dead;
}

static void receive_up_to(struct link *link, unsigned most)
{
	bool nested = link->receiving;

	link->receiving = true;
	for (unsigned i = 0; i < most && receive_one(link); i++)
		;
	link->receiving = nested;
	if (link->dead && !nested)
		free(link);
}

static void link_ready(int what, void *argument)
{
	struct link *link = argument;

	/* Writing first: drained() does not free links, what is received may. */
	if (what & LOOP_WRITE)
		flush_ring(link);
	if (what & LOOP_READ)
		receive_up_to(link, RECEIVE_BURST);
}

void link_drain(struct link *link)
{
	receive_up_to(link, DRAIN_MOST);
}

struct link *link_new(struct loop *loop, int fd, unsigned ring, const struct link_handler *handler,
		      void *argument)
{
	struct link *link = memory_new(sizeof(*link));

	link->fd = fd;
	link->handler = handler;
	link->argument = argument;
	link->ring_size = ring;
	link->ring = memory_array(link->ring_size, sizeof(*link->ring));
	link->watch = loop_watch_new(loop, fd, LOOP_READ, link_ready, link);
	return link;
}

void link_free(struct link *link)
{
	if (!link || link->dead)
		return;
	loop_watch_free(link->watch);
	close(link->fd);
	free(link->ring);
	link->dead = true;
	if (!link->receiving)
		free(link);
}

uint64_t link_refused(const struct link *link)
{
	return link->refused;
}
