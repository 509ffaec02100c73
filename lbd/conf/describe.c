/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records in words. */
#include "conf/describe.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "conf/value.h"

#define RECORD(record) static const struct describe_field record##_list[] = {
#define FIELD(record, member, kind, name) \
	{name, DESCRIBE_##kind, offsetof(struct record, member), \
	 sizeof(((struct record *)0)->member)},
#define END_RECORD(record) \
	} \
	; \
	const struct describe_fields describe_##record = { \
		record##_list, sizeof(record##_list) / sizeof(record##_list[0])};
#include "conf/fields.def"
#undef RECORD
#undef FIELD
#undef END_RECORD

static const unsigned char *member(const struct describe_field *field, const void *record)
{
	return (const unsigned char *)record + field->offset;
}

bool describe_equal(const struct describe_field *field, const void *a, const void *b)
{
	const unsigned char *left = member(field, a), *right = member(field, b);

	if (field->kind == DESCRIBE_TEXT)
		return strncmp((const char *)left, (const char *)right, field->size) == 0;
	if (field->kind == DESCRIBE_ADDRESS)
		return address_equal((const struct address *)left, (const struct address *)right);
	return memcmp(left, right, field->size) == 0;
}

static int64_t number(const struct describe_field *field, const void *record)
{
	const unsigned char *at = member(field, record);
	int64_t value64;
	uint32_t value32;
	uint16_t value16;

	switch (field->size) {
	case 1:
		return *at;
	case 2:
		memcpy(&value16, at, sizeof(value16));
		return value16;
	case 4:
		memcpy(&value32, at, sizeof(value32));
		return value32;
	default:
		assert(field->size == 8);
		memcpy(&value64, at, sizeof(value64));
		return value64;
	}
}

const char *describe_value(const struct describe_field *field, const void *record,
			   char text[DESCRIBE_VALUE])
{
	const unsigned char *at = member(field, record);
	char buffer[ADDRESS_TEXT];
	struct address mask;

	switch (field->kind) {
	case DESCRIBE_NUMBER:
		snprintf(text, DESCRIBE_VALUE, "%lld", (long long)number(field, record));
		break;
	case DESCRIBE_TIME:
		value_timer_text(number(field, record), text);
		break;
	case DESCRIBE_TEXT:
		snprintf(text, DESCRIBE_VALUE, "%.*s", (int)field->size, at[0] ? (const char *)at : "none");
		break;
	case DESCRIBE_ADDRESS:
		text_copy(text, DESCRIBE_VALUE, address_format((const struct address *)at, buffer));
		break;
	case DESCRIBE_NETMASK:
		mask = address_from_ipv4((uint32_t)number(field, record));
		text_copy(text, DESCRIBE_VALUE, address_format(&mask, buffer));
		break;
	case DESCRIBE_FORWARDING:
		text_copy(text, DESCRIBE_VALUE, conf_forwarding_name(*at));
		break;
	case DESCRIBE_AUTHENTICATION:
		text_copy(text, DESCRIBE_VALUE, *at == CONF_AUTHENTICATION_PASS ? "PASS" : "none");
		break;
	case DESCRIBE_STATE:
		text_copy(text, DESCRIBE_VALUE, *at ? "MASTER" : "BACKUP");
		break;
	case DESCRIBE_SECRET:
		text_copy(text, DESCRIBE_VALUE, "(secret)");
		break;
	}
	return text;
}

const char *describe_service(const struct conf_service *service, char text[DESCRIBE_SERVICE])
{
	char name[CONF_NAME];

	conf_service_name(service, name);
	if (service->fwmark)
		snprintf(text, DESCRIBE_SERVICE, "%s", name);
	else
		snprintf(text, DESCRIBE_SERVICE, "%s %s", conf_protocol_name(service), name);
	return text;
}

/* --- the whole ---------------------------------------------------------------------------------- */

static void print_fields(const struct describe_fields *fields, const void *record,
			 const char *indent, FILE *into)
{
	char text[DESCRIBE_VALUE];

	for (size_t i = 0; i < fields->count; i++)
		fprintf(into, "%s%s %s\n", indent, fields->list[i].name,
			describe_value(&fields->list[i], record, text));
}

static void print_instance(const struct conf *conf, const struct conf_vrrp_instance *instance,
			   FILE *into)
{
	char text[ADDRESS_TEXT];

	fprintf(into, "vrrp_instance %s\n", instance->name);
	print_fields(&describe_conf_vrrp_instance, instance, "\t", into);
	for (uint32_t i = 0; i < instance->address_count; i++) {
		const struct conf_virtual_address *address =
			&conf->addresses[instance->first_address + i];

		fprintf(into, "\tvirtual_ipaddress %s\n", address_format(&address->address, text));
		print_fields(&describe_conf_virtual_address, address, "\t\t", into);
	}
}

static void print_real_server(const struct conf *conf, const struct conf_real_server *server,
			      FILE *into)
{
	char text[ADDRESS_PORT_TEXT];

	fprintf(into, "\treal_server %s\n",
		address_format_port(&server->address, server->port, text));
	print_fields(&describe_conf_real_server, server, "\t\t", into);
	for (uint32_t i = 0; i < server->check_count; i++) {
		const struct conf_check *check = &conf->checks[server->first_check + i];

		fprintf(into, "\t\t%s\n", conf_check_name(check->kind));
		print_fields(&describe_conf_check, check, "\t\t\t", into);
	}
}

static void print_virtual_server(const struct conf *conf, const struct conf_virtual_server *server,
				 FILE *into)
{
	char text[DESCRIBE_SERVICE];

	fprintf(into, "virtual_server %s\n", server->name);
	print_fields(&describe_conf_virtual_server, server, "\t", into);
	for (uint32_t i = 0; i < server->service_count; i++)
		fprintf(into, "\tservice %s\n",
			describe_service(&conf->services[server->first_service + i], text));
	for (uint32_t i = 0; i < server->real_server_count; i++)
		print_real_server(conf, &conf->real_servers[server->first_real_server + i], into);
}

static void print_push_target(const struct conf *conf, const struct conf_push_target *target,
			      FILE *into)
{
	fprintf(into, "%s %s\n", conf_push_protocol_name(target->protocol), target->url);
	print_fields(&describe_conf_push_target, target, "\t", into);
	for (uint32_t i = 0; i < target->label_count; i++) {
		const struct conf_push_label *label = &conf->push_labels[target->first_label + i];

		fprintf(into, "\tlabel %s\n", label->name);
		print_fields(&describe_conf_push_label, label, "\t\t", into);
	}
}

void describe_conf(const struct conf *conf, FILE *into)
{
	fprintf(into, "global_defs\n");
	print_fields(&describe_conf_global, conf->global, "\t", into);
	for (size_t i = 0; i < conf->push_target_count; i++)
		print_push_target(conf, &conf->push_targets[i], into);
	for (size_t i = 0; i < conf->instance_count; i++)
		print_instance(conf, &conf->instances[i], into);
	for (size_t i = 0; i < conf->virtual_server_count; i++)
		print_virtual_server(conf, &conf->virtual_servers[i], into);
}
