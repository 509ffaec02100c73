/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `lbd: director`: the process around the director. Its loop, its timer, its kernel. */
#include "director/director.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "process/process.h"

struct directing {
	struct process *process;
	struct loop_timer *timer;
	struct director director;
};

static void turn(void *argument)
{
	struct directing *directing = argument;

	loop_timer_at(directing->timer, director_turn(&directing->director, clock_now()));
}

static void tell(const struct event *event, void *argument)
{
	struct directing *directing = argument;

	process_event(directing->process, event);
}

static void configure(struct process *process, const struct conf *old)
{
	struct directing *directing = process->state;
	int64_t now = clock_now();

	(void)old; /* what is worth remembering of it is in the rows */
	if (!directing->timer) {
		directing->process = process;
		directing->timer = loop_timer_new(process->loop, turn, directing);
		director_begin(&directing->director, ipvs_netlink_new(), tell, directing);
	}
	director_configure(&directing->director, process->conf, process->writer, now);
	turn(directing);
}

static void set(struct directing *directing, const struct message_set *wanted, int64_t now)
{
	struct message done = {.type = MESSAGE_SET_DONE, .set_done = {.request = wanted->request}};

	done.set_done.result =
		directing->timer ? director_set_weight(&directing->director, wanted,
						       &done.set_done.before, now)
				 : SET_RESULT_BUSY;
	process_send(directing->process, PROCESS_CONTROL, &done, -1);
	if (directing->timer)
		loop_timer_at(directing->timer, now);
}

static void message(struct process *process, enum process_id peer, const struct message *received,
		    int fd)
{
	struct directing *directing = process->state;
	int64_t now = clock_now();

	if (fd >= 0)
		close(fd);
	if (peer == PROCESS_CONTROL && received->type == MESSAGE_SET && directing->process) {
		set(directing, &received->set, now);
		return;
	}
	if (peer != PROCESS_CHECK || received->type != MESSAGE_VERDICT) {
		log_warning("an unexpected message of type %u from %s; discarded", received->type,
			    process_name(peer));
		return;
	}
	/* A wake-up brings a burst of verdicts; one turn, right after it, serves them all. */
	if (directing->timer && director_judge(&directing->director, &received->verdict, now))
		loop_timer_at(directing->timer, now);
}

static void stop(struct process *process)
{
	struct directing *directing = process->state;

	if (directing->timer) {
		director_stop(&directing->director);
		director_end(&directing->director);
		loop_timer_free(directing->timer);
		directing->timer = NULL;
	}
	process_finish(process);
}

int director_main(int parent_fd, const struct process_options *options)
{
	static const struct process_hooks hooks = {
		.configure = configure,
		.message = message,
		.stop = stop,
	};
	struct directing directing = {0};

	return process_run(PROCESS_DIRECTOR, parent_fd, options, &hooks, &directing);
}
