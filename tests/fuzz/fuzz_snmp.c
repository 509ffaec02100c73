/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: object identifiers as a manager may send them, below the roots of all MIBs. The input is
 * a list of sub-identifiers: a length, then for each a byte of how it is meant (small, any, the next of
 * the last answer) and its value; how much is left of the input chooses the MIB. Each is asked for with
 * GET and GETNEXT: the answer to GETNEXT is always greater, and a GET of it finds the same.
 */
#include "exporters/snmp/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "conf/load.h"
#include "exporters/snmp/keepalived_mib.h"
#include "exporters/snmp/mib.h"
#include "tests/fuzz/fuzz.h"

static struct subtree subtrees[5];
#define SUBTREES (sizeof(subtrees) / sizeof(subtrees[0]))

/* What the MIBs besides LBD-MIB take their rows from. */
static const char configuration[] =
	"vrrp_instance V {\n interface eth0\n virtual_router_id 5\n"
	" authentication {\n auth_type PASS\n auth_pass 1111\n }\n"
	" virtual_ipaddress {\n 192.0.2.1\n 192.0.2.2\n }\n}\n"
	"vrrp_instance W {\n interface eth1\n virtual_router_id 5\n"
	" virtual_ipaddress {\n 192.0.2.3\n }\n}\n"
	"virtual_server 192.0.2.1 80 {\n protocol TCP\n lb_algo wlc\n lb_kind DR\n"
	" real_server 10.0.0.1 80 {\n TCP_CHECK {\n }\n }\n real_server 10.0.0.2 80 {\n }\n}\n"
	"virtual_server 192.0.2.2 53 {\n protocol UDP\n lb_algo rr\n lb_kind NAT\n"
	" real_server 10.0.0.3 53 {\n }\n}\n";

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void add_rows(struct snapshot *snapshot)
{
	for (unsigned i = 0; i < 40; i++) {
		struct stat_real_server row = {.protocol = "TCP"};

		row.row.present = (UINT64_C(1) << STAT_real_server_METRICS) - 1;
		/* Some columns have gaps, and one is empty but for its last row. */
		if (i % 3 == 0)
			stat_unset(real_server, &row, health);
		if (i != 39)
			stat_unset(real_server, &row, weight);
		snprintf(row.virtual_server, sizeof(row.virtual_server),
			 i % 2 ? "192.0.2.%u:80" : "[2001:db8::%u]:443", i / 4);
		snprintf(row.real_server, sizeof(row.real_server), "10.0.0.%u:%u", i, i * 100);
		snapshot_add(snapshot, STAT_FAMILY_REAL_SERVER, &row);
	}
	for (unsigned i = 0; i < 12; i++) {
		struct stat_vrrp row = {.interface = "eth0", .family = "ipv4"};

		row.row.present = UINT64_MAX >> (64 - STAT_vrrp_METRICS);
		snprintf(row.interface, sizeof(row.interface), "eth%u", i % 2);
		snprintf(row.family, sizeof(row.family), "ipv%u", i % 2 ? 6 : 4);
		snprintf(row.vrid, sizeof(row.vrid), "%u", i / 2);
		snapshot_add(snapshot, STAT_FAMILY_VRRP, &row);
	}
}

static void add_links(struct links *links)
{
	for (unsigned i = 0; i < 2; i++) {
		struct link_info link = {.index = i + 2};

		snprintf(link.name, sizeof(link.name), "eth%u", i);
		links_add(links, &link);
	}
	links_sort(links);
}

static int read_file(void *context, const char *path, char **text, size_t *length, char **identity)
{
	(void)context;
	*text = memory_string(configuration);
	*length = strlen(*text);
	*identity = memory_string(path);
	return 0;
}

static char **match_file(void *context, const char *pattern, size_t *count)
{
	char **names = memory_array(1, sizeof(*names));

	(void)context;
	names[0] = memory_string(pattern);
	*count = 1;
	return names;
}

static bool interface_exists(const char *name)
{
	(void)name;
	return true;
}

static struct published *published(void)
{
	const struct source_files files = {.read = read_file, .match = match_file};
	const struct conf_environment environment = {interface_exists, NULL, "main"};
	struct conf_diagnostics diagnostics;
	struct conf *conf = load_files(&files, "fuzz", &environment, &diagnostics);
	char line[1024];

	for (size_t i = 0; !conf && i < diagnostics.count; i++) {
		conf_diagnostic_format(&diagnostics.list[i], line, sizeof(line));
		fprintf(stderr, "%s\n", line);
	}
	conf_diagnostics_free(&diagnostics);
	require(conf != NULL);
	return published_new(conf);
}

static void add_subtrees(void)
{
	struct object_id base;

	mib_base_parse(MIB_BASE, &base);
	subtree_lbd(&subtrees[0], &base);
	subtree_vrrp(&subtrees[1]);
	subtree_vrrpv3(&subtrees[2]);
	subtree_keepalived(&subtrees[3]);
	subtree_system(&subtrees[4]);
}

/* Every MIB has something to be found in it. */
static void look(const struct view *view)
{
	struct object_id found;
	struct value value;

	for (size_t i = 0; i < SUBTREES; i++) {
		unsigned count = 0;

		found.count = 0;
		while (view_next(view, i, found.ids, found.count, &found, &value))
			count++;
		require(count > 5);
	}
}

static const struct view *the_view(void)
{
	static struct view *view;
	struct circumstances circumstances = {.wall = 1, .notifications = 1};
	struct snapshot snapshot = {0};
	struct history history = {0};

	if (view)
		return view;
	add_subtrees();
	add_rows(&snapshot);
	add_links(&circumstances.links);
	circumstances.published = published();
	for (unsigned i = 1; i <= 3; i++)
		history_add(&history, &(struct history_entry){.number = i * 1000000007u});
	view = view_new(subtrees, SUBTREES, &snapshot, &history, circumstances);
	history_free(&history);
	look(view);
	return view;
}

static void ask(size_t which, const struct object_id *id, struct object_id *last)
{
	const struct view *view = the_view();
	struct value value, again;
	struct object_id found;

	view_get(view, which, id->ids, id->count, &value);
	if (!view_next(view, which, id->ids, id->count, &found, &value))
		return;
	require(object_id_compare(id->ids, id->count, found.ids, found.count) < 0);
	require(view_get(view, which, found.ids, found.count, &again) == VIEW_FOUND);
	require(again.type == value.type && again.number == value.number &&
		again.length == value.length);
	*last = found;
}

static size_t take(const uint8_t *data, size_t size, struct object_id *id,
		   const struct object_id *last)
{
	uint8_t bytes[4] = {0};

	if (size < 5)
		return 0;
	memcpy(bytes, data + 1, sizeof(bytes));
	if (data[0] % 4 == 3)
		*id = *last;
	else if (data[0] % 4 == 2)
		object_id_add(id, UINT32_MAX - bytes[0] % 3);
	else if (data[0] % 4 == 1)
		object_id_add(id, (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
					  (uint32_t)bytes[2] << 8 | bytes[3]);
	else
		object_id_add(id, bytes[0] % 128);
	return 5;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct object_id last[SUBTREES] = {0};

	while (size > 0) {
		size_t wanted = data[0] % (OBJECT_ID_MOST + 1), which = size % SUBTREES;
		struct object_id id = {0};
		size_t used;

		data++;
		size--;
		for (; wanted > 0 && (used = take(data, size, &id, &last[which])) > 0; wanted--) {
			data += used;
			size -= used;
			ask(which, &id, &last[which]);
		}
		if (wanted > 0)
			break;
		ask(which, &id, &last[which]);
	}
	return 0;
}
