/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The advertisement codec and the gratuitous ARP frame, against what keepalived 2.2.7 sent. */
#include "vrrp/arp.h"
#include "vrrp/packet.h"

#include <string.h>

#include "tests/unit/unit.h"

#define LOCAL 0xc0a801e2U /* 192.168.1.226 */
#define PEER 0xc0a801e1U  /* 192.168.1.225 */

/* Captured: VRID 201, priority 150, password 1111, interval 1 s, 192.168.1.227 and .247. */
static const uint8_t keepalived[] = {
	0x45, 0xc0, 0x00, 0x2c, 0x00, 0x01, 0x00, 0x00, 0xff, 0x70, 0x18, 0x05,
	0xc0, 0xa8, 0x01, 0xe1, 0xe0, 0x00, 0x00, 0x12, 0x21, 0xc9, 0x96, 0x02,
	0x01, 0x01, 0x5f, 0xa5, 0xc0, 0xa8, 0x01, 0xe3, 0xc0, 0xa8, 0x01, 0xf7,
	0x31, 0x31, 0x31, 0x31, 0x00, 0x00, 0x00, 0x00,
};
static const uint8_t keepalived_arp[] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0a, 0x97, 0x85, 0xeb, 0x81, 0x3c,
	0x08, 0x06, 0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01, 0x0a, 0x97,
	0x85, 0xeb, 0x81, 0x3c, 0xc0, 0xa8, 0x01, 0xe3, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xc0, 0xa8, 0x01, 0xe3,
};

static const uint32_t addresses[] = {0xc0a801e3, 0xc0a801f7};

static struct vrrp_expectation expectation(void)
{
	return (struct vrrp_expectation){.source = LOCAL,
					 .priority = 110,
					 .authentication_type = 1,
					 .interval = 1,
					 .address_count = 2,
					 .authentication = "1111",
					 .addresses = addresses};
}

static struct vrrp_packet keepalived_packet(void)
{
	struct vrrp_packet packet;

	memset(&packet, 0, sizeof(packet));
	UNIT_NUMBER(vrrp_packet_parse(keepalived, sizeof(keepalived), &packet), VRRP_ACCEPTED);
	return packet;
}

static void reads_keepalived(void)
{
	struct vrrp_packet packet = keepalived_packet();
	struct vrrp_expectation expected = expectation();

	UNIT_NUMBER(packet.source, PEER);
	UNIT_NUMBER(packet.vrid, 201);
	UNIT_NUMBER(packet.priority, 150);
	UNIT_NUMBER(packet.authentication_type, 1);
	UNIT_NUMBER(packet.interval, 1);
	UNIT_NUMBER(packet.address_count, 2);
	UNIT_NUMBER(packet.addresses[0], addresses[0]);
	UNIT_NUMBER(packet.addresses[1], addresses[1]);
	CU_ASSERT(memcmp(packet.authentication, "1111\0\0\0\0", 8) == 0);
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_ACCEPTED);
}

/* All bytes but the IPv4 header's checksum, which the kernel fills in. */
static void writes_what_keepalived_writes(void)
{
	struct vrrp_packet packet = keepalived_packet();
	uint8_t built[VRRP_DATAGRAM];
	size_t length = vrrp_packet_build(&packet, 1, built, sizeof(built));

	UNIT_NUMBER(length, sizeof(keepalived));
	memcpy(built + 10, keepalived + 10, 2);
	CU_ASSERT(memcmp(built, keepalived, sizeof(keepalived)) == 0);
}

static void build_refuses_a_small_buffer(void)
{
	struct vrrp_packet packet = keepalived_packet();
	uint8_t built[sizeof(keepalived) - 1];

	UNIT_NUMBER(vrrp_packet_build(&packet, 1, built, sizeof(built)), 0);
}

