/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A segment for programs that play lbd. */
#ifndef LBD_TESTS_DIRECTOR_SEGMENT_H
#define LBD_TESTS_DIRECTOR_SEGMENT_H

#include "stat/stat.h"

/* Makes that process's in the directory, RUN_DIR/stat; ends the program when it cannot. */
struct stat_writer *segment_make(const char *directory, enum process_id process,
				 const struct stat_capacity *capacity);

#endif
