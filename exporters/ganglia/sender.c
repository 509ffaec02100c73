/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One round after the other. What to send is ganglia.h's business; how, target.h's. */
#include "exporters/ganglia/sender.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/memory.h"
#include "exporters/base/buffer.h"
#include "exporters/base/own.h"

#define HOSTS_FILE "/etc/hosts"
#define HOSTS_MOST (16 << 20)
/* HOST_NAME_MAX, and one. */
#define HOST_NAME 65
#define TARGET_TEXT 300

#define BATCH_INTERVAL (10 * CLOCK_MILLISECOND)
#define BATCH_LEAST 16
#define BATCH_MOST 256
/* In which a host that has no gmond has told us so. */
#define DOUBT (500 * CLOCK_MILLISECOND)
#define RETRY CLOCK_SECOND
#define LOOKUP_POLL (100 * CLOCK_MILLISECOND)

struct sender {
	const struct sender_options *options;
	struct loop_timer *begin, *batch;
	struct stat_reader *reader;
	struct snapshot snapshot;
	struct ganglia_book book;
	struct ganglia_round round;
	struct ganglia_rules rules;
	struct ganglia_hosts hosts;
	struct timespec hosts_changed;
	bool hosts_unread; /* and said so */
	struct target *target;
	struct stat_exporter *row; /* our own */
	struct ganglia_datagram datagram;
	char host[HOST_NAME];
	char text[TARGET_TEXT]; /* "192.0.2.1 port 8649" */
	bool doubt;             /* somebody may not be there: one metric first */
	bool failing, slow;     /* and said so */
	/* Of the round under way. */
	bool busy;
	size_t next;  /* item */
	size_t first; /* object with which the next round begins */
	int64_t began;
	int64_t cost; /* ns that it took us so far, without the pauses */
	uint64_t bytes;
};

/* --- how a round ends ---------------------------------------------------------------------------- */

static enum exporter_error reason_of(int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return EXPORTER_ERROR_PERMISSION;
	case EMSGSIZE:
		return EXPORTER_ERROR_TOO_LARGE;
	case 0:
	case ECONNREFUSED:
	case ENETUNREACH:
	case ENETDOWN:
	case EHOSTUNREACH:
	case ENODEV:
	case EADDRNOTAVAIL:
		return EXPORTER_ERROR_CONNECT;
	default:
		return EXPORTER_ERROR_OTHER;
	}
}

static void fail(struct sender *sender)
{
	int error = target_error(sender->target);

	if (!sender->failing)
		log_error("%s: %s%s; trying again each second", sender->text,
			  target_words(sender->target),
			  error == ECONNREFUSED ? " (no gmond with a udp_recv_channel there)" : "");
	sender->failing = true;
	own_failed(sender->row, reason_of(error), sender->cost);
	if (!sender->doubt)
		own_lost(sender->row, sender->round.count - sender->next);
	own_queue(sender->row, 0);
	sender->busy = false;
	sender->doubt = true;
	ganglia_book_forget(&sender->book);
	ganglia_round_forget(&sender->round);
	loop_timer_cancel(sender->batch);
	loop_timer_at(sender->begin, clock_now() + RETRY);
}

static void succeed(struct sender *sender)
{
	if (sender->failing)
		log_notice("%s: sending works again", sender->text);
	if (sender->slow)
		log_notice("an interval is long enough for all metrics again");
	sender->failing = sender->slow = sender->busy = false;
	sender->first = 0;
	own_queue(sender->row, 0);
	own_succeeded(sender->row, sender->round.count, sender->bytes, sender->cost);
}

static size_t place_of(const struct sender *sender, const struct ganglia_object *object)
{
	size_t i = 0;

	while (i < sender->book.present_count && sender->book.present[i] != object)
		i++;
	return i;
}

/* The next round is due, and this one is not over. */
static void cut(struct sender *sender)
{
	size_t left = sender->round.count - sender->next;
	const struct ganglia_object *object = sender->round.items[sender->next].object;

	if (!sender->slow)
		log_error("an interval of %lld s is too short for %zu metrics: %zu were not sent; a longer "
			  "one, or fewer metrics, helps",
			  (long long)(sender->options->interval / CLOCK_SECOND), sender->round.count,
			  left);
	sender->slow = true;
	sender->busy = false;
	sender->first = object ? place_of(sender, object) : 0;
	own_lost(sender->row, left);
	own_failed(sender->row, EXPORTER_ERROR_TIMEOUT, sender->cost);
}

/* --- a batch ------------------------------------------------------------------------------------- */

static enum target_state send_datagram(struct sender *sender)
{
	const struct ganglia_datagram *datagram = &sender->datagram;
	enum target_state state;

	if (datagram->overflow) {
		own_error(sender->row, EXPORTER_ERROR_TOO_LARGE, 1);
		return TARGET_READY;
	}
	state = target_send(sender->target, datagram->bytes, datagram->length);
	if (state == TARGET_READY)
		sender->bytes += datagram->length;
	return state;
}

static enum target_state send_item(struct sender *sender, size_t i)
{
	enum target_state state;

	if (ganglia_round_undescribed(&sender->round, i)) {
		ganglia_round_describe(&sender->round, i, &sender->rules, &sender->datagram);
		state = send_datagram(sender);
		if (state != TARGET_READY)
			return state;
		ganglia_round_described(&sender->round, i);
	}
	ganglia_round_value(&sender->round, i, &sender->rules, &sender->datagram);
	return send_datagram(sender);
}

