/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Doing what the state machine says. */
#include "vrrp/instance.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "vrrp/addresses.h"
#include "vrrp/report.h"
#include "vrrp/transmit.h"

/* Datagrams that are looked at before a master is called silent. */
#define LAST_LOOK 8192
/* Least time between two repairs of addresses that somebody removes. */
#define REPAIR_PAUSE CLOCK_SECOND
/* Where in RAW set. */
enum { SET_PRIORITY = 0, SET_PREEMPT = 2 };

static void step(struct vrrp_instance *instance, const struct vrrp_input *input, int64_t now);

/* --- timers ----------------------------------------------------------------------------------- */

static void arm(struct loop_timer *timer, int64_t *armed, int64_t at)
{
	if (at == *armed)
		return;
	*armed = at;
	if (at == VRRP_NEVER)
		loop_timer_cancel(timer);
	else
		loop_timer_at(timer, at);
}

static void arm_timers(struct vrrp_instance *instance)
{
	int64_t due = burst_due(&instance->burst);

	if (due < instance->burst_turn)
		due = instance->burst_turn;
	arm(instance->timer, &instance->timer_at, instance->machine.due);
	arm(instance->burst_timer, &instance->burst_at, due);
}

/* This process may have slept. Then what it should have heard waits in the socket, and is looked at
 * before a master is called silent, or before one that was replaced meanwhile goes on as master. */
static void timer_fired(void *argument)
{
	struct vrrp_instance *instance = argument;
	struct vrrp_input input = {.kind = VRRP_INPUT_TIMER};
	int64_t began = clock_now(), due = instance->machine.due, sent;

	instance->timer_at = VRRP_NEVER;
	if (instance->machine.state == VRRP_STATE_BACKUP ||
	    began - due > instance->settings.interval)
		interface_receive(instance->interface, LAST_LOOK);
	step(instance, &input, clock_now());
	/* It may have gone out before this step, as the answer to one that had been waiting. */
	sent = instance->advert_sent ? instance->advert_sent : instance->machine.last_sent;
	if (instance->machine.state == VRRP_STATE_MASTER && sent >= began)
		stat_observe(&instance->row->send_lateness, sent - due);
}

static void burst_fired(void *argument)
{
	struct vrrp_instance *instance = argument;

	instance->burst_at = VRRP_NEVER;
	addresses_announce(instance);
	arm_timers(instance);
}

void instance_request_repair(struct vrrp_shared *shared)
{
	if (shared->repair_armed)
		return;
	shared->repair_armed = true;
	loop_timer_at(shared->repair, shared->repaired_at + REPAIR_PAUSE);
}

/* --- addresses -------------------------------------------------------------------------------- */

static bool holds_addresses(const struct vrrp_instance *instance)
{
	return instance->machine.state == VRRP_STATE_MASTER || instance->machine.resuming;
}

void instance_repair(struct vrrp_instance *instance)
{
	uint32_t added;

	if (instance->machine.state != VRRP_STATE_MASTER) {
		if (instance->release_pending && !instance->machine.resuming)
			addresses_release(instance);
		return;
	}
	added = addresses_add_missing(instance);
	if (added == 0)
		return;
	log_warning("%s: %u of its virtual addresses had been removed by somebody; put back",
		    instance->conf.name, added);
	addresses_begin_burst(instance, instance->conf.garp_repeat, instance->conf.garp_delay);
	arm_timers(instance);
}

void instance_address_changed(struct vrrp_instance *instance, uint32_t index, uint8_t prefix,
			      bool gone)
{
	struct vrrp_held *held = &instance->held[index];

	if (!gone) {
		held->present = true;
		held->present_prefix = prefix;
	} else if (prefix == held->present_prefix) {
		held->present = false;
	}
	addresses_put(instance);
	if (!held->present && instance->machine.state == VRRP_STATE_MASTER)
		instance_request_repair(instance->shared);
}

/* --- telling ---------------------------------------------------------------------------------- */

/* "192.0.2.1, 192.0.2.2", "… and 3 more" when there is no room. */
static void list_addresses(const struct vrrp_instance *instance, char *text, size_t size)
{
	char one[ADDRESS_TEXT];

	text[0] = '\0';
	for (uint32_t i = 0; i < instance->held_count; i++) {
		if (strlen(text) + ADDRESS_TEXT + 20 > size) {
			text_append(text, size, " and %u more", instance->held_count - i);
			return;
		}
		text_append(text, size, "%s%s", i ? ", " : "",
			    address_format(&instance->held[i].conf.address, one));
	}
}

