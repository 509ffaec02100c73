/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rounds, requests and troubles of one target. */
#include "exporters/push/sender.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

/* Of what a target answered, in a log line. */
#define WORDS_MOST 200
/* A wall clock that went back by less is waited for: the protocols want time to grow. One that went
 * back by more was wrong before. */
#define CLOCK_PATIENCE (300 * CLOCK_SECOND)
#define QUIET (5 * CLOCK_SECOND)
/* Besides the reasons of the set. */
#define TROUBLE_FULL EXPORTER_ERROR_COUNT

struct sender {
	const struct sender_context *context;
	const struct push_target *target;
	char shown[OWN_TARGET];
	struct stat_exporter *row;
	struct transport_line *line;
	struct loop_timer *round_timer, *retry_timer;
	int64_t next_round;
	int64_t wall; /* of the last round */
	struct snapshot snapshot;
	struct remote_write_memory memory;
	struct push_queue queue;
	struct buffer compressed;
	int64_t posted;    /* when the request under way was */
	unsigned failures; /* tries in a row that came to nothing */
	bool waiting;      /* for the next try */
	/* While something is wrong. */
	int64_t trouble_since; /* 0: all is well */
	uint32_t said;         /* bits of exporter_error, and TROUBLE_FULL */
	uint64_t lost;
	int64_t last_bad; /* when something went wrong last */
	void (*stopped)(void *argument);
	void *argument;
};

/* --- troubles ---------------------------------------------------------------------------------- */

/* Each once, until all is well again. */
static void trouble(struct sender *sender, unsigned kind, const char *what, const char *consequence)
{
	sender->last_bad = clock_now();
	if (sender->trouble_since == 0)
		sender->trouble_since = sender->last_bad;
	if (sender->said & UINT32_C(1) << kind)
		return;
	sender->said |= UINT32_C(1) << kind;
	log_warning("%s %s: %s%s%s", push_protocol_name(sender->target->protocol), sender->shown, what,
		    consequence[0] != '\0' ? "; " : "", consequence);
}

static void lose(struct sender *sender, uint64_t items)
{
	own_lost(sender->row, items);
	sender->lost += items;
}

/* A target that takes one request and not the next, or one of many never, would fill the log: a
 * trouble is over when two rounds, and five seconds, have gone by without one. */
static void well(struct sender *sender)
{
	int64_t quiet = clock_now() - sender->last_bad;
	char duration[CLOCK_TEXT];

	if (sender->trouble_since == 0 || quiet < QUIET || quiet < 2 * sender->target->interval)
		return;
	log_notice("%s %s: delivers again, after trouble for %s; %" PRIu64 " samples were lost",
		   push_protocol_name(sender->target->protocol), sender->shown,
		   clock_format_duration(sender->last_bad - sender->trouble_since, duration),
		   sender->lost);
	sender->trouble_since = 0;
	sender->said = 0;
	sender->lost = 0;
}

/* --- what an answer means ---------------------------------------------------------------------- */

/* The first line, printable. */
static void add_outside(struct buffer *buffer, const char *bytes, size_t length)
{
	if (length > WORDS_MOST)
		length = WORDS_MOST;
	for (size_t i = 0; i < length && bytes[i] != '\n'; i++)
		buffer_add(buffer, bytes[i] >= 0x20 && bytes[i] < 0x7f ? &bytes[i] : "?", 1);
}

static enum exporter_error reason_of_status(long status)
{
	if (status == 401 || status == 403 || status == 407)
		return EXPORTER_ERROR_AUTHENTICATION;
	if (status == 413)
		return EXPORTER_ERROR_TOO_LARGE;
	if (status == 429 || (status >= 500 && status <= 599))
		return EXPORTER_ERROR_UNAVAILABLE;
	return status >= 400 && status <= 499 ? EXPORTER_ERROR_REFUSED : EXPORTER_ERROR_PROTOCOL;
}

static enum exporter_error reason_of(const struct transport_answer *answer)
{
	switch (answer->end) {
	case PUSH_ANSWERED:
		break;
	case PUSH_NOT_CONNECTED:
		return EXPORTER_ERROR_CONNECT;
	case PUSH_TIMED_OUT:
		return EXPORTER_ERROR_TIMEOUT;
	case PUSH_TLS_FAILED:
		return EXPORTER_ERROR_TLS;
	case PUSH_CUT:
		return EXPORTER_ERROR_IO;
	case PUSH_TOO_LARGE:
		return EXPORTER_ERROR_TOO_LARGE;
	case PUSH_NOT_BEGUN:
		return EXPORTER_ERROR_PERMISSION;
	}
	return reason_of_status(answer->status);
}

