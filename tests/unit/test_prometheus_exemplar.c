/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which event moved which counter. */
#include "exporters/prometheus/exemplar.h"

#include <stdio.h>
#include <string.h>

#include "base/event.h"
#include "base/text.h"
#include "tests/unit/unit.h"

#define BEGAN INT64_C(1785000000000000000)

static struct snapshot snapshot;
static struct exemplars exemplars;

static void add(int64_t number, const char *cause, const char *object, const char *state)
{
	struct stat_last_event row = {.row.present = UINT64_MAX, .number = number};

	TEXT_COPY(row.cause, cause);
	TEXT_COPY(row.object, object);
	TEXT_COPY(row.state, state);
	row.happened = BEGAN + number;
	snapshot_add(&snapshot, STAT_FAMILY_LAST_EVENT, &row);
}

/* 0: none. */
static int64_t found(enum stat_family_id family, unsigned metric, size_t member, const void *row)
{
	const struct stat_last_event *event = exemplar_find(&exemplars, family, metric, member, row);

	return event ? event->number : 0;
}

static void a_days_events(void)
{
	add(3, "started", "VI_1", "backup");
	add(9, "master_silent", "VI_1", "master");
	add(7, "preempted_master", "VI_1", "master");
	add(8, "higher_priority_master", "VI_1", "backup");
	add(12, "master_resigned", "VI_2", "master");
	add(10, "check_failed", "group www 192.0.2.1:80", "down");
	add(11, "check_passed", "group www 192.0.2.1:80", "up");
	add(20, "check_failed", "192.0.2.9:25 192.0.2.1:25", "down");
	add(30, "drift_repaired", "ipvs", "");
	add(31, "reload_applied", "/etc/lbd/lbd.conf", "");
	add(32, "reload_refused", "/etc/lbd/lbd.conf", "");
	add(33, "child_died", "lbd: vrrp", "dead");
	add(34, "child_restarted", "lbd: vrrp", "running");
	add(35, "exporter_died", "lbd-rrd", "dead");
	exemplars_begin(&exemplars, &snapshot);
}

static void the_newest_event_of_object_and_state(void)
{
	struct stat_vrrp vrrp = {.instance = "VI_1"};

	a_days_events();
	UNIT_NUMBER(found(STAT_FAMILY_VRRP, STAT_vrrp_transitions, VRRP_STATE_MASTER, &vrrp), 9);
	UNIT_NUMBER(found(STAT_FAMILY_VRRP, STAT_vrrp_transitions, VRRP_STATE_BACKUP, &vrrp), 8);
	UNIT_NUMBER(found(STAT_FAMILY_VRRP, STAT_vrrp_transitions, VRRP_STATE_FAULT, &vrrp), 0);
	UNIT_NUMBER(found(STAT_FAMILY_VRRP, STAT_vrrp_changes, VRRP_CAUSE_VRRP_PREEMPTED, &vrrp),
		    7);
	UNIT_NUMBER(found(STAT_FAMILY_VRRP, STAT_vrrp_changes, VRRP_CAUSE_VRRP_STOPPED, &vrrp), 0);
	TEXT_COPY(vrrp.instance, "VI_2");
	UNIT_NUMBER(found(STAT_FAMILY_VRRP, STAT_vrrp_transitions, VRRP_STATE_MASTER, &vrrp), 12);
	TEXT_COPY(vrrp.instance, "VI_");
	UNIT_NUMBER(found(STAT_FAMILY_VRRP, STAT_vrrp_transitions, VRRP_STATE_MASTER, &vrrp), 0);
	snapshot_free(&snapshot);
}

static void servers_in_a_group_and_alone(void)
{
	struct stat_real_server server = {
		.virtual_server = "192.0.2.9:80", .real_server = "192.0.2.1:80", .group = "www"};

	a_days_events();
	UNIT_NUMBER(found(STAT_FAMILY_REAL_SERVER, STAT_real_server_failures, 0, &server), 10);
	TEXT_COPY(server.group, "");
	UNIT_NUMBER(found(STAT_FAMILY_REAL_SERVER, STAT_real_server_failures, 0, &server), 0);
	TEXT_COPY(server.virtual_server, "192.0.2.9:25");
	TEXT_COPY(server.real_server, "192.0.2.1:25");
	UNIT_NUMBER(found(STAT_FAMILY_REAL_SERVER, STAT_real_server_failures, 0, &server), 20);
	UNIT_NUMBER(found(STAT_FAMILY_REAL_SERVER, STAT_real_server_connections, 0, &server), 0);
	snapshot_free(&snapshot);
}

