/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets of an interface. */
#include "vrrp/interface.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "vrrp/instance.h"
#include "vrrp/packet.h"

/* Datagrams read by one wake-up, so that a flood cannot starve the timers. */
#define RECEIVE_BURST 256
/* What one waiting advertisement takes of a receive buffer, with the kernel's own bookkeeping. */
#define BUFFER_EACH 2048
#define BUFFER_LEAST (256 * 1024)

struct vrrp_interface *interface_new(const char *name)
{
	struct vrrp_interface *interface = memory_new(sizeof(*interface));

	TEXT_COPY(interface->name, name);
	interface->fd = -1;
	return interface;
}

void interface_free(struct vrrp_interface *interface)
{
	if (!interface)
		return;
	loop_watch_free(interface->watch);
	if (interface->fd >= 0)
		close(interface->fd);
	free(interface);
}

void interface_forget(struct vrrp_interface *interface)
{
	interface->before = interface->known;
	memset(&interface->known, 0, sizeof(interface->known));
}

void interface_restore(struct vrrp_interface *interface)
{
	interface->known = interface->before;
}

const char *interface_unusable(const struct vrrp_interface *interface)
{
	if (interface->known.link.index == 0)
		return "there is no such interface";
	if (!interface->known.link.up)
		return "it is administratively down";
	if (!interface->known.link.running)
		return "it has no carrier";
	if (interface->known.own_count == 0)
		return "it has no IPv4 address of its own";
	return NULL;
}

uint32_t interface_source(const struct vrrp_interface *interface)
{
	return interface->known.own_count ? interface->known.own[0] : 0;
}

static void forget_address(struct interface_known *known, unsigned at)
{
	known->own_count--;
	memmove(&known->own[at], &known->own[at + 1],
		(known->own_count - at) * sizeof(known->own[0]));
}

bool interface_address(struct vrrp_interface *interface, uint32_t address, bool gone)
{
	struct interface_known *known = &interface->known;

	for (unsigned i = 0; i < known->own_count; i++) {
		if (known->own[i] != address)
			continue;
		if (gone)
			forget_address(known, i);
		return gone && known->own_overflow;
	}
	if (gone)
		return false;
	if (known->own_count == INTERFACE_OWN)
		known->own_overflow = true;
	else
		known->own[known->own_count++] = address;
	return false;
}

/* --- the socket ------------------------------------------------------------------------------- */

static int set_options(const struct vrrp_interface *interface, int fd)
{
	const struct {
		int level, name, value;
	} options[] = {
		{IPPROTO_IP, IP_HDRINCL, 1},
		/* What we send is not for us, and groups that others joined are not either. */
		{IPPROTO_IP, IP_MULTICAST_LOOP, 0},
		{IPPROTO_IP, IP_MULTICAST_ALL, 0},
		/* As the TOS of the header, which does not choose the queue: network control. */
		{SOL_SOCKET, SO_PRIORITY, 7},
	};
	struct ip_mreqn group = {.imr_multiaddr.s_addr = htonl(VRRP_GROUP),
				 .imr_ifindex = interface->known.link.index};

	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface->name,
		       (socklen_t)strlen(interface->name) + 1) != 0)
		return -errno;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (setsockopt(fd, options[i].level, options[i].name, &options[i].value,
			       sizeof(options[i].value)) != 0)
			return -errno;
	if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &group, sizeof(group)) != 0 ||
	    setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)) != 0)
		return -errno;
	return 0;
}

/* All masters on an interface may speak at the same instant. Without the capability the default
 * stays, which does for some hundred instances. */
static void make_room(const struct vrrp_interface *interface)
{
	int buffer = BUFFER_LEAST + BUFFER_EACH * (int)interface->instances;

	if (setsockopt(interface->fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) != 0)
		log_debug("interface %s: the receive buffer stays at its default",
			  interface->name);
}

static int open_socket(const struct vrrp_interface *interface)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, VRRP_PROTOCOL);
	int status;

	if (fd < 0)
		return -errno;
	status = set_options(interface, fd);
	if (status == 0)
		return fd;
	close(fd);
	return status;
}

static void ready(int what, void *argument)
{
	(void)what;
	interface_receive(argument, RECEIVE_BURST);
}

/* An interface that was removed and made again has another index. Its new socket takes the old
 * one's number, so that the watch, which was allocated, goes on. */
static void adopt_socket(struct vrrp_interface *interface, struct loop *loop, int fd)
{
	if (interface->fd < 0) {
		interface->fd = fd;
		interface->watch = loop_watch_new(loop, fd, LOOP_READ, ready, interface);
		return;
	}
	loop_watch_for(interface->watch, 0);
	if (dup3(fd, interface->fd, O_CLOEXEC) < 0)
		log_error("interface %s: dup3: %s", interface->name, strerror(errno));
	close(fd);
	loop_watch_for(interface->watch, LOOP_READ);
}

int interface_open(struct vrrp_interface *interface, struct loop *loop)
{
	int fd;

	if (interface->known.link.index == 0)
		return 0;
	if (interface->bound == interface->known.link.index) {
		make_room(interface);
		return 0;
	}
	fd = open_socket(interface);
	if (fd < 0) {
		if (!interface->open_failing)
			log_error("interface %s: cannot open a socket for VRRP: %s",
				  interface->name, strerror(-fd));
		interface->open_failing = true;
		return fd;
	}
	adopt_socket(interface, loop, fd);
	make_room(interface);
	interface->bound = interface->known.link.index;
	interface->open_failing = false;
	return 0;
}

int interface_send(const struct vrrp_interface *interface, const void *datagram, size_t length)
{
	struct sockaddr_in group = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(VRRP_GROUP)};

	if (interface->fd < 0)
		return -ENODEV;
	if (sendto(interface->fd, datagram, length, MSG_DONTWAIT, (struct sockaddr *)&group,
		   sizeof(group)) < 0)
		return -errno;
	return 0;
}

/* --- receiving -------------------------------------------------------------------------------- */

static void dispatch(struct vrrp_interface *interface, const uint8_t *datagram, size_t length)
{
	struct vrrp_packet packet;
	enum vrrp_drop drop = vrrp_packet_parse(datagram, length, &packet);
	struct vrrp_instance *instance =
		interface->by_vrid[vrrp_packet_vrid(datagram, length)];

	if (drop == VRRP_ACCEPTED && !instance)
		drop = VRRP_DROP_VRID;
	if (drop == VRRP_ACCEPTED)
		instance_receive(instance, &packet);
	else if (instance)
		instance_drop(instance, drop, vrrp_packet_source(datagram, length));
	else if (interface->first)
		instance_count_drop(interface->first, drop);
}

void interface_receive(struct vrrp_interface *interface, unsigned limit)
{
	uint8_t datagram[VRRP_DATAGRAM];

	for (unsigned i = 0; interface->fd >= 0 && i < limit; i++) {
		ssize_t length =
			recv(interface->fd, datagram, sizeof(datagram), MSG_DONTWAIT);

		if (length < 0) {
			/* An error of the link (ENETDOWN) is told once; links are watched
			 * elsewhere. */
			if (errno == EAGAIN)
				return;
			continue;
		}
		dispatch(interface, datagram, (size_t)length);
	}
}