/* "status 400: out of order sample", "Connection refused". */
static void describe(const struct transport_answer *answer, struct buffer *words)
{
	if (answer->end == PUSH_TOO_LARGE) {
		buffer_format(words, "its answer (status %ld) is longer than any that makes sense",
			      answer->status);
	} else if (answer->end != PUSH_ANSWERED) {
		add_outside(words, answer->words, strlen(answer->words));
	} else {
		buffer_format(words, "status %ld", answer->status);
		if (answer->location)
			buffer_text(words, ", a redirection, which is not followed, to ");
		else if (answer->body.length > 0 && reason_of(answer) != EXPORTER_ERROR_PROTOCOL)
			buffer_text(words, ": ");
		if (answer->location)
			add_outside(words, answer->location, strlen(answer->location));
		else
			add_outside(words, answer->body.bytes, answer->body.length);
	}
	buffer_add(words, "", 1);
}

static void failed(struct sender *sender, const struct transport_answer *answer, bool again)
{
	enum exporter_error reason = reason_of(answer);
	struct buffer words = {0};

	describe(answer, &words);
	own_failed(sender->row, reason, clock_now() - sender->posted);
	trouble(sender, reason, words.bytes,
		again ? "trying again, and keeping what fits into the queue"
		      : "what it does not take is dropped");
	buffer_free(&words);
}

/* OTLP's answer may say that some of it was not taken. */
static uint64_t rejected(struct sender *sender, const struct transport_answer *answer, size_t items)
{
	struct buffer words = {0}, line = {0};
	uint64_t count = 0;

	if (sender->target->protocol != PUSH_OTLP ||
	    !otlp_rejected(answer->body.bytes, answer->body.length, &count, &words) || count == 0) {
		buffer_free(&words);
		return 0;
	}
	if (count > items)
		count = items;
	own_error(sender->row, EXPORTER_ERROR_REFUSED, 1);
	lose(sender, count);
	buffer_format(&line, "took all but %" PRIu64 " of %zu points: ", count, items);
	add_outside(&line, words.bytes, words.length);
	buffer_add(&line, "", 1);
	trouble(sender, EXPORTER_ERROR_REFUSED, line.bytes, "these are dropped");
	buffer_free(&line);
	buffer_free(&words);
	return count;
}

static void delivered(struct sender *sender, const struct transport_answer *answer)
{
	const struct push_request *request = sender->queue.first;
	uint64_t lost = rejected(sender, answer, request->items);

	own_succeeded(sender->row, request->items - lost, request->length,
		      clock_now() - sender->posted);
	if (lost == 0)
		well(sender);
	sender->failures = 0;
	push_queue_remove(&sender->queue);
}

/* --- requests ---------------------------------------------------------------------------------- */

static void send_next(struct sender *sender)
{
	const struct push_request *request = sender->queue.first;

	own_queue(sender->row, sender->queue.items);
	if (sender->queue.busy || sender->waiting)
		return;
	if (!request) {
		if (sender->stopped)
			sender->stopped(sender->argument);
		return;
	}
	sender->queue.busy = true;
	sender->posted = clock_now();
	transport_post(sender->line, request->bytes, request->length);
}

static void retry(void *argument)
{
	struct sender *sender = argument;

	sender->waiting = false;
	send_next(sender);
}

static void try_again(struct sender *sender, const struct transport_answer *answer)
{
	uint32_t random = 0;

	/* Without it, all directors would come back at the same moment. */
	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	sender->failures++;
	sender->waiting = true;
	loop_timer_at(sender->retry_timer,
		      clock_now() + push_wait(sender->failures, random, answer->retry_after));
}

static void ended(void *argument, const struct transport_answer *answer)
{
	struct sender *sender = argument;
	enum push_verdict verdict =
		push_judge(sender->target->protocol, answer->end, answer->status);

	sender->queue.busy = false;
	if (verdict == PUSH_DELIVERED) {
		delivered(sender, answer);
	} else if (verdict == PUSH_NEVER) {
		failed(sender, answer, false);
		lose(sender, sender->queue.first->items);
		sender->failures = 0;
		push_queue_remove(&sender->queue);
	} else {
		failed(sender, answer, true);
		if (!sender->stopped)
			try_again(sender, answer);
		else
			sender->stopped(sender->argument);
		return;
	}
	send_next(sender);
}

/* --- rounds ------------------------------------------------------------------------------------ */