/* Inside the row's brackets. `master` in host order; 0: not known. */
static void put_master(struct vrrp_instance *instance, uint32_t master)
{
	struct address address = address_from_ipv4(htonl(master));
	char text[ADDRESS_TEXT] = "";

	if (master == instance->master)
		return;
	instance->master = master;
	if (master)
		address_format(&address, text);
	TEXT_COPY(instance->row->master, text);
}

/* Inside the row's brackets. What was measured is of a backup, and of the master that it had. */
static void forget_arrivals(struct vrrp_instance *instance)
{
	arrival_forget(&instance->arrival);
	stat_unset(vrrp, instance->row, longest_gap);
	stat_unset(vrrp, instance->row, failover_margin);
}

static void put_state(struct vrrp_instance *instance)
{
	struct stat_vrrp *row = instance->row;
	const struct vrrp_machine *machine = &instance->machine;

	stat_begin(&row->row);
	stat_put(vrrp, row, state, machine->state);
	stat_put(vrrp, row, priority, instance->settings.priority);
	stat_put(vrrp, row, preempt, instance->settings.preempt);
	stat_put(vrrp, row, interval, instance->settings.interval);
	if (machine->state == VRRP_STATE_MASTER) {
		stat_put(vrrp, row, master_priority, instance->settings.priority);
		put_master(instance, instance->settings.source);
	} else if (machine->state == VRRP_STATE_BACKUP && machine->heard) {
		stat_put(vrrp, row, master_priority, machine->heard_priority);
		put_master(instance, machine->heard_sender);
	} else {
		stat_unset(vrrp, row, master_priority);
		put_master(instance, 0);
	}
	if (machine->state != VRRP_STATE_BACKUP)
		forget_arrivals(instance);
	if (machine->state == VRRP_STATE_MASTER)
		stat_put(vrrp, row, dual_master, instance->rival.told);
	else
		stat_unset(vrrp, row, dual_master);
	stat_end(&row->row);
}

static bool takes_part(enum vrrp_state state)
{
	return state == VRRP_STATE_BACKUP || state == VRRP_STATE_MASTER;
}

/* Inside the row's brackets. */
static void put_life(struct stat_vrrp *row, const struct vrrp_transition *transition, int64_t wall)
{
	if (!takes_part(transition->to))
		stat_unset(vrrp, row, running_since);
	else if (!takes_part(transition->from))
		stat_put(vrrp, row, running_since, wall);
	if (transition->to == VRRP_STATE_MASTER)
		stat_put(vrrp, row, master_cause, report_cause(transition->cause));
}

static void tell(struct vrrp_instance *instance, const struct vrrp_transition *transition,
		 bool addresses_moved, int64_t now)
{
	char addresses[EVENT_FACT_TEXT] = "", line[512];
	struct report report = {
		.instance = instance->conf.name,
		.interface = instance->interface->name,
		.addresses = addresses,
		.settings = instance->settings,
		.transition = *transition,
		.now = now,
		.wall_offset = clock_wall() - clock_now(),
		.first_advert = transition->to == VRRP_STATE_MASTER ? instance->advert_sent : 0,
		.first_garp = instance->garp_sent,
	};
	struct event event;

	if (addresses_moved)
		list_addresses(instance, addresses, sizeof(addresses));
	if (transition->cause == CAUSE_VRRP_INTERFACE_DOWN)
		report.reason = interface_unusable(instance->interface);
	report_event(&report, &event);
	process_event(instance->shared->process, &event);
	log_notice("%s", report_line(&report, line, sizeof(line)));
	stat_count(instance->row->transitions[transition->to], 1);
	stat_count(instance->row->changes[report_cause(transition->cause)], 1);
	stat_begin(&instance->row->row);
	stat_put(vrrp, instance->row, changed, event.wall);
	put_life(instance->row, transition, event.wall);
	stat_end(&instance->row->row);
}

/* Another master beside us begins to be heard, or is heard no longer. */
static void tell_rival(struct vrrp_instance *instance, enum rival_change change, int64_t now)
{
	struct report report = {
		.instance = instance->conf.name,
		.interface = instance->interface->name,
		.settings = instance->settings,
		.now = now,
		.wall_offset = clock_wall() - clock_now(),
	};
	bool over = change == RIVAL_OVER;
	struct event event;
	char line[512];

	if (change == RIVAL_SAME)
		return;
	put_state(instance);
	report_rival(&report, &instance->rival, over, instance->machine.state, &event);
	process_event(instance->shared->process, &event);
	stat_count(instance->row->changes[report_cause(event.cause)], 1);
	report_rival_line(&report, &instance->rival, over, line, sizeof(line));
	if (over)
		log_notice("%s", line);
	else
		log_warning("%s", line);
}

