/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A few small files of procfs. */
#include "director/defence.h"

#include <fcntl.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#define DIRECTORY "/proc/sys/net/ipv4/vs/"

/* A decimal number of at most nine digits, or -1. */
static int read_number(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char text[10];
	ssize_t length;
	int number = 0;

	if (fd < 0)
		return -1;
	length = read(fd, text, sizeof(text));
	close(fd);
	if (length > 0 && text[length - 1] == '\n')
		length--;
	if (length < 1 || length == sizeof(text))
		return -1;
	for (ssize_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + text[i] - '0';
	}
	return number;
}

/* As update_defense_level() of ip_vs_ctl.c counts it. */
static int64_t free_memory(void)
{
	struct sysinfo info;

	if (sysinfo(&info) != 0)
		return -1;
	return (int64_t)(info.freeram + info.bufferram) * info.mem_unit;
}

struct defence_state defence_read(void)
{
	int threshold = read_number(DIRECTORY "amemthresh");

	return (struct defence_state){
		.drop_entry = read_number(DIRECTORY "drop_entry"),
		.drop_packet = read_number(DIRECTORY "drop_packet"),
		.secure_tcp = read_number(DIRECTORY "secure_tcp"),
		.estimation = read_number(DIRECTORY "run_estimation"),
		.memory = threshold < 0 ? -1 : free_memory(),
		.threshold = threshold < 0 ? -1 : threshold * (int64_t)sysconf(_SC_PAGESIZE),
		.drop_rate = read_number(DIRECTORY "am_droprate"),
	};
}
