/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer of one tick, as every scraper of that tick gets it: shared by reference, so that fifty
 * slow scrapers of 14 MB hold 14 MB.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_BODY_H
#define LBD_EXPORTERS_PROMETHEUS_BODY_H

#include <stddef.h>

#include "exporters/base/buffer.h"

struct evbuffer;

struct body {
	char *bytes;
	size_t length;
	unsigned references;
};

/* Takes the buffer's bytes; the buffer is empty afterwards. One reference. */
struct body *body_new(struct buffer *buffer);
/* The same, compressed. NULL when the library has no memory. */
struct body *body_compress(const struct body *body);
void body_release(struct body *body);
/* Appends the body by reference. False: no memory. */
int body_send(struct body *body, struct evbuffer *to);

#endif
