/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Not a test: plays lbd for lbd-snmp. Makes segments in RUN_DIR/stat in which every metric of every
 * family has a value, and keeps their hearts beating. Obeys lines on standard input until it ends:
 *
 *   add       adds a virtual service that comes before all others
 *   servers N adds N real servers
 *   change    other values for all rows
 *   count N   row I (from 0) of each family counts N << I connections or advertisements, 1000 bytes
 *             for each, and N round trips of I + 1 milliseconds
 *   stop      all heartbeats become ten seconds old and stay
 *   start     they beat again
 *   events N  N events happen
 *   hang up   on who follows the events
 *   configure a configuration of the next generation is in force: VI_1 has one address more
 *   instance  a VRRP instance more
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "conf/conf.h"
#include "stat/stat.h"
#include "tests/director/segment.h"
#include "tests/snmp/events.h"

#define ROWS 8
#define SERVERS_MOST 60000
#define COUNTED 8 /* rows of a family that "count" counts, at most */

static struct stat_writer *writers[PROCESS_COUNT];
static bool stopped;
static uint64_t seed = 1;
/* In the order in which they came. */
static struct stat_row *rows[STAT_FAMILY_COUNT][COUNTED];

/* The director's segment has all families here: readers do not mind who wrote a row. */
static struct stat_writer *attach(const char *directory, enum process_id process)
{
	struct stat_capacity capacity = {.rows[STAT_FAMILY_PROCESS] = 1};

	for (unsigned i = 0; process == PROCESS_DIRECTOR && i < STAT_FAMILY_COUNT; i++)
		capacity.rows[i] = i == STAT_FAMILY_REAL_SERVER ? SERVERS_MOST : ROWS;
	return segment_make(directory, process, &capacity);
}

/* --- values */

static uint64_t draw(void)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return seed >> 33;
}

static void fill_metric(const struct stat_metric *metric, char *at)
{
	uint64_t *counters = (uint64_t *)(void *)at;
	int64_t *gauge = (int64_t *)(void *)at;
	struct stat_histogram *histogram = (struct stat_histogram *)(void *)at;

	switch (metric->kind) {
	case STAT_KIND_COUNTERS:
		for (size_t i = 0; i < metric->set->count; i++)
			counters[i] = draw();
		break;
	case STAT_KIND_COUNTER:
		counters[0] = draw() << 8; /* more than 32 bits */
		break;
	case STAT_KIND_STATE:
		*gauge = (int64_t)(draw() % metric->set->count);
		break;
	case STAT_KIND_HISTOGRAM:
		stat_observe(histogram, (int64_t)(draw() % CLOCK_SECOND));
		break;
	case STAT_KIND_GAUGE:
		*gauge = metric->unit == STAT_UNIT_TIMESTAMP
				 ? clock_wall() - (int64_t)(draw() % 1000) * CLOCK_SECOND
				 : (int64_t)(draw() % 1000000);
		break;
	}
}

static void fill(enum stat_family_id id, struct stat_row *row)
{
	const struct stat_family *family = &stat_families[id];

	stat_begin(row);
	for (size_t i = 0; i < family->metric_count; i++) {
		fill_metric(&family->metrics[i], (char *)row + family->metrics[i].offset);
		row->present |= UINT64_C(1) << i;
	}
	stat_end(row);
}

/* --- rows */

static void note(enum stat_family_id id, struct stat_row *row)
{
	for (size_t i = 0; i < COUNTED; i++)
		if (!rows[id][i] || rows[id][i] == row) {
			rows[id][i] = row;
			return;
		}
}

static void claim(enum stat_family_id id, const void *labels)
{
	struct stat_row *row = stat_claim(writers[PROCESS_DIRECTOR], id, labels);

	if (!row) {
		fprintf(stderr, "no room for %s\n", stat_families[id].name);
		exit(1);
	}
	fill(id, row);
	note(id, row);
}

static const char *const services[][2] = {
	{"TCP", "192.0.2.1:80"}, {"UDP", "[2001:db8::1]:53"}, {"fwmark", "5"}};
#define SERVICES (sizeof(services) / sizeof(services[0]))

static void claim_service(const char *protocol, const char *name)
{
	struct stat_virtual_server row = {.group = "www", .scheduler = "wlc"};

	TEXT_COPY(row.protocol, protocol);
	TEXT_COPY(row.virtual_server, name);
	claim(STAT_FAMILY_VIRTUAL_SERVER, &row);
}

