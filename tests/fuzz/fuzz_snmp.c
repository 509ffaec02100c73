/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: object identifiers as a manager may send them, below the root of each MIB. The input is
 * a byte that chooses the MIB, and a list of identifiers: a length, then for each sub-identifier a byte
 * of how it is meant (small, any, close to the largest, the whole last answer) and its value. What has
 * been read so far is asked for after each, with GET and GETNEXT: the answer to GETNEXT is always
 * greater, and a GET of it finds the same.
 *
 * A fuzz over nothing cannot fail, so it begins with a look whether each table has objects.
 */
#include "exporters/snmp/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "exporters/snmp/keepalived_mib.h"
#include "exporters/snmp/mib.h"
#include "tests/fuzz/fuzz.h"

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* With every number. */
static void add_row(struct snapshot *snapshot, enum stat_family_id id, struct stat_row *row)
{
	row->present = UINT64_MAX >> (64 - stat_families[id].metric_count);
	snapshot_add(snapshot, id, row);
}

/* Some columns have gaps, and one is empty but for its last row. */
static void add_servers(struct snapshot *snapshot)
{
	for (unsigned i = 0; i < 40; i++) {
		struct stat_real_server row = {.protocol = "TCP"};

		row.row.present = UINT64_MAX >> (64 - STAT_real_server_METRICS);
		stat_put(real_server, &row, health, i % 2 ? HEALTH_UP : HEALTH_DOWN);
		if (i % 3 == 0)
			stat_unset(real_server, &row, health);
		if (i != 39)
			stat_unset(real_server, &row, weight);
		snprintf(row.virtual_server, sizeof(row.virtual_server),
			 i % 2 ? "192.0.2.%u:80" : "[2001:db8::%u]:443", i / 4);
		snprintf(row.real_server, sizeof(row.real_server), "10.0.0.%u:%u", i, i * 100);
		snapshot_add(snapshot, STAT_FAMILY_REAL_SERVER, &row.row);
	}
}

/* What the configuration names, as the processes that it is for would. */
static void add_configured(struct snapshot *snapshot, struct links *links, const struct conf *conf)
{
	char name[CONF_NAME];

	for (uint32_t i = 0; i < conf->instance_count; i++) {
		const struct conf_vrrp_instance *instance = &conf->instances[i];
		struct link_info link = {.index = i + 2};
		struct stat_vrrp row = {.family = "ipv4"};

		TEXT_COPY(link.name, instance->interface);
		links_add(links, &link);
		TEXT_COPY(row.interface, instance->interface);
		TEXT_APPEND(row.vrid, "%u", instance->vrid);
		add_row(snapshot, STAT_FAMILY_VRRP, &row.row);
	}
	for (uint32_t i = 0; i < conf->service_count; i++) {
		struct stat_virtual_server row = {0};

		TEXT_COPY(row.protocol, conf_protocol_name(&conf->services[i]));
		TEXT_COPY(row.virtual_server, conf_service_name(&conf->services[i], name));
		add_row(snapshot, STAT_FAMILY_VIRTUAL_SERVER, &row.row);
	}
	links_sort(links);
}

/* The other families have a row, with a text in every label. */
static void add_others(struct snapshot *snapshot)
{
	for (unsigned id = 0; id < STAT_FAMILY_COUNT; id++) {
		const struct stat_family *family = &stat_families[id];
		char *row;

		if (snapshot->families[id].count > 0)
			continue;
		row = memory_new(family->stride);
		for (size_t i = 0; i < family->label_count; i++)
			text_copy(row + family->labels[i].offset, family->labels[i].size,
				  family->labels[i].name);
		add_row(snapshot, (enum stat_family_id)id, (struct stat_row *)(void *)row);
		free(row);
	}
}

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

/* --- what is asked */

enum { LBD_MIB, VRRP_MIB, VRRPV3_MIB, KEEPALIVED_MIB, SYSTEM, SUBTREES };

static struct subtree subtrees[SUBTREES];

static void make_subtrees(void)
{
	struct object_id base;

	require(mib_base_parse(MIB_BASE, &base));
	subtree_lbd(&subtrees[LBD_MIB], &base);
	subtree_vrrp(&subtrees[VRRP_MIB]);
	subtree_vrrpv3(&subtrees[VRRPV3_MIB]);
	subtree_keepalived(&subtrees[KEEPALIVED_MIB]);
	subtree_system(&subtrees[SYSTEM]);
}

/* Has the column a value in any row? */
static bool has_objects(const struct view *view, size_t which, const struct table *table,
			const struct column *column)
{
	struct object_id id = {0}, found;
	struct value value;

	object_id_add_all(&id, table->arcs, table->arc_count);
	object_id_add(&id, column->id);
	return view_next(view, which, id.ids, id.count, &found, &value) &&
	       found.count > id.count && memcmp(found.ids, id.ids, id.count * sizeof(*id.ids)) == 0;
}

/* KEEPALIVED-MIB has objects of what lbd does not do. */
static bool is_promised(size_t which, const struct column *column)
{
	const struct keepalived_source *source = column->what;

	return which != KEEPALIVED_MIB || source->read != keepalived_none;
}

/* Has each table something in it? */
static void look(const struct view *view, size_t which)
{
	for (size_t i = 0; i < subtrees[which].table_count; i++) {
		const struct table *table = subtrees[which].tables[i];
		size_t promised = 0, there = 0;

		for (size_t j = 0; j < table->column_count; j++) {
			require(j == 0 || table->columns[j - 1].id < table->columns[j].id);
			promised += is_promised(which, &table->columns[j]);
			there += has_objects(view, which, table, &table->columns[j]);
		}
		if (promised == 0 || there > 0)
			continue;
		fprintf(stderr, "%s: nothing in %s\n", subtrees[which].name, table->name);
		abort();
	}
}

static const struct view *the_view(void)
{
	static struct view *view;
	struct conf *conf;
	struct circumstances now = {.wall = 1};
	struct snapshot snapshot = {0};
	struct history history = {0};

	if (view)
		return view;
	make_subtrees();
	conf = load_conf();
	add_servers(&snapshot);
	add_configured(&snapshot, &now.links, conf);
	add_others(&snapshot);
	now.published = published_new(conf);
	for (unsigned i = 1; i <= 3; i++)
		history_add(&history, &(struct history_entry){.number = i * 1000000007u});
	view = view_new(subtrees, SUBTREES, &snapshot, &history, now);
	history_free(&history);
	for (size_t i = 0; i < SUBTREES; i++)
		look(view, i);
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
	which = data[0] % SUBTREES;
	data++;
	size--;
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
