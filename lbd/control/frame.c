/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The length in front of each message. */
#include "control/frame.h"

#include <assert.h>

#include "base/cursor.h"

enum frame_state frame_look(const uint8_t *bytes, size_t used, size_t max, size_t *length)
{
	struct cursor cursor = cursor_over(bytes, used);

	*length = cursor_u32(&cursor);
	if (cursor.failed)
		return FRAME_PARTIAL;
	if (*length > max)
		return FRAME_REFUSED;
	return cursor_left(&cursor) < *length ? FRAME_PARTIAL : FRAME_WHOLE;
}

void frame_head(uint8_t head[FRAME_HEAD], size_t length)
{
	struct pen pen = pen_over(head, FRAME_HEAD);

	assert(length <= UINT32_MAX);
	pen_u32(&pen, (uint32_t)length);
}
