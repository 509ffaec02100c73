/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests that wait, oldest first, in bounded memory. */
#include "exporters/push/push.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static size_t size_of(const struct push_request *request)
{
	return sizeof(*request) + request->length;
}

/* Takes out the oldest that is not under way. Returns its items. */
static uint64_t drop_oldest(struct push_queue *queue)
{
	struct push_request *before = queue->busy ? queue->first : NULL;
	struct push_request *victim = before ? before->next : queue->first;
	uint64_t items = victim->items;

	if (before)
		before->next = victim->next;
	else
		queue->first = victim->next;
	if (queue->last == victim)
		queue->last = before;
	queue->count--;
	queue->bytes -= size_of(victim);
	queue->items -= items;
	free(victim);
	return items;
}

uint64_t push_queue_add(struct push_queue *queue, const struct buffer *bytes, size_t items)
{
	struct push_request *request = memory_new(sizeof(*request) + bytes->length);
	uint64_t lost = 0;

	request->items = items;
	request->length = bytes->length;
	memcpy(request->bytes, bytes->bytes, bytes->length);
	if (queue->last)
		queue->last->next = request;
	else
		queue->first = request;
	queue->last = request;
	queue->count++;
	queue->bytes += size_of(request);
	queue->items += items;
	while (queue->bytes > queue->most && queue->count > (queue->busy ? 1 : 0))
		lost += drop_oldest(queue);
	return lost;
}

void push_queue_remove(struct push_queue *queue)
{
	assert(queue->first);
	queue->busy = false;
	drop_oldest(queue);
}

void push_queue_free(struct push_queue *queue)
{
	while (queue->first)
		push_queue_remove(queue);
}
