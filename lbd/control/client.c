/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The blocking client of the control socket. */
#include "control/control.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "control/frame.h"

#define READ_SIZE 65536

struct control_client {
	int fd;
	uint8_t *bytes;
	size_t used, room;
};

static struct control_client *connect_to(const char *run_dir, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	/* A control process that is stopped leaves the connection in a full queue. */
	const struct timeval patience = {.tv_sec = 5};
	struct control_client *client;
	int fd;

	if (!TEXT_APPEND(address.sun_path, "%s/%s", run_dir, name)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return NULL;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return NULL;
	}
	client = memory_new(sizeof(*client));
	client->fd = fd;
	return client;
}

struct control_client *control_connect(const char *run_dir)
{
	return connect_to(run_dir, CONTROL_SOCKET);
}

struct control_client *control_connect_events(const char *run_dir)
{
	return connect_to(run_dir, CONTROL_EVENTS_SOCKET);
}

int control_descriptor(const struct control_client *client)
{
	return client->fd;
}

void control_disconnect(struct control_client *client)
{
	if (!client)
		return;
	close(client->fd);
	free(client->bytes);
	free(client);
}

static bool send_all(int fd, const uint8_t *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return false;
		bytes += sent;
		length -= (size_t)sent;
	}
	return true;
}

bool control_send(struct control_client *client, const Lbd__Request *request)
{
	uint8_t bytes[FRAME_HEAD + CONTROL_REQUEST_MAX];
	size_t length = lbd__request__get_packed_size(request);

	if (length > CONTROL_REQUEST_MAX) {
		errno = EMSGSIZE;
		return false;
	}
	frame_head(bytes, length);
	lbd__request__pack(request, bytes + FRAME_HEAD);
	return send_all(client->fd, bytes, FRAME_HEAD + length);
}

/* False with errno. */
static bool wait_readable(int fd, int64_t until)
{
	struct pollfd waited = {.fd = fd, .events = POLLIN};

	for (;;) {
		int64_t left = until - clock_now();
		int timeout = until < 0 ? -1 : left <= 0 ? 0 : (int)(left / CLOCK_MILLISECOND) + 1;
		int ready = poll(&waited, 1, timeout);

		if (ready > 0)
			return true;
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready == 0)
			errno = ETIMEDOUT;
		return false;
	}
}

static bool read_more(struct control_client *client, int64_t until)
{
	ssize_t got;

	if (client->room - client->used < READ_SIZE) {
		client->room = client->used * 2 + READ_SIZE;
		client->bytes = memory_resize(client->bytes, client->room, 1);
	}
	if (!wait_readable(client->fd, until))
		return false;
	got = recv(client->fd, client->bytes + client->used, client->room - client->used, 0);
	if (got > 0)
		client->used += (size_t)got;
	else if (got == 0)
		errno = ECONNRESET;
	return got > 0 || (got < 0 && errno == EINTR);
}

Lbd__Reply *control_receive(struct control_client *client, int timeout)
{
	int64_t until = timeout < 0 ? -1 : clock_now() + timeout * CLOCK_MILLISECOND;
	enum frame_state state;
	Lbd__Reply *reply;
	size_t length;

	while ((state = frame_look(client->bytes, client->used, CONTROL_REPLY_MAX, &length)) ==
	       FRAME_PARTIAL)
		if (!read_more(client, until))
			return NULL;
	reply = state == FRAME_WHOLE
			? lbd__reply__unpack(NULL, length, client->bytes + FRAME_HEAD)
			: NULL;
	if (!reply) {
		errno = EPROTO;
		return NULL;
	}
	client->used -= FRAME_HEAD + length;
	memmove(client->bytes, client->bytes + FRAME_HEAD + length, client->used);
	return reply;
}
