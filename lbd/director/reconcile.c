/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Read, compare, repair. */
#include "director/reconcile.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

void reconcile_begin(struct reconciler *reconciler, struct ipvs_backend *backend, bool flush)
{
	memset(reconciler, 0, sizeof(*reconciler));
	reconciler->backend = backend;
	reconciler->flush = flush;
}

void reconcile_end(struct reconciler *reconciler)
{
	ipvs_table_free(&reconciler->desired);
	ipvs_table_free(&reconciler->expected);
	ipvs_table_free(&reconciler->actual);
	ipvs_table_free(&reconciler->earlier);
	ipvs_table_free(&reconciler->ours);
	ipvs_plan_free(&reconciler->plan);
	ipvs_plan_free(&reconciler->refused);
}

/* What is desired may be in the kernel from now on, whatever is desired later. */
static void claim_services(struct reconciler *reconciler)
{
	bool added;

	for (size_t i = 0; i < reconciler->desired.service_count; i++)
		ipvs_table_add_service(&reconciler->ours, &reconciler->desired.services[i].key,
				       &added);
}

void reconcile_desire(struct reconciler *reconciler)
{
	reconciler->due = true;
	claim_services(reconciler);
}

static bool under_way(const struct reconciler *reconciler)
{
	return reconciler->done < reconciler->plan.count;
}

static void drop_plan(struct reconciler *reconciler)
{
	reconciler->plan.count = 0;
	reconciler->done = 0;
}

/* --- reading ------------------------------------------------------------------------------ */

/* The kernel shows new counters every 2 s, so each of these intervals meets each of its copies at
 * the same place; and none is so long that drift could stand for more than 2 s. Reading stays below
 * a tenth of the processor up to the largest tables. */
static int64_t interval_for(int64_t duration)
{
	if (duration <= 25 * CLOCK_MILLISECOND)
		return 500 * CLOCK_MILLISECOND;
	if (duration <= 100 * CLOCK_MILLISECOND)
		return CLOCK_SECOND;
	return duration < CLOCK_SECOND ? 2 * CLOCK_SECOND - duration : duration;
}

static bool passes_by_itself(int error)
{
	return error != -ENOPROTOOPT && error != -EPERM && error != -EACCES;
}

static int read_kernel(struct reconciler *reconciler)
{
	int64_t start = clock_now();
	int error = ipvs_read(reconciler->backend, &reconciler->actual);

	if (error < 0 && passes_by_itself(error))
		error = ipvs_read(reconciler->backend, &reconciler->actual);
	if (error == 0 && reconciler->availability != RECONCILE_AVAILABLE)
		error = ipvs_info(reconciler->backend, &reconciler->info);
	reconciler->error = error;
	if (error < 0) {
		reconciler->totals.sample_errors++;
		return error;
	}
	reconciler->totals.samples++;
	reconciler->read_duration = clock_now() - start;
	reconciler->usual_duration += (reconciler->read_duration - reconciler->usual_duration) / 4;
	return 0;
}

static unsigned unavailable(struct reconciler *reconciler, int64_t now)
{
	unsigned did = RECONCILE_FAILED;

	drop_plan(reconciler);
	reconciler->certain = false;
	reconciler->next_read = now + RECONCILE_RETRY;
	if (reconciler->availability != RECONCILE_UNAVAILABLE) {
		log_error("IPVS cannot be programmed: %s", ipvs_error_text(reconciler->error));
		did |= RECONCILE_LOST;
	}
	reconciler->availability = RECONCILE_UNAVAILABLE;
	return did;
}

/* Notes each difference that we did not make. */
static void note_drift(struct reconciler *reconciler)
{
	struct reconcile_drift *drift = &reconciler->drift;
	char text[IPVS_TEXT];

	if (drift->missing + drift->changed + drift->surplus == 0)
		event_begin(&drift->found, CAUSE_DRIFT_REPAIRED, "ipvs", "", "");
	for (size_t i = 0; i < reconciler->plan.count; i++) {
		const struct ipvs_operation *operation = &reconciler->plan.operations[i];
		const char *what = "surplus";

		if (ipvs_verb_adds(operation->verb)) {
			drift->missing++;
			what = "missing";
		} else if (ipvs_verb_edits(operation->verb)) {
			drift->changed++;
			what = "altered";
		} else {
			drift->surplus++;
		}
		event_add_detail(&drift->found, "%s: %s", what,
				 ipvs_operation_text(operation, text));
	}
	reconciler->totals.drifts++;
	reconciler->due = true;
}

