/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Basic authentication (RFC 7617). Checking a password takes a tenth of a second on purpose, so one
 * that was right is remembered, as a keyed digest, and the slow checks are rationed: who guesses
 * cannot keep those waiting who are known.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_AUTH_H
#define LBD_EXPORTERS_PROMETHEUS_AUTH_H

#include <stdint.h>

#include "exporters/prometheus/web_config.h"

enum auth_answer { AUTH_RIGHT, AUTH_WRONG, AUTH_LATER };

struct auth;

/* `users` must stay. NULL when the library has no random numbers. */
struct auth *auth_new(const struct web_user *users, size_t count);
void auth_free(struct auth *auth);
/* `authorization`: the header, or NULL. AUTH_LATER: too many unknown passwords just now. An unknown
 * user takes as long as a known one. */
enum auth_answer auth_check(struct auth *auth, const char *authorization, int64_t now);

#endif
