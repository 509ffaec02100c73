/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lbd-nagios reports: the list of its services, in its own words and in the configuration's, what
 * an event concerns, the line, the queue; and the pair of both directors. */
#include "exporters/nagios/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "exporters/nagios/queue.h"
#include "exporters/nagios/result.h"
#include "tests/unit/conf_memory.h"
#include "tests/unit/unit.h"

#define WALL (INT64_C(1800000000) * CLOCK_SECOND + 999999999)

/* --- services -------------------------------------------------------------------------------- */

static void reads_services(void)
{
	char error[SERVICE_ERROR] = "";
	struct services services;

	CU_ASSERT_FATAL(services_read(" \"VRRP VI_1\" vrrp --instance VI_1 --expect master;\n"
				      "a\treal-servers -w 1: -c \"@10:20\" --group \"a b\" ;; \r\n"
				      "b health",
				      &services, error));
	UNIT_NUMBER(services.count, 3);
	UNIT_STRING(services.list[0].name, "VRRP VI_1");
	UNIT_NUMBER(services.list[0].request.mode, NAGIOS_VRRP);
	UNIT_STRING(services.list[0].request.instance, "VI_1");
	UNIT_NUMBER(services.list[0].request.expect, VRRP_STATE_MASTER);
	UNIT_STRING(services.list[1].name, "a");
	UNIT_STRING(services.list[1].request.warning.text, "1:");
	UNIT_STRING(services.list[1].request.critical.text, "@10:20");
	UNIT_STRING(services.list[1].request.group, "a b");
	UNIT_STRING(services.list[2].name, "b");
	UNIT_NUMBER(services.list[2].request.mode, NAGIOS_HEALTH);
	services_free(&services);
}

static void refuse(const char *text, const char *why)
{
	char error[SERVICE_ERROR] = "";
	struct services services;

	CU_ASSERT_FALSE(services_read(text, &services, error));
	if (!strstr(error, why))
		fprintf(stderr, "\n%s: %s, not %s\n", text, error, why);
	CU_ASSERT_PTR_NOT_NULL(strstr(error, why));
	services_free(&services);
}

static void refuses_services(void)
{
	char many[SERVICE_WORDS * 2 + 32] = "a health";
	struct buffer text = {0};

	refuse("", "there is no service");
	refuse(" ; \n", "there is no service");
	refuse("a", "which mode?");
	refuse("a nonsense", "there is no mode 'nonsense'");
	refuse("a health; a vrrp", "two services called 'a'");
	refuse("a health; b \"vrrp", "service 2 lacks a quotation mark");
	refuse("\"\" health", "cannot be the name");
	refuse("\"a;b\" health", "cannot be the name");
	refuse("a health --expect master", "--expect means nothing");
	refuse("a vrrp -v", "only a mode");
	refuse("a vrrp -H host", "only a mode");
	refuse("a vrrp -t 5", "only a mode");
	refuse("a vrrp --run-dir /run", "only a mode");
	refuse("a --help", "only a mode");
	refuse("a vrrp -w x", "'x': ");
	for (unsigned i = 0; i < SERVICE_WORDS; i++)
		TEXT_APPEND(many, " x");
	refuse(many, "too many words");
	for (unsigned i = 0; i <= SERVICE_MOST; i++)
		buffer_format(&text, "s%u health;", i);
	buffer_add(&text, "", 1);
	refuse(text.bytes, "more than 64 services");
	buffer_free(&text);
}

static void events_concern_services(void)
{
	char error[SERVICE_ERROR];
	struct services services;

	CU_ASSERT_FATAL(services_read("0 vrrp; 1 virtual-server; 2 real-servers; 3 quorum; 4 rates; "
				      "5 events; 6 health; 7 pair",
				      &services, error));
	UNIT_NUMBER(services_concerned(&services, "vrrp"), 0xa1);
	UNIT_NUMBER(services_concerned(&services, "real_server"), 0x2e);
	UNIT_NUMBER(services_concerned(&services, "virtual_server"), 0x2a);
	UNIT_NUMBER(services_concerned(&services, "ipvs"), 0x5e);
	UNIT_NUMBER(services_concerned(&services, "process"), 0xff);
	UNIT_NUMBER(services_concerned(&services, "config"), 0xff);
	UNIT_NUMBER(services_concerned(&services, "of a newer lbd"), 0xff);
	services_free(&services);
}

