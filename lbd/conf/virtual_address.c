/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of virtual_ipaddress: ADDRESS[/PREFIX] and the options of `ip address add`. */
#include "conf/builder.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/text.h"
#include "conf/value.h"

struct option_line {
	struct builder *builder;
	const struct statement *statement;
	size_t next; /* word that is read next */
	struct conf_virtual_address *address;
};

static const struct word *next_word(struct option_line *line)
{
	const struct word *option = &line->statement->words[line->next - 1];

	if (line->next < line->statement->count)
		return &line->statement->words[line->next++];
	report_error(line->builder->report, option->at, "%s says nothing: a word must follow it",
		     option->text);
	return NULL;
}

static void read_device(struct option_line *line)
{
	const struct word *word = next_word(line);
	struct conf_virtual_address *address = line->address;

	if (word && builder_word(line->builder, address->interface, sizeof(address->interface),
				 "interface name", word->text, word->at))
		builder_interface(line->builder, word->text, word->at);
}

static void read_label(struct option_line *line)
{
	const struct word *word = next_word(line);

	if (word)
		builder_word(line->builder, line->address->label, sizeof(line->address->label), "label",
			     word->text, word->at);
}

static void read_scope(struct option_line *line)
{
	static const struct {
		const char *name;
		uint8_t scope;
	} scopes[] = {{"global", RT_SCOPE_UNIVERSE},
		      {"site", RT_SCOPE_SITE},
		      {"link", RT_SCOPE_LINK},
		      {"host", RT_SCOPE_HOST},
		      {"nowhere", RT_SCOPE_NOWHERE}};
	const struct word *word = next_word(line);

	for (size_t i = 0; word && i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		if (strcmp(word->text, scopes[i].name) == 0) {
			line->address->scope = scopes[i].scope;
			return;
		}
	}
	if (word)
		report_error(line->builder->report, word->at,
			     "there is no scope \"%s\": write global, site, link, host or nowhere",
			     word->text);
}

static void read_broadcast(struct option_line *line)
{
	const struct word *word = next_word(line);
	struct conf_virtual_address *address = line->address;
	uint32_t host_bits, own;

	if (!word)
		return;
	if (strcmp(word->text, "+") != 0 && strcmp(word->text, "-") != 0) {
		if (!address_parse(word->text, &address->broadcast) ||
		    address->broadcast.family != AF_INET)
			report_error(line->builder->report, word->at,
				     "\"%s\" is no broadcast address: write an IPv4 address, + or -",
				     word->text);
		return;
	}
	if (address->prefix > 30) {
		report_warning(line->builder->report, word->at,
			       "brd is ignored: a network of /%u has no broadcast address",
			       address->prefix);
		return;
	}
	host_bits = htonl(UINT32_MAX >> address->prefix);
	own = address_to_ipv4(&address->address);
	address->broadcast =
		address_from_ipv4(word->text[0] == '+' ? own | host_bits : own & ~host_bits);
}

static void read_ignored(struct option_line *line)
{
	const struct word *option = &line->statement->words[line->next - 1];

	report_warning(line->builder->report, option->at, "lbd does not do %s yet, it is left out",
		       option->text);
	if (strcmp(option->text, "preferred_lft") == 0)
		next_word(line);
}

static void read_peer(struct option_line *line)
{
	report_error(line->builder->report, line->statement->words[line->next - 1].at,
		     "lbd does not do peer addresses yet: the route to the peer would be missing");
	next_word(line);
}

static void read_option(struct option_line *line)
{
	static const struct {
		const char *name;
		void (*read)(struct option_line *line);
	} options[] = {
		{"dev", read_device},         {"label", read_label},
		{"scope", read_scope},        {"brd", read_broadcast},
		{"broadcast", read_broadcast}, {"peer", read_peer},
		{"home", read_ignored},       {"-nodad", read_ignored},
		{"mngtmpaddr", read_ignored}, {"noprefixroute", read_ignored},
		{"autojoin", read_ignored},   {"no_track", read_ignored},
		{"use_vmac", read_ignored},   {"preferred_lft", read_ignored},
	};
	const struct word *word = &line->statement->words[line->next++];

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcmp(word->text, options[i].name) == 0) {
			options[i].read(line);
			return;
		}
	}
	report_error(line->builder->report, word->at,
		     "\"%s\" is no option of a virtual address: it takes dev, brd, scope and label; "
		     "each address has a line of its own",
		     word->text);
}

/* Twice in one instance is once; two instances would take the address from each other. */
static bool is_new(struct builder *builder, const struct word *word, const struct address *address,
		   size_t first)
{
	size_t before = hash_put(&builder->virtual_addresses, address, sizeof(*address),
				 builder->conf->address_count);
	char place[REPORT_PLACE], text[ADDRESS_TEXT];

	if (before == HASH_NEW)
		return true;
	address_format(address, text);
	report_place(builder->report, builder->addresses_at[before], place);
	if (before >= first)
		report_warning(builder->report, word->at,
			       "%s is a virtual address of this instance already: this line is left out, "
			       "see %s",
			       text, place);
	else
		report_error(builder->report, word->at,
			     "%s is a virtual address of another instance already: see %s", text, place);
	return false;
}

static void build_line(struct builder *builder, const struct statement *statement,
		       const char *interface, size_t first, bool excluded)
{
	const struct word *word = &statement->words[0];
	struct conf_virtual_address read = {.excluded = excluded};
	struct option_line line = {builder, statement, 1, &read};

	if (statement->block) {
		report_error(builder->report, word->at, "an address takes no block: no { may follow it");
		return;
	}
	if (!value_prefix(word->text, &read.address, &read.prefix)) {
		report_error(builder->report, word->at,
			     "\"%s\" is no address: write one like 192.0.2.1 or 192.0.2.1/24",
			     word->text);
		return;
	}
	if (read.address.family != AF_INET) {
		report_error(builder->report, word->at,
			     "lbd does not do IPv6 virtual addresses yet: nobody would hold %s",
			     word->text);
		return;
	}
	TEXT_COPY(read.interface, interface);
	while (line.next < statement->count)
		read_option(&line);
	if (is_new(builder, word, &read.address, first))
		*builder_add_addresses(builder, word->at) = read;
}

void build_virtual_addresses(struct builder *builder, const struct object *block,
			     const char *interface, size_t first, bool excluded)
{
	const struct statement *statement = block->statement->children;

	for (; statement; statement = statement->next)
		build_line(builder, statement, interface, first, excluded);
}
