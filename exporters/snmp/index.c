/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identities as indexes. A row keeps its index whatever comes, goes or moves around it
 * (invariant 3). */
#include "exporters/snmp/table.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"

static uint32_t hash_text(const char *text)
{
	uint32_t hash = UINT32_C(2166136261);

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * UINT32_C(16777619);
	return hash;
}

/* Longer ones end in "~" and eight digits of a hash: still an identity, and 128 sub-identifiers are
 * enough for every row. */
bool table_index_text(struct object_id *index, const char *text, size_t most)
{
	char cut[OBJECT_ID_MOST];
	size_t length = strlen(text);

	if (length > most) {
		snprintf(cut, sizeof(cut), "%.*s~%08lx", (int)(most - 9), text,
			 (unsigned long)hash_text(text));
		text = cut;
		length = most;
	}
	if (!object_id_add(index, (uint32_t)length))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!object_id_add(index, (uint8_t)text[i]))
			return false;
	return true;
}

static bool parse_decimal(const char *text, uint32_t most, uint32_t *number)
{
	char *end;
	unsigned long value;

	if (*text < '0' || *text > '9')
		return false;
	value = strtoul(text, &end, 10);
	*number = (uint32_t)value;
	return *end == '\0' && value <= most;
}

/* The way back from address_format_port(). */
static bool parse_address_port(const char *text, struct address *address, uint32_t *port)
{
	const char *colon = strrchr(text, ':');
	char host[ADDRESS_TEXT];
	size_t length;

	if (!colon || !parse_decimal(colon + 1, UINT16_MAX, port))
		return false;
	length = (size_t)(colon - text);
	if (*text == '[' && length > 2 && colon[-1] == ']') {
		text++;
		length -= 2;
	}
	if (length >= sizeof(host))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	return address_parse(host, address);
}

bool table_index_address(struct object_id *index, const char *text)
{
	struct address address = {.family = AF_UNSPEC};
	uint32_t port;
	size_t length;

	if (!parse_address_port(text, &address, &port)) {
		address = (struct address){.family = AF_UNSPEC};
		if (!parse_decimal(text, UINT32_MAX, &port))
			port = hash_text(text);
	}
	/* InetAddressType: unknown(0), ipv4(1), ipv6(2). */
	length = address_length(&address);
	if (!object_id_add(index, length == 4 ? 1 : length == 16 ? 2 : 0) ||
	    !object_id_add(index, (uint32_t)length))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!object_id_add(index, address.bytes[i]))
			return false;
	return object_id_add(index, port);
}

bool table_index_protocol(struct object_id *index, const char *text)
{
	static const struct {
		const char *text;
		uint32_t number;
	} protocols[] = {
		{"TCP", IPPROTO_TCP}, {"UDP", IPPROTO_UDP}, {"SCTP", IPPROTO_SCTP}, {"fwmark", 0},
	};

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcmp(protocols[i].text, text) == 0)
			return object_id_add(index, protocols[i].number);
	return object_id_add(index, 256 + hash_text(text) % 256);
}

bool table_index_number(struct object_id *index, const char *text)
{
	uint32_t number = 0;

	if (!parse_decimal(text, UINT32_MAX, &number))
		number = 0;
	return object_id_add(index, number);
}
