/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process table as data. */
#include "process/table.h"

#include <string.h>

#include "process/process.h"

static const struct process_row rows[] = {
#define PROCESS(NAME, name, title, KIND, user, privileges) \
	{#name, title, PROCESS_KIND_##KIND, user, privileges},
#include "base/process.def"
#undef PROCESS
};

const struct process_row *process_row(enum process_id id)
{
	return &rows[id];
}

enum process_id process_find(const char *name)
{
	for (unsigned id = 0; id < PROCESS_COUNT; id++)
		if (rows[id].kind == PROCESS_KIND_CHILD && strcmp(rows[id].name, name) == 0)
			return (enum process_id)id;
	return PROCESS_COUNT;
}

bool process_linked(enum process_id a, enum process_id b)
{
	static const struct {
		enum process_id a, b;
	} links[] = {
		{PROCESS_CONTROL, PROCESS_VRRP},     /* events */
		{PROCESS_CONTROL, PROCESS_DIRECTOR}, /* events */
		{PROCESS_CONTROL, PROCESS_CHECK},    /* events */
		{PROCESS_DIRECTOR, PROCESS_CHECK},   /* verdicts */
	};

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if ((links[i].a == a && links[i].b == b) || (links[i].a == b && links[i].b == a))
			return true;
	return false;
}
