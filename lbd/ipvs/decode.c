/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of the IPVS family, decoded. */
#include "ipvs/decode.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"

/* The flags that userspace sets; the kernel's own (HASHED) say nothing about the configuration. */
#define SERVICE_FLAGS                                                          \
	(IP_VS_SVC_F_PERSISTENT | IP_VS_SVC_F_ONEPACKET | IP_VS_SVC_F_SCHED1 | \
	 IP_VS_SVC_F_SCHED2 | IP_VS_SVC_F_SCHED3)

/* Zero when absent or of another size: absence is a value that the kernel omits. */
static uint64_t number(struct nlattr *attribute)
{
	if (!attribute)
		return 0;
	switch (nla_len(attribute)) {
	case 1:
		return nla_get_u8(attribute);
	case 2:
		return nla_get_u16(attribute);
	case 4:
		return nla_get_u32(attribute);
	case 8:
		return nla_get_u64(attribute);
	default:
		return 0;
	}
}

static uint16_t port_of(struct nlattr *attribute)
{
	return ntohs((uint16_t)number(attribute));
}

static bool address_of(struct nlattr *attribute, uint8_t family, struct address *address)
{
	memset(address, 0, sizeof(*address));
	address->family = family;
	if (!attribute || address_length(address) == 0 ||
	    (size_t)nla_len(attribute) < address_length(address))
		return false;
	memcpy(address->bytes, nla_data(attribute), address_length(address));
	return true;
}

static void name_of(struct nlattr *attribute, char name[IPVS_NAME])
{
	memset(name, 0, IPVS_NAME);
	if (attribute)
		nla_strlcpy(name, attribute, IPVS_NAME);
}

/* The 64-bit counters, or the 32-bit ones of kernels before 4.2. */
static void counters_of(struct nlattr *wide, struct nlattr *narrow, struct ipvs_counters *counters)
{
	struct nlattr *parts[IPVS_STATS_ATTR_MAX + 1] = {0};
	struct nlattr *from = wide ? wide : narrow;

	if (!from || nla_parse_nested(parts, IPVS_STATS_ATTR_MAX, from, NULL) < 0)
		return;
	for (int i = 0; i < IPVS_COUNTERS; i++)
		counters->values[i] = number(parts[IPVS_STATS_ATTR_CONNS + i]);
}

static bool service_key_of(struct nlattr **parts, struct ipvs_service_key *key)
{
	uint8_t family = (uint8_t)number(parts[IPVS_SVC_ATTR_AF]);

	memset(key, 0, sizeof(*key));
	key->fwmark = (uint32_t)number(parts[IPVS_SVC_ATTR_FWMARK]);
	key->address.family = family;
	if (key->fwmark)
		return address_length(&key->address) != 0;
	key->protocol = (uint16_t)number(parts[IPVS_SVC_ATTR_PROTOCOL]);
	key->port = port_of(parts[IPVS_SVC_ATTR_PORT]);
	return address_of(parts[IPVS_SVC_ATTR_ADDR], family, &key->address);
}

static uint32_t flags_of(struct nlattr *attribute)
{
	struct ip_vs_flags flags = {0};

	if (attribute && (size_t)nla_len(attribute) >= sizeof(flags))
		memcpy(&flags, nla_data(attribute), sizeof(flags));
	return flags.flags & SERVICE_FLAGS;
}

static int parse_row(struct nlattr *attributes, int length, int which, struct nlattr **parts,
		     int max)
{
	struct nlattr *top[IPVS_CMD_ATTR_MAX + 1] = {0};

	if (nla_parse(top, IPVS_CMD_ATTR_MAX, attributes, length, NULL) < 0 || !top[which] ||
	    nla_parse_nested(parts, max, top[which], NULL) < 0)
		return -EBADMSG;
	return 0;
}

int ipvs_decode_service(struct nlattr *attributes, int length, struct ipvs_table *table)
{
	struct nlattr *parts[IPVS_SVC_ATTR_MAX + 1] = {0};
	struct ipvs_service_key key;
	struct ipvs_service *service;
	bool added;

	if (parse_row(attributes, length, IPVS_CMD_ATTR_SERVICE, parts, IPVS_SVC_ATTR_MAX) < 0 ||
	    !service_key_of(parts, &key))
		return -EBADMSG;
	service = ipvs_table_add_service(table, &key, &added);
	name_of(parts[IPVS_SVC_ATTR_SCHED_NAME], service->settings.scheduler);
	name_of(parts[IPVS_SVC_ATTR_PE_NAME], service->settings.engine);
	service->settings.flags = flags_of(parts[IPVS_SVC_ATTR_FLAGS]);
	service->settings.timeout = (uint32_t)number(parts[IPVS_SVC_ATTR_TIMEOUT]);
	service->settings.netmask = (uint32_t)number(parts[IPVS_SVC_ATTR_NETMASK]);
	counters_of(parts[IPVS_SVC_ATTR_STATS64], parts[IPVS_SVC_ATTR_STATS], &service->counters);
	return 0;
}