static void remembers_what_was_reported(void)
{
	struct outcome outcome = {0};
	struct service service = {.name = "a"};

	CU_ASSERT(service_changed(&service, &outcome));
	service_reported(&service, &outcome);
	CU_ASSERT_FALSE(service_changed(&service, &outcome));
	outcome_problem(&outcome, OUTCOME_CRITICAL, "down for 1 s");
	CU_ASSERT(service_changed(&service, &outcome));
	service_reported(&service, &outcome);
	outcome_problem(&outcome, OUTCOME_WARNING, "and another");
	CU_ASSERT(service_changed(&service, &outcome));
	outcome_free(&outcome);
}

/* --- the configuration ----------------------------------------------------------------------- */

static const struct {
	const char *keyword, *option, *value;
} settings[] = {
	{"warning", "-w", "1:"},
	{"critical", "-c", "@10:20"},
	{"instance", "--instance", "VI_1"},
	{"expect", "--expect", "backup"},
	{"virtual_server", "--virtual-server", "192.0.2.1:80"},
	{"group", "--group", "www"},
	{"real_server", "--real-server", "10.0.0.1:80"},
	{"of", "--of", "in-bytes"},
	{"within", "--within", "60"},
	{"warning", "-w", "20:10"},
	{"critical", "-c", "x"},
	{"expect", "--expect", "slave"},
	{"of", "--of", "bytes"},
	{"within", "--within", "0"},
};

static bool conf_takes(const char *mode, const char *keyword, const char *value, char *services,
		       size_t size)
{
	char text[512] = "", problems[1024];
	struct conf *conf;

	TEXT_APPEND(text,
		    "exporters {\n nagios {\n command_file /x\n service \"a b\" {\n mode %s\n %s %s\n"
		    "}\n}\n}\n",
		    mode, keyword, value);
	conf = memory_load(text, problems, sizeof(problems));
	if (conf)
		text_copy(services, size, conf->global->nagios_services);
	conf_free(conf);
	return conf && !strstr(problems, "error");
}

static bool program_takes(const char *mode, const char *option, const char *value)
{
	char text[256] = "", error[SERVICE_ERROR];
	struct services services;
	bool taken;

	TEXT_APPEND(text, "\"a b\" %s %s \"%s\"", mode, option, value);
	taken = services_read(text, &services, error);
	services_free(&services);
	return taken;
}

/* Every mode with every setting, right and wrong: what lbd -t likes is what lbd-nagios takes. */
static void configuration_and_program_agree(void)
{
	char error[SERVICE_ERROR], services[4096];

	for (unsigned i = 0; i < NAGIOS_MODE_COUNT; i++) {
		const char *mode = nagios_mode_name((enum nagios_mode)i);

		for (size_t j = 0; j < UNIT_COUNT(settings); j++) {
			bool conf = conf_takes(mode, settings[j].keyword, settings[j].value,
					       services, sizeof(services));
			struct services read;

			if (conf != program_takes(mode, settings[j].option, settings[j].value)) {
				fprintf(stderr, "\n%s %s %s\n", mode, settings[j].keyword,
					settings[j].value);
				CU_FAIL("the configuration and lbd-nagios do not agree");
			}
			if (!conf)
				continue;
			CU_ASSERT(services_read(services, &read, error));
			UNIT_NUMBER(read.count, 1);
			UNIT_STRING(read.list[0].name, "a b");
			UNIT_NUMBER(read.list[0].request.mode, i);
			services_free(&read);
		}
	}
}

