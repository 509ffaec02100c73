/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a packed configuration one that lbd could have written? (invariant 7) */
#include "conf/packed.h"

#include <string.h>

#define TERMINATED(array) (memchr((array), 0, sizeof(array)) != NULL)

static bool within(uint32_t first, uint32_t count, size_t size)
{
	return first <= size && count <= size - first;
}

static bool valid_address(const struct address *address)
{
	return address->family == AF_UNSPEC || address->family == AF_INET ||
	       address->family == AF_INET6;
}

static bool valid_global(const struct conf *conf)
{
	return conf->global_count == 1 && TERMINATED(conf->global->router_id) &&
	       TERMINATED(conf->global->rrd_directory) && TERMINATED(conf->global->rrd_socket) &&
	       TERMINATED(conf->global->rrd_archives) && TERMINATED(conf->global->ganglia_host) &&
	       TERMINATED(conf->global->ganglia_interface) &&
	       TERMINATED(conf->global->ganglia_metrics) &&
	       TERMINATED(conf->global->nagios_command_file) &&
	       TERMINATED(conf->global->nagios_host) &&
	       TERMINATED(conf->global->nagios_services) &&
	       TERMINATED(conf->global->snmp_agentx) && TERMINATED(conf->global->snmp_listen) &&
	       TERMINATED(conf->global->snmp_config) && TERMINATED(conf->global->snmp_mib_base) &&
	       TERMINATED(conf->global->snmp_notifications) &&
	       TERMINATED(conf->global->prometheus_web_config) &&
	       valid_address(&conf->global->prometheus_address) &&
	       valid_address(&conf->global->ganglia_ask);
}

static bool valid_instances(const struct conf *conf)
{
	for (size_t i = 0; i < conf->instance_count; i++) {
		const struct conf_vrrp_instance *instance = &conf->instances[i];

		if (!TERMINATED(instance->name) || !TERMINATED(instance->interface) ||
		    !within(instance->first_address, instance->address_count, conf->address_count) ||
		    instance->vrid == 0 || instance->priority == 0 ||
		    instance->authentication > CONF_AUTHENTICATION_PASS ||
		    instance->advert_interval <= 0 || instance->preempt_delay < 0 ||
		    instance->garp_delay < 0 || instance->garp_refresh < 0 ||
		    instance->garp_lower_prio_delay < 0 || instance->garp_interval < 0)
			return false;
	}
	return true;
}

static bool valid_addresses(const struct conf *conf)
{
	for (size_t i = 0; i < conf->address_count; i++) {
		const struct conf_virtual_address *address = &conf->addresses[i];

		if (!address_is_set(&address->address) || !valid_address(&address->broadcast) ||
		    address->prefix > address_length(&address->address) * 8 ||
		    !TERMINATED(address->interface) || !TERMINATED(address->label))
			return false;
	}
	return true;
}

static bool valid_groups(const struct conf *conf)
{
	for (size_t i = 0; i < conf->group_count; i++)
		if (!TERMINATED(conf->groups[i].name) ||
		    !within(conf->groups[i].first_member, conf->groups[i].member_count,
			    conf->group_member_count))
			return false;
	for (size_t i = 0; i < conf->group_member_count; i++) {
		const struct conf_group_member *member = &conf->group_members[i];

		if (!valid_address(&member->first) || member->first.family != member->last.family ||
		    (member->fwmark == 0) != address_is_set(&member->first))
			return false;
	}
	return true;
}

static bool valid_check_settings(const struct conf_check_settings *checks)
{
	return checks->interval > 0 && checks->connect_timeout > 0 &&
	       checks->delay_before_retry >= 0 && checks->warmup >= 0;
}

static bool valid_virtual_servers(const struct conf *conf)
{
	for (size_t i = 0; i < conf->virtual_server_count; i++) {
		const struct conf_virtual_server *server = &conf->virtual_servers[i];

		if (!TERMINATED(server->name) || !TERMINATED(server->group) ||
		    !TERMINATED(server->scheduler) || !TERMINATED(server->snmp_name) ||
		    !valid_check_settings(&server->checks) || server->forwarding > CONF_FORWARDING_TUN ||
		    server->sorry_forwarding > CONF_FORWARDING_TUN ||
		    !valid_address(&server->sorry_address) ||
		    (server->sorry_set && !address_is_set(&server->sorry_address)) ||
		    !within(server->first_service, server->service_count, conf->service_count) ||
		    !within(server->first_real_server, server->real_server_count,
			    conf->real_server_count))
			return false;
	}
	return true;
}

static bool valid_services(const struct conf *conf)
{
	for (size_t i = 0; i < conf->service_count; i++) {
		const struct conf_service *service = &conf->services[i];

		if (service->virtual_server >= conf->virtual_server_count ||
		    !valid_address(&service->address) ||
		    (service->family != AF_INET && service->family != AF_INET6) ||
		    (service->fwmark == 0 && service->address.family != service->family))
			return false;
	}
	return true;
}

static bool valid_real_servers(const struct conf *conf)
{
	for (size_t i = 0; i < conf->real_server_count; i++) {
		const struct conf_real_server *server = &conf->real_servers[i];

		if (server->virtual_server >= conf->virtual_server_count ||
		    !address_is_set(&server->address) || server->forwarding > CONF_FORWARDING_TUN ||
		    server->weight < 0 || server->weight > CONF_WEIGHT_MOST ||
		    !TERMINATED(server->snmp_name) || !valid_check_settings(&server->checks) ||
		    !within(server->first_check, server->check_count, conf->check_count))
			return false;
	}
	return true;
}

static bool valid_checks(const struct conf *conf)
{
	for (size_t i = 0; i < conf->check_count; i++) {
		const struct conf_check *check = &conf->checks[i];

		if (check->kind != CONF_CHECK_TCP || check->real_server >= conf->real_server_count ||
		    !address_is_set(&check->connect_address) || !valid_address(&check->bind_address) ||
		    !TERMINATED(check->bind_interface) || check->connect_timeout <= 0 ||
		    check->interval <= 0 || check->delay_before_retry < 0 || check->warmup < 0)
			return false;
	}
	return true;
}

static bool valid_push_targets(const struct conf *conf)
{
	for (size_t i = 0; i < conf->push_target_count; i++) {
		const struct conf_push_target *target = &conf->push_targets[i];

		if (target->protocol > CONF_PUSH_OTLP || !TERMINATED(target->url) ||
		    !TERMINATED(target->user) || !TERMINATED(target->password_file) ||
		    !TERMINATED(target->token_file) || !TERMINATED(target->headers_file) ||
		    !TERMINATED(target->ca_file) || !TERMINATED(target->cert_file) ||
		    !TERMINATED(target->key_file) ||
		    !within(target->first_label, target->label_count, conf->push_label_count))
			return false;
	}
	for (size_t i = 0; i < conf->push_label_count; i++)
		if (!TERMINATED(conf->push_labels[i].name) || !TERMINATED(conf->push_labels[i].value))
			return false;
	return true;
}

bool packed_valid(const struct conf *conf)
{
	return valid_global(conf) && valid_instances(conf) && valid_addresses(conf) &&
	       valid_groups(conf) &&
	       valid_virtual_servers(conf) && valid_services(conf) && valid_real_servers(conf) &&
	       valid_checks(conf) && valid_push_targets(conf);
}
