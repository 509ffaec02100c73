/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time. Every instant and duration inside lbd is an int64_t of nanoseconds; instants are
 * CLOCK_MONOTONIC unless a name says `wall`. Wall-clock time exists only for what people read:
 * it may jump, so no timer and no decision rests on it.
 */
#ifndef LBD_BASE_CLOCK_H
#define LBD_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_MICROSECOND INT64_C(1000)
#define CLOCK_MILLISECOND INT64_C(1000000)
#define CLOCK_CENTISECOND INT64_C(10000000)
#define CLOCK_SECOND INT64_C(1000000000)
/* Room for clock_format_wall() and clock_format_duration(), with the final NUL. */
#define CLOCK_TEXT 40

/* Monotonic nanoseconds since boot. Never fails, never allocates. */
int64_t clock_now(void);

/* Nanoseconds since 1970-01-01 UTC. */
int64_t clock_wall(void);

/* The wall-clock time at which the monotonic clock showed `monotonic`, by today's offset. */
int64_t clock_wall_of(int64_t monotonic);

/* "2026-11-23T02:08:08.123Z" in UTC. Returns text. */
const char *clock_format_wall(int64_t wall, char text[CLOCK_TEXT]);

/* "3.570 s", "61 ms", "2 d 3 h": three figures that a person takes in. Returns text. */
const char *clock_format_duration(int64_t duration, char text[CLOCK_TEXT]);

#endif
