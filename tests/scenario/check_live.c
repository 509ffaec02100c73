/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real probes against real sockets of the loopback interface: servers that accept, refuse, reset, stay
 * silent; a host that is out of descriptors; a bound on probes under way. Nothing leaves `lo`.
 */
#include "check/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "check/probe.h"
#include "tests/unit/unit.h"

#define MS CLOCK_MILLISECOND
/* Far beyond what anything here takes: a hang must end, and must not look like a pass. */
#define PATIENCE 60

static struct loop *loop;

/* --- servers ---------------------------------------------------------------------------------------- */

static int listen_on_loopback(int backlog, uint16_t *port)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, backlog) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
		perror("a listener on the loopback interface");
		exit(99);
	}
	*port = ntohs(address.sin_port);
	return fd;
}

/* A port that was just free and has no listener. */
static uint16_t closed_port(void)
{
	uint16_t port;

	close(listen_on_loopback(1, &port));
	return port;
}

static struct conf_check check_of(const char *address, uint16_t port)
{
	struct conf_check check = {.kind = CONF_CHECK_TCP,
				   .connect_port = port,
				   .interval = 50 * MS,
				   .delay_before_retry = 10 * MS,
				   .retry = 1,
				   .connect_timeout = 2 * CLOCK_SECOND};

	address_parse(address, &check.connect_address);
	return check;
}

/* --- one probe -------------------------------------------------------------------------------------- */

static void keep_outcome(const struct check_outcome *outcome, void *argument)
{
	*(struct check_outcome *)argument = *outcome;
	loop_stop(loop);
}

static struct check_outcome probe_once(const struct conf_check *check)
{
	struct check_outcome outcome = {CHECK_RESULT_OTHER, -1, -1};
	struct check_outcome at_once = outcome;

	if (!probe_tcp.begin(loop, check, keep_outcome, &outcome, &at_once))
		return at_once;
	loop_run(loop);
	return outcome;
}

static void a_listener_is_a_success(void)
{
	uint16_t port;
	int fd = listen_on_loopback(16, &port);
	struct conf_check check = check_of("127.0.0.1", port);
	struct check_outcome outcome = probe_once(&check);

	UNIT_NUMBER(outcome.result, CHECK_RESULT_SUCCESS);
	UNIT_NUMBER(outcome.error, 0);
	CU_ASSERT(outcome.round_trip > 0);
	close(fd);
}

static void a_closed_port_refuses(void)
{
	struct conf_check check = check_of("127.0.0.1", closed_port());
	struct check_outcome outcome = probe_once(&check);

	UNIT_NUMBER(outcome.result, CHECK_RESULT_REFUSED);
	UNIT_NUMBER(outcome.error, ECONNREFUSED);
}

/* A packet to an address that is nobody's, kept on `lo`: it goes nowhere and nothing comes back. */
static void silence_is_a_timeout(void)
{
	struct conf_check check = check_of("192.0.2.1", 80);
	struct check_outcome outcome;

	TEXT_COPY(check.bind_interface, "lo");
	check.connect_timeout = 50 * MS;
	outcome = probe_once(&check);
	UNIT_NUMBER(outcome.result, CHECK_RESULT_TIMEOUT);
	UNIT_NUMBER(outcome.error, ETIMEDOUT);
	UNIT_NUMBER(outcome.round_trip, -1);
}

