/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP side of lbd-prometheus: /metrics, /healthz and a landing page over evhttp. Reads the
 * segments at most once a second, however many ask. Every connection carries one request.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_SERVER_H
#define LBD_EXPORTERS_PROMETHEUS_SERVER_H

#include <stdint.h>

#include "base/loop.h"

struct own;
struct server;
struct web;

struct server_options {
	const char *directory; /* of the segments */
	const char *address;   /* to listen on */
	uint16_t port;         /* 0: any */
	const char *version;
	struct web *web; /* web.h: TLS and who may ask; NULL: neither. Must stay */
	struct own *own; /* base/own.h. Must stay */
};

/* Listens. NULL with errno when it cannot. */
struct server *server_new(struct loop *loop, const struct server_options *options);
/* The port that it listens on. */
uint16_t server_port(const struct server *server);
void server_free(struct server *server);

#endif
