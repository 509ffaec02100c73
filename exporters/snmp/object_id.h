/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Object identifiers as plain values, and their order (RFC 3416 section 2): the shorter of two that
 * begin alike comes first. Pure. */
#ifndef LBD_EXPORTERS_SNMP_OBJECT_ID_H
#define LBD_EXPORTERS_SNMP_OBJECT_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OBJECT_ID_MOST 128 /* RFC 2578 section 3.5 */

struct object_id {
	size_t count;
	uint32_t ids[OBJECT_ID_MOST];
};

/* <0, 0, >0. */
int object_id_compare(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count);
/* False, and nothing added, when there is no room. */
bool object_id_add(struct object_id *id, uint32_t sub_identifier);
bool object_id_add_all(struct object_id *id, const uint32_t *ids, size_t count);
/* "1.3.6.1", with or without a dot in front; at least two sub-identifiers. False for anything else. */
bool object_id_parse(const char *text, struct object_id *id);
/* Room for any. */
#define OBJECT_ID_TEXT (OBJECT_ID_MOST * 11)
const char *object_id_format(const struct object_id *id, char text[OBJECT_ID_TEXT]);
/* Tells identifiers apart in tables; guards against nobody's malice. */
uint64_t object_id_hash(const uint32_t *ids, size_t count);

#endif
