/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd.conf(5) from keyword.def. */
#include "conf/manual.h"

#include <stdbool.h>
#include <string.h>

#include "conf/keyword.h"
#include "conf/value.h"

/* Prints text with a hyphen as a hyphen and a backslash as itself. */
static void print_text(const char *text, FILE *into)
{
	for (; *text; text++) {
		if (*text == '-' || *text == '\\')
			fputc('\\', into);
		fputc(*text, into);
		if (*text == '\\')
			fputc('e', into);
	}
}

static void print_range(const struct keyword *keyword, FILE *into)
{
	char least[VALUE_TIMER_TEXT], most[VALUE_TIMER_TEXT];

	if (keyword->type == TYPE_NUMBER || keyword->type == TYPE_OPTIONAL_NUMBER)
		fprintf(into, " Range: %lld to %lld.", (long long)keyword->minimum,
			(long long)keyword->maximum);
	else if (keyword->type == TYPE_TIMER)
		fprintf(into, " Range: %s to %s.", value_timer_text(keyword->minimum, least),
			value_timer_text(keyword->maximum, most));
	if (keyword->fallback[0] && keyword->type != TYPE_OPTIONAL_NUMBER)
		fprintf(into, " Default: %s.", keyword->fallback);
}

static void print_aliases(const struct keyword_block *block, const struct keyword *keyword, FILE *into)
{
	for (size_t i = 0; i < block->keyword_count; i++) {
		const struct keyword *alias = &block->keywords[i];

		if (alias->kind != KEYWORD_ALIAS || strcmp(alias->of, keyword->name) != 0)
			continue;
		fputs(" Also written ", into);
		print_text(alias->name, into);
		fputc('.', into);
	}
}

static void print_keyword(const struct keyword_block *block, const struct keyword *keyword, FILE *into)
{
	const char *arguments = keyword_arguments(keyword);

	fputs(".TP\n\\fB", into);
	print_text(keyword->name, into);
	fputs("\\fR", into);
	if (arguments[0]) {
		fputs(" \\fI", into);
		print_text(arguments, into);
		fputs("\\fR", into);
	}
	fputs(keyword->kind == KEYWORD_BLOCK ? " { ... }\n" : "\n", into);
	print_text(keyword->help, into);
	if (keyword->kind == KEYWORD_SETTING)
		print_range(keyword, into);
	print_aliases(block, keyword, into);
	fputc('\n', into);
}

/* The names alone: what follows from each is said where it is used. */
static void print_names(const struct keyword_block *block, enum keyword_kind kind, const char *intro,
			FILE *into)
{
	bool any = false;

	for (size_t i = 0; i < block->keyword_count; i++) {
		if (block->keywords[i].kind != kind)
			continue;
		if (!any)
			fprintf(into, ".PP\n%s\n", intro);
		any = true;
		print_text(block->keywords[i].name, into);
		fputc('\n', into);
	}
}

static void print_block(enum conf_block number, FILE *into)
{
	const struct keyword_block *block = keyword_block(number);

	if (block->flags & KEYWORD_LINES)
		return;
	fputs(".SS \"", into);
	print_text(number == BLOCK_TOP ? "The top of the file" : keyword_block_name(number), into);
	fputs("\"\n", into);
	for (size_t i = 0; i < block->keyword_count; i++)
		if (block->keywords[i].kind <= KEYWORD_SETTING)
			print_keyword(block, &block->keywords[i], into);
	print_names(block, KEYWORD_LATER, "Not done yet, left out with a warning:", into);
	print_names(block, KEYWORD_REFUSED, "Not done yet, and an error:", into);
}

void manual_page(const char *text, FILE *into)
{
	static const char marker[] = ".\\\" KEYWORDS\n";
	const char *place = strstr(text, marker);

	if (!place) {
		fputs(text, into);
		return;
	}
	fwrite(text, 1, (size_t)(place - text), into);
	for (enum conf_block block = 0; block < BLOCK_COUNT; block++)
		print_block(block, into);
	fputs(place + strlen(marker), into);
}
