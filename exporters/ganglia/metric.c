/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of metrics, and what a row of numbers is called in it. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "exporters/ganglia/ganglia.h"

#define ALL GANGLIA_ALL
const struct ganglia_metric ganglia_metrics[] = {
#define GANGLIA(SCOPE, name, FAMILY, family, metric, HOW, part, units, title) \
	{GANGLIA_##SCOPE, name, STAT_FAMILY_##FAMILY, STAT_##family##_##metric, GANGLIA_##HOW, \
	 part, units, title},
#include "exporters/ganglia/metric.def"
#undef GANGLIA
};
#undef ALL
const size_t ganglia_metric_count = sizeof(ganglia_metrics) / sizeof(ganglia_metrics[0]);

const char *const ganglia_scope_names[GANGLIA_SCOPE_COUNT] = {
	[GANGLIA_SUMMARY] = "summary",
	[GANGLIA_VRRP] = "vrrp",
	[GANGLIA_VIRTUAL_SERVER] = "virtual_servers",
	[GANGLIA_REAL_SERVER] = "real_servers",
};

static unsigned scope_of(const char *word, size_t length)
{
	if (length == strlen("all") && strncmp(word, "all", length) == 0)
		return (1U << GANGLIA_SCOPE_COUNT) - 1;
	for (unsigned i = 0; i < GANGLIA_SCOPE_COUNT; i++)
		if (strlen(ganglia_scope_names[i]) == length &&
		    strncmp(ganglia_scope_names[i], word, length) == 0)
			return 1U << i;
	return 0;
}

unsigned ganglia_scopes(const char *list)
{
	unsigned scopes = 1U << GANGLIA_SUMMARY;

	for (;;) {
		size_t length = strcspn(list, ",");
		unsigned scope = scope_of(list, length);

		if (!scope)
			return 0;
		scopes |= scope;
		if (list[length] == '\0')
			return scopes;
		list += length + 1;
	}
}

/* Not isalnum(): that depends on the locale. */
static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_';
}

/* "[2001:db8::1]:80" is "2001-db8--1_80": no two labels have one name. */
static void add_label(char text[GANGLIA_TEXT], const char *label)
{
	size_t length = strlen(text);
	const char *port = strrchr(label, ':');

	for (; *label != '\0' && length + 1 < GANGLIA_TEXT; label++) {
		if (is_plain(*label))
			text[length++] = *label;
		else if (*label == ':')
			text[length++] = label == port ? '_' : '-';
		else if (*label != '[' && *label != ']')
			text[length++] = '_';
	}
	text[length] = '\0';
}

static void add_labels(char text[GANGLIA_TEXT], const char *const labels[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		add_label(text, labels[i]);
		text_append(text, GANGLIA_TEXT, "_");
	}
}

static void add_virtual_server(char text[GANGLIA_TEXT], const char *protocol, const char *address)
{
	add_labels(text, (const char *const[]){protocol, address}, 2);
}

static void add_real_server(char text[GANGLIA_TEXT], const struct stat_real_server *row,
			    const char *director)
{
	const char *port = director ? strrchr(row->real_server, ':') : NULL;

	if (director)
		add_labels(text, &director, 1);
	add_virtual_server(text, row->protocol, row->virtual_server);
	text_append(text, GANGLIA_TEXT, port ? "port_" : "to_");
	add_labels(text, (const char *const[]){port ? port + 1 : row->real_server}, 1);
}

const char *ganglia_name(const struct ganglia_metric *metric, const struct stat_row *row,
			 const char *director, char text[GANGLIA_TEXT])
{
	const struct stat_vrrp *vrrp = (const void *)row;
	const struct stat_virtual_server *virtual = (const void *)row;

	text_copy(text, GANGLIA_TEXT, "lbd_");
	switch (metric->scope) {
	case GANGLIA_VRRP:
		add_labels(text, (const char *const[]){"vrrp", vrrp->interface, vrrp->vrid, vrrp->family},
			   4);
		break;
	case GANGLIA_VIRTUAL_SERVER:
		add_virtual_server(text, virtual->protocol, virtual->virtual_server);
		break;
	case GANGLIA_REAL_SERVER:
		add_real_server(text, (const void *)row, director);
		break;
	case GANGLIA_SUMMARY:
	case GANGLIA_SCOPE_COUNT:
		break;
	}
	text_append(text, GANGLIA_TEXT, "%s", metric->name);
	return text;
}

const char *ganglia_title(const struct ganglia_metric *metric, const struct stat_row *row,
			  char text[GANGLIA_TEXT])
{
	const struct stat_vrrp *vrrp = (const void *)row;
	const struct stat_virtual_server *virtual = (const void *)row;
	const struct stat_real_server *real = (const void *)row;

	text_copy(text, GANGLIA_TEXT, metric->title);
	switch (metric->scope) {
	case GANGLIA_VRRP:
		text_append(text, GANGLIA_TEXT, ", VRRP %s %s %s", vrrp->interface, vrrp->vrid,
			    vrrp->family);
		break;
	case GANGLIA_VIRTUAL_SERVER:
		text_append(text, GANGLIA_TEXT, ", %s %s", virtual->protocol,
			    virtual->virtual_server);
		break;
	case GANGLIA_REAL_SERVER:
		text_append(text, GANGLIA_TEXT, ", %s %s to %s", real->protocol,
			    real->virtual_server, real->real_server);
		break;
	case GANGLIA_SUMMARY:
	case GANGLIA_SCOPE_COUNT:
		break;
	}
	return text;
}

const char *ganglia_group(const struct ganglia_metric *metric, const struct stat_row *row,
			  char text[GANGLIA_TEXT])
{
	const struct stat_virtual_server *virtual = (const void *)row;
	const struct stat_real_server *real = (const void *)row;

	text_copy(text, GANGLIA_TEXT, "lbd_");
	if (metric->scope == GANGLIA_VRRP)
		text_append(text, GANGLIA_TEXT, "vrrp_");
	else if (metric->scope == GANGLIA_VIRTUAL_SERVER)
		add_virtual_server(text, virtual->protocol, virtual->virtual_server);
	else if (metric->scope == GANGLIA_REAL_SERVER)
		add_virtual_server(text, real->protocol, real->virtual_server);
	text[strlen(text) - 1] = '\0';
	return text;
}

const char *ganglia_description(const struct ganglia_metric *metric, char text[GANGLIA_TEXT])
{
	const struct stat_family *family = &stat_families[metric->family];
	const struct stat_metric *source = &family->metrics[metric->index];

	snprintf(text, GANGLIA_TEXT, "%s %s: %s", family->name, source->name, source->help);
	if (metric->part != GANGLIA_ALL && source->set)
		text_append(text, GANGLIA_TEXT, "; here: %s", source->set->values[metric->part].text);
	else if (metric->part != GANGLIA_ALL)
		text_append(text, GANGLIA_TEXT, "; here: %d", metric->part);
	if (metric->how == GANGLIA_RATE)
		text_append(text, GANGLIA_TEXT, "; growth a second");
	return text;
}
