/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Putting the addresses of an instance on, taking them off, announcing them. */
#include "vrrp/addresses.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "vrrp/transmit.h"

/* Time given to each gratuitous ARP packet behind the first round. It takes a fifth of that: the
 * bursts of thousands of instances that take over together leave room for their advertisements. */
#define ANNOUNCE_PACE (20 * CLOCK_MICROSECOND)

static struct burst_settings burst_settings(const struct vrrp_instance *instance)
{
	return (struct burst_settings){
		.addresses = instance->held_count,
		.gap = instance->conf.garp_interval,
		.refresh = instance->conf.garp_refresh,
		.refresh_rounds = instance->conf.garp_refresh_repeat,
	};
}

/* Sends one round; the rest of the burst waits until this instance has its turn again. */
void addresses_announce(struct vrrp_instance *instance)
{
	struct vrrp_shared *shared = instance->shared;
	struct burst_settings settings = burst_settings(instance);
	int64_t now = clock_now();
	int64_t index;

	for (uint32_t i = 0; i < instance->held_count; i++) {
		index = burst_take(&instance->burst, &settings, now);
		if (index < 0)
			return;
		transmit_garp(instance, &instance->held[index]);
	}
	if (shared->announce_at < now)
		shared->announce_at = now;
	shared->announce_at += instance->held_count * ANNOUNCE_PACE;
	instance->burst_turn = shared->announce_at;
}

void addresses_begin_burst(struct vrrp_instance *instance, uint32_t rounds, int64_t delay)
{
	struct burst_settings settings = burst_settings(instance);

	burst_begin(&instance->burst, &settings, rounds, delay, clock_now());
	addresses_announce(instance);
}

static struct net_address link_address(const struct vrrp_held *held, uint8_t prefix)
{
	struct net_address address = {
		.link = held->interface->known.link.index,
		.address = held->conf.address,
		.prefix = prefix,
		.scope = held->conf.scope,
		.broadcast = held->conf.broadcast,
	};

	TEXT_COPY(address.label, held->conf.label);
	return address;
}

void addresses_put(struct vrrp_instance *instance)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < instance->held_count; i++)
		count += instance->held[i].present;
	stat_begin(&instance->row->row);
	stat_put(vrrp, instance->row, addresses, instance->held_count);
	stat_put(vrrp, instance->row, addresses_held, count);
	stat_end(&instance->row->row);
}

static void address_failed(struct vrrp_instance *instance, const struct vrrp_held *held,
			   const char *verb, int error)
{
	char text[ADDRESS_TEXT];

	if (!instance->address_failing)
		log_error("%s: cannot %s %s on %s: %s", instance->conf.name, verb,
			  address_format(&held->conf.address, text), held->interface->name,
			  strerror(error));
	instance->address_failing = true;
}

/* 1: it was put there now; 0: it was there; -errno. */
static int add_address(struct vrrp_instance *instance, struct vrrp_held *held)
{
	struct net_address address = link_address(held, held->conf.prefix);
	int status = net_address_add(instance->shared->net, &address);

	if (status < 0) {
		address_failed(instance, held, "add", -status);
		return status;
	}
	held->present = true;
	held->present_prefix = held->conf.prefix;
	return status == 0;
}

uint32_t addresses_add_missing(struct vrrp_instance *instance)
{
	uint32_t added = 0;
	bool whole = true;

	for (uint32_t i = 0; i < instance->held_count; i++) {
		int status = instance->held[i].present
				     ? 0
				     : add_address(instance, &instance->held[i]);

		whole = whole && status >= 0;
		added += status > 0;
	}
	if (whole)
		instance->address_failing = false;
	else
		instance_request_repair(instance->shared);
	addresses_put(instance);
	return added;
}

void addresses_take(struct vrrp_instance *instance)
{
	addresses_add_missing(instance);
	addresses_begin_burst(instance, instance->conf.garp_repeat, instance->conf.garp_delay);
}

bool addresses_remove(struct vrrp_instance *instance, struct vrrp_held *held)
{
	struct net_address address = link_address(held, held->present_prefix);
	int status;

	if (!held->present || held->foreign)
		return true;
	status = net_address_remove(instance->shared->net, &address);
	if (status < 0) {
		address_failed(instance, held, "remove", -status);
		return false;
	}
	held->present = false;
	return true;
}

/* An address that cannot be removed answers for a master elsewhere: it is tried again. */
void addresses_release(struct vrrp_instance *instance)
{
	bool whole = true;

	burst_stop(&instance->burst);
	for (uint32_t i = 0; i < instance->held_count; i++)
		whole = addresses_remove(instance, &instance->held[i]) && whole;
	instance->release_pending = !whole;
	if (whole)
		instance->address_failing = false;
	else
		instance_request_repair(instance->shared);
	addresses_put(instance);
}

void addresses_adjust(struct vrrp_instance *instance)
{
	struct burst_settings settings = burst_settings(instance);

	burst_adjust(&instance->burst, &settings, clock_now());
}
