/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The limits on connections, with a real HTTP server on loopback and clients that never finish. */
#include "exporters/prometheus/guard.h"

#include <arpa/inet.h>
#include <event2/http.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loop.h"
#include "tests/unit/unit.h"

#define CLIENTS 5

struct client {
	int fd;
	struct loop *loop;
	struct loop_watch *watch;
	unsigned *open;
};

/* The server sends nothing to those who ask nothing, so what arrives is the end. */
static void ended(int what, void *argument)
{
	struct client *client = argument;
	char byte;

	(void)what;
	CU_ASSERT(read(client->fd, &byte, 1) <= 0);
	loop_watch_for(client->watch, 0);
	if (--*client->open == 0)
		loop_stop(client->loop);
}

static void connect_client(struct client *client, struct loop *loop, int server_fd, unsigned *open)
{
	struct sockaddr_in address;
	socklen_t length = sizeof(address);
	static const char half[] = "GET /metrics HTTP/1.1\r\nX-";

	CU_ASSERT_FATAL(getsockname(server_fd, (struct sockaddr *)&address, &length) == 0);
	client->fd = socket(AF_INET, SOCK_STREAM, 0);
	CU_ASSERT_FATAL(connect(client->fd, (struct sockaddr *)&address, length) == 0);
	CU_ASSERT(write(client->fd, half, strlen(half)) == (ssize_t)strlen(half));
	fcntl(client->fd, F_SETFL, O_NONBLOCK);
	client->loop = loop;
	client->open = open;
	client->watch = loop_watch_new(loop, client->fd, LOOP_READ, ended, client);
	++*open;
}

static void give_up(void *loop)
{
	CU_FAIL("a connection was never ended");
	loop_stop(loop);
}

/* Some of the clients are refused, the others end at their deadline; then there is room again. */
static void slow_and_surplus_clients_are_ended(void)
{
	struct loop *loop = loop_new();
	struct loop_timer *patience = loop_timer_new(loop, give_up, loop);
	struct evhttp *http = evhttp_new(loop_base(loop));
	struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
	struct guard *guard = guard_new(loop, http, NULL, 2, CLOCK_MILLISECOND);
	struct client clients[2 * CLIENTS];
	unsigned open = 0;

	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < CLIENTS; i++)
			connect_client(&clients[round * CLIENTS + i], loop,
				       evhttp_bound_socket_get_fd(bound), &open);
		loop_timer_at(patience, clock_now() + 60 * CLOCK_SECOND);
		loop_run(loop);
		UNIT_NUMBER(guard_refused(guard) + guard_overdue(guard), (round + 1) * CLIENTS);
		CU_ASSERT(guard_overdue(guard) >= round + 1);
		CU_ASSERT(guard_refused(guard) >= round + 1);
	}
	for (unsigned i = 0; i < 2 * CLIENTS; i++) {
		loop_watch_free(clients[i].watch);
		close(clients[i].fd);
	}
	evhttp_free(http);
	guard_free(guard);
	loop_timer_free(patience);
	loop_free(loop);
}

static const struct unit_test tests[] = {UNIT_TEST(slow_and_surplus_clients_are_ended)};

int main(void)
{
	return unit_main("prometheus_guard", tests, UNIT_COUNT(tests));
}
