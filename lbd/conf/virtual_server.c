/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virtual_server, its sorry server and everything its real servers inherit. */
#include "conf/group.h"

#include <arpa/inet.h>
#include <linux/ip_vs.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "conf/value.h"

static const char *const schedulers[] = {"rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh",
					 "sh", "mh",  "sed", "nq",  "fo",   "ovf",   "twos"};
#define SCHEDULER_NAMES "rr wrr lc wlc lblc lblcr dh sh mh sed nq fo ovf twos"
#define SCHEDULER_DEFAULT "wlc"

static void build_scheduler(struct builder *builder, const struct object *object,
			    struct conf_virtual_server *server)
{
	const struct setting *scheduler = object_setting(object, VIRTUAL_SERVER_lvs_sched);

	TEXT_COPY(server->scheduler, SCHEDULER_DEFAULT);
	if (!scheduler->set) {
		report_warning(builder->report, object->at,
			       "without lb_algo the scheduler is " SCHEDULER_DEFAULT
			       ": write the one you mean");
		return;
	}
	for (size_t i = 0; i < sizeof(schedulers) / sizeof(schedulers[0]); i++) {
		if (strcmp(scheduler->text, schedulers[i]) == 0) {
			TEXT_COPY(server->scheduler, schedulers[i]);
			return;
		}
	}
	report_error(builder->report, scheduler->value_at,
		     "there is no scheduler \"%s\": write one of " SCHEDULER_NAMES, scheduler->text);
}

/* The names that ipvsadm gives the flags of sh and mh; flag-1 to flag-3 are the same bits. */
static void build_scheduler_flags(struct builder *builder, const struct object *object,
				  struct conf_virtual_server *server)
{
	static const struct {
		int setting;
		uint32_t flag;
		const char *scheduler; /* the only one, or NULL */
	} flags[] = {
		{VIRTUAL_SERVER_flag_1, IP_VS_SVC_F_SCHED1, NULL},
		{VIRTUAL_SERVER_flag_2, IP_VS_SVC_F_SCHED2, NULL},
		{VIRTUAL_SERVER_flag_3, IP_VS_SVC_F_SCHED3, NULL},
		{VIRTUAL_SERVER_sh_fallback, IP_VS_SVC_F_SCHED1, "sh"},
		{VIRTUAL_SERVER_sh_port, IP_VS_SVC_F_SCHED2, "sh"},
		{VIRTUAL_SERVER_mh_fallback, IP_VS_SVC_F_SCHED1, "mh"},
		{VIRTUAL_SERVER_mh_port, IP_VS_SVC_F_SCHED2, "mh"},
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		const struct setting *setting = object_setting(object, flags[i].setting);

		if (!setting->set)
			continue;
		if (flags[i].scheduler && strcmp(flags[i].scheduler, server->scheduler) != 0)
			report_warning(builder->report, setting->at,
				       "this is ignored: it needs the scheduler %s",
				       flags[i].scheduler);
		else
			server->scheduler_flags |= flags[i].flag;
	}
}

static uint16_t read_protocol(struct builder *builder, const struct object *object)
{
	static const struct {
		const char *name;
		uint16_t protocol;
	} protocols[] = {{"TCP", IPPROTO_TCP}, {"UDP", IPPROTO_UDP}, {"SCTP", IPPROTO_SCTP}};
	const struct setting *protocol = object_setting(object, VIRTUAL_SERVER_protocol);

	if (!protocol->set)
		return 0;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcasecmp(protocol->text, protocols[i].name) == 0)
			return protocols[i].protocol;
	report_error(builder->report, protocol->value_at,
		     "there is no protocol \"%s\" here: write TCP, UDP or SCTP", protocol->text);
	return IPPROTO_TCP;
}

