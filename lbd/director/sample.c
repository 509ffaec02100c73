/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's rows: traffic, connections, weights in force, shares. */
#include "director/board.h"

#include <string.h>

/* Both families have the same counters: where they are in a row, in the order of enum ipvs_counter.
 */
#define COUNTERS_OF(row)                                                                \
	&(row)->connections, &(row)->in_packets, &(row)->out_packets, &(row)->in_bytes, \
		&(row)->out_bytes
#define PUT_RATES(family, row, rates)                                       \
	(stat_put(family, row, connection_rate, (rates)[IPVS_CONNECTIONS]), \
	 stat_put(family, row, in_packet_rate, (rates)[IPVS_IN_PACKETS]),   \
	 stat_put(family, row, out_packet_rate, (rates)[IPVS_OUT_PACKETS]), \
	 stat_put(family, row, in_byte_rate, (rates)[IPVS_IN_BYTES]),       \
	 stat_put(family, row, out_byte_rate, (rates)[IPVS_OUT_BYTES]))
#define UNSET_RATES(family, row)                                                          \
	(stat_unset(family, row, connection_rate), stat_unset(family, row, in_packet_rate), \
	 stat_unset(family, row, out_packet_rate), stat_unset(family, row, in_byte_rate), \
	 stat_unset(family, row, out_byte_rate))

/* Adds what the kernel counted, if the row is in its table; returns what is published then. */
static struct ipvs_counters advance(uint64_t *const counters[IPVS_COUNTERS],
				    uint64_t raw[IPVS_COUNTERS], const struct ipvs_counters *kernel)
{
	struct ipvs_counters published, last;

	for (int i = 0; i < IPVS_COUNTERS; i++)
		published.values[i] = *counters[i];
	if (!kernel)
		return published;
	memcpy(last.values, raw, sizeof(last.values));
	count_advance(&published, &last, kernel);
	memcpy(raw, last.values, sizeof(last.values));
	for (int i = 0; i < IPVS_COUNTERS; i++)
		*counters[i] = published.values[i];
	return published;
}

/* What is not in the table, or was passed over by this dump, keeps what it showed last. */
static void sample_server(struct board_server *slot, const struct ipvs_destination *held,
			  bool frozen, int64_t now)
{
	struct stat_real_server *row = slot->row;
	uint64_t *const counters[] = {COUNTERS_OF(row)};
	struct ipvs_counters published;
	int64_t rates[IPVS_COUNTERS];

	stat_begin(&row->row);
	published = advance(counters, row->kernel, held ? &held->counters : NULL);
	if (held) {
		stat_put(real_server, row, active_connections, held->active);
		stat_put(real_server, row, inactive_connections, held->inactive);
		stat_put(real_server, row, persistent_connections, held->persistent);
	}
	if (count_rates(&slot->rate, &published, frozen, now, rates))
		PUT_RATES(real_server, row, rates);
	else if (frozen)
		UNSET_RATES(real_server, row);
	stat_end(&row->row);
}

static void put_connections(struct stat_virtual_server *row, const struct ipvs_table *table,
			    const struct ipvs_service *held)
{
	int64_t active = 0, inactive = 0, persistent = 0;

	for (uint32_t i = held->first; i < held->first + held->count; i++) {
		active += table->destinations[i].active;
		inactive += table->destinations[i].inactive;
		persistent += table->destinations[i].persistent;
	}
	stat_put(virtual_server, row, active_connections, active);
	stat_put(virtual_server, row, inactive_connections, inactive);
	stat_put(virtual_server, row, persistent_connections, persistent);
}

static void sample_service(struct board_service *service, const struct ipvs_table *actual,
			   const struct ipvs_service *held, bool frozen, int64_t now)
{
	struct stat_virtual_server *row = service->row;
	uint64_t *const counters[] = {COUNTERS_OF(row)};
	struct ipvs_counters published;
	int64_t rates[IPVS_COUNTERS];

	stat_begin(&row->row);
	published = advance(counters, row->kernel, held ? &held->counters : NULL);
	if (held)
		put_connections(row, actual, held);
	if (count_rates(&service->rate, &published, frozen, now, rates))
		PUT_RATES(virtual_server, row, rates);
	else if (frozen)
		UNSET_RATES(virtual_server, row);
	stat_end(&row->row);
}

