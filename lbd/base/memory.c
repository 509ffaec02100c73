/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocation or death; see the header. */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static void *or_abort(void *memory)
{
	if (!memory) {
		log_error("out of memory");
		abort();
	}
	return memory;
}

void *memory_new(size_t size)
{
	return or_abort(calloc(1, size ? size : 1));
}

void *memory_array(size_t count, size_t size)
{
	return or_abort(calloc(count ? count : 1, size ? size : 1));
}

void *memory_resize(void *memory, size_t count, size_t size)
{
	return or_abort(reallocarray(memory, count ? count : 1, size ? size : 1));
}

char *memory_string(const char *text)
{
	return or_abort(strdup(text));
}
