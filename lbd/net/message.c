/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnetlink messages: written field by field, read with every length checked. */
#include "net/message.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

struct request {
	uint8_t *data;
	size_t length;
};

static struct request begin(void *buffer, uint16_t type, uint16_t flags, uint32_t sequence,
			    const void *body, size_t size)
{
	struct nlmsghdr header = {.nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = sequence};

	memset(buffer, 0, NET_REQUEST);
	memcpy(buffer, &header, sizeof(header));
	memcpy((uint8_t *)buffer + NLMSG_HDRLEN, body, size);
	return (struct request){buffer, NLMSG_HDRLEN + NLMSG_ALIGN(size)};
}

static void add(struct request *request, uint16_t type, const void *value, size_t size)
{
	struct rtattr attribute = {.rta_type = type, .rta_len = (uint16_t)RTA_LENGTH(size)};

	memcpy(request->data + request->length, &attribute, sizeof(attribute));
	memcpy(request->data + request->length + RTA_LENGTH(0), value, size);
	request->length += RTA_SPACE(size);
}

static size_t end(struct request *request)
{
	uint32_t length = (uint32_t)request->length;

	memcpy(request->data, &length, sizeof(length));
	return request->length;
}

size_t net_message_list(void *buffer, uint16_t type, uint32_t sequence)
{
	static const struct ifinfomsg link = {.ifi_family = AF_UNSPEC};
	static const struct ifaddrmsg address = {.ifa_family = AF_UNSPEC};
	/* Statistics are most of a link's answer, and nobody here reads them. */
	uint32_t filter = RTEXT_FILTER_SKIP_STATS;
	bool links = type == RTM_GETLINK;
	struct request request = begin(buffer, type, NLM_F_REQUEST | NLM_F_DUMP, sequence,
				       links ? (const void *)&link : &address,
				       links ? sizeof(link) : sizeof(address));

	if (links)
		add(&request, IFLA_EXT_MASK, &filter, sizeof(filter));
	return end(&request);
}

size_t net_message_address(void *buffer, uint16_t type, uint32_t sequence,
			   const struct net_address *address)
{
	struct ifaddrmsg body = {
		.ifa_family = address->address.family,
		.ifa_prefixlen = address->prefix,
		.ifa_scope = address->scope,
		.ifa_index = (uint32_t)address->link,
	};
	uint16_t flags = NLM_F_REQUEST | NLM_F_ACK;
	size_t size = address_length(&address->address);
	struct request request;

	if (type == RTM_NEWADDR) {
		flags |= NLM_F_CREATE | NLM_F_EXCL;
		/* A virtual address was in use a moment ago elsewhere: looking for its duplicate
		 * would keep it unusable for a second (RFC 9568 section 6.4.1 has it joined
		 * without). */
		if (address->address.family == AF_INET6)
			body.ifa_flags = IFA_F_NODAD;
	}
	request = begin(buffer, type, flags, sequence, &body, sizeof(body));
	add(&request, IFA_LOCAL, address->address.bytes, size);
	add(&request, IFA_ADDRESS, address->address.bytes, size);
	if (address->broadcast.family == AF_INET && address->address.family == AF_INET)
		add(&request, IFA_BROADCAST, address->broadcast.bytes, 4);
	if (address->label[0] && address->address.family == AF_INET)
		add(&request, IFA_LABEL, address->label, strlen(address->label) + 1);
	return end(&request);
}

/* --- reading ---------------------------------------------------------------------------------- */

struct span {
	const uint8_t *data;
	size_t length;
};

/* The payload of a message behind its fixed part of `size` bytes, which is copied out. */
static bool take_body(struct span *message, void *body, size_t size)
{
	size_t used = NLMSG_ALIGN(size);

	if (message->length < size)
		return false;
	memcpy(body, message->data, size);
	if (used > message->length)
		used = message->length;
	message->data += used;
	message->length -= used;
	return true;
}

static bool take_attribute(struct span *message, uint16_t *type, struct span *value)
{
	struct rtattr attribute;
	size_t used;

	if (message->length < sizeof(attribute))
		return false;
	memcpy(&attribute, message->data, sizeof(attribute));
	if (attribute.rta_len < sizeof(attribute) || attribute.rta_len > message->length)
		return false;
	*type = attribute.rta_type & NLA_TYPE_MASK;
	*value = (struct span){message->data + RTA_LENGTH(0), attribute.rta_len - RTA_LENGTH(0)};
	used = RTA_ALIGN(attribute.rta_len);
	if (used > message->length)
		used = message->length;
	message->data += used;
	message->length -= used;
	return true;
}

