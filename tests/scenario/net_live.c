/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net/ against a real kernel, on the loopback interface of a network namespace of its own. Where the
 * system does not let an ordinary user have one, the test is skipped (exit status 77).
 */
#include "net/net.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tests/unit/unit.h"

#define SKIP 77

static struct loop *loop;
static struct net *net;
static struct net_link loopback;
static struct net_address told;
static unsigned links, addresses, gone_addresses, losses;

static void link_told(const struct net_link *link, bool gone, void *argument)
{
	(void)argument;
	links++;
	if (!gone && strcmp(link->name, "lo") == 0)
		loopback = *link;
}

static void address_told(const struct net_address *address, bool gone, void *argument)
{
	(void)argument;
	told = *address;
	if (gone)
		gone_addresses++;
	else
		addresses++;
}

static void notices_lost(void *argument)
{
	(void)argument;
	losses++;
}

static void time_is_up(void *argument)
{
	loop_stop(argument);
}

/* Notices are in the socket when the request that caused them has returned. On a busy machine one run of
 * the loop may not get round to all of them: it is run until one brings nothing new. */
static void read_notices(void)
{
	struct loop_timer *timer = loop_timer_new(loop, time_is_up, loop);
	unsigned before;

	do {
		before = links + addresses + gone_addresses + losses;
		loop_timer_at(timer, clock_now() + 20 * CLOCK_MILLISECOND);
		loop_run(loop);
	} while (links + addresses + gone_addresses + losses != before);
	loop_timer_free(timer);
}

static void reset(void)
{
	memset(&told, 0, sizeof(told));
	links = addresses = gone_addresses = losses = 0;
}

static struct net_address virtual_address(const char *text, uint8_t prefix)
{
	struct net_address address = {.link = loopback.index, .prefix = prefix};

	CU_ASSERT(address_parse(text, &address.address));
	return address;
}

static void lists_links(void)
{
	reset();
	UNIT_NUMBER(net_list_links(net), 0);
	CU_ASSERT(links >= 1);
	CU_ASSERT(loopback.index > 0);
	CU_ASSERT(!loopback.up);
}

static void adds_lists_and_removes(const char *text, uint8_t prefix)
{
	struct net_address address = virtual_address(text, prefix);

	reset();
	UNIT_NUMBER(net_address_add(net, &address), 0);
	UNIT_NUMBER(net_address_add(net, &address), 1);
	UNIT_NUMBER(net_list_addresses(net), 0);
	UNIT_NUMBER(addresses, 1);
	CU_ASSERT(address_equal(&told.address, &address.address));
	UNIT_NUMBER(told.prefix, prefix);
	UNIT_NUMBER(told.link, loopback.index);
	UNIT_NUMBER(net_address_remove(net, &address), 0);
	UNIT_NUMBER(net_address_remove(net, &address), 1);
	reset();
	UNIT_NUMBER(net_list_addresses(net), 0);
	UNIT_NUMBER(addresses, 0);
	read_notices();
}

static void ipv4_address(void)
{
	adds_lists_and_removes("192.0.2.1", 32);
}

static void ipv6_address(void)
{
	adds_lists_and_removes("2001:db8::1", 128);
}

static void label_scope_and_broadcast_reach_the_kernel(void)
{
	struct net_address address = virtual_address("192.0.2.2", 24);

	address.scope = RT_SCOPE_LINK;
	snprintf(address.label, sizeof(address.label), "lo:vip");
	CU_ASSERT(address_parse("192.0.2.255", &address.broadcast));
	reset();
	UNIT_NUMBER(net_address_add(net, &address), 0);
	UNIT_NUMBER(net_list_addresses(net), 0);
	CU_ASSERT(memcmp(&told, &address, sizeof(address)) == 0);
	UNIT_NUMBER(net_address_remove(net, &address), 0);
	read_notices();
}

static void hears_of_changes(void)
{
	struct net_address address = virtual_address("192.0.2.3", 32);

	reset();
	UNIT_NUMBER(net_address_add(net, &address), 0);
	read_notices();
	UNIT_NUMBER(addresses, 1);
	CU_ASSERT(address_equal(&told.address, &address.address));
	UNIT_NUMBER(net_address_remove(net, &address), 0);
	read_notices();
	UNIT_NUMBER(gone_addresses, 1);
}

static void errors_come_back(void)
{
	struct net_address address = virtual_address("192.0.2.4", 32);

	address.link = 123456;
	UNIT_NUMBER(net_address_add(net, &address), -ENODEV);
	UNIT_NUMBER(net_address_remove(net, &address), 1);
	address = virtual_address("192.0.2.4", 33);
	UNIT_NUMBER(net_address_add(net, &address), -EINVAL);
}

static void many_addresses_are_listed(void)
{
	struct net_address address = virtual_address("10.0.0.0", 32);

	for (unsigned i = 0; i < 2000; i++) {
		address.address.bytes[2] = (uint8_t)(i / 250);
		address.address.bytes[3] = (uint8_t)(i % 250 + 1);
		UNIT_NUMBER(net_address_add(net, &address), 0);
	}
	reset();
	UNIT_NUMBER(net_list_addresses(net), 0);
	UNIT_NUMBER(addresses, 2000);
	/* Nobody read notices meanwhile: they are all there, or we are told that some are not (the
	 * larger buffer takes a capability that not every namespace gives). */
	reset();
	read_notices();
	CU_ASSERT(addresses == 2000 || losses > 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(lists_links),
	UNIT_TEST(ipv4_address),
	UNIT_TEST(ipv6_address),
	UNIT_TEST(label_scope_and_broadcast_reach_the_kernel),
	UNIT_TEST(hears_of_changes),
	UNIT_TEST(errors_come_back),
	UNIT_TEST(many_addresses_are_listed),
};

int main(void)
{
	static const struct net_handler handler = {
		.link = link_told, .address = address_told, .lost = notices_lost};
	int status;

	if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
		fprintf(stderr, "no network namespace to be had: %s\n", strerror(errno));
		return SKIP;
	}
	loop = loop_new();
	net = net_open(loop, &handler, NULL);
	if (!net) {
		fprintf(stderr, "no routing netlink socket to be had: %s\n", strerror(errno));
		return 99;
	}
	status = unit_main("net live", tests, UNIT_COUNT(tests));
	net_close(net);
	loop_free(loop);
	return status;
}
