/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets, and what was said of those who asked last. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include "exporters/snmp/listener.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

#define PEERS 16
#define PEER_ROOM 256 /* octets: the addresses of both sides and the interface, as the transport has them */
#define HOLDS CLOCK_SECOND

struct peer {
	char address[PEER_ROOM];
	size_t length; /* 0: nobody */
	int64_t judged;
	int verdict;
};

static struct peer peers[PEERS];
static size_t next_peer;

/* Who has been judged lately, or the place for who is to be. */
static struct peer *find_peer(const void *address, size_t length)
{
	for (size_t i = 0; i < PEERS; i++)
		if (peers[i].length == length && memcmp(peers[i].address, address, length) == 0)
			return &peers[i];
	next_peer = (next_peer + 1) % PEERS;
	peers[next_peer].length = 0;
	return &peers[next_peer];
}

/* A connection has no address beside it, and is judged by the library each time. */
static int may_ask(netsnmp_session *session, netsnmp_transport *transport, void *address, int length)
{
	int64_t now = clock_now();
	struct peer *peer;

	if (!address || length <= 0 || length > PEER_ROOM)
		return netsnmp_agent_check_packet(session, transport, address, length);
	peer = find_peer(address, (size_t)length);
	if (peer->length > 0 && now - peer->judged < HOLDS) {
		if (peer->verdict)
			snmp_increment_statistic(STAT_SNMPINPKTS);
		return peer->verdict;
	}
	memcpy(peer->address, address, (size_t)length);
	peer->length = (size_t)length;
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

bool listener_open(const char *addresses)
{
	char *copy = memory_string(addresses), *rest = copy, *address;
	bool open = true;

	while (open && (address = strsep(&rest, ",")))
		open = listen_at(address);
	free(copy);
	return open;
}
