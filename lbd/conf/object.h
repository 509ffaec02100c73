/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statements become objects: a block's keywords are looked up in its table, their arguments read and
 * checked against type and range, sub-blocks become children. Everything the table can say about a mistake is
 * said here; what several settings mean together is the block's own file's (instance.c, virtual_server.c …).
 */
#ifndef LBD_CONF_OBJECT_H
#define LBD_CONF_OBJECT_H

#include <stdbool.h>

#include "base/address.h"
#include "conf/keyword.h"
#include "conf/report.h"
#include "conf/tree.h"

struct setting {
	bool set;         /* written in the file, and readable; else the default */
	int64_t number;   /* nanoseconds, 0 and 1 of flags */
	const char *text; /* of words: the first argument, or NULL */
	struct address address;
	struct position at;                /* of the keyword */
	struct position value_at;          /* of the first argument */
	const struct statement *statement; /* NULL: not written at all */
};

struct object {
	enum conf_block block;
	struct position at;
	const struct statement *statement; /* NULL: the file */
	struct setting *settings;
	struct object *parent;
	struct object *children, *last_child, *next; /* in the order of the file */
	bool unchecked; /* a kind of check that lbd does not have yet was left out */
};

/* The file as an object of BLOCK_TOP. Lives in the arena. */
struct object *object_read(struct arena *arena, struct report *report,
			   const struct statement *root);

/* An object of a block that nobody wrote: all defaults. */
struct object *object_default(struct arena *arena, enum conf_block block);
/* The setting of one of the block's own indices, VRRP_INSTANCE_priority … */
const struct setting *object_setting(const struct object *object, int index);
/* Its number if it is set, else `otherwise`. */
int64_t object_number(const struct object *object, int index, int64_t otherwise);
bool object_flag(const struct object *object, int index);
/* The first child of a kind, or NULL. */
const struct object *object_child(const struct object *object, enum conf_block block);

#endif