static void claim_server(size_t service, unsigned number)
{
	struct stat_real_server row = {.group = "www", .forwarding = "DR"};

	TEXT_COPY(row.protocol, services[service][0]);
	TEXT_COPY(row.virtual_server, services[service][1]);
	TEXT_APPEND(row.real_server, "10.%u.%u.%u:80", number / 65536, number / 256 % 256,
		    number % 256);
	claim(STAT_FAMILY_REAL_SERVER, &row);
}

static void claim_check(const char *virtual_server, const char *real_server)
{
	struct stat_check row = {.check = "TCP_CHECK"};

	TEXT_COPY(row.virtual_server, virtual_server);
	TEXT_COPY(row.real_server, real_server);
	TEXT_COPY(row.target, real_server);
	claim(STAT_FAMILY_CHECK, &row);
}

static void claim_instance(const char *name, const char *interface, const char *vrid,
			   const char *family)
{
	struct stat_vrrp row = {.master = "192.0.2.99"};

	TEXT_COPY(row.instance, name);
	TEXT_COPY(row.interface, interface);
	TEXT_COPY(row.vrid, vrid);
	TEXT_COPY(row.family, family);
	claim(STAT_FAMILY_VRRP, &row);
}

/* A family that is not named above: a row with a text in every label. */
static void claim_other(enum stat_family_id id)
{
	const struct stat_family *family = &stat_families[id];
	struct stat_row *row = calloc(1, family->stride);

	for (size_t i = 0; i < family->label_count; i++)
		text_copy((char *)row + family->labels[i].offset, family->labels[i].size,
			  family->labels[i].name);
	claim(id, row);
	free(row);
}

static void claim_all(void)
{
	for (size_t i = 0; i < SERVICES; i++) {
		claim_service(services[i][0], services[i][1]);
		claim_server(i, 1);
		claim_server(i, 2);
	}
	claim_check("group www", "10.0.0.1:80");
	claim_check("group a name that is too long to be a whole part of an index", "[2001:db8::9]:80");
	/* The one interface that every machine has. */
	claim_instance("VI_1", "lo", "51", "ipv4");
	claim_instance("VI_2", "lo", "201", "ipv4");
	claim_instance("VI_6", "lo", "52", "ipv6");
	claim_instance("VI_9", "none.100", "52", "ipv4");
	for (unsigned i = 0; i < STAT_FAMILY_COUNT; i++)
		if (i != STAT_FAMILY_VIRTUAL_SERVER && i != STAT_FAMILY_REAL_SERVER &&
		    i != STAT_FAMILY_CHECK && i != STAT_FAMILY_VRRP)
			claim_other((enum stat_family_id)i);
}

/* --- the configuration in force, which is that of the rows above */

static const char configuration[] = /* with %s for more addresses */
	"vrrp_instance VI_1 {\n"
	"    interface lo\n"
	"    virtual_router_id 51\n"
	"    priority 150\n"
	"    advert_int 2\n"
	"    authentication {\n auth_type PASS\n auth_pass sesame\n }\n"
	"    virtual_ipaddress {\n 192.0.2.1/24\n 192.0.2.2/24\n %s\n }\n"
	"}\n"
	"vrrp_instance VI_2 {\n"
	"    interface lo\n"
	"    virtual_router_id 201\n"
	"    priority 100\n"
	"    nopreempt\n"
	"    virtual_ipaddress {\n 192.0.2.3\n }\n"
	"    virtual_ipaddress_excluded {\n 192.0.2.4\n }\n"
	"}\n"
	"virtual_server 192.0.2.1 80 {\n"
	"    lb_algo wlc\n lb_kind DR\n protocol TCP\n"
	"    real_server 10.0.0.1 80 {\n weight 100\n TCP_CHECK {\n connect_timeout 3\n }\n }\n"
	"    real_server 10.0.0.2 80 {\n weight 100\n }\n"
	"}\n";

