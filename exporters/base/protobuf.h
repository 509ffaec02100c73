/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packing protobuf messages a piece at a time into a buffer. A message that is appended to another
 * of its type adds to it (that is how the encoding defines it), so a large one need not be in memory
 * as a tree, and what many of them share is packed once and copied.
 */
#ifndef LBD_EXPORTERS_BASE_PROTOBUF_H
#define LBD_EXPORTERS_BASE_PROTOBUF_H

#include <protobuf-c/protobuf-c.h>

#include "exporters/base/buffer.h"

void protobuf_varint(struct buffer *buffer, uint64_t value);
/* The message itself, without a length. */
void protobuf_pack(struct buffer *buffer, const ProtobufCMessage *message);
/* A field of that number which holds a message (or text): its key, its length, its bytes. */
void protobuf_field(struct buffer *buffer, unsigned number, const char *bytes, size_t length);

#endif
