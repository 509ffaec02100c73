#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""VRRP-MIB and VRRPV3-MIB of lbd-snmp, in both roles, before net-snmp's tools. keepalived's package has the texts
of the two modules, which say what there has to be."""

import os
import re
import shutil
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer  # noqa: E402
from peer import BASE, V1, V2C, V3, oid_key  # noqa: E402

sys.path.insert(0, os.path.join(peer.ROOT, "tests"))
import side_by_side  # noqa: E402

TEXTS = "/usr/share/snmp/mibs"
MIBS = {"VRRP-MIB": (".1.3.6.1.2.1.68", "VRRP-MIB.txt"), "VRRPV3-MIB": (".1.3.6.1.2.1.207", "VRRPv3-MIB.txt")}
# What the two import of IF-MIB, which Debian has not.
IF_MIB = """IF-MIB DEFINITIONS ::= BEGIN
IMPORTS OBJECT-TYPE, Integer32, mib-2 FROM SNMPv2-SMI;
ifIndex OBJECT-TYPE
    SYNTAX Integer32
    MAX-ACCESS read-only
    STATUS current
    DESCRIPTION "The index of an interface."
    ::= { mib-2 2 2 1 1 }
END
"""
TRAP = ".1.3.6.1.6.3.1.1.4.1.0"


class Standards:
    """Each test in both roles. What only looks is done in one go: to start everything takes the most time."""

    def test_what_there_is(self):
        checks = [name for name in dir(self) if name.startswith("check_")]
        self.assertEqual(len(checks), 10)
        for name in checks:
            with self.subTest(name):
                getattr(self, name)()

    def mibs(self):
        path = self.top + "/mibs"
        if not os.path.exists(path):
            os.makedirs(path)
            with open(path + "/IF-MIB.txt", "w", encoding="utf-8") as file:
                file.write(IF_MIB)
            for _, name in MIBS.values():
                shutil.copy(os.path.join(TEXTS, name), path)
        return path + ":" + peer.mib_directories()

    def objects(self, module):
        """{OID: name} of every readable object of the module."""
        run = subprocess.run(["snmptranslate", "-M", self.mibs(), "-m", module, "-Tz"], check=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             env=dict(peer.ENVIRONMENT, MIBS=module))
        names = dict(reversed(re.findall(r'"(\S+)"', line)) for line in run.stdout.splitlines()
                     if line.count('"') == 4)
        with open(os.path.join(TEXTS, MIBS[module][1]), encoding="utf-8") as file:
            readable = re.findall(r"^\s*(\w+)\s+OBJECT-TYPE(?:(?!OBJECT-TYPE).)*?MAX-ACCESS\s+read-", file.read(),
                                  re.M | re.S)
        return {"." + oid: name for oid, name in names.items() if name in readable}

    def check_every_readable_object_is_there(self):
        for module, (root, _) in MIBS.items():
            objects = self.objects(module)
            self.assertGreater(len(objects), 25, module)
            seen = {oid for instance, _, _ in self.walk(root=root) for oid in objects
                    if instance.startswith(oid + ".")}
            self.assertEqual(sorted(objects[oid] for oid in set(objects) - seen), [], module)
            strange = [instance for instance, _, _ in self.walk(root=root)
                       if not any(instance.startswith(oid + ".") for oid in objects)]
            self.assertEqual(strange, [], module)

    def check_the_types_are_the_modules(self):
        """snmpwalk says so where an answer has another type than the module, or a number that its set has not."""
        for module, (root, _) in MIBS.items():
            text = self.tool("snmpwalk", *V2C, "-M", self.mibs(), "-m", module, self.address, root)
            self.assertGreater(len(text.splitlines()), 50)
            self.assertNotIn("Wrong Type", text)
            self.assertNotIn("mib-2", text)
            states = re.findall(r"(?:vrrpOperState|vrrpv3OperationsStatus)\S* = INTEGER: (\S+)", text)
            self.assertGreater(len(states), 1)
            for state in states:
                self.assertRegex(state, r"^(initialize|backup|master)\(\d\)$")

    def check_each_once_and_in_order(self):
        for root, _ in MIBS.values():
            rows = [oid for oid, _, _ in self.walk(root=root)]
            self.assertEqual(rows, sorted(set(rows), key=oid_key))
            self.assertEqual([oid for oid, _, _ in self.walk(V3, root=root, bulk=True)], rows)
            self.assertEqual([oid for oid, _, _ in self.walk(V2C, self.address6, root=root, bulk=True)], rows)

    def check_v1_has_all_but_counter64(self):
        for root, _ in MIBS.values():
            self.assertEqual([row[0] for row in self.walk(V1, root=root)],
                             [row[0] for row in self.walk(root=root) if row[1] != "Counter64"])

    def check_rows_are_virtual_routers(self):
        """lo is interface 1 everywhere. One on an interface that is not there has no index."""
        v2 = [oid for oid, _, _ in self.walk(root=MIBS["VRRP-MIB"][0] + ".1.3.1.3")]
        self.assertEqual([oid.split(".")[-2:] for oid in v2], [["1", "51"], ["1", "201"]])
        v3 = [oid for oid, _, _ in self.walk(root=MIBS["VRRPV3-MIB"][0] + ".1.1.1.1.6")]
        self.assertEqual([oid.split(".")[-3:] for oid in v3],
                         [["1", "51", "1"], ["1", "52", "2"], ["1", "201", "1"]])

    def check_addresses_are_the_configured_ones(self):
        v2 = [oid for oid, _, _ in self.walk(root=MIBS["VRRP-MIB"][0] + ".1.4")]
        self.assertEqual([oid.split(".")[-6:] for oid in v2],
                         [row.split(".") for row in ("1.51.192.0.2.1", "1.51.192.0.2.2", "1.201.192.0.2.3")])
        v3 = [oid for oid, _, _ in self.walk(root=MIBS["VRRPV3-MIB"][0] + ".1.1.2")]
        self.assertEqual([oid.split(".")[-8:] for oid in v3],
                         [row.split(".") for row in ("1.51.1.4.192.0.2.1", "1.51.1.4.192.0.2.2",
                                                     "1.201.1.4.192.0.2.3")])
        self.assertEqual(self.get(MIBS["VRRP-MIB"][0] + ".1.3.1.6.1.51"), "2")
        self.assertEqual(self.get(MIBS["VRRPV3-MIB"][0] + ".1.1.1.1.8.1.201.1"), "1")

    def lbd_value(self, column, row):
        return int(self.get("%s.1.4.1.%d.%s" % (BASE, column, row)))

    def check_counters_are_those_of_lbd_mib(self):
        """{column of VRRP-MIB: columns of LBD-MIB that it is the sum of}."""
        row = "2.108.111.51.1"  # lo, 51, ipv4
        sums = {1: (34,), 2: (5,), 3: (18,), 4: (16,), 5: (8,), 6: (31,), 7: (30,), 8: (11,), 9: (17,), 10: (22,),
                11: (15,), 12: (6, 12)}
        for column, parts in sums.items():
            expected = sum(self.lbd_value(part, row) for part in parts)
            self.assertEqual(int(self.get("%s.2.4.1.%d.1.51" % (MIBS["VRRP-MIB"][0], column))), expected % 2 ** 32,
                             column)
        for column, parts in {3: (5,), 4: (18,), 5: (8,), 7: (31,), 8: (30,), 9: (11,), 10: (17,),
                              11: (6, 12)}.items():
            expected = sum(self.lbd_value(part, row) for part in parts)
            self.assertEqual(int(self.get("%s.1.2.5.1.%d.1.51.1" % (MIBS["VRRPV3-MIB"][0], column))), expected,
                             column)

    def test_without_lbd_there_is_no_row(self):
        self.tell("stop")
        root = MIBS["VRRPV3-MIB"][0]
        self.until(lambda: not self.walk(root=root + ".1.1"), "the rows stay")
        self.tell("start")
        self.until(lambda: self.walk(root=root + ".1.1.2"), "the rows do not come back")

    def test_another_configuration_is_seen(self):
        oid = MIBS["VRRP-MIB"][0] + ".1.4.1.2.1.51.192.0.2.5"
        self.assertEqual(self.get(oid), "")
        self.tell("configure")
        self.until(lambda: self.get(oid) == "1", "the new address does not come")

    def check_nothing_can_be_set(self):
        for oid in (MIBS["VRRP-MIB"][0] + ".1.3.1.5.1.51", MIBS["VRRPV3-MIB"][0] + ".1.1.1.1.10.1.51.1"):
            run = subprocess.run(["snmpset", *V2C, "-On", self.address, oid, "i", "1"], check=False,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=peer.ENVIRONMENT)
            self.assertNotEqual(run.returncode, 0)

    def check_sysORTable_lists_them(self):
        rows = self.walk(root=".1.3.6.1.2.1.1.9")
        named = [value for _, _, value in rows]
        for root in (BASE, MIBS["VRRP-MIB"][0], MIBS["VRRPV3-MIB"][0]):
            self.assertIn(root, named)

    def check_a_table_for_people(self):
        text = self.tool("snmptable", *V2C, "-M", self.mibs(), "-m", "VRRPV3-MIB", "-Ci", "-Cf", "|", "-CB",
                         self.address, "VRRPV3-MIB::vrrpv3OperationsTable")
        lines = [line.split("|") for line in text.splitlines() if "|" in line]
        self.assertEqual(len(lines), 1 + 3)
        self.assertEqual(lines[1][0], "1.51.ipv4")


class Alone(Standards, peer.Peer):
    """An agent that answers by itself."""

    def setUp(self):
        super().setUp()
        self.lbd()
        self.alone(config="rwcommunity public\nrwcommunity6 public\ncreateUser ops SHA-256 authpassword AES "
                          "privpassword\nrwuser ops priv\n")


class Subagent(Standards, peer.Peer):
    """A subagent of Debian's snmpd."""

    def setUp(self):
        super().setUp()
        self.lbd()
        self.snmpd()
        self.subagent()
        self.until(lambda: self.get(MIBS["VRRPV3-MIB"][0] + ".1.1.1.1.6.1.51.1"), "the master has no VRRPV3-MIB")

    def test_sysUpTime_is_the_masters(self):
        """A row that is new since the master began has a time of the master's clock."""
        self.stop(self.agent)
        self.until(lambda: int(self.get("1.3.6.1.2.1.1.3.0").split(":")[-1].replace(".", "")) >= 0, "no sysUpTime")
        self.subagent()
        oid = MIBS["VRRPV3-MIB"][0] + ".1.2.5.1.12.1.53.1"
        self.until(lambda: self.get(MIBS["VRRPV3-MIB"][0] + ".1.1.1.1.6.1.51.1"), "it does not come back")
        before = self.ticks("1.3.6.1.2.1.1.3.0")
        self.tell("instance")
        self.until(lambda: self.get(oid), "the new row does not come")
        self.assertGreaterEqual(self.ticks(oid), before - 10)
        self.assertLessEqual(self.ticks(oid), self.ticks("1.3.6.1.2.1.1.3.0") + 10)

    def ticks(self, oid):
        return int(self.tool("snmpget", *V2C, "-On", "-Oqvt", self.address, oid))