/* `drop`: why it was not accepted, or VRRP_ACCEPTED. */
static void hear_rival(struct vrrp_instance *instance, const struct vrrp_packet *packet, int drop,
		       int64_t now)
{
	int64_t interval = instance->settings.interval;
	int64_t down = vrrp_master_down_interval(&instance->settings);
	int64_t theirs = packet->interval * CLOCK_SECOND;

	if (instance->machine.state != VRRP_STATE_MASTER)
		return;
	if (theirs > interval) {
		down += 3 * (theirs - interval);
		interval = theirs;
	}
	tell_rival(instance,
		   rival_hear(&instance->rival, packet->source, packet->priority, drop, interval,
			      down, now),
		   now);
}

/* --- steps ------------------------------------------------------------------------------------ */

static void act(struct vrrp_instance *instance, unsigned actions)
{
	if (actions & VRRP_ACTION_RESIGN)
		transmit_advert(instance, 0);
	if (actions & VRRP_ACTION_ADVERTISE)
		transmit_advert(instance, instance->settings.priority);
	if (actions & VRRP_ACTION_TAKE)
		addresses_take(instance);
	if (actions & VRRP_ACTION_RELEASE)
		addresses_release(instance);
	if (actions & VRRP_ACTION_ANNOUNCE_AGAIN && !burst_runs(&instance->burst))
		addresses_begin_burst(instance, instance->conf.garp_lower_prio_repeat,
			    instance->conf.garp_lower_prio_delay);
}

static void step(struct vrrp_instance *instance, const struct vrrp_input *input, int64_t now)
{
	bool held = holds_addresses(instance);
	struct vrrp_output output =
		vrrp_machine_step(&instance->machine, &instance->settings, input, now);
	const struct vrrp_transition *transition = &output.transition;
	bool taken = output.actions & VRRP_ACTION_TAKE;
	bool released = held && output.actions & VRRP_ACTION_RELEASE;

	instance->advert_sent = 0;
	instance->garp_sent = 0;
	act(instance, output.actions);
	if (transition->from != transition->to) {
		put_state(instance);
		tell(instance, transition, taken || released, now);
	} else if (released) {
		log_notice("%s: another master is there; released what a predecessor had left on "
			   "%s",
			   instance->conf.name, instance->interface->name);
	}
	arm_timers(instance);
	if (instance->machine.state == VRRP_STATE_MASTER)
		tell_rival(instance, rival_wait(&instance->rival, now), now);
	else
		tell_rival(instance, rival_leave(&instance->rival), now);
}

void instance_count_drop(struct vrrp_instance *instance, enum vrrp_drop drop)
{
	stat_count(instance->row->adverts_dropped[drop], 1);
}

static void tell_refusal(struct vrrp_instance *instance, enum vrrp_drop drop, uint32_t sender,
			 int64_t now)
{
	struct report report = {
		.instance = instance->conf.name,
		.interface = instance->interface->name,
		.now = now,
		.wall_offset = clock_wall() - clock_now(),
	};
	struct event event;

	report_refusal(&report, sender, drop, &event);
	process_event(instance->shared->process, &event);
	stat_count(instance->row->changes[report_cause(event.cause)], 1);
	log_warning("%s: an advertisement of %s is not accepted: %s", instance->conf.name,
		    event_find(&event, FACT_SENDER)->text, set_vrrp_drop.values[drop].help);
}

void instance_drop(struct vrrp_instance *instance, enum vrrp_drop drop, uint32_t sender)
{
	int64_t now = clock_now();

	instance_count_drop(instance, drop);
	if (refusal_take(&instance->refusal, drop, now))
		tell_refusal(instance, drop, sender, now);
	if (drop != VRRP_DROP_TTL && drop != VRRP_DROP_VERSION && drop != VRRP_DROP_CHECKSUM)
		return;
	stat_begin(&instance->row->row);
	stat_put(vrrp, instance->row, protocol_error, drop);
	stat_end(&instance->row->row);
}

