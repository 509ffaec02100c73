/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A few small files of procfs, and who was told of what they say. */
#include "director/defence.h"

#include <fcntl.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/set.h"
#include "base/text.h"

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

/* --- what is told ------------------------------------------------------------------------- */

static int64_t value_of(const struct defence_state *state, enum defence_kind kind)
{
	const int values[DEFENCE_KINDS] = {state->drop_entry, state->drop_packet,
					   state->secure_tcp};

	return values[kind];
}

static bool is_active(int64_t value)
{
	return value == DEFENCE_ACTIVE || value == DEFENCE_ALWAYS;
}

void defence_remember(struct defence_watch *watch, const int64_t values[DEFENCE_KINDS], int64_t now)
{
	for (int i = 0; i < DEFENCE_KINDS; i++) {
		watch->kinds[i].told = is_active(values[i]);
		watch->kinds[i].since = DEFENCE_UNKNOWN;
		watch->kinds[i].last = now;
	}
}

struct defence_change defence_follow(struct defence_watch *watch,
				     const struct defence_state *state, int64_t now)
{
	struct defence_change change = {.lasted = -1};

	for (int i = 0; i < DEFENCE_KINDS; i++) {
		int64_t value = value_of(state, (enum defence_kind)i), lasted;

		if (value < 0 || is_active(value))
			watch->kinds[i].last = now;
		if (is_active(value) && !watch->kinds[i].told) {
			watch->kinds[i].told = true;
			watch->kinds[i].since = now;
			change.began |= 1U << i;
		}
		if (!watch->kinds[i].told || now - watch->kinds[i].last < DEFENCE_QUIET)
			continue;
		watch->kinds[i].told = false;
		change.ended |= 1U << i;
		lasted = watch->kinds[i].since == DEFENCE_UNKNOWN
				 ? -1
				 : watch->kinds[i].last - watch->kinds[i].since;
		if (lasted > change.lasted)
			change.lasted = lasted;
	}
	return change;
}

const char *defence_text(unsigned kinds, const struct defence_state *state, char *text, size_t size)
{
	static const char *const names[DEFENCE_KINDS] = {"drop_entry", "drop_packet", "secure_tcp"};

	text[0] = '\0';
	for (int i = 0; i < DEFENCE_KINDS; i++) {
		int64_t value = value_of(state, (enum defence_kind)i);

		if (!(kinds >> i & 1))
			continue;
		text_append(text, size, "%s%s", text[0] ? ", " : "", names[i]);
		if (is_active(value))
			text_append(text, size, " %s", set_text(&set_defence, value));
	}
	return text;
}