static void all_addresses_fit(void)
{
	struct vrrp_packet packet = keepalived_packet(), again;
	uint8_t built[VRRP_DATAGRAM];
	size_t length;

	packet.address_count = 255;
	for (uint32_t i = 0; i < 255; i++)
		packet.addresses[i] = 0x0a000000 + i;
	length = vrrp_packet_build(&packet, 1, built, sizeof(built));
	UNIT_NUMBER(length, 20 + 8 + 255 * 4 + 8);
	UNIT_NUMBER(vrrp_packet_parse(built, length, &again), VRRP_ACCEPTED);
	CU_ASSERT(memcmp(&again, &packet, sizeof(packet)) == 0);
}

static void every_truncation_is_dropped(void)
{
	struct vrrp_packet packet;

	for (size_t length = 0; length < sizeof(keepalived); length++)
		UNIT_NUMBER(vrrp_packet_parse(keepalived, length, &packet), VRRP_DROP_TRUNCATED);
}

static void put_checksum_right(uint8_t bytes[sizeof(keepalived)])
{
	uint32_t sum = 0;

	bytes[26] = bytes[27] = 0;
	for (size_t i = 20; i < sizeof(keepalived); i += 2)
		sum += 256U * bytes[i] + bytes[i + 1];
	sum = 0xffff - sum % 0xffff;
	bytes[26] = (uint8_t)(sum >> 8);
	bytes[27] = (uint8_t)sum;
}

/* A byte of the datagram overwritten, the VRRP checksum put right when asked. */
static enum vrrp_drop altered(size_t at, uint8_t value, int fix_checksum)
{
	uint8_t bytes[sizeof(keepalived)];
	struct vrrp_packet packet;

	memcpy(bytes, keepalived, sizeof(bytes));
	bytes[at] = value;
	if (fix_checksum)
		put_checksum_right(bytes);
	return vrrp_packet_parse(bytes, sizeof(bytes), &packet);
}

static void every_check_has_its_reason(void)
{
	UNIT_NUMBER(altered(0, 0x65, 0), VRRP_DROP_IP_HEADER);
	UNIT_NUMBER(altered(0, 0x44, 0), VRRP_DROP_IP_HEADER);
	UNIT_NUMBER(altered(3, 19, 0), VRRP_DROP_IP_HEADER);
	UNIT_NUMBER(altered(3, 45, 0), VRRP_DROP_TRUNCATED);
	UNIT_NUMBER(altered(6, 0x20, 0), VRRP_DROP_IP_HEADER);
	UNIT_NUMBER(altered(6, 0x40, 0), VRRP_ACCEPTED); /* don't fragment */
	UNIT_NUMBER(altered(8, 254, 0), VRRP_DROP_TTL);
	UNIT_NUMBER(altered(9, 17, 0), VRRP_DROP_IP_HEADER);
	UNIT_NUMBER(altered(19, 19, 0), VRRP_DROP_DESTINATION);
	UNIT_NUMBER(altered(20, 0x31, 0), VRRP_DROP_VERSION);
	UNIT_NUMBER(altered(20, 0x22, 0), VRRP_DROP_TYPE);
	UNIT_NUMBER(altered(21, 0, 0), VRRP_DROP_VRID);
	UNIT_NUMBER(altered(23, 1, 0), VRRP_DROP_LENGTH);
	UNIT_NUMBER(altered(23, 3, 0), VRRP_DROP_LENGTH);
	UNIT_NUMBER(altered(22, 151, 0), VRRP_DROP_CHECKSUM);
	UNIT_NUMBER(altered(22, 151, 1), VRRP_ACCEPTED);
	UNIT_NUMBER(altered(22, 0, 1), VRRP_ACCEPTED);
	UNIT_NUMBER(altered(36, '2', 0), VRRP_DROP_CHECKSUM);
	UNIT_NUMBER(altered(36, '2', 1), VRRP_ACCEPTED);
}

static void a_frame_may_be_longer_than_the_datagram(void)
{
	uint8_t padded[64] = {0};
	struct vrrp_packet packet;

	memcpy(padded, keepalived, sizeof(keepalived));
	UNIT_NUMBER(vrrp_packet_parse(padded, sizeof(padded), &packet), VRRP_ACCEPTED);
}

