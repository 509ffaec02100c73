/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a file is made, and whether one that is there was made like that. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exporters/rrd/rrd.h"

static bool take_number(const char **text, unsigned *number)
{
	unsigned long value;
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	value = strtoul(*text, &end, 10);
	*text = end;
	*number = (unsigned)value;
	return errno == 0 && value > 0 && value <= INT32_MAX;
}

bool rrd_shape_archives(struct rrd_shape *shape, const char *text)
{
	shape->archive_count = 0;
	for (;;) {
		struct rrd_archive *archive = &shape->archives[shape->archive_count];

		if (shape->archive_count++ == RRD_ARCHIVES ||
		    !take_number(&text, &archive->resolution) || *text++ != ':' ||
		    !take_number(&text, &archive->span) || archive->span < archive->resolution)
			return false;
		if (*text == '\0')
			return true;
		if (*text++ != ' ')
			return false;
	}
}

const char *rrd_shape_archive(const struct rrd_shape *shape, size_t i, char text[RRD_DEFINITION])
{
	for (size_t j = 0; j < shape->archive_count; j++) {
		const struct rrd_archive *archive = &shape->archives[j];
		unsigned steps = (archive->resolution + shape->step - 1) / shape->step;
		unsigned rows = archive->span / (steps * shape->step);

		if (i > (steps > 1)) {
			i -= 1 + (steps > 1);
			continue;
		}
		/* Half of the values may be unknown: an hour with a restart in it is still an hour. */
		snprintf(text, RRD_DEFINITION, "RRA:%s:0.5:%u:%u", i == 0 ? "AVERAGE" : "MAX",
			 steps, rows > 0 ? rows : 1);
		return text;
	}
	return NULL;
}

static size_t find(const struct rrd_description *description, const char *name)
{
	size_t i = 0;

	while (i < description->count && strcmp(description->sources[i].name, name) != 0)
		i++;
	return i;
}

bool rrd_describes(const struct rrd_description *description, const char *name)
{
	return find(description, name) < description->count;
}

enum rrd_judgement rrd_judge(const struct rrd_description *description, enum stat_family_id family,
			     unsigned step, char reason[RRD_REASON])
{
	struct rrd_source sources[RRD_SOURCES];
	size_t count = rrd_sources(family, sources), known = 0;

	reason[0] = '\0';
	if (description->step != step) {
		snprintf(reason, RRD_REASON, "its step is %lu s and not %u s", description->step,
			 step);
		return RRD_OTHER;
	}
	for (size_t i = 0; i < count; i++) {
		size_t at = find(description, sources[i].name);
		const char *type = rrd_source_type(&sources[i]);

		if (at == description->count)
			continue;
		known++;
		if (strcmp(description->sources[at].type, type) != 0) {
			snprintf(reason, RRD_REASON, "its data source %s is a %s and not a %s",
				 sources[i].name, description->sources[at].type, type);
			return RRD_OTHER;
		}
	}
	if (known == 0) {
		snprintf(reason, RRD_REASON, "it has no data source of family %s",
			 stat_families[family].name);
		return RRD_OTHER;
	}
	return known == count ? RRD_FITS : RRD_LACKS;
}
