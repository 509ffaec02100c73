/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines become words, words become statements, and braces put statements into blocks. What a word
 * means is not known here; that is keyword.h's and object.h's. Everything is in the arena.
 */
#ifndef LBD_CONF_TREE_H
#define LBD_CONF_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/arena.h"
#include "conf/line.h"
#include "conf/report.h"

struct word {
	const char *text;
	struct position at;
};

/* One line of configuration: its words, and the block that follows it. */
struct statement {
	struct word *words; /* at least one */
	size_t count;
	bool block;
	struct statement *children, *last_child; /* of the block */
	struct statement *next, *parent;
};

struct tree {
	struct arena *arena;
	struct report *report;
	struct statement root;     /* its children are the file's */
	struct statement *current; /* the block that is open */
	struct statement *latest;  /* the statement that a { would open, or NULL */
	struct word *words;        /* of the statement that is being read */
	size_t count, capacity;
};

void tree_begin(struct tree *tree, struct arena *arena, struct report *report);
void tree_line(struct tree *tree, const struct line *line);
/* Reports blocks that were never closed. The statements stay in the arena. */
void tree_end(struct tree *tree);

#endif
