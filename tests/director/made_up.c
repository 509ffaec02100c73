/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Not a test: plays all processes of lbd for those that are, see made_up.h.
 *
 *   made_up DIR SERVERS [FAMILY...]
 *
 * makes segments in DIR (RUN_DIR/stat) with so many real servers and all that belongs to them; with
 * rows of these families only, if some are named.
 *
 *   made_up --keep DIR
 *
 * keeps the hearts of segments beating that are there: a copy of a real director's, which stands
 * still, as if its kernel had been read just now, since check_lbd does not believe old rates.
 *
 * Prints "ready", then obeys lines on standard input until it ends, each answered by "done":
 *
 *   count N          counts N connections, and 1000 bytes for each, on every real server
 *   observe NS N     N observations of so many ns in the vrrp process's histogram of lateness
 *   event N          counts a failure of the first real server, which event N tells of
 *   zero             all counters begin anew
 *   fail, recover    instances become backup and the first real server goes down; as at the start
 *   stop [PROCESS]   its heartbeat, or that of all, becomes ten seconds old and stays
 *   start [PROCESS]  beats again
 *   tear, mend       the first instance's row stays as if its writer had been killed in the middle
 *   fill             every metric gets a number of its own
 *   show             prints all rows, see show.c
 */
#include "tests/director/made_up.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "stat/layout.h"
#include "tests/director/segment.h"

struct rows {
	void **rows;
	unsigned count;
};

static const char *directory;
static struct stat_writer *writers[PROCESS_COUNT];
static struct stat_header *kept[PROCESS_COUNT]; /* of --keep */
static bool stopped[PROCESS_COUNT];
static struct rows families[STAT_FAMILY_COUNT];

static void fail(const char *what, int error)
{
	fprintf(stderr, "%s: %s\n", what, strerror(error));
	exit(1);
}

/* --- making it up ------------------------------------------------------------------------------
 */

static struct stat_writer *attach(enum process_id process)
{
	struct stat_capacity capacity = {0};

	for (unsigned i = 0; i < STAT_FAMILY_COUNT; i++)
		for (unsigned j = 0; j < families[i].count; j++)
			if (label_process((enum stat_family_id)i, j) == process)
				capacity.rows[i]++;
	return segment_make(directory, process, &capacity);
}

static void claim_rows(enum stat_family_id id, uint64_t *seed)
{
	struct rows *rows = &families[id];
	void *labels = memory_new(stat_families[id].stride);

	rows->rows = memory_array(rows->count, sizeof(*rows->rows));
	for (unsigned i = 0; i < rows->count; i++) {
		memset(labels, 0, stat_families[id].stride);
		label_row(id, i, labels);
		rows->rows[i] = stat_claim(writers[label_process(id, i)], id, labels);
		if (!rows->rows[i])
			fail(stat_families[id].name, ENOSPC);
		fill_row(id, rows->rows[i], seed);
		fill_zero(id, rows->rows[i]);
	}
	free(labels);
}

/* All families, or those that are named. */
static void make(unsigned servers, char **names)
{
	uint64_t seed = 0;

	for (unsigned i = 0; i < STAT_FAMILY_COUNT; i++) {
		bool wanted = !*names;

		for (char **name = names; *name; name++)
			wanted = wanted || strcmp(*name, stat_families[i].name) == 0;
		if (wanted)
			families[i].count = label_rows((enum stat_family_id)i, servers);
	}
	for (unsigned i = PROCESS_PARENT; i <= PROCESS_CHECK; i++)
		writers[i] = attach((enum process_id)i);
	writers[MADE_UP_EXPORTER] = attach(MADE_UP_EXPORTER);
	for (unsigned i = 0; i < STAT_FAMILY_COUNT; i++)
		claim_rows((enum stat_family_id)i, &seed);
}

/* --- what a monitor judges ---------------------------------------------------------------------
 */

static void each(enum stat_family_id id, void (*act)(void *row, unsigned i, bool well), bool well)
{
	for (unsigned i = 0; i < families[id].count; i++) {
		stat_begin(families[id].rows[i]);
		act(families[id].rows[i], i, well);
		stat_end(families[id].rows[i]);
	}
}

static void put_instance(void *data, unsigned i, bool well)
{
	struct stat_vrrp *row = data;

	(void)i;
	stat_put(vrrp, row, state, well ? VRRP_STATE_MASTER : VRRP_STATE_BACKUP);
	stat_put(vrrp, row, priority, 150);
	stat_put(vrrp, row, interval, CLOCK_SECOND);
	stat_put(vrrp, row, changed, clock_wall());
	stat_put(vrrp, row, addresses, 2);
	stat_put(vrrp, row, addresses_held, well ? 2 : 0);
	stat_unset(vrrp, row, last_advert);
}

