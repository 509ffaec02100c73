/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests of the control socket as plain values: bytes from outside to a struct. Pure, bounded,
 * fuzzed. */
#ifndef LBD_CONTROL_REQUEST_H
#define LBD_CONTROL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum request_kind {
	REQUEST_MALFORMED,
	REQUEST_STATUS,
	REQUEST_EVENTS,
	REQUEST_EVENT,
	REQUEST_RELOAD,
};

struct request {
	enum request_kind kind;
	/* EVENTS; EVENT: since is its number */
	uint64_t since, last, limit;
	bool follow;
};

struct request request_decode(const void *bytes, size_t length);
/* Does it change something? Then the peer needs the right to. */
bool request_changes(const struct request *request);

#endif
