/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing performance data. Numbers are written exactly, never by way of floating point. */
#include "exporters/nagios/perfdata.h"

#include <stdbool.h>
#include <string.h>

static unsigned digits_of(enum perfdata_unit unit)
{
	switch (unit) {
	case PERFDATA_SECONDS:
	case PERFDATA_RATE:
	case PERFDATA_BYTE_RATE:
		return 3;
	default:
		return 0;
	}
}

static const char *unit_text(enum perfdata_unit unit)
{
	switch (unit) {
	case PERFDATA_SECONDS:
		return "s";
	case PERFDATA_BYTES:
	case PERFDATA_BYTE_RATE:
		return "B";
	case PERFDATA_COUNTER:
		return "c";
	case PERFDATA_PERCENT:
		return "%";
	default:
		return "";
	}
}

double perfdata_value(const struct perfdata *value)
{
	return digits_of(value->unit) == 3 ? (double)value->number / 1000 : (double)value->number;
}

static bool needs_quotes(const char *text)
{
	return text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."
				 ":/")] != '\0';
}

static void add_label_part(struct buffer *into, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			buffer_text(into, "''");
		else if (*text == '=' || *text == '|' || (unsigned char)*text < ' ' || *text == 127)
			buffer_text(into, "_");
		else
			buffer_add(into, text, 1);
	}
}

static void add_label(struct buffer *into, const struct perfdata *value)
{
	bool quoted = value->object || needs_quotes(value->name);

	if (quoted)
		buffer_text(into, "'");
	if (value->object) {
		add_label_part(into, value->object);
		buffer_text(into, " ");
	}
	add_label_part(into, value->name);
	if (quoted)
		buffer_text(into, "'");
}

void perfdata_add(struct buffer *into, const struct perfdata *value)
{
	bool limits = value->warning || value->critical || value->most;

	if (into->length > 0)
		buffer_text(into, " ");
	add_label(into, value);
	buffer_text(into, "=");
	buffer_decimal(into, value->number, digits_of(value->unit));
	buffer_text(into, unit_text(value->unit));
	if (!limits)
		return;
	buffer_format(into, ";%s;%s;0", value->warning ? value->warning->text : "",
		      value->critical ? value->critical->text : "");
	if (value->most)
		buffer_format(into, ";%lld", (long long)value->most);
}
