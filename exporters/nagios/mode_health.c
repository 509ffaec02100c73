/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mode health: lbd itself. Here a silent process is no lack of news but the news: CRITICAL. */
#include "exporters/nagios/mode.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static const struct stat_child *child_called(const struct evaluation *evaluation, const char *name)
{
	const struct stat_child *row;

	for (size_t i = 0; (row = mode_row(evaluation, STAT_FAMILY_CHILD, &i));)
		if (mode_selected(name, row->process))
			return row;
	return NULL;
}

/* Thousandths of a second since its last heartbeat, or -1. */
static int64_t judge_process(struct evaluation *evaluation, enum process_id process)
{
	const struct stat_segment_info *segment = &evaluation->snapshot->segments[process];
	const struct stat_child *child = child_called(evaluation, process_name(process));
	bool waits = child && stat_has(&child->row, STAT_child_state) &&
		     child->state == CHILD_STATE_WAITING;
	char text[MODE_AGE_TEXT];

	if (segment->liveness == STAT_ABSENT) {
		mode_alive(evaluation, process);
		return -1;
	}
	if (waits)
		outcome_problem(evaluation->outcome, OUTCOME_CRITICAL,
				"the %s process died and waits to be started again",
				process_name(process));
	else if (segment->liveness == STAT_STALE && segment->age < 0)
		mode_alive(evaluation, process);
	else if (segment->liveness == STAT_STALE)
		outcome_problem(evaluation->outcome, OUTCOME_CRITICAL,
				"the %s process is down or stuck: no heartbeat for %s",
				process_name(process),
				mode_age_text(segment->age / CLOCK_MILLISECOND, text));
	return segment->age < 0 ? -1 : segment->age / CLOCK_MILLISECOND;
}

static void judge_processes(struct evaluation *evaluation)
{
	struct perfdata oldest = {.name = "oldest_heartbeat",
				  .unit = PERFDATA_SECONDS,
				  .number = -1,
				  .warning = mode_warning(evaluation),
				  .critical = mode_critical(evaluation)};
	char text[MODE_AGE_TEXT], line[80] = "";
	int64_t alive = 0, all = 0;

	for (unsigned i = 0; i < PROCESS_COUNT; i++) {
		int64_t age;

		if (!snapshot_required((enum process_id)i))
			continue;
		all++;
		alive += evaluation->snapshot->segments[i].liveness == STAT_ALIVE;
		age = judge_process(evaluation, (enum process_id)i);
		if (age > oldest.number)
			oldest.number = age;
	}
	outcome_summary(evaluation->outcome, "%lld of %lld processes live", (long long)alive,
			(long long)all);
	if (oldest.number < 0)
		return;
	TEXT_APPEND(line, "the oldest heartbeat is %s old", mode_age_text(oldest.number, text));
	mode_number(evaluation, &oldest, "processes", line);
}

/* An exporter that was started by hand shows itself to whoever asks it, and to nobody else. */
static bool has_segment(const struct evaluation *evaluation, const char *name)
{
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		if (strcmp(process_name((enum process_id)i), name) == 0)
			return evaluation->snapshot->segments[i].liveness == STAT_ALIVE;
	return false;
}

static void show_processes(struct evaluation *evaluation)
{
	const struct stat_process *process;
	const struct stat_child *child;

	for (size_t i = 0; (child = mode_row(evaluation, STAT_FAMILY_CHILD, &i));)
		mode_plain(evaluation, child->process, "restarts", PERFDATA_COUNTER,
			   (int64_t)child->restarts);
	for (size_t i = 0; (process = mode_row(evaluation, STAT_FAMILY_PROCESS, &i));) {
		if (!has_segment(evaluation, process->process))
			continue;
		if (stat_has(&process->row, STAT_process_resident_memory))
			mode_plain(evaluation, process->process, "resident_memory", PERFDATA_BYTES,
				   process->resident_memory);
		mode_plain(evaluation, process->process, "events_lost", PERFDATA_COUNTER,
			   (int64_t)process->events_lost);
	}
}

/* The parent's row is absent with the parent, which is told above. */
static void judge_config(struct evaluation *evaluation)
{
	const struct stat_config *row;

	for (size_t i = 0; (row = mode_row(evaluation, STAT_FAMILY_CONFIG, &i));) {
		if (stat_has(&row->row, STAT_config_generation)) {
			outcome_summary(evaluation->outcome, "configuration generation %lld",
					(long long)row->generation);
			mode_plain(evaluation, NULL, "generation", PERFDATA_NONE, row->generation);
		}
		if (!stat_has(&row->row, STAT_config_last_reload))
			outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
					"not known how the last reload ended");
		else if (row->last_reload == RELOAD_RESULT_REFUSED)
			outcome_problem(evaluation->outcome, OUTCOME_WARNING,
					"the last reload was refused: %s has errors (lbctl check)",
					row->file);
	}
}

static void judge_defences(struct evaluation *evaluation)
{
	size_t i = 0;
	const struct stat_ipvs *ipvs = mode_row(evaluation, STAT_FAMILY_IPVS, &i);

	if (!ipvs)
		return;
	if (stat_has(&ipvs->row, STAT_ipvs_estimation) && !ipvs->estimation)
		outcome_problem(evaluation->outcome, OUTCOME_WARNING,
				"traffic counters stand still: net.ipv4.vs.run_estimation is 0");
	if ((stat_has(&ipvs->row, STAT_ipvs_drop_entry) && ipvs->drop_entry == DEFENCE_ACTIVE) ||
	    (stat_has(&ipvs->row, STAT_ipvs_drop_packet) && ipvs->drop_packet == DEFENCE_ACTIVE) ||
	    (stat_has(&ipvs->row, STAT_ipvs_secure_tcp) && ipvs->secure_tcp == DEFENCE_ACTIVE))
		outcome_problem(evaluation->outcome, OUTCOME_WARNING,
				"IPVS defends itself: memory is short (drop_entry, drop_packet, "
				"secure_tcp)");
	mode_plain(evaluation, NULL, "drifts", PERFDATA_COUNTER, (int64_t)ipvs->drifts);
	mode_plain(evaluation, NULL, "operation_errors", PERFDATA_COUNTER,
		   (int64_t)ipvs->operation_errors);
}

void mode_health(struct evaluation *evaluation)
{
	judge_processes(evaluation);
	judge_config(evaluation);
	if (evaluation->snapshot->segments[PROCESS_DIRECTOR].liveness == STAT_ALIVE) {
		mode_ipvs(evaluation);
		judge_defences(evaluation);
	}
	show_processes(evaluation);
}
