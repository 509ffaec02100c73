/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A director that is made up: segments of all processes with rows in every family, for tests of
 * what reads them. Everything comes from the metric tables, so a new metric or family is in all
 * these tests by itself.
 *
 *   made_up.c   the program: segments, heartbeats, the commands on its standard input
 *   labels.c    what the rows are called
 *   fill.c      a number of its own for every metric
 *   segment.c   makes the files, for other programs that play lbd too
 *   show.c      prints what a segment file holds, read without the reader that is under test
 */
#ifndef LBD_TESTS_DIRECTOR_MADE_UP_H
#define LBD_TESTS_DIRECTOR_MADE_UP_H

#include "stat/stat.h"

/* The one exporter whose segment is made up, too. */
#define MADE_UP_EXPORTER PROCESS_RRD

/* Sets the labels and other texts of row `i` of the family, a zeroed row struct. */
void label_row(enum stat_family_id id, unsigned i, void *row);
/* How many rows a family has in a director with so many real servers. */
unsigned label_rows(enum stat_family_id id, unsigned servers);
/* The process that writes row `i` of the family. */
enum process_id label_process(enum stat_family_id id, unsigned i);

/* Gives every metric of a row a value that no other has (but for states, which have few); `seed` is
 * where it begins, and moves on. */
void fill_row(enum stat_family_id id, void *row, uint64_t *seed);
/* Counters and histograms back to 0. */
void fill_zero(enum stat_family_id id, void *row);

/* Prints each live row of the segment file as a line of JSON: family, process, since, labels,
 * infos, and metrics as whole numbers in the unit of the segment, with what is needed to read them.
 * False when the file is not there or is no segment. */
bool show_segment(const char *directory, enum process_id process);

#endif
