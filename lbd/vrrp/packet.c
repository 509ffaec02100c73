/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VRRP version 2 advertisements: layout in RFC 3768 section 5.1. */
#include "vrrp/packet.h"

#include <string.h>

#include "base/cursor.h"

#define IP_HEADER 20
#define IP_MORE_OR_OFFSET 0x3fff /* more-fragments flag and fragment offset */
#define VRRP_HEADER 8
#define VRRP_VERSION 2
#define VRRP_ADVERTISEMENT 1
#define VRRP_TTL 255
#define VRRP_TOS 0xc0 /* internetwork control, as routing protocols use */
#define PRIORITY_OWNER 255
#define AUTHENTICATION_PASS 1
#define AUTHENTICATION_LAST 2 /* IP authentication header (RFC 2338 section 5.3.6) */

/* The Internet checksum (RFC 1071) of bytes; 0 over bytes that contain their own right checksum. */
static uint16_t checksum(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (length % 2)
		sum += (uint32_t)bytes[length - 1] << 8;
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	return (uint16_t)~sum;
}

static void build_ip_header(struct pen *pen, const struct vrrp_packet *packet,
			    uint16_t identification, size_t length)
{
	pen_u8(pen, 4 << 4 | IP_HEADER / 4);
	pen_u8(pen, VRRP_TOS);
	pen_u16(pen, (uint16_t)length);
	pen_u16(pen, identification);
	pen_u16(pen, 0);
	pen_u8(pen, VRRP_TTL);
	pen_u8(pen, VRRP_PROTOCOL);
	pen_u16(pen, 0);
	pen_u32(pen, packet->source);
	pen_u32(pen, VRRP_GROUP);
}

size_t vrrp_packet_build(const struct vrrp_packet *packet, uint16_t identification, void *datagram,
			 size_t size)
{
	struct pen pen = pen_over(datagram, size);
	uint8_t *message = (uint8_t *)datagram + IP_HEADER;
	size_t length = VRRP_HEADER + 4U * packet->address_count + VRRP_AUTHENTICATION;
	uint16_t sum;

	build_ip_header(&pen, packet, identification, IP_HEADER + length);
	pen_u8(&pen, VRRP_VERSION << 4 | VRRP_ADVERTISEMENT);
	pen_u8(&pen, packet->vrid);
	pen_u8(&pen, packet->priority);
	pen_u8(&pen, packet->address_count);
	pen_u8(&pen, packet->authentication_type);
	pen_u8(&pen, packet->interval);
	pen_u16(&pen, 0);
	for (unsigned i = 0; i < packet->address_count; i++)
		pen_u32(&pen, packet->addresses[i]);
	pen_bytes(&pen, packet->authentication, VRRP_AUTHENTICATION);
	if (pen.failed)
		return 0;
	sum = checksum(message, length);
	message[6] = (uint8_t)(sum >> 8);
	message[7] = (uint8_t)sum;
	return pen.offset;
}

/* Checks the IPv4 header and narrows *cursor to its payload. */
static enum vrrp_drop parse_ip_header(struct cursor *cursor, uint32_t *source)
{
	size_t available = cursor->length;
	uint8_t version_length = cursor_u8(cursor);
	size_t header = 4U * (version_length & 15);
	size_t total, fragment;
	uint8_t ttl, protocol;
	uint32_t destination;

	cursor_skip(cursor, 1);
	total = cursor_u16(cursor);
	cursor_skip(cursor, 2);
	fragment = cursor_u16(cursor);
	ttl = cursor_u8(cursor);
	protocol = cursor_u8(cursor);
	cursor_skip(cursor, 2);
	*source = cursor_u32(cursor);
	destination = cursor_u32(cursor);
	if (cursor->failed)
		return VRRP_DROP_TRUNCATED;
	if (version_length >> 4 != 4 || header < IP_HEADER || total < header ||
	    protocol != VRRP_PROTOCOL || fragment & IP_MORE_OR_OFFSET)
		return VRRP_DROP_IP_HEADER;
	if (total > available)
		return VRRP_DROP_TRUNCATED;
	if (ttl != VRRP_TTL)
		return VRRP_DROP_TTL;
	if (destination != VRRP_GROUP)
		return VRRP_DROP_DESTINATION;
	*cursor = cursor_over(cursor->data + header, total - header);
	return VRRP_ACCEPTED;
}

static enum vrrp_drop parse_message(struct cursor *cursor, struct vrrp_packet *packet)
{
	uint8_t version_type = cursor_u8(cursor);

