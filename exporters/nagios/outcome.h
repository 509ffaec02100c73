/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a check found, collected piece by piece, and the one line that tells it. Pure. */
#ifndef LBD_EXPORTERS_NAGIOS_OUTCOME_H
#define LBD_EXPORTERS_NAGIOS_OUTCOME_H

#include <stdbool.h>

#include "exporters/nagios/perfdata.h"

/* The exit statuses of plugins. */
enum outcome_status {
	OUTCOME_OK = 0,
	OUTCOME_WARNING = 1,
	OUTCOME_CRITICAL = 2,
	OUTCOME_UNKNOWN = 3,
};

struct outcome_problem {
	enum outcome_status status;
	char *text;
};

struct outcome {
	enum outcome_status status; /* the worst: critical, warning, unknown, ok */
	struct outcome_problem *problems;
	size_t problem_count;
	size_t problem_room;
	struct buffer summary; /* what was looked at, in a few words; "; " between its parts */
	struct buffer details; /* a line for each object */
	struct buffer totals;  /* perfdata of the whole … */
	struct buffer objects; /* … and of each object */
};

/* The outcome begins zeroed: OK, and nothing was found. */
void outcome_free(struct outcome *outcome);
const char *outcome_text(enum outcome_status status);

void outcome_problem(struct outcome *outcome, enum outcome_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void outcome_summary(struct outcome *outcome, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void outcome_detail(struct outcome *outcome, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds the number to the totals, or to the objects if it has one. Its ranges are only told: judging
 * is outcome_judge()'s. */
void outcome_perfdata(struct outcome *outcome, const struct perfdata *value);
/* CRITICAL or WARNING when a range of the number alerts, else OK. */
enum outcome_status outcome_judge(const struct perfdata *value);

/* Perfdata of single objects is told when all of it is no longer than this, and else none of it:
 * Nagios cuts a plugin's output at 8 KiB. */
#define OUTCOME_OBJECTS_MOST 5000
/* Problems in the line, worst first; the others are counted. */
#define OUTCOME_PROBLEMS_MOST 6

/* Appends "LBD TITLE STATUS: problems - summary | perfdata", without a newline, in at most `most`
 * bytes: perfdata of single objects is left out first, then all of it, then the end of the text. */
void outcome_line(const struct outcome *outcome, const char *title, size_t most,
		  struct buffer *into);
/* Appends the whole line and its newline. With `verbose`, a line for each further problem and each
 * object follows. */
void outcome_print(const struct outcome *outcome, const char *title, bool verbose,
		   struct buffer *into);

#endif
