/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: least touching, order, foreign services, and the property that a plan carried out
 * leaves nothing to do (invariant 2). Tables are random; the kernel is one in memory. */
#include "ipvs/plan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

#include "base/event.h"
#include "base/text.h"
#include "ipvs/backend.h"
#include "ipvs/memory.h"
#include "tests/unit/unit.h"

static struct ipvs_service_key service_key(unsigned number)
{
	struct ipvs_service_key key = {0};

	if (number % 5 == 4) {
		key.address.family = number % 2 ? AF_INET6 : AF_INET;
		key.fwmark = number + 1;
		return key;
	}
	key.address = address_from_ipv4(htonl(0xc0a80100u + number));
	key.protocol = number % 3 ? IPPROTO_TCP : IPPROTO_UDP;
	key.port = 80;
	return key;
}

static struct ipvs_destination_key destination_key(unsigned number)
{
	struct ipvs_destination_key key = {
		.address = address_from_ipv4(htonl(0x0a000000u + number)), .port = 80};

	return key;
}

static void add_service(struct ipvs_table *table, unsigned number, const char *scheduler)
{
	struct ipvs_service_key key = service_key(number);
	bool added;

	TEXT_COPY(ipvs_table_add_service(table, &key, &added)->settings.scheduler, scheduler);
}

static void add_destination(struct ipvs_table *table, unsigned number, int32_t weight)
{
	struct ipvs_destination_key key = destination_key(number);
	struct ipvs_destination *row;
	bool added;

	row = ipvs_table_add_destination(table, (uint32_t)table->service_count - 1, &key, &added);
	row->settings.weight = weight;
	row->settings.forwarding = IP_VS_CONN_F_DROUTE;
}

/* --- random tables ------------------------------------------------------------------------ */

static unsigned state;

static unsigned random_below(unsigned bound)
{
	state = state * 1103515245u + 12345u;
	return (state >> 16) % bound;
}

static void random_settings(struct ipvs_service_settings *settings)
{
	static const char *const schedulers[] = {"rr", "wlc", "sh"};

	TEXT_COPY(settings->scheduler, schedulers[random_below(3)]);
	if (random_below(2)) {
		settings->flags = IP_VS_SVC_F_PERSISTENT;
		settings->timeout = 60 * (1 + random_below(2));
		settings->netmask = ~0u;
	}
}

static void random_table(struct ipvs_table *table)
{
	bool added;

	ipvs_table_clear(table);
	for (unsigned i = 0; i < 12; i++) {
		struct ipvs_service_key key = service_key(random_below(16));
		uint32_t row = (uint32_t)table->service_count;
		struct ipvs_service *service = ipvs_table_add_service(table, &key, &added);

		if (!added)
			continue;
		random_settings(&service->settings);
		for (unsigned j = random_below(10); j > 0; j--) {
			struct ipvs_destination_key to = destination_key(random_below(12));

			ipvs_table_add_destination(table, row, &to, &added)->settings =
				(struct ipvs_destination_settings){
					.forwarding = random_below(2) ? IP_VS_CONN_F_DROUTE
								      : IP_VS_CONN_F_TUNNEL,
					.weight = (int32_t)random_below(3),
				};
		}
	}
}

/* Every row of `part` is in `whole`, with equal settings. */
static bool holds_all(const struct ipvs_table *whole, const struct ipvs_table *part)
{
	for (size_t i = 0; i < part->service_count; i++) {
		const struct ipvs_service *service = &part->services[i];
		uint32_t row = ipvs_table_find_service(whole, &service->key);

		if (row == IPVS_NONE || whole->services[row].count != service->count ||
		    !ipvs_service_settings_equal(&whole->services[row].settings,
						 &service->settings))
			return false;
		for (uint32_t j = service->first; j < service->first + service->count; j++) {
			const struct ipvs_destination *to = &part->destinations[j];
			uint32_t at = ipvs_table_find_destination(whole, row, &to->key);

			if (at == IPVS_NONE ||
			    !ipvs_destination_settings_equal(&whole->destinations[at].settings,
							     &to->settings))
				return false;
		}
	}
	return true;
}

