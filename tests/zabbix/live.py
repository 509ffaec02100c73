#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Zabbix, headless, over lbd-snmp and made-up segments: it imports the template of dashboards/zabbix, discovers the rows
of a director by SNMPv3, and each item has its own row's number; a virtual server that comes before all others gets items
of its own, and those of the others stay; what is down is a problem. Runs under `./lab check --all`. BUILD is the build
directory, ZABBIX where Debian's packages are unpacked."""

import os
import re
import sys
import time
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(TREE, "tests", "snmp"), os.path.join(TREE, "tests")]
BUILD = os.path.abspath(os.environ.get("BUILD", "."))
os.environ["ZABBIX"] = os.path.abspath(os.environ.get("ZABBIX", "build/zabbix"))
os.chdir(BUILD)
import alone  # noqa: E402
import peer  # noqa: E402
import server  # noqa: E402
from peer import ADDED, INSTANCES, SERVERS, SERVICES  # noqa: E402

TEMPLATE = os.path.join(TREE, "dashboards/zabbix/lbd_director.json")
NAME = "lbd director by SNMP"
RULES = {"createMissing": True, "updateExisting": True}
IMPORT = {"templates": RULES, "items": RULES, "discoveryRules": RULES, "triggers": RULES, "valueMaps": RULES,
          "groups": RULES}
V3 = {"version": 3, "bulk": 1, "securityname": "ops", "securitylevel": 2, "authprotocol": 3,
      "authpassphrase": "authpassword", "privprotocol": 1, "privpassphrase": "privpassword", "contextname": ""}
# As Zabbix numbers them.
SNMP, CHANGE_PER_SECOND, MULTIPLIER = "20", "10", "1"
PACE = 5  # seconds between two looks: so often its server takes up what is to be done now
# What is a problem: (beginning of the key, value, what follows the row's name).
CONDITIONS = [("lbd.vrrp.state[", "4", " is in fault"), ("lbd.vrrp.dual_master[", "1", ": two masters"),
              ("lbd.virtual_server.quorum_reached[", "0", " has lost its quorum"),
              ("lbd.real_server.health[", "3", " is down")]


