/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gratuitous ARP frames (RFC 5227 section 3, RFC 9568 section 8.1.2). Pure; when they go is
 * burst.h's. */
#ifndef LBD_VRRP_ARP_H
#define LBD_VRRP_ARP_H

#include <stddef.h>
#include <stdint.h>

/* Ethernet header and ARP for IPv4 over Ethernet, without padding. */
#define ARP_FRAME 42

/* Writes the broadcast request by which `hardware` (6 bytes) announces that `address` (IPv4, host
 * order) is its: sender and target protocol address the same, target hardware address all ones. It
 * is the form that keepalived 2.2.7 sends (captured); every neighbour that knows the address takes
 * it over. */
void arp_build_gratuitous(uint32_t address, const uint8_t hardware[6], uint8_t frame[ARP_FRAME]);

#endif
