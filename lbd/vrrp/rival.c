/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who advertises beside us, and since when. */
#include "vrrp/rival.h"

enum rival_change rival_leave(struct rival *rival)
{
	bool told = rival->told;

	rival->heard = rival->told = false;
	return told ? RIVAL_OVER : RIVAL_SAME;
}

enum rival_change rival_wait(struct rival *rival, int64_t now)
{
	if (!rival->heard || now - rival->last < rival->patience)
		return RIVAL_SAME;
	return rival_leave(rival);
}

enum rival_change rival_hear(struct rival *rival, uint32_t sender, uint8_t priority, int drop,
			     int64_t interval, int64_t down, int64_t now)
{
	enum rival_change change = rival_wait(rival, now);

	if (priority == 0) {
		/* One of several may resign. */
		if (rival->heard && rival->sender == sender)
			return rival_leave(rival);
		return change;
	}
	if (!rival->heard)
		rival->since = now;
	rival->heard = true;
	rival->sender = sender;
	rival->priority = priority;
	rival->drop = drop;
	rival->last = now;
	rival->patience = down;
	if (change == RIVAL_OVER || rival->told || now - rival->since <= interval * 3 / 2)
		return change;
	rival->told = true;
	return RIVAL_BEGAN;
}
