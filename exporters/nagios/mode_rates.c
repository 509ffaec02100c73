/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mode rates: how much traffic is there? */
#include "exporters/nagios/mode.h"

#include "base/clock.h"
#include "base/text.h"

/* The director reads the kernel every 2 s; older numbers than this are not of now. */
#define SAMPLE_OLD (10 * CLOCK_SECOND)

struct rates {
	int64_t connections, in_bytes, out_bytes, active;
	int64_t rows;
};

/* Rates come from counters: they must have been read lately, and the kernel must be moving them. */
static bool is_measured(struct evaluation *evaluation)
{
	size_t i = 0;
	const struct stat_ipvs *ipvs = mode_row(evaluation, STAT_FAMILY_IPVS, &i);
	char text[MODE_AGE_TEXT];

	mode_ipvs(evaluation);
	if (!ipvs)
		return false;
	if (!stat_has(&ipvs->row, STAT_ipvs_last_sample)) {
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"the kernel's counters have not been read yet");
		return false;
	}
	if (evaluation->wall - ipvs->last_sample > SAMPLE_OLD) {
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"the kernel's counters were last read %s ago",
				mode_age_text(mode_age(evaluation, ipvs->last_sample), text));
		return false;
	}
	if (stat_has(&ipvs->row, STAT_ipvs_estimation) && !ipvs->estimation) {
		outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN,
				"the kernel does not move its counters: "
				"net.ipv4.vs.run_estimation is 0");
		return false;
	}
	return true;
}

static void not_known(struct evaluation *evaluation, const char *name)
{
	outcome_problem(evaluation->outcome, OUTCOME_UNKNOWN, "%s: its rates are not known", name);
}

/* False when the sum is no longer a number: then the rates are nonsense, from wherever they come. */
static bool add(int64_t *sum, int64_t number)
{
	return !__builtin_add_overflow(*sum, number, sum);
}

/* What one row adds, and is shown as; the families have the same members. */
#define ADD(family, row_, name_)                                                          \
	do {                                                                              \
		rates->rows++;                                                            \
		if (!stat_has(&(row_)->row, STAT_##family##_connection_rate) ||           \
		    !stat_has(&(row_)->row, STAT_##family##_in_byte_rate) ||              \
		    !stat_has(&(row_)->row, STAT_##family##_out_byte_rate) ||             \
		    !stat_has(&(row_)->row, STAT_##family##_active_connections)) {        \
			not_known(evaluation, name_);                                     \
			break;                                                            \
		}                                                                         \
		if (!add(&rates->connections, (row_)->connection_rate) ||                 \
		    !add(&rates->in_bytes, (row_)->in_byte_rate) ||                       \
		    !add(&rates->out_bytes, (row_)->out_byte_rate) ||                     \
		    !add(&rates->active, (row_)->active_connections)) {                   \
			not_known(evaluation, name_);                                     \
			break;                                                            \
		}                                                                         \
		mode_plain(evaluation, name_, "connections_per_second", PERFDATA_RATE,    \
			   (row_)->connection_rate);                                      \
		mode_plain(evaluation, name_, "in_bytes_per_second", PERFDATA_BYTE_RATE,  \
			   (row_)->in_byte_rate);                                         \
		mode_plain(evaluation, name_, "out_bytes_per_second", PERFDATA_BYTE_RATE, \
			   (row_)->out_byte_rate);                                        \
	} while (0)

static void add_services(struct evaluation *evaluation, struct rates *rates)
{
	const struct nagios_request *request = evaluation->request;
	const struct stat_virtual_server *row;
	char name[80];

	for (size_t i = 0; (row = mode_row(evaluation, STAT_FAMILY_VIRTUAL_SERVER, &i));) {
		if (!mode_selected(request->virtual_server, row->virtual_server) ||
		    !mode_selected(request->group, row->group))
			continue;
		name[0] = '\0';
		TEXT_APPEND(name, "%s %s", row->protocol, row->virtual_server);
		ADD(virtual_server, row, name);
	}
}

static void add_servers(struct evaluation *evaluation, struct rates *rates)
{
	const struct nagios_request *request = evaluation->request;
	const struct stat_real_server *row;
	char name[144];

	for (size_t i = 0; (row = mode_row(evaluation, STAT_FAMILY_REAL_SERVER, &i));) {
		if (!mode_selected(request->virtual_server, row->virtual_server) ||
		    !mode_selected(request->real_server, row->real_server) ||
		    !mode_selected(request->group, row->group))
			continue;
		name[0] = '\0';
		TEXT_APPEND(name, "%s %s %s", row->protocol, row->virtual_server, row->real_server);
		ADD(real_server, row, name);
	}
}

static void show(struct evaluation *evaluation, struct perfdata value, enum nagios_rate rate,
		 const char *noun)
{
	struct buffer text = {0};

	if (evaluation->request->of == rate) {
		value.warning = mode_warning(evaluation);
		value.critical = mode_critical(evaluation);
	}
	if (value.unit == PERFDATA_NONE)
		buffer_signed(&text, value.number);
	else
		buffer_decimal(&text, value.number, 3);
	buffer_format(&text, " %s", noun);
	buffer_add(&text, "", 1);
	mode_number(evaluation, &value, "rates", text.bytes);
	outcome_summary(evaluation->outcome, "%s", text.bytes);
	buffer_free(&text);
}

void mode_rates(struct evaluation *evaluation)
{
	bool servers = evaluation->request->real_server;
	struct rates rates = {0};

	if (!is_measured(evaluation))
		return;
	if (servers)
		add_servers(evaluation, &rates);
	else
		add_services(evaluation, &rates);
	if (rates.rows == 0) {
		mode_nothing(evaluation, servers ? "real server" : "virtual server");
		return;
	}
	/* A sum with a part missing is no sum. */
	if (evaluation->outcome->status != OUTCOME_OK)
		return;
	show(evaluation,
	     (struct perfdata){.name = "connections_per_second",
			       .unit = PERFDATA_RATE,
			       .number = rates.connections},
	     NAGIOS_CONNECTIONS, "connections/s");
	show(evaluation,
	     (struct perfdata){.name = "in_bytes_per_second",
			       .unit = PERFDATA_BYTE_RATE,
			       .number = rates.in_bytes},
	     NAGIOS_IN_BYTES, "bytes/s in");
	show(evaluation,
	     (struct perfdata){.name = "out_bytes_per_second",
			       .unit = PERFDATA_BYTE_RATE,
			       .number = rates.out_bytes},
	     NAGIOS_OUT_BYTES, "bytes/s out");
	show(evaluation, (struct perfdata){.name = "active_connections", .number = rates.active},
	     NAGIOS_ACTIVE, "active connections");
}
