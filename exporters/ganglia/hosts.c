/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of real servers. Not the resolver: that may keep us waiting, and would be asked for each one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/memory.h"
#include "base/text.h"
#include "exporters/ganglia/ganglia.h"

/* One more than a name may have to be taken: all of a description goes into one datagram. */
#define NAME 128
#define BLANKS " \t\r"

struct ganglia_hosts_line {
	struct address address;
	size_t number; /* of the line: the first one of an address counts */
	char name[NAME];
};

static int compare(const void *left, const void *right)
{
	const struct ganglia_hosts_line *a = left, *b = right;
	int order = address_compare(&a->address, &b->address);

	return order ? order : (a->number > b->number) - (a->number < b->number);
}

static void add_line(struct ganglia_hosts *hosts, char *line)
{
	struct ganglia_hosts_line *added;
	struct address address;
	char *rest = NULL, *word, *name;

	line[strcspn(line, "#")] = '\0';
	word = strtok_r(line, BLANKS, &rest);
	name = word ? strtok_r(NULL, BLANKS, &rest) : NULL;
	if (!name || strlen(name) >= NAME || !address_parse(word, &address))
		return;
	if (hosts->count == hosts->room) {
		hosts->room = hosts->room ? hosts->room * 2 : 16;
		hosts->lines = memory_resize(hosts->lines, hosts->room, sizeof(hosts->lines[0]));
	}
	added = &hosts->lines[hosts->count];
	added->address = address;
	added->number = hosts->count++;
	text_copy(added->name, sizeof(added->name), name);
}

void ganglia_hosts_read(struct ganglia_hosts *hosts, const char *text, size_t length)
{
	const char *end = text + length;

	hosts->count = 0;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t size = (size_t)((newline ? newline : end) - text);
		char *line = memory_new(size + 1);

		memcpy(line, text, size);
		add_line(hosts, line);
		free(line);
		text += size + 1;
	}
	if (hosts->count > 0)
		qsort(hosts->lines, hosts->count, sizeof(hosts->lines[0]), compare);
}

void ganglia_hosts_free(struct ganglia_hosts *hosts)
{
	free(hosts->lines);
	*hosts = (struct ganglia_hosts){0};
}

/* The first line of the address. */
static const char *name_of(const struct ganglia_hosts *hosts, const char *text)
{
	struct address address;
	size_t low = 0, high = hosts->count;

	if (!address_parse(text, &address))
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (address_compare(&hosts->lines[middle].address, &address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < hosts->count && address_equal(&hosts->lines[low].address, &address)
		       ? hosts->lines[low].name
		       : NULL;
}

static void without_colons(char *text)
{
	for (; *text != '\0'; text++)
		if (*text == ':')
			*text = '-';
}

const char *ganglia_host_of(const struct ganglia_hosts *hosts, const char *real_server,
			    char text[GANGLIA_HOST])
{
	const char *begin = real_server[0] == '[' ? real_server + 1 : real_server;
	const char *end = real_server[0] == '[' ? strchr(begin, ']') : strrchr(begin, ':');
	char address[ADDRESS_TEXT];
	const char *name;

	snprintf(address, sizeof(address), "%.*s", end ? (int)(end - begin) : (int)strlen(begin), begin);
	name = name_of(hosts, address);
	without_colons(address);
	snprintf(text, GANGLIA_HOST, "%s:%s", address, name ? name : address);
	return text;
}