/* Inside the row's brackets; for a backup. */
static void measure_arrival(struct vrrp_instance *instance, const struct vrrp_packet *packet,
			    int64_t now)
{
	struct stat_vrrp *row = instance->row;
	int64_t deviation, gap;

	/* Nothing is to come from one that resigns. */
	if (packet->priority == 0) {
		forget_arrivals(instance);
		return;
	}
	if (!arrival_take(&instance->arrival, packet->source, instance->settings.interval, now,
			  &deviation))
		return;
	gap = arrival_longest(&instance->arrival);
	stat_observe(&row->jitter, deviation);
	stat_put(vrrp, row, longest_gap, gap);
	stat_put(vrrp, row, failover_margin,
		 arrival_margin(gap, vrrp_master_down_interval(&instance->settings)));
}

static void count_accepted(struct vrrp_instance *instance, const struct vrrp_packet *packet,
			   int64_t now)
{
	struct stat_vrrp *row = instance->row;

	stat_count(row->adverts_received, 1);
	if (packet->priority == 0)
		stat_count(row->priority_zero_received, 1);
	stat_begin(&row->row);
	stat_put(vrrp, row, last_advert, clock_wall());
	if (instance->machine.state == VRRP_STATE_BACKUP) {
		stat_put(vrrp, row, master_priority, packet->priority);
		put_master(instance, packet->source);
		measure_arrival(instance, packet, now);
	}
	stat_end(&row->row);
}

void instance_receive(struct vrrp_instance *instance, const struct vrrp_packet *packet)
{
	struct vrrp_expectation expectation = {
		.source = instance->settings.source,
		.priority = instance->settings.priority,
		.authentication_type = instance->conf.authentication,
		.interval = (uint8_t)(instance->settings.interval / CLOCK_SECOND),
		.address_count = instance->advertised_count,
		.addresses = instance->advertised,
	};
	struct vrrp_input input = {.kind = VRRP_INPUT_ADVERT,
				   .priority = packet->priority,
				   .sender = packet->source};
	int64_t now = clock_now();
	enum vrrp_drop drop;

	memcpy(expectation.authentication, instance->conf.auth_pass, VRRP_AUTHENTICATION);
	drop = vrrp_packet_check(packet, &expectation);
	if (drop == VRRP_ACCEPTED && instance->machine.state != VRRP_STATE_BACKUP &&
	    instance->machine.state != VRRP_STATE_MASTER)
		drop = VRRP_DROP_STATE;
	if (drop != VRRP_ACCEPTED) {
		instance_drop(instance, drop, packet->source);
		if (refusal_kind(drop) == REFUSAL_DISAGREES)
			hear_rival(instance, packet, drop, now);
		return;
	}
	step(instance, &input, now);
	count_accepted(instance, packet, now);
	hear_rival(instance, packet, VRRP_ACCEPTED, now);
}

void instance_interface_changed(struct vrrp_instance *instance)
{
	bool usable = !interface_unusable(instance->interface);
	struct vrrp_input input = {.kind = usable ? VRRP_INPUT_INTERFACE_UP
						  : VRRP_INPUT_INTERFACE_DOWN};

	/* A resignation still wants to be sent from the address that we had. */
	if (usable)
		instance->settings.source = interface_source(instance->interface);
	if (instance->machine.state != VRRP_STATE_INITIALIZE)
		step(instance, &input, clock_now());
}

/* --- life ------------------------------------------------------------------------------------- */

struct vrrp_instance *instance_new(struct vrrp_shared *shared, struct vrrp_interface *interface,
				   bool recalls)
{
	struct vrrp_instance *instance = memory_new(sizeof(*instance));
	struct loop *loop = shared->process->loop;

	instance->shared = shared;
	instance->interface = interface;
	instance->row = &instance->spare;
	instance->recalls = recalls;
	instance->timer = loop_timer_new(loop, timer_fired, instance);
	instance->burst_timer = loop_timer_new(loop, burst_fired, instance);
	/* Armed for a day that never comes, so that the event library has its memory by now. */
	loop_timer_at(instance->timer, VRRP_NEVER / 2);
	loop_timer_at(instance->burst_timer, VRRP_NEVER / 2);
	instance->timer_at = instance->burst_at = VRRP_NEVER;
	vrrp_machine_init(&instance->machine);
	burst_stop(&instance->burst);
	return instance;
}

void instance_free(struct vrrp_instance *instance)
{
	if (!instance)
		return;
	loop_timer_free(instance->timer);
	loop_timer_free(instance->burst_timer);
	free(instance->held);
	free(instance->advertised);
	free(instance);
}

