/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event loop over libevent; the only file of the daemon that includes it. */
#include "base/loop.h"

#include <event2/event.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

struct loop {
	struct event_base *base;
	void (*observe)(int64_t lateness, void *argument);
	void *observe_argument;
};

struct loop_timer {
	struct loop *loop;
	struct event *event;
	int64_t due;
	void (*fire)(void *argument);
	void *argument;
};

struct loop_watch {
	struct loop *loop;
	struct event *event;
	int fd;
	int what;
	void (*ready)(int what, void *argument);
	void *argument;
};

struct loop_signal {
	struct event *event;
	void (*caught)(void *argument);
	void *argument;
};

struct loop *loop_new(void)
{
	struct loop *loop = memory_new(sizeof(*loop));
	struct event_config *config = event_config_new();

	/* Timers to the microsecond: the default rounds up to whole milliseconds of epoll_wait. And no
	 * cached time: a timer armed late in a long turn would be counted from the turn's beginning. */
	if (config)
		event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER |
						      EVENT_BASE_FLAG_NO_CACHE_TIME);
	loop->base = config ? event_base_new_with_config(config) : NULL;
	event_config_free(config);
	if (!loop->base) {
		log_error("cannot make an event loop: out of descriptors or memory");
		abort();
	}
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	event_base_free(loop->base);
	free(loop);
}

void loop_run(struct loop *loop)
{
	event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY);
}

void loop_stop(struct loop *loop)
{
	event_base_loopbreak(loop->base);
}

void loop_on_lateness(struct loop *loop, void (*observe)(int64_t lateness, void *argument),
		      void *argument)
{
	loop->observe = observe;
	loop->observe_argument = argument;
}

struct event_base *loop_base(struct loop *loop)
{
	return loop->base;
}

static struct event *event_or_abort(struct event *event)
{
	if (!event) {
		log_error("cannot make an event: out of memory");
		abort();
	}
	return event;
}

static void timer_fired(evutil_socket_t fd, short what, void *argument)
{
	struct loop_timer *timer = argument;
	struct loop *loop = timer->loop;
	int64_t lateness = clock_now() - timer->due;

	(void)fd;
	(void)what;
	if (loop->observe)
		loop->observe(lateness > 0 ? lateness : 0, loop->observe_argument);
	timer->fire(timer->argument);
}

struct loop_timer *loop_timer_new(struct loop *loop, void (*fire)(void *argument), void *argument)
{
	struct loop_timer *timer = memory_new(sizeof(*timer));

	timer->loop = loop;
	timer->fire = fire;
	timer->argument = argument;
	timer->event = event_or_abort(event_new(loop->base, -1, 0, timer_fired, timer));
	return timer;
}

void loop_timer_at(struct loop_timer *timer, int64_t at)
{
	int64_t wait = at - clock_now();
	struct timeval timeout;

	if (wait < 0)
		wait = 0;
	timer->due = at;
	/* Round up: a timer that fires early would find its own deadline not reached. */
	wait += CLOCK_MICROSECOND - 1;
	timeout.tv_sec = wait / CLOCK_SECOND;
	timeout.tv_usec = wait % CLOCK_SECOND / CLOCK_MICROSECOND;
	event_add(timer->event, &timeout);
}

void loop_timer_cancel(struct loop_timer *timer)
{
	event_del(timer->event);
}

void loop_timer_free(struct loop_timer *timer)
{
	if (!timer)
		return;
	event_free(timer->event);
	free(timer);
}

static void watch_ready(evutil_socket_t fd, short what, void *argument)
{
	struct loop_watch *watch = argument;

	(void)fd;
	watch->ready((what & EV_READ ? LOOP_READ : 0) | (what & EV_WRITE ? LOOP_WRITE : 0),
		     watch->argument);
}

struct loop_watch *loop_watch_new(struct loop *loop, int fd, int what,
				  void (*ready)(int what, void *argument), void *argument)
{
	struct loop_watch *watch = memory_new(sizeof(*watch));

	watch->loop = loop;
	watch->fd = fd;
	watch->ready = ready;
	watch->argument = argument;
	watch->event = event_or_abort(event_new(loop->base, fd, EV_PERSIST, watch_ready, watch));
	loop_watch_for(watch, what);
	return watch;
}

void loop_watch_for(struct loop_watch *watch, int what)
{
	short events = EV_PERSIST;

	if (what == watch->what)
		return;
	watch->what = what;
	event_del(watch->event);
	if (what == 0)
		return;
	events |= what & LOOP_READ ? EV_READ : 0;
	events |= what & LOOP_WRITE ? EV_WRITE : 0;
	event_assign(watch->event, watch->loop->base, watch->fd, events, watch_ready, watch);
	event_add(watch->event, NULL);
}

void loop_watch_free(struct loop_watch *watch)
{
	if (!watch)
		return;
	event_free(watch->event);
	free(watch);
}

static void signal_caught(evutil_socket_t fd, short what, void *argument)
{
	struct loop_signal *watched = argument;

	(void)fd;
	(void)what;
	watched->caught(watched->argument);
}

struct loop_signal *loop_signal_new(struct loop *loop, int signal_number,
				    void (*caught)(void *argument), void *argument)
{
	struct loop_signal *watched = memory_new(sizeof(*watched));

	watched->caught = caught;
	watched->argument = argument;
	watched->event =
		event_or_abort(evsignal_new(loop->base, signal_number, signal_caught, watched));
	event_add(watched->event, NULL);
	return watched;
}

void loop_signal_free(struct loop_signal *watched)
{
	if (!watched)
		return;
	event_free(watched->event);
	free(watched);
}
