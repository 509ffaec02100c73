/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Closed sets of named values, from set.def: an enum per set (VRRP_STATE_MASTER, …, VRRP_STATE_COUNT)
 * and the text and meaning of each value, which every surface prints alike.
 */
#ifndef LBD_BASE_SET_H
#define LBD_BASE_SET_H

#include <stddef.h>

#define SET(name, NAME, help) enum name {
#define VALUE(NAME, VALUE, text, help) NAME##_##VALUE,
#define END_SET(name, NAME) \
	NAME##_COUNT \
	} \
	;
#include "base/set.def"
#undef SET
#undef VALUE
#undef END_SET

struct set_value {
	const char *text;
	const char *help;
};

struct set {
	const char *name;
	const char *help;
	const struct set_value *values;
	size_t count;
};

/* One `const struct set set_NAME` per set: set_vrrp_state, set_vrrp_drop, … */
#define SET(name, NAME, help) extern const struct set set_##name;
#define VALUE(NAME, VALUE, text, help)
#define END_SET(name, NAME)
#include "base/set.def"
#undef SET
#undef VALUE
#undef END_SET

/* The value's text, or "unknown" for a number outside the set. */
const char *set_text(const struct set *set, long value);

#endif
