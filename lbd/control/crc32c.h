/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CRC-32C (Castagnoli; RFC 3720 section 12.1), which tells a whole record from a torn one. Pure. */
#ifndef LBD_CONTROL_CRC32C_H
#define LBD_CONTROL_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Of `length` bytes, going on from `crc`, the value for what came before them (0 at first). */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t length);

#endif
