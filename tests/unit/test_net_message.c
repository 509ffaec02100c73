/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnetlink messages: what we ask for, and what we make of answers, whole and broken. */
#include "net/message.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

/* A message of the kernel's, put together with its own macros. */
static union {
	struct nlmsghdr header;
	uint8_t bytes[1024];
} kernel;

static void *begin(uint16_t type, size_t body)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.header.nlmsg_type = type;
	kernel.header.nlmsg_seq = 42;
	kernel.header.nlmsg_len = NLMSG_LENGTH(body);
	return NLMSG_DATA(&kernel.header);
}

static void add(uint16_t type, const void *value, size_t size)
{
	struct rtattr *attribute =
		(struct rtattr *)(kernel.bytes + NLMSG_ALIGN(kernel.header.nlmsg_len));

	attribute->rta_type = type;
	attribute->rta_len = (uint16_t)RTA_LENGTH(size);
	memcpy(RTA_DATA(attribute), value, size);
	kernel.header.nlmsg_len =
		(uint32_t)(NLMSG_ALIGN(kernel.header.nlmsg_len) + RTA_SPACE(size));
}

static enum net_message_kind next(struct net_message *message)
{
	size_t offset = 0;

	return net_message_next(&kernel, kernel.header.nlmsg_len, &offset, message);
}

static void link_message(void)
{
	struct ifinfomsg *body = begin(RTM_NEWLINK, sizeof(*body));

	body->ifi_index = 7;
	body->ifi_type = 1;
	body->ifi_flags = IFF_UP;
	add(IFLA_MTU, "\0\0\5\334", 4);
	add(IFLA_IFNAME, "eth0", 5);
	add(IFLA_ADDRESS, "\2\0\0\0\0\1", 6);
}

static void reads_a_link(void)
{
	struct net_message message;

	link_message();
	UNIT_NUMBER(next(&message), NET_MESSAGE_LINK);
	UNIT_NUMBER(message.sequence, 42);
	UNIT_NUMBER(message.link.index, 7);
	UNIT_STRING(message.link.name, "eth0");
	CU_ASSERT(message.link.up);
	CU_ASSERT(!message.link.running);
	UNIT_NUMBER(message.link.hardware_length, 6);
	UNIT_NUMBER(message.link.hardware[5], 1);
	kernel.header.nlmsg_type = RTM_DELLINK;
	UNIT_NUMBER(next(&message), NET_MESSAGE_LINK_GONE);
}

static void a_bridge_port_message_is_no_link(void)
{
	struct net_message message;

	link_message();
	((struct ifinfomsg *)NLMSG_DATA(&kernel.header))->ifi_family = AF_BRIDGE;
	UNIT_NUMBER(next(&message), NET_MESSAGE_OTHER);
}

static void names_too_long_are_cut(void)
{
	struct net_message message;

	begin(RTM_NEWLINK, sizeof(struct ifinfomsg));
	add(IFLA_IFNAME, "a-name-without-end-or-nul", 20);
	UNIT_NUMBER(next(&message), NET_MESSAGE_LINK);
	UNIT_STRING(message.link.name, "a-name-without-");
}

static void hardware_too_long_is_none(void)
{
	struct net_message message;

	begin(RTM_NEWLINK, sizeof(struct ifinfomsg));
	add(IFLA_ADDRESS, "01234567890123456789", 20);
	UNIT_NUMBER(next(&message), NET_MESSAGE_LINK);
	UNIT_NUMBER(message.link.hardware_length, 0);
}