static void copy_name(char name[IF_NAMESIZE], const struct span *value)
{
	size_t length = strnlen((const char *)value->data, value->length);

	if (length >= IF_NAMESIZE)
		length = IF_NAMESIZE - 1;
	memcpy(name, value->data, length);
	name[length] = '\0';
}

static bool read_link(struct span body, struct net_link *link)
{
	struct ifinfomsg fixed;
	struct span value;
	uint16_t type;

	if (!take_body(&body, &fixed, sizeof(fixed)))
		return false;
	/* A bridge tells of its ports in messages of its own family: not the link's state. */
	if (fixed.ifi_family != AF_UNSPEC)
		return false;
	*link = (struct net_link){
		.index = fixed.ifi_index,
		.up = fixed.ifi_flags & IFF_UP,
		.running = fixed.ifi_flags & IFF_RUNNING,
		.type = fixed.ifi_type,
	};
	while (take_attribute(&body, &type, &value)) {
		if (type == IFLA_IFNAME)
			copy_name(link->name, &value);
		if (type == IFLA_ADDRESS && value.length <= NET_HARDWARE) {
			link->hardware_length = (uint8_t)value.length;
			memcpy(link->hardware, value.data, value.length);
		}
	}
	return true;
}

static bool read_address(struct span body, struct net_address *address)
{
	struct ifaddrmsg fixed;
	struct span value;
	uint16_t type;
	bool local = false;

	if (!take_body(&body, &fixed, sizeof(fixed)))
		return false;
	*address = (struct net_address){
		.link = (int)fixed.ifa_index,
		.prefix = fixed.ifa_prefixlen,
		.scope = fixed.ifa_scope,
	};
	while (take_attribute(&body, &type, &value)) {
		size_t size = fixed.ifa_family == AF_INET6 ? 16 : 4;
		bool ours = type == IFA_LOCAL || (type == IFA_ADDRESS && !local);

		/* On a point-to-point link IFA_ADDRESS is the other end; IFA_LOCAL is ours. */
		if (ours && value.length == size) {
			memcpy(address->address.bytes, value.data, size);
			address->address.family = fixed.ifa_family;
			local = type == IFA_LOCAL;
		}
		if (type == IFA_BROADCAST && value.length == 4) {
			memcpy(address->broadcast.bytes, value.data, 4);
			address->broadcast.family = AF_INET;
		}
		if (type == IFA_LABEL)
			copy_name(address->label, &value);
	}
	return address_is_set(&address->address);
}

static enum net_message_kind read_body(uint16_t type, struct span body,
				       struct net_message *message)
{
	int32_t error = 0;

	switch (type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		if (!read_link(body, &message->link))
			return NET_MESSAGE_OTHER;
		return type == RTM_NEWLINK ? NET_MESSAGE_LINK : NET_MESSAGE_LINK_GONE;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		if (!read_address(body, &message->address))
			return NET_MESSAGE_OTHER;
		return type == RTM_NEWADDR ? NET_MESSAGE_ADDRESS : NET_MESSAGE_ADDRESS_GONE;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		take_body(&body, &error, sizeof(error));
		message->error = error;
		return type == NLMSG_ERROR ? NET_MESSAGE_RESULT : NET_MESSAGE_DONE;
	default:
		return NET_MESSAGE_OTHER;
	}
}

enum net_message_kind net_message_next(const void *buffer, size_t length, size_t *offset,
				       struct net_message *message)
{
	const uint8_t *at = (const uint8_t *)buffer + *offset;
	size_t left = length - *offset;
	struct nlmsghdr header;
	size_t used;

	memset(message, 0, sizeof(*message));
	message->kind = NET_MESSAGE_END;
	if (left < sizeof(header))
		return NET_MESSAGE_END;
	memcpy(&header, at, sizeof(header));
	if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > left)
		return NET_MESSAGE_END;
	used = NLMSG_ALIGN(header.nlmsg_len);
	*offset += used < left ? used : left;
	message->sequence = header.nlmsg_seq;
	message->kind = read_body(
		header.nlmsg_type,
		(struct span){at + NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN}, message);
	return message->kind;
}