static void put_server(void *data, unsigned i, bool well)
{
	struct stat_real_server *row = data;

	stat_put(real_server, row, weight, 100);
	stat_put(real_server, row, health, well || i > 0 ? HEALTH_UP : HEALTH_DOWN);
	stat_put(real_server, row, active_connections, i);
	stat_put(real_server, row, connection_rate, 1500);
	stat_put(real_server, row, changed, clock_wall());
	stat_unset(real_server, row, weight_effective);
}

static void put_service(void *data, unsigned i, bool well)
{
	struct stat_virtual_server *row = data;

	(void)i;
	stat_put(virtual_server, row, real_servers, 2);
	stat_put(virtual_server, row, real_servers_up, well ? 2 : 1);
	stat_put(virtual_server, row, weight_up, well ? 200 : 100);
	stat_put(virtual_server, row, quorum, 1);
	stat_put(virtual_server, row, quorum_reached, 1);
	stat_put(virtual_server, row, sorry_server_active, 0);
	stat_put(virtual_server, row, connection_rate, 1500);
	stat_put(virtual_server, row, changed, clock_wall());
}

static void put_ipvs(void *data, unsigned i, bool well)
{
	struct stat_ipvs *row = data;

	(void)i, (void)well;
	stat_put(ipvs, row, available, 1);
	stat_put(ipvs, row, estimation, 1);
	stat_put(ipvs, row, drop_entry, DEFENCE_READY);
	stat_put(ipvs, row, drop_packet, DEFENCE_READY);
	stat_put(ipvs, row, secure_tcp, DEFENCE_READY);
}

static void put_config(void *data, unsigned i, bool well)
{
	struct stat_config *row = data;

	(void)i, (void)well;
	stat_put(config, row, generation, 1);
	stat_put(config, row, last_reload, RELOAD_RESULT_NONE);
}

static void put_check(void *data, unsigned i, bool well)
{
	struct stat_check *row = data;

	(void)i, (void)well;
	stat_put(check, row, health, HEALTH_UP);
}

static void put_child(void *data, unsigned i, bool well)
{
	struct stat_child *row = data;

	(void)i, (void)well;
	stat_put(child, row, state, CHILD_STATE_RUNNING);
}

static void put_event(void *data, unsigned i, bool well)
{
	struct stat_event *row = data;

	(void)i, (void)well;
	stat_put(event, row, last_number, 17);
}

/* Nothing has happened yet. */
static void put_last_event(void *data, unsigned i, bool well)
{
	(void)i, (void)well;
	((struct stat_row *)data)->present = 0;
}

static void put_all(bool well)
{
	each(STAT_FAMILY_VRRP, put_instance, well);
	each(STAT_FAMILY_REAL_SERVER, put_server, well);
	each(STAT_FAMILY_VIRTUAL_SERVER, put_service, well);
	each(STAT_FAMILY_CHECK, put_check, well);
	each(STAT_FAMILY_IPVS, put_ipvs, well);
	each(STAT_FAMILY_CONFIG, put_config, well);
	each(STAT_FAMILY_CHILD, put_child, well);
	each(STAT_FAMILY_EVENT, put_event, well);
	each(STAT_FAMILY_LAST_EVENT, put_last_event, well);
}

/* --- the commands ------------------------------------------------------------------------------
 */

static bool filled; /* all stands still */
static unsigned long counted;

static void put_sample(void *data, unsigned i, bool well)
{
	struct stat_ipvs *row = data;

	(void)i, (void)well;
	stat_put(ipvs, row, last_sample, clock_wall());
}

static void beat(void)
{
	for (unsigned i = 0; i < PROCESS_COUNT; i++) {
		int64_t now = clock_now() - (stopped[i] ? 10 * CLOCK_SECOND : 0);

		if (writers[i])
			stat_heartbeat(writers[i], now);
		if (kept[i])
			kept[i]->heartbeat = now;
	}
	if (!filled)
		each(STAT_FAMILY_IPVS, put_sample, true);
}

static void count(void *data, unsigned i, bool well)
{
	struct stat_real_server *row = data;

	(void)i, (void)well;
	row->connections += counted;
	row->in_bytes += counted * 1000;
}

static void observe(long nanoseconds, unsigned long n)
{
	struct stat_process *row = families[STAT_FAMILY_PROCESS].rows[PROCESS_VRRP];

	stat_begin(&row->row);
	while (n--)
		stat_observe(&row->loop_lateness, nanoseconds);
	stat_end(&row->row);
}

