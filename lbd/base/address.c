/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Address values. */
#include "base/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool address_parse(const char *text, struct address *address)
{
	struct address parsed = {.family = AF_INET};

	if (inet_pton(AF_INET, text, parsed.bytes) != 1) {
		parsed.family = AF_INET6;
		if (inet_pton(AF_INET6, text, parsed.bytes) != 1)
			return false;
	}
	*address = parsed;
	return true;
}

const char *address_format(const struct address *address, char text[ADDRESS_TEXT])
{
	if (!address_is_set(address) ||
	    !inet_ntop(address->family, address->bytes, text, ADDRESS_TEXT))
		snprintf(text, ADDRESS_TEXT, "none");
	return text;
}

const char *address_format_port(const struct address *address, uint16_t port,
				char text[ADDRESS_PORT_TEXT])
{
	char plain[ADDRESS_TEXT];

	address_format(address, plain);
	snprintf(text, ADDRESS_PORT_TEXT, address->family == AF_INET6 ? "[%s]:%u" : "%s:%u", plain,
		 (unsigned)port);
	return text;
}

int address_compare(const struct address *a, const struct address *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

bool address_equal(const struct address *a, const struct address *b)
{
	return address_compare(a, b) == 0;
}

bool address_is_set(const struct address *address)
{
	return address_length(address) != 0;
}

size_t address_length(const struct address *address)
{
	return address->family == AF_INET ? 4 : address->family == AF_INET6 ? 16 : 0;
}

struct address address_from_ipv4(uint32_t network_order)
{
	struct address address = {.family = AF_INET};

	memcpy(address.bytes, &network_order, sizeof(network_order));
	return address;
}

uint32_t address_to_ipv4(const struct address *address)
{
	uint32_t network_order;

	memcpy(&network_order, address->bytes, sizeof(network_order));
	return network_order;
}

socklen_t address_to_socket(const struct address *address, uint16_t port,
			    struct sockaddr_storage *storage)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)storage;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;

	memset(storage, 0, sizeof(*storage));
	if (address->family == AF_INET) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, address->bytes, 4);
		return sizeof(*v4);
	}
	if (address->family == AF_INET6) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		memcpy(&v6->sin6_addr, address->bytes, 16);
		return sizeof(*v6);
	}
	return 0;
}
