/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an instance puts on the wire, counted. Nothing here waits: what the kernel does not take at
 * once is lost, counted, and logged once until it works again. When to send is machine.h's and
 * burst.h's.
 */
#ifndef LBD_VRRP_TRANSMIT_H
#define LBD_VRRP_TRANSMIT_H

#include "vrrp/instance.h"

/* Sends an advertisement of this priority, and notes the first one of a step in advert_sent. */
void transmit_advert(struct vrrp_instance *instance, uint8_t priority);

/* Announces one address where it is on an Ethernet, and notes the first one of a step in
 * garp_sent. */
void transmit_garp(struct vrrp_instance *instance, const struct vrrp_held *held);

#endif
