/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits on the HTTP server's connections: how many there are, and how long each may take from
 * accept to last byte, however slowly it talks. evhttp has neither; it limits silence and header
 * size alone.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_GUARD_H
#define LBD_EXPORTERS_PROMETHEUS_GUARD_H

#include <stdint.h>

struct evhttp;
struct guard;
struct loop;
struct web;

/* Watches all connections of `http`, which must go (evhttp_free) before guard_free(), and makes
 * them as `web` (web.h; may be NULL) says. */
struct guard *guard_new(struct loop *loop, struct evhttp *http, struct web *web, unsigned most,
			int64_t deadline);
void guard_free(struct guard *guard);

/* Connections closed since the start: because there were too many; because they took too long. */
uint64_t guard_refused(const struct guard *guard);
uint64_t guard_overdue(const struct guard *guard);

#endif
