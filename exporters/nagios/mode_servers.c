/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mode real-servers: who is down, and what do its checks say? A server under two virtual servers
 * counts as two: it may be down under one of them alone. */
#include "exporters/nagios/mode.h"

#include <string.h>

#include "base/text.h"

#define NAME_TEXT 144
#define WHY_TEXT 160

static const struct stat_real_server *next_server(struct evaluation *evaluation, size_t *i)
{
	const struct nagios_request *request = evaluation->request;
	const struct stat_real_server *row;

	while ((row = mode_row(evaluation, STAT_FAMILY_REAL_SERVER, i)))
		if (mode_selected(request->virtual_server, row->virtual_server) &&
		    mode_selected(request->real_server, row->real_server) &&
		    mode_selected(request->group, row->group))
			return row;
	return NULL;
}

static bool is_check_of(const struct stat_check *check, const struct stat_real_server *row)
{
	char group[80] = "";

	if (strcmp(check->real_server, row->real_server) != 0)
		return false;
	TEXT_APPEND(group, "group %s", row->group);
	return strcmp(check->virtual_server, row->group[0] ? group : row->virtual_server) == 0;
}

/* ": TCP_CHECK, connection refused, for 12 s", as far as it is known. */
static const char *why_down(const struct evaluation *evaluation, const struct stat_real_server *row,
			    char why[WHY_TEXT])
{
	const struct stat_check *check;
	char text[MODE_AGE_TEXT];
	const char *before = ": ";

	why[0] = '\0';
	for (size_t i = 0; (check = mode_row(evaluation, STAT_FAMILY_CHECK, &i));)
		if (is_check_of(check, row) && stat_has(&check->row, STAT_check_health) &&
		    check->health == HEALTH_DOWN && stat_has(&check->row, STAT_check_last_result) &&
		    check->last_result >= 0 && check->last_result < CHECK_RESULT_COUNT) {
			text_append(why, WHY_TEXT, "%s%s says %s", before, check->check,
				    set_check_result.values[check->last_result].help);
			before = ", ";
		}
	if (stat_has(&row->row, STAT_real_server_changed))
		text_append(why, WHY_TEXT, "%sfor %s", before,
			    mode_age_text(mode_age(evaluation, row->changed), text));
	return why;
}

static void judge_server(struct evaluation *evaluation, const struct stat_real_server *row,
			 int64_t count[HEALTH_COUNT])
{
	bool known = stat_has(&row->row, STAT_real_server_health) && row->health >= 0 &&
		     row->health < HEALTH_COUNT;
	enum health health = known ? (enum health)row->health : HEALTH_UNKNOWN;
	char why[WHY_TEXT];

	count[health]++;
	outcome_detail(evaluation->outcome, "%s of %s %s is %s", row->real_server, row->protocol,
		       row->virtual_server, set_text(&set_health, health));
	if (health == HEALTH_UNKNOWN)
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"%s of %s %s: no check has finished yet", row->real_server,
				row->protocol, row->virtual_server);
	/* OK here: whether it is worse is decided by how many they are. */
	if (health == HEALTH_DOWN)
		outcome_problem(evaluation->outcome, OUTCOME_OK, "%s of %s %s is down%s",
				row->real_server, row->protocol, row->virtual_server,
				why_down(evaluation, row, why));
}

static void show_server(struct evaluation *evaluation, const struct stat_real_server *row)
{
	char name[NAME_TEXT] = "";

	TEXT_APPEND(name, "%s %s %s", row->protocol, row->virtual_server, row->real_server);
	if (stat_has(&row->row, STAT_real_server_weight_effective))
		mode_plain(evaluation, name, "weight", PERFDATA_NONE, row->weight_effective);
	if (stat_has(&row->row, STAT_real_server_active_connections))
		mode_plain(evaluation, name, "active_connections", PERFDATA_NONE,
			   row->active_connections);
	mode_plain(evaluation, name, "connections", PERFDATA_COUNTER, (int64_t)row->connections);
}

/* Without thresholds: a warning when any is down, critical when all are. */
static void judge_count(struct evaluation *evaluation, int64_t down, int64_t all)
{
	struct perfdata value = {.name = "down",
				 .number = down,
				 .warning = mode_warning(evaluation),
				 .critical = mode_critical(evaluation),
				 .most = all};
	char text[80] = "";
	bool none_left = !value.critical && down == all;
	bool some_down = !value.warning && down > 0;

	TEXT_APPEND(text, "%lld of %lld are down", (long long)down, (long long)all);
	mode_number(evaluation, &value, "real servers", text);
	if (none_left || some_down)
		outcome_problem(evaluation->outcome, none_left ? OUTCOME_CRITICAL : OUTCOME_WARNING,
				"real servers: %s", text);
}

void mode_real_servers(struct evaluation *evaluation)
{
	int64_t count[HEALTH_COUNT] = {0};
	const struct stat_real_server *row;
	int64_t all = 0;

	mode_ipvs(evaluation);
	for (size_t i = 0; (row = next_server(evaluation, &i)); all++) {
		judge_server(evaluation, row, count);
		show_server(evaluation, row);
	}
	if (all == 0) {
		mode_nothing(evaluation, "real server");
		return;
	}
	outcome_summary(evaluation->outcome, "%lld of %lld real servers are up",
			(long long)count[HEALTH_UP], (long long)all);
	mode_plain(evaluation, NULL, "up", PERFDATA_NONE, count[HEALTH_UP]);
	judge_count(evaluation, count[HEALTH_DOWN], all);
	mode_plain(evaluation, NULL, "unknown", PERFDATA_NONE, count[HEALTH_UNKNOWN]);
}
