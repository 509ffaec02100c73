/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which mode does what, and what all of them share. */
#include "exporters/nagios/nagios.h"

#include <assert.h>
#include <fnmatch.h>
#include <string.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/text.h"
#include "exporters/nagios/mode.h"

#define NEEDS(process) (1U << PROCESS_##process)
#define OF(object) (1U << EVENT_OBJECT_##object)
#define READS(family) (1U << STAT_FAMILY_##family)

_Static_assert(STAT_FAMILY_COUNT <= 32, "a family is a bit");

struct mode {
	const char *name;
	const char *title;
	const char *service;
	const char *value;
	const char *help;
	unsigned needs;
	uint32_t reads;
	unsigned concerns;
	unsigned takes;
	void (*evaluate)(struct evaluation *evaluation);
};

static const struct mode modes[] = {
#define MODE(NAME, function, name, title, needs, reads, concerns, takes, service, value, help) \
	{name, title, service, value, help, needs, reads, concerns, takes, mode_##function},
#include "exporters/nagios/mode.def"
#undef MODE
};

enum nagios_mode nagios_mode_called(const char *name)
{
	unsigned mode = 0;

	while (mode < NAGIOS_MODE_COUNT && strcmp(modes[mode].name, name) != 0)
		mode++;
	return (enum nagios_mode)mode;
}

const char *nagios_mode_name(enum nagios_mode mode)
{
	return modes[mode].name;
}

const char *nagios_mode_title(enum nagios_mode mode)
{
	return modes[mode].title;
}

const char *nagios_mode_help(enum nagios_mode mode)
{
	return modes[mode].help;
}

const char *nagios_mode_value(enum nagios_mode mode)
{
	return modes[mode].value;
}

unsigned nagios_mode_takes(enum nagios_mode mode)
{
	return modes[mode].takes;
}

uint32_t nagios_mode_reads(enum nagios_mode mode)
{
	return modes[mode].reads;
}

const char *nagios_mode_service(enum nagios_mode mode)
{
	return modes[mode].service;
}

bool nagios_mode_concerned(enum nagios_mode mode, const char *object)
{
	unsigned concerns = modes[mode].concerns | OF(PROCESS) | OF(CONFIG);

	for (unsigned i = EVENT_OBJECT_VRRP; i <= EVENT_OBJECT_PROCESS; i++)
		if (strcmp(event_object_name((enum event_object)i), object) == 0)
			return concerns >> i & 1;
	return true;
}

void nagios_evaluate(const struct nagios_request *request, const struct snapshot *snapshot,
		     int64_t wall, struct outcome *outcome)
{
	struct evaluation evaluation = {request, snapshot, wall, outcome};
	const struct mode *mode = &modes[request->mode];
	bool all_alive = true;

	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		if (mode->needs >> i & 1)
			all_alive &= mode_alive(&evaluation, (enum process_id)i);
	if (all_alive)
		mode->evaluate(&evaluation);
	if (snapshot->left_out > 0)
		outcome_problem(outcome, OUTCOME_UNKNOWN,
				"%llu rows changed at every try to read them",
				(unsigned long long)snapshot->left_out);
}

/* --- what the modes share --------------------------------------------------------------------- */

bool mode_alive(struct evaluation *evaluation, enum process_id process)
{
	const struct stat_segment_info *segment = &evaluation->snapshot->segments[process];
	char text[MODE_AGE_TEXT];

	if (segment->liveness == STAT_ALIVE)
		return true;
	if (segment->liveness == STAT_STALE && segment->age >= 0)
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"the %s process of lbd is down or stuck: its numbers are %s old",
				process_name(process),
				mode_age_text(segment->age / CLOCK_MILLISECOND, text));
	else if (segment->liveness == STAT_STALE)
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"the %s process of lbd has not run since the machine was started",
				process_name(process));
	else
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"no numbers of the %s process of lbd can be read",
				process_name(process));
	return false;
}

const void *mode_row(const struct evaluation *evaluation, enum stat_family_id family, size_t *i)
{
	/* What a mode does not say it reads would not be fetched from another machine. */
	assert(modes[evaluation->request->mode].reads >> family & 1);
	if (*i >= evaluation->snapshot->families[family].count)
		return NULL;
	return snapshot_row(evaluation->snapshot, family, (*i)++);
}

/* A name is compared as it is first: the brackets of an IPv6 address mean something else to
 * fnmatch(). */
bool mode_selected(const char *selector, const char *text)
{
	return !selector || strcmp(selector, text) == 0 || fnmatch(selector, text, 0) == 0;
}

const struct range *mode_warning(const struct evaluation *evaluation)
{
	return evaluation->request->has_warning ? &evaluation->request->warning : NULL;
}

const struct range *mode_critical(const struct evaluation *evaluation)
{
	return evaluation->request->has_critical ? &evaluation->request->critical : NULL;
}

int64_t mode_age(const struct evaluation *evaluation, int64_t instant)
{
	return instant < evaluation->wall ? (evaluation->wall - instant) / CLOCK_MILLISECOND : 0;
}

const char *mode_age_text(int64_t age, char text[MODE_AGE_TEXT])
{
	_Static_assert(MODE_AGE_TEXT >= CLOCK_TEXT, "room for a duration");
	return clock_format_duration(age * CLOCK_MILLISECOND, text);
}

void mode_number(struct evaluation *evaluation, const struct perfdata *value, const char *object,
		 const char *text)
{
	enum outcome_status status = outcome_judge(value);
	const struct range *range = status == OUTCOME_CRITICAL ? value->critical : value->warning;

	outcome_perfdata(evaluation->outcome, value);
	if (status != OUTCOME_OK)
		outcome_problem(evaluation->outcome, status, "%s: %s (threshold %s)", object, text,
				range->text);
}

void mode_plain(struct evaluation *evaluation, const char *object, const char *name,
		enum perfdata_unit unit, int64_t number)
{
	struct perfdata value = {.object = object, .name = name, .unit = unit, .number = number};

	outcome_perfdata(evaluation->outcome, &value);
}

void mode_nothing(struct evaluation *evaluation, const char *kind)
{
	const struct nagios_request *request = evaluation->request;
	bool selects = request->instance || request->virtual_server || request->real_server ||
		       request->group;

	outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
			selects ? "no %s is called like that" : "lbd has no %s", kind);
}

void mode_ipvs(struct evaluation *evaluation)
{
	size_t i = 0;
	const struct stat_ipvs *ipvs = mode_row(evaluation, STAT_FAMILY_IPVS, &i);

	if (!ipvs || !stat_has(&ipvs->row, STAT_ipvs_available))
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"not known yet whether the kernel's IPVS answers");
	else if (!ipvs->available)
		outcome_problem(
			evaluation->outcome, OUTCOME_CRITICAL,
			"the kernel's IPVS does not answer: this director balances nothing");
}
