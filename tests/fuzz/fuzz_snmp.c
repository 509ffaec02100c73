/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: object identifiers as a manager may send them, below the root of each MIB. The input is
 * a list of sub-identifiers: a length, then for each a byte of how it is meant (small, any, the next of
 * the last answer) and its value. Each is asked for with GET and GETNEXT: the answer to GETNEXT is
 * always greater, and a GET of it finds the same.
 */
#include "exporters/snmp/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exporters/snmp/keepalived_mib.h"
#include "exporters/snmp/mib.h"
#include "tests/fuzz/fuzz.h"

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
	for (unsigned i = 0; i < 5; i++) {
		struct stat_vrrp row = {.interface = "eth0", .family = "ipv4"};

		row.row.present = UINT64_MAX >> (64 - STAT_vrrp_METRICS);
		snprintf(row.vrid, sizeof(row.vrid), "%u", i);
		snapshot_add(snapshot, STAT_FAMILY_VRRP, &row);
	}
}

enum { LBD_MIB, VRRP_MIB, VRRPV3_MIB, KEEPALIVED_MIB, SUBTREES };

/* Much of what can be written. */
static struct conf *load_conf(void)
{
	const char *top = getenv("srcdir");
	struct conf_diagnostics diagnostics = {0};
	struct conf *conf;
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/lab/differential/rich.conf", top ? top : ".");
	conf = conf_load(path, NULL, &diagnostics);
	conf_diagnostics_free(&diagnostics);
	require(conf != NULL);
	return conf;
}

static const struct view *the_view(void)
{
	static struct view *view;
	static struct subtree subtrees[SUBTREES];
	struct circumstances now = {.wall = 1};
	struct snapshot snapshot = {0};
	struct history history = {0};
	struct link_info link = {.name = "eth0", .index = 2};
	struct object_id base;

	if (view)
		return view;
	mib_base_parse(MIB_BASE, &base);
	subtree_lbd(&subtrees[LBD_MIB], &base);
	subtree_vrrp(&subtrees[VRRP_MIB]);
	subtree_vrrpv3(&subtrees[VRRPV3_MIB]);
	subtree_keepalived(&subtrees[KEEPALIVED_MIB]);
	now.published = published_new(load_conf());
	links_add(&now.links, &link);
	links_sort(&now.links);
	add_rows(&snapshot);
	for (unsigned i = 1; i <= 3; i++)
		history_add(&history, &(struct history_entry){.number = i * 1000000007u});
	view = view_new(subtrees, SUBTREES, &snapshot, &history, now);
	history_free(&history);
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
	struct object_id last = {0};
	size_t which;

	if (size == 0)
		return 0;
	which = size % SUBTREES;
	while (size > 0) {
		size_t wanted = data[0] % (OBJECT_ID_MOST + 1);
		struct object_id id = {0};
		size_t used;

		data++;
		size--;
		for (; wanted > 0 && (used = take(data, size, &id, &last)) > 0; wanted--) {
			data += used;
			size -= used;
			ask(which, &id, &last);
		}
		if (wanted > 0)
			break;
		ask(which, &id, &last);
	}
	return 0;
}