bool instance_is(const struct vrrp_instance *instance, const struct conf_vrrp_instance *conf)
{
	return instance->conf.vrid == conf->vrid && instance->conf.family == conf->family &&
	       strcmp(instance->conf.interface, conf->interface) == 0;
}

static bool same_address(const struct conf_virtual_address *a, const struct conf_virtual_address *b)
{
	return address_equal(&a->address, &b->address) && a->prefix == b->prefix &&
	       a->scope == b->scope && strcmp(a->interface, b->interface) == 0 &&
	       strcmp(a->label, b->label) == 0;
}

/* Carries what is known of addresses that stay over to the new list, and releases those that go. */
static void carry_held(struct vrrp_instance *instance, struct vrrp_held *old, uint32_t old_count)
{
	for (uint32_t i = 0; i < old_count; i++) {
		struct vrrp_held *same = NULL;

		for (uint32_t j = 0; j < instance->held_count && !same; j++)
			if (same_address(&instance->held[j].conf, &old[i].conf))
				same = &instance->held[j];
		if (!same) {
			if (holds_addresses(instance))
				addresses_remove(instance, &old[i]);
			continue;
		}
		same->present = old[i].present;
		same->present_prefix = old[i].present_prefix;
		same->foreign = old[i].foreign;
	}
	free(old);
}

static void fill_advertised(struct vrrp_instance *instance)
{
	free(instance->advertised);
	instance->advertised = memory_array(instance->held_count, sizeof(*instance->advertised));
	instance->advertised_count = 0;
	for (uint32_t i = 0; i < instance->held_count; i++) {
		const struct conf_virtual_address *conf = &instance->held[i].conf;

		if (!conf->excluded && conf->address.family == AF_INET &&
		    instance->advertised_count < VRRP_ADDRESSES)
			instance->advertised[instance->advertised_count++] =
				ntohl(address_to_ipv4(&conf->address));
	}
}

void instance_configure(struct vrrp_instance *instance, const struct conf_vrrp_instance *conf,
			const struct conf_virtual_address *addresses,
			struct vrrp_interface *(*find)(const char *name, void *argument),
			void *argument)
{
	struct vrrp_held *old = instance->held;
	uint32_t old_count = instance->held_count;

	instance->conf = *conf;
	instance->held = memory_array(conf->address_count, sizeof(*instance->held));
	instance->held_count = conf->address_count;
	for (uint32_t i = 0; i < conf->address_count; i++) {
		instance->held[i].conf = addresses[conf->first_address + i];
		instance->held[i].interface = find(instance->held[i].conf.interface, argument);
	}
	carry_held(instance, old, old_count);
	fill_advertised(instance);
}

void instance_claim(struct vrrp_instance *instance, struct stat_writer *writer)
{
	struct stat_vrrp labels = {0};

	TEXT_COPY(labels.interface, instance->conf.interface);
	snprintf(labels.vrid, sizeof(labels.vrid), "%u", instance->conf.vrid);
	TEXT_COPY(labels.family, instance->conf.family == AF_INET6 ? "ipv6" : "ipv4");
	TEXT_COPY(labels.instance, instance->conf.name);
	/* put_state() follows, and says who is master. */
	instance->master = 0;
	instance->row = writer ? stat_claim(writer, STAT_FAMILY_VRRP, &labels) : NULL;
	if (!instance->row) {
		log_error("%s: no room for its numbers in the segment", instance->conf.name);
		instance->row = &instance->spare;
	}
	if (!instance->recalls)
		memset(instance->row->set, 0, sizeof(instance->row->set));
	instance->recalls = true;
}

static void start(struct vrrp_instance *instance, int64_t now)
{
	struct vrrp_input input = {.kind = VRRP_INPUT_START,
				   .usable = !interface_unusable(instance->interface)};

	for (uint32_t i = 0; i < instance->held_count; i++) {
		input.addresses_present |= instance->held[i].present;
		instance->held[i].foreign = instance->held[i].present &&
					    instance->settings.priority == VRRP_PRIORITY_OWNER;
	}
	step(instance, &input, now);
}

/* The state stays what it is wherever it can: a master goes on with its new priority and
 * addresses. */
