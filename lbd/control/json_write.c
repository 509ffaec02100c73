/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers to their last digit. jansson has integers of 64 bits with a sign and doubles, which hold
 * neither an instant to the nanosecond nor the greatest counters. */
#include "control/json.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

/* The only member of the object that stands for such a number; nothing else has such a name. */
#define DECIMAL ""
#define DECIMAL_TEXT 48

json_t *json_decimal(uint64_t magnitude, bool negative, unsigned digits)
{
	char text[DECIMAL_TEXT] = "";
	uint64_t scale = 1;
	size_t end;

	for (unsigned i = 0; i < digits; i++)
		scale *= 10;
	TEXT_APPEND(text, "%s%" PRIu64, negative && magnitude > 0 ? "-" : "", magnitude / scale);
	if (magnitude % scale != 0) {
		TEXT_APPEND(text, ".%0*" PRIu64, (int)digits, magnitude % scale);
		for (end = strlen(text); text[end - 1] == '0'; end--)
			text[end - 1] = '\0';
	}
	return json_pack("{s:s}", DECIMAL, text);
}

const char *json_decimal_text(const json_t *value)
{
	return json_string_value(json_object_get(value, DECIMAL));
}

static void write_string(FILE *out, const char *text)
{
	json_t *string = json_string(text);

	json_dumpf(string, out, JSON_ENCODE_ANY);
	json_decref(string);
}

static void write_object(FILE *out, json_t *object)
{
	const char *decimal = json_decimal_text(object);
	const char *before = "";
	const char *name;
	json_t *value;

	if (decimal) {
		fputs(decimal, out);
		return;
	}
	putc('{', out);
	json_object_foreach(object, name, value)
	{
		fputs(before, out);
		write_string(out, name);
		putc(':', out);
		json_write(out, value);
		before = ",";
	}
	putc('}', out);
}

static void write_array(FILE *out, const json_t *array)
{
	putc('[', out);
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (i > 0)
			putc(',', out);
		json_write(out, json_array_get(array, i));
	}
	putc(']', out);
}

void json_write(FILE *out, json_t *value)
{
	if (json_is_object(value))
		write_object(out, value);
	else if (json_is_array(value))
		write_array(out, value);
	else if (json_is_integer(value))
		fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		json_dumpf(value, out, JSON_ENCODE_ANY);
}
