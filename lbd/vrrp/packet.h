/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The codec of VRRP version 2 advertisements over IPv4 (RFC 3768 section 5; RFC 2338 section 5.3.6
 * for the authentication that RFC 3768 took out). Pure: bytes in, values out. It decides whether an
 * advertisement may reach the state machine (machine.h), and never what the machine makes of it.
 */
#ifndef LBD_VRRP_PACKET_H
#define LBD_VRRP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/set.h"

#define VRRP_PROTOCOL 112
#define VRRP_GROUP UINT32_C(0xe0000012) /* 224.0.0.18, host order */
#define VRRP_ADDRESSES 255
#define VRRP_AUTHENTICATION 8
/* The largest datagram that the codec reads or writes: an IPv4 header with all options, the VRRP
 * header, all addresses, the authentication data. */
#define VRRP_DATAGRAM (60 + 8 + 4 * VRRP_ADDRESSES + VRRP_AUTHENTICATION)

/* What the functions that may drop return when they do not. */
#define VRRP_ACCEPTED VRRP_DROP_COUNT

struct vrrp_packet {
	uint32_t source; /* IPv4 source, host order */
	uint8_t vrid;
	uint8_t priority;
	uint8_t authentication_type; /* enum conf_authentication, or any other number */
	uint8_t interval;            /* whole seconds */
	uint8_t authentication[VRRP_AUTHENTICATION];
	uint8_t address_count;
	uint32_t addresses[VRRP_ADDRESSES]; /* host order */
};

/* What an instance expects of an advertisement for its VRID. */
struct vrrp_expectation {
	uint32_t source; /* our own primary address on the interface, host order */
	uint8_t priority;
	uint8_t authentication_type;
	uint8_t interval; /* whole seconds */
	uint8_t address_count;
	uint8_t authentication[VRRP_AUTHENTICATION];
	const uint32_t *addresses; /* host order, in any order; address_count of them */
};

/* Writes the IPv4 header (TTL 255, TOS 0xC0, to 224.0.0.18; its checksum is left to the kernel) and
 * the advertisement, with both lengths and the VRRP checksum. `identification` is the IPv4 field.
 * Returns the length, or 0 when `size` does not suffice. */
size_t vrrp_packet_build(const struct vrrp_packet *packet, uint16_t identification, void *datagram,
			 size_t size);

/* Reads a datagram as a raw socket gives it, beginning with the IPv4 header.
 *
 * Checked, in this order, each failure the drop reason in brackets: an IPv4 header is there
 * [TRUNCATED]; its version, header length, protocol and total length make sense and it is no
 * fragment [IP_HEADER]; the datagram is as long as it says [TRUNCATED]; TTL 255 [TTL]; sent to
 * 224.0.0.18 [DESTINATION]; a VRRP header is there [TRUNCATED]; version 2 [VERSION]; type 1 [TYPE];
 * a VRID other than 0 [VRID]; as long as its number of addresses says, to the byte [LENGTH]; the
 * checksum [CHECKSUM].
 *
 * The IPv4 header's own checksum is the kernel's business. Left to vrrp_packet_check(): all that
 * depends on the configuration. *packet is filled in only for VRRP_ACCEPTED. */
enum vrrp_drop vrrp_packet_parse(const void *datagram, size_t length, struct vrrp_packet *packet);

/* The VRID that a datagram claims, however broken the rest of it is: to tell whose drop it is.
 * 0 when it is too short to have one. */
uint8_t vrrp_packet_vrid(const void *datagram, size_t length);
/* The same of its source, host order: to tell who sent it. 0 when it is too short. */
uint32_t vrrp_packet_source(const void *datagram, size_t length);

/* Holds a parsed packet against an instance (RFC 3768 section 7.1): not our own [OWN]; the
 * authentication type one that there is [AUTHENTICATION_UNKNOWN], and ours [AUTHENTICATION_TYPE];
 * the password [AUTHENTICATION]; the interval [INTERVAL]; the same set of addresses, unless an owner
 * speaks [ADDRESS_LIST]; not a second owner [OWNER]. */
enum vrrp_drop vrrp_packet_check(const struct vrrp_packet *packet,
				 const struct vrrp_expectation *expectation);

#endif
