/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No guard: every row of keyword.def means nothing, until its includer says what some of them mean. */
#define BLOCK(block, flags)
#define SUB(block, child, name, least, most, arguments, help)
#define SETTING(block, member, name, type, minimum, maximum, fallback, arguments, help)
#define ALIAS(block, name, of)
#define LATER(block, name, note)
#define REFUSED(block, name, why)
#define END(block)