static size_t foreign_count(const struct ipvs_table *actual, const struct ipvs_table *desired)
{
	size_t count = 0;

	for (size_t i = 0; i < actual->service_count; i++)
		count += ipvs_table_find_service(desired, &actual->services[i].key) == IPVS_NONE;
	return count;
}

static void carry_out(struct ipvs_memory *memory, const struct ipvs_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		UNIT_NUMBER(memory->backend.calls->apply(&memory->backend, &plan->operations[i]),
			    0);
}

/* Is an operation about something that was right already? */
static bool touches_right_row(const struct ipvs_operation *operation,
			      const struct ipvs_table *actual)
{
	uint32_t service = ipvs_table_find_service(actual, &operation->service);
	uint32_t row;

	if (service == IPVS_NONE)
		return false;
	if (operation->verb == IPVS_EDIT_SERVICE)
		return ipvs_service_settings_equal(&operation->service_settings,
						   &actual->services[service].settings);
	if (operation->verb != IPVS_EDIT_DESTINATION)
		return false;
	row = ipvs_table_find_destination(actual, service, &operation->destination);
	return row == IPVS_NONE ||
	       ipvs_destination_settings_equal(&operation->destination_settings,
					       &actual->destinations[row].settings);
}

static void a_plan_carried_out_leaves_nothing_to_do(void)
{
	struct ipvs_memory *memory = ipvs_memory_new();
	struct ipvs_table desired = {0}, before = {0};
	struct ipvs_plan plan = {0};
	bool right = true, complete = true, touched = false, foreign = true;

	state = 1;
	for (int round = 0; round < 300; round++) {
		bool flush = round % 3 == 0;
		size_t others;

		random_table(&desired);
		random_table(&memory->table);
		ipvs_table_copy(&before, &memory->table);
		others = foreign_count(&before, &desired);
		ipvs_plan_make(&plan, &desired, &before, NULL, flush);
		for (size_t i = 0; i < plan.count; i++)
			touched = touched || touches_right_row(&plan.operations[i], &before);
		carry_out(memory, &plan);
		complete = complete && holds_all(&memory->table, &desired);
		foreign = foreign && memory->table.service_count ==
					     desired.service_count + (flush ? 0 : others);
		ipvs_plan_make(&plan, &desired, &memory->table, NULL, flush);
		right = right && plan.count == 0;
	}
	CU_ASSERT(right);
	CU_ASSERT(complete);
	CU_ASSERT(foreign);
	CU_ASSERT(!touched);
	ipvs_plan_free(&plan);
	ipvs_table_free(&desired);
	ipvs_table_free(&before);
	ipvs_backend_free(&memory->backend);
}

/* Between any two operations, every service that had weight in service and shall have it, has some.
 */
static bool serves(const struct ipvs_table *table, const struct ipvs_service_key *key)
{
	uint32_t row = ipvs_table_find_service(table, key);

	if (row == IPVS_NONE)
		return false;
	for (uint32_t i = 0; i < table->services[row].count; i++)
		if (table->destinations[table->services[row].first + i].settings.weight > 0)
			return true;
	return false;
}

static bool never_cut(struct ipvs_memory *memory, const struct ipvs_plan *plan,
		      const struct ipvs_table *desired, const struct ipvs_table *before)
{
	bool cut = false;

	for (size_t i = 0; i < plan->count; i++) {
		ipvs_apply(&memory->backend, &plan->operations[i]);
		for (size_t j = 0; j < desired->service_count; j++) {
			const struct ipvs_service_key *key = &desired->services[j].key;

			if (serves(before, key) && serves(desired, key))
				cut = cut || !serves(&memory->table, key);
		}
	}
	return !cut;
}

