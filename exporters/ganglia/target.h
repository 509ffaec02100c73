/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the datagrams go: an address or a name, of one gmond or of a multicast group. Nothing here waits: a name is
 * looked up beside us, a datagram is sent or refused. Who listens to UDP cannot be known; but when a host tells us
 * that no gmond is there (ICMP port unreachable), the next call says so.
 */
#ifndef LBD_EXPORTERS_GANGLIA_TARGET_H
#define LBD_EXPORTERS_GANGLIA_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct target;

struct target_options {
	const char *host;      /* address or name */
	const char *port;      /* in digits */
	const char *interface; /* of multicast; NULL: the routing table says */
	unsigned ttl;          /* of multicast */
};

enum target_state {
	TARGET_READY,   /* open; or the datagram was sent */
	TARGET_WAITING, /* the name is being looked up; or there is no room for a datagram just now: try again */
	TARGET_FAILED,  /* target_error(), target_words() */
};

/* The options must outlive it. */
struct target *target_new(struct loop *loop, const struct target_options *options);
void target_free(struct target *target);

/* Looks the name up, unless that was done in the last minute, and opens a socket, unless one is open. Call it
 * again while it is WAITING. */
enum target_state target_open(struct target *target);
/* Only after target_open() was READY. A socket that failed is closed. */
enum target_state target_send(struct target *target, const void *bytes, size_t length);
/* What has become of all that was sent so far: READY, or FAILED when somebody has told us. */
enum target_state target_ask(struct target *target);
void target_close(struct target *target);

/* A positive errno of the last failure, 0 for a name that nobody knows; and what happened, in words. */
int target_error(const struct target *target);
const char *target_words(const struct target *target);

#endif