/* What somebody else changed: the way back from what was read to what we had left there. While the
 * kernel refuses some operations that is what we desire but for those. */
static void plan_way_back(struct reconciler *reconciler)
{
	const struct ipvs_table *left =
		reconciler->certain ? &reconciler->expected : &reconciler->desired;

	ipvs_plan_make(&reconciler->plan, left, &reconciler->actual, NULL, false);
	ipvs_plan_forget_known(&reconciler->plan, &reconciler->refused);
}

/* A row is only missing when two readings in a row miss it: a dump that runs while somebody changes
 * the table may pass over rows. */
static int look_for_drift(struct reconciler *reconciler)
{
	struct ipvs_plan *plan = &reconciler->plan;
	bool missing = false;

	plan_way_back(reconciler);
	for (size_t i = 0; i < plan->count; i++)
		missing = missing || ipvs_verb_adds(plan->operations[i].verb);
	if (missing) {
		struct ipvs_table earlier = reconciler->earlier;

		reconciler->earlier = reconciler->actual;
		reconciler->actual = earlier;
		if (read_kernel(reconciler) < 0)
			return reconciler->error;
		plan_way_back(reconciler);
		ipvs_plan_forget_seen(plan, &reconciler->earlier);
	}
	if (plan->count > 0)
		note_drift(reconciler);
	drop_plan(reconciler);
	return 0;
}

/* Do we know what we had left in the kernel? */
static bool can_tell_drift(const struct reconciler *reconciler)
{
	if (under_way(reconciler))
		return false;
	if (reconciler->certain)
		return true;
	return reconciler->streak > 1 && !reconciler->due &&
	       reconciler->refused.count <= RECONCILE_REFUSED;
}

static unsigned read_and_compare(struct reconciler *reconciler, int64_t now)
{
	unsigned did = RECONCILE_READ;

	if (read_kernel(reconciler) < 0)
		return unavailable(reconciler, now);
	if (can_tell_drift(reconciler) && look_for_drift(reconciler) < 0)
		return unavailable(reconciler, now);
	if (!reconciler->certain || under_way(reconciler))
		reconciler->due = true;
	if (reconciler->availability == RECONCILE_UNAVAILABLE) {
		log_notice("IPVS can be programmed again");
		did |= RECONCILE_BACK;
	}
	reconciler->availability = RECONCILE_AVAILABLE;
	reconciler->next_read = now + interval_for(reconciler->usual_duration);
	return did;
}

/* --- applying ----------------------------------------------------------------------------- */

static void make_plan(struct reconciler *reconciler, bool fresh)
{
	const struct ipvs_table *held = fresh ? &reconciler->actual : &reconciler->expected;

	ipvs_plan_make(&reconciler->plan, &reconciler->desired, held, &reconciler->ours,
		       reconciler->flush);
	reconciler->done = 0;
	reconciler->refused.count = 0;
	reconciler->due = false;
	if (reconciler->plan.count > 0)
		log_debug("%zu changes to the kernel's IPVS table", reconciler->plan.count);
}

static void refuse(struct reconciler *reconciler, const struct ipvs_operation *operation, int error)
{
	char text[IPVS_TEXT];

	reconciler->totals.operation_errors++;
	/* The first of a streak is logged; a kernel that keeps refusing is asked again every
	 * second. */
	if (reconciler->refused.count == 0 && reconciler->streak == 0)
		log_error("the kernel refused to %s %s: %s", ipvs_verb_text(operation->verb),
			  ipvs_operation_text(operation, text), ipvs_error_text(error));
	ipvs_plan_add(&reconciler->refused, operation);
}

static bool added_destinations(const struct ipvs_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->operations[i].verb == IPVS_ADD_DESTINATION)
			return true;
	return false;
}

