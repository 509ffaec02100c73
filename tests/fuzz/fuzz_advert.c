/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: what a raw socket may hand to the VRRP codec. Besides not crashing, an accepted
 * datagram must come out the same when it is built and parsed again.
 */
#include "vrrp/packet.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_against_configurations(const struct vrrp_packet *packet)
{
	struct vrrp_expectation expectation = {
		.source = ~packet->source,
		.priority = 100,
		.authentication_type = packet->authentication_type,
		.interval = packet->interval,
		.address_count = packet->address_count,
		.addresses = packet->addresses,
	};

	memcpy(expectation.authentication, packet->authentication, VRRP_AUTHENTICATION);
	/* None, password, authentication header (RFC 2338 section 5.3.6): no other can be expected. */
	if (packet->authentication_type > 2) {
		require(vrrp_packet_check(packet, &expectation) == VRRP_DROP_AUTHENTICATION_UNKNOWN);
		return;
	}
	require(vrrp_packet_check(packet, &expectation) == VRRP_ACCEPTED);
	expectation.source = packet->source;
	require(vrrp_packet_check(packet, &expectation) == VRRP_DROP_OWN);
	expectation.source = ~packet->source;
	expectation.interval++;
	require(vrrp_packet_check(packet, &expectation) == VRRP_DROP_INTERVAL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vrrp_packet packet, again;
	uint8_t built[VRRP_DATAGRAM];
	enum vrrp_drop drop = vrrp_packet_parse(data, size, &packet);
	uint8_t vrid = vrrp_packet_vrid(data, size);
	size_t length;

	require(drop <= VRRP_ACCEPTED);
	if (drop != VRRP_ACCEPTED)
		return 0;
	require(packet.vrid == vrid && vrid != 0);
	check_against_configurations(&packet);
	length = vrrp_packet_build(&packet, 1, built, sizeof(built));
	require(length != 0 && length <= size);
	require(vrrp_packet_parse(built, length, &again) == VRRP_ACCEPTED);
	require(memcmp(&again, &packet, sizeof(packet)) == 0);
	return 0;
}
