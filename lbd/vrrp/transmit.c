/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Advertisements through the interface's raw socket, gratuitous ARP through the shared packet
 * socket. */
#include "vrrp/transmit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "vrrp/arp.h"

static void send_failed(struct vrrp_instance *instance, int error)
{
	stat_count(instance->row->send_errors, 1);
	if (!instance->send_failing)
		log_warning("%s: cannot send on %s: %s", instance->conf.name,
			    instance->interface->name, strerror(error));
	instance->send_failing = true;
}

static void send_worked(struct vrrp_instance *instance, uint8_t priority)
{
	stat_count(instance->row->adverts_sent, 1);
	if (priority == 0)
		stat_count(instance->row->priority_zero_sent, 1);
	if (instance->send_failing)
		log_notice("%s: can send on %s again", instance->conf.name,
			   instance->interface->name);
	instance->send_failing = false;
}

void transmit_advert(struct vrrp_instance *instance, uint8_t priority)
{
	uint8_t datagram[VRRP_DATAGRAM];
	struct vrrp_packet packet = {
		.source = instance->settings.source,
		.vrid = instance->conf.vrid,
		.priority = priority,
		.authentication_type = instance->conf.authentication,
		.interval = (uint8_t)(instance->settings.interval / CLOCK_SECOND),
		.address_count = instance->advertised_count,
	};
	size_t length;
	int status;

	memcpy(packet.authentication, instance->conf.auth_pass, VRRP_AUTHENTICATION);
	memcpy(packet.addresses, instance->advertised, 4U * instance->advertised_count);
	length = vrrp_packet_build(&packet, ++instance->identification, datagram,
				   sizeof(datagram));
	status = interface_send(instance->interface, datagram, length);
	if (status != 0) {
		send_failed(instance, -status);
		return;
	}
	send_worked(instance, priority);
	if (!instance->advert_sent)
		instance->advert_sent = clock_now();
}

void transmit_garp(struct vrrp_instance *instance, const struct vrrp_held *held)
{
	const struct net_link *link = &held->interface->known.link;
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = link->index};
	uint8_t frame[ARP_FRAME];

	if (!held->present || held->conf.address.family != AF_INET ||
	    link->type != ARPHRD_ETHER || link->hardware_length != ETH_ALEN)
		return;
	arp_build_gratuitous(ntohl(address_to_ipv4(&held->conf.address)), link->hardware, frame);
	if (sendto(instance->shared->arp_fd, frame, sizeof(frame), MSG_DONTWAIT,
		   (struct sockaddr *)&to, sizeof(to)) < 0) {
		send_failed(instance, errno);
		return;
	}
	stat_count(instance->row->garp_sent, 1);
	if (!instance->garp_sent)
		instance->garp_sent = clock_now();
}
