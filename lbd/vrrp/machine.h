/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state machine of a VRRP instance (RFC 3768 section 6, RFC 9568 section 6) as a pure function:
 * an input and the time go in; the new state and a list of what is to be done come out. It owns no
 * descriptor, no clock and no log. The wire is packet.h's; doing what it says is instance.h's.
 *
 * Where it goes beyond the RFC:
 *
 * Start. `state MASTER` does not matter, as with keepalived 2.2.7 (measured: an instance with it
 * sends its first advertisement 3 intervals and a skew after its start, like one without). An
 * instance other than an owner (priority 255) begins as Backup and waits a master-down interval: a
 * running master of lower priority is preempted then, one of higher priority is not disturbed at
 * all.
 *
 * Resume (invariant 2). Addresses that are on the interface at start were left there by a
 * predecessor that was killed. The machine begins as Backup but keeps them, and waits one
 * advertisement interval only. Silence: nobody took over yet; it is master again before the others'
 * master-down intervals (3 intervals and more since the predecessor's last word) end, and no
 * connection was cut. An advertisement of another master: it releases them at once and goes on as
 * an ordinary backup.
 *
 * Preemption delay. From its start, and from the first advertisement of a master of lower priority,
 * the machine obeys such a master for `preempt_delay`; then it no longer counts that master's
 * advertisements, as the RFC has it, and takes over when its timer runs out.
 *
 * Lower priority. A master that hears one of lower priority answers at once with an advertisement,
 * and asks for gratuitous ARP: after a partition heals, switches may have learned the other's port.
 */
#ifndef LBD_VRRP_MACHINE_H
#define LBD_VRRP_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/event.h"
#include "base/set.h"

#define VRRP_PRIORITY_OWNER 255
/* No timer is armed, or: never. */
#define VRRP_NEVER INT64_MAX

struct vrrp_settings {
	uint8_t priority; /* 1…255 */
	bool preempt;
	int64_t interval;      /* ns */
	int64_t preempt_delay; /* ns */
	uint32_t source;       /* our primary address, host order: breaks ties */
};

enum vrrp_input_kind {
	VRRP_INPUT_START,          /* usable, addresses_present */
	VRRP_INPUT_STOP,
	VRRP_INPUT_ADVERT,         /* sender, priority: of an advertisement that was accepted */
	VRRP_INPUT_TIMER,          /* the time that `due` named has come */
	VRRP_INPUT_INTERFACE_UP,   /* it is up and has an address to send from */
	VRRP_INPUT_INTERFACE_DOWN,
	VRRP_INPUT_SETTINGS,       /* the settings have changed */
	VRRP_INPUT_PRIORITY,       /* the same, and the others are to know at once */
};

struct vrrp_input {
	enum vrrp_input_kind kind;
	bool usable;            /* START: the interface is up and has an address */
	bool addresses_present; /* START: some of ours are on the interface */
	uint8_t priority;       /* ADVERT */
	uint32_t sender;        /* ADVERT: host order */
};

/* What is to be done, in this order. */
enum vrrp_action {
	VRRP_ACTION_RESIGN = 1,         /* send an advertisement of priority 0 */
	VRRP_ACTION_ADVERTISE = 2,      /* send an advertisement */
	VRRP_ACTION_TAKE = 4,           /* put the addresses on the interface, announce them */
	VRRP_ACTION_RELEASE = 8,        /* take them off, if they are there */
	VRRP_ACTION_ANNOUNCE_AGAIN = 16, /* gratuitous ARP because of a master of lower priority */
};

/* Why the state changed, and what was known then. Instants are monotonic ns. */
struct vrrp_transition {
	enum vrrp_state from, to; /* equal: no change, and the rest means nothing */
	enum event_cause cause;
	bool heard;            /* the next three mean something */
	uint32_t sender;       /* of the advertisement that mattered; host order */
	uint8_t sender_priority;
	int64_t advert;        /* when it came */
	int64_t waited;        /* the silence that decided, ns; 0 when none did */
};

struct vrrp_output {
	unsigned actions; /* enum vrrp_action */
	struct vrrp_transition transition;
};

struct vrrp_machine {
	enum vrrp_state state;
	int64_t due;            /* when the next TIMER is wanted, or VRRP_NEVER */
	int64_t waiting;        /* Backup: the silence being waited for, ns */
	int64_t last_sent;      /* our last advertisement, while Master */
	int64_t last_announced; /* when gratuitous ARP was last asked for, while Master */
	int64_t preempt_at;     /* a lower master is obeyed until then; VRRP_NEVER: none seen */
	bool resuming;          /* Backup that keeps a predecessor's addresses */
	bool resigned;          /* the last master sent priority 0 */
	bool heard;             /* an advertisement was accepted since the start */
	uint8_t heard_priority;
	uint32_t heard_sender;
	int64_t heard_at;
};

/* An instance that was not started. */
void vrrp_machine_init(struct vrrp_machine *machine);

/* One step at the monotonic instant `now`. Instants must not go back. An input that means nothing
 * in the present state does nothing (an advertisement in Fault, a TIMER before `due`). */
struct vrrp_output vrrp_machine_step(struct vrrp_machine *machine,
				     const struct vrrp_settings *settings,
				     const struct vrrp_input *input, int64_t now);

/* (256 - priority) / 256 s (RFC 3768 section 6.1). */
int64_t vrrp_skew(const struct vrrp_settings *settings);
/* 3 * interval + skew (RFC 3768 section 6.1). */
int64_t vrrp_master_down_interval(const struct vrrp_settings *settings);

#endif
