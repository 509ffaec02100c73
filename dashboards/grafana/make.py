#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes lbd's Grafana dashboards: make.py [DIRECTORY], by default the one that it is in.

The same description always gives the same files, which are checked in. Names of metrics come from
lbd-metrics(7), those with colons from ../prometheus/lbd.rules.yml.
"""

import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from grafana import (  # noqa: E402
    HERE, NO, YES, annotation, dashboard, graph, heatmap, row, stat, state_set, table, timeline, variable)

HOST = 'instance=~"$instance"'
ONE = HOST + ',virtual_server="$virtual_server"'
VRRP_LEGEND = "{{vrrp_instance}} on {{instance}}"
INSTANCE = variable("instance", "Director", "label_values(lbd_build_info, instance)", True)
VIRTUAL_SERVER = variable("virtual_server", "Virtual server",
                          "label_values(lbd_virtual_server_connections_total, virtual_server)", False)
# Causes of events (lbd/base/cause.def): a director became master; something is wrong.
TAKEN_OVER = "master_silent|master_resigned|preempted_master|no_master|resumed|address_owner"
TROUBLE = ("interface_down|check_failed|quorum_lost|drift_repaired|ipvs_unavailable|reload_refused|child_died|"
           "exporter_died")


def events(name, causes, colour):
    """Marks where events happened, by their own time."""
    return annotation(
        name, 'lbd_last_event_happened_timestamp_seconds{cause=~"%s",%s} * 1000' % (causes, HOST),
        "{{object}} on {{instance}}: {{cause}}", colour)


MARKS = [events("Failovers", TAKEN_OVER, "bad"), events("Troubles", TROUBLE, "warn")]


def named(expr):
    """The instance's name from the configuration, for the legend."""
    return ("%s * on (job, instance, interface, vrid, family) group_left (vrrp_instance) "
            "lbd_vrrp_info{%s}" % (expr, HOST))


def rate(name, labels=HOST):
    return "rate(%s{%s}[$__rate_interval])" % (name, labels)


def quantile(share, name, by, labels=HOST):
    """Of classic histograms or of native ones, whichever Prometheus scrapes."""
    return "histogram_quantile(%s, sum by (%s, le) (%s)) or histogram_quantile(%s, sum by (%s) (%s))" % (
        share, by, rate(name + "_bucket", labels), share, by, rate(name, labels))


def phases():
    """Seconds for each phase of a probe; the probes are counted by a histogram of either kind."""
    trip = "lbd_check_round_trip_seconds"
    count = "(sum by (instance) (%s) or histogram_count(sum by (instance) (%s)))" % (rate(trip + "_count"), rate(trip))
    return "sum by (instance, phase) (%s) / on (instance) group_left () %s" % (
        rate("lbd_check_phase_time_seconds_total"), count)


def spread(name, labels=HOST):
    """How many observations fell into each bucket; of classic or native histograms."""
    return ("sum by (le) (increase(%s_bucket{%s}[$__rate_interval])) or sum(increase(%s{%s}[$__rate_interval]))"
            % (name, labels, name, labels))


def none_is_zero(expr):
    return "(%s) or vector(0)" % expr


def masters():
    return timeline("Who is master", [(named("lbd_vrrp_state{%s}" % HOST), VRRP_LEGEND)],
                    "One green bar for each VRRP instance at any time. Two at once: the directors do not hear "
                    "each other; none: nobody holds the addresses.", state_set("vrrp_state"))


