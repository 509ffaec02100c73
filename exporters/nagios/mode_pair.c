/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mode pair: this director and the other one. From one side alone it is as much as VRRP tells there;
 * with the numbers of both, who is master is compared. */
#include "exporters/nagios/mode.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

/* --- one side -------------------------------------------------------------------------------- */

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
				mode_state(row));
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
		   (int64_t)mode_drops(row));
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

	for (size_t i = 0; (row = mode_instance(evaluation, &i)); any = true) {
		judge_side(evaluation, row);
		show_side(evaluation, row);
	}
	if (!any && evaluation->outcome->status == OUTCOME_OK)
		mode_nothing(evaluation, "VRRP instance");
}

/* --- both sides ------------------------------------------------------------------------------ */

/* Two rows are of one virtual router when the wire says so, and a name: the same VRID may be in use
 * on two networks, and an interface may be called otherwise on the other machine. */
static bool is_same(const struct stat_vrrp *a, const struct stat_vrrp *b)
{
	return strcmp(a->vrid, b->vrid) == 0 && strcmp(a->family, b->family) == 0 &&
	       (strcmp(a->instance, b->instance) == 0 || strcmp(a->interface, b->interface) == 0);
}

static const struct stat_vrrp *same_on(const struct snapshot *snapshot, const struct stat_vrrp *row)
{
	for (size_t i = 0; i < snapshot->families[STAT_FAMILY_VRRP].count; i++) {
		const struct stat_vrrp *other =
			(const void *)snapshot_row(snapshot, STAT_FAMILY_VRRP, i);

		if (is_same(row, other))
			return other;
	}
	return NULL;
}

/* UNKNOWN unless the side could be asked and its vrrp process lives. */
static bool is_known(const struct nagios_side *side, struct outcome *outcome)
{
	if (!side->snapshot)
		return false;
	if (side->snapshot->segments[PROCESS_VRRP].liveness != STAT_ALIVE)
		outcome_problem(outcome, OUTCOME_UNKNOWN,
				"%s: the vrrp process of lbd is down or stuck, or was never there",
				side->name);
	else if (side->snapshot->left_out > 0)
		outcome_problem(outcome, OUTCOME_UNKNOWN,
				"%s: %llu rows changed at every try to read them", side->name,
				(unsigned long long)side->snapshot->left_out);
	else
		return true;
	return false;
}

static void show_member(struct evaluation *evaluation, const struct nagios_side *side,
			const struct stat_vrrp *row)
{
	char object[160] = "";
	struct perfdata silence = {.object = object,
				   .name = "advert_age",
				   .unit = PERFDATA_SECONDS,
				   .warning = mode_warning(evaluation),
				   .critical = mode_critical(evaluation)};
	char text[MODE_AGE_TEXT], line[120] = "";

	TEXT_APPEND(object, "%s %s", row->instance, side->name);
	mode_plain(evaluation, object, "state", PERFDATA_NONE, row->state);
	if (stat_has(&row->row, STAT_vrrp_priority))
		mode_plain(evaluation, object, "priority", PERFDATA_NONE, row->priority);
	if (row->state != VRRP_STATE_BACKUP || !stat_has(&row->row, STAT_vrrp_last_advert))
		return;
	silence.number = row->last_advert < side->snapshot->wall
				 ? (side->snapshot->wall - row->last_advert) / CLOCK_MILLISECOND
				 : 0;
	TEXT_APPEND(line, "heard its master %s ago", mode_age_text(silence.number, text));
	mode_number(evaluation, &silence, object, line);
}

static void judge_members(struct evaluation *evaluation, const struct nagios_side sides[2],
			  const struct stat_vrrp *const rows[2])
{
	struct outcome *outcome = evaluation->outcome;
	bool first = rows[0]->state == VRRP_STATE_MASTER;
	bool second = rows[1]->state == VRRP_STATE_MASTER;
	int backup = first ? 1 : 0;

	if (first && second)
		outcome_problem(outcome, OUTCOME_CRITICAL, "%s has two masters: %s and %s",
				rows[0]->instance, sides[0].name, sides[1].name);
	else if (!first && !second)
		outcome_problem(outcome, OUTCOME_CRITICAL, "%s has no master: %s is %s, %s is %s",
				rows[0]->instance, sides[0].name, mode_state(rows[0]),
				sides[1].name, mode_state(rows[1]));
	else if (rows[backup]->state != VRRP_STATE_BACKUP)
		outcome_problem(outcome, OUTCOME_CRITICAL,
				"%s has no backup: %s is master, %s takes no part (%s)",
				rows[0]->instance, sides[1 - backup].name, sides[backup].name,
				mode_state(rows[backup]));
	else
		outcome_summary(outcome, "%s: %s is master, %s is backup", rows[0]->instance,
				sides[1 - backup].name, sides[backup].name);
	outcome_detail(outcome, "%s: %s is %s, %s is %s", rows[0]->instance, sides[0].name,
		       mode_state(rows[0]), sides[1].name, mode_state(rows[1]));
	show_member(evaluation, &sides[0], rows[0]);
	show_member(evaluation, &sides[1], rows[1]);
}

/* The instances of side `i`: the first side judges those of both, the second its own alone. Returns
 * how many masters there are among them. */
static int64_t compare(struct evaluation *evaluation, const struct nagios_side sides[2], int i,
		       bool both, bool *any)
{
	const struct stat_vrrp *row;
	int64_t masters = 0;

	for (size_t at = 0; (row = mode_instance(evaluation, &at)); *any = true) {
		const struct stat_vrrp *other =
			both ? same_on(sides[1 - i].snapshot, row) : NULL;
		const struct stat_vrrp *rows[2] = {row, other};

		masters += row->state == VRRP_STATE_MASTER;
		if (!both) {
			outcome_summary(evaluation->outcome, "%s is %s on %s", row->instance,
					mode_state(row), sides[i].name);
			show_member(evaluation, &sides[i], row);
		} else if (!other) {
			outcome_problem(evaluation->outcome, OUTCOME_WARNING,
					"%s is configured on %s alone", row->instance,
					sides[i].name);
			show_member(evaluation, &sides[i], row);
		} else if (i == 0 && stat_has(&other->row, STAT_vrrp_state)) {
			judge_members(evaluation, sides, rows);
		}
	}
	return masters;
}

void nagios_evaluate_pair(const struct nagios_request *request, const struct nagios_side sides[2],
			  struct outcome *outcome)
{
	bool known[2] = {is_known(&sides[0], outcome), is_known(&sides[1], outcome)};
	int64_t masters = 0;
	bool any = false;

	for (int i = 0; i < 2; i++) {
		struct evaluation evaluation = {request, sides[i].snapshot, 0, outcome};

		if (!known[i])
			continue;
		evaluation.wall = sides[i].snapshot->wall;
		masters += compare(&evaluation, sides, i, known[1 - i], &any);
	}
	if (!known[0] || !known[1])
		return;
	if (!any && outcome->status == OUTCOME_OK) {
		struct evaluation evaluation = {request, sides[0].snapshot, 0, outcome};

		mode_nothing(&evaluation, "VRRP instance");
	}
	outcome_perfdata(outcome, &(struct perfdata){.name = "masters", .number = masters});
}
