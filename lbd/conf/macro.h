/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens to a line before its words matter: `@word` conditions, `$NAME=value` definitions and
 * their use, `~SEQ(…)` and `~LST(…)` repetition. Pure: lines in, lines out. Files and `include` are source.h's;
 * words and blocks are tree.h's.
 */
#ifndef LBD_CONF_MACRO_H
#define LBD_CONF_MACRO_H

#include "conf/line.h"
#include "conf/report.h"

/* A file of a few bytes must not fill the memory: lines that definitions and repetition may make in all. */
#define MACRO_MOST_LINES 2000000
/* Characters in one line after substitution, and substitutions in it. */
#define MACRO_MOST_LENGTH 65536
#define MACRO_MOST_SUBSTITUTIONS 4096
/* Definitions and repetitions within each other. */
#define MACRO_MOST_DEPTH 40

struct macro_definition {
	char *name;
	struct line value; /* several lines are separated by newlines */
};

struct macro {
	struct report *report;
	const char *config_id; /* what `@word` is compared with */
	const char *directory; /* ${_PWD}: of the file that is being read */
	struct macro_definition *definitions;
	size_t definition_count;
	unsigned depth;
	size_t made, most; /* lines that definitions and repetition have made so far, and may make */
	/* Takes each line that comes out; the line is the macro's again afterwards. */
	void (*emit)(void *context, struct line *line);
	void *context;
};

/* Takes a line without its comment; continued lines are in one, separated by newlines. The line is
 * changed. */
void macro_line(struct macro *macro, struct line *line);
void macro_free(struct macro *macro);

/* Counts a line that is made. False, and an error the first time, when there are too many. */
bool macro_may_make_line(struct macro *macro, struct position at);

/* Replaces ${NAME} and $NAME by their values, again and again. False (and an error is reported) when it
 * does not end. A value of several lines leaves newlines in the line. */
bool macro_substitute(struct macro *macro, struct line *line);
void macro_define(struct macro *macro, const char *name, size_t length, const struct line *value);

#endif
