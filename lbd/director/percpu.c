/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The per-processor counters: read, parsed, compared. */
#include "director/percpu.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* --- parsing ------------------------------------------------------------------------------ */

struct text {
	const char *at, *end;
};

static void skip_blanks(struct text *text)
{
	while (text->at < text->end && *text->at == ' ')
		text->at++;
}

static int digit_of(char character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	if (character >= 'a' && character <= 'f')
		return character - 'a' + 10;
	if (character >= 'A' && character <= 'F')
		return character - 'A' + 10;
	return -1;
}

/* A hexadecimal number of at most 64 bits, after blanks. */
static bool take_number(struct text *text, uint64_t *number)
{
	unsigned digits = 0;
	int digit;

	*number = 0;
	skip_blanks(text);
	while (text->at < text->end && (digit = digit_of(*text->at)) >= 0) {
		if (*number >> 60 != 0)
			return false;
		*number = *number << 4 | (uint64_t)digit;
		text->at++;
		digits++;
	}
	return digits > 0;
}

static bool take_counters(struct text *text, struct ipvs_counters *counters)
{
	for (int i = 0; i < IPVS_COUNTERS; i++)
		if (!take_number(text, &counters->values[i]))
			return false;
	skip_blanks(text);
	return text->at == text->end;
}

static struct text take_line(struct text *text)
{
	const char *end = memchr(text->at, '\n', (size_t)(text->end - text->at));
	struct text line = {text->at, end ? end : text->end};

	text->at = end ? end + 1 : text->end;
	return line;
}

static bool take_processor(struct text *line, struct percpu *into)
{
	struct ipvs_counters counters;
	uint64_t processor;

	if (into->count == PERCPU_MOST || !take_number(line, &processor) ||
	    !take_counters(line, &counters))
		return false;
	into->packets[into->count++] =
		counters.values[IPVS_IN_PACKETS] + counters.values[IPVS_OUT_PACKETS];
	for (int i = 0; i < IPVS_COUNTERS; i++)
		into->live.values[i] += counters.values[i];
	return true;
}

/* Two lines of heads; a line each; "~" with the sum; rates, which nobody needs. */
bool percpu_parse(const char *text, size_t length, struct percpu *into)
{
	struct text rest = {text, text + length};

	into->count = 0;
	memset(&into->live, 0, sizeof(into->live));
	take_line(&rest);
	take_line(&rest);
	while (rest.at < rest.end) {
		struct text line = take_line(&rest);

		skip_blanks(&line);
		if (line.at < line.end && *line.at == '~') {
			line.at++;
			return into->count > 0 && take_counters(&line, &into->copied);
		}
		if (!take_processor(&line, into))
			return false;
	}
	return false;
}

bool percpu_read(struct percpu *into)
{
	static char text[PERCPU_TEXT];
	int fd = open("/proc/net/ip_vs_stats_percpu", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t length = 0;
	ssize_t got = 0;

	if (fd < 0)
		return false;
	while (length < sizeof(text) &&
	       (got = read(fd, text + length, sizeof(text) - length)) > 0)
		length += (size_t)got;
	close(fd);
	return got == 0 && percpu_parse(text, length, into);
}

/* --- comparing ---------------------------------------------------------------------------- */

static bool same(const struct ipvs_counters *a, const struct ipvs_counters *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

int64_t percpu_lag(struct percpu_lag *lag, const struct percpu *reading, int64_t now)
{
	if (!lag->begun || !same(&reading->copied, &lag->copied)) {
		*lag = (struct percpu_lag){
			.begun = true, .copied = reading->copied, .live = reading->live};
		return 0;
	}
	if (lag->behind_since == 0) {
		if (same(&reading->live, &lag->live))
			return 0;
		lag->behind_since = now;
	}
	return now - lag->behind_since;
}

static void begin_window(struct percpu_skew *skew, const struct percpu *reading, int64_t now)
{
	skew->begun = true;
	skew->since = now;
	skew->count = reading->count;
	memcpy(skew->first, reading->packets, reading->count * sizeof(skew->first[0]));
}

/* False when a counter went back: the module was loaded anew. */
static bool sum_up(const struct percpu_skew *skew, const struct percpu *reading, uint64_t *all,
		   uint64_t *most)
{
	*all = *most = 0;
	for (uint32_t i = 0; i < reading->count; i++) {
		uint64_t packets = reading->packets[i] - skew->first[i];

		if (reading->packets[i] < skew->first[i])
			return false;
		*all += packets;
		if (packets > *most)
			*most = packets;
	}
	return true;
}

void percpu_skew_take(struct percpu_skew *skew, const struct percpu *reading, uint32_t online,
		      int64_t now)
{
	int64_t lasted = now - skew->since;
	uint64_t all, most;

	if (!skew->begun || skew->count != reading->count ||
	    !sum_up(skew, reading, &all, &most)) {
		skew->known = false;
		begin_window(skew, reading, now);
		return;
	}
	if (lasted < PERCPU_SHORTEST || (all < PERCPU_PACKETS && lasted < PERCPU_LONGEST))
		return;
	skew->known = all >= PERCPU_PACKETS;
	if (skew->known)
		skew->skew = (int64_t)((double)most * online * 1000 / (double)all + 0.5);
	begin_window(skew, reading, now);
}