def overview():
    servers = "/d/lbd-virtual-server?var-virtual_server=${__data.fields.virtual_server}&${__url_time_range}"
    return dashboard("lbd-overview", "lbd: cluster", "Is everything well, who serves, how much.", [
        row("Now"),
        stat("Directors that do not answer", none_is_zero('count(up{job=~"lbd.*",%s} == 0)' % HOST),
             "Directors whose numbers cannot be scraped.", steps=("good", (1, "bad"))),
        stat("VRIDs without one master", none_is_zero("count(cluster:lbd_vrrp_masters:sum != 1)"),
             "0: every virtual router has exactly one master among the directors that are scraped.",
             steps=("good", (1, "bad"))),
        stat("Quorums lost", none_is_zero("count(lbd_virtual_server_quorum_reached{%s} == 0)" % HOST),
             "Virtual servers with too few real servers, on each director.", steps=("good", (1, "bad"))),
        stat("Real servers down", none_is_zero(
            "count(max by (real_server) (lbd_real_server_health{%s} == 2))" % HOST),
             "Real servers that a director took out of service because a check fails.",
             steps=("good", (1, "warn"))),
        stat("Takeovers", 'sum(increase(lbd_vrrp_transitions_total{state="master",%s}[$__range]))' % HOST,
             "How often a director became master in the time shown.", steps=("good", (0.5, "warn")), decimals=0),
        stat("Alerts firing", none_is_zero('count(ALERTS{alertname=~"Lbd.*",alertstate="firing"})'),
             "Alerts of lbd.rules.yml that stand.", steps=("good", (1, "bad"))),
        masters(),
        table("Alerts", [('ALERTS{alertname=~"Lbd.*",alertstate="firing"}', "firing", "none", NO)],
              "Empty when all is well.", hide=("alertstate",), width=12, height=8),
        table("Newest events", [
            ("time() - topk(15, lbd_last_event_happened_timestamp_seconds{%s})" % HOST, "ago", "s", None),
            ("lbd_last_event_number{%s} and on (instance, cause, object) "
             "topk(15, lbd_last_event_happened_timestamp_seconds{%s})" % (HOST, HOST), "event", "none", None)],
              "The newest of each cause and object. `lbctl explain NUMBER` on that director tells the story.",
              sort="ago"),
        row("Traffic of the cluster"),
        graph("New connections", [("cluster:lbd_virtual_server_connections:rate1m", "{{virtual_server}}")],
              "Connections scheduled a second, whichever director does it.", "cps"),
        graph("Active connections", [("sum by (cluster, virtual_server) "
                                      "(lbd_virtual_server_active_connections{%s})" % HOST, "{{virtual_server}}")],
              "Established connections."),
        graph("Bytes in", [("cluster:lbd_virtual_server_in_bytes:rate1m", "{{virtual_server}}")],
              "From clients towards real servers.", "Bps"),
        graph("Bytes out", [("cluster:lbd_virtual_server_out_bytes:rate1m", "{{virtual_server}}")],
              "Back to clients. Only NAT passes through the director: with DR and TUN this is 0.", "Bps"),
        row("Virtual and real servers"),
        table("Virtual servers", [
            ("lbd_virtual_server_quorum_reached{%s}" % HOST, "quorum", "none", YES),
            ("lbd_virtual_server_real_servers_up{%s}" % HOST, "up", "none", None),
            ("lbd_virtual_server_real_servers{%s}" % HOST, "of", "none", None),
            ("lbd_virtual_server_weight_up{%s}" % HOST, "weight", "none", None),
            ("lbd_virtual_server_connection_rate_per_second{%s}" % HOST, "connections a second", "cps", None),
            ("lbd_virtual_server_active_connections{%s}" % HOST, "active", "none", None)],
              "As each director sees it. A click on a virtual server opens its own page.",
              links=(("virtual_server", "Details", servers),), width=12),
        timeline("Real servers", [("max by (instance, real_server) (lbd_real_server_health{%s})" % HOST,
                                   "{{real_server}} seen by {{instance}}")],
                 "Health by the checks of each director; down if it is down in any virtual server.",
                 state_set("health"), height=9),
    ], [INSTANCE], MARKS)