static void finish_plan(struct reconciler *reconciler, int64_t now)
{
	struct reconcile_drift *drift = &reconciler->drift;

	drift->repaired = drift->missing + drift->changed + drift->surplus;
	if (reconciler->refused.count > 0) {
		/* Once at once, for it may have been a race with somebody else's change. */
		reconciler->certain = false;
		reconciler->next_read = reconciler->streak == 0 ? now : now + RECONCILE_RETRY;
		reconciler->streak++;
		return;
	}
	if (reconciler->streak > 0)
		log_notice("the kernel's IPVS table is as desired again");
	/* A new destination counts from 0, one that still has connections goes on where it was:
	 * read it before traffic can blur which of the two it is. */
	if (added_destinations(&reconciler->plan))
		reconciler->next_read = now;
	reconciler->streak = 0;
	reconciler->flush = false;
	reconciler->certain = true;
	ipvs_table_copy(&reconciler->expected, &reconciler->desired);
	ipvs_table_clear(&reconciler->ours);
	claim_services(reconciler);
}

/* Carries out the next slice. False when the kernel stopped answering. */
static bool apply_slice(struct reconciler *reconciler, int64_t now)
{
	struct ipvs_plan *plan = &reconciler->plan;

	for (int i = 0; i < RECONCILE_SLICE && under_way(reconciler); i++) {
		const struct ipvs_operation *operation = &plan->operations[reconciler->done++];
		int error = ipvs_apply(reconciler->backend, operation);

		if (error == 0) {
			reconciler->totals.operations++;
			continue;
		}
		refuse(reconciler, operation, error);
		if (error == -ENOPROTOOPT || error == -EAGAIN || error == -EPERM) {
			reconciler->error = error;
			reconciler->certain = false;
			return false;
		}
	}
	if (!under_way(reconciler))
		finish_plan(reconciler, now);
	return true;
}

/* --- the turn ----------------------------------------------------------------------------- */

static bool must_read(const struct reconciler *reconciler, int64_t now)
{
	bool knows = reconciler->certain && !under_way(reconciler);

	if (now >= reconciler->next_read)
		return !under_way(reconciler) || reconciler->due;
	return reconciler->due && !knows && reconciler->availability != RECONCILE_UNAVAILABLE;
}

bool reconcile_idle(const struct reconciler *reconciler)
{
	return reconciler->desired.service_count == 0 && reconciler->ours.service_count == 0 &&
	       !reconciler->flush;
}

unsigned reconcile_turn(struct reconciler *reconciler, int64_t now, int64_t *next)
{
	unsigned did = 0;

	if (must_read(reconciler, now))
		did = read_and_compare(reconciler, now);
	*next = reconciler->next_read;
	if (reconciler->availability != RECONCILE_AVAILABLE)
		return did;
	if (reconciler->due)
		make_plan(reconciler, did & RECONCILE_READ);
	else if (!under_way(reconciler))
		return did;
	if (reconciler->plan.count > 0)
		did |= RECONCILE_CHANGED;
	if (!apply_slice(reconciler, now))
		did |= unavailable(reconciler, now);
	*next = under_way(reconciler) ? now : reconciler->next_read;
	return did;
}

bool reconcile_settled(const struct reconciler *reconciler)
{
	return !reconciler->due && !under_way(reconciler) &&
	       reconciler->availability != RECONCILE_UNTRIED;
}

bool reconcile_repaired(const struct reconciler *reconciler)
{
	const struct reconcile_drift *drift = &reconciler->drift;
	uint32_t found = drift->missing + drift->changed + drift->surplus;

	return found > 0 && drift->repaired == found && reconcile_settled(reconciler);
}

unsigned reconcile_flush(struct reconciler *reconciler)
{
	unsigned left = 0;

	for (size_t i = 0; i < reconciler->ours.service_count; i++) {
		struct ipvs_operation operation = {.verb = IPVS_DELETE_SERVICE,
						   .service = reconciler->ours.services[i].key};

		int error = ipvs_apply(reconciler->backend, &operation);

		if (error == 0) {
			reconciler->totals.operations++;
			continue;
		}
		reconciler->totals.operation_errors++;
		reconciler->error = error;
		left++;
	}
	return left;
}