	packet->vrid = cursor_u8(cursor);
	packet->priority = cursor_u8(cursor);
	packet->address_count = cursor_u8(cursor);
	packet->authentication_type = cursor_u8(cursor);
	packet->interval = cursor_u8(cursor);
	cursor_skip(cursor, 2);
	if (cursor->failed)
		return VRRP_DROP_TRUNCATED;
	if (version_type >> 4 != VRRP_VERSION)
		return VRRP_DROP_VERSION;
	if ((version_type & 15) != VRRP_ADVERTISEMENT)
		return VRRP_DROP_TYPE;
	if (packet->vrid == 0)
		return VRRP_DROP_VRID;
	if (cursor_left(cursor) != 4U * packet->address_count + VRRP_AUTHENTICATION)
		return VRRP_DROP_LENGTH;
	if (checksum(cursor->data, cursor->length) != 0)
		return VRRP_DROP_CHECKSUM;
	for (unsigned i = 0; i < packet->address_count; i++)
		packet->addresses[i] = cursor_u32(cursor);
	cursor_bytes(cursor, packet->authentication, VRRP_AUTHENTICATION);
	return VRRP_ACCEPTED;
}

enum vrrp_drop vrrp_packet_parse(const void *datagram, size_t length, struct vrrp_packet *packet)
{
	struct cursor cursor = cursor_over(datagram, length);
	struct vrrp_packet parsed;
	enum vrrp_drop drop;

	memset(&parsed, 0, sizeof(parsed));
	drop = parse_ip_header(&cursor, &parsed.source);
	if (drop == VRRP_ACCEPTED)
		drop = parse_message(&cursor, &parsed);
	if (drop == VRRP_ACCEPTED)
		*packet = parsed;
	return drop;
}

uint8_t vrrp_packet_vrid(const void *datagram, size_t length)
{
	struct cursor cursor = cursor_over(datagram, length);
	size_t header = 4U * (cursor_u8(&cursor) & 15);

	if (header < IP_HEADER)
		return 0;
	cursor = cursor_over(datagram, length);
	cursor_skip(&cursor, header + 1);
	return cursor_u8(&cursor);
}

uint32_t vrrp_packet_source(const void *datagram, size_t length)
{
	struct cursor cursor = cursor_over(datagram, length);

	cursor_skip(&cursor, 12);
	return cursor_u32(&cursor);
}

static bool contains(const uint32_t *addresses, unsigned count, uint32_t wanted)
{
	for (unsigned i = 0; i < count; i++)
		if (addresses[i] == wanted)
			return true;
	return false;
}

/* Routers of one make list the addresses in one order, so the search is for the exception. Both
 * directions are looked at because a list may name an address twice. */
static bool same_addresses(const struct vrrp_packet *packet,
			   const struct vrrp_expectation *expectation)
{
	unsigned count = expectation->address_count;

	if (packet->address_count != count)
		return false;
	if (count == 0 ||
	    memcmp(packet->addresses, expectation->addresses, 4 * (size_t)count) == 0)
		return true;
	for (unsigned i = 0; i < count; i++)
		if (!contains(expectation->addresses, count, packet->addresses[i]) ||
		    !contains(packet->addresses, count, expectation->addresses[i]))
			return false;
	return true;
}

enum vrrp_drop vrrp_packet_check(const struct vrrp_packet *packet,
				 const struct vrrp_expectation *expectation)
{
	if (packet->source == expectation->source)
		return VRRP_DROP_OWN;
	if (packet->authentication_type > AUTHENTICATION_LAST)
		return VRRP_DROP_AUTHENTICATION_UNKNOWN;
	if (packet->authentication_type != expectation->authentication_type)
		return VRRP_DROP_AUTHENTICATION_TYPE;
	if (packet->authentication_type == AUTHENTICATION_PASS &&
	    memcmp(packet->authentication, expectation->authentication, VRRP_AUTHENTICATION) != 0)
		return VRRP_DROP_AUTHENTICATION;
	if (packet->interval != expectation->interval)
		return VRRP_DROP_INTERVAL;
	if (packet->priority != PRIORITY_OWNER && !same_addresses(packet, expectation))
		return VRRP_DROP_ADDRESS_LIST;
	if (packet->priority == PRIORITY_OWNER && expectation->priority == PRIORITY_OWNER)
		return VRRP_DROP_OWNER;
	return VRRP_ACCEPTED;
}
