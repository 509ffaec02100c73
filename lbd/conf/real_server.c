/* SPDX-License-Identifier: GPL-2.0-or-later */
/* real_server and TCP_CHECK, with what they inherit: check from server, server from virtual server. */
#include "conf/builder.h"

#include <string.h>

#include "base/clock.h"

/* --- checks ------------------------------------------------------------------------------------- */

/* A setting that a check, its real server and its virtual server may all have. */
struct inherited {
	int check, real_server, virtual_server;
};

#define INHERITED(member) \
	{ \
		TCP_CHECK_##member, REAL_SERVER_##member, VIRTUAL_SERVER_##member \
	}

struct check_family {
	const struct object *check, *real_server, *virtual_server;
};

static int64_t inherit(const struct check_family *family, struct inherited setting,
		       int64_t otherwise)
{
	int64_t outermost = object_number(family->virtual_server, setting.virtual_server, otherwise);
	int64_t outer = object_number(family->real_server, setting.real_server, outermost);

	return object_number(family->check, setting.check, outer);
}

static int64_t default_of(const struct check_family *family, int virtual_server_setting)
{
	return object_setting(family->virtual_server, virtual_server_setting)->number;
}

static void build_times(const struct check_family *family, struct conf_check *check)
{
	static const struct inherited interval = INHERITED(delay_loop);
	static const struct inherited timeout = INHERITED(connect_timeout);
	static const struct inherited delay = INHERITED(delay_before_retry);
	static const struct inherited warmup = INHERITED(warmup);
	static const struct inherited retry = INHERITED(retry);

	check->interval = inherit(family, interval, default_of(family, interval.virtual_server));
	check->connect_timeout = inherit(family, timeout, default_of(family, timeout.virtual_server));
	check->delay_before_retry = inherit(family, delay, default_of(family, delay.virtual_server));
	check->warmup = inherit(family, warmup, check->interval);
	check->retry = (uint32_t)inherit(family, retry, default_of(family, retry.virtual_server));
}

static void build_target(struct builder *builder, const struct check_family *family,
			 const struct conf_real_server *server, uint16_t port,
			 struct conf_check *check)
{
	const struct setting *address = object_setting(family->check, TCP_CHECK_connect_ip);

	check->connect_address = address->set ? address->address : server->address;
	check->connect_port =
		(uint16_t)object_number(family->check, TCP_CHECK_connect_port, port);
	if (check->connect_port == 0)
		report_error(builder->report, family->check->at,
			     "there is no port to connect to: write connect_port in TCP_CHECK, or a port "
			     "after the address of the real_server");
}

static void build_source(struct builder *builder, const struct check_family *family,
			 struct conf_check *check)
{
	const struct setting *source = object_setting(family->check, TCP_CHECK_bindto);
	const struct setting *interface = object_setting(family->check, TCP_CHECK_bind_if);

	check->bind_port = (uint16_t)object_number(family->check, TCP_CHECK_bind_port, 0);
	if (source->set)
		check->bind_address = source->address;
	if (source->set && address_is_set(&source->address) &&
	    source->address.family != check->connect_address.family)
		report_error(builder->report, source->value_at,
			     "bindto and the address that is checked must both be IPv4 or both IPv6");
	if (interface->set &&
	    builder_word(builder, check->bind_interface, sizeof(check->bind_interface),
			 "interface name", interface->text, interface->value_at))
		builder_interface(builder, interface->text, interface->value_at);
}

static void build_check(struct builder *builder, const struct check_family *family, uint32_t index,
			uint16_t port)
{
	static const struct inherited alpha = INHERITED(alpha);
	struct conf_real_server *server = &builder->conf->real_servers[index];
	struct conf_check *check = builder_add_checks(builder, family->check->at);

	check->kind = CONF_CHECK_TCP;
	check->real_server = index;
	build_times(family, check);
	build_target(builder, family, server, port, check);
	build_source(builder, family, check);
	server->check_count++;
	if (inherit(family, alpha, 0))
		server->alpha = 1;
}

/* `port` is where a check connects unless it says otherwise; 0: unknown. */
static void build_checks(struct builder *builder, const struct object *virtual_server,
			 const struct object *real_server, uint32_t index, uint16_t port)
{
	struct check_family family = {NULL, real_server, virtual_server};

	builder->conf->real_servers[index].first_check = (uint32_t)builder->conf->check_count;
	for (const struct object *child = real_server->children; child; child = child->next) {
		if (child->block != BLOCK_TCP_CHECK)
			continue;
		family.check = child;
		build_check(builder, &family, index, port);
	}
	if (real_server->unchecked && builder->conf->real_servers[index].check_count == 0)
		report_warning(builder->report, real_server->at,
			       "no check is left for this real_server: it stays in service whatever "
			       "becomes of it");
}

/* --- real servers ------------------------------------------------------------------------------- */

static void build_thresholds(struct builder *builder, const struct object *object,
			     struct conf_real_server *server)
{
	const struct setting *lower = object_setting(object, REAL_SERVER_lthreshold);

