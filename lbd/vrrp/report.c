/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of a transition, each where it means something. */
#include "vrrp/report.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/text.h"

/* From the table of causes: one that happens to an instance and is not in the set does not compile. */
enum vrrp_cause report_cause(enum event_cause cause)
{
	static const uint8_t causes[CAUSE_COUNT] = {
#define OF_VRRP(NAME) [CAUSE_##NAME] = VRRP_CAUSE_##NAME + 1,
#define OF_VIRTUAL_SERVER(NAME)
#define OF_REAL_SERVER(NAME)
#define OF_IPVS(NAME)
#define OF_CONFIG(NAME)
#define OF_PROCESS(NAME)
#define CAUSE(NAME, name, OBJECT, SEVERITY, story, next) OF_##OBJECT(NAME)
#include "base/cause.def"
#undef CAUSE
#undef OF_VRRP
#undef OF_VIRTUAL_SERVER
#undef OF_REAL_SERVER
#undef OF_IPVS
#undef OF_CONFIG
#undef OF_PROCESS
	};

	assert(causes[cause] > 0);
	return (enum vrrp_cause)(causes[cause] - 1);
}

/* Did another router's advertisement, or its absence, decide? */
static bool decided_by_advert(const struct vrrp_transition *transition)
{
	switch (transition->cause) {
	case CAUSE_VRRP_MASTER_SILENT:
	case CAUSE_VRRP_MASTER_RESIGNED:
	case CAUSE_VRRP_PREEMPTED:
	case CAUSE_VRRP_HIGHER_PRIORITY:
		return transition->heard;
	default:
		return false;
	}
}

static bool decided_by_silence(const struct vrrp_transition *transition)
{
	return transition->cause == CAUSE_VRRP_MASTER_SILENT ||
	       transition->cause == CAUSE_VRRP_NO_MASTER;
}

/* Were clients without a master between the last advertisement and now? */
static bool was_outage(const struct vrrp_transition *transition)
{
	return transition->heard && (transition->cause == CAUSE_VRRP_MASTER_SILENT ||
				     transition->cause == CAUSE_VRRP_MASTER_RESIGNED);
}

static const char *sender_text(uint32_t sender, char text[ADDRESS_TEXT])
{
	struct address address = address_from_ipv4(htonl(sender));

	return address_format(&address, text);
}

static void add_evidence(const struct report *report, struct event *event)
{
	const struct vrrp_transition *transition = &report->transition;
	char sender[ADDRESS_TEXT];

	event_add_text(event, FACT_INTERFACE, report->interface);
	event_add_number(event, FACT_PRIORITY, report->settings.priority);
	event_add_number(event, FACT_INTERVAL, report->settings.interval);
	if (report->reason)
		event_add_text(event, FACT_REASON, report->reason);
	if (decided_by_advert(transition)) {
		event_add_text(event, FACT_SENDER, sender_text(transition->sender, sender));
		event_add_number(event, FACT_SENDER_PRIORITY, transition->sender_priority);
		event_add_number(event, FACT_LAST_ADVERT,
				 transition->advert + report->wall_offset);
		event_add_number(event, FACT_LAST_ADVERT_AGE, report->now - transition->advert);
	}
	if (decided_by_silence(transition))
		event_add_number(event, FACT_MASTER_DOWN_INTERVAL, transition->waited);
}

void report_event(const struct report *report, struct event *event)
{
	const struct vrrp_transition *transition = &report->transition;

	event_begin(event, transition->cause, report->instance,
		    set_text(&set_vrrp_state, transition->from),
		    set_text(&set_vrrp_state, transition->to));
	event->wall = report->now + report->wall_offset;
	add_evidence(report, event);
	if (report->addresses[0])
		event_add_text(event, FACT_ADDRESSES, report->addresses);
	if (report->first_advert)
		event_add_number(event, FACT_FIRST_ADVERT,
				 report->first_advert + report->wall_offset);
	if (report->first_garp)
		event_add_number(event, FACT_FIRST_GARP,
				 report->first_garp + report->wall_offset);
	if (report->first_garp && was_outage(transition))
		event_add_number(event, FACT_OUTAGE, report->first_garp - transition->advert);
}

const char *report_line(const struct report *report, char *text, size_t size)
{
	const struct vrrp_transition *transition = &report->transition;
	char sender[ADDRESS_TEXT], duration[CLOCK_TEXT];

	snprintf(text, size, "%s: %s -> %s (%s)", report->instance,
		 set_text(&set_vrrp_state, transition->from),
		 set_text(&set_vrrp_state, transition->to),
		 event_cause_info(transition->cause)->name);
	if (report->reason)
		text_append(text, size, "; interface %s: %s", report->interface, report->reason);
	if (decided_by_advert(transition))
		text_append(text, size,
			    "; last advertisement from %s, priority %u (ours %u), %s ago",
			    sender_text(transition->sender, sender), transition->sender_priority,
			    report->settings.priority,
			    clock_format_duration(report->now - transition->advert, duration));
	if (report->addresses[0])
		text_append(text, size, "; %s %s",
			    transition->to == VRRP_STATE_MASTER ? "holds" : "released",
			    report->addresses);
	if (report->first_garp && was_outage(transition))
		text_append(text, size, "; clients were cut off for up to %s",
			    clock_format_duration(report->first_garp - transition->advert,
						  duration));
	return text;
}