static void no_operation_cuts_traffic(void)
{
	struct ipvs_memory *memory = ipvs_memory_new();
	struct ipvs_table desired = {0}, before = {0};
	struct ipvs_plan plan = {0};
	bool good = true;

	state = 7;
	for (int round = 0; round < 60; round++) {
		random_table(&desired);
		random_table(&memory->table);
		ipvs_table_copy(&before, &memory->table);
		ipvs_plan_make(&plan, &desired, &before, NULL, false);
		good = good && never_cut(memory, &plan, &desired, &before);
	}
	CU_ASSERT(good);
	ipvs_plan_free(&plan);
	ipvs_table_free(&desired);
	ipvs_table_free(&before);
	ipvs_backend_free(&memory->backend);
}

static void services_that_were_ours_go(void)
{
	struct ipvs_table desired = {0}, actual = {0}, ours = {0};
	struct ipvs_plan plan = {0};
	char text[IPVS_TEXT];

	add_service(&actual, 1, "wlc");
	add_service(&actual, 2, "wlc");
	add_service(&ours, 2, "wlc");
	ipvs_plan_make(&plan, &desired, &actual, &ours, false);
	UNIT_NUMBER(plan.count, 1);
	UNIT_NUMBER(plan.operations[0].verb, IPVS_DELETE_SERVICE);
	UNIT_STRING(ipvs_operation_text(&plan.operations[0], text),
		    "virtual server TCP 192.168.1.2:80 wlc");
	ipvs_plan_free(&plan);
	ipvs_table_free(&actual);
	ipvs_table_free(&ours);
}

static void additions_come_before_removals(void)
{
	static const enum ipvs_verb expected[] = {IPVS_ADD_DESTINATION, IPVS_EDIT_DESTINATION,
						  IPVS_EDIT_DESTINATION, IPVS_DELETE_DESTINATION};
	struct ipvs_table desired = {0}, actual = {0};
	struct ipvs_plan plan = {0};
	char text[IPVS_TEXT];

	add_service(&actual, 1, "wlc");
	add_destination(&actual, 1, 1);
	add_destination(&actual, 2, 1);
	add_destination(&actual, 3, 1);
	add_service(&desired, 1, "wlc");
	add_destination(&desired, 2, 0); /* inhibited: last but the removal */
	add_destination(&desired, 4, 1);
	add_destination(&desired, 3, 9);
	ipvs_plan_make(&plan, &desired, &actual, NULL, false);
	UNIT_NUMBER(plan.count, 4);
	for (size_t i = 0; i < plan.count && i < 4; i++)
		UNIT_NUMBER(plan.operations[i].verb, expected[i]);
	UNIT_STRING(ipvs_operation_text(&plan.operations[1], text),
		    "real server TCP 192.168.1.1:80 -> 10.0.0.3:80 weight 9 DR");
	UNIT_NUMBER(plan.operations[2].destination_settings.weight, 0);
	ipvs_plan_free(&plan);
	ipvs_table_free(&desired);
	ipvs_table_free(&actual);
}

static void settings_without_effect_are_not_compared(void)
{
	struct ipvs_service_settings a = {.scheduler = "wlc", .timeout = 360};
	struct ipvs_service_settings b = {.scheduler = "wlc", .netmask = ~0u};

	CU_ASSERT(ipvs_service_settings_equal(&a, &b));
	a.flags = b.flags = IP_VS_SVC_F_PERSISTENT;
	CU_ASSERT(!ipvs_service_settings_equal(&a, &b));
	b.timeout = 360;
	CU_ASSERT(!ipvs_service_settings_equal(&a, &b));
	a.netmask = ~0u;
	CU_ASSERT(ipvs_service_settings_equal(&a, &b));
	b.flags |= IP_VS_SVC_F_ONEPACKET;
	CU_ASSERT(!ipvs_service_settings_equal(&a, &b));
}

