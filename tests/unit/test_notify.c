/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service manager is told. */
#include "process/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* A service manager's end, at a path or (with '@') in the abstract namespace. */
static int listen_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	memcpy(address.sun_path, name, length);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	CU_ASSERT_FATAL(bind(fd, (struct sockaddr *)&address,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) == 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void expect(int fd, const char *expected, size_t length)
{
	char text[128] = "";

	CU_ASSERT(recv(fd, text, sizeof(text) - 1, 0) > 0);
	text[length] = '\0';
	UNIT_STRING(text, expected);
}

static void reaches_a_path(void)
{
	char directory[] = "notify.XXXXXX", path[64];
	int fd;

	CU_ASSERT_FATAL(mkdtemp(directory) != NULL);
	snprintf(path, sizeof(path), "%s/socket", directory);
	fd = listen_at(path);
	notify_send("READY=1");
	expect(fd, "READY=1", 7);
	notify_reloading();
	expect(fd, "RELOADING=1\nMONOTONIC_USEC=", 27);
	close(fd);
	unlink(path);
	rmdir(directory);
}

static void reaches_an_abstract_socket(void)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "@lbd-test-notify-%d", (int)getpid());
	fd = listen_at(name);
	notify_send("STOPPING=1");
	expect(fd, "STOPPING=1", 10);
	close(fd);
}

/* Nobody there, a name too long, nothing set: nothing happens, and nothing blocks. */
static void survives_its_absence(void)
{
	char name[256];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
	notify_send("READY=1");
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	CU_PASS("still here");
}

static const struct unit_test tests[] = {
	UNIT_TEST(reaches_a_path),
	UNIT_TEST(reaches_an_abstract_socket),
	UNIT_TEST(survives_its_absence),
};

int main(void)
{
	return unit_main("notify", tests, UNIT_COUNT(tests));
}
