/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab-load: a client that makes new HTTP/1.0 connections at a fixed rate and says of each
 * one that failed when, from where, how far it had come and why. wrk counts errors but
 * cannot tell that; a failover is judged by exactly that. The rate is open loop: a slow answer
 * delays no later request.
 *
 * One epoll loop; requests in flight sit in a fixed table, in the order of their start, which
 * is the order of their deadlines. Used by tests/lab/scenarios.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NSEC_PER_SEC INT64_C(1000000000)
#define NSEC_PER_MSEC INT64_C(1000000)
#define MAX_IN_FLIGHT 8192
#define MAX_SERVERS 16
#define ANSWER_SIZE 1024

static const char request_text[] = "GET / HTTP/1.0\r\nHost: lab\r\n\r\n";

enum stage { STAGE_FREE, STAGE_CONNECT, STAGE_ANSWER };

struct request {
	enum stage stage;
	int fd;
	int64_t start;
	uint32_t source; /* host byte order */
	size_t length;
	char answer[ANSWER_SIZE];
};

struct server {
	char name[32];
	uint64_t answers;
};

struct load {
	struct sockaddr_in target;
	uint32_t first_source, last_source; /* 0: let the kernel choose */
	int64_t interval, duration, timeout;

	int epoll;
	int64_t start, last_answer, gap, gap_start, slowest;
	uint64_t started, answered, failed;
	uint64_t oldest; /* requests before this one are all over; also index of the table */
	struct server servers[MAX_SERVERS];
	struct request *requests;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * NSEC_PER_SEC + time.tv_nsec;
}

static double seconds(int64_t nanoseconds)
{
	return (double)nanoseconds / (double)NSEC_PER_SEC;
}

static struct request *request_at(struct load *load, uint64_t number)
{
	return &load->requests[number % MAX_IN_FLIGHT];
}

static void request_end(struct request *request)
{
	close(request->fd);
	request->stage = STAGE_FREE;
}

static void request_fail(struct load *load, struct request *request, int error)
{
	struct in_addr source = {.s_addr = htonl(request->source)};

	printf("failure at %.3f s after %.3f s from %s in %s: %s\n",
	       seconds(request->start - load->start), seconds(now() - request->start),
	       request->source ? inet_ntoa(source) : "any",
	       request->stage == STAGE_CONNECT ? "connect" : "answer",
	       error ? strerror(error) : "incomplete answer");
	load->failed++;
	request_end(request);
}

static void server_count(struct load *load, const char *name)
{
	size_t length = strcspn(name, "\r\n");

	if (length >= sizeof(load->servers[0].name))
		length = sizeof(load->servers[0].name) - 1;
	for (struct server *server = load->servers; server < load->servers + MAX_SERVERS; server++) {
		if (!server->answers)
			memcpy(server->name, name, length);
		if (strlen(server->name) == length && !memcmp(server->name, name, length)) {
			server->answers++;
			return;
		}
	}
}

static void gap_end(struct load *load, int64_t time)
{
	if (time - load->last_answer > load->gap) {
		load->gap = time - load->last_answer;
		load->gap_start = load->last_answer;
	}
}

static void request_succeed(struct load *load, struct request *request, const char *body)
{
	int64_t time = now();

	gap_end(load, time);
	load->last_answer = time;
	if (time - request->start > load->slowest)
		load->slowest = time - request->start;
	load->answered++;
	server_count(load, body);
	request_end(request);
}

/* The other side closed: an answer is whole if it has a status 200 and a body. */
static void request_judge(struct load *load, struct request *request)
{
	const char *body;

	request->answer[request->length] = '\0';
	body = strstr(request->answer, "\r\n\r\n");
	if (!body || !body[4] || strncmp(request->answer, "HTTP/1.", 7) ||
	    strncmp(request->answer + 8, " 200 ", 5))
		request_fail(load, request, 0);
	else
		request_succeed(load, request, body + 4);
}