def virtual_server():
    through = "{{real_server}} through {{instance}}"
    family = "lbd_virtual_server_"
    server = "lbd_real_server_"
    return dashboard("lbd-virtual-server", "lbd: virtual server", "One virtual server and its real servers.", [
        row("$virtual_server"),
        stat("New connections", "sum(%s)" % rate(family + "connections_total", ONE),
             "Connections scheduled a second, on all directors shown.", "cps"),
        stat("Bytes in", "sum(%s)" % rate(family + "in_bytes_total", ONE), "Towards the real servers.", "Bps"),
        stat("Active connections", "sum(%sactive_connections{%s})" % (family, ONE), "Established."),
        stat("Real servers out of service", "max(%sreal_servers{%s} - %sreal_servers_up{%s})" % (
            family, ONE, family, ONE), "On the director that sees most of them out.",
             steps=("good", (1, "warn"))),
        stat("Quorum", "min(%squorum_reached{%s})" % (family, ONE), "Is enough weight in service, everywhere?",
             states=YES),
        stat("Sorry server", "max(%ssorry_server_active{%s})" % (family, ONE),
             "Does the sorry server answer instead of the real ones?", states=NO),
        row("Real servers: traffic"),
        graph("New connections", [(rate(server + "connections_total", ONE), through)],
              "Connections scheduled to each real server.", "cps"),
        graph("Active connections", [("%sactive_connections{%s}" % (server, ONE), through)], "Established."),
        graph("Bytes in", [(rate(server + "in_bytes_total", ONE), through)], "Towards each real server.", "Bps"),
        graph("Bytes out", [(rate(server + "out_bytes_total", ONE), through)],
              "Back through the director: NAT only.", "Bps"),
        graph("Packets in", [(rate(server + "in_packets_total", ONE), through)],
              "Towards each real server.", "pps", width=8),
        graph("Inactive connections", [("%sinactive_connections{%s}" % (server, ONE), through)],
              "Those that are not established: opening, closing, or waiting out their time.", width=8),
        graph("Persistence templates", [("%spersistent_connections{%s}" % (server, ONE), through)],
              "Clients that are tied to a real server.", width=8),
        row("Real servers: who gets how much"),
        graph("Share of connections", [
            ("%sshare_ratio{%s}" % (server, ONE), through + ", got"),
            ("%sshare_ideal_ratio{%s}" % (server, ONE), through + ", by weight")],
              "What each real server got of the new connections, and what its weight asks for. No line without "
              "traffic.", "percentunit", high=1, width=8),
        graph("Imbalance", [("%simbalance_ratio{%s}" % (family, ONE), "{{virtual_server}} through {{instance}}")],
              "Part of the new connections that went to another real server than the weights ask for. "
              "Persistence, hashing schedulers and slow servers show here.",
              "percentunit", high=1, steps=("good", (0.25, "warn")), width=8),
        graph("Weight in force", [("%sweight_effective{%s}" % (server, ONE), through)],
              "In the kernel's table; no line while the server is not in it.", width=8),
        row("Real servers: health"),
        timeline("Health", [("%shealth{%s}" % (server, ONE), "{{real_server}} seen by {{instance}}")],
                 "As the checks see it.", state_set("health")),
        timeline("In service", [("%sin_service{%s}" % (server, ONE), through)],
                 "Does the kernel's table hold it with a weight above 0?", YES),
        table("Real servers", [
            ("time() - %schanged_timestamp_seconds{%s}" % (server, ONE), "since", "s", None),
            ("%sfailures_total{%s}" % (server, ONE), "failures", "none", None),
            ("%sweight{%s}" % (server, ONE), "weight", "none", None)],
              "Time since the last change of health, failures so far, weight configured."),
    ], [INSTANCE, VIRTUAL_SERVER], MARKS)


