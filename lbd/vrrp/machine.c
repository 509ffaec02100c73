/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state machine: one function per state, numbered as in RFC 3768 section 6.4. */
#include "vrrp/machine.h"

#include "base/clock.h"

/* A master answers those of lower priority at most this many times an interval, and announces its
 * addresses as often: whoever knows the password could otherwise have it send as fast as it
 * receives. The two are counted apart because an advertisement that was due anyway is an answer,
 * but tells no switch anything. */
#define ANSWERS_PER_INTERVAL 8

/* What the functions below need to know about this step. */
struct step {
	struct vrrp_machine *machine;
	const struct vrrp_settings *settings;
	const struct vrrp_input *input;
	int64_t now;
	struct vrrp_output output;
};

void vrrp_machine_init(struct vrrp_machine *machine)
{
	*machine = (struct vrrp_machine){
		.state = VRRP_STATE_INITIALIZE, .due = VRRP_NEVER, .preempt_at = VRRP_NEVER};
}

int64_t vrrp_skew(const struct vrrp_settings *settings)
{
	return CLOCK_SECOND * (256 - settings->priority) / 256;
}

int64_t vrrp_master_down_interval(const struct vrrp_settings *settings)
{
	return 3 * settings->interval + vrrp_skew(settings);
}

static bool is_owner(const struct vrrp_settings *settings)
{
	return settings->priority == VRRP_PRIORITY_OWNER;
}

static void wait_for_silence(struct step *step, int64_t duration)
{
	step->machine->waiting = duration;
	step->machine->due = step->now + duration;
}

static void change(struct step *step, enum vrrp_state to, enum event_cause cause)
{
	struct vrrp_machine *machine = step->machine;

	step->output.transition = (struct vrrp_transition){
		.from = machine->state,
		.to = to,
		.cause = cause,
		.heard = machine->heard,
		.sender = machine->heard_sender,
		.sender_priority = machine->heard_priority,
		.advert = machine->heard_at,
		.waited = to == VRRP_STATE_MASTER && machine->state == VRRP_STATE_BACKUP
				  ? machine->waiting
				  : 0,
	};
	machine->state = to;
}

static void advertise(struct step *step, int64_t next)
{
	step->output.actions |= VRRP_ACTION_ADVERTISE;
	step->machine->last_sent = step->now;
	step->machine->due = next;
}

static void become_master(struct step *step, enum event_cause cause)
{
	change(step, VRRP_STATE_MASTER, cause);
	step->machine->resuming = false;
	step->machine->resigned = false;
	step->machine->preempt_at = VRRP_NEVER;
	step->machine->last_announced = step->now;
	step->output.actions |= VRRP_ACTION_TAKE;
	advertise(step, step->now + step->settings->interval);
}

static void become_backup(struct step *step, enum event_cause cause)
{
	change(step, VRRP_STATE_BACKUP, cause);
	wait_for_silence(step, vrrp_master_down_interval(step->settings));
}

static void forget_others(struct vrrp_machine *machine)
{
	machine->heard = false;
	machine->resigned = false;
	machine->preempt_at = VRRP_NEVER;
}

static void remember_advert(struct step *step)
{
	step->machine->heard = true;
	step->machine->heard_priority = step->input->priority;
	step->machine->heard_sender = step->input->sender;
	step->machine->heard_at = step->now;
}

/* From Initialize or Fault into the protocol (RFC 3768 section 6.4.1). */
static void enter(struct step *step, enum event_cause cause, bool addresses_present)
{
	forget_others(step->machine);
	if (step->settings->preempt_delay > 0)
		step->machine->preempt_at = step->now + step->settings->preempt_delay;
	if (is_owner(step->settings)) {
		become_master(step, addresses_present ? CAUSE_VRRP_RESUMED : CAUSE_VRRP_OWNER);
		return;
	}
	become_backup(step, cause);
	step->machine->resuming = addresses_present;
	if (addresses_present)
		wait_for_silence(step, step->settings->interval);
}

static void leave(struct step *step, enum vrrp_state to, enum event_cause cause)
{
	bool held = step->machine->state == VRRP_STATE_MASTER || step->machine->resuming;

	if (held && to == VRRP_STATE_INITIALIZE)
		step->output.actions |= VRRP_ACTION_RESIGN;
	step->output.actions |= VRRP_ACTION_RELEASE;
	change(step, to, cause);
	step->machine->resuming = false;
	step->machine->due = VRRP_NEVER;
}

/* --- Initialize, Fault ------------------------------------------------------------------------ */

static void in_initialize(struct step *step)
{
	if (step->input->kind != VRRP_INPUT_START)
		return;
	if (step->input->usable)
		enter(step, CAUSE_VRRP_STARTED, step->input->addresses_present);
	else
		leave(step, VRRP_STATE_FAULT, CAUSE_VRRP_INTERFACE_DOWN);
}

static void in_fault(struct step *step)
{
	if (step->input->kind == VRRP_INPUT_INTERFACE_UP)
		enter(step, CAUSE_VRRP_INTERFACE_UP, false);
}

/* --- Backup (RFC 3768 section 6.4.2) ---------------------------------------------------------- */

/* Was the last advertisement one that we did not obey because we are of higher priority? */
static bool was_lower(const struct step *step)
{
	const struct vrrp_machine *machine = step->machine;

	return machine->heard_priority < step->settings->priority && step->settings->preempt &&
	       step->now - machine->heard_at < vrrp_master_down_interval(step->settings);
}

static enum event_cause silence_cause(const struct step *step)
{
	const struct vrrp_machine *machine = step->machine;

