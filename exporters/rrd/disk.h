/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directory of the files, and what is wrong with it or with the disk below it. */
#ifndef LBD_EXPORTERS_RRD_DISK_H
#define LBD_EXPORTERS_RRD_DISK_H

#include <stdbool.h>

#include "base/set.h"
#include "exporters/rrd/trouble.h"

/* Can files be there at all? If not, that is a trouble. */
bool disk_usable(const char *directory, struct trouble *trouble);
/* Can new files be made in it? Those that are there are updated even if not. */
bool disk_writable(const char *directory, struct trouble *trouble);
/* Which of the closed set of reasons an error is. librrd says it in words, and forgets errno on its
 * way. */
enum exporter_error disk_reason(const char *directory, const char *words);

#endif