static void follow(struct vrrp_instance *instance, bool changed, int64_t now)
{
	struct vrrp_input input = {.kind = VRRP_INPUT_SETTINGS};
	if (instance->machine.state == VRRP_STATE_MASTER) {
		addresses_adjust(instance);
		if (addresses_add_missing(instance) > 0)
			addresses_begin_burst(instance, instance->conf.garp_repeat,
				    instance->conf.garp_delay);
	}
	if (changed)
		step(instance, &input, now);
	arm_timers(instance);
}

/* In RAW set of the row: a value that was set and the one configured then, each plus one, or 0. It
 * holds while the configuration says what it said then. */
static uint8_t in_force(uint64_t set[2], uint8_t configured)
{
	if (set[0] != 0 && set[0] <= VRRP_PRIORITY_OWNER && set[1] == configured + UINT64_C(1))
		return (uint8_t)(set[0] - 1);
	set[0] = 0;
	return configured;
}

void instance_apply(struct vrrp_instance *instance)
{
	const struct conf_vrrp_instance *conf = &instance->conf;
	struct vrrp_settings old = instance->settings;
	int64_t now = clock_now();
	bool changed;

	instance->settings = (struct vrrp_settings){
		.priority = in_force(&instance->row->set[SET_PRIORITY], conf->priority),
		.preempt = in_force(&instance->row->set[SET_PREEMPT], conf->preempt),
		.interval = conf->advert_interval,
		.preempt_delay = conf->preempt_delay,
		.source = interface_source(instance->interface),
	};
	if (instance->settings.source == 0)
		instance->settings.source = old.source;
	changed = old.priority != instance->settings.priority ||
		  old.interval != conf->advert_interval ||
		  old.preempt != instance->settings.preempt || old.preempt_delay != conf->preempt_delay;
	if (instance->machine.state == VRRP_STATE_INITIALIZE)
		start(instance, now);
	else
		follow(instance, changed, now);
	put_state(instance);
	addresses_put(instance);
}

static void tell_set(struct vrrp_instance *instance, enum setting setting, int64_t before,
		     const char *requester)
{
	const struct report report = {.instance = instance->conf.name,
				      .interface = instance->interface->name,
				      .settings = instance->settings};
	struct event event;

	report_set(&report, setting, before,
		   setting == SETTING_PRIORITY ? instance->conf.priority : instance->conf.preempt,
		   requester, &event);
	process_event(instance->shared->process, &event);
	stat_count(instance->row->changes[report_cause(event.cause)], 1);
	log_notice("%s: %s %s -> %s, set by %s", instance->conf.name, set_text(&set_setting, setting),
		   event.from, event.to, requester);
}

static enum set_result may_set(const struct vrrp_instance *instance, enum setting setting,
			       int64_t value)
{
	if (setting == SETTING_PREEMPT)
		return value < 0 || value > 1 ? SET_RESULT_RANGE : SET_RESULT_APPLIED;
	if (setting != SETTING_PRIORITY)
		return SET_RESULT_NOT_FOUND;
	if (value < 1 || value >= VRRP_PRIORITY_OWNER)
		return SET_RESULT_RANGE;
	/* Owning the addresses is a fact of the network, not a preference. */
	return instance->conf.priority == VRRP_PRIORITY_OWNER ? SET_RESULT_OWNER
							      : SET_RESULT_APPLIED;
}

enum set_result instance_set(struct vrrp_instance *instance, enum setting setting, int64_t value,
			     const char *requester, int64_t *before)
{
	bool priority = setting == SETTING_PRIORITY;
	struct vrrp_input input = {.kind = priority ? VRRP_INPUT_PRIORITY : VRRP_INPUT_SETTINGS};
	uint64_t *set = &instance->row->set[priority ? SET_PRIORITY : SET_PREEMPT];
	enum set_result result = may_set(instance, setting, value);

	if (result != SET_RESULT_APPLIED)
		return result;
	*before = priority ? instance->settings.priority : instance->settings.preempt;
	if (*before == value)
		return SET_RESULT_UNCHANGED;
	set[0] = (uint64_t)value + 1;
	set[1] = (priority ? instance->conf.priority : instance->conf.preempt) + UINT64_C(1);
	if (priority)
		instance->settings.priority = (uint8_t)value;
	else
		instance->settings.preempt = value != 0;
	tell_set(instance, setting, *before, requester);
	step(instance, &input, clock_now());
	put_state(instance);
	return SET_RESULT_APPLIED;
}

void instance_stop(struct vrrp_instance *instance)
{
	struct vrrp_input input = {.kind = VRRP_INPUT_STOP};

	step(instance, &input, clock_now());
}
