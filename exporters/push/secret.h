/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files with a password, a token or headers. They are read anew for each request, so that one that is
 * changed counts at once; what is in them is in memory for as long as it is needed. Never logged.
 */
#ifndef LBD_EXPORTERS_PUSH_SECRET_H
#define LBD_EXPORTERS_PUSH_SECRET_H

#include <stdbool.h>

#include "exporters/push/push.h"

#define SECRET_FILE_MOST 16384
#define SECRET_HEADERS 32

struct secret {
	char *password; /* NULL: none */
	char *token;
	char *headers[SECRET_HEADERS]; /* "Name: value" */
	size_t header_count;
};

/* What the target's files say. False with one line in `problem` when one cannot be read or is wrong;
 * `secret` is empty then. */
bool secret_read(const struct push_target *target, struct secret *secret, struct buffer *problem);
void secret_free(struct secret *secret);

/* The lines of a headers file: blank ones and those that begin with # are passed over. False for a
 * line that is no header, or one that is ours to set. */
bool secret_headers(struct secret *secret, char *text, struct buffer *problem);

#endif
