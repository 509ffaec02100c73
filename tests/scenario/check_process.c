/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole check process: started as a child, given a segment, a configuration and a link to the
 * director by a parent, which is this test; probes go to listeners of the test on the loopback interface.
 */
#include "check/check.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "tests/unit/unit.h"

/* Most tests have two servers; the one with a site has more than a link's socket and ring hold. */
#define SERVERS 2
#define SITE 1000
#define NOBODY 65534
/* Far beyond what anything here takes: a hang must end, and must not look like a pass. */
#define PATIENCE 60

static char directory[] = "/tmp/lbd-test-check-XXXXXX";
static struct loop *loop;
static uint64_t generation;
static int listener = -1; /* the server that is up; the process under test must not inherit it */

static struct {
	pid_t pid;
	struct link *parent, *director;
	uint64_t confirmed;                    /* generation that the process said it applied */
	struct message_verdict last[SITE];     /* the last verdict for each server */
	unsigned verdicts, changes;            /* received; of them not resent */
} child;

/* --- the other side of the process's links ------------------------------------------------------------ */

static void from_process(struct link *link, const struct message *message, int fd, void *argument)
{
	(void)link;
	(void)argument;
	if (fd >= 0)
		close(fd);
	if (message->type == MESSAGE_CONFIGURATION)
		child.confirmed = message->configuration.generation;
	loop_stop(loop);
}

static void to_director(struct link *link, const struct message *message, int fd, void *argument)
{
	(void)link;
	(void)argument;
	if (fd >= 0)
		close(fd);
	if (message->type != MESSAGE_VERDICT || message->verdict.real_server >= SITE)
		abort();
	child.last[message->verdict.real_server] = message->verdict;
	child.verdicts++;
	child.changes += !message->verdict.resent;
	loop_stop(loop);
}

static void closed(struct link *link, void *argument)
{
	*(struct link **)argument = NULL;
	link_free(link);
	loop_stop(loop);
}

static const struct link_handler parent_handler = {.receive = from_process, .closed = closed};
static const struct link_handler director_handler = {.receive = to_director, .closed = closed};

/* --- what a parent does ------------------------------------------------------------------------------- */

static void send_with(enum message_type type, struct message message, int fd)
{
	message.type = type;
	if (!link_send(child.parent, &message, fd))
		abort();
	if (fd >= 0)
		close(fd);
}

static void send_segment(void)
{
	struct stat_capacity capacity = {
		.rows = {[STAT_FAMILY_PROCESS] = 1, [STAT_FAMILY_CHECK] = SITE}};
	bool needs_commit = false;
	int fd = -1;

	if (stat_segment_prepare(directory, PROCESS_CHECK, &capacity, &fd, &needs_commit) != 0 ||
	    (needs_commit && stat_segment_commit(directory, PROCESS_CHECK) != 0))
		abort();
	send_with(MESSAGE_SEGMENT, (struct message){0}, fd);
}

/* Reads a configuration that is written as users write it: `count` real servers with a check each. */
static struct conf *load(const uint16_t *ports, size_t count)
{
	struct conf_diagnostics diagnostics = {0};
	struct conf *conf;
	char path[64], line[700];
	FILE *file;

	snprintf(path, sizeof(path), "%s/conf", directory);
	file = fopen(path, "w");
	fprintf(file, "virtual_server 127.0.0.1 9 {\n delay_loop %s\n protocol TCP\n"
		      " retry 1\n delay_before_retry 0.01\n",
		count > SERVERS ? "1" : "0.05");
	for (size_t i = 0; i < count; i++)
		fprintf(file,
			" real_server 127.0.%zu.%zu %u {\n  TCP_CHECK {\n   connect_timeout 1\n  }\n }\n",
			i / 250, i % 250 + 1, ports[i % SERVERS]);
	fprintf(file, "}\n");
	fclose(file);
	conf = conf_load(path, NULL, &diagnostics);
	for (size_t i = 0; !conf && i < diagnostics.count; i++) {
		conf_diagnostic_format(&diagnostics.list[i], line, sizeof(line));
		fprintf(stderr, "%s\n", line);
	}
	conf_diagnostics_free(&diagnostics);
	unlink(path);
	return conf;
}

static void configure(const uint16_t ports[SERVERS], size_t count)
{
	struct conf *conf = load(ports, count);
	struct message message = {0};

	CU_ASSERT_PTR_NOT_NULL_FATAL(conf);
	conf->generation = message.configuration.generation = ++generation;
	send_segment();
	send_with(MESSAGE_CONFIGURATION, message, conf_pack(conf));
	conf_free(conf);
	while (child.confirmed != generation)
		loop_run(loop);
}

static void introduce_director(void)
{
	struct message message = {.peer = {.peer = PROCESS_DIRECTOR}};
	int ends[2];

	if (link_pair(ends) != 0)
		abort();
	child.director = link_new(loop, ends[0], 16, &director_handler, &child.director);
	send_with(MESSAGE_PEER, message, ends[1]);
}

static void start(void)
{
	static const struct process_options options = {.run_dir = "/nonexistent",
						       .state_dir = "/nonexistent",
						       .log_level = LOG_LEVEL_ERROR,
						       .foreground = true};
	int ends[2];

	if (link_pair(ends) != 0)
		abort();
	memset(&child, 0, sizeof(child));
	child.pid = fork();
	if (child.pid == 0) {
		close(ends[0]);
		close(listener);
		/* The process drops root for a user that need not exist where the test runs. */
		if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
			_exit(99);
		_exit(check_main(ends[1], &options));
	}
	close(ends[1]);
	child.parent = link_new(loop, ends[0], 16, &parent_handler, &child.parent);
}

