/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words, statements, blocks. */
#include "conf/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void tree_begin(struct tree *tree, struct arena *arena, struct report *report)
{
	memset(tree, 0, sizeof(*tree));
	tree->arena = arena;
	tree->report = report;
	tree->root.block = true;
	tree->current = &tree->root;
}

/* --- statements --------------------------------------------------------------------------------- */

static void end_statement(struct tree *tree)
{
	struct statement *statement;

	if (tree->count == 0)
		return;
	statement = arena_new(tree->arena, sizeof(*statement));
	statement->words = arena_new(tree->arena, tree->count * sizeof(*statement->words));
	memcpy(statement->words, tree->words, tree->count * sizeof(*statement->words));
	statement->count = tree->count;
	statement->parent = tree->current;
	if (tree->current->last_child)
		tree->current->last_child->next = statement;
	else
		tree->current->children = statement;
	tree->current->last_child = statement;
	tree->latest = statement;
	tree->count = 0;
}

static void add_word(struct tree *tree, const char *text, struct position at)
{
	if (tree->count == tree->capacity) {
		tree->capacity = tree->capacity * 2 + 8;
		tree->words = memory_resize(tree->words, tree->capacity, sizeof(*tree->words));
	}
	tree->words[tree->count++] = (struct word){text, at};
}

/* keepalived lets the { of a block stand on the next line. */
static void open_block(struct tree *tree, struct position at)
{
	end_statement(tree);
	if (!tree->latest) {
		report_error(tree->report, at, "this { follows no keyword: what block does it open?");
		/* Its content and its } must not be taken for something else's. */
		add_word(tree, "", at);
		end_statement(tree);
	}
	tree->latest->block = true;
	tree->current = tree->latest;
	tree->latest = NULL;
}

static void close_block(struct tree *tree, struct position at)
{
	end_statement(tree);
	tree->latest = NULL;
	if (tree->current == &tree->root)
		report_error(tree->report, at,
			     "this } closes nothing: either it or an earlier } is one too many");
	else
		tree->current = tree->current->parent;
}

/* --- words -------------------------------------------------------------------------------------- */

static bool ends_word(char character)
{
	return line_is_blank(character) || character == '{' || character == '}';
}

/* Copies a quoted part without its quotes; returns the index after it. */
static size_t quoted_part(struct tree *tree, const struct line *line, size_t i, struct line *word)
{
	struct position start = line->at[i];
	char quote = line->text[i++];

	while (i < line->length && line->text[i] != quote) {
		if (line->text[i] == '\\' && i + 1 < line->length &&
		    (line->text[i + 1] == quote || line->text[i + 1] == '\\'))
			i++;
		line_add(word, line->text[i], line->at[i]);
		i++;
	}
	if (i == line->length)
		report_error(tree->report, start, "this quote is never closed: a %c is missing on its line",
			     quote);
	return i + 1;
}

/* A single quote opens a quotation at the start of a word only: elsewhere it is an apostrophe. */
static size_t read_word(struct tree *tree, const struct line *line, size_t i)
{
	struct position at = line->at[i];
	struct line word = {0};
	size_t first = i;

	while (i < line->length && !ends_word(line->text[i])) {
		char character = line->text[i];

		if (character == '"' || (character == '\'' && i == first &&
					 memchr(line->text + i + 1, '\'', line->length - i - 1))) {
			i = quoted_part(tree, line, i, &word);
			continue;
		}
		if (character == '\\' && i + 1 < line->length)
			character = line->text[++i];
		line_add(&word, character, line->at[i++]);
		/* The braces of ${NAME}, when NAME is not defined, are no block. */
		if (character == '$' && i < line->length && line->text[i] == '{')
			while (i < line->length && !line_is_blank(line->text[i]) &&
			       line->text[i - 1] != '}') {
				line_add(&word, line->text[i], line->at[i]);
				i++;
			}
	}
	add_word(tree, arena_text(tree->arena, word.length ? word.text : "", word.length), at);
	line_free(&word);
	return i;
}

void tree_line(struct tree *tree, const struct line *line)
{
	for (size_t i = 0; i < line->length;) {
		if (line_is_blank(line->text[i])) {
			i++;
		} else if (line->text[i] == '{') {
			open_block(tree, line->at[i++]);
		} else if (line->text[i] == '}') {
			close_block(tree, line->at[i++]);
		} else {
			i = read_word(tree, line, i);
		}
	}
	end_statement(tree);
}

void tree_end(struct tree *tree)
{
	for (struct statement *open = tree->current; open != &tree->root; open = open->parent)
		report_error(tree->report, open->words[0].at,
			     "the block of \"%s\" is never closed: a } is missing", open->words[0].text);
	free(tree->words);
	tree->words = NULL;
	tree->capacity = tree->count = 0;
}
