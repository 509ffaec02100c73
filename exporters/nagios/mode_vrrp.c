/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mode vrrp: who is master, and are the addresses where they belong? Mode pair: the other director.
 */
#include "exporters/nagios/mode.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static const char *state_text(const struct stat_vrrp *row)
{
	return set_text(&set_vrrp_state, (long)row->state);
}

/* The next selected instance whose state is known; one whose state is not is a problem. */
static const struct stat_vrrp *next_instance(struct evaluation *evaluation, size_t *i)
{
	const struct stat_vrrp *row;

	while ((row = mode_row(evaluation, STAT_FAMILY_VRRP, i))) {
		if (!mode_selected(evaluation->request->instance, row->instance))
			continue;
		if (stat_has(&row->row, STAT_vrrp_state))
			return row;
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN, "%s: its state is not known",
				row->instance);
	}
	return NULL;
}

/* --- vrrp ------------------------------------------------------------------------------------- */

static void judge_state(struct evaluation *evaluation, const struct stat_vrrp *row)
{
	int expect = evaluation->request->expect;

	if (row->state == VRRP_STATE_FAULT)
		outcome_problem(evaluation->outcome, OUTCOME_CRITICAL,
				"%s is in fault: interface %s cannot be used", row->instance,
				row->interface);
	else if (expect >= 0 && row->state != expect)
		outcome_problem(evaluation->outcome, OUTCOME_CRITICAL, "%s is %s, not %s",
				row->instance, state_text(row), set_text(&set_vrrp_state, expect));
	else if (row->state != VRRP_STATE_MASTER && row->state != VRRP_STATE_BACKUP)
		outcome_problem(evaluation->outcome, OUTCOME_WARNING,
				"%s does not take part: it is not started, or being stopped",
				row->instance);
}

static void judge_addresses(struct evaluation *evaluation, const struct stat_vrrp *row)
{
	if (!stat_has(&row->row, STAT_vrrp_addresses) ||
	    !stat_has(&row->row, STAT_vrrp_addresses_held))
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"%s: not known which of its addresses are on %s", row->instance,
				row->interface);
	else if (row->state == VRRP_STATE_MASTER && row->addresses_held < row->addresses)
		outcome_problem(evaluation->outcome, OUTCOME_CRITICAL,
				"%s is master, but only %lld of its %lld addresses are on %s",
				row->instance, (long long)row->addresses_held,
				(long long)row->addresses, row->interface);
	else if (row->state != VRRP_STATE_MASTER && row->addresses_held > 0)
		outcome_problem(evaluation->outcome, OUTCOME_WARNING,
				"%s is %s, but %lld of its addresses are on %s", row->instance,
				state_text(row), (long long)row->addresses_held, row->interface);
}

/* Since when it is in its state. Without that, a threshold on it cannot be held. */
static void judge_change(struct evaluation *evaluation, const struct stat_vrrp *row)
{
	struct perfdata changed = {.object = row->instance,
				   .name = "changed",
				   .unit = PERFDATA_SECONDS,
				   .warning = mode_warning(evaluation),
				   .critical = mode_critical(evaluation)};
	char text[MODE_AGE_TEXT], line[80] = "";

	if (!stat_has(&row->row, STAT_vrrp_changed)) {
		if (changed.warning || changed.critical)
			outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
					"%s: not known since when it is %s", row->instance,
					state_text(row));
		return;
	}
	changed.number = mode_age(evaluation, row->changed);
	TEXT_APPEND(line, "%s for %s", state_text(row), mode_age_text(changed.number, text));
	mode_number(evaluation, &changed, row->instance, line);
	outcome_detail(evaluation->outcome, "%s: %s", row->instance, line);
}

static uint64_t drops(const struct stat_vrrp *row)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < VRRP_DROP_COUNT; i++)
		sum += row->adverts_dropped[i];
	return sum;
}

static void show_instance(struct evaluation *evaluation, const struct stat_vrrp *row)
{
	const char *name = row->instance;

	mode_plain(evaluation, name, "state", PERFDATA_NONE, row->state);
	if (stat_has(&row->row, STAT_vrrp_priority))
		mode_plain(evaluation, name, "priority", PERFDATA_NONE, row->priority);
	mode_plain(evaluation, name, "to_master", PERFDATA_COUNTER,
		   (int64_t)row->transitions[VRRP_STATE_MASTER]);
	mode_plain(evaluation, name, "adverts_sent", PERFDATA_COUNTER, (int64_t)row->adverts_sent);
	mode_plain(evaluation, name, "adverts_received", PERFDATA_COUNTER,
		   (int64_t)row->adverts_received);
	mode_plain(evaluation, name, "adverts_dropped", PERFDATA_COUNTER, (int64_t)drops(row));
}

