/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compression: snappy's block format for remote write, gzip for OTLP. */
#include <limits.h>
#include <snappy-c.h>
#include <zlib.h>

#include "exporters/push/push.h"

bool push_snappy(struct buffer *into, const struct buffer *message)
{
	size_t length = snappy_max_compressed_length(message->length);

	if (message->length > UINT32_MAX ||
	    snappy_compress(message->bytes, message->length, buffer_reserve(into, length), &length) !=
		    SNAPPY_OK)
		return false;
	into->length += length;
	return true;
}

/* Level 1: metrics compress to an eighth already, and the next level costs three times the time. */
bool push_gzip(struct buffer *into, const struct buffer *message)
{
	z_stream stream = {0};
	uLong most;
	int result;

	if (message->length > UINT_MAX || deflateInit2(&stream, 1, Z_DEFLATED, MAX_WBITS + 16,
						       MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	most = deflateBound(&stream, message->length);
	stream.next_in = (Bytef *)message->bytes;
	stream.avail_in = (uInt)message->length;
	stream.next_out = (Bytef *)buffer_reserve(into, most);
	stream.avail_out = (uInt)most;
	result = deflate(&stream, Z_FINISH);
	into->length += most - stream.avail_out;
	deflateEnd(&stream);
	return result == Z_STREAM_END;
}