static void request_read(struct load *load, struct request *request)
{
	for (;;) {
		size_t room = sizeof(request->answer) - 1 - request->length;
		ssize_t count =
			room ? read(request->fd, request->answer + request->length, room) : 0;

		if (count < 0 && errno == EAGAIN)
			return;
		if (count < 0) {
			request_fail(load, request, errno);
			return;
		}
		if (count == 0) {
			request_judge(load, request);
			return;
		}
		request->length += (size_t)count;
	}
}

static void request_connected(struct load *load, struct request *request, uint64_t number)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = number};
	int error = 0;
	socklen_t size = sizeof(error);

	getsockopt(request->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error) {
		request_fail(load, request, error);
		return;
	}
	request->stage = STAGE_ANSWER;
	if (write(request->fd, request_text, sizeof(request_text) - 1) < 0) {
		request_fail(load, request, errno);
		return;
	}
	epoll_ctl(load->epoll, EPOLL_CTL_MOD, request->fd, &event);
}

static bool socket_bind(const struct load *load, const struct request *request)
{
	struct sockaddr_in source = {.sin_family = AF_INET,
				     .sin_addr.s_addr = htonl(request->source)};
	int on = 1;

	if (!load->first_source)
		return true;
	/* so that the port is chosen for the pair, and 65,535 are free for each source */
	setsockopt(request->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	return !bind(request->fd, (struct sockaddr *)&source, sizeof(source));
}

static void request_start(struct load *load)
{
	uint64_t number = load->started++;
	struct request *request = request_at(load, number);
	struct epoll_event event = {.events = EPOLLOUT, .data.u64 = number};
	uint32_t sources = load->last_source - load->first_source + 1;

	*request = (struct request){.stage = STAGE_CONNECT, .start = now()};
	if (load->first_source)
		request->source = load->first_source + (uint32_t)(number % sources);
	request->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (request->fd < 0 || !socket_bind(load, request) ||
	    (connect(request->fd, (struct sockaddr *)&load->target, sizeof(load->target)) &&
	     errno != EINPROGRESS)) {
		request_fail(load, request, errno);
		return;
	}
	epoll_ctl(load->epoll, EPOLL_CTL_ADD, request->fd, &event);
}

/* Fails what is past its deadline and forgets what is over, from the oldest on. */
static void load_expire(struct load *load, int64_t time)
{
	while (load->oldest < load->started) {
		struct request *request = request_at(load, load->oldest);

		if (request->stage != STAGE_FREE) {
			if (time < request->start + load->timeout)
				return;
			request_fail(load, request, ETIMEDOUT);
		}
		load->oldest++;
	}
}

/* Milliseconds until something has to be done without being told by a descriptor. */
static int load_wait(struct load *load, int64_t time, int64_t next)
{
	int64_t until = next;

	if (load->oldest < load->started) {
		int64_t deadline = request_at(load, load->oldest)->start + load->timeout;

		if (next < 0 || deadline < until)
			until = deadline;
	}
	if (until <= time)
		return 0;
	return (int)((until - time + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC);
}

static void load_events(struct load *load, int wait)
{
	struct epoll_event events[64];
	int count = epoll_wait(load->epoll, events, 64, wait);

	for (int i = 0; i < count; i++) {
		struct request *request = request_at(load, events[i].data.u64);

		if (request->stage == STAGE_CONNECT)
			request_connected(load, request, events[i].data.u64);
		else if (request->stage == STAGE_ANSWER)
			request_read(load, request);
	}
}

/* Wall-clock time, to lay the failures beside a packet capture. */
static void print_start(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	printf("start %jd.%06ld\n", (intmax_t)time.tv_sec, time.tv_nsec / 1000);
	fflush(stdout);
}

static void load_run(struct load *load)
{
	int64_t time = now();
	int64_t next = time;

	load->start = load->last_answer = time;
	print_start();
	while (!interrupted) {
		time = now();
		while (next >= 0 && next <= time) {
			if (next - load->start >= load->duration) {
				next = -1;
			} else if (load->started - load->oldest < MAX_IN_FLIGHT) {
				request_start(load);
				next += load->interval;
			} else {
				break;
			}
		}
		load_expire(load, time);
		if (next < 0 && load->oldest == load->started)
			break;
		load_events(load, load_wait(load, time, next));
	}
	gap_end(load, load->start + load->duration);
}

static void load_report(const struct load *load)
{
	for (const struct server *server = load->servers;
	     server < load->servers + MAX_SERVERS && server->answers; server++)
		printf("server %s %" PRIu64 "\n", server->name, server->answers);
	printf("requests %" PRIu64 " answered %" PRIu64 " failed %" PRIu64
	       " slowest %.3f s longest gap %.3f s at %.3f s\n",
	       load->started, load->answered, load->failed, seconds(load->slowest),
	       seconds(load->gap), seconds(load->gap_start - load->start));
}

static void usage(FILE *stream)
{
	fputs("usage: lab-load --address A --port P [--rate N] [--seconds S] [--timeout MS]\n"
	      "                [--source FIRST-LAST]\n"
	      "N new connections a second for S seconds, each from the next address of the range.\n",
	      stream);
}

static bool parse_number(const char *text, long low, long high, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(text, &end, 10);
	return !errno && end != text && !*end && *number >= low && *number <= high;
}

static bool parse_sources(struct load *load, char *text)
{
	char *dash = strchr(text, '-');
	struct in_addr first, last;

	if (dash)
		*dash = '\0';
	if (!inet_aton(text, &first) || !inet_aton(dash ? dash + 1 : text, &last))
		return false;
	load->first_source = ntohl(first.s_addr);
	load->last_source = ntohl(last.s_addr);
	return load->first_source && load->first_source <= load->last_source;
}

static bool parse_option(struct load *load, int option, char *text)
{
	long number;

	switch (option) {
	case 'a':
		return inet_aton(text, &load->target.sin_addr);
	case 'p':
		if (!parse_number(text, 1, 65535, &number))
			return false;
		load->target.sin_port = htons((uint16_t)number);
		return true;
	case 'r':
		if (!parse_number(text, 1, 100000, &number))
			return false;
		load->interval = NSEC_PER_SEC / number;
		return true;
	case 's':
		if (!parse_number(text, 1, 86400, &number))
			return false;
		load->duration = number * NSEC_PER_SEC;
		return true;
	case 't':
		if (!parse_number(text, 1, 60000, &number))
			return false;
		load->timeout = number * NSEC_PER_MSEC;
		return true;
	case 'S':
		return parse_sources(load, text);
	default:
		return false;
	}
}

static bool parse_options(struct load *load, int argc, char **argv)
{
	static const struct option options[] = {
		{"address", required_argument, NULL, 'a'}, {"port", required_argument, NULL, 'p'},
		{"rate", required_argument, NULL, 'r'},    {"seconds", required_argument, NULL, 's'},
		{"timeout", required_argument, NULL, 't'}, {"source", required_argument, NULL, 'S'},
		{"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			usage(stdout);
			exit(0);
		}
		if (option == '?' || !parse_option(load, option, optarg)) {
			if (option != '?')
				fprintf(stderr, "lab-load: bad value '%s'\n", optarg);
			return false;
		}
	}
	return optind == argc && load->target.sin_port && load->target.sin_addr.s_addr;
}

int main(int argc, char **argv)
{
	static struct request requests[MAX_IN_FLIGHT];
	struct load load = {.target.sin_family = AF_INET,
			    .interval = NSEC_PER_SEC / 200,
			    .duration = 10 * NSEC_PER_SEC,
			    .timeout = 5 * NSEC_PER_SEC,
			    .requests = requests};
	struct rlimit descriptors = {.rlim_cur = MAX_IN_FLIGHT + 64, .rlim_max = MAX_IN_FLIGHT + 64};
	struct sigaction action = {.sa_handler = on_signal};

	if (!parse_options(&load, argc, argv)) {
		usage(stderr);
		return 2;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	setrlimit(RLIMIT_NOFILE, &descriptors);
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (load.epoll < 0) {
		perror("lab-load: epoll_create1");
		return 1;
	}
	load_run(&load);
	load_report(&load);
	return 0;
}
