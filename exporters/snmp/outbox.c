/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notifications that wait. */
#include "exporters/snmp/outbox.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

bool outbox_add(struct outbox *outbox, const struct history_entry *entry, struct notice *notice)
{
	bool room = outbox->count < OUTBOX_MOST;

	if (!outbox->items)
		outbox->items = memory_array(OUTBOX_MOST, sizeof(*outbox->items));
	if (!room)
		outbox_remove(outbox);
	outbox->items[(outbox->first + outbox->count++) % OUTBOX_MOST] =
		(struct outbox_item){.entry = *entry, .notice = notice};
	return room;
}

const struct outbox_item *outbox_first(const struct outbox *outbox)
{
	return outbox->count > 0 ? &outbox->items[outbox->first] : NULL;
}

void outbox_remove(struct outbox *outbox)
{
	assert(outbox->count > 0);
	notice_free(outbox->items[outbox->first].notice);
	outbox->first = (outbox->first + 1) % OUTBOX_MOST;
	outbox->count--;
	outbox->turn++;
}

void outbox_free(struct outbox *outbox)
{
	while (outbox->count > 0)
		outbox_remove(outbox);
	free(outbox->items);
	*outbox = (struct outbox){0};
}
