/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modes virtual-server and quorum: is a service served, and how far is it from not being? */
#include "exporters/nagios/mode.h"

#include "base/text.h"

#define NAME_TEXT 80

static const char *name_of(const struct stat_virtual_server *row, char name[NAME_TEXT])
{
	name[0] = '\0';
	text_append(name, NAME_TEXT, "%s %s", row->protocol, row->virtual_server);
	return name;
}

/* All that the modes judge by is put at once, when the director has read its configuration. */
static bool is_known(const struct stat_virtual_server *row)
{
	return stat_has(&row->row, STAT_virtual_server_real_servers) &&
	       stat_has(&row->row, STAT_virtual_server_real_servers_up) &&
	       stat_has(&row->row, STAT_virtual_server_weight_up) &&
	       stat_has(&row->row, STAT_virtual_server_quorum) &&
	       stat_has(&row->row, STAT_virtual_server_quorum_reached) &&
	       stat_has(&row->row, STAT_virtual_server_sorry_server_active);
}

static const struct stat_virtual_server *next_service(struct evaluation *evaluation, size_t *i)
{
	const struct nagios_request *request = evaluation->request;
	const struct stat_virtual_server *row;
	char name[NAME_TEXT];

	while ((row = mode_row(evaluation, STAT_FAMILY_VIRTUAL_SERVER, i))) {
		if (!mode_selected(request->virtual_server, row->virtual_server) ||
		    !mode_selected(request->group, row->group))
			continue;
		if (is_known(row))
			return row;
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN, "%s: its state is not known",
				name_of(row, name));
	}
	return NULL;
}

static void judge_quorum(struct evaluation *evaluation, const struct stat_virtual_server *row)
{
	char name[NAME_TEXT];

	if (row->quorum_reached)
		return;
	outcome_problem(evaluation->outcome, OUTCOME_CRITICAL,
			"%s has lost its quorum: weight %lld is in service, %lld is needed%s",
			name_of(row, name), (long long)row->weight_up, (long long)row->quorum,
			row->sorry_server_active ? "; the sorry server serves" : "");
}

/* --- virtual-server --------------------------------------------------------------------------- */

/* Without thresholds: a warning when any server is out, critical when all are. */
static void judge_servers(struct evaluation *evaluation, const struct stat_virtual_server *row)
{
	char name[NAME_TEXT], text[80] = "";
	struct perfdata up = {.object = name_of(row, name),
			      .name = "real_servers_up",
			      .number = row->real_servers_up,
			      .warning = mode_warning(evaluation),
			      .critical = mode_critical(evaluation),
			      .most = row->real_servers};

	TEXT_APPEND(text, "%lld of %lld real servers are in service",
		    (long long)row->real_servers_up, (long long)row->real_servers);
	mode_number(evaluation, &up, name, text);
	outcome_detail(evaluation->outcome, "%s: %s", name, text);
	if (!up.critical && row->quorum_reached && row->real_servers_up == 0)
		outcome_problem(evaluation->outcome, OUTCOME_CRITICAL, "%s: %s", name, text);
	else if (!up.warning && row->real_servers_up < row->real_servers)
		outcome_problem(evaluation->outcome, OUTCOME_WARNING, "%s: %s", name, text);
}

static void show_service(struct evaluation *evaluation, const struct stat_virtual_server *row)
{
	char name[NAME_TEXT];

	name_of(row, name);
	if (stat_has(&row->row, STAT_virtual_server_active_connections))
		mode_plain(evaluation, name, "active_connections", PERFDATA_NONE,
			   row->active_connections);
	mode_plain(evaluation, name, "connections", PERFDATA_COUNTER, (int64_t)row->connections);
	mode_plain(evaluation, name, "in_bytes", PERFDATA_COUNTER, (int64_t)row->in_bytes);
	mode_plain(evaluation, name, "out_bytes", PERFDATA_COUNTER, (int64_t)row->out_bytes);
}

void mode_virtual_server(struct evaluation *evaluation)
{
	const struct stat_virtual_server *row;
	int64_t all = 0, served = 0;

	mode_ipvs(evaluation);
	for (size_t i = 0; (row = next_service(evaluation, &i)); all++) {
		served += row->quorum_reached != 0;
		judge_quorum(evaluation, row);
		judge_servers(evaluation, row);
		show_service(evaluation, row);
	}
	if (all == 0 && evaluation->outcome->status == OUTCOME_OK)
		mode_nothing(evaluation, "virtual server");
	if (all > 0)
		outcome_summary(evaluation->outcome,
				"%lld of %lld virtual servers have their quorum", (long long)served,
				(long long)all);
	mode_plain(evaluation, NULL, "virtual_servers", PERFDATA_NONE, all);
	mode_plain(evaluation, NULL, "quorums_lost", PERFDATA_NONE, all - served);
}

/* --- quorum ----------------------------------------------------------------------------------- */

static void judge_margin(struct evaluation *evaluation, const struct stat_virtual_server *row)
{
	char name[NAME_TEXT], text[80] = "";
	struct perfdata margin = {.object = name_of(row, name),
				  .name = "margin",
				  .number = row->weight_up - row->quorum,
				  .warning = mode_warning(evaluation),
				  .critical = mode_critical(evaluation)};

	TEXT_APPEND(text, "weight %lld is in service, %lld is needed", (long long)row->weight_up,
		    (long long)row->quorum);
	mode_number(evaluation, &margin, name, text);
	outcome_detail(evaluation->outcome, "%s: %s", name, text);
	mode_plain(evaluation, name, "weight_up", PERFDATA_NONE, row->weight_up);
	mode_plain(evaluation, name, "quorum", PERFDATA_NONE, row->quorum);
}

void mode_quorum(struct evaluation *evaluation)
{
	const struct stat_virtual_server *row;
	int64_t all = 0, reached = 0, sorry = 0;

	mode_ipvs(evaluation);
	for (size_t i = 0; (row = next_service(evaluation, &i)); all++) {
		reached += row->quorum_reached != 0;
		sorry += row->sorry_server_active != 0;
		judge_quorum(evaluation, row);
		judge_margin(evaluation, row);
	}
	if (all == 0 && evaluation->outcome->status == OUTCOME_OK)
		mode_nothing(evaluation, "virtual server");
	if (all > 0)
		outcome_summary(evaluation->outcome, "%lld of %lld quorums are reached",
				(long long)reached, (long long)all);
	mode_plain(evaluation, NULL, "quorums_lost", PERFDATA_NONE, all - reached);
	mode_plain(evaluation, NULL, "sorry_servers_active", PERFDATA_NONE, sorry);
}
