/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The notifier. */
#include "exporters/snmp/notifier.h"

#include "base/clock.h"
#include "base/log.h"
#include "exporters/snmp/agent.h"
#include "exporters/snmp/notification.h"

/* In one go, so that a long queue does not keep questions waiting. */
#define AT_ONCE 64

void notifier_begin(struct notifier *notifier, struct stat_exporter *row, int64_t began)
{
	notifier->row = row;
	notifier->after = began;
	/* An lbd-snmp before us left the time of its last one: the row outlives us. */
	if (row && row->last_success > notifier->after && row->last_success <= clock_wall())
		notifier->after = row->last_success;
}

static void put(struct notifier *notifier, const struct history_entry *entry, struct notice *notice)
{
	if (outbox_add(&notifier->outbox, entry, notice))
		return;
	own_lost(notifier->row, 1);
	if (!notifier->losing)
		log_warning("more than %d notifications wait for a master: the oldest are given up",
			    OUTBOX_MOST);
	notifier->losing = true;
}

/* The one that another MIB has for it, if any. */
static void put_other(struct notifier *notifier, const struct subtree *subtree,
		      const struct history_entry *entry)
{
	const struct view *view;
	struct notice *notice;

	if (!subtree->tells || !(notifier->wanted & 1u << subtree->notification_kind) ||
	    !subtree->tells(entry))
		return;
	view = walk_newest(notifier->walks, clock_now());
	notice = subtree->tell(subtree, view_moment(view), entry);
	if (notice)
		put(notifier, entry, notice);
}

void notifier_take(struct notifier *notifier, const struct history_entry *entry)
{
	enum notification which = notification_for(entry->cause);

	if (entry->wall <= notifier->after)
		return;
	if (which != NOTIFICATION_COUNT && notifier->wanted & 1u << which)
		put(notifier, entry, NULL);
	for (size_t i = 0; i < notifier->count; i++)
		put_other(notifier, &notifier->subtrees[i], entry);
}

/* The one that was on its way, unless it was given up meanwhile. */
static void done(struct notifier *notifier)
{
	if (notifier->turn == notifier->outbox.turn && notifier->outbox.count > 0)
		outbox_remove(&notifier->outbox);
	if (notifier->outbox.count == 0)
		notifier->losing = false;
}

static void note(struct notifier *notifier, enum trap_state state)
{
	int64_t took = clock_now() - notifier->trap.begun;

	switch (state) {
	case TRAP_TAKEN:
		own_succeeded(notifier->row, 1, 0, took);
		done(notifier);
		break;
	case TRAP_REFUSED:
		log_warning("the AgentX master refused a notification");
		own_failed(notifier->row, EXPORTER_ERROR_REFUSED, took);
		own_lost(notifier->row, 1);
		done(notifier);
		break;
	case TRAP_LOST:
		own_failed(notifier->row, EXPORTER_ERROR_CONNECT, took);
		break;
	default:
		break;
	}
}

void notifier_go_on(struct notifier *notifier, struct agent *agent)
{
	for (unsigned i = 0; i < AT_ONCE; i++) {
		const struct outbox_item *first = outbox_first(&notifier->outbox);

		if (notifier->trap.state == TRAP_IDLE && first && agent_is_up(agent)) {
			notifier->turn = notifier->outbox.turn;
			trap_send(&notifier->trap, agent, &notifier->subtrees[0], first,
				  clock_now());
		}
		if (notifier->trap.state == TRAP_IDLE)
			break;
		note(notifier, trap_go_on(&notifier->trap, agent));
		if (notifier->trap.state != TRAP_IDLE)
			break;
	}
	own_queue(notifier->row, notifier->outbox.count);
}

bool notifier_is_busy(const struct notifier *notifier)
{
	return notifier->trap.state != TRAP_IDLE;
}

void notifier_free(struct notifier *notifier)
{
	outbox_free(&notifier->outbox);
}
