/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of RFC 826. */
#include "vrrp/arp.h"

#include <assert.h>

#include "base/cursor.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ADDRESS_RESOLUTION = 0x0806,
	HARDWARE_ETHERNET = 1,
	OPERATION_REQUEST = 1,
};

void arp_build_gratuitous(uint32_t address, const uint8_t hardware[6], uint8_t frame[ARP_FRAME])
{
	static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct pen pen = pen_over(frame, ARP_FRAME);

	pen_bytes(&pen, broadcast, 6);
	pen_bytes(&pen, hardware, 6);
	pen_u16(&pen, ETHERTYPE_ADDRESS_RESOLUTION);
	pen_u16(&pen, HARDWARE_ETHERNET);
	pen_u16(&pen, ETHERTYPE_IPV4);
	pen_u8(&pen, 6);
	pen_u8(&pen, 4);
	pen_u16(&pen, OPERATION_REQUEST);
	pen_bytes(&pen, hardware, 6);
	pen_u32(&pen, address);
	pen_bytes(&pen, broadcast, 6);
	pen_u32(&pen, address);
	assert(!pen.failed && pen.offset == ARP_FRAME);
}