void mode_vrrp(struct evaluation *evaluation)
{
	int64_t count[VRRP_STATE_COUNT] = {0};
	const struct stat_vrrp *row;
	int64_t all = 0;

	for (size_t i = 0; (row = next_instance(evaluation, &i)); all++) {
		if (row->state >= 0 && row->state < VRRP_STATE_COUNT)
			count[row->state]++;
		judge_state(evaluation, row);
		judge_addresses(evaluation, row);
		judge_change(evaluation, row);
		show_instance(evaluation, row);
		if (all < OUTCOME_PROBLEMS_MOST)
			outcome_summary(evaluation->outcome, "%s is %s", row->instance,
					state_text(row));
	}
	if (all > OUTCOME_PROBLEMS_MOST)
		outcome_summary(evaluation->outcome, "%lld instances in all", (long long)all);
	if (all == 0 && evaluation->outcome->status == OUTCOME_OK)
		mode_nothing(evaluation, "VRRP instance");
	mode_plain(evaluation, NULL, "masters", PERFDATA_NONE, count[VRRP_STATE_MASTER]);
	mode_plain(evaluation, NULL, "backups", PERFDATA_NONE, count[VRRP_STATE_BACKUP]);
	mode_plain(evaluation, NULL, "faults", PERFDATA_NONE, count[VRRP_STATE_FAULT]);
}

/* --- pair ------------------------------------------------------------------------------------- */

/* 3 × interval + skew of VRRP version 2 (RFC 3768 section 6.1), in thousandths of a second. */
static int64_t master_down(const struct stat_vrrp *row)
{
	return 3 * row->interval / CLOCK_MILLISECOND + (256 - row->priority) * 1000 / 256;
}

/* A master hears nobody: it sends. An advertisement that was accepted some time after it became
 * master, and lately, comes from a second master that does not hear this one. */
static void judge_master(struct evaluation *evaluation, const struct stat_vrrp *row)
{
	bool heard = stat_has(&row->row, STAT_vrrp_last_advert);
	int64_t changed = mode_age(evaluation, row->changed);
	int64_t age = heard ? mode_age(evaluation, row->last_advert) : 0;
	char text[MODE_AGE_TEXT];

	if (!heard || age > master_down(row) ||
	    changed - age <= row->interval / CLOCK_MILLISECOND) {
		outcome_summary(evaluation->outcome, "%s is master and hears no other",
				row->instance);
		return;
	}
	outcome_problem(evaluation->outcome, OUTCOME_CRITICAL,
			"%s has two masters: this director is one, and another advertised itself "
			"%s ago",
			row->instance, mode_age_text(age, text));
}

static void judge_backup(struct evaluation *evaluation, const struct stat_vrrp *row)
{
	struct perfdata silence = {.object = row->instance,
				   .name = "advert_age",
				   .unit = PERFDATA_SECONDS,
				   .warning = mode_warning(evaluation),
				   .critical = mode_critical(evaluation)};
	char text[MODE_AGE_TEXT], line[120] = "";

	if (!stat_has(&row->row, STAT_vrrp_last_advert)) {
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"%s is backup and has not heard a master yet", row->instance);
		return;
	}
	silence.number = mode_age(evaluation, row->last_advert);
	TEXT_APPEND(line, "heard its master %s ago", mode_age_text(silence.number, text));
	mode_number(evaluation, &silence, row->instance, line);
	/* It should have taken over by then. A second more is for the clock to be set. */
	if (silence.number > master_down(row) + 1000)
		outcome_problem(evaluation->outcome, OUTCOME_CRITICAL,
				"%s is backup without a master: it was last heard %s ago",
				row->instance, text);
	if (stat_has(&row->row, STAT_vrrp_master_priority))
		outcome_summary(evaluation->outcome,
				"%s is backup of a master with priority %lld, heard %s ago",
				row->instance, (long long)row->master_priority, text);
}

static void judge_side(struct evaluation *evaluation, const struct stat_vrrp *row)
{
	if (!stat_has(&row->row, STAT_vrrp_interval) || !stat_has(&row->row, STAT_vrrp_priority) ||
	    !stat_has(&row->row, STAT_vrrp_changed))
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"%s: its interval, priority or last change is not known",
				row->instance);
	else if (row->state == VRRP_STATE_MASTER)
		judge_master(evaluation, row);
	else if (row->state == VRRP_STATE_BACKUP)
		judge_backup(evaluation, row);
	else
		outcome_problem(evaluation->outcome, OUTCOME_CRITICAL,
				"%s: this director takes no part (%s)", row->instance,
				state_text(row));
}

static void show_side(struct evaluation *evaluation, const struct stat_vrrp *row)
{
	mode_plain(evaluation, row->instance, "state", PERFDATA_NONE, row->state);
	if (stat_has(&row->row, STAT_vrrp_priority))
		mode_plain(evaluation, row->instance, "priority", PERFDATA_NONE, row->priority);
	if (stat_has(&row->row, STAT_vrrp_master_priority))
		mode_plain(evaluation, row->instance, "master_priority", PERFDATA_NONE,
			   row->master_priority);
	mode_plain(evaluation, row->instance, "adverts_dropped", PERFDATA_COUNTER,
		   (int64_t)drops(row));
	for (size_t i = 0; i < VRRP_DROP_COUNT; i++)
		if (row->adverts_dropped[i])
			outcome_detail(evaluation->outcome,
				       "%s: %llu advertisements were dropped: %s", row->instance,
				       (unsigned long long)row->adverts_dropped[i],
				       set_vrrp_drop.values[i].help);
}

void mode_pair(struct evaluation *evaluation)
{
	const struct stat_vrrp *row;
	bool any = false;

	for (size_t i = 0; (row = next_instance(evaluation, &i)); any = true) {
		judge_side(evaluation, row);
		show_side(evaluation, row);
	}
	if (!any && evaluation->outcome->status == OUTCOME_OK)
		mode_nothing(evaluation, "VRRP instance");
}
