/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS and authentication in force, from a web-config.yml. The file, the certificate and the key are
 * looked at once a second while there are connections, and read anew when they have changed; if
 * they are wrong then, what was in force stays.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_WEB_H
#define LBD_EXPORTERS_PROMETHEUS_WEB_H

#include "exporters/prometheus/auth.h"

struct bufferevent;
struct event_base;
struct web;

/* NULL with one line in `problem`. */
struct web *web_new(const char *path, struct buffer *problem);
void web_free(struct web *web);
bool web_has_tls(const struct web *web);
/* For a connection that is being accepted. NULL: no memory. `web` may be NULL: a plain one. */
struct bufferevent *web_bufferevent(struct web *web, struct event_base *base);
/* Of the Authorization header, or NULL. */
enum auth_answer web_check(struct web *web, const char *authorization);

#endif
