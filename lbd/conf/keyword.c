/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keyword.def as tables, and looking words up in them. */
#include "conf/keyword.h"

#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define SECONDS(n) (INT64_C(n) * CLOCK_SECOND)
#define MILLISECONDS(n) (INT64_C(n) * CLOCK_MILLISECOND)

/* The last row keeps a block without keywords from being an array without elements. */
#include "conf/keyword_begin.h"
#undef BLOCK
#define BLOCK(block, flags) static const struct keyword keywords_##block[] = {
#undef SUB
#define SUB(block_, child_, name_, least_, most_, arguments_, help_) \
	{.kind = KEYWORD_BLOCK, \
	 .name = name_, \
	 .setting = -1, \
	 .child = BLOCK_##child_, \
	 .least = least_, \
	 .most = most_, \
	 .arguments = arguments_, \
	 .help = help_},
#undef SETTING
#define SETTING(block_, member_, name_, type_, minimum_, maximum_, fallback_, arguments_, help_) \
	{.kind = KEYWORD_SETTING, \
	 .type = TYPE_##type_, \
	 .name = name_, \
	 .setting = block_##_##member_, \
	 .minimum = minimum_, \
	 .maximum = maximum_, \
	 .fallback = fallback_, \
	 .arguments = arguments_, \
	 .help = help_},
#undef ALIAS
#define ALIAS(block_, name_, of_) {.kind = KEYWORD_ALIAS, .name = name_, .setting = -1, .of = of_},
#undef LATER
#define LATER(block_, name_, note_) \
	{.kind = KEYWORD_LATER, .name = name_, .setting = -1, .help = note_},
#undef REFUSED
#define REFUSED(block_, name_, why_) \
	{.kind = KEYWORD_REFUSED, .name = name_, .setting = -1, .help = why_},
#undef END
#define END(block) \
	{ \
		.name = NULL \
	} \
	} \
	;
#include "conf/keyword.def"
#include "conf/keyword_end.h"

enum { PLAIN, MERGE = KEYWORD_MERGE, LINES = KEYWORD_LINES };

/* The names of the blocks come from the keywords that open them. */
static const char *const block_names[BLOCK_COUNT] = {
	[BLOCK_TOP] = "",
#include "conf/keyword_begin.h"
#undef SUB
#define SUB(block, child, name, least, most, arguments, help) [BLOCK_##child] = name,
#include "conf/keyword.def"
#include "conf/keyword_end.h"
};

static const struct keyword_block blocks[BLOCK_COUNT] = {
#include "conf/keyword_begin.h"
#undef BLOCK
#define BLOCK(block, flags_) \
	{.flags = flags_, \
	 .keywords = keywords_##block, \
	 .keyword_count = sizeof(keywords_##block) / sizeof(struct keyword) - 1, \
	 .setting_count = block##_settings},
#include "conf/keyword.def"
#include "conf/keyword_end.h"
};

const struct keyword_block *keyword_block(enum conf_block block)
{
	return &blocks[block];
}

static const struct keyword *find(enum conf_block block, const char *name)
{
	for (size_t i = 0; i < blocks[block].keyword_count; i++)
		if (strcmp(blocks[block].keywords[i].name, name) == 0)
			return &blocks[block].keywords[i];
	return NULL;
}

const struct keyword *keyword_find(enum conf_block block, const char *name)
{
	const struct keyword *keyword = find(block, name);

	return keyword && keyword->kind == KEYWORD_ALIAS ? find(block, keyword->of) : keyword;
}

const char *keyword_block_name(enum conf_block block)
{
	return block == BLOCK_TOP ? "the top of the file" : block_names[block];
}

enum conf_block keyword_home(const char *name, enum conf_block other)
{
	for (enum conf_block block = 0; block < BLOCK_COUNT; block++)
		if (block != other && find(block, name))
			return block;
	return BLOCK_COUNT;
}

const char *keyword_arguments(const struct keyword *keyword)
{
	static const char *const texts[] = {
		[TYPE_FLAG] = "",
		[TYPE_BOOL] = "[on|off]",
		[TYPE_NUMBER] = "NUMBER",
		[TYPE_OPTIONAL_NUMBER] = "[NUMBER]",
		[TYPE_TIMER] = "SECONDS",
		[TYPE_WORD] = "WORD",
		[TYPE_OPTIONAL_WORD] = "[WORD]",
		[TYPE_WORDS] = "WORD ...",
		[TYPE_ADDRESS] = "ADDRESS",
	};

	if (keyword->kind != KEYWORD_SETTING || keyword->arguments[0])
		return keyword->arguments ? keyword->arguments : "";
	return texts[keyword->type];
}

/* --- did you mean ------------------------------------------------------------------------------- */

const char *keyword_nearest(enum conf_block block, const char *name)
{
	/* A third of the letters may be wrong; more would be another word. */
	unsigned nearest = strlen(name) < 6 ? 1 : (unsigned)strlen(name) / 3;
	const char *found = NULL;

	for (size_t i = 0; i < blocks[block].keyword_count; i++) {
		const char *candidate = blocks[block].keywords[i].name;
		unsigned distance = text_distance(name, candidate);

		/* Of two that are equally near, one that lbd does is the better guess. */
		if (distance < nearest + (found == NULL)) {
			nearest = distance;
			found = candidate;
		}
	}
	return found;
}
