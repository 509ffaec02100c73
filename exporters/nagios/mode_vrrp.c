/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mode vrrp: who is master, and are the addresses where they belong? */
#include "exporters/nagios/mode.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

const char *mode_state(const struct stat_vrrp *row)
{
	return set_text(&set_vrrp_state, (long)row->state);
}

const struct stat_vrrp *mode_instance(struct evaluation *evaluation, size_t *i)
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

static void judge_state(struct evaluation *evaluation, const struct stat_vrrp *row)
{
	int expect = evaluation->request->expect;

	if (row->state == VRRP_STATE_FAULT)
		outcome_problem(evaluation->outcome, OUTCOME_CRITICAL,
				"%s is in fault: interface %s cannot be used", row->instance,
				row->interface);
	else if (expect >= 0 && row->state != expect)
		outcome_problem(evaluation->outcome, OUTCOME_CRITICAL, "%s is %s, not %s",
				row->instance, mode_state(row), set_text(&set_vrrp_state, expect));
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
				mode_state(row), (long long)row->addresses_held, row->interface);
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
					mode_state(row));
		return;
	}
	changed.number = mode_age(evaluation, row->changed);
	TEXT_APPEND(line, "%s for %s", mode_state(row), mode_age_text(changed.number, text));
	mode_number(evaluation, &changed, row->instance, line);
	outcome_detail(evaluation->outcome, "%s: %s", row->instance, line);
}

uint64_t mode_drops(const struct stat_vrrp *row)
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
	mode_plain(evaluation, name, "adverts_dropped", PERFDATA_COUNTER, (int64_t)mode_drops(row));
}

void mode_vrrp(struct evaluation *evaluation)
{
	int64_t count[VRRP_STATE_COUNT] = {0};
	const struct stat_vrrp *row;
	int64_t all = 0;

	for (size_t i = 0; (row = mode_instance(evaluation, &i)); all++) {
		if (row->state >= 0 && row->state < VRRP_STATE_COUNT)
			count[row->state]++;
		judge_state(evaluation, row);
		judge_addresses(evaluation, row);
		judge_change(evaluation, row);
		show_instance(evaluation, row);
		if (all < OUTCOME_PROBLEMS_MOST)
			outcome_summary(evaluation->outcome, "%s is %s", row->instance,
					mode_state(row));
	}
	if (all > OUTCOME_PROBLEMS_MOST)
		outcome_summary(evaluation->outcome, "%lld instances in all", (long long)all);
	if (all == 0 && evaluation->outcome->status == OUTCOME_OK)
		mode_nothing(evaluation, "VRRP instance");
	mode_plain(evaluation, NULL, "masters", PERFDATA_NONE, count[VRRP_STATE_MASTER]);
	mode_plain(evaluation, NULL, "backups", PERFDATA_NONE, count[VRRP_STATE_BACKUP]);
	mode_plain(evaluation, NULL, "faults", PERFDATA_NONE, count[VRRP_STATE_FAULT]);
}
