/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding the event that moved a counter. */
#include "exporters/prometheus/exemplar.h"

#include <stdlib.h>
#include <string.h>

#include "base/event.h"
#include "base/text.h"

/* What the events of a counter have in common. Texts that are empty do not matter. */
struct question {
	char object[EVENT_OBJECT_TEXT];
	const char *state;
	const char *causes[2];  /* all NULL: any */
	enum severity severity; /* if there is no cause and no object */
};

static int by_object(const void *a, const void *b)
{
	const struct stat_last_event *const *one = a;
	const struct stat_last_event *const *other = b;

	return strcmp((*one)->object, (*other)->object);
}

static const struct event_cause_info *cause_of(const struct stat_last_event *event)
{
	for (unsigned i = 0; i < CAUSE_COUNT; i++)
		if (strcmp(event_cause_info(i)->name, event->cause) == 0)
			return event_cause_info(i);
	return NULL;
}

/* A segment may say anything. With a cause of ours and a number, an exemplar is short and valid. */
static bool is_sound(const struct stat_last_event *event)
{
	return stat_has(&event->row, STAT_last_event_number) && event->number > 0 &&
	       stat_has(&event->row, STAT_last_event_happened) && event->happened >= 0 &&
	       cause_of(event);
}

void exemplars_begin(struct exemplars *exemplars, const struct snapshot *snapshot)
{
	exemplars->count = 0;
	for (size_t i = 0; i < snapshot->families[STAT_FAMILY_LAST_EVENT].count; i++) {
		const struct stat_last_event *event =
			(const void *)snapshot_row(snapshot, STAT_FAMILY_LAST_EVENT, i);

		if (exemplars->count < STAT_LAST_EVENTS && is_sound(event))
			exemplars->events[exemplars->count++] = event;
	}
	qsort(exemplars->events, exemplars->count, sizeof(exemplars->events[0]), by_object);
}

static bool has_cause(const struct question *question, const struct stat_last_event *event)
{
	for (unsigned i = 0; i < 2; i++)
		if (question->causes[i] && strcmp(question->causes[i], event->cause) == 0)
			return true;
	return !question->causes[0];
}

static bool answers(const struct question *question, const struct stat_last_event *event)
{
	if (question->state && strcmp(question->state, event->state) != 0)
		return false;
	if (!question->causes[0] && !question->object[0])
		return cause_of(event)->severity == question->severity;
	return has_cause(question, event);
}

/* The first event with this object, or past the last one with a lesser. */
static size_t first_of(const struct exemplars *exemplars, const char *object)
{
	size_t low = 0;
	size_t high = exemplars->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(exemplars->events[middle]->object, object) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct stat_last_event *newest(const struct exemplars *exemplars,
					    const struct question *question)
{
	const struct stat_last_event *found = NULL;
	size_t i = question->object[0] ? first_of(exemplars, question->object) : 0;

	for (; i < exemplars->count; i++) {
		const struct stat_last_event *event = exemplars->events[i];

		if (question->object[0] && strcmp(event->object, question->object) != 0)
			break;
		if (answers(question, event) && (!found || event->number > found->number))
			found = event;
	}
	return found;
}

/* --- the counters that events move ----------------------------------------------------------- */

static bool ask_vrrp(struct question *question, size_t member, const struct stat_row *row)
{
	TEXT_COPY(question->object, ((const struct stat_vrrp *)row)->instance);
	question->state = set_text(&set_vrrp_state, (long)member);
	return true;
}

static bool ask_vrrp_cause(struct question *question, size_t member, const struct stat_row *row)
{
	TEXT_COPY(question->object, ((const struct stat_vrrp *)row)->instance);
	question->causes[0] = set_text(&set_vrrp_cause, (long)member);
	return true;
}

/* An event names the virtual server as it is configured, which may be a group. */
static bool ask_real_server(struct question *question, size_t member, const struct stat_row *row)
{
	const struct stat_real_server *server = (const void *)row;

	(void)member;
	if (server->group[0])
		TEXT_APPEND(question->object, "group %s %s", server->group, server->real_server);
	else
		TEXT_APPEND(question->object, "%s %s", server->virtual_server, server->real_server);
	question->causes[0] = event_cause_info(CAUSE_CHECK_FAILED)->name;
	return true;
}

static bool ask_drift(struct question *question, size_t member, const struct stat_row *row)
{
	(void)member, (void)row;
	question->causes[0] = event_cause_info(CAUSE_DRIFT_REPAIRED)->name;
	return true;
}

static bool ask_reload(struct question *question, size_t member, const struct stat_row *row)
{
	TEXT_COPY(question->object, ((const struct stat_config *)row)->file);
	if (member != RELOAD_RESULT_APPLIED && member != RELOAD_RESULT_REFUSED)
		return false;
	question->causes[0] = event_cause_info(member == RELOAD_RESULT_APPLIED
						       ? CAUSE_RELOAD_APPLIED
						       : CAUSE_RELOAD_REFUSED)
				      ->name;
	return true;
}

static bool ask_restart(struct question *question, size_t member, const struct stat_row *row)
{
	static const char *const titles[] = {
#define PROCESS(NAME, name, title, KIND, user, privileges) title,
#include "base/process.def"
#undef PROCESS
	};
	const char *process = ((const struct stat_child *)row)->process;

	(void)member;
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		if (strcmp(process, process_name((enum process_id)i)) == 0)
			TEXT_COPY(question->object, titles[i]);
	question->causes[0] = event_cause_info(CAUSE_CHILD_DIED)->name;
	question->causes[1] = event_cause_info(CAUSE_EXPORTER_DIED)->name;
	return question->object[0];
}

static bool ask_severity(struct question *question, size_t member, const struct stat_row *row)
{
	(void)row;
	question->severity = (enum severity)member;
	return true;
}

static const struct rule {
	enum stat_family_id family;
	unsigned metric;
	/* False: no event moves this one. */
	bool (*ask)(struct question *question, size_t member, const struct stat_row *row);
} rules[] = {
	{STAT_FAMILY_VRRP, STAT_vrrp_transitions, ask_vrrp},
	{STAT_FAMILY_VRRP, STAT_vrrp_changes, ask_vrrp_cause},
	{STAT_FAMILY_REAL_SERVER, STAT_real_server_failures, ask_real_server},
	{STAT_FAMILY_IPVS, STAT_ipvs_drifts, ask_drift},
	{STAT_FAMILY_CONFIG, STAT_config_reloads, ask_reload},
	{STAT_FAMILY_CHILD, STAT_child_restarts, ask_restart},
	{STAT_FAMILY_EVENT, STAT_event_events, ask_severity},
};

const struct stat_last_event *exemplar_find(const struct exemplars *exemplars,
					    enum stat_family_id family, unsigned metric,
					    size_t member, const struct stat_row *row)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct question question = {0};
		const struct stat_last_event *event;

		if (rules[i].family != family || rules[i].metric != metric)
			continue;
		if (exemplars->count == 0 || !rules[i].ask(&question, member, row))
			return NULL;
		event = newest(exemplars, &question);
		return event && event->happened >= row->since ? event : NULL;
	}
	return NULL;
}