static void configuration_says_what_is_wrong(void)
{
#define NAGIOS(inner) "exporters {\nnagios {\n" inner "}\n}\n"
#define FILE_LINE "command_file /x\n"
	MEMORY_PROBLEMS(NAGIOS("interval 5\n"),
			"t:2:1: error: nagios has no command_file: write where the monitor reads "
			"commands, like command_file /var/lib/nagios4/rw/nagios.cmd\n");
	MEMORY_PROBLEMS(NAGIOS("command_file x\n"),
			"t:3:14: error: command_file \"x\" is no whole path: begin it with /\n");
	MEMORY_PROBLEMS(NAGIOS(FILE_LINE "format json\n"),
			"t:4:8: error: format can be command or nsca, not \"json\"\n");
	MEMORY_PROBLEMS(NAGIOS(FILE_LINE "service a {\n}\n"),
			"t:4:1: error: service \"a\" has no mode: write what it checks, like mode "
			"vrrp\n");
	MEMORY_PROBLEMS(NAGIOS(FILE_LINE "service a {\nmode vrpp\n}\n"),
			"t:5:6: error: mode can be vrrp, virtual-server, real-servers, quorum, rates, "
			"events, health or pair, not \"vrpp\"\n");
	MEMORY_PROBLEMS(NAGIOS(FILE_LINE "service a {\nmode health\ngroup www\n}\n"),
			"t:6:1: error: group means nothing to the mode health: remove it\n");
	MEMORY_PROBLEMS(NAGIOS(FILE_LINE "service a {\nmode health\n}\nservice a {\nmode vrrp\n}\n"),
			"t:7:1: error: there is a service \"a\" already: one of the two needs another "
			"name\n");
	MEMORY_PROBLEMS(NAGIOS(FILE_LINE "host_name a;b\n"),
			"t:4:11: error: \"a;b\" cannot be handed to lbd-nagios: quotation marks, "
			"semicolons and tabs would end it\n");
}

/* --- the line -------------------------------------------------------------------------------- */

static void check_result(enum result_format format, const struct outcome *outcome,
			 const char *expected)
{
	struct buffer line = {0};

	result_format(format, "lvs1", "VRRP VI_1", WALL, outcome, "VRRP", &line);
	buffer_add(&line, "", 1);
	UNIT_STRING(line.bytes, expected);
	buffer_free(&line);
}

static void writes_results(void)
{
	struct outcome outcome = {0};

	outcome_problem(&outcome, OUTCOME_CRITICAL, "VI_1 is\tbackup; not|master\n");
	outcome_perfdata(&outcome, &(struct perfdata){.name = "masters", .number = 0});
	check_result(RESULT_COMMAND, &outcome,
		     "[1800000000] PROCESS_SERVICE_CHECK_RESULT;lvs1;VRRP VI_1;2;LBD VRRP CRITICAL: "
		     "VI_1 is_backup; not_master_ | masters=0\n");
	check_result(RESULT_NSCA, &outcome,
		     "lvs1\tVRRP VI_1\t2\tLBD VRRP CRITICAL: VI_1 is_backup; not_master_ | "
		     "masters=0\n");
	outcome_free(&outcome);
}

/* Perfdata of objects goes first, then of the whole, then the end of the text. */
static void results_are_bounded(void)
{
	struct outcome outcome = {0};
	size_t lengths[3];
	char name[16];

	for (unsigned step = 0; step < 3; step++) {
		struct buffer line = {0};

		for (unsigned i = 0; i < (step == 1 ? 400 : 60); i++) {
			snprintf(name, sizeof(name), "object %u", i);
			outcome_perfdata(&outcome, &(struct perfdata){
				.object = step == 0 ? name : NULL, .name = name, .number = i});
		}
		for (unsigned i = 0; step == 2 && i < 10; i++)
			outcome_summary(&outcome, "%0500u", i);
		result_format(RESULT_COMMAND, "lvs1", "a", WALL, &outcome, "VRRP", &line);
		lengths[step] = line.length;
		UNIT_NUMBER(line.bytes[line.length - 1], '\n');
		CU_ASSERT((memchr(line.bytes, '|', line.length) != NULL) == (step == 0));
		buffer_free(&line);
	}
	CU_ASSERT(lengths[0] > 1000 && lengths[0] <= RESULT_MOST);
	CU_ASSERT(lengths[1] < 100);
	UNIT_NUMBER(lengths[2], RESULT_MOST);
	outcome_free(&outcome);
}

/* --- the queue ------------------------------------------------------------------------------- */

static void queue_keeps_order_and_bounds(void)
{
	struct queue *queue = calloc(1, sizeof(*queue));
	char line[RESULT_MOST] = {0};
	size_t dropped = 0;

	CU_ASSERT_PTR_NULL(queue_first(queue));
	for (unsigned i = 0; i < QUEUE_LINES + 3; i++) {
		int length = snprintf(line, sizeof(line), "%u\n", i);

		UNIT_NUMBER(queue_put(queue, line, (size_t)length), i >= QUEUE_LINES);
	}
	UNIT_NUMBER(queue->count, QUEUE_LINES);
	CU_ASSERT(memcmp(queue_first(queue)->bytes, "3\n", 2) == 0);
	queue_drop(queue);
	CU_ASSERT(memcmp(queue_first(queue)->bytes, "4\n", 2) == 0);
	for (unsigned i = 0; i < 2 * QUEUE_BYTES / RESULT_MOST; i++)
		dropped += queue_put(queue, line, sizeof(line));
	CU_ASSERT(dropped > 0 && queue->bytes <= QUEUE_BYTES);
	queue_free(queue);
	UNIT_NUMBER(queue->count, 0);
	UNIT_NUMBER(queue->bytes, 0);
	free(queue);
}

