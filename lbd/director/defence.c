/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A few small files of procfs. */
#include "director/defence.h"

#include <fcntl.h>
#include <unistd.h>

/* A one-digit number, or -1. */
static int read_digit(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char text[2];
	ssize_t length;

	if (fd < 0)
		return -1;
	length = read(fd, text, sizeof(text));
	close(fd);
	if (length < 1 || text[0] < '0' || text[0] > '9' || (length == 2 && text[1] != '\n'))
		return -1;
	return text[0] - '0';
}

struct defence_state defence_read(void)
{
	struct defence_state defence = {
		.drop_entry = read_digit("/proc/sys/net/ipv4/vs/drop_entry"),
		.drop_packet = read_digit("/proc/sys/net/ipv4/vs/drop_packet"),
		.secure_tcp = read_digit("/proc/sys/net/ipv4/vs/secure_tcp"),
		.estimation = read_digit("/proc/sys/net/ipv4/vs/run_estimation"),
	};

	return defence;
}
