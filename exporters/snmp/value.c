/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd's numbers as values of SNMP. */
#include "exporters/snmp/value.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"

static void number(struct value *value, enum value_type type, uint64_t bits)
{
	value->type = type;
	value->number = bits;
	value->length = 0;
}

void value_integer(struct value *value, int64_t integer)
{
	if (integer > INT32_MAX)
		integer = INT32_MAX;
	if (integer < INT32_MIN)
		integer = INT32_MIN;
	number(value, VALUE_INTEGER, (uint64_t)integer);
}

static uint32_t latch(int64_t gauge)
{
	return gauge < 0 ? 0 : gauge > (int64_t)UINT32_MAX ? UINT32_MAX : (uint32_t)gauge;
}

void value_unsigned(struct value *value, int64_t gauge)
{
	number(value, VALUE_UNSIGNED, latch(gauge));
}

void value_gauge64(struct value *value, int64_t gauge)
{
	number(value, VALUE_COUNTER, gauge < 0 ? 0 : (uint64_t)gauge);
}

void value_counter(struct value *value, uint64_t counter)
{
	number(value, VALUE_COUNTER, counter);
}

void value_counter32(struct value *value, uint64_t counter)
{
	number(value, VALUE_COUNTER32, (uint32_t)counter);
}

void value_truth(struct value *value, bool truth)
{
	value_integer(value, truth ? 1 : 2);
}

void value_ticks(struct value *value, int64_t duration)
{
	number(value, VALUE_TICKS, latch(duration / CLOCK_CENTISECOND));
}

void value_state(struct value *value, int64_t state)
{
	value_integer(value, state < INT32_MAX ? state + 1 : state);
}

void value_text(struct value *value, const char *text, size_t most)
{
	size_t length = strlen(text);

	if (most > VALUE_OCTETS_MOST)
		most = VALUE_OCTETS_MOST;
	if (length > most)
		for (length = most; length > 0 && ((uint8_t)text[length] & 0xc0) == 0x80;)
			length--;
	number(value, VALUE_OCTETS, 0);
	value->length = length;
	memcpy(value->octets, text, length);
}

void value_octets(struct value *value, const void *octets, size_t length)
{
	number(value, VALUE_OCTETS, 0);
	value->length = length < VALUE_OCTETS_MOST ? length : VALUE_OCTETS_MOST;
	memcpy(value->octets, octets, value->length);
}

void value_ip(struct value *value, const struct address *address)
{
	static const uint8_t none[4];

	value_octets(value, address->family == AF_INET ? address->bytes : none, sizeof(none));
	value->type = VALUE_IP;
}

void value_date(struct value *value, int64_t wall)
{
	time_t seconds = (time_t)(wall / CLOCK_SECOND);
	struct tm tm;

	if (wall < 0 || !gmtime_r(&seconds, &tm) || tm.tm_year + 1900 > UINT16_MAX) {
		seconds = 0;
		gmtime_r(&seconds, &tm);
	}
	number(value, VALUE_OCTETS, 0);
	value->length = 11;
	value->octets[0] = (uint8_t)((tm.tm_year + 1900) >> 8);
	value->octets[1] = (uint8_t)(tm.tm_year + 1900);
	value->octets[2] = (uint8_t)(tm.tm_mon + 1);
	value->octets[3] = (uint8_t)tm.tm_mday;
	value->octets[4] = (uint8_t)tm.tm_hour;
	value->octets[5] = (uint8_t)tm.tm_min;
	value->octets[6] = (uint8_t)tm.tm_sec;
	value->octets[7] = wall < 0 ? 0 : (uint8_t)(wall % CLOCK_SECOND / (CLOCK_SECOND / 10));
	memcpy(value->octets + 8, "+\0\0", 3);
}

void value_object_id(struct value *value, const struct object_id *object_id)
{
	number(value, VALUE_OBJECT_ID, 0);
	value->object_id = *object_id;
}
