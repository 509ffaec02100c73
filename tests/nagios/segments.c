/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Not a test: plays all processes of lbd for check_lbd. Makes their segments in DIR with one VRRP
 * instance, one virtual server of two real servers, and keeps their hearts beating. Obeys lines on
 * standard input:
 *
 *   fail      the instance becomes backup, the first real server goes down
 *   recover   as at the beginning
 *   stop      all heartbeats become ten seconds old and stay
 *   start     they beat again
 *   tear      a row of the instance stays as if its writer had been killed in the middle
 *   mend      no longer
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "stat/stat.h"

#define SERVERS 2

static struct stat_writer *writers[PROCESS_COUNT];
static bool stopped;
static struct stat_vrrp *instance;
static struct stat_ipvs *ipvs_row;
static struct stat_virtual_server *service;
static struct stat_real_server *servers[SERVERS];

static struct stat_writer *attach(const char *directory, enum process_id process)
{
	struct stat_capacity capacity;
	struct stat_writer *writer = NULL;
	bool needs_commit;
	int error;
	int fd;

	for (unsigned i = 0; i < STAT_FAMILY_COUNT; i++)
		capacity.rows[i] = SERVERS;
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

static void claim_rows(void)
{
	struct stat_vrrp vrrp = {
		.interface = "eth0", .vrid = "51", .family = "ipv4", .instance = "VI_1"};
	struct stat_virtual_server virtual_server = {
		.protocol = "TCP", .virtual_server = "192.0.2.1:80", .group = "www"};
	struct stat_real_server real_server = {.protocol = "TCP",
					       .virtual_server = "192.0.2.1:80",
					       .group = "www",
					       .forwarding = "DR"};

	instance = stat_claim(writers[PROCESS_VRRP], STAT_FAMILY_VRRP, &vrrp);
	service =
		stat_claim(writers[PROCESS_DIRECTOR], STAT_FAMILY_VIRTUAL_SERVER, &virtual_server);
	for (unsigned i = 0; i < SERVERS; i++) {
		real_server.real_server[0] = '\0';
		TEXT_APPEND(real_server.real_server, "10.0.0.%u:80", i + 1);
		servers[i] = stat_claim(writers[PROCESS_DIRECTOR], STAT_FAMILY_REAL_SERVER,
					&real_server);
	}
}

static void claim_scopes(void)
{
	struct stat_ipvs ipvs = {.scope = "host"};
	struct stat_event event = {.scope = "host"};
	struct stat_config config = {.file = "/etc/lbd/lbd.conf"};
	struct stat_event *event_row =
		stat_claim(writers[PROCESS_CONTROL], STAT_FAMILY_EVENT, &event);
	struct stat_config *config_row =
		stat_claim(writers[PROCESS_PARENT], STAT_FAMILY_CONFIG, &config);

	ipvs_row = stat_claim(writers[PROCESS_DIRECTOR], STAT_FAMILY_IPVS, &ipvs);
	stat_put(ipvs, ipvs_row, available, 1);
	stat_put(ipvs, ipvs_row, last_sample, clock_wall());
	stat_put(event, event_row, last_number, 17);
	stat_put(config, config_row, generation, 1);
	stat_put(config, config_row, last_reload, RELOAD_RESULT_NONE);
}

static void put_instance(bool well)
{
	stat_begin(&instance->row);
	stat_put(vrrp, instance, state, well ? VRRP_STATE_MASTER : VRRP_STATE_BACKUP);
	stat_put(vrrp, instance, priority, 150);
	stat_put(vrrp, instance, interval, CLOCK_SECOND);
	stat_put(vrrp, instance, changed, clock_wall());
	stat_put(vrrp, instance, addresses, 2);
	stat_put(vrrp, instance, addresses_held, well ? 2 : 0);
	stat_end(&instance->row);
}

static void put_servers(bool well)
{
	for (unsigned i = 0; i < SERVERS; i++) {
		stat_begin(&servers[i]->row);
		stat_put(real_server, servers[i], health, well || i > 0 ? HEALTH_UP : HEALTH_DOWN);
		stat_put(real_server, servers[i], active_connections, 3);
		stat_put(real_server, servers[i], changed, clock_wall());
		stat_end(&servers[i]->row);
	}
	stat_begin(&service->row);
	service->connections += 100;
	stat_put(virtual_server, service, real_servers, SERVERS);
	stat_put(virtual_server, service, real_servers_up, well ? SERVERS : SERVERS - 1);
	stat_put(virtual_server, service, weight_up, well ? 200 : 100);
	stat_put(virtual_server, service, quorum, 1);
	stat_put(virtual_server, service, quorum_reached, 1);
	stat_put(virtual_server, service, sorry_server_active, 0);
	stat_put(virtual_server, service, connection_rate, 1500);
	stat_put(virtual_server, service, in_byte_rate, 2000000);
	stat_put(virtual_server, service, out_byte_rate, 0);
	stat_put(virtual_server, service, active_connections, 6);
	stat_end(&service->row);
}

static void beat(void)
{
	stat_put(ipvs, ipvs_row, last_sample, clock_wall());
	for (unsigned i = 0; i < PROCESS_COUNT; i++)
		if (writers[i])
			stat_heartbeat(writers[i], clock_now() - (stopped ? 10 * CLOCK_SECOND : 0));
}

static void obey(const char *line)
{
	if (strcmp(line, "fail\n") == 0 || strcmp(line, "recover\n") == 0) {
		put_instance(line[0] == 'r');
		put_servers(line[0] == 'r');
	} else if (strcmp(line, "stop\n") == 0 || strcmp(line, "start\n") == 0) {
		stopped = strcmp(line, "stop\n") == 0;
	} else if (strcmp(line, "tear\n") == 0) {
		stat_begin(&instance->row);
	} else if (strcmp(line, "mend\n") == 0) {
		stat_end(&instance->row);
	} else {
		exit(2);
	}
	beat();
	puts("done");
	fflush(stdout);
}

int main(int argument_count, char **arguments)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char line[128];

	if (argument_count != 2)
		return 2;
	for (unsigned i = PROCESS_PARENT; i <= PROCESS_CHECK; i++)
		writers[i] = attach(arguments[1], (enum process_id)i);
	claim_rows();
	claim_scopes();
	put_instance(true);
	put_servers(true);
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
	return 0;
}
