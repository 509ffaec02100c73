/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of the closed sets. */
#include "base/set.h"

#define SET(name, NAME, help) static const struct set_value name##_values[] = {
#define VALUE(NAME, VALUE, text, help) {text, help},
#define END_SET(name, NAME) \
	} \
	;
#include "base/set.def"
#undef SET
#undef VALUE
#undef END_SET

#define SET(name, NAME, help) \
	const struct set set_##name = {#name, help, name##_values, NAME##_COUNT};
#define VALUE(NAME, VALUE, text, help)
#define END_SET(name, NAME)
#include "base/set.def"
#undef SET
#undef VALUE
#undef END_SET

const char *set_text(const struct set *set, long value)
{
	if (value < 0 || (size_t)value >= set->count)
		return "unknown";
	return set->values[value].text;
}
