/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Links and addresses of this host through rtnetlink: list them, put addresses on and take them
 * off, hear of changes. For processes in which nothing may block or allocate (invariant 0): after
 * net_open() there is no allocation, and no call waits for another process; the kernel answers a
 * request within the system call that sends it. Knows nothing of VRRP or IPVS.
 *
 * The bytes are net/message.h's. It does not use libnl-route because that allocates for each
 * request.
 */
#ifndef LBD_NET_NET_H
#define LBD_NET_NET_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/loop.h"

#define NET_HARDWARE 8

struct net_link {
	int index;
	char name[IF_NAMESIZE];
	bool up;      /* administratively */
	bool running; /* with carrier, ready to send */
	uint16_t type; /* ARPHRD_… */
	uint8_t hardware_length;
	uint8_t hardware[NET_HARDWARE]; /* its address, e.g. 6 bytes of Ethernet */
};

struct net_address {
	int link; /* index */
	struct address address;
	uint8_t prefix;
	uint8_t scope;            /* RT_SCOPE_… */
	struct address broadcast; /* IPv4 alone; or none */
	char label[IF_NAMESIZE]; /* IPv4 alone: "", or "eth0", or "eth0:vip" */
};

/* What the kernel told. Each may be NULL. */
struct net_handler {
	/* A link appeared or changed (gone: it vanished). */
	void (*link)(const struct net_link *link, bool gone, void *argument);
	/* An address appeared or changed (gone: it vanished). */
	void (*address)(const struct net_address *address, bool gone, void *argument);
	/* Notices were lost: what is known of links and addresses is old; list them again. */
	void (*lost)(void *argument);
};

struct net;

/* Opens the sockets and begins to listen; `handler` and `argument` must outlive it. NULL with
 * errno. */
struct net *net_open(struct loop *loop, const struct net_handler *handler, void *argument);
void net_close(struct net *net);

/* Gives every link, or every address, to the handler, which must not make requests meanwhile. 0, or
 * -errno when the list is not whole. */
int net_list_links(struct net *net);
int net_list_addresses(struct net *net);

/* Puts an address on a link: 0; 1 when it was there already (it is left as it is); -errno. Needs
 * CAP_NET_ADMIN, as does net_address_remove(). */
int net_address_add(struct net *net, const struct net_address *address);
/* Takes it off: 0; 1 when it (or the link) was not there; -errno. */
int net_address_remove(struct net *net, const struct net_address *address);

#endif