/* --- both directors -------------------------------------------------------------------------- */

static void add_instance(struct snapshot *snapshot, const char *name, int64_t state)
{
	struct stat_vrrp row = {.interface = "eth0", .vrid = "51", .family = "ipv4"};

	TEXT_COPY(row.instance, name);
	stat_put(vrrp, &row, state, state);
	stat_put(vrrp, &row, priority, 150);
	stat_put(vrrp, &row, last_advert, WALL - 2 * CLOCK_SECOND);
	snapshot_add(snapshot, STAT_FAMILY_VRRP, &row);
}

/* States below 0: the side has no such instance. */
static void check_pair(int64_t first, int64_t second, enum outcome_status status, const char *part)
{
	struct nagios_request request = {.mode = NAGIOS_PAIR, .expect = -1};
	struct snapshot snapshots[2] = {{.wall = WALL}, {.wall = WALL}};
	struct nagios_side sides[2] = {{"one", &snapshots[0]}, {"two", &snapshots[1]}};
	struct outcome outcome = {0};
	struct buffer line = {0};

	for (unsigned i = 0; i < 2; i++)
		snapshots[i].segments[PROCESS_VRRP].liveness = STAT_ALIVE;
	if (first >= 0)
		add_instance(&snapshots[0], "VI_1", first);
	if (second >= 0)
		add_instance(&snapshots[1], "VI_1", second);
	nagios_evaluate_pair(&request, sides, &outcome);
	outcome_print(&outcome, "PAIR", false, &line);
	buffer_add(&line, "", 1);
	UNIT_NUMBER(outcome.status, status);
	if (!strstr(line.bytes, part))
		fprintf(stderr, "\n%sexpected: %s\n", line.bytes, part);
	CU_ASSERT_PTR_NOT_NULL(strstr(line.bytes, part));
	buffer_free(&line);
	outcome_free(&outcome);
	snapshot_free(&snapshots[0]);
	snapshot_free(&snapshots[1]);
}

static void pairs_from_both_sides(void)
{
	check_pair(VRRP_STATE_MASTER, VRRP_STATE_BACKUP, OUTCOME_OK,
		   "VI_1: one is master, two is backup | masters=1 'VI_1 one state'=2");
	check_pair(VRRP_STATE_BACKUP, VRRP_STATE_MASTER, OUTCOME_OK,
		   "VI_1: two is master, one is backup");
	check_pair(VRRP_STATE_MASTER, VRRP_STATE_MASTER, OUTCOME_CRITICAL,
		   "VI_1 has two masters: one and two");
	check_pair(VRRP_STATE_BACKUP, VRRP_STATE_FAULT, OUTCOME_CRITICAL,
		   "VI_1 has no master: one is backup, two is fault");
	check_pair(VRRP_STATE_FAULT, VRRP_STATE_MASTER, OUTCOME_CRITICAL,
		   "VI_1 has no backup: two is master, one takes no part (fault)");
	check_pair(VRRP_STATE_MASTER, -1, OUTCOME_WARNING, "VI_1 is configured on one alone");
	check_pair(-1, VRRP_STATE_BACKUP, OUTCOME_WARNING, "VI_1 is configured on two alone");
	check_pair(-1, -1, OUTCOME_UNKNOWN, "lbd has no VRRP instance");
}

static const struct unit_test tests[] = {
	UNIT_TEST(reads_services),
	UNIT_TEST(refuses_services),
	UNIT_TEST(events_concern_services),
	UNIT_TEST(remembers_what_was_reported),
	UNIT_TEST(configuration_and_program_agree),
	UNIT_TEST(configuration_says_what_is_wrong),
	UNIT_TEST(writes_results),
	UNIT_TEST(results_are_bounded),
	UNIT_TEST(queue_keeps_order_and_bounds),
	UNIT_TEST(pairs_from_both_sides),
};

int main(void)
{
	return unit_main("nagios_passive", tests, UNIT_COUNT(tests));
}