static int stop(int signal_number)
{
	int status;

	if (signal_number)
		kill(child.pid, signal_number);
	else
		send_with(MESSAGE_STOP, (struct message){0}, -1);
	waitpid(child.pid, &status, 0);
	link_free(child.parent);
	link_free(child.director);
	return status;
}

static int listen_on_loopback(uint16_t *port)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_ANY);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 64) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &size) != 0)
		abort();
	*port = ntohs(address.sin_port);
	return fd;
}

static void stop_listening(void)
{
	close(listener);
	listener = -1;
}

/* One server that listens; one that does not. Verdicts for both have come. */
static void start_with_two_servers(uint16_t ports[SERVERS])
{
	listener = listen_on_loopback(&ports[0]);

	close(listen_on_loopback(&ports[1]));
	start();
	introduce_director();
	configure(ports, SERVERS);
	while (child.last[0].health != HEALTH_UP || child.last[1].health != HEALTH_DOWN)
		loop_run(loop);
}

/* --- tests ------------------------------------------------------------------------------------------- */

static void verdicts_come_with_their_evidence(void)
{
	uint16_t ports[SERVERS];
	const struct message_verdict *down = &child.last[1];
	char expected[80];

	start_with_two_servers(ports);
	UNIT_NUMBER(down->generation, generation);
	UNIT_NUMBER(down->result, CHECK_RESULT_REFUSED);
	UNIT_NUMBER(down->error, ECONNREFUSED);
	UNIT_NUMBER(down->attempts, 2); /* one and one retry */
	UNIT_NUMBER(down->resent, 0);
	CU_ASSERT(down->round_trip > 0);
	snprintf(expected, sizeof(expected), "TCP_CHECK 127.0.0.2:%u", ports[1]);
	UNIT_STRING(down->check, expected);
	UNIT_NUMBER(child.changes, 2);
	stop_listening();
	while (child.last[0].health != HEALTH_DOWN)
		loop_run(loop);
	UNIT_NUMBER(child.changes, 3);
	UNIT_NUMBER(stop(0), 0);
}

static void a_new_director_and_a_new_configuration_are_told_everything(void)
{
	uint16_t ports[SERVERS];

	start_with_two_servers(ports);
	link_free(child.director);
	memset(child.last, 0, sizeof(child.last));
	introduce_director();
	while (child.last[0].health != HEALTH_UP || child.last[1].health != HEALTH_DOWN)
		loop_run(loop);
	CU_ASSERT(child.last[0].resent && child.last[1].resent);

	memset(child.last, 0, sizeof(child.last));
	configure(ports, SERVERS);
	while (child.last[0].health != HEALTH_UP || child.last[1].health != HEALTH_DOWN)
		loop_run(loop);
	UNIT_NUMBER(child.last[0].generation, generation);
	CU_ASSERT(child.last[0].resent && child.last[1].resent);
	UNIT_NUMBER(child.changes, 2);
	UNIT_NUMBER(stop(0), 0);
	stop_listening();
}

/* A crash returns no failed server to service: the first word of the new process is what the old one knew. */
static void a_crash_forgets_no_verdict(void)
{
	uint16_t ports[SERVERS];

	start_with_two_servers(ports);
	CU_ASSERT(WIFSIGNALED(stop(SIGKILL)));
	start();
	introduce_director();
	configure(ports, SERVERS);
	while (child.last[1].health == HEALTH_UNKNOWN)
		loop_run(loop);
	UNIT_NUMBER(child.last[1].health, HEALTH_DOWN);
	CU_ASSERT(child.last[1].resent);
	UNIT_NUMBER(child.last[1].attempts, 0); /* before any probe of its own */
	UNIT_NUMBER(stop(0), 0);
	stop_listening();
}

static void count_down(const void *row, enum process_id process, void *argument)
{
	const struct stat_check *check = row;

	(void)process;
	*(size_t *)argument += stat_has(&check->row, STAT_check_health) &&
			       check->health == HEALTH_DOWN;
}

/* All servers of a site fail while the director reads nothing. The link refuses, nobody waits, and when the
 * director reads again it learns of every one. */
static void a_director_that_reads_late_learns_everything(void)
{
	struct stat_reader *reader = stat_reader_new(directory);
	uint16_t ports[SERVERS];
	size_t down = 0, told = 0;

	close(listen_on_loopback(&ports[0]));
	ports[1] = ports[0];
	start();
	introduce_director();
	configure(ports, SITE);
	while (down < SITE) {
		usleep(10000);
		down = 0;
		stat_reader_refresh(reader);
		stat_reader_each(reader, STAT_FAMILY_CHECK, count_down, &down);
	}
	while (told < SITE) {
		loop_run(loop);
		told = 0;
		for (size_t i = 0; i < SITE; i++)
			told += child.last[i].health == HEALTH_DOWN;
	}
	stat_reader_free(reader);
	UNIT_NUMBER(stop(0), 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(verdicts_come_with_their_evidence),
	UNIT_TEST(a_new_director_and_a_new_configuration_are_told_everything),
	UNIT_TEST(a_crash_forgets_no_verdict),
	UNIT_TEST(a_director_that_reads_late_learns_everything),
};

int main(void)
{
	char path[64];
	int status;

	if (!mkdtemp(directory))
		return 99;
	alarm(PATIENCE);
	signal(SIGPIPE, SIG_IGN);
	loop = loop_new();
	status = unit_main("the check process", tests, UNIT_COUNT(tests));
	loop_free(loop);
	snprintf(path, sizeof(path), "%s/check", directory);
	unlink(path);
	rmdir(directory);
	return status;
}
