/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keyword table as data: which words a block knows, what they take, what they default to. Made
 * from keyword.def and nothing else; read by object.c (parser), manual.c (lbd.conf(5)) and tests.
 */
#ifndef LBD_CONF_KEYWORD_H
#define LBD_CONF_KEYWORD_H

#include <stddef.h>
#include <stdint.h>

enum conf_block {
#include "conf/keyword_begin.h"
#undef BLOCK
#define BLOCK(block, flags) BLOCK_##block,
#include "conf/keyword.def"
#include "conf/keyword_end.h"
	BLOCK_COUNT
};

/* BLOCK_member: the index of a setting in its block. BLOCK_settings: how many there are. */
#include "conf/keyword_begin.h"
#undef BLOCK
#define BLOCK(block, flags) enum setting_##block {
#undef SETTING
#define SETTING(block, member, ...) block##_##member,
#undef END
#define END(block) \
	block##_settings \
	} \
	;
#include "conf/keyword.def"
#include "conf/keyword_end.h"

enum keyword_kind {
	KEYWORD_BLOCK,
	KEYWORD_SETTING,
	KEYWORD_ALIAS,
	KEYWORD_LATER,
	KEYWORD_REFUSED,
};

/* What a setting takes. */
enum keyword_type {
	TYPE_FLAG,            /* nothing */
	TYPE_BOOL,            /* nothing (on), on, off, yes, no, true, false */
	TYPE_NUMBER,          /* a whole number */
	TYPE_OPTIONAL_NUMBER, /* a whole number, or nothing: then the default */
	TYPE_TIMER,           /* seconds with up to nine decimals */
	TYPE_WORD,
	TYPE_OPTIONAL_WORD,
	TYPE_WORDS, /* one or more, read by the block's own file */
	TYPE_ADDRESS,
};

struct keyword {
	enum keyword_kind kind;
	enum keyword_type type;
	const char *name;
	int setting;           /* index among the block's settings, or -1 */
	enum conf_block child; /* of a KEYWORD_BLOCK */
	int64_t minimum, maximum;
	const char *fallback;  /* the default, or "" */
	const char *arguments; /* how the manual page shows them, or "" */
	const char *help;      /* of LATER and REFUSED: what follows from it */
	const char *of;        /* of an alias: the keyword it stands for */
	unsigned least, most;  /* arguments of a KEYWORD_BLOCK */
};

enum keyword_flags { KEYWORD_MERGE = 1, KEYWORD_LINES = 2 };

struct keyword_block {
	const char *name; /* the keyword that opens it; "" for the top of the file */
	unsigned flags;   /* enum keyword_flags */
	const struct keyword *keywords;
	size_t keyword_count;
	size_t setting_count;
};

const struct keyword_block *keyword_block(enum conf_block block);
/* NULL when the block does not know the word. An alias yields what it stands for. */
const struct keyword *keyword_find(enum conf_block block, const char *name);
/* The keyword of the block that looks most like the word, or NULL when none does. */
const char *keyword_nearest(enum conf_block block, const char *name);
/* A block that knows the word, other than the given one; BLOCK_COUNT when none does. */
enum conf_block keyword_home(const char *name, enum conf_block other);
/* "the top of the file", "vrrp_instance" */
const char *keyword_block_name(enum conf_block block);
/* "NUMBER", "SECONDS", "": the arguments of a setting for the manual page. */
const char *keyword_arguments(const struct keyword *keyword);

#endif