	server->upper_threshold =
		(uint32_t)object_setting(object, REAL_SERVER_uthreshold)->number;
	server->lower_threshold = (uint32_t)lower->number;
	if (server->lower_threshold > server->upper_threshold)
		report_error(builder->report, lower->value_at,
			     "lthreshold is above uthreshold, which the kernel refuses: write %u or less",
			     (unsigned)server->upper_threshold);
}

static void build_check_settings(const struct object *object,
				 const struct conf_check_settings *inherited,
				 struct conf_check_settings *checks)
{
	checks->interval = object_number(object, REAL_SERVER_delay_loop, inherited->interval);
	checks->connect_timeout =
		object_number(object, REAL_SERVER_connect_timeout, inherited->connect_timeout);
	checks->delay_before_retry = object_number(object, REAL_SERVER_delay_before_retry,
						   inherited->delay_before_retry);
	checks->warmup = object_number(object, REAL_SERVER_warmup, inherited->warmup);
	checks->retry = (uint32_t)object_number(object, REAL_SERVER_retry, inherited->retry);
}

static void build_snmp_name(struct builder *builder, const struct object *object,
			    struct conf_real_server *server)
{
	const struct setting *name = object_setting(object, REAL_SERVER_snmp_name);

	if (name->text)
		builder_word(builder, server->snmp_name, sizeof(server->snmp_name), "name",
			     name->text, name->value_at);
}

/* The service of a virtual_server that is one address, or NULL for groups and marks. */
static const struct conf_service *single_address(const struct conf *conf,
						 const struct conf_virtual_server *server)
{
	const struct conf_service *service;

	if (server->service_count != 1 || server->group[0])
		return NULL;
	service = &conf->services[server->first_service];
	return service->fwmark ? NULL : service;
}

/* Only NAT rewrites ports: with DR and TUN a packet arrives at the port of the service. */
static uint16_t settle_port(struct builder *builder, const struct object *object,
			    const struct conf_virtual_server *virtual_server, uint16_t port,
			    uint8_t forwarding)
{
	const struct conf_service *service = single_address(builder->conf, virtual_server);
	bool marked = virtual_server->service_count && !virtual_server->group[0] && !service;

	if (service && port == 0)
		return service->port;
	if (forwarding == CONF_FORWARDING_NAT || port == 0)
		return port;
	if (service && service->port != port) {
		report_warning(builder->report, object->at,
			       "the port is taken for %u, that of the service: %s does not change ports",
			       service->port, conf_forwarding_name(forwarding));
		return service->port;
	}
	if (marked) {
		report_warning(builder->report, object->at,
			       "the port is ignored: with a firewall mark %s keeps the packet's own",
			       conf_forwarding_name(forwarding));
		return 0;
	}
	return port;
}

static void build_real_server(struct builder *builder, const struct object *virtual_server,
			      const struct object *object, uint32_t virtual_index)
{
	const struct conf_virtual_server *owner = &builder->conf->virtual_servers[virtual_index];
	uint32_t index = (uint32_t)builder->conf->real_server_count;
	struct conf_real_server *server = builder_add_real_servers(builder, object->at);
	uint16_t port;

	server->virtual_server = virtual_index;
	server->weight = (int32_t)object_number(
		object, REAL_SERVER_weight,
		object_setting(virtual_server, VIRTUAL_SERVER_weight)->number);
	server->forwarding = builder_forwarding(
		builder, object_setting(object, REAL_SERVER_lvs_method), owner->forwarding);
	server->inhibit_on_failure = object_number(
		object, REAL_SERVER_inhibit_on_failure,
		object_flag(virtual_server, VIRTUAL_SERVER_inhibit_on_failure));
	build_thresholds(builder, object, server);
	build_check_settings(object, &owner->checks, &server->checks);
	build_snmp_name(builder, object, server);
	if (!builder_address_port(builder, object->statement, &server->address, &server->port))
		return;
	/* keepalived checks the port as it is written, whatever it is taken for. */
	port = server->port;
	server->port = settle_port(builder, object, owner, server->port, server->forwarding);
	build_checks(builder, virtual_server, object, index, port ? port : server->port);
}

static void settle_sorry_server(struct builder *builder, const struct object *object, uint32_t index)
{
	struct conf_virtual_server *server = &builder->conf->virtual_servers[index];

	if (server->sorry_set)
		server->sorry_port = settle_port(builder, object, server, server->sorry_port,
						 server->sorry_forwarding);
}

void build_real_servers(struct builder *builder, const struct object *object,
			uint32_t virtual_server)
{
	struct conf *conf = builder->conf;

	conf->virtual_servers[virtual_server].first_real_server = (uint32_t)conf->real_server_count;
	for (const struct object *child = object->children; child; child = child->next)
		if (child->block == BLOCK_REAL_SERVER)
			build_real_server(builder, object, child, virtual_server);
	conf->virtual_servers[virtual_server].real_server_count =
		(uint32_t)conf->real_server_count -
		conf->virtual_servers[virtual_server].first_real_server;
	settle_sorry_server(builder, object, virtual_server);
}
