/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A network interface as VRRP sees it: whether it can be used, its primary address, the raw socket
 * that all instances on it share, and which instance has which VRID. What a datagram means is
 * packet.h's and machine.h's; this file gives each to the instance it is for, and counts what is
 * for none.
 */
#ifndef LBD_VRRP_INTERFACE_H
#define LBD_VRRP_INTERFACE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "net/net.h"

/* Addresses of its own that an interface is known to have; of more, these are enough to choose
 * from. */
#define INTERFACE_OWN 16

struct vrrp_instance;

/* What the kernel told of it. */
struct interface_known {
	struct net_link link;        /* index 0: there is no such interface now */
	uint32_t own[INTERFACE_OWN]; /* IPv4 addresses that are no virtual ones, host order */
	unsigned own_count;
	bool own_overflow; /* there were more than fit */
};

struct vrrp_interface {
	char name[IF_NAMESIZE];
	struct interface_known known;
	struct interface_known before; /* for interface_restore() */
	int fd;             /* raw socket, or -1 */
	int bound;          /* index that the socket is bound to; 0: none */
	unsigned instances; /* that run VRRP on it; 0: it only carries addresses */
	struct loop_watch *watch;
	struct vrrp_instance *by_vrid[256];
	/* Gets the drops of datagrams that name no VRID of ours: the first instance on the
	 * interface. */
	struct vrrp_instance *first;
	bool open_failing; /* logged already */
	bool wanted;       /* by the configuration being applied */
};

struct vrrp_interface *interface_new(const char *name);
void interface_free(struct vrrp_interface *interface);

/* Makes the socket for the link as it is now, if it is not there yet: joins 224.0.0.18, sees only
 * this interface, has room for an advertisement of each instance. 0 or -errno; a failure is logged
 * once. */
int interface_open(struct vrrp_interface *interface, struct loop *loop);

/* Links and addresses are going to be listed anew: forgets what is known. If the list fails, what
 * was known before comes back with interface_restore(). */
void interface_forget(struct vrrp_interface *interface);
void interface_restore(struct vrrp_interface *interface);

/* NULL: up, running, and with an address to send from. Else why not, in words. */
const char *interface_unusable(const struct vrrp_interface *interface);
/* The primary address, host order; 0: none. */
uint32_t interface_source(const struct vrrp_interface *interface);

/* An address of its own appeared or vanished. True when the list is short now but once overflowed:
 * list the addresses anew. */
bool interface_address(struct vrrp_interface *interface, uint32_t address, bool gone);

/* Sends a datagram with its IPv4 header to 224.0.0.18. 0 or -errno; never waits. */
int interface_send(const struct vrrp_interface *interface, const void *datagram, size_t length);

/* Receives up to `limit` datagrams that are there already. */
void interface_receive(struct vrrp_interface *interface, unsigned limit);

#endif
