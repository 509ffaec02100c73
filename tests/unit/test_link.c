/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links between processes, and the outbox that keeps events for a control that is away. */
#include "base/link.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "process/outbox.h"
#include "tests/unit/unit.h"

struct end {
	struct link *link;
	unsigned received, closed, drained;
	uint64_t last; /* generation of the last configuration, or number of the last event */
	int fd;        /* last one received, or -1 */
	bool free_in_callback;
};

static struct loop *loop;
static unsigned progress; /* callbacks so far */

static void receive(struct link *link, const struct message *message, int fd, void *argument)
{
	struct end *end = argument;

	progress++;
	end->received++;
	if (message->type == MESSAGE_CONFIGURATION)
		end->last = message->configuration.generation;
	if (message->type == MESSAGE_EVENT)
		end->last = message->event.event.number;
	if (fd >= 0)
		end->fd = fd;
	if (end->free_in_callback) {
		link_free(link);
		end->link = NULL;
	}
}

static void closed(struct link *link, void *argument)
{
	struct end *end = argument;

	progress++;
	end->closed++;
	link_free(link);
	end->link = NULL;
}

static void drained(struct link *link, void *argument)
{
	struct end *end = argument;

	(void)link;
	progress++;
	end->drained++;
}

static const struct link_handler handler = {receive, closed, drained};

static void stop_loop(void *argument)
{
	loop_stop(argument);
}

/* Lets everything that is under way arrive: runs the loop until a run brings nothing new. */
static void settle(void)
{
	struct loop_timer *timer = loop_timer_new(loop, stop_loop, loop);
	unsigned before;

	do {
		before = progress;
		loop_timer_at(timer, clock_now() + 10 * CLOCK_MILLISECOND);
		loop_run(loop);
	} while (progress != before);
	loop_timer_free(timer);
}

static void connect_ends(struct end *a, struct end *b, unsigned ring)
{
	int ends[2];

	loop = loop_new();
	memset(a, 0, sizeof(*a));
	memset(b, 0, sizeof(*b));
	a->fd = b->fd = -1;
	CU_ASSERT_FATAL(link_pair(ends) == 0);
	a->link = link_new(loop, ends[0], ring, &handler, a);
	b->link = link_new(loop, ends[1], ring, &handler, b);
}

static void disconnect_ends(struct end *a, struct end *b)
{
	link_free(a->link);
	link_free(b->link);
	loop_free(loop);
}

static struct message numbered(uint64_t number)
{
	struct message message = {.type = MESSAGE_CONFIGURATION};

	message.configuration.generation = number;
	return message;
}

static void a_message_arrives_with_its_descriptor(void)
{
	struct message message = numbered(7);
	struct end a, b;
	int null = open("/dev/null", O_RDONLY);

	connect_ends(&a, &b, 4);
	CU_ASSERT(link_send(a.link, &message, null));
	close(null);
	settle();
	UNIT_NUMBER(b.received, 1);
	UNIT_NUMBER(b.last, 7);
	CU_ASSERT(b.fd >= 0);
	close(b.fd);
	disconnect_ends(&a, &b);
}

/* More than the socket takes: the ring keeps what it can, the rest is refused and counted, and what
 * was accepted arrives in order once the other side reads. */
static void a_full_link_refuses_and_recovers(void)
{
	struct message message;
	struct end a, b;
	unsigned accepted = 0;

	connect_ends(&a, &b, 8);
	for (unsigned i = 1; i <= 100000; i++) {
		message = numbered(i);
		if (!link_send(a.link, &message, -1))
			break;
		accepted = i;
	}
	CU_ASSERT(accepted > 8 && accepted < 100000);
	UNIT_NUMBER(link_refused(a.link), 1);
	settle();
	UNIT_NUMBER(b.received, accepted);
	UNIT_NUMBER(b.last, accepted);
	UNIT_NUMBER(a.drained, 1);
	disconnect_ends(&a, &b);
}