static void add_request(void *argument, const struct buffer *message, size_t items)
{
	struct sender *sender = argument;
	uint64_t lost;

	sender->compressed.length = 0;
	if (!(sender->target->protocol == PUSH_OTLP ? push_gzip(&sender->compressed, message)
						     : push_snappy(&sender->compressed, message))) {
		own_error(sender->row, EXPORTER_ERROR_OTHER, 1);
		lose(sender, items);
		return;
	}
	lost = push_queue_add(&sender->queue, &sender->compressed, items);
	if (lost > 0) {
		lose(sender, lost);
		trouble(sender, TROUBLE_FULL, "the queue is full",
			"the oldest samples are dropped for new ones");
	}
}

/* Time has to grow by a millisecond at least; false when this round has none. */
static bool take_time(struct sender *sender)
{
	int64_t wall = clock_wall();
	int64_t least = sender->wall - sender->wall % CLOCK_MILLISECOND + CLOCK_MILLISECOND;

	if (wall < least && least - wall < CLOCK_PATIENCE && sender->wall != 0) {
		own_error(sender->row, EXPORTER_ERROR_CLOCK, 1);
		trouble(sender, EXPORTER_ERROR_CLOCK, "the wall clock went back",
			"nothing is sent until it is where it was");
		return false;
	}
	sender->wall = wall;
	return true;
}

static struct push_round round_of(struct sender *sender, const struct prometheus_numbers *numbers)
{
	return (struct push_round){.target = sender->target,
				   .numbers = numbers,
				   .wall = sender->wall,
				   .request = add_request,
				   .argument = sender};
}

static void make_round(struct sender *sender)
{
	struct prometheus_numbers numbers = {.version = sender->context->version, .pushed = true};
	struct push_round round;

	snapshot_take(&sender->snapshot, sender->context->reader);
	own_merge(sender->context->own, &sender->snapshot);
	if (!take_time(sender))
		return;
	round = round_of(sender, &numbers);
	if (sender->target->protocol == PUSH_OTLP)
		otlp_round(&round, &sender->snapshot);
	else
		remote_write_round(&round, &sender->snapshot, &sender->memory);
	send_next(sender);
}

static void round_due(void *argument)
{
	struct sender *sender = argument;
	int64_t now = clock_now();

	make_round(sender);
	sender->next_round += sender->target->interval;
	if (sender->next_round <= now)
		sender->next_round = now + sender->target->interval;
	loop_timer_at(sender->round_timer, sender->next_round);
}

struct sender *sender_new(const struct sender_context *context, const struct push_target *target)
{
	struct sender *sender = memory_new(sizeof(*sender));

	sender->context = context;
	sender->target = target;
	sender->queue.most = target->queue_most;
	own_target(target->url, sender->shown);
	sender->row = own_row(context->own, sender->shown);
	sender->line = transport_line_new(context->transport, target, ended, sender);
	sender->retry_timer = loop_timer_new(context->loop, retry, sender);
	sender->round_timer = loop_timer_new(context->loop, round_due, sender);
	sender->next_round = clock_now();
	loop_timer_at(sender->round_timer, sender->next_round);
	return sender;
}

/* What waits is not kept across a restart, and without the end marks the target shows the last values on. */
static void lose_rest(struct sender *sender)
{
	if (sender->queue.items == 0)
		return;
	lose(sender, sender->queue.items);
	log_warning("%s %s: ends with %" PRIu64 " samples that it has not taken; they are lost",
		    push_protocol_name(sender->target->protocol), sender->shown,
		    sender->queue.items);
}

void sender_free(struct sender *sender)
{
	lose_rest(sender);
	loop_timer_free(sender->round_timer);
	loop_timer_free(sender->retry_timer);
	transport_line_free(sender->line);
	push_queue_free(&sender->queue);
	remote_write_memory_free(&sender->memory);
	snapshot_free(&sender->snapshot);
	buffer_free(&sender->compressed);
	free(sender);
}

void sender_stop(struct sender *sender, void (*stopped)(void *argument), void *argument)
{
	struct prometheus_numbers numbers = {.version = sender->context->version, .pushed = true};
	struct push_round round;

	loop_timer_cancel(sender->round_timer);
	loop_timer_cancel(sender->retry_timer);
	sender->stopped = stopped;
	sender->argument = argument;
	if (sender->failures > 0 ||
	    (sender->target->protocol == PUSH_REMOTE_WRITE && !take_time(sender))) {
		transport_cancel(sender->line);
		stopped(argument);
		return;
	}
	round = round_of(sender, &numbers);
	if (sender->target->protocol == PUSH_REMOTE_WRITE)
		remote_write_farewell(&round, &sender->memory);
	send_next(sender);
}
