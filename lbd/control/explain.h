/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The story of an event: its cause's template (base/cause.def) filled with its facts, for people.
 * Pure. What of a template can be left out is left out when a fact is missing, and the sentence is
 * put in order afterwards (spaces, commas, full stops), so that it reads like one.
 */
#ifndef LBD_CONTROL_EXPLAIN_H
#define LBD_CONTROL_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/event.h"

#define EXPLAIN_STORY 2048

/* The paragraph, without newline. Returns text. */
const char *explain_story(const struct event *event, char text[EXPLAIN_STORY]);
/* What to look at next: hints, one a line; "" for none. Returns text. */
const char *explain_next(const struct event *event, char text[EXPLAIN_STORY]);
/* Any template, for this event. Returns text. */
const char *explain_fill(const char *template, const struct event *event,
			 char text[EXPLAIN_STORY]);

/* Wall-clock times for people, in local time: "2026-11-23 03:08:08.123 CET". Returns text. */
const char *explain_time(int64_t wall, char text[CLOCK_TEXT]);
/* "03:08:08.123" when it is the same local day as `reference`, else with its date. Returns text. */
const char *explain_time_near(int64_t wall, int64_t reference, char text[CLOCK_TEXT]);

/* As clock_format_duration(), but nothing at all is "0 s". Returns text. */
const char *explain_duration(int64_t duration, char text[CLOCK_TEXT]);

#define EXPLAIN_FACT (EVENT_FACT_TEXT + CLOCK_TEXT)
/* A fact's value for people. Returns text. */
const char *explain_fact(const struct event_fact *fact, int64_t reference,
			 char text[EXPLAIN_FACT]);

#endif
