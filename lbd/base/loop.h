/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop of a process: timers, descriptors and signals, one thread. loop.c is the only file
 * that includes the event library, so that its choice is one file's business.
 *
 * Objects are made while a configuration is applied; arming and disarming them afterwards does not
 * allocate. Callbacks must return soon: how late timers fire is measured and published.
 */
#ifndef LBD_BASE_LOOP_H
#define LBD_BASE_LOOP_H

#include <stdint.h>

struct loop;
struct loop_timer;
struct loop_watch;
struct loop_signal;

enum {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
};

/* Aborts the process when the kernel gives no epoll descriptor: nothing can work then. */
struct loop *loop_new(void);
void loop_free(struct loop *loop);
/* Runs until loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Called after each timer with how late it fired (>= 0, ns). One observer per loop. */
void loop_on_lateness(struct loop *loop, void (*observe)(int64_t lateness, void *argument),
		      void *argument);

/* A one-shot timer, not armed. The caller owns it. */
struct loop_timer *loop_timer_new(struct loop *loop, void (*fire)(void *argument), void *argument);
/* Arms (or re-arms) it for the monotonic instant `at`; an instant in the past fires at once. */
void loop_timer_at(struct loop_timer *timer, int64_t at);
void loop_timer_cancel(struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer);

/* Watches a non-blocking descriptor, level-triggered, for `what` (LOOP_READ | LOOP_WRITE, or 0 for
 * nothing yet). The descriptor stays the caller's and must outlive the watch. */
struct loop_watch *loop_watch_new(struct loop *loop, int fd, int what,
				  void (*ready)(int what, void *argument), void *argument);
void loop_watch_for(struct loop_watch *watch, int what);
void loop_watch_free(struct loop_watch *watch);

/* Calls `caught` from the loop (not from signal context). */
struct loop_signal *loop_signal_new(struct loop *loop, int signal_number,
				    void (*caught)(void *argument), void *argument);
void loop_signal_free(struct loop_signal *watched);

/* The library's own handle, for code that hands work to a part of the event library that has no
 * wrapper here (the HTTP server of an exporter). The daemon's processes do not use it. */
struct event_base;
struct event_base *loop_base(struct loop *loop);

#endif
