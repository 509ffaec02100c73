/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `lbd: vrrp`: the instances of the configuration on the interfaces of this host. Here are the
 * hooks of the process, the tables of instances and interfaces, and what the kernel tells of links
 * and addresses; an instance's own life is instance.c's.
 *
 * A reload keeps every instance whose interface, VRID and family stay, with its state and timers:
 * no advertisement is lost. Those that go resign first, so that an address can move to another
 * instance.
 */
#include "process/process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/net.h"
#include "vrrp/instance.h"
#include "vrrp/interface.h"

/* Where a virtual address belongs; sorted, to tell whose an address on an interface is. */
struct place {
	const struct vrrp_interface *interface;
	struct address address;
	struct vrrp_instance *instance;
	uint32_t index;
};

struct vrrp {
	struct vrrp_shared shared;
	struct vrrp_interface **interfaces;
	size_t interface_count;
	struct vrrp_instance **instances;
	size_t instance_count;
	struct place *places;
	size_t place_count;
	bool listing;     /* the kernel's notices are answers to our own question */
	bool list_wanted; /* what is known of links and addresses may be old */
};

/* --- tables ----------------------------------------------------------------------------------- */

static struct vrrp_interface *interface_by_index(struct vrrp *vrrp, int index)
{
	for (size_t i = 0; i < vrrp->interface_count; i++)
		if (vrrp->interfaces[i]->known.link.index == index)
			return vrrp->interfaces[i];
	return NULL;
}

static struct vrrp_interface *interface_by_name(struct vrrp *vrrp, const char *name)
{
	for (size_t i = 0; i < vrrp->interface_count; i++)
		if (strcmp(vrrp->interfaces[i]->name, name) == 0)
			return vrrp->interfaces[i];
	return NULL;
}

/* Finds or makes it, and notes that the configuration wants it. */
static struct vrrp_interface *want_interface(const char *name, void *argument)
{
	struct vrrp *vrrp = argument;
	struct vrrp_interface *interface = interface_by_name(vrrp, name);

	if (!interface) {
		interface = interface_new(name);
		vrrp->interfaces = memory_resize(vrrp->interfaces, vrrp->interface_count + 1,
						 sizeof(struct vrrp_interface *));
		vrrp->interfaces[vrrp->interface_count++] = interface;
	}
	interface->wanted = true;
	return interface;
}

static int compare_places(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->interface != b->interface)
		return (uintptr_t)a->interface < (uintptr_t)b->interface ? -1 : 1;
	return address_compare(&a->address, &b->address);
}

static void build_places(struct vrrp *vrrp)
{
	size_t count = 0;

	for (size_t i = 0; i < vrrp->instance_count; i++)
		count += vrrp->instances[i]->held_count;
	free(vrrp->places);
	vrrp->places = memory_array(count, sizeof(*vrrp->places));
	vrrp->place_count = 0;
	for (size_t i = 0; i < vrrp->instance_count; i++) {
		struct vrrp_instance *instance = vrrp->instances[i];

		for (uint32_t j = 0; j < instance->held_count; j++)
			vrrp->places[vrrp->place_count++] =
				(struct place){instance->held[j].interface,
					       instance->held[j].conf.address, instance, j};
	}
	qsort(vrrp->places, vrrp->place_count, sizeof(*vrrp->places), compare_places);
}

/* --- what the kernel tells -------------------------------------------------------------------- */

static void interface_changed(struct vrrp *vrrp, struct vrrp_interface *interface)
{
	if (vrrp->listing || interface->instances == 0)
		return;
	interface_open(interface, vrrp->shared.process->loop);
	for (size_t i = 0; i < vrrp->instance_count; i++)
		if (vrrp->instances[i]->interface == interface)
			instance_interface_changed(vrrp->instances[i]);
}

static void want_list(struct vrrp *vrrp)
{
	vrrp->list_wanted = true;
	instance_request_repair(&vrrp->shared);
}

/* A link has its name changed, and another takes the name: what counts is the name. */
static void link_told(const struct net_link *link, bool gone, void *argument)
{
	struct vrrp *vrrp = argument;
	struct vrrp_interface *interface = interface_by_name(vrrp, link->name);
	struct vrrp_interface *before = interface_by_index(vrrp, link->index);

	if (before && (gone || before != interface)) {
		interface_forget(before);
		before->bound = 0;
		interface_changed(vrrp, before);
	}
	if (!interface || gone)
		return;
	/* Its addresses may have been told while it still had another name. */
	if (interface->known.link.index != link->index && !vrrp->listing)
		want_list(vrrp);
	interface->known.link = *link;
	interface_changed(vrrp, interface);
}

