/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords and their arguments; see the header. */
#include "conf/object.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "conf/value.h"

struct reader {
	struct arena *arena;
	struct report *report;
	struct object *top;
	bool strayed; /* a block of the top stands in another one: said once */
};

static void read_block(struct reader *reader, struct object *object,
		       const struct statement *statements);

/* --- values ------------------------------------------------------------------------------------- */

static void say_range(struct reader *reader, struct position at, const struct keyword *keyword,
		      const char *word, bool readable)
{
	char least[VALUE_TIMER_TEXT], most[VALUE_TIMER_TEXT];
	const char *what = keyword->type == TYPE_TIMER ? "a time" : "a number";

	if (keyword->type == TYPE_TIMER) {
		value_timer_text(keyword->minimum, least);
		value_timer_text(keyword->maximum, most);
	} else {
		snprintf(least, sizeof(least), "%lld", (long long)keyword->minimum);
		snprintf(most, sizeof(most), "%lld", (long long)keyword->maximum);
	}
	report_error(reader->report, at, "%s \"%s\" is %s%s: it takes %s from %s to %s%s",
		     keyword->name, word, readable ? "out of range" : "not ", readable ? "" : what, what,
		     least, most, keyword->type == TYPE_TIMER ? " seconds" : "");
}

static void read_number(struct reader *reader, const struct keyword *keyword,
			const struct word *word, struct setting *setting)
{
	int64_t number = 0;
	bool readable = keyword->type == TYPE_TIMER ? value_timer(word->text, &number)
						    : value_number(word->text, &number);

	setting->set = readable && number >= keyword->minimum && number <= keyword->maximum;
	if (setting->set)
		setting->number = number;
	else
		say_range(reader, word->at, keyword, word->text, readable);
}

static void read_bool(struct reader *reader, const struct keyword *keyword, const struct word *word,
		      struct setting *setting)
{
	bool value = true;

	setting->set = value_bool(word->text, &value);
	if (!setting->set)
		report_error(reader->report, word->at,
			     "%s \"%s\" is neither on nor off: write on, yes, true, off, no or false",
			     keyword->name, word->text);
	setting->number = value;
}

static void read_address(struct reader *reader, const struct keyword *keyword,
			 const struct word *word, struct setting *setting)
{
	setting->set = address_parse(word->text, &setting->address);
	if (!setting->set)
		report_error(reader->report, word->at,
			     "%s \"%s\" is no address: write one like 192.0.2.1 or 2001:db8::1",
			     keyword->name, word->text);
}

/* A value that cannot be read counts as not set: the default takes its place, and nothing else is said of it. */
static void read_value(struct reader *reader, const struct keyword *keyword, const struct word *word,
		       struct setting *setting)
{
	setting->value_at = word->at;
	setting->text = word->text;
	switch (keyword->type) {
	case TYPE_BOOL:
		read_bool(reader, keyword, word, setting);
		break;
	case TYPE_NUMBER:
	case TYPE_OPTIONAL_NUMBER:
	case TYPE_TIMER:
		read_number(reader, keyword, word, setting);
		break;
	case TYPE_ADDRESS:
		read_address(reader, keyword, word, setting);
		break;
	case TYPE_FLAG:
	case TYPE_WORD:
	case TYPE_OPTIONAL_WORD:
	case TYPE_WORDS:
		break;
	}
}

/* What a keyword takes at least and, TYPE_WORDS apart, at most. */
static bool needs_value(enum keyword_type type)
{
	return type == TYPE_NUMBER || type == TYPE_TIMER || type == TYPE_WORD ||
	       type == TYPE_WORDS || type == TYPE_ADDRESS;
}

static void say_extra(struct reader *reader, const struct statement *statement, size_t taken)
{
	if (statement->count > taken)
		report_warning(reader->report, statement->words[taken].at,
			       "\"%s\" is ignored: %s ends before it", statement->words[taken].text,
			       statement->words[0].text);
}

static void read_setting(struct reader *reader, struct object *object, const struct keyword *keyword,
			 const struct statement *statement)
{
	struct setting *setting = &object->settings[keyword->setting];
	const struct word *words = statement->words;
	size_t most = keyword->type == TYPE_FLAG ? 1 : keyword->type == TYPE_WORDS ? SIZE_MAX : 2;
	char place[REPORT_PLACE];

	if (statement->block) {
		report_error(reader->report, words[0].at, "%s takes no block: no { may follow it",
			     words[0].text);
		return;
	}
	if (statement->count < 2 && needs_value(keyword->type)) {
		report_error(reader->report, words[0].at, "%s says nothing: write %s %s", words[0].text,
			     words[0].text, keyword_arguments(keyword));
		return;
	}
	if (setting->statement)
		report_warning(reader->report, words[0].at, "%s is written again: %s no longer counts",
			       words[0].text, report_place(reader->report, setting->at, place));
	setting->set = true;
	setting->at = words[0].at;
	setting->value_at = words[0].at;
	setting->statement = statement;
	setting->text = NULL;
	if (keyword->type == TYPE_FLAG || keyword->type == TYPE_BOOL)
		setting->number = 1;
	if (statement->count > 1 && most > 1)
		read_value(reader, keyword, &words[1], setting);
	say_extra(reader, statement, most);
}

/* --- keywords ----------------------------------------------------------------------------------- */

static void say_unknown(struct reader *reader, const struct object *object,
			const struct word *word)
{
	const char *nearest = keyword_nearest(object->block, word->text);
	enum conf_block home = keyword_home(word->text, object->block);
	const char *here = keyword_block_name(object->block);

	if (nearest)
		report_error(reader->report, word->at,
			     "%s does not know the keyword \"%s\": did you mean %s?", here, word->text,
			     nearest);
	else if (home != BLOCK_COUNT)
		report_error(reader->report, word->at, "%s does not belong into %s but into %s",
			     word->text, here, keyword_block_name(home));
	else
		report_error(reader->report, word->at, "%s does not know the keyword \"%s\"", here,
			     word->text);
}