static void what_happens_to_lbd_itself(void)
{
	struct stat_config config = {.file = "/etc/lbd/lbd.conf"};
	struct stat_child child = {.process = "vrrp"};
	struct stat_ipvs ipvs = {.scope = "host"};
	struct stat_event event = {.scope = "host"};

	a_days_events();
	UNIT_NUMBER(found(STAT_FAMILY_IPVS, STAT_ipvs_drifts, 0, &ipvs), 30);
	UNIT_NUMBER(found(STAT_FAMILY_CONFIG, STAT_config_reloads, RELOAD_RESULT_APPLIED, &config),
		    31);
	UNIT_NUMBER(found(STAT_FAMILY_CONFIG, STAT_config_reloads, RELOAD_RESULT_REFUSED, &config),
		    32);
	UNIT_NUMBER(
		found(STAT_FAMILY_CONFIG, STAT_config_reloads, RELOAD_RESULT_UNCHANGED, &config), 0);
	UNIT_NUMBER(found(STAT_FAMILY_CHILD, STAT_child_restarts, 0, &child), 33);
	TEXT_COPY(child.process, "rrd");
	UNIT_NUMBER(found(STAT_FAMILY_CHILD, STAT_child_restarts, 0, &child), 35);
	TEXT_COPY(child.process, "check");
	UNIT_NUMBER(found(STAT_FAMILY_CHILD, STAT_child_restarts, 0, &child), 0);
	UNIT_NUMBER(found(STAT_FAMILY_EVENT, STAT_event_events, SEVERITY_CRITICAL, &event), 33);
	UNIT_NUMBER(found(STAT_FAMILY_EVENT, STAT_event_events, SEVERITY_INFO, &event), 34);
	UNIT_NUMBER(found(STAT_FAMILY_EVENT, STAT_event_events, SEVERITY_WARNING, &event), 35);
	snapshot_free(&snapshot);
}

static void an_event_before_the_counter_began_did_not_move_it(void)
{
	struct stat_ipvs ipvs = {.scope = "host", .row.since = BEGAN + 30};

	a_days_events();
	UNIT_NUMBER(found(STAT_FAMILY_IPVS, STAT_ipvs_drifts, 0, &ipvs), 30);
	ipvs.row.since++;
	UNIT_NUMBER(found(STAT_FAMILY_IPVS, STAT_ipvs_drifts, 0, &ipvs), 0);
	snapshot_free(&snapshot);
}

static void invariant_7_what_a_segment_says_is_doubted(void)
{
	struct stat_last_event unknown = {.row.present = 0, .cause = "drift_repaired"};
	struct stat_ipvs ipvs = {.scope = "host"};

	add(1, "bored", "ipvs", "");
	add(-5, "drift_repaired", "ipvs", "");
	snapshot_add(&snapshot, STAT_FAMILY_LAST_EVENT, &unknown);
	exemplars_begin(&exemplars, &snapshot);
	UNIT_NUMBER(exemplars.count, 0);
	UNIT_NUMBER(found(STAT_FAMILY_IPVS, STAT_ipvs_drifts, 0, &ipvs), 0);
	for (int64_t i = 0; i < 2 * STAT_LAST_EVENTS; i++)
		add(i + 1, "drift_repaired", "ipvs", "");
	exemplars_begin(&exemplars, &snapshot);
	UNIT_NUMBER(exemplars.count, STAT_LAST_EVENTS);
	snapshot_free(&snapshot);
}

/* OpenMetrics 1.0: the labels of an exemplar have at most 128 characters, names included. */
static void exemplars_are_short_enough(void)
{
	for (unsigned i = 0; i < CAUSE_COUNT; i++) {
		const char *cause = event_cause_info(i)->name;

		CU_ASSERT(strlen(cause) < sizeof(((struct stat_last_event *)NULL)->cause));
		CU_ASSERT(strlen(EXEMPLAR_LABEL_EVENT EXEMPLAR_LABEL_CAUSE) + EXEMPLAR_NUMBER +
				  strlen(cause) <= 128);
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(the_newest_event_of_object_and_state),
	UNIT_TEST(servers_in_a_group_and_alone),
	UNIT_TEST(what_happens_to_lbd_itself),
	UNIT_TEST(an_event_before_the_counter_began_did_not_move_it),
	UNIT_TEST(invariant_7_what_a_segment_says_is_doubted),
	UNIT_TEST(exemplars_are_short_enough),
};

int main(void)
{
	return unit_main("prometheus_exemplar", tests, UNIT_COUNT(tests));
}