static void settings_of(struct nlattr **parts, struct ipvs_destination_settings *settings)
{
	settings->forwarding =
		(uint32_t)number(parts[IPVS_DEST_ATTR_FWD_METHOD]) & IP_VS_CONN_F_FWD_MASK;
	settings->weight = (int32_t)number(parts[IPVS_DEST_ATTR_WEIGHT]);
	settings->upper = (uint32_t)number(parts[IPVS_DEST_ATTR_U_THRESH]);
	settings->lower = (uint32_t)number(parts[IPVS_DEST_ATTR_L_THRESH]);
	settings->tunnel_type = (uint8_t)number(parts[IPVS_DEST_ATTR_TUN_TYPE]);
	settings->tunnel_port = port_of(parts[IPVS_DEST_ATTR_TUN_PORT]);
	settings->tunnel_flags = (uint16_t)number(parts[IPVS_DEST_ATTR_TUN_FLAGS]);
}

int ipvs_decode_destination(struct nlattr *attributes, int length, struct ipvs_table *table,
			    uint32_t service)
{
	struct nlattr *parts[IPVS_DEST_ATTR_MAX + 1] = {0};
	struct ipvs_destination_key key = {0};
	struct ipvs_destination *destination;
	uint8_t family;
	bool added;

	if (parse_row(attributes, length, IPVS_CMD_ATTR_DEST, parts, IPVS_DEST_ATTR_MAX) < 0)
		return -EBADMSG;
	/* Kernels before 3.18 have no family per destination: it is the service's. */
	family = (uint8_t)number(parts[IPVS_DEST_ATTR_ADDR_FAMILY]);
	if (!family)
		family = table->services[service].key.address.family;
	if (!address_of(parts[IPVS_DEST_ATTR_ADDR], family, &key.address))
		return -EBADMSG;
	key.port = port_of(parts[IPVS_DEST_ATTR_PORT]);
	destination = ipvs_table_add_destination(table, service, &key, &added);
	settings_of(parts, &destination->settings);
	destination->active = (uint32_t)number(parts[IPVS_DEST_ATTR_ACTIVE_CONNS]);
	destination->inactive = (uint32_t)number(parts[IPVS_DEST_ATTR_INACT_CONNS]);
	destination->persistent = (uint32_t)number(parts[IPVS_DEST_ATTR_PERSIST_CONNS]);
	counters_of(parts[IPVS_DEST_ATTR_STATS64], parts[IPVS_DEST_ATTR_STATS],
		    &destination->counters);
	return 0;
}

static bool role_of(uint64_t state, enum ipvs_sync_role *role)
{
	*role = state == IP_VS_STATE_MASTER ? IPVS_SYNC_MASTER : IPVS_SYNC_BACKUP;
	return state == IP_VS_STATE_MASTER || state == IP_VS_STATE_BACKUP;
}

int ipvs_decode_sync(struct nlattr *attributes, int length, struct ipvs_sync into[IPVS_SYNC_ROLES])
{
	struct nlattr *parts[IPVS_DAEMON_ATTR_MAX + 1] = {0};
	enum ipvs_sync_role role;
	struct ipvs_sync *sync;

	if (parse_row(attributes, length, IPVS_CMD_ATTR_DAEMON, parts, IPVS_DAEMON_ATTR_MAX) < 0 ||
	    !role_of(number(parts[IPVS_DAEMON_ATTR_STATE]), &role))
		return -EBADMSG;
	sync = &into[role];
	*sync = (struct ipvs_sync){.running = true};
	name_of(parts[IPVS_DAEMON_ATTR_MCAST_IFN], sync->interface);
	sync->sync_id = (uint32_t)number(parts[IPVS_DAEMON_ATTR_SYNC_ID]);
	sync->max_length = (uint32_t)number(parts[IPVS_DAEMON_ATTR_SYNC_MAXLEN]);
	/* In host order, unlike every other port of this family (ip_vs_ctl.c). */
	sync->port = (uint16_t)number(parts[IPVS_DAEMON_ATTR_MCAST_PORT]);
	if (parts[IPVS_DAEMON_ATTR_MCAST_GROUP])
		address_of(parts[IPVS_DAEMON_ATTR_MCAST_GROUP], AF_INET, &sync->group);
	else if (parts[IPVS_DAEMON_ATTR_MCAST_GROUP6])
		address_of(parts[IPVS_DAEMON_ATTR_MCAST_GROUP6], AF_INET6, &sync->group);
	return 0;
}

int ipvs_decode_info(struct nlattr *attributes, int length, struct ipvs_info *info)
{
	struct nlattr *parts[IPVS_INFO_ATTR_MAX + 1] = {0};

	if (nla_parse(parts, IPVS_INFO_ATTR_MAX, attributes, length, NULL) < 0)
		return -EBADMSG;
	info->version = (uint32_t)number(parts[IPVS_INFO_ATTR_VERSION]);
	info->table_size = (uint32_t)number(parts[IPVS_INFO_ATTR_CONN_TAB_SIZE]);
	return 0;
}