/* Is the address some instance's virtual one? An owner's are the interface's own as well. */
static bool place_told(struct vrrp *vrrp, const struct vrrp_interface *interface,
		       const struct net_address *address, bool gone)
{
	struct place key = {.interface = interface, .address = address->address};
	struct place *place = bsearch(&key, vrrp->places, vrrp->place_count, sizeof(key),
				      compare_places);
	bool virtual = false;

	if (!place)
		return false;
	while (place > vrrp->places && compare_places(place - 1, &key) == 0)
		place--;
	for (; place < vrrp->places + vrrp->place_count && compare_places(place, &key) == 0;
	     place++) {
		instance_address_changed(place->instance, place->index, address->prefix, gone);
		virtual |= place->instance->conf.priority != VRRP_PRIORITY_OWNER;
	}
	return virtual;
}

static void address_told(const struct net_address *address, bool gone, void *argument)
{
	struct vrrp *vrrp = argument;
	struct vrrp_interface *interface = interface_by_index(vrrp, address->link);

	if (!interface || place_told(vrrp, interface, address, gone) ||
	    address->address.family != AF_INET)
		return;
	if (interface_address(interface, ntohl(address_to_ipv4(&address->address)), gone))
		want_list(vrrp);
	interface_changed(vrrp, interface);
}

static void notices_lost(void *argument)
{
	want_list(argument);
}

static void forget_kernel(struct vrrp *vrrp)
{
	for (size_t i = 0; i < vrrp->interface_count; i++)
		interface_forget(vrrp->interfaces[i]);
	for (size_t i = 0; i < vrrp->place_count; i++) {
		struct vrrp_held *held = &vrrp->places[i].instance->held[vrrp->places[i].index];

		held->present_before = held->present;
		held->present = false;
	}
}

static void restore_kernel(struct vrrp *vrrp)
{
	for (size_t i = 0; i < vrrp->interface_count; i++)
		interface_restore(vrrp->interfaces[i]);
	for (size_t i = 0; i < vrrp->place_count; i++) {
		struct vrrp_held *held = &vrrp->places[i].instance->held[vrrp->places[i].index];

		held->present = held->present_before;
	}
}

/* Reads links and addresses anew. When the kernel does not answer, what is known stays known, and
 * it is asked again later. */
static void list_kernel(struct vrrp *vrrp)
{
	int status;

	vrrp->listing = true;
	vrrp->list_wanted = false;
	forget_kernel(vrrp);
	status = net_list_links(vrrp->shared.net);
	if (status == 0)
		status = net_list_addresses(vrrp->shared.net);
	vrrp->listing = false;
	if (status == 0)
		return;
	log_error("cannot list links and addresses: %s", strerror(-status));
	restore_kernel(vrrp);
	want_list(vrrp);
}

/* The kernel was listed anew, or an address could not be put right, or was removed by somebody. */
static void repair_fired(void *argument)
{
	struct vrrp *vrrp = argument;

	vrrp->shared.repair_armed = false;
	vrrp->shared.repaired_at = clock_now();
	if (vrrp->list_wanted) {
		list_kernel(vrrp);
		for (size_t i = 0; i < vrrp->interface_count; i++)
			interface_changed(vrrp, vrrp->interfaces[i]);
	}
	for (size_t i = 0; i < vrrp->instance_count; i++)
		instance_repair(vrrp->instances[i]);
}

/* --- applying a configuration ----------------------------------------------------------------- */

static struct vrrp_instance *find_instance(struct vrrp *vrrp, const struct conf_vrrp_instance *conf)
{
	struct vrrp_interface *interface = interface_by_name(vrrp, conf->interface);
	struct vrrp_instance *instance = interface ? interface->by_vrid[conf->vrid] : NULL;

	return instance && instance_is(instance, conf) ? instance : NULL;
}

static void stop_unwanted(struct vrrp *vrrp, const struct conf *conf)
{
	for (size_t i = 0; i < vrrp->instance_count; i++)
		vrrp->instances[i]->wanted = false;
	for (size_t i = 0; i < conf->instance_count; i++) {
		struct vrrp_instance *kept = find_instance(vrrp, &conf->instances[i]);

		if (kept)
			kept->wanted = true;
	}
	for (size_t i = 0; i < vrrp->instance_count; i++)
		if (!vrrp->instances[i]->wanted)
			instance_stop(vrrp->instances[i]);
}

static void free_unwanted(struct vrrp *vrrp)
{
	for (size_t i = 0; i < vrrp->instance_count; i++) {
		struct vrrp_instance *instance = vrrp->instances[i];

		if (instance->wanted)
			continue;
		instance->interface->by_vrid[instance->conf.vrid] = NULL;
		instance_free(instance);
	}
}

/* `first`: of this process. */
static void build_instances(struct vrrp *vrrp, const struct conf *conf, bool first)
{
	struct vrrp_instance **instances =
		memory_array(conf->instance_count, sizeof(struct vrrp_instance *));

	for (size_t i = 0; i < conf->instance_count; i++) {
		const struct conf_vrrp_instance *wanted = &conf->instances[i];
		struct vrrp_instance *instance = find_instance(vrrp, wanted);
		struct vrrp_interface *interface = want_interface(wanted->interface, vrrp);

		if (!instance)
			instance = instance_new(&vrrp->shared, interface, first);
		instance_configure(instance, wanted, conf->addresses, want_interface, vrrp);
		interface->by_vrid[wanted->vrid] = instance;
		if (interface->instances++ == 0)
			interface->first = instance;
		instances[i] = instance;
	}
	free(vrrp->instances);
	vrrp->instances = instances;
	vrrp->instance_count = conf->instance_count;
}