def vrrp():
    late = "lbd_vrrp_send_lateness_seconds"
    jitter = "lbd_vrrp_jitter_seconds"
    by = "instance, interface, vrid"
    legend = "VRID {{vrid}} on {{instance}}"
    return dashboard("lbd-vrrp", "lbd: VRRP and failovers",
                     "Who was master when and why, how near a false failover is, what is wrong on the wire.", [
        row("States"),
        masters(),
        timeline("Masters by VRID", [("cluster:lbd_vrrp_masters:sum", "VRID {{vrid}} on {{interface}}")],
                 "How many directors hold the addresses of one VRID.",
                 {0: ("none", "bad"), 1: ("one", "good"), 2: ("two", "bad"), 3: ("three", "bad")}),
        graph("Priority", [(named("lbd_vrrp_priority{%s}" % HOST), VRRP_LEGEND)],
              "Priority in force; the highest becomes master.", high=255),
        graph("Changes of state", [("increase(lbd_vrrp_changes_total{%s}[$__rate_interval]) > 0" % HOST,
                                    "{{instance}}, VRID {{vrid}}: {{cause}}")],
              "By cause. Empty when nothing changes.", decimals=0),
        table("Instances", [
            (named("lbd_vrrp_state{%s}" % HOST), "state", "none", state_set("vrrp_state")),
            (named("(time() - lbd_vrrp_changed_timestamp_seconds{%s})" % HOST), "since", "s", None),
            (named("lbd_vrrp_addresses_held{%s}" % HOST), "addresses held", "none", None),
            (named("lbd_vrrp_addresses{%s}" % HOST), "of", "none", None),
            (named("lbd_vrrp_priority{%s}" % HOST), "priority", "none", None),
            (named("lbd_vrrp_master_priority{%s}" % HOST), "of the master", "none", None)],
              "A master holds all of its addresses, a backup none.", hide=("family",)),
        table("Failovers", [
            ('time() - lbd_last_event_happened_timestamp_seconds{cause=~"%s",%s}' % (TAKEN_OVER, HOST), "ago", "s",
             None),
            ('lbd_last_event_number{cause=~"%s",%s}' % (TAKEN_OVER, HOST), "event", "none", None),
            ('lbd_last_event_outage_seconds{cause=~"%s",%s}' % (TAKEN_OVER, HOST), "clients cut off for", "s", None)],
              "The last of each cause, on the director that took over. `lbctl explain NUMBER` there tells the "
              "story.", sort="ago"),
        row("How near a false failover is"),
        graph("Margin", [
            ("lbd_vrrp_failover_margin_ratio{%s}" % HOST, legend + ", as heard"),
            ("instance:lbd_vrrp_failover_margin:ratio_10m{%s}" % HOST, legend + ", as sent")],
              "What was left of the silence at which a backup takes over. As heard: the longest gap that reached the "
              "backup; about 70 % is as it should be. As sent: the lateness of the master's worst advertisement; "
              "100 % is never late. 0: the backup takes over though the master lives.", "percentunit", high=1,
              steps=("bad", (0.25, "good"))),
        graph("Longest gap", [("lbd_vrrp_longest_gap_seconds{%s}" % HOST, legend)],
              "Between two advertisements of the master, as a backup heard them in the last one to two minutes.", "s"),
        graph("Advertisements heard", [("instance:lbd_vrrp_adverts_heard:ratio_1m{%s}" % HOST, legend)],
              "On backups: of those that the master should have sent. Three lost in a row are a failover.",
              "percentunit", steps=("bad", (0.9, "good"))),
        graph("Lateness of advertisements", [
            (quantile(0.5, late, by), legend + ", median"), (quantile(0.99, late, by), legend + ", 99 %")],
              "How long after their time they went out, on masters.", "s"),
        graph("Lateness of the vrrp process's timers", [
            (quantile(0.99, "lbd_process_loop_lateness_seconds", "instance", 'process="vrrp",' + HOST),
             "{{instance}}, 99 %")],
              "The same for every timer of the process. High: the machine is short of processor time.", "s"),
        graph("Jitter of advertisements", [
            (quantile(0.5, jitter, by), legend + ", median"), (quantile(0.99, jitter, by), legend + ", 99 %")],
              "On backups: how far the time between two advertisements was from the interval.", "s"),
        heatmap("Lateness of advertisements", spread(late), "On masters: how many advertisements were how late."),
        heatmap("Jitter of advertisements", spread(jitter), "On backups: how many arrived how irregularly."),
        row("On the wire"),
        graph("Advertisements", [(rate("lbd_vrrp_adverts_sent_total"), legend + ": sent"),
                                 (rate("lbd_vrrp_adverts_received_total"), legend + ": received")],
              "A master sends, a backup receives, at the configured interval.", "pps"),
        graph("Not accepted", [("sum by (instance, vrid, reason) (%s) > 0" % rate(
            "lbd_vrrp_adverts_dropped_total"), "VRID {{vrid}} on {{instance}}: {{reason}}")],
              "Advertisements that arrived and were dropped. Empty when all is well.", "pps"),
        graph("Resignations", [(rate("lbd_vrrp_priority_zero_sent_total"), legend + ": sent"),
                               (rate("lbd_vrrp_priority_zero_received_total"), legend + ": received")],
              "Advertisements of priority 0: a master that stops on purpose.", "pps"),
        graph("Gratuitous ARP and send errors", [
            (rate("lbd_vrrp_garp_sent_total"), legend + ": gratuitous ARP"),
            (rate("lbd_vrrp_send_errors_total"), legend + ": errors")],
              "Announcements of the addresses after a takeover; packets that the kernel refused to send.", "pps"),
    ], [INSTANCE], MARKS)