static void tell_event(long number)
{
	struct stat_real_server *server = families[STAT_FAMILY_REAL_SERVER].rows[0];
	struct stat_last_event *event = families[STAT_FAMILY_LAST_EVENT].rows[0];

	stat_count(server->failures, 1);
	stat_begin(&event->row);
	stat_put(last_event, event, number, number);
	stat_put(last_event, event, happened, clock_wall());
	stat_unset(last_event, event, outage);
	stat_end(&event->row);
}

static void each_row(void (*act)(enum stat_family_id id, void *row))
{
	for (unsigned i = 0; i < STAT_FAMILY_COUNT; i++)
		for (unsigned j = 0; j < families[i].count; j++)
			act((enum stat_family_id)i, families[i].rows[j]);
}

static void fill(enum stat_family_id id, void *row)
{
	static uint64_t seed;

	fill_row(id, row, &seed);
}

/* "stop", "stop director": false when there is no such process. */
static bool stop(bool so, const char *name)
{
	bool any = false;

	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		if (!*name || strcmp(process_name((enum process_id)i), name) == 0) {
			stopped[i] = so;
			any = true;
		}
	return any;
}

static void tear(bool torn)
{
	struct stat_row *row = families[STAT_FAMILY_VRRP].rows[0];

	if (torn)
		stat_begin(row);
	else
		stat_end(row);
}

static void show(void)
{
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		show_segment(directory, (enum process_id)i);
}

static bool obey(const char *line)
{
	char verb[16] = "", operand[32] = "", second[32] = "";

	sscanf(line, "%15s %31s %31s", verb, operand, second);
	if (strcmp(verb, "count") == 0)
		counted = strtoul(operand, NULL, 10), each(STAT_FAMILY_REAL_SERVER, count, true);
	else if (strcmp(verb, "observe") == 0)
		observe(strtol(operand, NULL, 10), strtoul(second, NULL, 10));
	else if (strcmp(verb, "event") == 0)
		tell_event(strtol(operand, NULL, 10));
	else if (strcmp(verb, "zero") == 0)
		each_row(fill_zero);
	else if (strcmp(verb, "fail") == 0 || strcmp(verb, "recover") == 0)
		put_all(verb[0] == 'r');
	else if (strcmp(verb, "stop") == 0 || strcmp(verb, "start") == 0)
		return stop(strcmp(verb, "stop") == 0, operand);
	else if (strcmp(verb, "tear") == 0 || strcmp(verb, "mend") == 0)
		tear(verb[0] == 't');
	else if (strcmp(verb, "fill") == 0)
		filled = true, each_row(fill);
	else if (strcmp(verb, "show") == 0)
		show();
	else
		return false;
	return true;
}

/* --- the program -------------------------------------------------------------------------------
 */

static void read_now(struct stat_header *header)
{
	const struct stat_header_family *family = &header->families[STAT_FAMILY_IPVS];
	struct stat_ipvs *rows = (void *)((uint8_t *)header + family->offset);

	for (uint32_t i = 0; i < family->used; i++)
		if (rows[i].row.use == STAT_USE_LIVE)
			rows[i].last_sample = clock_wall();
}

static struct stat_header *map_whole(const char *path, int fd)
{
	struct stat_header *header;
	struct stat status;

	if (fstat(fd, &status) != 0 || status.st_size < (off_t)sizeof(*header))
		fail(path, EINVAL);
	header = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (header == MAP_FAILED)
		fail(path, errno);
	return header;
}

static void keep(void)
{
	for (unsigned i = 0; i < PROCESS_COUNT; i++) {
		char path[4096];
		int fd;

		snprintf(path, sizeof(path), "%s/%s", directory, process_name((enum process_id)i));
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		kept[i] = map_whole(path, fd);
		read_now(kept[i]);
		close(fd);
	}
}

static int work(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char line[128];

	beat();
	puts("ready");
	fflush(stdout);
	setvbuf(stdin, NULL, _IONBF, 0);
	for (;;) {
		if (poll(&input, 1, 200) < 0 && errno != EINTR)
			return 1;
		if (input.revents && !fgets(line, sizeof(line), stdin))
			return 0;
		if (input.revents && !obey(line))
			return 2;
		beat();
		if (input.revents)
			puts("done");
		fflush(stdout);
	}
}

int main(int argument_count, char **arguments)
{
	int status;

	if (argument_count < 3)
		return 2;
	if (strcmp(arguments[1], "--keep") == 0) {
		directory = arguments[2];
		keep();
	} else {
		directory = arguments[1];
		make((unsigned)strtoul(arguments[2], NULL, 10), arguments + 3);
		put_all(true);
	}
	status = work();
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		stat_writer_free(writers[i]);
	for (unsigned i = 0; i < STAT_FAMILY_COUNT; i++)
		free(families[i].rows);
	return status;
}
