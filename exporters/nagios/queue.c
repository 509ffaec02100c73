/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring of lines. */
#include "exporters/nagios/queue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const struct queue_line *queue_first(const struct queue *queue)
{
	return queue->count > 0 ? &queue->lines[queue->first] : NULL;
}

void queue_drop(struct queue *queue)
{
	struct queue_line *line = &queue->lines[queue->first];

	assert(queue->count > 0);
	queue->bytes -= line->length;
	free(line->bytes);
	*line = (struct queue_line){0};
	queue->first = (queue->first + 1) % QUEUE_LINES;
	queue->count--;
}

size_t queue_put(struct queue *queue, const char *bytes, size_t length)
{
	struct queue_line line = {memory_new(length), length};
	size_t dropped = 0;

	for (; queue->count == QUEUE_LINES ||
	       (queue->count > 0 && queue->bytes + length > QUEUE_BYTES);
	     dropped++)
		queue_drop(queue);
	memcpy(line.bytes, bytes, length);
	queue->lines[(queue->first + queue->count) % QUEUE_LINES] = line;
	queue->count++;
	queue->bytes += length;
	return dropped;
}

void queue_free(struct queue *queue)
{
	while (queue->count > 0)
		queue_drop(queue);
}
