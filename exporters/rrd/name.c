/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File names that any tool can take in its command line, and that tell what is in the file. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "exporters/rrd/rrd.h"

static const char suffix[] = ".rrd";
static const char digits[] = "0123456789ABCDEF";

/* Not isalnum(): that depends on the locale. */
static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.';
}

struct path {
	char *text;
	size_t length;
};

static void put(struct path *path, char c)
{
	if (path->length + 1 < RRD_PATH)
		path->text[path->length++] = c;
}

/* Returns the length of the part. */
static size_t put_label(struct path *path, const char *label)
{
	size_t start = path->length;

	if (label[0] == '\0')
		put(path, '%');
	for (size_t i = 0; label[i] != '\0'; i++) {
		if (label[i] == ':') {
			put(path, '+');
		} else if (is_plain(label[i]) && !(label[i] == '.' && i == 0)) {
			put(path, label[i]);
		} else {
			put(path, '%');
			put(path, digits[(unsigned char)label[i] >> 4]);
			put(path, digits[(unsigned char)label[i] & 15]);
		}
	}
	return path->length - start;
}

bool rrd_path(enum stat_family_id id, const struct stat_row *row, char text[RRD_PATH])
{
	const struct stat_family *family = &stat_families[id];
	struct path path = {text, 0};
	bool fits = true;

	put_label(&path, family->name);
	for (size_t i = 0; i < family->label_count; i++) {
		put(&path, '/');
		/* The suffix belongs to the last part only; the limit is the same for all. */
		if (put_label(&path, (const char *)row + family->labels[i].offset) >
		    NAME_MAX - strlen(suffix))
			fits = false;
	}
	for (size_t i = 0; suffix[i] != '\0'; i++)
		put(&path, suffix[i]);
	text[path.length] = '\0';
	return fits && path.length + 1 < RRD_PATH;
}

static bool hexadecimal(const char *from, char *c)
{
	const char *high = from[0] ? strchr(digits, from[0]) : NULL;
	const char *low = high && from[1] ? strchr(digits, from[1]) : NULL;

	if (low)
		*c = (char)((high - digits) << 4 | (low - digits));
	return low != NULL;
}

/* One part, up to `end`. */
static bool take_label(const char *from, const char *end, char *into, size_t size)
{
	size_t length = 0;

	if (end - from == 1 && *from == '%')
		return true;
	while (from < end && length + 1 < size) {
		if (*from == '%' && end - from >= 3 && hexadecimal(from + 1, &into[length]))
			from += 3;
		else if (*from == '+' || is_plain(*from))
			into[length] = *from == '+' ? ':' : *from, from++;
		else
			return false;
		length++;
	}
	return from == end;
}

static bool take_labels(const struct stat_family *family, const char *from, struct stat_row *row)
{
	const char *end = from + strlen(from) - strlen(suffix);

	for (size_t i = 0; i < family->label_count; i++) {
		const struct stat_text *label = &family->labels[i];
		const char *slash = i + 1 < family->label_count ? strchr(from, '/') : end;

		if (!slash || slash > end ||
		    !take_label(from, slash, (char *)row + label->offset, label->size))
			return false;
		from = slash + 1;
	}
	return from == end + 1;
}

struct stat_row *rrd_path_parse(const char *path, enum stat_family_id *id)
{
	size_t length = strlen(path);
	char again[RRD_PATH];

	if (length <= strlen(suffix) || strcmp(path + length - strlen(suffix), suffix) != 0)
		return NULL;
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_family *family = &stat_families[i];
		size_t name = strlen(family->name);
		struct stat_row *row;

		if (strncmp(path, family->name, name) != 0 || path[name] != '/')
			continue;
		*id = (enum stat_family_id)i;
		row = memory_new(family->stride);
		/* One spelling only: what is not written like this is not ours. */
		if (take_labels(family, path + name + 1, row) && rrd_path(*id, row, again) &&
		    strcmp(again, path) == 0)
			return row;
		free(row);
		return NULL;
	}
	return NULL;
}
