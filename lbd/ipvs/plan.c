/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From two tables to a list of operations. */
#include "ipvs/plan.h"

#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static struct ipvs_operation *append(struct ipvs_plan *plan)
{
	struct ipvs_operation *operation;

	if (plan->count == plan->room) {
		plan->room = plan->room ? plan->room * 2 : 64;
		plan->operations =
			memory_resize(plan->operations, plan->room, sizeof(*plan->operations));
	}
	operation = &plan->operations[plan->count++];
	memset(operation, 0, sizeof(*operation));
	return operation;
}

static struct ipvs_operation *push(struct ipvs_plan *plan, enum ipvs_verb verb,
				   const struct ipvs_service *service)
{
	struct ipvs_operation *operation = append(plan);

	operation->verb = verb;
	operation->service = service->key;
	operation->service_settings = service->settings;
	return operation;
}

static void push_destination(struct ipvs_plan *plan, enum ipvs_verb verb,
			     const struct ipvs_service *service,
			     const struct ipvs_destination *destination)
{
	struct ipvs_operation *operation = push(plan, verb, service);

	operation->destination = destination->key;
	operation->destination_settings = destination->settings;
}

/* One destination that should be there. An edit to weight 0 takes it out of service: it waits, with
 * the removals, until what comes in is in. */
static void plan_destination(struct ipvs_plan *plan, const struct ipvs_service *service,
			     const struct ipvs_destination *wanted, const struct ipvs_table *actual,
			     uint32_t actual_service, bool leaving)
{
	uint32_t row = actual_service == IPVS_NONE
			       ? IPVS_NONE
			       : ipvs_table_find_destination(actual, actual_service, &wanted->key);

	if (row == IPVS_NONE) {
		if (!leaving)
			push_destination(plan, IPVS_ADD_DESTINATION, service, wanted);
		return;
	}
	if (ipvs_destination_settings_equal(&wanted->settings, &actual->destinations[row].settings))
		return;
	if (leaving == (wanted->settings.weight == 0))
		push_destination(plan, IPVS_EDIT_DESTINATION, service, wanted);
}

static void plan_destinations(struct ipvs_plan *plan, const struct ipvs_table *desired,
			      const struct ipvs_service *service, const struct ipvs_table *actual,
			      uint32_t actual_service, bool leaving)
{
	for (uint32_t i = 0; i < service->count; i++)
		plan_destination(plan, service, &desired->destinations[service->first + i], actual,
				 actual_service, leaving);
}

/* What comes in or is edited of one service. */
static void plan_entering(struct ipvs_plan *plan, const struct ipvs_table *desired,
			  const struct ipvs_service *service, const struct ipvs_table *actual)
{
	uint32_t row = ipvs_table_find_service(actual, &service->key);

	if (row == IPVS_NONE)
		push(plan, IPVS_ADD_SERVICE, service);
	else if (!ipvs_service_settings_equal(&service->settings, &actual->services[row].settings))
		push(plan, IPVS_EDIT_SERVICE, service);
	plan_destinations(plan, desired, service, actual, row, false);
}

/* What goes out of one service. */
static void plan_leaving(struct ipvs_plan *plan, const struct ipvs_table *desired, uint32_t wanted,
			 const struct ipvs_table *actual)
{
	const struct ipvs_service *service = &desired->services[wanted];
	uint32_t row = ipvs_table_find_service(actual, &service->key);
	const struct ipvs_service *held;

	if (row == IPVS_NONE)
		return;
	plan_destinations(plan, desired, service, actual, row, true);
	held = &actual->services[row];
	for (uint32_t i = 0; i < held->count; i++) {
		const struct ipvs_destination *row_held = &actual->destinations[held->first + i];

		if (ipvs_table_find_destination(desired, wanted, &row_held->key) == IPVS_NONE)
			push_destination(plan, IPVS_DELETE_DESTINATION, service, row_held);
	}
}

