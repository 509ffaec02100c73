/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The numbers of another machine: asked of its lbd-prometheus, with libcurl. They fill the same
 * snapshot that local segments fill, so the modes do not know the difference.
 *
 * The answer is bounded in size and time, redirections are not followed, proxies not used, and with
 * TLS the other side has to prove who it is. Blocks; for programs that have nothing else to do.
 */
#ifndef LBD_EXPORTERS_NAGIOS_REMOTE_H
#define LBD_EXPORTERS_NAGIOS_REMOTE_H

#include "exporters/base/snapshot.h"

#define REMOTE_PORT 9165
#define REMOTE_ERROR 400
/* Ten thousand real servers are 14 MB of text. */
#define REMOTE_BODY_MOST (64 << 20)

/* What is the same for every host that is asked. Absent texts are NULL. */
struct remote {
	unsigned port;
	bool tls;
	const char *ca_file; /* who signs the other side's certificate; NULL: the system's */
	const char *certificate, *key; /* ours */
	const char *user;
	const char *password_file; /* its first line is the password */
};

/* Can this be asked? A name or an address, nothing that means something in a URL. */
bool remote_is_host(const char *text);

/* Fills `snapshot` (zeroed) with the families of the bits in `families`, before the monotonic
 * instant `until`. False, with a line in `error` that says what to do. */
bool remote_take(const struct remote *remote, const char *host, uint32_t families, int64_t until,
		 struct snapshot *snapshot, char error[REMOTE_ERROR]);

#endif
