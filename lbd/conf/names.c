/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for values of the typed configuration, and releasing it. */
#include "conf/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

const char *conf_forwarding_name(unsigned forwarding)
{
	static const char *const names[] = {"NAT", "DR", "TUN"};

	return forwarding < sizeof(names) / sizeof(names[0]) ? names[forwarding] : "unknown";
}

const char *conf_check_name(unsigned kind)
{
	return kind == CONF_CHECK_TCP ? "TCP_CHECK" : "unknown";
}

const char *conf_protocol_name(const struct conf_service *service)
{
	switch (service->protocol) {
	case IPPROTO_TCP:
		return "TCP";
	case IPPROTO_UDP:
		return "UDP";
	case IPPROTO_SCTP:
		return "SCTP";
	case 0:
		return "fwmark";
	default:
		return "unknown";
	}
}

const char *conf_push_protocol_name(unsigned protocol)
{
	return protocol == CONF_PUSH_REMOTE_WRITE ? "remote_write" : "otlp";
}

/* As keepalived has it. */
uint16_t conf_port_under(const struct conf_service *service, uint16_t port, unsigned forwarding)
{
	if (service->fwmark && forwarding != CONF_FORWARDING_NAT)
		return 0;
	return port ? port : service->port;
}

const char *conf_service_name(const struct conf_service *service, char text[CONF_NAME])
{
	_Static_assert(CONF_NAME >= ADDRESS_PORT_TEXT, "a service's name fits");

	if (service->fwmark)
		snprintf(text, CONF_NAME, "fwmark %u", (unsigned)service->fwmark);
	else
		address_format_port(&service->address, service->port, text);
	return text;
}

void conf_free(struct conf *conf)
{
	if (!conf)
		return;
	if (conf->mapping) {
		munmap(conf->mapping, conf->mapping_size);
	} else {
#define TABLE(type, member, count) free(conf->member);
		CONF_TABLES(TABLE)
#undef TABLE
	}
	free(conf);
}
