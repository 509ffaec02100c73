/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two rtnetlink sockets: one for requests, whose answers are read at once, and one that only
 * listens, so that a notice can never be mistaken for an answer.
 */
#include "net/net.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "net/message.h"

/* The kernel fills at most 32 KiB of a list at a time. */
#define RECEIVE_SIZE 32768
/* What the kernel keeps for us while we are busy: a storm of address changes on a large host. */
#define MONITOR_BUFFER (4 * 1024 * 1024)
/* How many datagrams one wake-up reads, so that a storm cannot starve timers. */
#define MONITOR_BURST 16

struct net {
	int request_fd;
	int monitor_fd;
	uint32_t sequence;
	struct loop_watch *watch;
	const struct net_handler *handler;
	void *argument;
	uint8_t buffer[RECEIVE_SIZE];
};

static int open_socket(uint32_t groups)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	int saved;

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static void deliver(struct net *net, const struct net_message *message)
{
	const struct net_handler *handler = net->handler;

	switch (message->kind) {
	case NET_MESSAGE_LINK:
	case NET_MESSAGE_LINK_GONE:
		if (handler->link)
			handler->link(&message->link, message->kind == NET_MESSAGE_LINK_GONE,
				      net->argument);
		break;
	case NET_MESSAGE_ADDRESS:
	case NET_MESSAGE_ADDRESS_GONE:
		if (handler->address)
			handler->address(&message->address,
					 message->kind == NET_MESSAGE_ADDRESS_GONE,
					 net->argument);
		break;
	default:
		break;
	}
}

/* The handlers may make requests, which use a buffer of their own: `buffer` is this function's. */
static bool read_notices(struct net *net, uint8_t *buffer)
{
	ssize_t size = recv(net->monitor_fd, buffer, RECEIVE_SIZE, MSG_DONTWAIT);
	struct net_message message;
	size_t offset = 0;

	if (size < 0 && errno == ENOBUFS) {
		if (net->handler->lost)
			net->handler->lost(net->argument);
		return true;
	}
	if (size <= 0)
		return false;
	while (net_message_next(buffer, (size_t)size, &offset, &message) != NET_MESSAGE_END)
		deliver(net, &message);
	return true;
}

static void monitor_ready(int what, void *argument)
{
	static uint8_t buffer[RECEIVE_SIZE];
	struct net *net = argument;

	(void)what;
	for (unsigned i = 0; i < MONITOR_BURST && read_notices(net, buffer); i++)
		;
}

struct net *net_open(struct loop *loop, const struct net_handler *handler, void *argument)
{
	int monitor_fd = open_socket(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
	int request_fd = open_socket(0);
	int size = MONITOR_BUFFER;
	struct net *net;

	if (monitor_fd < 0 || request_fd < 0) {
		int saved = errno;

		if (monitor_fd >= 0)
			close(monitor_fd);
		if (request_fd >= 0)
			close(request_fd);
		errno = saved;
		return NULL;
	}
	/* Without the capability the smaller default stays; lost notices are noticed anyway. */
	if (setsockopt(monitor_fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		log_debug("the netlink receive buffer stays at its default");
	net = memory_new(sizeof(*net));
	net->request_fd = request_fd;
	net->monitor_fd = monitor_fd;
	net->handler = handler;
	net->argument = argument;
	net->watch = loop_watch_new(loop, monitor_fd, LOOP_READ, monitor_ready, net);
	return net;
}

void net_close(struct net *net)
{
	if (!net)
		return;
	loop_watch_free(net->watch);
	close(net->monitor_fd);
	close(net->request_fd);
	free(net);
}

/* Sends a request and reads until its result. The kernel has answered when send() returns; "nothing
 * there" is therefore an error, not a reason to wait. */
static int transact(struct net *net, const void *request, size_t length)
{
	struct net_message message;

	if (send(net->request_fd, request, length, MSG_DONTWAIT) < 0)
		return -errno;
	for (;;) {
		ssize_t size = recv(net->request_fd, net->buffer, RECEIVE_SIZE, MSG_DONTWAIT);
		size_t offset = 0;

		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return size < 0 ? -errno : -EPIPE;
		while (net_message_next(net->buffer, (size_t)size, &offset, &message) !=
		       NET_MESSAGE_END) {
			if (message.sequence != net->sequence)
				continue;
			if (message.kind == NET_MESSAGE_RESULT || message.kind == NET_MESSAGE_DONE)
				return message.error;
			deliver(net, &message);
		}
	}
}

static int list(struct net *net, uint16_t type)
{
	uint8_t request[NET_REQUEST];

	return transact(net, request, net_message_list(request, type, ++net->sequence));
}

int net_list_links(struct net *net)
{
	return list(net, RTM_GETLINK);
}

int net_list_addresses(struct net *net)
{
	return list(net, RTM_GETADDR);
}

int net_address_add(struct net *net, const struct net_address *address)
{
	uint8_t request[NET_REQUEST];
	int result = transact(net, request,
			      net_message_address(request, RTM_NEWADDR, ++net->sequence, address));

	return result == -EEXIST ? 1 : result;
}

int net_address_remove(struct net *net, const struct net_address *address)
{
	uint8_t request[NET_REQUEST];
	int result = transact(net, request,
			      net_message_address(request, RTM_DELADDR, ++net->sequence, address));

	return result == -EADDRNOTAVAIL || result == -ENODEV ? 1 : result;
}