static void reads_addresses(void)
{
	struct net_message message;
	struct ifaddrmsg *body = begin(RTM_NEWADDR, sizeof(*body));
	char text[ADDRESS_TEXT];

	body->ifa_family = AF_INET;
	body->ifa_index = 3;
	body->ifa_prefixlen = 24;
	add(IFA_LOCAL, "\300\250\1\341", 4);
	add(IFA_ADDRESS, "\300\250\1\1", 4); /* the other end, as on a tunnel */
	add(IFA_LABEL, "eth0:1", 7);
	UNIT_NUMBER(next(&message), NET_MESSAGE_ADDRESS);
	UNIT_NUMBER(message.address.link, 3);
	UNIT_NUMBER(message.address.prefix, 24);
	UNIT_STRING(address_format(&message.address.address, text), "192.168.1.225");
	UNIT_STRING(message.address.label, "eth0:1");

	body = begin(RTM_DELADDR, sizeof(*body));
	body->ifa_family = AF_INET6;
	add(IFA_ADDRESS, "\40\1\r\270\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	UNIT_NUMBER(next(&message), NET_MESSAGE_ADDRESS_GONE);
	UNIT_STRING(address_format(&message.address.address, text), "2001:db8::1");
}

static void an_address_without_address_is_nothing(void)
{
	struct net_message message;
	struct ifaddrmsg *body = begin(RTM_NEWADDR, sizeof(*body));

	body->ifa_family = AF_INET;
	add(IFA_LOCAL, "\300\250", 2);
	UNIT_NUMBER(next(&message), NET_MESSAGE_OTHER);
}

static void reads_results(void)
{
	struct net_message message;
	struct nlmsgerr *body = begin(NLMSG_ERROR, sizeof(*body));

	body->error = -17;
	UNIT_NUMBER(next(&message), NET_MESSAGE_RESULT);
	UNIT_NUMBER(message.error, -17);
	memset(begin(NLMSG_DONE, sizeof(int)), 0, sizeof(int));
	UNIT_NUMBER(next(&message), NET_MESSAGE_DONE);
	UNIT_NUMBER(message.error, 0);
}

/* In memory of exactly that length, so that the sanitizer sees a read behind it. */
static void walk_copy(size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);
	struct net_message message;
	size_t offset = 0, before;

	memcpy(copy, &kernel, length);
	do {
		before = offset;
	} while (net_message_next(copy, length, &offset, &message) != NET_MESSAGE_END &&
		 offset > before);
	CU_ASSERT(offset <= length);
	free(copy);
}

static void survives_every_truncation_and_length(void)
{
	uint32_t whole;

	link_message();
	whole = kernel.header.nlmsg_len;
	for (size_t length = 0; length <= whole; length++) {
		kernel.header.nlmsg_len = whole;
		walk_copy(length);
		/* The message claims to be whole at that length; its last attribute is then cut. */
		kernel.header.nlmsg_len = (uint32_t)length;
		walk_copy(length);
	}
	for (unsigned value = 0; value < 256; value++)
		for (size_t at = 0; at < whole; at++) {
			link_message();
			kernel.bytes[at] = (uint8_t)value;
			walk_copy(whole);
		}
}

static void asks_for_a_list(void)
{
	union {
		struct nlmsghdr header;
		uint8_t bytes[NET_REQUEST];
	} request;
	size_t length = net_message_list(&request, RTM_GETLINK, 9);

	UNIT_NUMBER(request.header.nlmsg_len, length);
	UNIT_NUMBER(request.header.nlmsg_type, RTM_GETLINK);
	UNIT_NUMBER(request.header.nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
	UNIT_NUMBER(request.header.nlmsg_seq, 9);
}

static void what_it_asks_for_is_what_it_reads(void)
{
	struct net_address address = {.link = 5, .prefix = 32, .scope = 254, .label = "eth0:vip"};
	uint8_t request[NET_REQUEST];
	struct net_message message;
	size_t length, offset = 0;

	CU_ASSERT(address_parse("192.168.1.227", &address.address));
	CU_ASSERT(address_parse("192.168.1.255", &address.broadcast));
	length = net_message_address(request, RTM_NEWADDR, 1, &address);
	UNIT_NUMBER(((struct nlmsghdr *)(void *)request)->nlmsg_flags,
		    NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	UNIT_NUMBER(net_message_next(request, length, &offset, &message), NET_MESSAGE_ADDRESS);
	CU_ASSERT(memcmp(&message.address, &address, sizeof(address)) == 0);
	UNIT_NUMBER(offset, length);

	CU_ASSERT(address_parse("2001:db8::1", &address.address));
	memset(address.label, 0, sizeof(address.label));
	memset(&address.broadcast, 0, sizeof(address.broadcast));
	length = net_message_address(request, RTM_DELADDR, 2, &address);
	offset = 0;
	UNIT_NUMBER(net_message_next(request, length, &offset, &message),
		    NET_MESSAGE_ADDRESS_GONE);
	CU_ASSERT(memcmp(&message.address, &address, sizeof(address)) == 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(reads_a_link),
	UNIT_TEST(a_bridge_port_message_is_no_link),
	UNIT_TEST(names_too_long_are_cut),
	UNIT_TEST(hardware_too_long_is_none),
	UNIT_TEST(reads_addresses),
	UNIT_TEST(an_address_without_address_is_nothing),
	UNIT_TEST(reads_results),
	UNIT_TEST(survives_every_truncation_and_length),
	UNIT_TEST(asks_for_a_list),
	UNIT_TEST(what_it_asks_for_is_what_it_reads),
};

int main(void)
{
	return unit_main("net message", tests, UNIT_COUNT(tests));
}