class Notifications(peer.Peer):
    """As snmptrapd sees them."""

    def begin(self, *options):
        self.lbd()
        self.trapd()
        self.sink = "trap2sink tcp:127.0.0.1:%d public\n" % self.trap_port
        self.snmpd(self.sink)
        self.subagent(*options)
        self.until(lambda: self.get(BASE + ".1.100.1.0"), "the master has no LBD-MIB")

    def of(self, *which):
        """Those with that name."""
        return [trap for trap in self.traps() if trap[TRAP] in which]

    def test_new_master(self):
        self.begin()
        self.tell("events 120")
        v2, v3 = MIBS["VRRP-MIB"][0], MIBS["VRRPV3-MIB"][0]
        self.until(lambda: 120 in self.numbers(), "the last one does not arrive")
        masters = len(self.of(BASE + ".0.1"))
        self.assertGreater(masters, 10)
        # Those of LBD-MIB that tell of a state; the made-up ones all end as master.
        self.assertGreaterEqual(len(self.of(v2 + ".0.1")), masters)
        self.assertEqual(len(self.of(v2 + ".0.1")), len(self.of(v3 + ".0.1")))
        for trap in self.of(v2 + ".0.1"):
            self.assertEqual(trap[v2 + ".1.3.1.7.1.51"], "127.0.0.1")
        reasons = [trap[v3 + ".1.2.5.1.2.1.51.1"] for trap in self.of(v3 + ".0.1")]
        self.assertTrue({"1", "2", "3"} <= set(reasons), reasons)
        self.assertTrue(all(trap[v3 + ".1.1.1.1.3.1.51.1"] for trap in self.of(v3 + ".0.1")))

    def test_refused_advertisements(self):
        self.begin("--notifications", "vrrp_mib,vrrpv3_mib")
        self.tell("events 400")
        v2, v3 = MIBS["VRRP-MIB"][0], MIBS["VRRPV3-MIB"][0]
        self.until(lambda: len(self.of(v2 + ".0.2")) > 2 and len(self.of(v3 + ".0.2")) > 2, "they do not arrive")
        for trap in self.of(v2 + ".0.2"):
            self.assertEqual(trap[v2 + ".1.5.0"], "192.0.2.9")
            self.assertEqual(trap[v2 + ".1.6.0"], "3")
        for trap in self.of(v3 + ".0.2"):
            self.assertEqual(trap[v3 + ".1.2.5.1.6.1.51.1"], "1")
        self.assertEqual(self.numbers(), [])

    def test_only_those_that_were_chosen(self):
        self.begin("--notifications", "vrrp_mib")
        self.assertEqual(self.get(MIBS["VRRP-MIB"][0] + ".1.2.0"), "1")
        self.tell("events 100")
        self.until(lambda: self.of(MIBS["VRRP-MIB"][0] + ".0.1"), "they do not arrive")
        self.until(lambda: self.get(BASE + ".1.104.1.1.100") == "100", "the events do not come")
        kinds = {trap[TRAP] for trap in self.traps()} - {".1.3.6.1.6.3.1.1.5.1"}
        self.assertEqual({kind.rsplit(".", 2)[0] for kind in kinds}, {MIBS["VRRP-MIB"][0]})

    def test_none_is_lost_while_the_master_is_away(self):
        self.begin("--notifications", "vrrpv3_mib")
        new = MIBS["VRRPV3-MIB"][0] + ".0.1"
        self.tell("events 100")
        self.until(lambda: self.get(BASE + ".1.104.1.1.100") == "100", "the events do not come")
        self.until(lambda: self.of(new), "they do not arrive")
        self.until(lambda: self.waiting() == 0, "some wait")
        each = len(self.of(new))
        for _ in range(3):
            self.master.kill()
            self.master.wait(30)
            self.tell("events 100")
            self.snmpd(self.sink)
            self.tell("events 100")
        # The same causes come again every so many events.
        self.until(lambda: len(self.of(new)) >= 6 * each, "some are missing")

    def waiting(self):
        rows = [value for oid, _, value in self.walk(root=BASE + ".1.10.1") if "notifications" in value]
        self.assertTrue(rows)
        queue = [oid for oid, _, value in self.walk(root=BASE + ".1.10.1.901") + self.walk(root=BASE + ".1.10.1.902")
                 if value == "notifications"]
        index = queue[0].split(".1.10.1.", 1)[1].split(".", 1)[1]
        return int(self.get(BASE + ".1.10.1.%d.%s" % (QUEUE, index)) or 0)


def queue_column():
    with open(os.path.join(peer.ROOT, "tests/golden/snmp-columns.txt"), encoding="utf-8") as file:
        return next(int(line.split()[0].split(".")[1]) for line in file if line.split()[1] == "exporter.queue")


QUEUE = queue_column()

if __name__ == "__main__":
    if (not os.access(peer.EXPORTER, os.X_OK) or not shutil.which("snmpd") or not peer.mib_directories()
            or not os.path.exists(os.path.join(TEXTS, "VRRP-MIB.txt"))):
        print("lbd-snmp is not built, or snmpd, snmp, erlang-snmp or keepalived is not installed")
        sys.exit(77)
    side_by_side.main()
