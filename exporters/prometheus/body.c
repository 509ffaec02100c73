/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counted references to one rendering. */
#include "exporters/prometheus/body.h"

#include <event2/buffer.h>
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/memory.h"

struct body *body_new(struct buffer *buffer)
{
	struct body *body = memory_new(sizeof(*body));

	body->bytes = buffer->bytes;
	body->length = buffer->length;
	body->references = 1;
	*buffer = (struct buffer){0};
	return body;
}

/* Level 1: metrics compress to an eighth already, and the next level costs three times the time. */
struct body *body_compress(const struct body *body)
{
	z_stream stream = {0};
	struct buffer buffer = {0};
	int result;

	if (body->length > UINT_MAX || deflateInit2(&stream, 1, Z_DEFLATED, MAX_WBITS + 16,
						    MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	stream.next_in = (Bytef *)body->bytes;
	stream.avail_in = (uInt)body->length;
	do {
		stream.next_out = (Bytef *)buffer_reserve(&buffer, 65536);
		stream.avail_out = 65536;
		result = deflate(&stream, Z_FINISH);
		buffer.length += 65536 - stream.avail_out;
	} while (result == Z_OK);
	deflateEnd(&stream);
	if (result == Z_STREAM_END)
		return body_new(&buffer);
	buffer_free(&buffer);
	return NULL;
}

void body_release(struct body *body)
{
	if (!body || --body->references > 0)
		return;
	free(body->bytes);
	free(body);
}

static void sent(const void *bytes, size_t length, void *argument)
{
	(void)bytes;
	(void)length;
	body_release(argument);
}

int body_send(struct body *body, struct evbuffer *to)
{
	if (evbuffer_add_reference(to, body->bytes, body->length, sent, body) != 0)
		return -1;
	body->references++;
	return 0;
}
