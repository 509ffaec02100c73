/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rows of a made-up director are called. */
#include "tests/director/made_up.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define SERVERS_EACH 10 /* real servers under one virtual server */
#define SERVICES_MOST 250

/* The daemon's own processes, and one exporter after them: the others say theirs themselves. */
#define PROCESSES (PROCESS_CHECK + 1)

static const struct {
	const char *name;
	const char *text;
} plain_texts[] = {
	{"protocol", "TCP"},    {"interface", "eth0"}, {"family", "ipv4"},
	{"scope", "host"},      {"state", "down"},     {"file", "/etc/lbd/lbd.conf"},
	{"check", "TCP_CHECK"}, {"group", "www"},      {"scheduler", "wlc"},
	{"forwarding", "DR"},
};

static unsigned services(unsigned servers)
{
	unsigned count = (servers + SERVERS_EACH - 1) / SERVERS_EACH;

	return count < SERVICES_MOST ? count : SERVICES_MOST;
}

unsigned label_rows(enum stat_family_id id, unsigned servers)
{
	switch (id) {
	case STAT_FAMILY_REAL_SERVER:
	case STAT_FAMILY_CHECK:
		return servers;
	case STAT_FAMILY_VIRTUAL_SERVER:
		return services(servers);
	case STAT_FAMILY_PROCESS:
		return PROCESSES + 1;
	case STAT_FAMILY_CHILD:
		return PROCESSES - 1;
	case STAT_FAMILY_CONFIG:
	case STAT_FAMILY_IPVS:
	case STAT_FAMILY_EVENT:
		return 1;
	default:
		return 2;
	}
}

enum process_id label_process(enum stat_family_id id, unsigned i)
{
	switch (id) {
	case STAT_FAMILY_PROCESS:
		return i < PROCESSES ? (enum process_id)i : MADE_UP_EXPORTER;
	case STAT_FAMILY_CHILD:
	case STAT_FAMILY_CONFIG:
		return PROCESS_PARENT;
	case STAT_FAMILY_VRRP:
		return PROCESS_VRRP;
	case STAT_FAMILY_CHECK:
		return PROCESS_CHECK;
	case STAT_FAMILY_EVENT:
	case STAT_FAMILY_LAST_EVENT:
		return PROCESS_CONTROL;
	case STAT_FAMILY_EXPORTER:
		return MADE_UP_EXPORTER;
	default:
		return PROCESS_DIRECTOR;
	}
}

static const char *plain_text(const char *name)
{
	for (size_t i = 0; i < sizeof(plain_texts) / sizeof(plain_texts[0]); i++)
		if (strcmp(plain_texts[i].name, name) == 0)
			return plain_texts[i].text;
	return NULL;
}

/* The second instance has a name that every format has to quote. */
static void write_text(char *into, size_t size, const char *name, enum stat_family_id id,
		       unsigned i)
{
	unsigned service =
		(id == STAT_FAMILY_VIRTUAL_SERVER ? i : i / SERVERS_EACH) % SERVICES_MOST;

	if (strcmp(name, "virtual_server") == 0)
		text_append(into, size, "192.0.2.%u:80", service);
	else if (strcmp(name, "real_server") == 0 ||
		 (strcmp(name, "target") == 0 && id == STAT_FAMILY_CHECK))
		text_append(into, size, "10.%u.%u.%u:80", i / 65536, i / 256 % 256, i % 256);
	else if (strcmp(name, "process") == 0)
		text_copy(into, size,
			  process_name(id == STAT_FAMILY_CHILD ? (enum process_id)(i + 1)
							       : label_process(id, i)));
	else if (strcmp(name, "exporter") == 0)
		text_copy(into, size, process_name(MADE_UP_EXPORTER));
	else if (strcmp(name, "cause") == 0 && i == 0)
		text_copy(into, size, "check_failed");
	else if (strcmp(name, "object") == 0 && i == 0)
		text_copy(into, size, "group www 10.0.0.0:80");
	else if (strcmp(name, "vrid") == 0)
		text_append(into, size, "%u", 51 + i);
	else if (strcmp(name, "instance") == 0)
		text_copy(into, size, i == 0 ? "VI_1" : "VI \"2\" \\ \xc3\xa9<&>%");
	else if (plain_text(name))
		text_copy(into, size, plain_text(name));
	else
		text_append(into, size, "%.6s%u", name, i);
}

void label_row(enum stat_family_id id, unsigned i, void *row)
{
	const struct stat_family *family = &stat_families[id];

	for (size_t j = 0; j < family->label_count; j++)
		write_text((char *)row + family->labels[j].offset, family->labels[j].size,
			   family->labels[j].name, id, i);
	for (size_t j = 0; j < family->info_count; j++)
		write_text((char *)row + family->infos[j].offset, family->infos[j].size,
			   family->infos[j].name, id, i);
}
