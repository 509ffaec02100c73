/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Event records to protobuf and back. */
#include "control/record.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

/* A detail line is at least its newline. */
#define DETAIL_LINES (EVENT_DETAIL_TEXT / 2)

/* Length of the UTF-8 sequence at `text` (RFC 3629 section 4), 0 when there is none. */
static size_t utf8_length(const unsigned char *text)
{
	size_t length;
	uint32_t code;

	if (text[0] < 0x80)
		return 1;
	length = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	code = text[0] & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if ((length == 3 && code < 0x800) || (length == 4 && (code < 0x10000 || code > 0x10ffff)) ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return length;
}

static void clean_text(char *text, size_t size, bool lines)
{
	unsigned char *at = (unsigned char *)text;

	text[size - 1] = '\0';
	while (*at) {
		size_t length = utf8_length(at);

		if (length == 0 || (*at < 0x20 && !(lines && *at == '\n')) || *at == 0x7f) {
			*at++ = '?';
			continue;
		}
		at += length;
	}
}

bool record_sanitise(struct event *event)
{
	unsigned kept = 0;

	if (!event_cause_info(event->cause))
		return false;
	clean_text(event->object, sizeof(event->object), false);
	clean_text(event->from, sizeof(event->from), false);
	clean_text(event->to, sizeof(event->to), false);
	clean_text(event->detail, sizeof(event->detail), true);
	if (event->facts_used > EVENT_FACTS)
		event->facts_used = EVENT_FACTS;
	for (unsigned i = 0; i < event->facts_used; i++) {
		const struct event_fact_info *info = event_fact_info(event->facts[i].key);

		if (!info)
			continue;
		if (info->kind == FACT_KIND_TEXT)
			clean_text(event->facts[i].text, sizeof(event->facts[i].text), false);
		if (kept != i)
			event->facts[kept] = event->facts[i];
		kept++;
	}
	event->facts_used = (uint16_t)kept;
	return true;
}

static void encode_fact(const struct event_fact *fact, Lbd__Fact *message)
{
	const struct event_fact_info *info = event_fact_info(fact->key);

	lbd__fact__init(message);
	message->has_key = message->has_role = message->has_kind = 1;
	message->key = fact->key;
	message->name = (char *)(uintptr_t)info->name;
	message->role = (Lbd__Fact__Role)info->role;
	message->kind = (Lbd__Fact__Kind)info->kind;
	if (info->kind == FACT_KIND_TEXT) {
		message->text = (char *)(uintptr_t)fact->text;
	} else {
		message->has_number = 1;
		message->number = fact->number;
	}
}

/* Cuts `text` at its newlines; `lines` point into it. */
static size_t split_lines(char *text, char *lines[DETAIL_LINES])
{
	size_t count = 0;
	char *rest = text;
	char *line;

	while ((line = strsep(&rest, "\n")) && count < DETAIL_LINES)
		if (*line)
			lines[count++] = line;
	return count;
}

static char *text_or_absent(const char *text)
{
	return *text ? (char *)(uintptr_t)text : NULL;
}

size_t record_encode(const struct event *event, uint8_t bytes[RECORD_MAX])
{
	const struct event_cause_info *cause = event_cause_info(event->cause);
	Lbd__Event message = LBD__EVENT__INIT;
	Lbd__Fact facts[EVENT_FACTS];
	Lbd__Fact *fact_list[EVENT_FACTS];
	char detail[EVENT_DETAIL_TEXT];
	char *lines[DETAIL_LINES];

	assert(cause);
	memcpy(detail, event->detail, sizeof(detail));
	for (unsigned i = 0; i < event->facts_used; i++) {
		encode_fact(&event->facts[i], &facts[i]);
		fact_list[i] = &facts[i];
	}
	message.has_number = message.has_wall = message.has_cause = 1;
	message.number = event->number;
	message.wall = event->wall;
	message.cause = event->cause;
	message.cause_name = (char *)(uintptr_t)cause->name;
	message.kind = (char *)(uintptr_t)event_object_name(cause->object);
	message.severity = (char *)(uintptr_t)set_text(&set_severity, (long)cause->severity);
	message.object = (char *)(uintptr_t)event->object;
	message.from = text_or_absent(event->from);
	message.to = text_or_absent(event->to);
	message.n_facts = event->facts_used;
	message.facts = fact_list;
	message.n_detail = split_lines(detail, lines);
	message.detail = lines;
	assert(lbd__event__get_packed_size(&message) <= RECORD_MAX);
	return lbd__event__pack(&message, bytes);
}

static void decode_fact(const Lbd__Fact *message, struct event *event)
{
	const struct event_fact_info *info =
		message->has_key ? event_fact_info(message->key) : NULL;

	if (!info || event->facts_used == EVENT_FACTS)
		return;
	if (info->kind == FACT_KIND_TEXT && message->text)
		event_add_text(event, (enum event_fact_key)message->key, message->text);
	else if (info->kind != FACT_KIND_TEXT && message->has_number)
		event_add_number(event, (enum event_fact_key)message->key, message->number);
}

void record_from_message(const Lbd__Event *message, struct event *event)
{
	memset(event, 0, sizeof(*event));
	event->number = message->number;
	event->wall = message->wall;
	event->cause = message->has_cause && message->cause < UINT16_MAX ? (uint16_t)message->cause
									 : UINT16_MAX;
	TEXT_COPY(event->object, message->object ? message->object : "");
	TEXT_COPY(event->from, message->from ? message->from : "");
	TEXT_COPY(event->to, message->to ? message->to : "");
	for (size_t i = 0; i < message->n_facts; i++)
		decode_fact(message->facts[i], event);
	for (size_t i = 0; i < message->n_detail; i++)
		event_add_detail(event, "%s", message->detail[i]);
}

bool record_decode(const void *bytes, size_t length, struct event *event)
{
	Lbd__Event *message = lbd__event__unpack(NULL, length, bytes);

	if (!message)
		return false;
	record_from_message(message, event);
	lbd__event__free_unpacked(message, NULL);
	return true;
}
