/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of protobuf messages. */
#include "exporters/base/protobuf.h"

#define LENGTH_DELIMITED 2

void protobuf_varint(struct buffer *buffer, uint64_t value)
{
	char byte;

	for (; value >= 0x80; value >>= 7) {
		byte = (char)(value | 0x80);
		buffer_add(buffer, &byte, 1);
	}
	byte = (char)value;
	buffer_add(buffer, &byte, 1);
}

void protobuf_pack(struct buffer *buffer, const ProtobufCMessage *message)
{
	size_t size = protobuf_c_message_get_packed_size(message);

	protobuf_c_message_pack(message, (uint8_t *)buffer_reserve(buffer, size));
	buffer->length += size;
}

void protobuf_field(struct buffer *buffer, unsigned number, const char *bytes, size_t length)
{
	protobuf_varint(buffer, (uint64_t)number << 3 | LENGTH_DELIMITED);
	protobuf_varint(buffer, length);
	buffer_add(buffer, bytes, length);
}
