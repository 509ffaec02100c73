/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mode events: what changed a short time ago? From the instants of the last change that the rows
 * hold, so that no file has to remember the last run; two changes of one object are seen as one.
 * lbctl tells the story.
 */
#include "exporters/nagios/mode.h"

#include "base/clock.h"
#include "base/text.h"

struct changes {
	int64_t count;
	int64_t failover; /* thousandths of a second since the last one; -1: none known */
};

static bool is_recent(const struct evaluation *evaluation, int64_t age)
{
	return age <= evaluation->request->within / CLOCK_MILLISECOND;
}

static void tell(struct evaluation *evaluation, struct changes *changes, int64_t age,
		 const char *object, const char *what)
{
	char text[MODE_AGE_TEXT];

	changes->count++;
	/* OK here: whether it is worse is decided by how many they are. */
	outcome_problem(evaluation->outcome, OUTCOME_OK, "%s %s %s ago", object, what,
			mode_age_text(age, text));
}

static void look_at_instances(struct evaluation *evaluation, struct changes *changes)
{
	const struct stat_vrrp *row;

	for (size_t i = 0; (row = mode_row(evaluation, STAT_FAMILY_VRRP, &i));) {
		char what[48] = "became ";
		int64_t age;

		if (!stat_has(&row->row, STAT_vrrp_changed) ||
		    !stat_has(&row->row, STAT_vrrp_state))
			continue;
		age = mode_age(evaluation, row->changed);
		if (changes->failover < 0 || age < changes->failover)
			changes->failover = age;
		TEXT_APPEND(what, "%s", set_text(&set_vrrp_state, (long)row->state));
		if (is_recent(evaluation, age))
			tell(evaluation, changes, age, row->instance, what);
	}
}

static void look_at_services(struct evaluation *evaluation, struct changes *changes)
{
	const struct stat_virtual_server *row;

	for (size_t i = 0; (row = mode_row(evaluation, STAT_FAMILY_VIRTUAL_SERVER, &i));) {
		char name[80] = "";
		int64_t age = mode_age(evaluation, row->changed);

		if (!stat_has(&row->row, STAT_virtual_server_changed) ||
		    !stat_has(&row->row, STAT_virtual_server_quorum_reached) ||
		    !is_recent(evaluation, age))
			continue;
		TEXT_APPEND(name, "%s %s", row->protocol, row->virtual_server);
		tell(evaluation, changes, age, name,
		     row->quorum_reached ? "reached its quorum" : "lost its quorum");
	}
}

static void look_at_servers(struct evaluation *evaluation, struct changes *changes)
{
	const struct stat_real_server *row;

	for (size_t i = 0; (row = mode_row(evaluation, STAT_FAMILY_REAL_SERVER, &i));) {
		char name[144] = "", what[48] = "became ";
		int64_t age = mode_age(evaluation, row->changed);

		if (!stat_has(&row->row, STAT_real_server_changed) ||
		    !stat_has(&row->row, STAT_real_server_health) || !is_recent(evaluation, age))
			continue;
		TEXT_APPEND(name, "%s of %s %s", row->real_server, row->protocol,
			    row->virtual_server);
		TEXT_APPEND(what, "%s", set_text(&set_health, (long)row->health));
		tell(evaluation, changes, age, name, what);
	}
}

/* The journal's own numbers; control puts them at its start. */
static void show_journal(struct evaluation *evaluation)
{
	size_t i = 0;
	const struct stat_event *row = mode_row(evaluation, STAT_FAMILY_EVENT, &i);

	if (!row || !stat_has(&row->row, STAT_event_last_number)) {
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"the number of the newest event is not known");
		return;
	}
	outcome_summary(evaluation->outcome, "the newest event is number %lld",
			(long long)row->last_number);
	mode_plain(evaluation, NULL, "last_event", PERFDATA_COUNTER, row->last_number);
	for (size_t j = 0; j < SEVERITY_COUNT; j++)
		mode_plain(evaluation, NULL, set_severity.values[j].text, PERFDATA_COUNTER,
			   (int64_t)row->events[j]);
	mode_plain(evaluation, NULL, "journal_errors", PERFDATA_COUNTER,
		   (int64_t)row->journal_errors);
}

void mode_events(struct evaluation *evaluation)
{
	struct perfdata value = {.name = "changed",
				 .warning = mode_warning(evaluation),
				 .critical = mode_critical(evaluation)};
	struct changes changes = {.failover = -1};
	char text[MODE_AGE_TEXT], line[120] = "";

	look_at_instances(evaluation, &changes);
	look_at_services(evaluation, &changes);
	look_at_servers(evaluation, &changes);
	value.number = changes.count;
	mode_age_text(evaluation->request->within / CLOCK_MILLISECOND, text);
	TEXT_APPEND(line, "%lld changed their state within %s", (long long)changes.count, text);
	mode_number(evaluation, &value, "objects", line);
	if (!value.warning && changes.count > 0)
		outcome_problem(evaluation->outcome, OUTCOME_WARNING, "objects: %s", line);
	else if (changes.count == 0)
		outcome_summary(evaluation->outcome, "no change of state within %s", text);
	show_journal(evaluation);
	if (changes.failover >= 0)
		mode_plain(evaluation, NULL, "since_vrrp_change", PERFDATA_SECONDS,
			   changes.failover);
}