static void a_reset_after_the_handshake_is_a_success(void)
{
	const struct linger reset = {.l_onoff = 1};
	uint16_t port;
	int listener = listen_on_loopback(64, &port);
	struct conf_check check = check_of("127.0.0.1", port);

	/* The connections of these probes are reset by the listener's death or by accept-and-reset,
	 * sometimes before the probe looks. */
	for (int i = 0; i < 32; i++) {
		struct check_outcome outcome = {CHECK_RESULT_OTHER, -1, -1};
		struct check_outcome at_once = outcome;
		struct probe *probe = probe_tcp.begin(loop, &check, keep_outcome, &outcome, &at_once);
		int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		setsockopt(accepted, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(accepted);
		if (probe)
			loop_run(loop);
		else
			outcome = at_once;
		UNIT_NUMBER(outcome.result, CHECK_RESULT_SUCCESS);
	}
	close(listener);
}

/* What the server sees of a probe is a connection that ends in order. */
static void the_server_sees_an_ordinary_visit(void)
{
	uint16_t port;
	int listener = listen_on_loopback(16, &port);
	struct conf_check check = check_of("127.0.0.1", port);
	char byte;
	int accepted;

	probe_once(&check);
	accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	CU_ASSERT(accepted >= 0);
	UNIT_NUMBER(read(accepted, &byte, 1), 0); /* end of file; not ECONNRESET */
	close(accepted);
	close(listener);
}

static void a_fixed_source_port_can_be_used_again(void)
{
	uint16_t port;
	int listener = listen_on_loopback(16, &port);
	struct conf_check check = check_of("127.0.0.1", port);

	check.bind_port = closed_port();
	address_parse("127.0.0.1", &check.bind_address);
	for (int i = 0; i < 5; i++)
		UNIT_NUMBER(probe_once(&check).result, CHECK_RESULT_SUCCESS);
	close(listener);
}

static void our_own_trouble_is_local(void)
{
	struct conf_check check = check_of("127.0.0.1", closed_port());
	struct rlimit limit, none;

	address_parse("192.0.2.77", &check.bind_address); /* not an address of this host */
	UNIT_NUMBER(probe_once(&check).result, CHECK_RESULT_LOCAL);
	check = check_of("127.0.0.1", check.connect_port);
	TEXT_COPY(check.bind_interface, "no-such-if0");
	UNIT_NUMBER(probe_once(&check).result, CHECK_RESULT_LOCAL);
	check.bind_interface[0] = '\0';
	getrlimit(RLIMIT_NOFILE, &limit);
	none = limit;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	UNIT_NUMBER(probe_once(&check).result, CHECK_RESULT_LOCAL);
	setrlimit(RLIMIT_NOFILE, &limit);
	UNIT_NUMBER(probe_once(&check).result, CHECK_RESULT_REFUSED);
}

static void a_cancelled_probe_leaves_nothing(void)
{
	struct conf_check check = check_of("192.0.2.1", 80);
	struct check_outcome outcome;
	struct probe *probe;
	int before = dup(0), after;

	close(before);
	TEXT_COPY(check.bind_interface, "lo");
	probe = probe_tcp.begin(loop, &check, keep_outcome, &outcome, &outcome);
	CU_ASSERT_PTR_NOT_NULL_FATAL(probe);
	probe_tcp.cancel(probe);
	after = dup(0);
	UNIT_NUMBER(after, before);
	close(after);
}

static void end_turn(void *argument)
{
	(void)argument;
	loop_stop(loop);
}

/* Lets the loop run for a few milliseconds. */
static void loop_turn(void)
{
	struct loop_timer *timer = loop_timer_new(loop, end_turn, NULL);

	loop_timer_at(timer, clock_now() + 5 * MS);
	loop_run(loop);
	loop_timer_free(timer);
}

/* --- a roster that runs ----------------------------------------------------------------------------- */

#define SERVERS 40

struct site {
	struct conf conf;
	struct conf_virtual_server virtual_server;
	struct conf_real_server servers[SERVERS];
	struct conf_check checks[SERVERS];
	struct runner *runner;
	size_t known, wanted; /* the loop is left when so many servers have a verdict */
	size_t busiest;
	unsigned probes;
};

static void site_begin(struct site *site)
{
	memset(site, 0, sizeof(*site));
	TEXT_COPY(site->virtual_server.name, "group www");
	site->conf.virtual_servers = &site->virtual_server;
	site->conf.virtual_server_count = 1;
	site->conf.real_servers = site->servers;
	site->conf.checks = site->checks;
}

static void site_add(struct site *site, struct conf_check check)
{
	size_t i = site->conf.check_count++;

	site->conf.real_server_count++;
	check.real_server = (uint32_t)i;
	site->checks[i] = check;
	site->servers[i] = (struct conf_real_server){.address = check.connect_address,
						     .port = check.connect_port,
						     .first_check = (uint32_t)i,
						     .check_count = 1};
}

static void observe(const struct check *check, bool changed, void *argument)
{
	struct site *site = argument;

	(void)check;
	site->probes++;
	if (runner_busy(site->runner) > site->busiest)
		site->busiest = runner_busy(site->runner);
	site->known += changed;
	if (site->known >= site->wanted)
		loop_stop(loop);
}

static void site_run(struct site *site, size_t wanted)
{
	site->known = 0;
	site->wanted = wanted;
	loop_run(loop);
}

static enum health verdict_of(const struct site *site, size_t index)
{
	const struct check *check = roster_decider(runner_roster(site->runner), index);

	return check ? check->schedule.verdict : HEALTH_UNKNOWN;
}

static void servers_are_told_apart(void)
{
	struct site site;
	uint16_t port;
	int listener = listen_on_loopback(64, &port);

	site_begin(&site);
	site_add(&site, check_of("127.0.0.1", port));
	site_add(&site, check_of("127.0.0.1", closed_port()));
	site.runner = runner_new(loop, observe, &site);
	runner_configure(site.runner, &site.conf, NULL);
	site_run(&site, 2);
	UNIT_NUMBER(verdict_of(&site, 0), HEALTH_UP);
	UNIT_NUMBER(verdict_of(&site, 1), HEALTH_DOWN);
	close(listener);
	site_run(&site, 1);
	UNIT_NUMBER(verdict_of(&site, 0), HEALTH_DOWN);
	runner_free(site.runner);
}

static void a_reload_keeps_probes_and_verdicts(void)
{
	struct site site, reloaded;
	uint16_t port;
	int listener = listen_on_loopback(64, &port);
	struct conf_check silent = check_of("192.0.2.1", 80);

	TEXT_COPY(silent.bind_interface, "lo");
	site_begin(&site);
	site_add(&site, silent);
	site_add(&site, check_of("127.0.0.1", port));
	site.runner = runner_new(loop, observe, &site);
	runner_configure(site.runner, &site.conf, NULL);
	site_run(&site, 1);
	UNIT_NUMBER(runner_busy(site.runner), 1); /* the silent one */

	site_begin(&reloaded);
	site_add(&reloaded, check_of("127.0.0.1", closed_port()));
	site_add(&reloaded, check_of("127.0.0.1", port));
	site_add(&reloaded, silent);
	runner_configure(site.runner, &reloaded.conf, NULL);
	UNIT_NUMBER(runner_busy(site.runner), 1); /* goes on */
	UNIT_NUMBER(verdict_of(&site, 1), HEALTH_UP);
	UNIT_NUMBER(verdict_of(&site, 0), HEALTH_UNKNOWN);
	site_begin(&reloaded);
	runner_configure(site.runner, &reloaded.conf, NULL);
	UNIT_NUMBER(runner_busy(site.runner), 0);
	runner_free(site.runner);
	close(listener);
}

/* Silent servers hold their places until they time out; the others come late, but all come. */
static void probes_under_way_are_bounded(void)
{
	struct conf_check silent = check_of("192.0.2.1", 80);
	struct site site;
	uint16_t port;
	int listener = listen_on_loopback(64, &port);

	TEXT_COPY(silent.bind_interface, "lo");
	silent.connect_timeout = 20 * MS;
	site_begin(&site);
	for (uint16_t i = 0; i < SERVERS - 1; i++) {
		silent.connect_port = (uint16_t)(1000 + i);
		site_add(&site, silent);
	}
	site_add(&site, check_of("127.0.0.1", port));
	site.runner = runner_new(loop, observe, &site);
	runner_set_bound(site.runner, 3);
	runner_configure(site.runner, &site.conf, NULL);
	site_run(&site, SERVERS);
	CU_ASSERT(site.busiest <= 3);
	UNIT_NUMBER(verdict_of(&site, 0), HEALTH_DOWN);
	UNIT_NUMBER(verdict_of(&site, SERVERS - 1), HEALTH_UP);
	CU_ASSERT(runner_waiting(site.runner) > 0);
	runner_free(site.runner);
	close(listener);
}

/* Silent servers hold all places. A reload without them gives the places to those that wait. */
static void a_reload_gives_places_to_those_that_wait(void)
{
	struct conf_check silent = check_of("192.0.2.1", 80);
	struct site site, reloaded;
	uint16_t port;
	int listener = listen_on_loopback(64, &port);

	TEXT_COPY(silent.bind_interface, "lo");
	silent.connect_timeout = 1000 * CLOCK_SECOND;
	site_begin(&site);
	for (uint16_t i = 0; i < 5; i++) {
		silent.connect_port = (uint16_t)(1000 + i);
		site_add(&site, silent);
	}
	site_add(&site, check_of("127.0.0.1", port));
	site.checks[5].warmup = 100 * MS; /* after the silent ones, which begin within 50 ms */
	site.runner = runner_new(loop, observe, &site);
	runner_set_bound(site.runner, 2);
	runner_configure(site.runner, &site.conf, NULL);
	while (runner_waiting(site.runner) < 4)
		loop_turn();
	UNIT_NUMBER(site.probes, 0);
	site_begin(&reloaded);
	site_add(&reloaded, site.checks[5]);
	runner_configure(site.runner, &reloaded.conf, NULL);
	site_run(&site, 1);
	UNIT_NUMBER(verdict_of(&site, 0), HEALTH_UP);
	runner_free(site.runner);
	close(listener);
}

static const struct unit_test tests[] = {
	UNIT_TEST(a_listener_is_a_success),
	UNIT_TEST(a_closed_port_refuses),
	UNIT_TEST(silence_is_a_timeout),
	UNIT_TEST(a_reset_after_the_handshake_is_a_success),
	UNIT_TEST(the_server_sees_an_ordinary_visit),
	UNIT_TEST(a_fixed_source_port_can_be_used_again),
	UNIT_TEST(our_own_trouble_is_local),
	UNIT_TEST(a_cancelled_probe_leaves_nothing),
	UNIT_TEST(servers_are_told_apart),
	UNIT_TEST(a_reload_keeps_probes_and_verdicts),
	UNIT_TEST(probes_under_way_are_bounded),
	UNIT_TEST(a_reload_gives_places_to_those_that_wait),
};

int main(void)
{
	int status;

	alarm(PATIENCE);
	loop = loop_new();
	status = unit_main("checks on the loopback interface", tests, UNIT_COUNT(tests));
	loop_free(loop);
	return status;
}
