/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LBD-MIB as text (SMIv2), from the tables that answer requests. Pure. mibs/LBD-MIB.txt is what it
 * writes for the default root; "lbd-snmp --print-mib" writes it for any other. */
#ifndef LBD_EXPORTERS_SNMP_MIB_H
#define LBD_EXPORTERS_SNMP_MIB_H

#include "exporters/base/buffer.h"
#include "exporters/snmp/object_id.h"

/* The playpen of net-snmp, which is for whoever has no number of his own. */
#define MIB_BASE "1.3.6.1.4.1.8072.9999.9999"
/* Of an acceptable root: below enterprises, and short enough for the longest index. */
bool mib_base_parse(const char *text, struct object_id *base);

void mib_write(struct buffer *buffer, const struct object_id *base);

#endif
