/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rrd block of exporters. */
#include "conf/builder.h"

#include <string.h>

#include "base/text.h"

#define ARCHIVES_MOST 8
#define SPAN_MOST INT32_MAX

/* "90", "90s", "10m", "2h", "1d", "1w", "2y": seconds, up to `end`. */
static bool read_span(const char *text, char end, int64_t *seconds, const char **rest)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = {{'s', 1},	    {'m', 60},	       {'h', 3600},
		     {'d', 86400}, {'w', 7 * 86400}, {'y', 365 * 86400}};

	*seconds = 0;
	if (*text < '0' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9'; text++) {
		*seconds = *seconds * 10 + (*text - '0');
		if (*seconds > SPAN_MOST)
			return false;
	}
	for (size_t i = 0; *text != end && i < sizeof(units) / sizeof(units[0]); i++)
		if (*text == units[i].letter) {
			*seconds *= units[i].seconds;
			text++;
			break;
		}
	*rest = text + 1;
	return *text == end && *seconds > 0 && *seconds <= SPAN_MOST;
}

static bool read_archive(struct builder *builder, const struct word *word, char *into, size_t size)
{
	int64_t resolution, span;
	const char *rest;

	if (!read_span(word->text, ':', &resolution, &rest) || !read_span(rest, '\0', &span, &rest)) {
		report_error(builder->report, word->at,
			     "\"%s\" is no archive: write RESOLUTION:SPAN, like 10s:1d or 2h:2y",
			     word->text);
		return false;
	}
	if (span < resolution) {
		report_error(builder->report, word->at,
			     "\"%s\" would keep less than one value: the span comes after the "
			     "resolution and is longer",
			     word->text);
		return false;
	}
	return text_append(into, size, "%s%lld:%lld", into[0] ? " " : "", (long long)resolution,
			   (long long)span);
}

static void build_archives(struct builder *builder, const struct setting *archives,
			   struct conf_global *global)
{
	const struct statement *statement = archives->statement;

	if (!archives->set)
		return;
	if (statement->count - 1 > ARCHIVES_MOST) {
		report_error(builder->report, statement->words[ARCHIVES_MOST + 1].at,
			     "more than %d archives: leave some out", ARCHIVES_MOST);
		return;
	}
	for (size_t i = 1; i < statement->count; i++)
		if (!read_archive(builder, &statement->words[i], global->rrd_archives,
				  sizeof(global->rrd_archives)))
			return;
}

void build_rrd(struct builder *builder, const struct object *exporters)
{
	const struct object *rrd = exporters ? object_child(exporters, BLOCK_RRD) : NULL;
	struct conf_global *global = &builder->conf->global[0];
	const struct setting *directory;

	if (!rrd)
		return;
	directory = object_setting(rrd, RRD_directory);
	if (!directory->statement)
		report_error(builder->report, rrd->at,
			     "rrd has no directory: write where the files go, like directory "
			     "/var/lib/lbd-rrd");
	builder_path(builder, directory, global->rrd_directory, sizeof(global->rrd_directory),
		     "directory");
	builder_path(builder, object_setting(rrd, RRD_rrdcached), global->rrd_socket,
		     sizeof(global->rrd_socket), "rrdcached");
	global->rrd_step = (uint32_t)object_setting(rrd, RRD_step)->number;
	build_archives(builder, object_setting(rrd, RRD_archives), global);
}
