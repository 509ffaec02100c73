/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of the IPVS family: whole rows, old kernels, and bytes that are cut short. */
#include "ipvs/decode.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

static struct nl_msg *message;

static struct nlattr *attributes(void)
{
	return nlmsg_attrdata(nlmsg_hdr(message), 0);
}

static int length(void)
{
	return nlmsg_attrlen(nlmsg_hdr(message), 0);
}

static void put_stats(int type, bool wide)
{
	struct nlattr *nest = nla_nest_start(message, type);

	for (int i = 0; i < IPVS_COUNTERS; i++) {
		if (wide)
			nla_put_u64(message, IPVS_STATS_ATTR_CONNS + i,
				    UINT64_C(0x100000000) + (uint64_t)i);
		else
			nla_put_u32(message, IPVS_STATS_ATTR_CONNS + i, 7 + (uint32_t)i);
	}
	nla_nest_end(message, nest);
}

static void put_service(uint16_t family, bool with_address)
{
	struct ip_vs_flags flags = {.flags = IP_VS_SVC_F_PERSISTENT | IP_VS_SVC_F_HASHED,
				    .mask = ~0u};
	uint8_t address[16] = {192, 168, 1, 227};
	struct nlattr *nest = nla_nest_start(message, IPVS_CMD_ATTR_SERVICE);

	nla_put_u16(message, IPVS_SVC_ATTR_AF, family);
	nla_put_u16(message, IPVS_SVC_ATTR_PROTOCOL, IPPROTO_TCP);
	if (with_address)
		nla_put(message, IPVS_SVC_ATTR_ADDR, sizeof(address), address);
	nla_put_u16(message, IPVS_SVC_ATTR_PORT, htons(80));
	nla_put_string(message, IPVS_SVC_ATTR_SCHED_NAME, "wlc");
	nla_put(message, IPVS_SVC_ATTR_FLAGS, sizeof(flags), &flags);
	nla_put_u32(message, IPVS_SVC_ATTR_TIMEOUT, 300);
	nla_put_u32(message, IPVS_SVC_ATTR_NETMASK, ~0u);
	put_stats(IPVS_SVC_ATTR_STATS, false);
	put_stats(IPVS_SVC_ATTR_STATS64, true);
	nla_put_u32(message, 200, 1); /* of a kernel to come */
	nla_nest_end(message, nest);
}

static void put_destination(bool with_family)
{
	uint8_t address[16] = {192, 168, 1, 232};
	struct nlattr *nest = nla_nest_start(message, IPVS_CMD_ATTR_DEST);

	if (with_family)
		nla_put_u16(message, IPVS_DEST_ATTR_ADDR_FAMILY, AF_INET);
	nla_put(message, IPVS_DEST_ATTR_ADDR, sizeof(address), address);
	nla_put_u16(message, IPVS_DEST_ATTR_PORT, htons(8080));
	nla_put_u32(message, IPVS_DEST_ATTR_FWD_METHOD, IP_VS_CONN_F_DROUTE);
	nla_put_u32(message, IPVS_DEST_ATTR_WEIGHT, 100);
	nla_put_u32(message, IPVS_DEST_ATTR_ACTIVE_CONNS, 3);
	put_stats(IPVS_DEST_ATTR_STATS, false);
	nla_nest_end(message, nest);
}

static void a_service_is_decoded(void)
{
	struct ipvs_table table = {0};
	char text[IPVS_TEXT];

	message = nlmsg_alloc();
	put_service(AF_INET, true);
	UNIT_NUMBER(ipvs_decode_service(attributes(), length(), &table), 0);
	UNIT_NUMBER(ipvs_decode_service(attributes(), length(), &table), 0);
	UNIT_NUMBER(table.service_count, 1);
	UNIT_STRING(ipvs_service_text(&table.services[0].key, text), "TCP 192.168.1.227:80");
	UNIT_STRING(table.services[0].settings.scheduler, "wlc");
	UNIT_NUMBER(table.services[0].settings.flags, IP_VS_SVC_F_PERSISTENT);
	UNIT_NUMBER(table.services[0].settings.timeout, 300);
	UNIT_NUMBER(table.services[0].counters.values[IPVS_OUT_BYTES], INT64_C(0x100000004));
	ipvs_table_free(&table);
	nlmsg_free(message);
}

static void a_destination_of_an_old_kernel_is_decoded(void)
{
	struct ipvs_table table = {0};
	char text[IPVS_TEXT];

	message = nlmsg_alloc();
	put_service(AF_INET, true);
	UNIT_NUMBER(ipvs_decode_service(attributes(), length(), &table), 0);
	nlmsg_free(message);
	message = nlmsg_alloc();
	put_destination(false);
	UNIT_NUMBER(ipvs_decode_destination(attributes(), length(), &table, 0), 0);
	UNIT_NUMBER(table.destination_count, 1);
	UNIT_STRING(ipvs_destination_text(&table.services[0].key, &table.destinations[0].key, text),
		    "TCP 192.168.1.227:80 -> 192.168.1.232:8080");
	UNIT_NUMBER(table.destinations[0].settings.weight, 100);
	UNIT_NUMBER(table.destinations[0].active, 3);
	UNIT_NUMBER(table.destinations[0].counters.values[IPVS_CONNECTIONS], 7);
	ipvs_table_free(&table);
	nlmsg_free(message);
}

