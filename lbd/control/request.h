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
	REQUEST_SET,
};

/* Texts are cut to their room: what is longer names nothing that there is. */
struct request_set {
	int setting; /* enum setting; -1: none of them */
	char instance[64], protocol[8], virtual_server[64], real_server[64];
	int64_t value;
	char requester[96]; /* printable */
};

struct request {
	enum request_kind kind;
	/* EVENTS; EVENT: since is its number */
	uint64_t since, last, limit;
	bool follow;
	struct request_set set; /* SET */
};

struct request request_decode(const void *bytes, size_t length);
/* Does it change something? Then the peer needs the right to. */
bool request_changes(const struct request *request);

#endif
