/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The published configuration, as lbd-snmp follows it; and the values that other MIBs have. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exporters/snmp/published.h"
#include "exporters/snmp/value.h"
#include "tests/unit/conf_memory.h"
#include "tests/unit/unit.h"

static char directory[] = "/tmp/lbd-published-XXXXXX", path[64];

static void publish(uint64_t generation)
{
	static char problems[1024];
	struct conf *conf = memory_load("vrrp_instance V {\n interface eth0\n virtual_router_id 5\n"
					" virtual_ipaddress {\n 192.0.2.1\n }\n}\n",
					problems, sizeof(problems));

	CU_ASSERT_FATAL(conf != NULL);
	conf->generation = generation;
	UNIT_NUMBER(conf_publish(conf, path), 0);
	conf_free(conf);
}

static void it_is_read_when_there_is_another(void)
{
	struct publication *publication = publication_new(directory);
	struct published *first, *again, *second;

	CU_ASSERT(publication_take(publication) == NULL);
	publish(1);
	first = publication_take(publication);
	CU_ASSERT_FATAL(first != NULL);
	again = publication_take(publication);
	CU_ASSERT(again == first);
	published_release(again);
	publish(2);
	second = publication_take(publication);
	CU_ASSERT_FATAL(second != NULL);
	UNIT_NUMBER(second->conf->generation, 2);
	/* Who holds the old one has it still. */
	UNIT_NUMBER(first->conf->generation, 1);
	UNIT_STRING(first->conf->instances[0].name, "V");
	published_release(first);
	published_release(second);
	publication_free(publication);
}

static void what_is_no_configuration_is_none(void)
{
	struct publication *publication = publication_new(directory);
	struct published *published;
	FILE *file;

	publish(1);
	published = publication_take(publication);
	CU_ASSERT(published != NULL);
	published_release(published);
	file = fopen(path, "w");
	CU_ASSERT_FATAL(file != NULL);
	fputs("of a later version", file);
	fclose(file);
	CU_ASSERT(publication_take(publication) == NULL);
	CU_ASSERT(publication_take(publication) == NULL);
	publish(2);
	published = publication_take(publication);
	CU_ASSERT(published != NULL);
	published_release(published);
	unlink(path);
	CU_ASSERT(publication_take(publication) == NULL);
	publication_free(publication);
}

static void values_of_other_mibs(void)
{
	struct address address;
	struct value value;

	value_counter32(&value, UINT64_C(0x100000002));
	UNIT_NUMBER(value.type, VALUE_COUNTER32);
	UNIT_NUMBER(value.number, 2);
	value_truth(&value, true);
	UNIT_NUMBER(value.number, 1);
	value_truth(&value, false);
	UNIT_NUMBER(value.number, 2);
	CU_ASSERT(address_parse("192.0.2.7", &address));
	value_ip(&value, &address);
	UNIT_NUMBER(value.type, VALUE_IP);
	UNIT_NUMBER(value.length, 4);
	UNIT_NUMBER(value.octets[3], 7);
	CU_ASSERT(address_parse("2001:db8::1", &address));
	value_ip(&value, &address);
	UNIT_NUMBER(value.length, 4);
	UNIT_NUMBER(value.octets[0], 0);
	value_octets(&value, "a\0b", 3);
	UNIT_NUMBER(value.length, 3);
	UNIT_NUMBER(value.octets[2], 'b');
}

static const struct unit_test tests[] = {
	UNIT_TEST(it_is_read_when_there_is_another),
	UNIT_TEST(what_is_no_configuration_is_none),
	UNIT_TEST(values_of_other_mibs),
};

int main(void)
{
	int status;

	if (!mkdtemp(directory))
		return 1;
	snprintf(path, sizeof(path), "%s/" CONF_PUBLISHED, directory);
	status = unit_main("snmp_published", tests, UNIT_COUNT(tests));
	unlink(path);
	rmdir(directory);
	return status;
}