static void what_does_not_identify_is_refused(void)
{
	struct ipvs_table table = {0};

	message = nlmsg_alloc();
	put_service(AF_INET, false);
	UNIT_NUMBER(ipvs_decode_service(attributes(), length(), &table), -EBADMSG);
	UNIT_NUMBER(ipvs_decode_destination(attributes(), length(), &table, 0), -EBADMSG);
	nlmsg_free(message);
	message = nlmsg_alloc();
	put_service(77, true);
	UNIT_NUMBER(ipvs_decode_service(attributes(), length(), &table), -EBADMSG);
	UNIT_NUMBER(table.service_count, 0);
	ipvs_table_free(&table);
	nlmsg_free(message);
}

/* Each prefix of the bytes, in memory of just that size, and each byte of them flipped. */
static void damaged_bytes_stay_within_bounds(void)
{
	struct ipvs_table table = {0};
	int whole;

	message = nlmsg_alloc();
	put_service(AF_INET, true);
	whole = length();
	CU_ASSERT(whole > 100);
	for (int cut = 0; cut <= whole; cut++) {
		uint8_t *bytes = malloc((size_t)cut + 1);
		int status;

		memcpy(bytes, attributes(), (size_t)cut);
		status = ipvs_decode_service((struct nlattr *)bytes, cut, &table);
		CU_ASSERT(status == 0 || status == -EBADMSG);
		free(bytes);
	}
	for (int i = 0; i < whole; i++) {
		uint8_t *bytes = malloc((size_t)whole);
		int status;

		memcpy(bytes, attributes(), (size_t)whole);
		bytes[i] ^= 0xff;
		status = ipvs_decode_service((struct nlattr *)bytes, whole, &table);
		CU_ASSERT(status == 0 || status == -EBADMSG);
		free(bytes);
	}
	ipvs_table_free(&table);
	nlmsg_free(message);
}

static void put_daemon(uint32_t state, const char *interface)
{
	struct nlattr *nest = nla_nest_start(message, IPVS_CMD_ATTR_DAEMON);

	nla_put_u32(message, IPVS_DAEMON_ATTR_STATE, state);
	nla_put_string(message, IPVS_DAEMON_ATTR_MCAST_IFN, interface);
	nla_put_u32(message, IPVS_DAEMON_ATTR_SYNC_ID, 7);
	nla_nest_end(message, nest);
}

static void the_daemons_roles_are_told_apart(void)
{
	struct ipvs_sync sync[IPVS_SYNC_ROLES] = {0};

	message = nlmsg_alloc();
	put_daemon(IP_VS_STATE_BACKUP, "eth1");
	UNIT_NUMBER(ipvs_decode_sync(attributes(), length(), sync), 0);
	CU_ASSERT(sync[IPVS_SYNC_BACKUP].running && !sync[IPVS_SYNC_MASTER].running);
	UNIT_STRING(sync[IPVS_SYNC_BACKUP].interface, "eth1");
	UNIT_NUMBER(sync[IPVS_SYNC_BACKUP].sync_id, 7);
	/* A kernel before 4.3 says no more. */
	UNIT_NUMBER(sync[IPVS_SYNC_BACKUP].max_length, 0);
	CU_ASSERT(!address_is_set(&sync[IPVS_SYNC_BACKUP].group));
	nlmsg_free(message);
	message = nlmsg_alloc();
	put_daemon(3, "eth1");
	UNIT_NUMBER(ipvs_decode_sync(attributes(), length(), sync), -EBADMSG);
	UNIT_NUMBER(ipvs_decode_sync(attributes(), 0, sync), -EBADMSG);
	nlmsg_free(message);
}

/* An interface's name that is not terminated, or longer than any. */
static void a_daemons_name_is_bounded(void)
{
	struct ipvs_sync sync[IPVS_SYNC_ROLES] = {0};
	char name[100];

	memset(name, 'x', sizeof(name));
	name[99] = '\0';
	message = nlmsg_alloc();
	put_daemon(IP_VS_STATE_MASTER, name);
	UNIT_NUMBER(ipvs_decode_sync(attributes(), length(), sync), 0);
	UNIT_NUMBER(strlen(sync[IPVS_SYNC_MASTER].interface), IPVS_NAME - 1);
	nlmsg_free(message);
}

int main(void)
{
	static const struct unit_test tests[] = {
		UNIT_TEST(a_service_is_decoded),
		UNIT_TEST(a_destination_of_an_old_kernel_is_decoded),
		UNIT_TEST(what_does_not_identify_is_refused),
		UNIT_TEST(damaged_bytes_stay_within_bounds),
		UNIT_TEST(the_daemons_roles_are_told_apart),
		UNIT_TEST(a_daemons_name_is_bounded),
	};

	return unit_main("ipvs decode", tests, UNIT_COUNT(tests));
}
