/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A value as SNMP knows it, and how lbd's numbers become one. Pure.
 *
 * SMIv2 has no 64-bit gauge: what may outgrow 32 bits is a Counter64 whose textual convention says
 * that it is a gauge (as HCNUM-TC's CounterBasedGauge64). Nanoseconds and thousandths stay what they
 * are, in a unit of that name: a manager then has the very number that every other surface has. */
#ifndef LBD_EXPORTERS_SNMP_VALUE_H
#define LBD_EXPORTERS_SNMP_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/set.h"
#include "exporters/snmp/object_id.h"

enum value_type {
	VALUE_INTEGER,   /* Integer32 and enumerations: number */
	VALUE_UNSIGNED,  /* Gauge32, Unsigned32: number */
	VALUE_TICKS,     /* TimeTicks: number, hundredths of a second */
	VALUE_COUNTER,   /* Counter64: number */
	VALUE_COUNTER32, /* number */
	VALUE_OCTETS,
	VALUE_IP, /* IpAddress: four octets */
	VALUE_OBJECT_ID,
};

#define VALUE_OCTETS_MOST 255

struct value {
	enum value_type type;
	uint64_t number; /* VALUE_INTEGER: of an int32_t */
	size_t length;   /* of octets */
	uint8_t octets[VALUE_OCTETS_MOST];
	struct object_id object_id;
};

/* Latch at the ends of their range (RFC 2578 section 7.1.7). */
void value_integer(struct value *value, int64_t number);
void value_unsigned(struct value *value, int64_t number);
/* A gauge of 64 bits; one below 0 is 0. */
void value_gauge64(struct value *value, int64_t number);
void value_counter(struct value *value, uint64_t number);
/* Counter32: the low 32 bits, as it wraps (RFC 2578 section 7.1.6). */
void value_counter32(struct value *value, uint64_t number);
/* TruthValue (SNMPv2-TC): 1 or 2. */
void value_truth(struct value *value, bool truth);
/* Hundredths of a second, from ns; latches. */
void value_ticks(struct value *value, int64_t duration);
/* Cut to `most` octets, not within a character of UTF-8. */
void value_text(struct value *value, const char *text, size_t most);
/* At most VALUE_OCTETS_MOST; what is more is cut. */
void value_octets(struct value *value, const void *octets, size_t length);
/* IpAddress; 0.0.0.0 for an address that is not IPv4's. */
void value_ip(struct value *value, const struct address *address);
/* DateAndTime (SNMPv2-TC) in UTC, 11 octets, from wall ns; rounded down to a tenth of a second. */
void value_date(struct value *value, int64_t wall);
/* Value `number` of a closed set as an enumeration, which SMIv2 begins at 1; one of a newer lbd that
 * we do not know keeps its number. */
void value_state(struct value *value, int64_t number);
void value_object_id(struct value *value, const struct object_id *object_id);

#endif