def checks():
    trip = "lbd_check_round_trip_seconds"
    legend = "{{real_server}} from {{instance}}"
    return dashboard("lbd-checks", "lbd: health checks", "What the checks see, and how long it takes them.", [
        row("Now"),
        stat("Checks that fail", none_is_zero("count(lbd_check_health{%s} == 2)" % HOST),
             "On all directors shown.", steps=("good", (1, "bad")), width=6),
        stat("Probes a second", "sum(%s)" % rate("lbd_check_probes_total"), "Finished probes.", "ops", width=6),
        stat("Probes that failed", "sum(%s)" % rate(
            "lbd_check_probes_total", 'result!="success",' + HOST), "A second, of those.", "ops",
             ("good", (0.001, "warn")), width=6),
        stat("Slowest round trip now", "max(lbd_check_last_round_trip_seconds{%s})" % HOST,
             "Of the last successful probe of each check.", "s", width=6),
        row("Round trips"),
        heatmap("Round trips", spread(trip),
                "How many successful probes took how long. A second band is a server, or a path, that is slower."),
        graph("Median", [(quantile(0.5, trip, "instance, real_server"), legend)],
              "Half of the probes took longer.", "s"),
        graph("99 %", [(quantile(0.99, trip, "instance, real_server"), legend)],
              "One probe in a hundred took longer.", "s"),
        graph("Time in each phase", [(phases(), "{{phase}}, from {{instance}}")],
              "Of a successful probe, on average.", "s"),
        graph("Lateness of probes", [("max by (instance) (lbd_check_last_lateness_seconds{%s})" % HOST,
                                      "{{instance}}")],
              "How long after its time the latest probe began, of all checks the one that was latest: a busy "
              "machine, or more checks than may run at once.", "s"),
        row("Verdicts"),
        timeline("Health", [("lbd_check_health{%s}" % HOST, legend)], "What each check says of its server.",
                 state_set("health")),
        timeline("How the last probe ended", [("lbd_check_last_result{%s}" % HOST, legend)],
                 "Refused: the host answers, the service does not. Timeout, unreachable: host, network, firewall.",
                 state_set("check_result")),
        graph("Probes by result", [("sum by (instance, result) (%s)" % rate("lbd_check_probes_total"),
                                    "{{instance}}: {{result}}")], "Finished probes.", "ops"),
        graph("Failures by server", [("sum by (instance, real_server, result) (%s) > 0" % rate(
            "lbd_check_probes_total", 'result!="success",' + HOST), legend + ": {{result}}")],
              "Empty when all is well.", "ops"),
        table("Checks", [
            ("lbd_check_health{%s}" % HOST, "health", "none", state_set("health")),
            ("time() - lbd_check_changed_timestamp_seconds{%s}" % HOST, "since", "s", None),
            ("lbd_check_last_result{%s}" % HOST, "last result", "none", state_set("check_result")),
            ("lbd_check_last_error{%s}" % HOST, "errno", "none", None),
            ("lbd_check_attempts{%s}" % HOST, "in a row", "none", None),
            ("time() - lbd_check_last_run_timestamp_seconds{%s}" % HOST, "last probe", "s", None),
            ("lbd_check_last_round_trip_seconds{%s}" % HOST, "round trip", "s", None)],
              "Every check with its last probe."),
    ], [INSTANCE], MARKS)