class Live(peer.Peer):
    def setUp(self):
        super().setUp()
        self.lbd()
        self.alone()
        ports = peer.free_port(), peer.free_port()
        self.zabbix = server.Zabbix(server.package(), self.top + "/zabbix", ports)
        self.addCleanup(self.zabbix.stop)
        self.zabbix.start()

    def import_template(self):
        with open(TEMPLATE, encoding="utf-8") as file:
            source = file.read()
        self.assertTrue(self.zabbix.ask("configuration.import", format="json", source=source, rules=IMPORT))

    def add_host(self):
        template = self.zabbix.ask("template.get", filter={"host": NAME})[0]["templateid"]
        group = self.zabbix.ask("hostgroup.create", name="Directors")["groupids"][0]
        address, port = self.address.split(":")
        return self.zabbix.ask(
            "host.create", host="lvs1", groups=[{"groupid": group}], templates=[{"templateid": template}],
            interfaces=[{"type": 2, "main": 1, "useip": 1, "ip": address, "dns": "", "port": port, "details": V3}]
        )["hostids"][0]

    # --- its items

    def check_now(self, ids):
        """What a click on "Execute now" does."""
        for first in range(0, len(ids), 500):
            self.zabbix.ask("task.create", *({"type": 6, "request": {"itemid": each}}
                                             for each in ids[first:first + 500]))

    def items(self):
        """{key: item}"""
        return {item["key_"]: item for item in self.zabbix.ask(
            "item.get", hostids=self.host, output=["itemid", "key_", "name", "type", "lastvalue", "lastclock",
                                                   "snmp_oid", "state", "error"],
            selectPreprocessing=["type", "params"])}

    def discover(self, wanted):
        """Until there are items of `wanted`, by their keys."""
        def look():
            self.check_now([rule["itemid"] for rule in self.zabbix.ask("discoveryrule.get", hostids=self.host)])
            time.sleep(PACE)
            return wanted <= self.items().keys()
        self.zabbix.wait(look, "these rows are not discovered: %s" % sorted(wanted)[:4])

    def poll(self):
        """Every item is asked once more at least; the items after it."""
        before = {key: item["lastclock"] for key, item in self.items().items() if item["type"] == SNMP}

        def look():
            items = self.items()
            late = [items[key]["itemid"] for key, clock in before.items()
                    if items[key]["lastclock"] == clock and items[key]["state"] == "0"]
            if late:
                self.check_now(late)
                time.sleep(PACE)
            return not late
        time.sleep(1.1)  # clocks of items are in seconds
        self.zabbix.wait(look, "not all items are polled")
        return self.items()

    @staticmethod
    def steps(item):
        """(counts, factor)"""
        kinds = {step["type"]: step["params"] for step in item["preprocessing"]}
        return CHANGE_PER_SECOND in kinds, float(kinds.get(MULTIPLIER, 1))

    def compare(self, items):
        """What stands still is what the agent says; how many were compared."""
        compared = 0
        for key, item in items.items():
            if item["type"] != SNMP or self.steps(item)[0] or key == "lbd.uptime":
                continue
            truth = self.get(item["snmp_oid"])
            self.assertEqual(item["state"], "0" if truth else "1", (key, item["error"]))
            if truth:
                value = float(re.match(r"-?\d+", truth)[0]) * self.steps(item)[1]
                self.assertAlmostEqual(float(item["lastvalue"]), value, 6, key)
                compared += 1
        return compared

    def counted(self, item):
        """Since its first polls: what Zabbix makes rates of, times how long each was."""
        history = self.zabbix.ask("history.get", itemids=[item["itemid"]], history=0)
        polls = sorted((int(each["clock"]) + int(each["ns"]) / 1e9, float(each["value"])) for each in history)
        return sum(rate * (then - before) for (before, _), (then, rate) in zip(polls, polls[1:]))

    def problems(self):
        return {problem["name"] for problem in self.zabbix.ask("problem.get", hostids=[self.host])}

    def expected_problems(self, items):
        """By the items' own values; what has changed is asked for apart."""
        found = set()
        for key, item in items.items():
            row = item["name"].rpartition(":")[0]
            for start, value, text in CONDITIONS:
                if key.startswith(start) and item["state"] == "0" and item["lastvalue"] == value:
                    found.add(row + text)
        return found

    @staticmethod
    def others(items):
        down = items["lbd.summary.processes_down"]["lastvalue"]
        return set() if down == "0" else {"A process of lbd is down or stuck"}

    # --- the story

    def count(self):
        """And until the agent says so, which looks every second."""
        oid = "%s.1.5.1.1.%s" % (peer.BASE, SERVICES[0])
        before = self.get(oid)
        self.tell("count 10")
        self.until(lambda: self.get(oid) != before, "nothing counts")

    def test_zabbix(self):
        self.import_template()
        self.import_template()
        self.host = self.add_host()
        self.discover({"lbd.virtual_server.connections[%s]" % each for each in SERVICES} |
                      {"lbd.real_server.health[%s]" % each for each in SERVERS} |
                      {"lbd.vrrp.state[%s]" % each for each in INSTANCES})
        items = self.poll()
        compared = self.compare(items)
        self.assertGreater(compared, 100)
        self.assertGreater(len(self.expected_problems(items)), 0)
        self.zabbix.wait(lambda: self.problems() >= self.expected_problems(items), "problems are not seen")
        self.assertEqual({name for name in self.problems() if not name.endswith("changed its state")},
                         self.expected_problems(items) | self.others(items))
        self.poll()
        self.count()
        items = self.poll()
        for kind, part, rows, each in (("virtual_server", "connections", SERVICES, 10),
                                       ("real_server", "connections", SERVERS, 10),
                                       ("virtual_server", "in_bytes", SERVICES, 10000),
                                       ("vrrp", "adverts_sent", INSTANCES, 10)):
            for number, row in enumerate(rows):
                found = self.counted(items["lbd.%s.%s[%s]" % (kind, part, row)])
                self.assertAlmostEqual(found / (each << number), 1, 3, (kind, part, row))
        self.tell("add")
        self.discover({"lbd.virtual_server.connections[%s]" % ADDED})
        after = self.poll()
        self.assertEqual({key: (after[key]["itemid"], after[key]["name"]) for key in items},
                         {key: (item["itemid"], item["name"]) for key, item in items.items()})
        self.assertIn("10.0.0.1:80", after["lbd.virtual_server.connections[%s]" % ADDED]["name"])
        more = self.compare(after)
        self.assertGreater(more, compared)
        print("%d items, %d and %d values compared, %d problems" % (len(after), compared, more, len(self.problems())))


if __name__ == "__main__":
    if not server.package():
        sys.exit("no unpacked package of Zabbix in %s" % os.environ["ZABBIX"])
    alone.alone(__file__)
    unittest.main(verbosity=2)