static const struct ipvs_destination *find_server(const struct ipvs_table *table, uint32_t service,
						  const struct board_server *slot)
{
	uint32_t row = service == IPVS_NONE
			       ? IPVS_NONE
			       : ipvs_table_find_destination(table, service, &slot->key);

	return row == IPVS_NONE ? NULL : &table->destinations[row];
}

void board_sample(struct board *board, const struct ipvs_table *actual, bool frozen, int64_t now)
{
	for (size_t i = 0; i < board->conf->service_count; i++) {
		struct board_service *service = &board->services[i];
		uint32_t row = ipvs_table_find_service(actual, &service->key);

		if (service->row)
			sample_service(service, actual,
				       row == IPVS_NONE ? NULL : &actual->services[row], frozen,
				       now);
		for (uint32_t j = 0; j < service->server_count; j++) {
			struct board_server *slot = &board->servers[service->first_server + j];

			if (slot->row)
				sample_server(slot, find_server(actual, row, slot), frozen, now);
		}
	}
}

static void put_weight(struct stat_real_server *row, const struct ipvs_destination *held)
{
	if (!row)
		return;
	stat_begin(&row->row);
	if (held) {
		stat_put(real_server, row, weight_effective, held->settings.weight);
	} else {
		stat_unset(real_server, row, weight_effective);
		/* Connections to it may linger, but the kernel does not count them any more. */
		stat_unset(real_server, row, active_connections);
		stat_unset(real_server, row, inactive_connections);
		stat_unset(real_server, row, persistent_connections);
	}
	stat_put(real_server, row, in_service, held && held->settings.weight > 0);
	stat_end(&row->row);
}

void board_weights(struct board *board, const struct ipvs_table *held)
{
	for (size_t i = 0; i < board->conf->service_count; i++) {
		const struct board_service *service = &board->services[i];
		uint32_t row = ipvs_table_find_service(held, &service->key);

		for (uint32_t j = 0; j < service->server_count; j++) {
			struct board_server *slot = &board->servers[service->first_server + j];

			put_weight(slot->row, find_server(held, row, slot));
		}
	}
}

/* --- shares ------------------------------------------------------------------------------- */

static void put_share(const struct board_server *slot, const struct share_server *server, bool known)
{
	struct stat_real_server *row = slot->row;

	if (!row)
		return;
	stat_begin(&row->row);
	if (known) {
		stat_put(real_server, row, share, server->share);
		stat_put(real_server, row, share_ideal, server->ideal);
	} else {
		stat_unset(real_server, row, share);
		stat_unset(real_server, row, share_ideal);
	}
	stat_end(&row->row);
}

static void put_shares(const struct board *board, const struct board_service *service)
{
	struct stat_virtual_server *row = service->row;
	bool known = service->share.known;

	for (uint32_t i = service->first_server; i < service->first_server + service->server_count;
	     i++)
		put_share(&board->servers[i], &board->shares[i], known);
	if (!row)
		return;
	stat_begin(&row->row);
	if (known)
		stat_put(virtual_server, row, imbalance, service->share.imbalance);
	else
		stat_unset(virtual_server, row, imbalance);
	stat_end(&row->row);
}

static void take_share(struct board *board, struct board_service *service,
		       const struct ipvs_table *actual, int64_t now)
{
	uint32_t row = ipvs_table_find_service(actual, &service->key);

	for (uint32_t i = service->first_server; i < service->first_server + service->server_count;
	     i++) {
		const struct board_server *slot = &board->servers[i];
		const struct ipvs_destination *held = find_server(actual, row, slot);

		board->shares[i].connections = slot->row ? slot->row->connections : 0;
		board->shares[i].weight = held ? held->settings.weight : 0;
	}
	share_take(&service->share, &board->shares[service->first_server], service->server_count,
		   now);
}

void board_shares(struct board *board, const struct ipvs_table *actual, bool frozen, int64_t now)
{
	for (size_t i = 0; i < board->conf->service_count; i++) {
		struct board_service *service = &board->services[i];

		if (frozen)
			share_forget(&service->share);
		else
			take_share(board, service, actual, now);
		put_shares(board, service);
	}
}