/* keepalived, and the kernel before it, take no protocol for UDP; a firewall mark has none at all. */
static void settle_protocol(struct builder *builder, const struct object *object, uint32_t index,
			    uint16_t protocol)
{
	struct conf *conf = builder->conf;
	const struct conf_virtual_server *server = &conf->virtual_servers[index];
	bool addresses = false;

	for (uint32_t i = 0; i < server->service_count; i++) {
		struct conf_service *service = &conf->services[server->first_service + i];

		if (service->fwmark)
			continue;
		addresses = true;
		if (!protocol)
			service->protocol = IPPROTO_UDP;
	}
	if (addresses && !protocol)
		report_warning(builder->report, object->at,
			       "without protocol it is UDP: write protocol TCP, UDP or SCTP");
	else if (!addresses && protocol && server->service_count)
		report_warning(builder->report, object_setting(object, VIRTUAL_SERVER_protocol)->at,
			       "protocol is ignored: a firewall mark has none");
}

/* A netmask must be ones followed by zeros. */
static void build_granularity(struct builder *builder, const struct object *object,
			      struct conf_virtual_server *server)
{
	const struct setting *setting = object_setting(object, VIRTUAL_SERVER_persistence_granularity);
	struct address mask;
	uint32_t inverse;
	int64_t prefix;

	server->persistence_netmask = UINT32_MAX;
	server->persistence_prefix6 = 128;
	if (!setting->set)
		return;
	if (value_number(setting->text, &prefix) && prefix >= 1 && prefix <= 128) {
		server->persistence_prefix6 = (uint32_t)prefix;
		return;
	}
	if (address_parse(setting->text, &mask) && mask.family == AF_INET) {
		inverse = ~ntohl(address_to_ipv4(&mask));
		if ((inverse & (inverse + 1)) == 0 && inverse != UINT32_MAX) {
			server->persistence_netmask = address_to_ipv4(&mask);
			return;
		}
	}
	report_error(builder->report, setting->value_at,
		     "\"%s\" is no netmask: write one like 255.255.255.0, for IPv6 a prefix of 1 to 128",
		     setting->text);
}

static void build_persistence(struct builder *builder, const struct object *object,
			      struct conf_virtual_server *server)
{
	const struct setting *timeout = object_setting(object, VIRTUAL_SERVER_persistence_timeout);

	if (timeout->set)
		server->persistence_timeout = (uint32_t)timeout->number;
	build_granularity(builder, object, server);
}

/* A service for all ports is the kernel's only when it is persistent. */
static void settle_persistence(struct builder *builder, const struct object *object, uint32_t index)
{
	struct conf_virtual_server *server = &builder->conf->virtual_servers[index];

	for (uint32_t i = 0; i < server->service_count; i++) {
		const struct conf_service *service =
			&builder->conf->services[server->first_service + i];

		if (service->fwmark || service->port || server->persistence_timeout)
			continue;
		server->persistence_timeout = (uint32_t)object_setting(
			object, VIRTUAL_SERVER_persistence_timeout)->number;
		report_warning(builder->report, object->at,
			       "a service without port must be persistent, so persistence_timeout is %u: "
			       "write a port, or the timeout you mean",
			       (unsigned)server->persistence_timeout);
	}
}

static void settle_one_packet(struct builder *builder, const struct object *object, uint32_t index)
{
	struct conf_virtual_server *server = &builder->conf->virtual_servers[index];

	for (uint32_t i = 0; server->one_packet && i < server->service_count; i++) {
		const struct conf_service *service =
			&builder->conf->services[server->first_service + i];

		if (service->fwmark || service->protocol == IPPROTO_UDP)
			continue;
		server->one_packet = 0;
		report_warning(builder->report, object_setting(object, VIRTUAL_SERVER_ops)->at,
			       "ops is ignored: it needs protocol UDP or a firewall mark");
	}
}

static bool inherits_forwarding(const struct object *object)
{
	const struct setting *sorry = object_setting(object, VIRTUAL_SERVER_sorry_server_lvs_method);

	for (const struct object *child = object->children; child; child = child->next)
		if (child->block == BLOCK_REAL_SERVER &&
		    !object_setting(child, REAL_SERVER_lvs_method)->set)
			return true;
	return object_setting(object, VIRTUAL_SERVER_sorry_server)->set && !sorry->set;
}

static void build_forwarding(struct builder *builder, const struct object *object,
			     struct conf_virtual_server *server)
{
	const struct setting *method = object_setting(object, VIRTUAL_SERVER_lvs_method);

