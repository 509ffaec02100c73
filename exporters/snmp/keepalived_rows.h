/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of KEEPALIVED-MIB: an object of the configuration with what the segments know of it. They are
 * made when a view is, and live as long. An index is the place in the configuration, from 1; of
 * a virtual server's servers, the sorry server is the first, as in keepalived.
 */
#ifndef LBD_EXPORTERS_SNMP_KEEPALIVED_ROWS_H
#define LBD_EXPORTERS_SNMP_KEEPALIVED_ROWS_H

#include "exporters/snmp/view.h"

/* The sources of a group of scalars are given the moment. */

struct keepalived_instance {
	const struct conf_vrrp_instance *configured;
	const struct stat_vrrp *now; /* NULL: not known */
};

struct keepalived_address {
	const struct conf_virtual_address *configured;
	const struct keepalived_instance *instance;
	uint32_t interface; /* ifIndex; 0: there is no such interface */
	bool held;          /* by that interface */
};

/* Of the group table: struct conf_group; of its members: struct conf_group_member. */

/* The counters that both kinds of server have. */
enum server_counter {
	SERVER_CONNECTIONS,
	SERVER_IN_PACKETS,
	SERVER_OUT_PACKETS,
	SERVER_IN_BYTES,
	SERVER_OUT_BYTES,
	SERVER_COUNTERS
};

/* What both kinds of server begin with. Of a virtual server with several services, sums. */
struct keepalived_server {
	bool counted, rated, connected; /* are the three that follow known? */
	uint64_t counters[SERVER_COUNTERS];
	int64_t rates[SERVER_COUNTERS]; /* thousandths a second */
	int64_t connections[3];         /* active, inactive, persistent */
	const struct conf_check_settings *checks;
	const char *snmp_name;
};

struct keepalived_virtual_server {
	struct keepalived_server server;
	const struct conf_virtual_server *configured;
	const struct conf_service *service; /* its first */
	const struct stat_virtual_server *now; /* of that; NULL: not known */
};

struct keepalived_real_server {
	struct keepalived_server server;
	const struct conf_virtual_server *owner;
	const struct conf_real_server *configured; /* NULL: the sorry server */
	const struct stat_real_server *now;        /* under the first service; NULL: not known */
	uint32_t failed_checks;
};

/* Another service's traffic is added to a keepalived_server; `row` is one of `family`. All of them are
 * sampled at one time, so the last one tells for all whether there are rates. */
#define KEEPALIVED_ADD_TRAFFIC(server, family, row_) \
	((server)->counted = true, \
	 (server)->rated = stat_has(&(row_)->row, STAT_##family##_connection_rate), \
	 (server)->counters[SERVER_CONNECTIONS] += (row_)->connections, \
	 (server)->counters[SERVER_IN_PACKETS] += (row_)->in_packets, \
	 (server)->counters[SERVER_OUT_PACKETS] += (row_)->out_packets, \
	 (server)->counters[SERVER_IN_BYTES] += (row_)->in_bytes, \
	 (server)->counters[SERVER_OUT_BYTES] += (row_)->out_bytes, \
	 (server)->rates[SERVER_CONNECTIONS] += (row_)->connection_rate, \
	 (server)->rates[SERVER_IN_PACKETS] += (row_)->in_packet_rate, \
	 (server)->rates[SERVER_OUT_PACKETS] += (row_)->out_packet_rate, \
	 (server)->rates[SERVER_IN_BYTES] += (row_)->in_byte_rate, \
	 (server)->rates[SERVER_OUT_BYTES] += (row_)->out_byte_rate)

/* Opens a source whose row is a `struct kind *variable`; `argument` and `value` are as in
 * keepalived_mib.h. */
#define KEEPALIVED_SOURCE(name, kind, variable) \
	static bool name(const struct kind *variable, int64_t argument, struct value *value); \
	bool keepalived_##name(const void *row, const struct moment *moment, int64_t argument, \
			       struct value *value) \
	{ \
		(void)moment; \
		return name(row, argument, value); \
	} \
	static bool name(const struct kind *variable, __attribute__((unused)) int64_t argument, \
			 struct value *value)

/* One row, zeroed before, for who needs no table; the moment has a configuration. */
void keepalived_make_virtual_server(struct keepalived_virtual_server *row,
				    const struct moment *moment, uint32_t number);

/* For struct table's fill(). */
void keepalived_fill_scalars(const struct table *table, const struct moment *moment,
			     struct view_table *rows);
void keepalived_fill_nothing(const struct table *table, const struct moment *moment,
			     struct view_table *rows);
void keepalived_fill_instances(const struct table *table, const struct moment *moment,
			       struct view_table *rows);
void keepalived_fill_addresses(const struct table *table, const struct moment *moment,
			       struct view_table *rows);
void keepalived_fill_groups(const struct table *table, const struct moment *moment,
			    struct view_table *rows);
void keepalived_fill_group_members(const struct table *table, const struct moment *moment,
				   struct view_table *rows);
void keepalived_fill_virtual_servers(const struct table *table, const struct moment *moment,
				     struct view_table *rows);
void keepalived_fill_real_servers(const struct table *table, const struct moment *moment,
				  struct view_table *rows);

/* For struct table's change(). Of what the MIB says can be set, keepalived sets these; it says notWritable
 * of the rest, as far as lbd has the same (accept in version 2, linkbeat, …). */
enum change_check keepalived_change_instance(const struct column *column, const void *row,
					     const struct moment *moment, int64_t value,
					     struct change *change);
enum change_check keepalived_change_real_server(const struct column *column, const void *row,
						const struct moment *moment, int64_t value,
						struct change *change);

#endif