static void publish(const char *directory)
{
	static uint64_t generation;
	struct conf_diagnostics diagnostics = {0};
	char path[128] = "", text[128] = "";
	const char *more = generation ? "192.0.2.5" : "";
	struct conf *conf;
	FILE *file;

	TEXT_APPEND(path, "%s/" CONF_PUBLISHED, directory);
	TEXT_APPEND(text, "%s/../lbd.conf", directory);
	file = fopen(text, "w");
	if (!file || fprintf(file, configuration, more) < 0 || fclose(file) != 0)
		exit(1);
	conf = conf_load(text, NULL, &diagnostics);
	if (!conf || diagnostics.count > 0) {
		fputs("the configuration is wrong\n", stderr);
		exit(1);
	}
	conf->generation = ++generation;
	if (conf_publish(conf, path) != 0)
		exit(1);
	conf_free(conf);
	conf_diagnostics_free(&diagnostics);
}

/* --- counting, each row at a rate of its own */

static void count_row(enum stat_family_id id, struct stat_row *row, uint64_t times, unsigned i)
{
	uint64_t more = times << i;

	if (id == STAT_FAMILY_VIRTUAL_SERVER) {
		((struct stat_virtual_server *)row)->connections += more;
		((struct stat_virtual_server *)row)->in_bytes += more * 1000;
	} else if (id == STAT_FAMILY_REAL_SERVER) {
		((struct stat_real_server *)row)->connections += more;
		((struct stat_real_server *)row)->in_bytes += more * 1000;
	} else if (id == STAT_FAMILY_VRRP) {
		((struct stat_vrrp *)row)->adverts_sent += more;
	} else if (id == STAT_FAMILY_CHECK) {
		while (times--)
			stat_observe(&((struct stat_check *)row)->round_trip,
				     (i + 1) * CLOCK_MILLISECOND);
	}
}

static void count(uint64_t times)
{
	for (unsigned id = 0; id < STAT_FAMILY_COUNT; id++)
		for (unsigned i = 0; i < COUNTED && rows[id][i]; i++) {
			stat_begin(rows[id][i]);
			count_row((enum stat_family_id)id, rows[id][i], times, i);
			stat_end(rows[id][i]);
		}
}

/* --- life */

static void beat(void)
{
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		if (writers[i])
			stat_heartbeat(writers[i], clock_now() - (stopped ? 10 * CLOCK_SECOND : 0));
}

static void obey(const char *line, const char *directory)
{
	unsigned number;

	if (strcmp(line, "add\n") == 0)
		claim_service("TCP", "10.0.0.1:80");
	else if (strcmp(line, "change\n") == 0)
		claim_all();
	else if (strcmp(line, "stop\n") == 0 || strcmp(line, "start\n") == 0)
		stopped = strcmp(line, "stop\n") == 0;
	else if (sscanf(line, "servers %u", &number) == 1 && number < SERVERS_MOST)
		for (unsigned i = 0; i < number; i++)
			claim_server(0, 1000 + i);
	else if (sscanf(line, "count %u", &number) == 1)
		count(number);
	else if (sscanf(line, "events %u", &number) == 1)
		events_make(number);
	else if (strcmp(line, "hang up\n") == 0)
		events_hang_up();
	else if (strcmp(line, "instance\n") == 0)
		claim_instance("VI_3", "lo", "53", "ipv4");
	else if (strcmp(line, "configure\n") == 0)
		publish(directory);
	else
		exit(2);
	beat();
	puts("done");
	fflush(stdout);
}

int main(int argument_count, char **arguments)
{
	struct pollfd inputs[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.events = POLLIN}};
	char line[128], directory[128] = "";

	if (argument_count != 2 || !TEXT_APPEND(directory, "%s/stat", arguments[1]))
		return 2;
	for (unsigned i = PROCESS_PARENT; i <= PROCESS_CHECK; i++)
		writers[i] = attach(directory, (enum process_id)i);
	events_listen(arguments[1]);
	inputs[1].fd = events_listener();
	claim_all();
	publish(directory);
	beat();
	puts("ready");
	fflush(stdout);
	setvbuf(stdin, NULL, _IONBF, 0);
	for (;;) {
		if (poll(inputs, 2, 200) < 0 && errno != EINTR)
			return 1;
		if (inputs[0].revents && !fgets(line, sizeof(line), stdin))
			break;
		if (inputs[0].revents)
			obey(line, directory);
		if (inputs[1].revents)
			events_accept();
		beat();
	}
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		stat_writer_free(writers[i]);
	return 0;
}