	if (!method->set && inherits_forwarding(object))
		report_warning(builder->report, object->at,
			       "without lb_kind the forwarding method is NAT: write NAT, DR or TUN");
	server->forwarding = builder_forwarding(builder, method, CONF_FORWARDING_NAT);
}

static void build_sorry_server(struct builder *builder, const struct object *object,
			       struct conf_virtual_server *server)
{
	const struct setting *sorry = object_setting(object, VIRTUAL_SERVER_sorry_server);
	const struct setting *inhibit = object_setting(object, VIRTUAL_SERVER_sorry_server_inhibit);

	server->sorry_forwarding = builder_forwarding(
		builder, object_setting(object, VIRTUAL_SERVER_sorry_server_lvs_method),
		server->forwarding);
	server->sorry_inhibit = inhibit->set;
	if (sorry->set)
		server->sorry_set = builder_address_port(builder, sorry->statement,
							 &server->sorry_address, &server->sorry_port);
	else if (inhibit->set)
		report_warning(builder->report, inhibit->at,
			       "sorry_server_inhibit is ignored: there is no sorry_server");
}

static void build_numbers(const struct object *object, struct conf_virtual_server *server)
{
	server->quorum = (uint32_t)object_setting(object, VIRTUAL_SERVER_quorum)->number;
	server->hysteresis = (uint32_t)object_setting(object, VIRTUAL_SERVER_hysteresis)->number;
	server->weight = (uint32_t)object_setting(object, VIRTUAL_SERVER_weight)->number;
	server->inhibit_on_failure = object_flag(object, VIRTUAL_SERVER_inhibit_on_failure);
	server->alpha = object_flag(object, VIRTUAL_SERVER_alpha);
	server->omega = object_flag(object, VIRTUAL_SERVER_omega);
	server->one_packet = object_flag(object, VIRTUAL_SERVER_ops);
}

static void build_snmp_name(struct builder *builder, const struct object *object,
			    struct conf_virtual_server *server)
{
	const struct setting *name = object_setting(object, VIRTUAL_SERVER_snmp_name);

	if (name->text)
		builder_word(builder, server->snmp_name, sizeof(server->snmp_name), "name",
			     name->text, name->value_at);
}

static void build_check_settings(const struct object *object, struct conf_check_settings *checks)
{
	checks->interval = object_setting(object, VIRTUAL_SERVER_delay_loop)->number;
	checks->connect_timeout = object_setting(object, VIRTUAL_SERVER_connect_timeout)->number;
	checks->delay_before_retry = object_number(object, VIRTUAL_SERVER_delay_before_retry, 0);
	checks->warmup = object_number(object, VIRTUAL_SERVER_warmup, 0);
	checks->retry = (uint32_t)object_number(object, VIRTUAL_SERVER_retry, 0);
}

static void build_virtual_server(struct builder *builder, const struct object *object)
{
	uint32_t index = (uint32_t)builder->conf->virtual_server_count;
	struct conf_virtual_server *server;
	uint16_t protocol = read_protocol(builder, object);

	group_use(builder, object->statement);
	if (!object_child(object, BLOCK_REAL_SERVER)) {
		report_warning(builder->report, object->at,
			       "this virtual_server has no real_server: it is left out");
		return;
	}
	server = builder_add_virtual_servers(builder, object->at);
	build_scheduler(builder, object, server);
	build_scheduler_flags(builder, object, server);
	build_persistence(builder, object, server);
	build_forwarding(builder, object, server);
	build_sorry_server(builder, object, server);
	build_numbers(object, server);
	build_check_settings(object, &server->checks);
	build_snmp_name(builder, object, server);
	server->protocol = protocol;
	if (build_services(builder, object, index, protocol)) {
		settle_protocol(builder, object, index, protocol);
		settle_persistence(builder, object, index);
		settle_one_packet(builder, object, index);
	}
	build_real_servers(builder, object, index);
}

void build_virtual_servers(struct builder *builder)
{
	for (const struct object *child = builder->top->children; child; child = child->next)
		if (child->block == BLOCK_VIRTUAL_SERVER)
			build_virtual_server(builder, child);
}
