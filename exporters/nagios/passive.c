/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rounds: what is to be reported, looked at, and written. */
#include "exporters/nagios/passive.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/memory.h"
#include "exporters/base/snapshot.h"

/* Least time between two rounds. */
#define GAP (200 * CLOCK_MILLISECOND)
/* For so long after the start nothing UNKNOWN is reported. */
#define PATIENCE (10 * CLOCK_SECOND)

/* When to look again after an event. The last is when a process that died with the event that told
 * of it, or instead of telling, is seen to be silent. */
static const int64_t looks[] = {300 * CLOCK_MILLISECOND, CLOCK_SECOND, 3 * CLOCK_SECOND,
				STAT_STALE_AFTER + CLOCK_SECOND};
#define LOOKS (sizeof(looks) / sizeof(looks[0]))

struct passive {
	const struct passive_options *options;
	struct services *services;
	struct command_file *file;
	struct stat_reader *reader;
	struct snapshot snapshot;
	struct loop_timer *round, *again, *all, *settled;
	uint64_t pending;  /* services that are reported in the next round in any case */
	int64_t started;
	int64_t last;      /* when the last round was; 0: never */
	int64_t happened;  /* when the last event came */
	size_t next_look;  /* after it */
};

static void report(struct passive *passive, struct service *service, const struct outcome *outcome)
{
	struct buffer line = {0};

	result_format(passive->options->format, passive->options->host, service->name,
		      passive->snapshot.wall, outcome, nagios_mode_title(service->request.mode),
		      &line);
	command_file_put(passive->file, line.bytes, line.length);
	service_reported(service, outcome);
	buffer_free(&line);
}

/* Whether this result waits: something may still be starting, and says more in a moment. */
static bool is_early(const struct passive *passive, const struct outcome *outcome)
{
	return outcome->status == OUTCOME_UNKNOWN && clock_now() - passive->started < PATIENCE;
}

static void round_due(void *argument)
{
	struct passive *passive = argument;

	passive->last = clock_now();
	snapshot_take(&passive->snapshot, passive->reader);
	for (size_t i = 0; i < passive->services->count; i++) {
		struct service *service = &passive->services->list[i];
		struct outcome outcome = {0};
		bool wanted = passive->pending >> i & 1;

		nagios_evaluate(&service->request, &passive->snapshot, passive->snapshot.wall,
				&outcome);
		if ((wanted || service_changed(service, &outcome)) && !is_early(passive, &outcome))
			report(passive, service, &outcome);
		outcome_free(&outcome);
	}
	passive->pending = 0;
}

/* As soon as the gap allows. A round that is planned already stays where it is. */
static void plan_round(struct passive *passive)
{
	loop_timer_at(passive->round, passive->last ? passive->last + GAP : clock_now());
}

static void look_again(void *argument)
{
	struct passive *passive = argument;

	plan_round(passive);
	passive->next_look++;
	if (passive->next_look < LOOKS)
		loop_timer_at(passive->again, passive->happened + looks[passive->next_look]);
}

static void report_all(void *argument)
{
	struct passive *passive = argument;

	passive->pending = UINT64_MAX;
	plan_round(passive);
	loop_timer_at(passive->all, clock_now() + passive->options->interval);
}

void passive_happened(const char *object, void *argument)
{
	struct passive *passive = argument;

	if (object)
		passive->pending |= services_concerned(passive->services, object);
	passive->happened = clock_now();
	passive->next_look = 0;
	loop_timer_at(passive->again, passive->happened + looks[0]);
	plan_round(passive);
}

/* What was withheld for being too early is not any more. */
static void settle(void *argument)
{
	plan_round(argument);
}

struct passive *passive_new(struct loop *loop, const struct passive_options *options,
			    struct services *services, struct command_file *file)
{
	struct passive *passive = memory_new(sizeof(*passive));

	passive->options = options;
	passive->services = services;
	passive->file = file;
	passive->reader = stat_reader_new(options->segments);
	passive->started = clock_now();
	passive->round = loop_timer_new(loop, round_due, passive);
	passive->again = loop_timer_new(loop, look_again, passive);
	passive->all = loop_timer_new(loop, report_all, passive);
	passive->settled = loop_timer_new(loop, settle, passive);
	report_all(passive);
	loop_timer_at(passive->settled, passive->started + PATIENCE);
	return passive;
}

void passive_free(struct passive *passive)
{
	loop_timer_free(passive->round);
	loop_timer_free(passive->again);
	loop_timer_free(passive->all);
	loop_timer_free(passive->settled);
	snapshot_free(&passive->snapshot);
	stat_reader_free(passive->reader);
	free(passive);
}
