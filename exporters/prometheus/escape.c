/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Label values: escaped and valid UTF-8. */
#include <string.h>

#include "exporters/prometheus/prometheus.h"

/* Length of the valid sequence at `text` (RFC 3629 section 4), or 0. */
static size_t utf8_length(const uint8_t *text)
{
	uint8_t low = 0x80;
	uint8_t high = 0xbf;
	size_t length;

	if (text[0] < 0x80)
		return 1;
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	length = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	if (text[0] == 0xe0)
		low = 0xa0; /* overlong */
	else if (text[0] == 0xed)
		high = 0x9f; /* surrogates */
	else if (text[0] == 0xf0)
		low = 0x90; /* overlong */
	else if (text[0] == 0xf4)
		high = 0x8f; /* beyond U+10FFFF */
	if (text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (text[i] < 0x80 || text[i] > 0xbf)
			return 0;
	return length;
}

static void append(struct buffer *buffer, const char *text, bool escape)
{
	while (*text) {
		size_t length = utf8_length((const uint8_t *)text);

		if (length == 0)
			buffer_text(buffer, "\xef\xbf\xbd");
		else if (escape && *text == '\\')
			buffer_text(buffer, "\\\\");
		else if (escape && *text == '"')
			buffer_text(buffer, "\\\"");
		else if (escape && *text == '\n')
			buffer_text(buffer, "\\n");
		else
			buffer_add(buffer, text, length);
		text += length ? length : 1;
	}
}

void prometheus_utf8(struct buffer *buffer, const char *text)
{
	append(buffer, text, false);
}

void prometheus_escape(struct buffer *buffer, const char *text)
{
	append(buffer, text, true);
}