static void ip_options_are_skipped(void)
{
	uint8_t bytes[sizeof(keepalived) + 4] = {0};
	struct vrrp_packet packet;

	memcpy(bytes, keepalived, 20);
	memcpy(bytes + 24, keepalived + 20, sizeof(keepalived) - 20);
	bytes[0] = 0x46;
	bytes[3] = (uint8_t)(keepalived[3] + 4);
	UNIT_NUMBER(vrrp_packet_parse(bytes, sizeof(bytes), &packet), VRRP_ACCEPTED);
	UNIT_NUMBER(vrrp_packet_vrid(bytes, sizeof(bytes)), 201);
	UNIT_NUMBER(packet.vrid, 201);
}

static void the_vrid_of_a_broken_datagram(void)
{
	UNIT_NUMBER(vrrp_packet_vrid(keepalived, 22), 201);
	UNIT_NUMBER(vrrp_packet_vrid(keepalived, 21), 0);
	UNIT_NUMBER(vrrp_packet_vrid(keepalived, 0), 0);
}

static void configuration_mismatches(void)
{
	struct vrrp_packet packet = keepalived_packet();
	struct vrrp_expectation expected = expectation();

	expected.source = PEER;
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_DROP_OWN);
	expected = expectation();
	expected.authentication_type = 0;
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_DROP_AUTHENTICATION_TYPE);
	expected = expectation();
	expected.authentication[7] = 'x';
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_DROP_AUTHENTICATION);
	expected = expectation();
	expected.interval = 2;
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_DROP_INTERVAL);
	packet.priority = 255;
	expected = expectation();
	expected.priority = 255;
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_DROP_OWNER);
}

/* Without authentication the eight bytes mean nothing (RFC 3768 section 5.3.10). */
static void no_authentication_ignores_the_data(void)
{
	struct vrrp_packet packet = keepalived_packet();
	struct vrrp_expectation expected = expectation();

	packet.authentication_type = 0;
	expected.authentication_type = 0;
	memset(expected.authentication, 0, sizeof(expected.authentication));
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_ACCEPTED);
}

static void addresses_are_a_set(void)
{
	static const uint32_t swapped[] = {0xc0a801f7, 0xc0a801e3};
	static const uint32_t twice[] = {0xc0a801e3, 0xc0a801e3};
	static const uint32_t other[] = {0xc0a801e3, 0xc0a801f8};
	struct vrrp_packet packet = keepalived_packet();
	struct vrrp_expectation expected = expectation();

	expected.addresses = swapped;
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_ACCEPTED);
	expected.addresses = twice;
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_DROP_ADDRESS_LIST);
	expected.addresses = other;
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_DROP_ADDRESS_LIST);
	expected.address_count = 1;
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_DROP_ADDRESS_LIST);
	packet.priority = 255;
	UNIT_NUMBER(vrrp_packet_check(&packet, &expected), VRRP_ACCEPTED);
}

static void gratuitous_arp_as_keepalived_sends_it(void)
{
	uint8_t frame[ARP_FRAME];

	arp_build_gratuitous(addresses[0], keepalived_arp + 6, frame);
	CU_ASSERT(memcmp(frame, keepalived_arp, ARP_FRAME) == 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(reads_keepalived),
	UNIT_TEST(writes_what_keepalived_writes),
	UNIT_TEST(build_refuses_a_small_buffer),
	UNIT_TEST(all_addresses_fit),
	UNIT_TEST(every_truncation_is_dropped),
	UNIT_TEST(every_check_has_its_reason),
	UNIT_TEST(a_frame_may_be_longer_than_the_datagram),
	UNIT_TEST(ip_options_are_skipped),
	UNIT_TEST(the_vrid_of_a_broken_datagram),
	UNIT_TEST(configuration_mismatches),
	UNIT_TEST(no_authentication_ignores_the_data),
	UNIT_TEST(addresses_are_a_set),
	UNIT_TEST(gratuitous_arp_as_keepalived_sends_it),
};

int main(void)
{
	return unit_main("vrrp packet", tests, UNIT_COUNT(tests));
}