static void read_child(struct reader *reader, struct object *object, const struct keyword *keyword,
		       const struct statement *statement);

/* After a missing } the rest of the file stands in the wrong block. Saying so once is enough, and what
 * follows is read as what it was meant to be, so that its own mistakes are found as well. */
static bool read_stray(struct reader *reader, const struct object *object,
		       const struct statement *statement)
{
	const struct word *word = &statement->words[0];
	const struct keyword *keyword = keyword_find(BLOCK_TOP, word->text);

	if (object->block == BLOCK_TOP || !keyword || keyword->kind != KEYWORD_BLOCK)
		return false;
	if (!reader->strayed)
		report_error(reader->report, word->at,
			     "%s does not belong into %s, it stands by itself: is a } missing before it?",
			     word->text, keyword_block_name(object->block));
	reader->strayed = true;
	read_child(reader, reader->top, keyword, statement);
	return true;
}

static void say_later(struct reader *reader, struct object *object, const struct keyword *keyword,
		      const struct statement *statement)
{
	struct position at = statement->words[0].at;

	if (keyword->kind == KEYWORD_REFUSED)
		report_error(reader->report, at, "lbd does not do %s yet: %s", keyword->name,
			     keyword->help);
	else
		report_warning(reader->report, at, "lbd does not do %s yet, it is left out%s%s",
			       keyword->name, keyword->help[0] ? ": " : "", keyword->help);
	if (object->block == BLOCK_REAL_SERVER && statement->block)
		object->unchecked = true;
}

struct object *object_default(struct arena *arena, enum conf_block block)
{
	const struct keyword_block *table = keyword_block(block);
	struct object *object = arena_new(arena, sizeof(*object));

	object->block = block;
	object->settings =
		arena_new(arena, table->setting_count * sizeof(*object->settings));
	for (size_t i = 0; i < table->keyword_count; i++) {
		const struct keyword *keyword = &table->keywords[i];

		if (keyword->kind != KEYWORD_SETTING || !keyword->fallback[0])
			continue;
		/* The table is right: a test reads every default. */
		if (keyword->type == TYPE_WORD)
			object->settings[keyword->setting].text = keyword->fallback;
		else if (keyword->type == TYPE_TIMER)
			(void)value_timer(keyword->fallback,
					  &object->settings[keyword->setting].number);
		else
			(void)value_number(keyword->fallback,
					   &object->settings[keyword->setting].number);
	}
	return object;
}

static struct object *child_for(struct reader *reader, struct object *object, enum conf_block block)
{
	struct object *child = (struct object *)object_child(object, block);

	if (child && keyword_block(block)->flags & KEYWORD_MERGE)
		return child;
	child = object_default(reader->arena, block);
	child->parent = object;
	if (object->last_child)
		object->last_child->next = child;
	else
		object->children = child;
	object->last_child = child;
	return child;
}

static void read_child(struct reader *reader, struct object *object, const struct keyword *keyword,
		       const struct statement *statement)
{
	const struct word *word = &statement->words[0];
	struct object *child;

	if (!statement->block) {
		report_error(reader->report, word->at, "%s opens a block: write %s%s%s { ... }",
			     keyword->name, keyword->name, keyword->arguments[0] ? " " : "",
			     keyword->arguments);
		return;
	}
	if (statement->count - 1 < keyword->least) {
		report_error(reader->report, word->at, "%s says nothing: write %s %s { ... }",
			     keyword->name, keyword->name, keyword->arguments);
		return;
	}
	say_extra(reader, statement, keyword->most + 1);
	child = child_for(reader, object, keyword->child);
	child->at = word->at;
	child->statement = statement;
	if (!(keyword_block(keyword->child)->flags & KEYWORD_LINES))
		read_block(reader, child, statement->children);
}

static void read_statement(struct reader *reader, struct object *object,
			   const struct statement *statement)
{
	const struct keyword *keyword = keyword_find(object->block, statement->words[0].text);

	if (!statement->words[0].text[0])
		return; /* a block without a keyword, reported already; or "" */
	if (!keyword && read_stray(reader, object, statement))
		return;
	if (!keyword)
		say_unknown(reader, object, &statement->words[0]);
	else if (keyword->kind == KEYWORD_BLOCK)
		read_child(reader, object, keyword, statement);
	else if (keyword->kind == KEYWORD_SETTING)
		read_setting(reader, object, keyword, statement);
	else
		say_later(reader, object, keyword, statement);
}

static void read_block(struct reader *reader, struct object *object,
		       const struct statement *statements)
{
	for (; statements; statements = statements->next)
		read_statement(reader, object, statements);
}

struct object *object_read(struct arena *arena, struct report *report, const struct statement *root)
{
	struct reader reader = {arena, report, object_default(arena, BLOCK_TOP), false};

	read_block(&reader, reader.top, root->children);
	return reader.top;
}

/* --- asking ------------------------------------------------------------------------------------- */

const struct setting *object_setting(const struct object *object, int index)
{
	return &object->settings[index];
}

int64_t object_number(const struct object *object, int index, int64_t otherwise)
{
	return object->settings[index].set ? object->settings[index].number : otherwise;
}

bool object_flag(const struct object *object, int index)
{
	return object->settings[index].set && object->settings[index].number != 0;
}

const struct object *object_child(const struct object *object, enum conf_block block)
{
	for (const struct object *child = object->children; child; child = child->next)
		if (child->block == block)
			return child;
	return NULL;
}
