/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of the control socket: four bytes of length in network order, then the message. Pure. */
#ifndef LBD_CONTROL_FRAME_H
#define LBD_CONTROL_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_HEAD 4

enum frame_state {
	FRAME_PARTIAL, /* more bytes are needed */
	FRAME_WHOLE,
	FRAME_REFUSED, /* longer than `max` */
};

/* Looks at the first frame of `used` bytes; *length is that of its message once the head is
 * there. */
enum frame_state frame_look(const uint8_t *bytes, size_t used, size_t max, size_t *length);
void frame_head(uint8_t head[FRAME_HEAD], size_t length);

#endif