static void a_closed_end_is_told_once_and_sending_fails(void)
{
	struct message message = numbered(1);
	struct end a, b;

	connect_ends(&a, &b, 4);
	link_free(b.link);
	b.link = NULL;
	CU_ASSERT(!link_send(a.link, &message, -1));
	settle();
	UNIT_NUMBER(a.closed, 1);
	disconnect_ends(&a, &b);
}

static void a_link_may_be_freed_by_its_receiver(void)
{
	struct message message = numbered(1);
	struct end a, b;

	connect_ends(&a, &b, 4);
	b.free_in_callback = true;
	link_send(a.link, &message, -1);
	link_send(a.link, &message, -1);
	settle();
	UNIT_NUMBER(b.received, 1);
	disconnect_ends(&a, &b);
}

static void bytes_that_are_no_message_are_discarded(void)
{
	static const char *const garbage[] = {"x", "not a message of any known type or size"};
	struct message message = numbered(3);
	int ends[2];
	struct end a = {.fd = -1};

	loop = loop_new();
	CU_ASSERT_FATAL(link_pair(ends) == 0);
	a.link = link_new(loop, ends[0], 4, &handler, &a);
	for (size_t i = 0; i < UNIT_COUNT(garbage); i++)
		CU_ASSERT(send(ends[1], garbage[i], strlen(garbage[i]), 0) > 0);
	CU_ASSERT(send(ends[1], &message, message_size(message.type), 0) > 0);
	settle();
	UNIT_NUMBER(a.received, 1);
	UNIT_NUMBER(a.last, 3);
	close(ends[1]);
	link_free(a.link);
	loop_free(loop);
}

static void put_events(struct outbox *outbox, struct link *link, unsigned first, unsigned last)
{
	struct event event;

	event_begin(&event, CAUSE_DAEMON_STARTED, "lbd", "", "");
	for (event.number = first; event.number <= last; event.number++)
		outbox_put(outbox, link, &event);
}

static void the_outbox_waits_for_control_and_keeps_order(void)
{
	struct outbox outbox = {0};
	struct end a, b;

	outbox_reserve(&outbox, 700);
	put_events(&outbox, NULL, 1, 700);
	outbox_reserve(&outbox, 1001); /* a larger configuration comes while they wait */
	put_events(&outbox, NULL, 701, 1000);
	connect_ends(&a, &b, 0);
	outbox_flush(&outbox, a.link);
	put_events(&outbox, a.link, 1001, 1001);
	CU_ASSERT(outbox.used > 0); /* the socket does not take a thousand at once */
	while (outbox.used > 0) {
		settle();
		outbox_flush(&outbox, a.link);
	}
	settle();
	UNIT_NUMBER(b.received, 1001);
	UNIT_NUMBER(b.last, 1001);
	UNIT_NUMBER(outbox.lost, 0);
	outbox_free(&outbox);
	disconnect_ends(&a, &b);
}

static void the_outbox_counts_what_it_loses(void)
{
	struct outbox outbox = {0};

	put_events(&outbox, NULL, 1, 1);
	UNIT_NUMBER(outbox.lost, 1);
	outbox_reserve(&outbox, 100);
	put_events(&outbox, NULL, 1, 105);
	UNIT_NUMBER(outbox.lost, 6);
	outbox_free(&outbox);
}

static const struct unit_test tests[] = {
	UNIT_TEST(a_message_arrives_with_its_descriptor),
	UNIT_TEST(a_full_link_refuses_and_recovers),
	UNIT_TEST(a_closed_end_is_told_once_and_sending_fails),
	UNIT_TEST(a_link_may_be_freed_by_its_receiver),
	UNIT_TEST(bytes_that_are_no_message_are_discarded),
	UNIT_TEST(the_outbox_waits_for_control_and_keeps_order),
	UNIT_TEST(the_outbox_counts_what_it_loses),
};

int main(void)
{
	return unit_main("link", tests, UNIT_COUNT(tests));
}
