/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notifications that wait. */
#include "exporters/snmp/outbox.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

bool outbox_add(struct outbox *outbox, const struct history_entry *entry)
{
	bool room = outbox->count < OUTBOX_MOST;

	if (!outbox->entries)
		outbox->entries = memory_array(OUTBOX_MOST, sizeof(*outbox->entries));
	if (!room)
		outbox_remove(outbox);
	outbox->entries[(outbox->first + outbox->count++) % OUTBOX_MOST] = *entry;
	return room;
}

const struct history_entry *outbox_first(const struct outbox *outbox)
{
	return outbox->count > 0 ? &outbox->entries[outbox->first] : NULL;
}

void outbox_remove(struct outbox *outbox)
{
	assert(outbox->count > 0);
	outbox->first = (outbox->first + 1) % OUTBOX_MOST;
	outbox->count--;
	outbox->turn++;
}

void outbox_free(struct outbox *outbox)
{
	free(outbox->entries);
	*outbox = (struct outbox){0};
}
