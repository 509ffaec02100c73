/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pool: which real servers are fit to serve, what follows from it for the quorum of their
 * virtual server, and hence which IPVS table is desired. Pure state: no kernel, no segment, no
 * events.
 *
 * A server is in service when its check passes. Before the first verdict it is in service too, as
 * with keepalived, unless the configuration says `alpha` or the director remembers it as down.
 */
#ifndef LBD_DIRECTOR_POOL_H
#define LBD_DIRECTOR_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/message.h"
#include "conf/conf.h"
#include "ipvs/ipvs.h"

#define POOL_NEVER INT64_MIN

struct pool_server {
	int32_t weight; /* that it has while it serves: as configured, or set since */
	enum health health;
	int64_t since; /* monotonic ns of the last change of health; POOL_NEVER: none known */
	/* The change that is yet to be told, if any. */
	bool untold;
	enum health from;
	int64_t lasted;                 /* how long `from` had lasted, ns; < 0: not known */
	struct message_verdict verdict; /* that made it */
};

struct pool_virtual_server {
	bool quorum;   /* held */
	int64_t since; /* monotonic ns of its last change; POOL_NEVER */
	bool untold;   /* a change of it is yet to be told */
	uint64_t weight_up;
	uint32_t servers_up;
	bool stale; /* a health changed: settle it */
};

struct pool {
	const struct conf *conf;                     /* borrowed */
	struct pool_server *servers;                 /* as conf->real_servers */
	struct pool_virtual_server *virtual_servers; /* as conf->virtual_servers */
};

/* What was known of a real server before: its health (HEALTH_UNKNOWN: nothing) and since when; a
 * weight that was set (< 0: none), which counts while the configuration has the weight that it had
 * then. */
struct pool_memory {
	enum health health;
	int64_t since;
	int32_t weight, weight_configured;
};

/* Begins with a configuration. `memory` has one entry per real server; NULL: nothing is remembered.
 * Quorums are settled without anything to tell. */
void pool_begin(struct pool *pool, const struct conf *conf, const struct pool_memory *memory);
void pool_free(struct pool *pool);

/* Remembers the quorum that a virtual server had: hysteresis needs it. Before pool_settle(). */
void pool_remember_quorum(struct pool *pool, uint32_t virtual_server, bool held, int64_t since);

bool pool_serves(const struct pool *pool, uint32_t real_server);

/* Takes a verdict of the configuration in force. True when it changes the server's health. */
bool pool_judge(struct pool *pool, const struct message_verdict *verdict, int64_t now);

/* Gives a real server another weight than the configuration does, until it does otherwise. */
void pool_set_weight(struct pool *pool, uint32_t real_server, int32_t weight);

/* Counts weights and decides the quorums of virtual servers whose servers changed. */
void pool_settle(struct pool *pool, int64_t now);

/* Does the sorry server serve? */
bool pool_sorry_active(const struct pool *pool, uint32_t virtual_server);

/* The IPVS table that follows from all this. Of two services with the same key the first counts;
 * the configuration's own checks refuse the second. */
void pool_desire(const struct pool *pool, struct ipvs_table *desired);

/* How the kernel calls a configured service, and a real server under it. */
struct ipvs_service_key pool_service_key(const struct conf_service *service);
struct ipvs_destination_key pool_server_key(const struct conf_service *service,
					    const struct conf_real_server *server);
/* The same of its sorry server. */
struct ipvs_destination_key pool_sorry_key(const struct conf_service *service,
					   const struct conf_virtual_server *owner);

#endif
