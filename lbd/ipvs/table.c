/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of services and destinations, with their hash indexes. */
#include "ipvs/table.h"

#include <assert.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

_Static_assert(sizeof(struct ipvs_service_key) == 28,
	       "keys are hashed by words and compared as bytes");
_Static_assert(sizeof(struct ipvs_destination_key) == 24,
	       "keys are hashed by words and compared as bytes");

/* FNV-1a by words. The keys come from our own configuration and kernel: nobody chooses collisions.
 */
static uint32_t hash_words(const void *data, size_t length, uint32_t seed)
{
	const uint8_t *bytes = data;
	uint64_t hash = UINT64_C(14695981039346656037) ^ seed;
	uint32_t word;

	for (size_t i = 0; i + sizeof(word) <= length; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		hash = (hash ^ word) * UINT64_C(1099511628211);
	}
	return (uint32_t)(hash ^ hash >> 32);
}

static uint32_t service_hash(const struct ipvs_service_key *key)
{
	return hash_words(key, sizeof(*key), 0);
}

static uint32_t destination_hash(uint32_t service, const struct ipvs_destination_key *key)
{
	return hash_words(key, sizeof(*key), service + 1);
}

static void index_put(struct ipvs_index *index, uint32_t hash, uint32_t row)
{
	size_t at = hash & (index->size - 1);

	while (index->slots[at] != 0)
		at = (at + 1) & (index->size - 1);
	index->slots[at] = row + 1;
}

/* Makes room for `count` rows at half load. True when that emptied the index: fill it again. */
static bool index_reserve(struct ipvs_index *index, size_t count)
{
	size_t size = index->size ? index->size : 16;

	while (size < count * 2)
		size *= 2;
	if (size == index->size)
		return false;
	free(index->slots);
	index->slots = memory_array(size, sizeof(*index->slots));
	index->size = size;
	return true;
}

static void index_clear(struct ipvs_index *index)
{
	if (index->size)
		memset(index->slots, 0, index->size * sizeof(*index->slots));
}

uint32_t ipvs_table_find_service(const struct ipvs_table *table, const struct ipvs_service_key *key)
{
	const struct ipvs_index *index = &table->service_index;

	if (!index->size)
		return IPVS_NONE;
	for (size_t at = service_hash(key) & (index->size - 1); index->slots[at] != 0;
	     at = (at + 1) & (index->size - 1)) {
		uint32_t row = index->slots[at] - 1;

		if (memcmp(&table->services[row].key, key, sizeof(*key)) == 0)
			return row;
	}
	return IPVS_NONE;
}

uint32_t ipvs_table_find_destination(const struct ipvs_table *table, uint32_t service,
				     const struct ipvs_destination_key *key)
{
	const struct ipvs_index *index = &table->destination_index;

	if (!index->size)
		return IPVS_NONE;
	for (size_t at = destination_hash(service, key) & (index->size - 1); index->slots[at] != 0;
	     at = (at + 1) & (index->size - 1)) {
		uint32_t row = index->slots[at] - 1;

		if (table->destinations[row].service == service &&
		    memcmp(&table->destinations[row].key, key, sizeof(*key)) == 0)
			return row;
	}
	return IPVS_NONE;
}

/* Room for one more row of an array that doubles. */
static void *reserve(void *array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return array;
	*room = *room ? *room * 2 : 16;
	return memory_resize(array, *room, size);
}

static void index_service(struct ipvs_table *table, uint32_t row)
{
	index_put(&table->service_index, service_hash(&table->services[row].key), row);
}

static void index_destination(struct ipvs_table *table, uint32_t row)
{
	const struct ipvs_destination *destination = &table->destinations[row];

	index_put(&table->destination_index,
		  destination_hash(destination->service, &destination->key), row);
}

struct ipvs_service *ipvs_table_add_service(struct ipvs_table *table,
					    const struct ipvs_service_key *key, bool *added)
{
	uint32_t row = ipvs_table_find_service(table, key);
	struct ipvs_service *service;

	*added = row == IPVS_NONE;
	if (!*added)
		return &table->services[row];
	row = (uint32_t)table->service_count++;
	table->services =
		reserve(table->services, row, &table->service_room, sizeof(*table->services));
	service = &table->services[row];
	memset(service, 0, sizeof(*service));
	service->key = *key;
	if (index_reserve(&table->service_index, table->service_count)) {
		for (uint32_t i = 0; i < row; i++)
			index_service(table, i);
	}
	index_service(table, row);
	return service;
}

