/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets, and what was said of those who asked last. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include "exporters/snmp/listener.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

#define PEERS 16
#define PEER_ROOM 256 /* octets: the addresses of both sides and the interface, as the transport has them */
#define HOLDS CLOCK_SECOND

struct peer {
	char address[PEER_ROOM];
	size_t length;
	int64_t judged;
	int verdict;
};

static struct peer peers[PEERS];
static size_t next_peer;

static struct peer *find_peer(const void *address, size_t length)
{
	for (size_t i = 0; i < PEERS; i++)
		if (peers[i].length == length && memcmp(peers[i].address, address, length) == 0)
			return &peers[i];
	return NULL;
}

/* In the place of who was added longest ago. */
static struct peer *add_peer(const void *address, size_t length)
{
	struct peer *peer = &peers[next_peer];

	next_peer = (next_peer + 1) % PEERS;
	memcpy(peer->address, address, length);
	peer->length = length;
	return peer;
}

/* What has no address, or one that does not fit, is judged by the library each time. */
static int may_ask(netsnmp_session *session, netsnmp_transport *transport, void *address, int length)
{
	int64_t now = clock_now();
	struct peer *peer;

	if (!address || length <= 0 || length > PEER_ROOM)
		return netsnmp_agent_check_packet(session, transport, address, length);
	peer = find_peer(address, (size_t)length);
	if (peer && now - peer->judged < HOLDS) {
		if (peer->verdict)
			snmp_increment_statistic(STAT_SNMPINPKTS);
		return peer->verdict;
	}
	if (!peer)
		peer = add_peer(address, (size_t)length);
	peer->judged = now;
	peer->verdict = netsnmp_agent_check_packet(session, transport, address, length);
	return peer->verdict;
}

static bool listen_at(const char *address)
{
	netsnmp_transport *transport = netsnmp_transport_open_server("snmp", address);
	netsnmp_session session;

	if (!transport)
		return false;
	snmp_sess_init(&session);
	session.version = SNMP_DEFAULT_VERSION;
	session.isAuthoritative = SNMP_SESS_AUTHORITATIVE;
	session.callback = handle_snmp_packet;
	/* The library owns the transport from here on, whatever comes of it. */
	return snmp_add(&session, transport, may_ask, netsnmp_agent_check_parse) != NULL;
}

/* The library makes an agent of its own, with all that the file says of it (AgentX for others, say), but for the
 * sockets. What it was told of these is ours, and agentAddress of the file. */
static char *begin_agent(void)
{
	const char *addresses =
		netsnmp_ds_get_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_PORTS);
	char *copy = memory_string(addresses);

	netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_PORTS, "none");
	if (init_master_agent() == 0)
		return copy;
	free(copy);
	return NULL;
}

bool listener_open(void)
{
	char *addresses = begin_agent(), *rest = addresses, *address = NULL;
	bool open = addresses != NULL;

	while (open && (address = strsep(&rest, ",")))
		open = listen_at(address);
	if (!open)
		log_error("cannot listen on %s: the address is in use, not ours, or its port needs "
			  "a privilege (take one above 1023)",
			  address ? address : "anything");
	free(addresses);
	return open;
}
