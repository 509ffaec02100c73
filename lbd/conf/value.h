/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words as values: numbers, times, addresses, ports, prefixes. Pure; what is wrong is said by the caller. */
#ifndef LBD_CONF_VALUE_H
#define LBD_CONF_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"

/* A decimal number without sign that fits. */
bool value_number(const char *text, int64_t *number);
/* Seconds with up to nine decimals ("0.25", "3"), as nanoseconds. */
bool value_timer(const char *text, int64_t *nanoseconds);
/* on, yes, true; off, no, false. */
bool value_bool(const char *text, bool *value);
/* "ADDRESS" or "ADDRESS/PREFIX"; without a prefix the whole address. */
bool value_prefix(const char *text, struct address *address, uint8_t *prefix);
/* "ADDRESS", "FIRST-LAST" (LAST an address or its last part) or "NETWORK/PREFIX": first and last address. */
bool value_range(const char *text, struct address *first, struct address *last);
/* The address after this one. */
void value_next_address(struct address *address);
/* Nanoseconds as seconds for a message: "0.25". Returns text. */
#define VALUE_TIMER_TEXT 32
const char *value_timer_text(int64_t nanoseconds, char text[VALUE_TIMER_TEXT]);

#endif
