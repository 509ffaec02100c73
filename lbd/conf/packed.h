/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packed file: a header, then each table of CONF_TABLES as it lies in memory. It never leaves the
 * machine, so the byte order is the machine's; another layout is another version.
 */
#ifndef LBD_CONF_PACKED_H
#define LBD_CONF_PACKED_H

#include "conf/conf.h"

#define PACKED_MAGIC "lbd conf"
#define PACKED_VERSION 8

struct packed_table {
	uint64_t offset; /* from the start of the file, a multiple of eight */
	uint64_t count;
	uint64_t record_size;
};

enum {
#define TABLE(type, member, count) PACKED_##member,
	CONF_TABLES(TABLE)
#undef TABLE
		PACKED_TABLES
};

struct packed_header {
	char magic[8];
	uint32_t version;
	uint32_t tables;
	uint64_t size; /* of the whole file */
	uint64_t generation;
	struct packed_table table[PACKED_TABLES];
};

/* Checks every index, every text and every enumeration of a configuration whose tables are within bounds:
 * whoever uses it later may trust them. Pure. */
bool packed_valid(const struct conf *conf);

#endif
