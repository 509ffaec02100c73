/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IPVS table in memory. Changing it copies it: tests are small, and it stays simple. */
#include "ipvs/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Copies `from`, leaving out a service or a destination (IPVS_NONE: nothing). */
static void copy_without(struct ipvs_table *into, const struct ipvs_table *from, uint32_t service,
			 uint32_t destination)
{
	bool added;

	ipvs_table_clear(into);
	for (uint32_t i = 0; i < from->service_count; i++) {
		const struct ipvs_service *row = &from->services[i];
		struct ipvs_service *copy;
		uint32_t at = (uint32_t)into->service_count;

		if (i == service)
			continue;
		copy = ipvs_table_add_service(into, &row->key, &added);
		copy->settings = row->settings;
		copy->counters = row->counters;
		for (uint32_t j = row->first; j < row->first + row->count; j++) {
			struct ipvs_destination *same;

			if (j == destination)
				continue;
			same = ipvs_table_add_destination(into, at, &from->destinations[j].key,
							  &added);
			*same = from->destinations[j];
			same->service = at;
		}
	}
}

static void replace(struct ipvs_memory *memory, struct ipvs_table *table)
{
	ipvs_table_free(&memory->table);
	memory->table = *table;
}

static void remove_row(struct ipvs_memory *memory, uint32_t service, uint32_t destination)
{
	struct ipvs_table table = {0};

	copy_without(&table, &memory->table, service, destination);
	replace(memory, &table);
}

static int memory_read(struct ipvs_backend *backend, struct ipvs_table *into)
{
	struct ipvs_memory *memory = (struct ipvs_memory *)backend;

	memory->reads++;
	if (memory->read_error)
		return memory->read_error;
	copy_without(into, &memory->table, IPVS_NONE, memory->hidden);
	memory->hidden = IPVS_NONE;
	return 0;
}

static int memory_info(struct ipvs_backend *backend, struct ipvs_info *into)
{
	struct ipvs_memory *memory = (struct ipvs_memory *)backend;

	*into = memory->info;
	return memory->read_error;
}

static int memory_sync(struct ipvs_backend *backend, struct ipvs_sync into[IPVS_SYNC_ROLES])
{
	struct ipvs_memory *memory = (struct ipvs_memory *)backend;

	memcpy(into, memory->sync, sizeof(memory->sync));
	return memory->read_error;
}

static int apply_service(struct ipvs_memory *memory, const struct ipvs_operation *operation,
			 uint32_t row)
{
	bool added;

	switch (operation->verb) {
	case IPVS_ADD_SERVICE:
		if (row != IPVS_NONE)
			return -EEXIST;
		ipvs_table_add_service(&memory->table, &operation->service, &added)->settings =
			operation->service_settings;
		return 0;
	case IPVS_EDIT_SERVICE:
		if (row == IPVS_NONE)
			return -ESRCH;
		memory->table.services[row].settings = operation->service_settings;
		return 0;
	default:
		if (row == IPVS_NONE)
			return -ESRCH;
		remove_row(memory, row, IPVS_NONE);
		return 0;
	}
}

/* Destinations lie side by side: a new one goes in while the table is copied. */
static void add_destination(struct ipvs_memory *memory, const struct ipvs_operation *operation,
			    uint32_t service)
{
	struct ipvs_table table = {0};
	bool added;

	for (uint32_t i = 0; i < memory->table.service_count; i++) {
		const struct ipvs_service *row = &memory->table.services[i];
		struct ipvs_service *copy = ipvs_table_add_service(&table, &row->key, &added);

		copy->settings = row->settings;
		copy->counters = row->counters;
		for (uint32_t j = row->first; j < row->first + row->count; j++) {
			const struct ipvs_destination *held = &memory->table.destinations[j];

			*ipvs_table_add_destination(&table, i, &held->key, &added) = *held;
		}
		if (i == service)
			ipvs_table_add_destination(&table, i, &operation->destination, &added)
				->settings = operation->destination_settings;
	}
	replace(memory, &table);
}

static int apply_destination(struct ipvs_memory *memory, const struct ipvs_operation *operation,
			     uint32_t service)
{
	uint32_t row;

	if (service == IPVS_NONE)
		return -ESRCH;
	row = ipvs_table_find_destination(&memory->table, service, &operation->destination);
	switch (operation->verb) {
	case IPVS_ADD_DESTINATION:
		if (row != IPVS_NONE)
			return -EEXIST;
		if (memory->refused_last &&
		    operation->destination.address.bytes[3] == memory->refused_last)
			return -EINVAL;
		add_destination(memory, operation, service);
		return 0;
	case IPVS_EDIT_DESTINATION:
		if (row == IPVS_NONE)
			return -ENOENT;
		memory->table.destinations[row].settings = operation->destination_settings;
		return 0;
	default:
		if (row == IPVS_NONE)
			return -ENOENT;
		remove_row(memory, IPVS_NONE, row);
		return 0;
	}
}

static int memory_apply(struct ipvs_backend *backend, const struct ipvs_operation *operation)
{
	struct ipvs_memory *memory = (struct ipvs_memory *)backend;
	uint32_t service = ipvs_table_find_service(&memory->table, &operation->service);

	if (memory->apply_error) {
		if (memory->apply_good == 0)
			return memory->apply_error;
		memory->apply_good--;
	}
	memory->applied++;
	if (operation->verb <= IPVS_DELETE_SERVICE)
		return apply_service(memory, operation, service);
	return apply_destination(memory, operation, service);
}

static void memory_free(struct ipvs_backend *backend)
{
	struct ipvs_memory *memory = (struct ipvs_memory *)backend;

	ipvs_table_free(&memory->table);
	free(memory);
}

static const struct ipvs_backend_calls memory_calls = {memory_read, memory_info, memory_sync,
						       memory_apply, memory_free};

struct ipvs_memory *ipvs_memory_new(void)
{
	struct ipvs_memory *memory = memory_new(sizeof(*memory));

	memory->backend.calls = &memory_calls;
	memory->info.version = 0x010201;
	memory->info.table_size = 4096;
	memory->hidden = IPVS_NONE;
	return memory;
}

void ipvs_memory_clear(struct ipvs_memory *memory)
{
	ipvs_table_clear(&memory->table);
}