/* --- advertisements that are not accepted ------------------------------------------------------ */

void report_refusal(const struct report *report, uint32_t sender, enum vrrp_drop drop,
		    struct event *event)
{
	char text[ADDRESS_TEXT];

	event_begin(event, CAUSE_VRRP_ADVERT_REFUSED, report->instance, "", "");
	event->wall = report->now + report->wall_offset;
	event_add_text(event, FACT_INTERFACE, report->interface);
	event_add_text(event, FACT_SENDER, sender_text(sender, text));
	event_add_text(event, FACT_DROP, set_text(&set_vrrp_drop, drop));
	event_add_text(event, FACT_REASON, set_vrrp_drop.values[drop].help);
}

/* --- another master --------------------------------------------------------------------------- */

void report_rival(const struct report *report, const struct rival *rival, bool over,
		  enum vrrp_state state, struct event *event)
{
	static const char one[] = "one master", two[] = "two masters";
	char sender[ADDRESS_TEXT];

	event_begin(event, over ? CAUSE_VRRP_DUAL_MASTER_OVER : CAUSE_VRRP_DUAL_MASTER,
		    report->instance, over ? two : one, over ? one : two);
	event->wall = report->now + report->wall_offset;
	event_add_text(event, FACT_INTERFACE, report->interface);
	event_add_number(event, FACT_PRIORITY, report->settings.priority);
	event_add_number(event, FACT_INTERVAL, report->settings.interval);
	event_add_text(event, FACT_SENDER, sender_text(rival->sender, sender));
	event_add_number(event, FACT_SENDER_PRIORITY, rival->priority);
	event_add_number(event, FACT_LAST_ADVERT, rival->last + report->wall_offset);
	event_add_number(event, FACT_LAST_ADVERT_AGE, report->now - rival->last);
	if (over) {
		event_add_number(event, FACT_DOWNTIME, rival->last - rival->since);
		event_add_text(event, FACT_REASON,
			       state == VRRP_STATE_MASTER ? "This director is the master"
							  : "This director is master no longer");
	} else if (rival->drop != VRRP_ACCEPTED) {
		event_add_text(event, FACT_REASON, set_vrrp_drop.values[rival->drop].help);
	}
}

const char *report_rival_line(const struct report *report, const struct rival *rival, bool over,
			      char *text, size_t size)
{
	char sender[ADDRESS_TEXT], duration[CLOCK_TEXT];

	sender_text(rival->sender, sender);
	clock_format_duration(rival->last - rival->since, duration);
	if (over)
		snprintf(text, size, "%s: one master again, after %s with %s (priority %u) as well",
			 report->instance, duration, sender, rival->priority);
	else
		snprintf(text, size,
			 "%s: two masters: %s (priority %u, ours %u) has advertised beside us for %s",
			 report->instance, sender, rival->priority, report->settings.priority,
			 duration);
	if (!over && rival->drop != VRRP_ACCEPTED)
		text_append(text, size, "; dropped: %s", set_vrrp_drop.values[rival->drop].help);
	return text;
}

/* --- what was set ----------------------------------------------------------------------------- */

static void setting_text(enum setting setting, int64_t value, char text[EVENT_STATE_TEXT])
{
	if (setting == SETTING_PREEMPT)
		text_copy(text, EVENT_STATE_TEXT, value ? "preempt" : "nopreempt");
	else
		snprintf(text, EVENT_STATE_TEXT, "%d", (int)value);
}

void report_set(const struct report *report, enum setting setting, int64_t before,
		int64_t configured, const char *requester, struct event *event)
{
	bool priority = setting == SETTING_PRIORITY;
	char from[EVENT_STATE_TEXT], to[EVENT_STATE_TEXT];

	setting_text(setting, before, from);
	setting_text(setting, priority ? report->settings.priority : report->settings.preempt, to);
	event_begin(event, priority ? CAUSE_VRRP_PRIORITY_SET : CAUSE_VRRP_PREEMPT_SET,
		    report->instance, from, to);
	event_add_text(event, FACT_INTERFACE, report->interface);
	event_add_text(event, FACT_REQUESTER, requester);
	if (priority)
		event_add_number(event, FACT_CONFIGURED, configured);
}