static void rows_passed_over_are_not_missing(void)
{
	struct ipvs_table expected = {0}, first = {0}, second = {0};
	struct ipvs_plan plan = {0};

	add_service(&expected, 1, "wlc");
	add_destination(&expected, 1, 1);
	add_destination(&expected, 2, 1);
	add_service(&first, 1, "wlc");
	add_destination(&first, 1, 1);
	add_service(&second, 1, "wlc");
	ipvs_plan_make(&plan, &expected, &second, NULL, false);
	UNIT_NUMBER(plan.count, 2);
	ipvs_plan_forget_seen(&plan, &first);
	UNIT_NUMBER(plan.count, 1);
	CU_ASSERT(plan.count == 1 &&
		  address_to_ipv4(&plan.operations[0].destination.address) == htonl(0x0a000002));
	ipvs_plan_free(&plan);
	ipvs_table_free(&expected);
	ipvs_table_free(&first);
	ipvs_table_free(&second);
}

static void applying_meets_others_halfway(void)
{
	struct ipvs_memory *memory = ipvs_memory_new();
	struct ipvs_operation operation = {.verb = IPVS_ADD_SERVICE, .service = service_key(1)};

	TEXT_COPY(operation.service_settings.scheduler, "rr");
	UNIT_NUMBER(ipvs_apply(&memory->backend, &operation), 0);
	TEXT_COPY(operation.service_settings.scheduler, "wlc");
	UNIT_NUMBER(ipvs_apply(&memory->backend, &operation), 0);
	UNIT_STRING(memory->table.services[0].settings.scheduler, "wlc");
	operation.verb = IPVS_DELETE_SERVICE;
	UNIT_NUMBER(ipvs_apply(&memory->backend, &operation), 0);
	UNIT_NUMBER(ipvs_apply(&memory->backend, &operation), 0);
	operation.verb = IPVS_EDIT_SERVICE;
	UNIT_NUMBER(ipvs_apply(&memory->backend, &operation), -ESRCH);
	ipvs_backend_free(&memory->backend);
}

static void ten_thousand_rows_are_found_again(void)
{
	struct ipvs_table table = {0}, copy = {0};
	struct ipvs_plan plan = {0};
	bool found = true;

	for (unsigned i = 0; i < 10; i++) {
		add_service(&table, i, "wlc");
		for (unsigned j = 0; j < 1000; j++)
			add_destination(&table, j, 1);
	}
	for (unsigned i = 0; i < 10; i++) {
		struct ipvs_service_key key = service_key(i);
		uint32_t row = ipvs_table_find_service(&table, &key);

		for (unsigned j = 0; j < 1000; j++) {
			struct ipvs_destination_key to = destination_key(j);

			found = found &&
				ipvs_table_find_destination(&table, row, &to) == i * 1000 + j;
		}
	}
	CU_ASSERT(found);
	ipvs_table_copy(&copy, &table);
	ipvs_plan_make(&plan, &table, &copy, NULL, true);
	UNIT_NUMBER(plan.count, 0);
	ipvs_table_clear(&copy);
	ipvs_plan_make(&plan, &table, &copy, NULL, true);
	UNIT_NUMBER(plan.count, 10010);
	ipvs_plan_free(&plan);
	ipvs_table_free(&table);
	ipvs_table_free(&copy);
}

static void errors_fit_into_an_event(void)
{
	for (int error = -200; error < 0; error++)
		CU_ASSERT(strlen(ipvs_error_text(error)) < EVENT_FACT_TEXT);
	CU_ASSERT(strstr(ipvs_error_text(-ENOPROTOOPT), "modprobe ip_vs") != NULL);
}

int main(void)
{
	static const struct unit_test tests[] = {
		UNIT_TEST(a_plan_carried_out_leaves_nothing_to_do),
		UNIT_TEST(no_operation_cuts_traffic),
		UNIT_TEST(services_that_were_ours_go),
		UNIT_TEST(additions_come_before_removals),
		UNIT_TEST(settings_without_effect_are_not_compared),
		UNIT_TEST(rows_passed_over_are_not_missing),
		UNIT_TEST(applying_meets_others_halfway),
		UNIT_TEST(ten_thousand_rows_are_found_again),
		UNIT_TEST(errors_fit_into_an_event),
	};

	return unit_main("ipvs plan", tests, UNIT_COUNT(tests));
}
