/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual addresses of an instance: put on their interfaces, taken off, announced by gratuitous
 * ARP. Whether they should be there is the machine's to say; what the kernel refuses is tried again
 * by instance_repair(). The caller arms the timers afterwards.
 */
#ifndef LBD_VRRP_ADDRESSES_H
#define LBD_VRRP_ADDRESSES_H

#include "vrrp/instance.h"

/* Puts on what is not there, and begins the burst of a new master. */
void addresses_take(struct vrrp_instance *instance);
/* Puts on what is not there. Returns how many were put on now. */
uint32_t addresses_add_missing(struct vrrp_instance *instance);
/* Takes all off that are there and ours, and ends every burst. */
void addresses_release(struct vrrp_instance *instance);
/* Takes one off, if it is there and ours. False when it is still there. */
bool addresses_remove(struct vrrp_instance *instance, struct vrrp_held *held);

/* Begins a burst: its first round goes out now, the others when addresses_announce() is called. */
void addresses_begin_burst(struct vrrp_instance *instance, uint32_t rounds, int64_t delay);
/* Sends one round of what is due. */
void addresses_announce(struct vrrp_instance *instance);
/* The configuration of a master's bursts has changed. */
void addresses_adjust(struct vrrp_instance *instance);

/* Publishes how many there are and how many are held. */
void addresses_put(struct vrrp_instance *instance);

#endif