struct ipvs_destination *ipvs_table_add_destination(struct ipvs_table *table, uint32_t service,
						    const struct ipvs_destination_key *key,
						    bool *added)
{
	uint32_t row = ipvs_table_find_destination(table, service, key);
	struct ipvs_service *owner = &table->services[service];
	struct ipvs_destination *destination;

	*added = row == IPVS_NONE;
	if (!*added)
		return &table->destinations[row];
	row = (uint32_t)table->destination_count++;
	if (owner->count == 0)
		owner->first = row;
	assert(owner->first + owner->count == row);
	owner->count++;
	table->destinations = reserve(table->destinations, row, &table->destination_room,
				      sizeof(*table->destinations));
	destination = &table->destinations[row];
	memset(destination, 0, sizeof(*destination));
	destination->key = *key;
	destination->service = service;
	if (index_reserve(&table->destination_index, table->destination_count)) {
		for (uint32_t i = 0; i < row; i++)
			index_destination(table, i);
	}
	index_destination(table, row);
	return destination;
}

void ipvs_table_clear(struct ipvs_table *table)
{
	table->service_count = 0;
	table->destination_count = 0;
	index_clear(&table->service_index);
	index_clear(&table->destination_index);
}

void ipvs_table_free(struct ipvs_table *table)
{
	free(table->services);
	free(table->destinations);
	free(table->service_index.slots);
	free(table->destination_index.slots);
	memset(table, 0, sizeof(*table));
}

static void *copy_rows(void *into, size_t *room, const void *from, size_t count, size_t size)
{
	if (*room < count) {
		*room = count;
		into = memory_resize(into, count, size);
	}
	if (count > 0)
		memcpy(into, from, count * size);
	return into;
}

static void copy_index(struct ipvs_index *into, const struct ipvs_index *from)
{
	if (into->size != from->size) {
		free(into->slots);
		into->slots = from->size ? memory_array(from->size, sizeof(*into->slots)) : NULL;
		into->size = from->size;
	}
	if (from->size)
		memcpy(into->slots, from->slots, from->size * sizeof(*into->slots));
}

void ipvs_table_copy(struct ipvs_table *into, const struct ipvs_table *from)
{
	into->services = copy_rows(into->services, &into->service_room, from->services,
				   from->service_count, sizeof(*into->services));
	into->destinations =
		copy_rows(into->destinations, &into->destination_room, from->destinations,
			  from->destination_count, sizeof(*into->destinations));
	into->service_count = from->service_count;
	into->destination_count = from->destination_count;
	copy_index(&into->service_index, &from->service_index);
	copy_index(&into->destination_index, &from->destination_index);
}

bool ipvs_service_settings_equal(const struct ipvs_service_settings *a,
				 const struct ipvs_service_settings *b)
{
	if (a->flags != b->flags || strcmp(a->scheduler, b->scheduler) != 0 ||
	    strcmp(a->engine, b->engine) != 0)
		return false;
	if (!(a->flags & IP_VS_SVC_F_PERSISTENT))
		return true;
	return a->timeout == b->timeout && a->netmask == b->netmask;
}

/* The type of a tunnel matters only to a tunnel, its port and flags only beyond IPIP. */
static bool tunnel_equal(const struct ipvs_destination_settings *a,
			 const struct ipvs_destination_settings *b)
{
	if (a->forwarding != IP_VS_CONN_F_TUNNEL)
		return true;
	if (a->tunnel_type != b->tunnel_type)
		return false;
	if (a->tunnel_type == IP_VS_CONN_F_TUNNEL_TYPE_IPIP)
		return true;
	return a->tunnel_port == b->tunnel_port && a->tunnel_flags == b->tunnel_flags;
}

bool ipvs_destination_settings_equal(const struct ipvs_destination_settings *a,
				     const struct ipvs_destination_settings *b)
{
	return a->forwarding == b->forwarding && a->weight == b->weight && a->upper == b->upper &&
	       a->lower == b->lower && tunnel_equal(a, b);
}

static const char *protocol_text(uint16_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "TCP";
	case IPPROTO_UDP:
		return "UDP";
	case IPPROTO_SCTP:
		return "SCTP";
	default:
		return "protocol";
	}
}

const char *ipvs_service_text(const struct ipvs_service_key *key, char text[IPVS_TEXT])
{
	char address[ADDRESS_PORT_TEXT];

	if (key->fwmark)
		snprintf(text, IPVS_TEXT, "fwmark %u%s", key->fwmark,
			 key->address.family == AF_INET6 ? " IPv6" : "");
	else
		snprintf(text, IPVS_TEXT, "%s %s", protocol_text(key->protocol),
			 address_format_port(&key->address, key->port, address));
	return text;
}

const char *ipvs_destination_text(const struct ipvs_service_key *service,
				  const struct ipvs_destination_key *key, char text[IPVS_TEXT])
{
	char address[ADDRESS_PORT_TEXT];

	ipvs_service_text(service, text);
	text_append(text, IPVS_TEXT, " -> %s",
		    address_format_port(&key->address, key->port, address));
	return text;
}

const char *ipvs_forwarding_text(uint32_t forwarding)
{
	static const char *const names[] = {"NAT", "local", "TUN", "DR", "bypass"};

	return forwarding < sizeof(names) / sizeof(names[0]) ? names[forwarding] : "unknown";
}
