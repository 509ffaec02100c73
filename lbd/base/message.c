/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes and names of what goes between processes. */
#include "base/message.h"

size_t message_size(uint32_t type)
{
	static const size_t sizes[] = {
#define MESSAGE(TYPE, member) sizeof(struct message_##member),
		MESSAGE_TYPES(MESSAGE)
#undef MESSAGE
	};

	return type < MESSAGE_COUNT ? offsetof(struct message, peer) + sizes[type] : 0;
}

const char *process_name(enum process_id id)
{
	static const char *const names[] = {
#define PROCESS(NAME, name, ...) #name,
#include "base/process.def"
#undef PROCESS
	};

	return (unsigned)id < PROCESS_COUNT ? names[id] : "unknown";
}

bool process_is_exporter(enum process_id id)
{
	enum kind { PARENT, CHILD, EXPORTER };
	static const enum kind kinds[] = {
#define PROCESS(NAME, name, title, KIND, user, privileges) KIND,
#include "base/process.def"
#undef PROCESS
	};

	return (unsigned)id < PROCESS_COUNT && kinds[id] == EXPORTER;
}
