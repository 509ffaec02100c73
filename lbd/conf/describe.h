/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A typed configuration in words: its objects by name, their members under the names of the language.
 * conf_diff() and the golden dumps of the tests are made of it. Pure.
 */
#ifndef LBD_CONF_DESCRIBE_H
#define LBD_CONF_DESCRIBE_H

#include <stdio.h>

#include "conf/conf.h"

enum describe_kind {
	DESCRIBE_NUMBER,
	DESCRIBE_TIME,
	DESCRIBE_TEXT,
	DESCRIBE_ADDRESS,
	DESCRIBE_NETMASK,
	DESCRIBE_FORWARDING,
	DESCRIBE_AUTHENTICATION,
	DESCRIBE_STATE,
	DESCRIBE_SECRET, /* compared, never shown */
};

struct describe_field {
	const char *name;
	enum describe_kind kind;
	size_t offset, size;
};

struct describe_fields {
	const struct describe_field *list;
	size_t count;
};

/* describe_conf_global, describe_conf_vrrp_instance …: the members that can be changed. */
#define RECORD(record) extern const struct describe_fields describe_##record;
#define FIELD(record, member, kind, name)
#define END_RECORD(record)
#include "conf/fields.def"
#undef RECORD
#undef FIELD
#undef END_RECORD

#define DESCRIBE_VALUE CONF_PATH
/* Whether two records have the same value. */
bool describe_equal(const struct describe_field *field, const void *a, const void *b);
/* "weight 100"'s "100". Returns text. */
const char *describe_value(const struct describe_field *field, const void *record,
			   char text[DESCRIBE_VALUE]);

/* "TCP 192.0.2.1:80", "fwmark 5": a service with its protocol. Returns text. */
#define DESCRIBE_SERVICE (CONF_NAME + 8)
const char *describe_service(const struct conf_service *service, char text[DESCRIBE_SERVICE]);

/* The whole configuration, an object a line, its members indented below. */
void describe_conf(const struct conf *conf, FILE *into);

#endif
