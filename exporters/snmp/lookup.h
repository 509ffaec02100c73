/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of one family of a snapshot, found by their labels without looking at each. Pure. */
#ifndef LBD_EXPORTERS_SNMP_LOOKUP_H
#define LBD_EXPORTERS_SNMP_LOOKUP_H

#include "exporters/base/snapshot.h"

struct lookup {
	const struct stat_family *family;
	const struct stat_row **slots; /* NULL: free */
	size_t size;                   /* a power of two */
};

/* The rows stay the snapshot's, which must not change meanwhile. */
void lookup_make(struct lookup *lookup, const struct snapshot *snapshot,
		 enum stat_family_id family);
/* `labels`: a row struct of the family, of which only the labels are read. NULL: there is none. */
const void *lookup_find(const struct lookup *lookup, const void *labels);
void lookup_free(struct lookup *lookup);

#endif