void ipvs_plan_make(struct ipvs_plan *plan, const struct ipvs_table *desired,
		    const struct ipvs_table *actual, const struct ipvs_table *ours, bool flush)
{
	plan->count = 0;
	for (uint32_t i = 0; i < desired->service_count; i++)
		plan_entering(plan, desired, &desired->services[i], actual);
	for (uint32_t i = 0; i < desired->service_count; i++)
		plan_leaving(plan, desired, i, actual);
	for (uint32_t i = 0; i < actual->service_count; i++) {
		const struct ipvs_service *held = &actual->services[i];

		if (ipvs_table_find_service(desired, &held->key) != IPVS_NONE)
			continue;
		if (flush || (ours && ipvs_table_find_service(ours, &held->key) != IPVS_NONE))
			push(plan, IPVS_DELETE_SERVICE, held);
	}
}

void ipvs_plan_free(struct ipvs_plan *plan)
{
	free(plan->operations);
	memset(plan, 0, sizeof(*plan));
}

static bool was_seen(const struct ipvs_operation *operation, const struct ipvs_table *seen)
{
	uint32_t service;

	if (!ipvs_verb_adds(operation->verb))
		return false;
	service = ipvs_table_find_service(seen, &operation->service);
	if (operation->verb == IPVS_ADD_SERVICE || service == IPVS_NONE)
		return service != IPVS_NONE;
	return ipvs_table_find_destination(seen, service, &operation->destination) != IPVS_NONE;
}

static bool is_known(const struct ipvs_operation *operation, const struct ipvs_plan *known)
{
	for (size_t i = 0; i < known->count; i++)
		if (memcmp(operation, &known->operations[i], sizeof(*operation)) == 0)
			return true;
	return false;
}

/* Takes out what was seen in a table, or is known from a plan; either may be NULL. */
static void forget(struct ipvs_plan *plan, const struct ipvs_table *seen,
		   const struct ipvs_plan *known)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct ipvs_operation *operation = &plan->operations[i];

		if ((seen && was_seen(operation, seen)) || (known && is_known(operation, known)))
			continue;
		if (kept != i)
			plan->operations[kept] = *operation;
		kept++;
	}
	plan->count = kept;
}

void ipvs_plan_forget_seen(struct ipvs_plan *plan, const struct ipvs_table *seen)
{
	forget(plan, seen, NULL);
}

void ipvs_plan_forget_known(struct ipvs_plan *plan, const struct ipvs_plan *known)
{
	forget(plan, NULL, known);
}

void ipvs_plan_add(struct ipvs_plan *plan, const struct ipvs_operation *operation)
{
	memcpy(append(plan), operation, sizeof(*operation));
}

bool ipvs_verb_adds(enum ipvs_verb verb)
{
	return verb == IPVS_ADD_SERVICE || verb == IPVS_ADD_DESTINATION;
}

bool ipvs_verb_edits(enum ipvs_verb verb)
{
	return verb == IPVS_EDIT_SERVICE || verb == IPVS_EDIT_DESTINATION;
}

const char *ipvs_verb_text(enum ipvs_verb verb)
{
	if (ipvs_verb_adds(verb))
		return "add";
	return ipvs_verb_edits(verb) ? "edit" : "delete";
}

const char *ipvs_operation_text(const struct ipvs_operation *operation, char text[IPVS_TEXT])
{
	const struct ipvs_destination_settings *settings = &operation->destination_settings;
	char row[IPVS_TEXT];

	text[0] = '\0';
	if (operation->verb <= IPVS_DELETE_SERVICE)
		text_append(text, IPVS_TEXT, "virtual server %s %s",
			    ipvs_service_text(&operation->service, row),
			    operation->service_settings.scheduler);
	else
		text_append(
			text, IPVS_TEXT, "real server %s weight %d %s",
			ipvs_destination_text(&operation->service, &operation->destination, row),
			settings->weight, ipvs_forwarding_text(settings->forwarding));
	return text;
}
