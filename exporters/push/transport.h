/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP over libcurl on our loop; transport.c is the only file that knows of libcurl. Nothing blocks:
 * names are looked up in a thread of libcurl's, certificates and keys are small local files. Proxies
 * of the environment are not used, redirections not followed. An answer is kept up to ANSWER_MOST
 * bytes and not waited for beyond; whatever the other end does, a request ends within its timeout.
 */
#ifndef LBD_EXPORTERS_PUSH_TRANSPORT_H
#define LBD_EXPORTERS_PUSH_TRANSPORT_H

#include "base/loop.h"
#include "exporters/push/push.h"

#define TRANSPORT_ANSWER_MOST 16384

struct transport;
struct transport_line;

struct transport_answer {
	enum push_end end;
	long status;         /* 0: none came */
	int64_t retry_after; /* ns; < 0: not said */
	struct buffer body;
	const char *location; /* of a redirection, from outside; NULL: none */
	const char *words;    /* what went wrong, when it did not end well; for people */
};

/* NULL when libcurl cannot be had. */
struct transport *transport_new(struct loop *loop);
/* After all of its lines. */
void transport_free(struct transport *transport);

/* A line to one target: keeps a connection between requests, has one under way at most. `ended` is
 * called from the loop, never from within transport_post(); the answer is good until it returns. */
struct transport_line *transport_line_new(struct transport *transport,
					  const struct push_target *target,
					  void (*ended)(void *argument,
							const struct transport_answer *answer),
					  void *argument);
/* What is under way is given up. */
void transport_line_free(struct transport_line *line);

/* `bytes` must stay until the end. */
void transport_post(struct transport_line *line, const char *bytes, size_t length);
/* Gives up what is under way; `ended` is not called for it. */
void transport_cancel(struct transport_line *line);

#endif
