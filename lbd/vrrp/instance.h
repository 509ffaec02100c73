/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A running VRRP instance: its configuration, its state machine, its timers, its addresses, its row
 * of numbers. It does what the machine says: sends, takes and releases addresses, announces them,
 * reports. It decides nothing that the machine could decide.
 *
 * Nothing here blocks, and after instance_new() and instance_configure() nothing allocates
 * (invariant 0).
 */
#ifndef LBD_VRRP_INSTANCE_H
#define LBD_VRRP_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "conf/conf.h"
#include "net/net.h"
#include "process/process.h"
#include "stat/stat.h"
#include "vrrp/arrival.h"
#include "vrrp/burst.h"
#include "vrrp/interface.h"
#include "vrrp/machine.h"
#include "vrrp/packet.h"
#include "vrrp/refusal.h"
#include "vrrp/rival.h"

/* What all instances share. */
struct vrrp_shared {
	struct process *process;
	struct net *net;
	int arp_fd; /* packet socket that only sends */
	struct loop_timer *repair;
	bool repair_armed;
	int64_t repaired_at; /* when addresses were last put right */
	int64_t announce_at; /* when the next round of gratuitous ARP has its turn */
};

/* A virtual address and what is known of it. */
struct vrrp_held {
	struct conf_virtual_address conf;
	struct vrrp_interface *interface;
	bool present;           /* it is on the interface */
	bool present_before;    /* until links and addresses have been listed anew */
	uint8_t present_prefix; /* with this prefix */
	bool foreign;           /* an owner's own address, there before us: not ours to remove */
};

struct vrrp_instance {
	struct vrrp_shared *shared;
	struct vrrp_interface *interface;
	struct conf_vrrp_instance conf;
	struct vrrp_settings settings;
	struct vrrp_machine machine;
	struct burst burst;
	struct arrival arrival;
	struct rival rival;
	struct refusal refusal;
	uint32_t master; /* whose address the row shows, host order; 0: nobody's */
	struct vrrp_held *held;
	uint32_t held_count;
	uint32_t *advertised; /* host order; as expected in advertisements */
	uint8_t advertised_count;
	struct loop_timer *timer;       /* the machine's */
	struct loop_timer *burst_timer; /* the gratuitous ARP's */
	int64_t timer_at, burst_at;     /* what they are armed for, or VRRP_NEVER */
	int64_t burst_turn;             /* not before then, whatever the burst says */
	uint16_t identification;
	int64_t advert_sent, garp_sent; /* in this step; 0: none */
	bool send_failing;              /* logged already, until it works again */
	bool address_failing;           /* likewise */
	bool release_pending;           /* addresses could not be removed: to be tried again */
	bool wanted; /* by the configuration being applied */
	bool recalls; /* what was set is in its row, from before this process or before a reload */
	struct stat_vrrp *row;
	struct stat_vrrp spare; /* counted into when the segment has no room */
};

/* Has instance_repair() called for all instances, soon: at once, or a second after the last
 * time. */
void instance_request_repair(struct vrrp_shared *shared);

/* A new instance, not started and not configured. `recalls`: what its row says was set for it holds;
 * else the row may be that of one that was removed, and forgets. */
struct vrrp_instance *instance_new(struct vrrp_shared *shared, struct vrrp_interface *interface,
				   bool recalls);
void instance_free(struct vrrp_instance *instance);

/* Gives it its configuration, the first or another. Addresses that are no longer configured are
 * released, and new ones of a master taken, by instance_apply(). `find` gives the interface of a
 * name. */
void instance_configure(struct vrrp_instance *instance, const struct conf_vrrp_instance *conf,
			const struct conf_virtual_address *addresses,
			struct vrrp_interface *(*find)(const char *name, void *argument),
			void *argument);
/* Claims its row. The old one is void. */
void instance_claim(struct vrrp_instance *instance, struct stat_writer *writer);
/* After links and addresses are known: starts it, or has it follow its new settings. */
void instance_apply(struct vrrp_instance *instance);
/* Sets its priority or preemption, whatever the configuration says, and tells who asked for it.
 * *before is the value that it had. */
enum set_result instance_set(struct vrrp_instance *instance, enum setting setting, int64_t value,
			     const char *requester, int64_t *before);
/* Resigns and releases what it holds. */
void instance_stop(struct vrrp_instance *instance);

/* Is it of this identity? */
bool instance_is(const struct vrrp_instance *instance, const struct conf_vrrp_instance *conf);

/* An advertisement for its VRID came; one that is not accepted is counted, and told if that is news. */
void instance_receive(struct vrrp_instance *instance, const struct vrrp_packet *packet);
/* `sender` in host order. */
void instance_drop(struct vrrp_instance *instance, enum vrrp_drop drop, uint32_t sender);
/* One that is no instance's; this one counts it. */
void instance_count_drop(struct vrrp_instance *instance, enum vrrp_drop drop);

/* Its interface changed: up, down, or another primary address. */
void instance_interface_changed(struct vrrp_instance *instance);
/* Virtual address `index` appeared on its interface or vanished from it. */
void instance_address_changed(struct vrrp_instance *instance, uint32_t index, uint8_t prefix,
			      bool gone);
/* Puts on the interface what should be there and is not; what fails is tried again later. */
void instance_repair(struct vrrp_instance *instance);

#endif