/* So many that the rest is sent in what is left of three quarters of the interval. */
static size_t batch_size(const struct sender *sender, int64_t now)
{
	int64_t left = sender->began + sender->options->interval / 4 * 3 - now;
	size_t batches = left > BATCH_INTERVAL ? (size_t)(left / BATCH_INTERVAL) : 1;
	size_t size = (sender->round.count - sender->next + batches - 1) / batches;

	return size < BATCH_LEAST ? BATCH_LEAST : size > BATCH_MOST ? BATCH_MOST : size;
}

static void send_batch(void *argument)
{
	struct sender *sender = argument;
	int64_t start = clock_now();
	size_t quota = sender->doubt ? 1 : batch_size(sender, start);
	enum target_state state = TARGET_READY;

	if (sender->doubt && sender->next > 0) {
		state = target_ask(sender->target);
		sender->doubt = state == TARGET_FAILED;
	}
	while (state == TARGET_READY && quota-- > 0 && sender->next < sender->round.count) {
		state = send_item(sender, sender->next);
		if (state == TARGET_READY)
			sender->next++;
	}
	sender->cost += clock_now() - start;
	own_queue(sender->row, sender->round.count - sender->next);
	if (state == TARGET_FAILED)
		fail(sender);
	else if (sender->next == sender->round.count && !sender->doubt)
		succeed(sender);
	else
		loop_timer_at(sender->batch, start + (sender->doubt ? DOUBT : BATCH_INTERVAL));
}

/* --- the beginning of a round -------------------------------------------------------------------- */

static bool read_file(int fd, struct buffer *text)
{
	ssize_t size;

	do {
		size = read(fd, buffer_reserve(text, 65536), 65536);
		text->length += size > 0 ? (size_t)size : 0;
	} while (size > 0 && text->length < HOSTS_MOST);
	return size == 0;
}

/* Names are looked at again when the file has changed. */
static void refresh_hosts(struct sender *sender)
{
	struct timespec *seen = &sender->hosts_changed;
	int fd = open(HOSTS_FILE, O_RDONLY | O_CLOEXEC);
	struct buffer text = {0};
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0) {
		if (!sender->hosts_unread)
			log_warning("cannot read %s: %s; real servers are called by their addresses",
				    HOSTS_FILE, strerror(errno));
		sender->hosts_unread = true;
	} else if ((status.st_mtim.tv_sec != seen->tv_sec || status.st_mtim.tv_nsec != seen->tv_nsec) &&
		   read_file(fd, &text)) {
		*seen = status.st_mtim;
		sender->hosts_unread = false;
		ganglia_hosts_read(&sender->hosts, text.bytes, text.length);
		ganglia_book_forget(&sender->book);
	}
	buffer_free(&text);
	if (fd >= 0)
		close(fd);
}

static void plan(struct sender *sender, int64_t now)
{
	if (sender->options->spoof)
		refresh_hosts(sender);
	snapshot_take(&sender->snapshot, sender->reader);
	own_merge(sender->options->own, &sender->snapshot);
	ganglia_book_round(&sender->book, &sender->snapshot, now);
	ganglia_round_plan(&sender->round, &sender->book, &sender->rules, sender->first);
	sender->next = 0;
	sender->bytes = 0;
	sender->began = now;
	sender->cost = clock_now() - now;
	sender->busy = true;
}

static void begin_round(void *argument)
{
	struct sender *sender = argument;
	int64_t now = clock_now();

	if (sender->busy)
		cut(sender);
	sender->cost = 0;
	switch (target_open(sender->target)) {
	case TARGET_WAITING:
		loop_timer_at(sender->begin, now + LOOKUP_POLL);
		return;
	case TARGET_FAILED:
		sender->doubt = true;
		fail(sender);
		return;
	case TARGET_READY:
		break;
	}
	plan(sender, now);
	loop_timer_at(sender->begin, now + sender->options->interval);
	send_batch(sender);
}

/* --- life ---------------------------------------------------------------------------------------- */

struct sender *sender_new(struct loop *loop, const struct sender_options *options)
{
	struct sender *sender = memory_new(sizeof(*sender));

	sender->options = options;
	sender->reader = stat_reader_new(options->segments);
	sender->target = target_new(loop, &options->target);
	sender->doubt = true;
	if (gethostname(sender->host, sizeof(sender->host) - 1) != 0)
		snprintf(sender->host, sizeof(sender->host), "localhost");
	snprintf(sender->text, sizeof(sender->text), "%s port %s", options->target.host,
		 options->target.port);
	sender->row = own_row(options->own, sender->text);
	sender->rules = (struct ganglia_rules){
		.scopes = options->scopes,
		.interval = options->interval,
		.describe = options->describe,
		.lifetime = options->lifetime,
		.host = sender->host,
		.spoof = options->spoof ? &sender->hosts : NULL,
	};
	sender->begin = loop_timer_new(loop, begin_round, sender);
	sender->batch = loop_timer_new(loop, send_batch, sender);
	loop_timer_at(sender->begin, clock_now());
	return sender;
}

void sender_free(struct sender *sender)
{
	loop_timer_free(sender->begin);
	loop_timer_free(sender->batch);
	target_free(sender->target);
	ganglia_round_free(&sender->round);
	ganglia_book_free(&sender->book);
	ganglia_hosts_free(&sender->hosts);
	snapshot_free(&sender->snapshot);
	stat_reader_free(sender->reader);
	free(sender);
}