	if (machine->resuming)
		return CAUSE_VRRP_RESUMED;
	if (!machine->heard)
		return CAUSE_VRRP_NO_MASTER;
	if (machine->resigned)
		return CAUSE_VRRP_MASTER_RESIGNED;
	return was_lower(step) ? CAUSE_VRRP_PREEMPTED : CAUSE_VRRP_MASTER_SILENT;
}

/* Is a master of this priority one that we obey now? */
static bool obeys(struct step *step)
{
	struct vrrp_machine *machine = step->machine;
	const struct vrrp_settings *settings = step->settings;

	if (step->input->priority >= settings->priority) {
		machine->preempt_at = VRRP_NEVER;
		return true;
	}
	if (!settings->preempt)
		return true;
	if (machine->preempt_at == VRRP_NEVER)
		machine->preempt_at = step->now + settings->preempt_delay;
	return step->now < machine->preempt_at;
}

static void backup_hears(struct step *step)
{
	struct vrrp_machine *machine = step->machine;
	bool resuming = machine->resuming;
	bool resigns = step->input->priority == 0;

	remember_advert(step);
	machine->resigned = resigns;
	if (resigns) {
		int64_t skew = vrrp_skew(step->settings);

		/* A predecessor's addresses stay: their other holder has just let them go. */
		if (!resuming || step->now + skew < machine->due)
			wait_for_silence(step, skew);
		return;
	}
	machine->resuming = false;
	if (resuming)
		step->output.actions |= VRRP_ACTION_RELEASE;
	if (obeys(step) || resuming)
		wait_for_silence(step, vrrp_master_down_interval(step->settings));
}

static void in_backup(struct step *step)
{
	switch (step->input->kind) {
	case VRRP_INPUT_ADVERT:
		backup_hears(step);
		break;
	case VRRP_INPUT_TIMER:
		if (step->now >= step->machine->due)
			become_master(step, silence_cause(step));
		break;
	case VRRP_INPUT_SETTINGS:
	case VRRP_INPUT_PRIORITY:
		if (is_owner(step->settings))
			become_master(step, CAUSE_VRRP_RECONFIGURED);
		else if (!step->machine->resuming)
			wait_for_silence(step, vrrp_master_down_interval(step->settings));
		break;
	default:
		break;
	}
}

/* --- Master (RFC 3768 section 6.4.3) ---------------------------------------------------------- */

static bool outranks_us(const struct step *step)
{
	uint8_t theirs = step->input->priority;
	uint8_t ours = step->settings->priority;

	return theirs > ours || (theirs == ours && step->input->sender > step->settings->source);
}

static void master_hears(struct step *step)
{
	struct vrrp_machine *machine = step->machine;
	int64_t interval = step->settings->interval;

	remember_advert(step);
	if (outranks_us(step)) {
		step->output.actions |= VRRP_ACTION_RELEASE;
		become_backup(step, CAUSE_VRRP_HIGHER_PRIORITY);
		return;
	}
	if (step->now - machine->last_sent >= interval / ANSWERS_PER_INTERVAL)
		advertise(step, step->now + interval);
	if (step->input->priority != 0 &&
	    step->now - machine->last_announced >= interval / ANSWERS_PER_INTERVAL) {
		machine->last_announced = step->now;
		step->output.actions |= VRRP_ACTION_ANNOUNCE_AGAIN;
	}
}

/* The next advertisement is due an interval after this one was due, not after it went out: so
 * lateness does not add up. After a stall of more than an interval the count starts anew. */
static void master_timer(struct step *step)
{
	int64_t next = step->machine->due + step->settings->interval;

	if (step->now < step->machine->due)
		return;
	advertise(step, next > step->now ? next : step->now + step->settings->interval);
}

static void in_master(struct step *step)
{
	struct vrrp_machine *machine = step->machine;
	int64_t latest = step->now + step->settings->interval;

	switch (step->input->kind) {
	case VRRP_INPUT_ADVERT:
		master_hears(step);
		break;
	case VRRP_INPUT_TIMER:
		master_timer(step);
		break;
	case VRRP_INPUT_PRIORITY:
		advertise(step, latest);
		break;
	case VRRP_INPUT_SETTINGS:
		machine->due = machine->due < latest ? machine->due : latest;
		break;
	default:
		break;
	}
}

struct vrrp_output vrrp_machine_step(struct vrrp_machine *machine,
				     const struct vrrp_settings *settings,
				     const struct vrrp_input *input, int64_t now)
{
	struct step step = {
		.machine = machine,
		.settings = settings,
		.input = input,
		.now = now,
		.output.transition = {.from = machine->state, .to = machine->state},
	};
	bool active = machine->state == VRRP_STATE_BACKUP || machine->state == VRRP_STATE_MASTER;

	if (input->kind == VRRP_INPUT_STOP && machine->state != VRRP_STATE_INITIALIZE)
		leave(&step, VRRP_STATE_INITIALIZE, CAUSE_VRRP_STOPPED);
	else if (input->kind == VRRP_INPUT_INTERFACE_DOWN && active)
		leave(&step, VRRP_STATE_FAULT, CAUSE_VRRP_INTERFACE_DOWN);
	else if (machine->state == VRRP_STATE_INITIALIZE)
		in_initialize(&step);
	else if (machine->state == VRRP_STATE_FAULT)
		in_fault(&step);
	else if (machine->state == VRRP_STATE_BACKUP)
		in_backup(&step);
	else
		in_master(&step);
	return step.output;
}
