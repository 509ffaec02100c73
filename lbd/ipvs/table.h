/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of virtual services with their destinations: the kernel's as read, or the one we want.
 * Plain values in two arrays with a hash index over each, so that two tables of ten thousand
 * destinations are compared in linear time. Clearing keeps the memory: a table that is filled again
 * does not allocate once it has seen its size.
 *
 * Rows are keyed by what they are, never by position: a dump of the kernel's may repeat or skip
 * rows while somebody changes the table, and a repeated row lands on the first one.
 */
#ifndef LBD_IPVS_TABLE_H
#define LBD_IPVS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

/* Room for ipvs_service_text() and ipvs_destination_text(). */
#define IPVS_TEXT 192
#define IPVS_NAME 16 /* IP_VS_SCHEDNAME_MAXLEN, IP_VS_PENAME_MAXLEN */
#define IPVS_NONE UINT32_MAX

/* Compared byte by byte: no padding, unused parts are zero. */
struct ipvs_service_key {
	struct address address; /* for a firewall mark: its family alone */
	uint32_t fwmark;        /* else 0 */
	uint16_t protocol;      /* IPPROTO_…; 0: firewall mark */
	uint16_t port;          /* host order */
};

struct ipvs_service_settings {
	char scheduler[IPVS_NAME];
	char engine[IPVS_NAME]; /* persistence engine, or "" */
	uint32_t flags;         /* IP_VS_SVC_F_PERSISTENT, ONEPACKET, SCHED1…3; no other */
	uint32_t timeout;       /* seconds; only with PERSISTENT */
	uint32_t netmask; /* only with PERSISTENT: IPv4 in network order, IPv6 prefix length */
};

struct ipvs_destination_key {
	struct address address;
	uint16_t port; /* host order */
	uint16_t reserved;
};

struct ipvs_destination_settings {
	uint32_t forwarding; /* IP_VS_CONN_F_MASQ, TUNNEL, DROUTE, … */
	int32_t weight;
	uint32_t upper, lower; /* connection thresholds; 0: none */
	uint16_t tunnel_port;  /* host order */
	uint16_t tunnel_flags;
	uint8_t tunnel_type; /* IP_VS_CONN_F_TUNNEL_TYPE_… */
	uint8_t reserved[3];
};

/* In the order of IPVS_STATS_ATTR_…, and of the counters in the rows of the segment. */
enum ipvs_counter {
	IPVS_CONNECTIONS,
	IPVS_IN_PACKETS,
	IPVS_OUT_PACKETS,
	IPVS_IN_BYTES,
	IPVS_OUT_BYTES,
	IPVS_COUNTERS
};

struct ipvs_counters {
	uint64_t values[IPVS_COUNTERS];
};

struct ipvs_service {
	struct ipvs_service_key key;
	struct ipvs_service_settings settings;
	struct ipvs_counters counters;
	uint32_t first, count; /* its destinations, side by side in the table */
};

struct ipvs_destination {
	struct ipvs_destination_key key;
	struct ipvs_destination_settings settings;
	struct ipvs_counters counters;
	uint32_t active, inactive, persistent; /* connections now */
	uint32_t service;                      /* index of the service it is under */
};

struct ipvs_index {
	uint32_t *slots; /* row + 1; 0: free */
	size_t size;     /* a power of two, or 0 */
};

struct ipvs_table {
	struct ipvs_service *services;
	size_t service_count, service_room;
	struct ipvs_destination *destinations;
	size_t destination_count, destination_room;
	struct ipvs_index service_index, destination_index;
};

/* A zeroed struct is an empty table. */
void ipvs_table_clear(struct ipvs_table *table);
void ipvs_table_free(struct ipvs_table *table);
void ipvs_table_copy(struct ipvs_table *into, const struct ipvs_table *from);

/* The row with that key, made (zeroed, but for the key) when there is none; *added says which. The
 * pointer is good until the next addition. Destinations are added service by service: all of one,
 * then all of another (asserted). */
struct ipvs_service *ipvs_table_add_service(struct ipvs_table *table,
					    const struct ipvs_service_key *key, bool *added);
struct ipvs_destination *ipvs_table_add_destination(struct ipvs_table *table, uint32_t service,
						    const struct ipvs_destination_key *key,
						    bool *added);

/* The row's number, or IPVS_NONE. */
uint32_t ipvs_table_find_service(const struct ipvs_table *table,
				 const struct ipvs_service_key *key);
uint32_t ipvs_table_find_destination(const struct ipvs_table *table, uint32_t service,
				     const struct ipvs_destination_key *key);

/* Would an edit from one to the other change anything? Settings without effect are not compared. */
bool ipvs_service_settings_equal(const struct ipvs_service_settings *a,
				 const struct ipvs_service_settings *b);
bool ipvs_destination_settings_equal(const struct ipvs_destination_settings *a,
				     const struct ipvs_destination_settings *b);

/* "TCP 192.0.2.1:80", "fwmark 5". Returns text. */
const char *ipvs_service_text(const struct ipvs_service_key *key, char text[IPVS_TEXT]);
/* "TCP 192.0.2.1:80 -> 192.0.2.9:80". Returns text. */
const char *ipvs_destination_text(const struct ipvs_service_key *service,
				  const struct ipvs_destination_key *key, char text[IPVS_TEXT]);
/* "DR", "NAT", "TUN", "local", "bypass" */
const char *ipvs_forwarding_text(uint32_t forwarding);

#endif
