/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration in force, as lbd publishes it for readers (conf_publish()): read again when there
 * is another, and kept for as long as somebody answers from it.
 */
#ifndef LBD_EXPORTERS_SNMP_PUBLISHED_H
#define LBD_EXPORTERS_SNMP_PUBLISHED_H

#include "conf/conf.h"

/* One configuration, held by several. */
struct published {
	struct conf *conf;
	unsigned holders;
};

/* Takes the configuration; its one holder is the caller. */
struct published *published_new(struct conf *conf);
struct published *published_hold(struct published *published);
/* NULL is fine. The last one frees it. */
void published_release(struct published *published);

struct publication;

/* `segments`: RUN_DIR/stat. */
struct publication *publication_new(const char *segments);
void publication_free(struct publication *publication);
/* What is published now, held for the caller. NULL: nothing, or of another lbd than this one; that is
 * logged once for each file. */
struct published *publication_take(struct publication *publication);

#endif
