/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The codec of the rtnetlink messages that net.c exchanges with the kernel (rtnetlink(7),
 * linux/rtnetlink.h). Pure: buffers in, values out, no socket. Everything that comes in is
 * bounds-checked, although the kernel wrote it.
 */
#ifndef LBD_NET_MESSAGE_H
#define LBD_NET_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "net/net.h"

/* Room for any request. */
#define NET_REQUEST 256

enum net_message_kind {
	NET_MESSAGE_END,        /* nothing (whole) is left in the buffer */
	NET_MESSAGE_OTHER,      /* of no interest */
	NET_MESSAGE_LINK,       /* link */
	NET_MESSAGE_LINK_GONE,
	NET_MESSAGE_ADDRESS,    /* address */
	NET_MESSAGE_ADDRESS_GONE,
	NET_MESSAGE_RESULT,     /* error: 0 or -errno, the answer to a request */
	NET_MESSAGE_DONE,       /* error: 0 or -errno, the end of a list */
};

struct net_message {
	enum net_message_kind kind;
	uint32_t sequence; /* of the request that it answers */
	int error;
	struct net_link link;
	struct net_address address;
};

/* Requests, each into NET_REQUEST bytes; they return the length. */
size_t net_message_list(void *buffer, uint16_t type, uint32_t sequence);
/* `type`: RTM_NEWADDR (fails with EEXIST if it is there) or RTM_DELADDR. */
size_t net_message_address(void *buffer, uint16_t type, uint32_t sequence,
			   const struct net_address *address);

/* Takes the next message from `buffer` at *offset and moves *offset behind it. */
enum net_message_kind net_message_next(const void *buffer, size_t length, size_t *offset,
				       struct net_message *message);

#endif
