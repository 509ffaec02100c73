/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words as values. */
#include "conf/value.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static bool digits(const char *text, size_t length, int64_t *number)
{
	int64_t value = 0;

	if (length == 0 || length > 18)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (text[i] - '0');
	}
	*number = value;
	return true;
}

bool value_number(const char *text, int64_t *number)
{
	return digits(text, strlen(text), number);
}

bool value_timer(const char *text, int64_t *nanoseconds)
{
	size_t whole = strcspn(text, "."), decimals = 0;
	int64_t seconds = 0, fraction = 0;

	if (whole && !digits(text, whole, &seconds))
		return false;
	if (text[whole] == '.') {
		decimals = strlen(text + whole + 1);
		if (decimals > 9 || (decimals && !digits(text + whole + 1, decimals, &fraction)))
			return false;
	}
	if (whole + decimals == 0 || seconds > INT64_MAX / CLOCK_SECOND - 1)
		return false;
	for (size_t i = decimals; i < 9; i++)
		fraction *= 10;
	*nanoseconds = seconds * CLOCK_SECOND + fraction;
	return true;
}

bool value_bool(const char *text, bool *value)
{
	static const char *const words[] = {"off", "on", "no", "yes", "false", "true"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(text, words[i]) == 0) {
			*value = i % 2;
			return true;
		}
	}
	return false;
}

bool value_prefix(const char *text, struct address *address, uint8_t *prefix)
{
	char plain[ADDRESS_TEXT];
	size_t length = strcspn(text, "/");
	struct address parsed;
	int64_t bits;

	if (length >= sizeof(plain))
		return false;
	memcpy(plain, text, length);
	plain[length] = 0;
	if (!address_parse(plain, &parsed))
		return false;
	bits = (int64_t)address_length(&parsed) * 8;
	if (text[length] == '/') {
		int64_t given;

		if (!value_number(text + length + 1, &given) || given > bits)
			return false;
		bits = given;
	}
	*address = parsed;
	*prefix = (uint8_t)bits;
	return true;
}

/* Sets the bits after the prefix; false when some are set already. */
static bool end_of_network(struct address *address, uint8_t prefix)
{
	size_t length = address_length(address);

	for (size_t bit = prefix; bit < length * 8; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		if (address->bytes[bit / 8] & mask)
			return false;
		address->bytes[bit / 8] |= mask;
	}
	return true;
}

/* 192.0.2.10-20 and 2001:db8::10-20: the last part alone, decimal or hexadecimal. */
static bool end_of_range(const char *text, const struct address *first, struct address *last)
{
	char *end;
	unsigned long part;

	if (address_parse(text, last))
		return last->family == first->family;
	*last = *first;
	if (!*text || strspn(text, "0123456789abcdefABCDEF") != strlen(text))
		return false;
	part = strtoul(text, &end, first->family == AF_INET ? 10 : 16);
	if (*end || part > (first->family == AF_INET ? 255 : 65535))
		return false;
	if (first->family == AF_INET) {
		last->bytes[3] = (uint8_t)part;
	} else {
		last->bytes[14] = (uint8_t)(part >> 8);
		last->bytes[15] = (uint8_t)part;
	}
	return true;
}

bool value_range(const char *text, struct address *first, struct address *last)
{
	char start[ADDRESS_TEXT];
	size_t length = strcspn(text, "-");
	uint8_t prefix;

	if (text[length] == '-') {
		if (length >= sizeof(start))
			return false;
		memcpy(start, text, length);
		start[length] = 0;
		return address_parse(start, first) && end_of_range(text + length + 1, first, last) &&
		       address_compare(first, last) <= 0;
	}
	if (!value_prefix(text, first, &prefix) || prefix == 0)
		return false;
	*last = *first;
	return end_of_network(last, prefix);
}

void value_next_address(struct address *address)
{
	for (size_t i = address_length(address); i-- > 0;)
		if (++address->bytes[i])
			return;
}

const char *value_timer_text(int64_t nanoseconds, char text[VALUE_TIMER_TEXT])
{
	size_t length;

	snprintf(text, VALUE_TIMER_TEXT, "%lld.%09lld", (long long)(nanoseconds / CLOCK_SECOND),
		 (long long)(nanoseconds % CLOCK_SECOND));
	length = strlen(text);
	while (text[length - 1] == '0')
		text[--length] = 0;
	if (text[length - 1] == '.')
		text[length - 1] = 0;
	return text;
}
