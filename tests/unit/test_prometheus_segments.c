/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Not a test: plays all processes of lbd for one. Makes their segments in DIR with ROWS real
 * servers, keeps their hearts beating, and obeys lines on standard input until it ends:
 *
 *   count N        adds N to a counter of each row
 *   observe NS N   N observations of NS in a histogram
 *   event N        counts a failure of the first server, which event N tells of
 *   zero           all counters begin anew
 *   stop PROCESS   its heartbeat becomes ten seconds old and stays
 *   start PROCESS  beats again
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "stat/stat.h"

static struct stat_writer *writers[PROCESS_COUNT];
static bool stopped[PROCESS_COUNT];
static struct stat_real_server **servers;
static unsigned server_count;

static struct stat_writer *attach(const char *directory, enum process_id process)
{
	struct stat_capacity capacity = {.rows[STAT_FAMILY_PROCESS] = 1};
	struct stat_writer *writer = NULL;
	bool needs_commit;
	int error;
	int fd;

	if (process == PROCESS_CONTROL)
		capacity.rows[STAT_FAMILY_LAST_EVENT] = 1;
	if (process == PROCESS_DIRECTOR)
		capacity.rows[STAT_FAMILY_REAL_SERVER] = server_count;
	error = stat_segment_prepare(directory, process, &capacity, &fd, &needs_commit);
	if (!error)
		error = stat_writer_attach(&writer, fd);
	if (!error && needs_commit)
		error = stat_segment_commit(directory, process);
	if (error) {
		fprintf(stderr, "%s: %s\n", process_name(process), strerror(-error));
		exit(1);
	}
	return writer;
}

static void claim_servers(struct stat_writer *writer)
{
	struct stat_real_server labels = {.protocol = "TCP", .group = "www", .forwarding = "DR"};

	servers = calloc(server_count, sizeof(*servers));
	stat_claim_begin(writer, STAT_FAMILY_REAL_SERVER);
	for (unsigned i = 0; i < server_count; i++) {
		snprintf(labels.virtual_server, sizeof(labels.virtual_server), "192.0.2.%u:80",
			 i / 10 % 250);
		snprintf(labels.real_server, sizeof(labels.real_server), "10.%u.%u.%u:80",
			 i / 65536, i / 256 % 256, i % 256);
		servers[i] = stat_claim(writer, STAT_FAMILY_REAL_SERVER, &labels);
		stat_begin(&servers[i]->row);
		stat_put(real_server, servers[i], weight, 100);
		stat_put(real_server, servers[i], health, HEALTH_UP);
		stat_put(real_server, servers[i], active_connections, i);
		stat_put(real_server, servers[i], connection_rate, 1500);
		stat_put(real_server, servers[i], changed, clock_wall());
		stat_end(&servers[i]->row);
	}
	stat_claim_end(writer, STAT_FAMILY_REAL_SERVER);
}

static enum process_id process_called(const char *name)
{
	unsigned id = 0;

	while (id < PROCESS_COUNT && strcmp(process_name((enum process_id)id), name) != 0)
		id++;
	return (enum process_id)id;
}

static void beat(void)
{
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		if (writers[i])
			stat_heartbeat(writers[i],
				       clock_now() - (stopped[i] ? 10 * CLOCK_SECOND : 0));
}

static void count(unsigned long n)
{
	for (unsigned i = 0; i < server_count; i++) {
		stat_begin(&servers[i]->row);
		servers[i]->connections += n;
		servers[i]->in_bytes += n * 1000;
		stat_end(&servers[i]->row);
	}
}

static void observe(long nanoseconds, unsigned long n)
{
	static const struct stat_process labels = {.process = "vrrp"};
	struct stat_process *row = stat_claim(writers[PROCESS_VRRP], STAT_FAMILY_PROCESS, &labels);

	stat_begin(&row->row);
	while (n--)
		stat_observe(&row->loop_lateness, nanoseconds);
	stat_end(&row->row);
}

static void tell_event(long number)
{
	struct stat_last_event labels = {
		.cause = "check_failed", .object = "group www 10.0.0.0:80", .state = "down"};
	struct stat_last_event *row =
		stat_claim(writers[PROCESS_CONTROL], STAT_FAMILY_LAST_EVENT, &labels);

	stat_count(servers[0]->failures, 1);
	stat_begin(&row->row);
	stat_put(last_event, row, number, number);
	stat_put(last_event, row, happened, clock_wall());
	stat_end(&row->row);
}

static void zero(void)
{
	for (unsigned i = 0; i < server_count; i++) {
		stat_begin(&servers[i]->row);
		servers[i]->connections = 0;
		servers[i]->in_bytes = 0;
		stat_end(&servers[i]->row);
	}
}

static void obey(char *line)
{
	enum process_id process;
	unsigned long n;
	char name[32];
	long value;

	if (sscanf(line, "stop %31s", name) == 1 &&
	    (process = process_called(name)) < PROCESS_COUNT)
		stopped[process] = true;
	else if (sscanf(line, "start %31s", name) == 1 &&
		 (process = process_called(name)) < PROCESS_COUNT)
		stopped[process] = false;
	else if (strcmp(line, "zero\n") == 0)
		zero();
	else if (strncmp(line, "count ", 6) == 0)
		count(strtoul(line + 6, NULL, 10));
	else if (sscanf(line, "observe %ld %lu", &value, &n) == 2)
		observe(value, n);
	else if (sscanf(line, "event %ld", &value) == 1)
		tell_event(value);
	else
		exit(2);
	beat();
	puts("done");
	fflush(stdout);
}

int main(int argument_count, char **arguments)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char line[128];

	if (argument_count != 3)
		return 2;
	server_count = (unsigned)strtoul(arguments[2], NULL, 10);
	for (unsigned i = PROCESS_PARENT; i <= PROCESS_CHECK; i++)
		writers[i] = attach(arguments[1], (enum process_id)i);
	claim_servers(writers[PROCESS_DIRECTOR]);
	beat();
	puts("ready");
	fflush(stdout);
	setvbuf(stdin, NULL, _IONBF, 0);
	for (;;) {
		if (poll(&input, 1, 200) < 0 && errno != EINTR)
			return 1;
		if (input.revents && !fgets(line, sizeof(line), stdin))
			break;
		if (input.revents)
			obey(line);
		beat();
	}
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		stat_writer_free(writers[i]);
	free(servers);
	return 0;
}