static void free_interfaces(struct vrrp *vrrp)
{
	size_t kept = 0;

	for (size_t i = 0; i < vrrp->interface_count; i++) {
		if (vrrp->interfaces[i]->wanted)
			vrrp->interfaces[kept++] = vrrp->interfaces[i];
		else
			interface_free(vrrp->interfaces[i]);
	}
	vrrp->interface_count = kept;
}

static void claim_rows(struct vrrp *vrrp, struct stat_writer *writer)
{
	if (writer)
		stat_claim_begin(writer, STAT_FAMILY_VRRP);
	for (size_t i = 0; i < vrrp->instance_count; i++)
		instance_claim(vrrp->instances[i], writer);
	if (writer)
		stat_claim_end(writer, STAT_FAMILY_VRRP);
}

static void configure(struct process *process, const struct conf *old)
{
	struct vrrp *vrrp = process->state;

	claim_rows(vrrp, process->writer);
	for (size_t i = 0; i < vrrp->interface_count; i++) {
		vrrp->interfaces[i]->wanted = false;
		vrrp->interfaces[i]->instances = 0;
		vrrp->interfaces[i]->first = NULL;
	}
	stop_unwanted(vrrp, process->conf);
	free_unwanted(vrrp);
	build_instances(vrrp, process->conf, !old);
	free_interfaces(vrrp);
	build_places(vrrp);
	claim_rows(vrrp, process->writer);
	list_kernel(vrrp);
	for (size_t i = 0; i < vrrp->interface_count; i++)
		if (vrrp->interfaces[i]->instances)
			interface_open(vrrp->interfaces[i], process->loop);
	for (size_t i = 0; i < vrrp->instance_count; i++)
		instance_apply(vrrp->instances[i]);
}

/* --- life ------------------------------------------------------------------------------------- */

static int prepare(struct process *process)
{
	static const struct net_handler handler = {
		.link = link_told, .address = address_told, .lost = notices_lost};
	struct vrrp *vrrp = process->state;

	vrrp->shared.process = process;
	vrrp->shared.repair = loop_timer_new(process->loop, repair_fired, vrrp);
	/* Protocol 0: it receives nothing. */
	vrrp->shared.arp_fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (vrrp->shared.arp_fd < 0) {
		log_error("cannot open a packet socket for gratuitous ARP: %s (CAP_NET_RAW is "
			  "needed)",
			  strerror(errno));
		return -1;
	}
	vrrp->shared.net = net_open(process->loop, &handler, vrrp);
	if (!vrrp->shared.net) {
		log_error("cannot open a routing netlink socket: %s", strerror(errno));
		return -1;
	}
	return 0;
}

/* Instances are in the order of the configuration. */
static enum set_result set(struct process *process, const struct message_set *wanted,
			   int64_t *before)
{
	struct vrrp *vrrp = process->state;
	char requester[sizeof(wanted->requester) + 1] = "";

	if (!process->conf || wanted->generation != process->conf->generation)
		return SET_RESULT_BUSY;
	if (clock_now() > wanted->until)
		return SET_RESULT_UNAVAILABLE;
	if (!process->conf->global->snmp_writable)
		return SET_RESULT_FORBIDDEN;
	if (wanted->index >= vrrp->instance_count)
		return SET_RESULT_NOT_FOUND;
	memcpy(requester, wanted->requester, sizeof(wanted->requester));
	return instance_set(vrrp->instances[wanted->index], (enum setting)wanted->setting,
			    wanted->value, requester, before);
}

static void message(struct process *process, enum process_id peer, const struct message *message,
		    int fd)
{
	struct message done = {.type = MESSAGE_SET_DONE};

	if (peer == PROCESS_CONTROL && message->type == MESSAGE_SET) {
		done.set_done.request = message->set.request;
		done.set_done.result = set(process, &message->set, &done.set_done.before);
		process_send(process, PROCESS_CONTROL, &done, -1);
		if (fd >= 0)
			close(fd);
		return;
	}
	log_warning("a message of type %u from %s is not for the vrrp process; discarded",
		    message->type, process_name(peer));
	if (fd >= 0)
		close(fd);
}

static void stop(struct process *process)
{
	struct vrrp *vrrp = process->state;

	for (size_t i = 0; i < vrrp->instance_count; i++)
		instance_stop(vrrp->instances[i]);
	process_finish(process);
}

int vrrp_main(int parent_fd, const struct process_options *options)
{
	static const struct process_hooks hooks = {
		.prepare = prepare, .configure = configure, .message = message, .stop = stop};
	static struct vrrp vrrp;

	return process_run(PROCESS_VRRP, parent_fd, options, &hooks, &vrrp);
}