def itself():
    late = "lbd_process_loop_lateness_seconds"
    process = "{{process}} on {{instance}}"
    exporter = "{{exporter}} to {{target}}, {{instance}}"
    return dashboard("lbd-itself", "lbd: itself", "Is lbd well, and what does it cost?", [
        row("Processes"),
        timeline("Processes", [("lbd_child_state{%s}" % HOST, process)], "As their parent sees them.",
                 state_set("child_state")),
        timeline("Heartbeats", [("lbd_segment_up{%s}" % HOST, process)],
                 "Does the process beat its heart? One that is alive and does not is stuck.", YES),
        graph("Restarts", [("increase(lbd_child_restarts_total{%s}[$__rate_interval])" % HOST, process)],
              "Processes that died and were started again."),
        graph("Age of the numbers", [("lbd_segment_age_seconds{%s}" % HOST, process)],
              "Time since the last heartbeat.", "s"),
        graph("Processor time", [(rate("lbd_process_cpu_seconds_total"), process)],
              "Of one processor, user and system.", "percentunit"),
        graph("Resident memory", [("lbd_process_resident_memory_bytes{%s}" % HOST, process)],
              "Memory that is in use, without what is swapped out.", "bytes"),
        graph("Lateness of timers", [(quantile(0.99, late, "instance, process"), process + ", 99 %")],
              "How long after their time the timers of the event loop fired.", "s"),
        graph("Greatest lateness", [("lbd_process_loop_lateness_max_seconds{%s}" % HOST, process)],
              "Latest timer since the process started.", "s"),
        graph("Running for", [("time() - lbd_process_start_timestamp_seconds{%s}" % HOST, process)],
              "Time since each process started; a step to 0 is a restart.", "s"),
        graph("Lost", [
            ("sum by (instance, process) (%s)" % rate("lbd_process_log_lines_dropped_total"),
             process + ": log lines"),
            ("sum by (instance, process) (%s)" % rate("lbd_process_messages_refused_total"),
             process + ": messages"),
            ("sum by (instance, process) (%s)" % rate("lbd_process_events_lost_total"), process + ": events")],
              "What found no room and was dropped and counted, so that nothing had to wait.", "ops"),
        row("Configuration and events"),
        timeline("Last reload", [("lbd_config_last_reload{%s}" % HOST, "{{instance}}")],
                 "Refused: the file has errors and the one before it is in force.",
                 state_set("reload_result")),
        graph("Generation", [("lbd_segment_config_generation{%s}" % HOST, process)],
              "Number of the configuration that each process works by. They should be one line a director."),
        graph("Events", [("sum by (instance, severity) (increase(lbd_event_events_total{%s}"
                          "[$__rate_interval]))" % HOST, "{{instance}}: {{severity}}")],
              "By severity; `lbctl events` lists them."),
        graph("Journal", [("lbd_event_journal_size_bytes{%s}" % HOST, "{{instance}}")], "Size of the file.",
              "bytes"),
        graph("Control socket", [(rate("lbd_event_requests_total"), "{{instance}}: served"),
                                 (rate("lbd_event_requests_refused_total"), "{{instance}}: refused"),
                                 (rate("lbd_event_subscriber_losses_total"), "{{instance}}: events missed")],
              "Requests of lbctl, and events that slow followers missed.", "ops"),
        table("Configuration", [
            ("lbd_config_generation{%s}" % HOST, "generation", "none", None),
            ("lbd_config_warnings{%s}" % HOST, "warnings", "none", None)], "The files in force.", width=12),
        row("The kernel's IPVS"),
        timeline("Defence", [("lbd_ipvs_drop_entry{%s}" % HOST, "{{instance}}: drop_entry"),
                             ("lbd_ipvs_drop_packet{%s}" % HOST, "{{instance}}: drop_packet"),
                             ("lbd_ipvs_secure_tcp{%s}" % HOST, "{{instance}}: secure_tcp")],
                 "Active: the kernel is short of memory for connections, as in an attack.", state_set("defence"),
                 width=8),
        timeline("Kernel", [("lbd_ipvs_available{%s}" % HOST, "{{instance}}: IPVS answers"),
                            ("lbd_ipvs_estimation{%s}" % HOST, "{{instance}}: counters move")],
                 "Without estimation (net.ipv4.vs.run_estimation) all traffic counters stand still.", YES,
                 width=8),
        timeline("Connection synchronisation", [("lbd_sync_running{%s}" % HOST, "{{role}} on {{instance}}")],
                 "The kernel's daemon, which tells the other director of connections.",
                 {0: ("off", "none"), 1: ("runs", "good")}, width=8),
        graph("Reading the table", [("lbd_ipvs_sample_duration_seconds{%s}" % HOST, "{{instance}}")],
              "How long the last reading took.", "s"),
        graph("Changes", [(rate("lbd_ipvs_operations_total"), "{{instance}}: written"),
                          (rate("lbd_ipvs_operation_errors_total"), "{{instance}}: refused"),
                          (rate("lbd_ipvs_sample_errors_total"), "{{instance}}: not readable"),
                          (rate("lbd_ipvs_drifts_total"), "{{instance}}: drift repaired")],
              "Changes that lbd wrote, those that the kernel refused, and changes by others that it undid.",
              "ops"),
        graph("Table", [("lbd_ipvs_virtual_services{%s}" % HOST, "{{instance}}: virtual services"),
                        ("lbd_ipvs_foreign_services{%s}" % HOST, "{{instance}}: of which not configured"),
                        ("lbd_ipvs_destinations{%s}" % HOST, "{{instance}}: destinations")],
              "What the kernel holds."),
        graph("Entries for each bucket", [("lbd_ipvs_connection_table_load_ratio{%s}" % HOST, "{{instance}}")],
              "Of the connection table. Above 8, looking a connection up costs noticeable processor time.",
              steps=("good", (8, "warn"))),
        graph("Connections in the table", [("lbd_ipvs_connection_table_entries{%s}" % HOST, "{{instance}}")],
              "Of all services that the kernel has, configured or not; with persistence templates."),
        graph("New connections", [(rate("lbd_ipvs_connections_total"), "{{instance}}")],
              "Of the whole host.", "cps"),
        graph("Packets in", [(rate("lbd_ipvs_in_packets_total"), "{{instance}}")], "Of the whole host.", "pps"),
        graph("Busiest processor", [("lbd_ipvs_cpu_skew_ratio{%s}" % HOST, "{{instance}}")],
              "Its packets as a multiple of an even share; 1 is even. High: interrupts of the network card are not "
              "spread (RSS, irqbalance)."),
        graph("Counters behind", [("lbd_ipvs_estimator_lag_seconds{%s}" % HOST, "{{instance}}")],
              "How long the kernel's counters have not followed the packets; up to 2 s is how it works.", "s"),
        graph("Memory and defence", [("lbd_ipvs_defence_memory_bytes{%s}" % HOST, "{{instance}}: free"),
                                     ("lbd_ipvs_defence_threshold_bytes{%s}" % HOST, "{{instance}}: defence below")],
              "When less is free, the automatic defences become active.", "bytes"),
        row("Exporters"),
        timeline("Exporters", [("lbd_exporter_state{%s}" % HOST, exporter)],
                 "Failing: the last round could not be handed over. Traffic does not depend on any of them.",
                 state_set("exporter_state")),
        graph("Last success", [("time() - lbd_exporter_last_success_timestamp_seconds{%s}" % HOST, exporter)],
              "Time since a round ended well. It falls to 0 with each round.", "s"),
        graph("Time for a round", [(quantile(0.99, "lbd_exporter_round_duration_seconds",
                                             "instance, exporter, target"), exporter + ", 99 %")],
              "A scrape answered, a tick written, a push sent.", "s"),
        graph("Bytes handed over", [(rate("lbd_exporter_bytes_total"), exporter)], "By each exporter.", "Bps"),
        graph("What went wrong", [("sum by (instance, exporter, target, reason) (increase("
                                   "lbd_exporter_errors_total{%s}[$__rate_interval])) > 0" % HOST,
                                   exporter + ": {{reason}}")], "Errors by reason. Empty when all is well."),
        graph("Waiting and lost", [("lbd_exporter_queue{%s}" % HOST, exporter + ": wait"),
                                   ("increase(lbd_exporter_losses_total{%s}[$__rate_interval])" % HOST,
                                    exporter + ": lost")],
              "Items in the bounded queues, and those that had to be given up."),
        graph("Rendering for Prometheus", [(quantile(0.99, "lbd_exporter_render_duration_seconds", "instance"),
                                            "{{instance}}, 99 %")], "Reading the segments and writing the text.", "s"),
        graph("Scrapes", [(rate("lbd_exporter_scrapes_total"), "{{instance}}: {{format}}"),
                          (rate("lbd_exporter_connections_refused_total"), "{{instance}}: refused"),
                          (rate("lbd_exporter_connections_overdue_total"), "{{instance}}: too slow"),
                          (rate("lbd_exporter_torn_rows_total"), "{{instance}}: rows left out")],
              "Requests for /metrics by format, and what could not be answered in full.", "ops"),
    ], [INSTANCE], MARKS)


def main():
    directory = sys.argv[1] if len(sys.argv) > 1 else HERE
    for shape in (overview(), virtual_server(), vrrp(), checks(), itself()):
        with open(os.path.join(directory, shape["uid"] + ".json"), "w", encoding="utf-8") as file:
            json.dump(shape, file, indent=1, sort_keys=True)
            file.write("\n")


if __name__ == "__main__":
    main()
