/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats: what they are called, and which of them a client gets. */
#include <string.h>
#include <strings.h>

#include "exporters/prometheus/series.h"

struct parameter {
	const char *name;
	const char *value;
};

struct format {
	const char *name;
	const char *type;
	const char *content_type;
	/* A range that has one of these with another value means another format. */
	struct parameter parameters[2];
};

static const struct format formats[PROMETHEUS_FORMAT_COUNT] = {
	[PROMETHEUS_TEXT] = {"text",
			     "text/plain",
			     "text/plain; version=0.0.4; charset=utf-8",
			     {{"version", "0.0.4"}, {NULL, NULL}}},
	[PROMETHEUS_OPENMETRICS] = {"openmetrics",
				    "application/openmetrics-text",
				    "application/openmetrics-text; version=1.0.0; charset=utf-8",
				    {{"version", "1.0.0"}, {NULL, NULL}}},
	[PROMETHEUS_PROTOBUF] = {"protobuf",
				 "application/vnd.google.protobuf",
				 "application/vnd.google.protobuf; "
				 "proto=io.prometheus.client.MetricFamily; encoding=delimited",
				 {{"proto", "io.prometheus.client.MetricFamily"},
				  {"encoding", "delimited"}}},
};

const char *prometheus_format_name(enum prometheus_format format)
{
	return formats[format].name;
}

const char *prometheus_content_type(enum prometheus_format format)
{
	return formats[format].content_type;
}

void prometheus_render(struct buffer *buffer, enum prometheus_format format,
		       const struct snapshot *snapshot, const struct prometheus_numbers *numbers,
		       struct prometheus_options options)
{
	if (format == PROMETHEUS_PROTOBUF)
		series_protobuf(buffer, snapshot, numbers, options);
	else
		series_text(buffer, format == PROMETHEUS_OPENMETRICS, snapshot, numbers, options);
}

/* --- Accept ------------------------------------------------------------------------------------
 */

struct slice {
	const char *at;
	size_t length;
};

static struct slice trim(struct slice text)
{
	while (text.length > 0 && strchr(" \t\"", *text.at))
		text.at++, text.length--;
	while (text.length > 0 && strchr(" \t\"", text.at[text.length - 1]))
		text.length--;
	return text;
}

/* Takes off, and returns, what stands before the separator. */
static struct slice take(struct slice *rest, char separator)
{
	const char *end = memchr(rest->at, separator, rest->length);
	struct slice first = {rest->at, end ? (size_t)(end - rest->at) : rest->length};

	rest->at += first.length + (end ? 1 : 0);
	rest->length -= first.length + (end ? 1 : 0);
	return trim(first);
}

static bool is(struct slice text, const char *word)
{
	return text.length == strlen(word) && strncasecmp(text.at, word, text.length) == 0;
}

/* "0.75" is 750. What is no weight counts as the greatest, as if it were not there. */
static int weight_of(struct slice text)
{
	int weight = 0;
	int place = 1000;

	if (text.length == 0)
		return 1000;
	for (size_t i = 0; i < text.length; i++) {
		if (i == 1 && text.at[i] == '.')
			continue;
		if (text.at[i] < '0' || text.at[i] > '9')
			return 1000;
		weight += (text.at[i] - '0') * place;
		place /= 10;
	}
	return weight < 1000 ? weight : 1000;
}

/* What a range says of a format. */
struct opinion {
	int closeness; /* 0: nothing; 1: all types; 2: all of application, say; 3: it; + parameters
			*/
	int weight;
	int position; /* of the range in the header */
};

static struct opinion type_opinion(struct slice type, const struct format *format)
{
	size_t slash = strcspn(format->type, "/") + 1;

	if (is(type, format->type))
		return (struct opinion){3, 1000, 0};
	if (type.length == slash + 1 && type.at[slash] == '*' &&
	    strncasecmp(type.at, format->type, slash) == 0)
		return (struct opinion){2, 1000, 0};
	return (struct opinion){is(type, "*/*") ? 1 : 0, 1000, 0};
}

static struct opinion opinion_of(struct slice range, const struct format *format)
{
	struct opinion opinion = type_opinion(take(&range, ';'), format);

	while (opinion.closeness > 0 && range.length > 0) {
		struct slice value = take(&range, ';');
		struct slice name = take(&value, '=');

		value = trim(value);
		if (is(name, "q")) {
			opinion.weight = weight_of(value);
			break;
		}
		for (size_t i = 0; i < 2 && format->parameters[i].name; i++) {
			if (!is(name, format->parameters[i].name))
				continue;
			if (!is(value, format->parameters[i].value))
				return (struct opinion){0};
			opinion.closeness++;
		}
	}
	return opinion;
}

/* Of each format the closest range counts. Of several formats that are liked alike the one that is
 * named first; of several under one range, the plainest. */
enum prometheus_format prometheus_choose(const char *accept)
{
	struct slice rest = {accept ? accept : "", accept ? strlen(accept) : 0};
	struct opinion opinions[PROMETHEUS_FORMAT_COUNT] = {0};
	enum prometheus_format best = PROMETHEUS_TEXT;

	for (int position = 0; rest.length > 0; position++) {
		struct slice range = take(&rest, ',');

		for (size_t i = 0; i < PROMETHEUS_FORMAT_COUNT; i++) {
			struct opinion opinion = opinion_of(range, &formats[i]);

			opinion.position = position;
			if (opinion.closeness > opinions[i].closeness)
				opinions[i] = opinion;
		}
	}
	for (size_t i = 0; i < PROMETHEUS_FORMAT_COUNT; i++)
		if (opinions[i].weight > opinions[best].weight ||
		    (opinions[i].weight == opinions[best].weight && opinions[i].weight > 0 &&
		     opinions[i].position < opinions[best].position))
			best = (enum prometheus_format)i;
	return best;
}
