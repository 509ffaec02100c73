#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lbd-snmp with snmpd and net-snmp's tools as they are, over made-up segments, in both roles."""

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import side_by_side  # noqa: E402
import peer  # noqa: E402
import wire  # noqa: E402
from ports import free_port  # noqa: E402
from peer import BASE, V1, V2C, V3, oid_key  # noqa: E402


# Tables that count what is asked: lbd-snmp's own rows are in them.
MOVING = ("lbdProcessTable", "lbdExporterTable")


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def golden(name):
    return text_of(os.path.join(peer.ROOT, "tests/golden", name)).splitlines()


def columns():
    """{(table, column): (family.metric, first column)} of the metric tables."""
    found, first = {}, {}
    for line in golden("snmp-columns.txt"):
        place, name = line.split()
        table, column = map(int, place.split("."))
        first.setdefault(name, column)
        found[table, column] = (name, first[name])
    return found


def mib_objects():
    """{OID: name} of every readable object of LBD-MIB, by net-snmp's own parser."""
    run = subprocess.run(["snmptranslate", "-M", peer.mib_directories(), "-m", peer.MIB, "-Tz"], check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                         env=dict(peer.ENVIRONMENT, MIBS="LBD-MIB"))
    names = dict(reversed(re.findall(r'"(\S+)"', line)) for line in run.stdout.splitlines()
                 if line.count('"') == 4)
    readable = re.findall(r"^(\w+) OBJECT-TYPE(?:(?!OBJECT-TYPE).)*?MAX-ACCESS read-only", text_of(peer.MIB),
                          re.M | re.S)
    return {"." + oid: name for oid, name in names.items() if name in readable}


def object_of(oid):
    """The OID of the object that an instance is of: scalars are at BASE.1.N.C, columns at BASE.1.N.1.C."""
    parts = oid[len(BASE) + 1:].split(".")
    scalar = parts[1] in ("3", "8", "9", "100")
    return BASE + "." + ".".join(parts[:3 if scalar else 4])


class Values:
    """The exposition of lbd-prometheus, to hold answers against."""

    def __init__(self, text):
        self.samples = {}
        for line in text.splitlines():
            match = re.match(r"(\w+)(?:\{(.*)\})? (\S+)", line)
            if match and not line.startswith("#"):
                labels = dict(re.findall(r'(\w+)="([^"]*)"', match.group(2) or ""))
                self.samples.setdefault(match.group(1), []).append((labels, float(match.group(3))))

    def find(self, name, labels):
        found = [value for has, value in self.samples.get(name, ())
                 if all(has.get(key) == value for key, value in labels.items())]
        return found[0] if len(found) == 1 else None


class Roles:
    """Each test in both roles."""

    def test_every_object_once_and_in_order(self):
        rows = self.walk()
        oids = [oid for oid, _, _ in rows]
        self.assertEqual(oids, sorted(set(oids), key=oid_key))
        self.assertGreater(len(rows), 300)

    def test_mib_and_answers_are_one_set(self):
        """Every row of the segments has every value, so every object of the MIB has an instance."""
        objects = mib_objects()
        answered = {object_of(oid) for oid, _, _ in self.walk()}
        self.assertGreater(len(objects), 250)
        self.assertEqual(answered - set(objects), set())
        # There is no event here, and nothing that has gone wrong.
        absent = sorted(objects[oid] for oid in set(objects) - answered)
        self.assertEqual([name for name in absent if not name.startswith("lbdHistory")], [])

    def test_all_ways_of_walking_agree(self):
        expected = self.still(self.walk())
        self.assertGreater(len(expected), 250)
        for how, address, bulk in ((V2C, None, True), (V3, None, False), (V3, None, True),
                                   (V2C, self.address6, True), (V3, self.address6, False)):
            self.assertEqual(self.still(self.walk(how, address, bulk=bulk)), expected)

    def test_get_gives_what_the_walk_gave(self):
        rows = [row for row in self.walk() if row[1] in ("Counter64", "INTEGER", "Gauge32")
                and ".1.6.1." in row[0]]
        self.assertGreater(len(rows), 50)
        for oid, _, value in rows[::7]:
            self.assertEqual(self.get(oid), value)

    def test_v1_has_all_but_counter64(self):
        v1 = self.still(self.walk(V1))
        self.assertGreater(len(v1), 100)
        self.assertEqual(v1, [row for row in self.still(self.walk()) if row[1] != "Counter64"])

    def test_absent_ones_say_so(self):
        self.assertIn("No Such Object", self.tool("snmpget", *V2C, "-On", self.address, BASE + ".1.6.1.899.1"))
        self.assertIn("No Such Instance", self.tool("snmpget", *V2C, "-On", self.address, BASE + ".1.6.1.1.1"))

    def test_nothing_can_be_set(self):
        run = subprocess.run(["snmpset", *V2C, "-On", self.address, BASE + ".1.100.30.0", "u", "1"],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                             env=peer.ENVIRONMENT)
        self.assertNotEqual(run.returncode, 0)

    def test_values_are_those_of_prometheus(self):
        values = Values(self.exposition())
        table, names = columns(), golden("prometheus-names.txt")
        order = list(dict.fromkeys(name for name, _ in table.values()))
        prometheus = {metric: line.split()[0] for metric, line in zip(order, names)}
        texts, compared = {}, 0
        rows = [(oid[len(BASE) + 3:].split("."), kind, value) for oid, kind, value in self.walk()
                if kind != "Timeticks"]
        for parts, _, value in rows:
            if parts[1] == "1" and parts[2] in ("901", "902", "903"):
                texts.setdefault((parts[0], ".".join(parts[3:])), []).append(value)
        for parts, kind, value in rows:
            number = int(parts[0])
            if number not in (4, 5, 6) or int(parts[2]) >= 900:
                continue
            metric, first = table[number, int(parts[2])]
            if int(parts[2]) != first or kind == "Hex-STRING":
                continue
            labels = dict(zip({4: ("interface", "vrid", "family")}.get(
                number, ("protocol", "virtual_server", "real_server")), texts[parts[0], ".".join(parts[3:])]))
            expected = values.find(prometheus[metric], labels)
            if expected is None:
                continue  # several samples: one for each value of a set
            shown = float(value)
            if prometheus[metric].endswith(("_seconds", "_seconds_total")):
                shown /= 1e9
            elif prometheus[metric].endswith(("_per_second", "_ratio")):
                shown /= 1e3
            elif kind == "INTEGER":
                shown -= 1
            self.assertAlmostEqual(shown, expected, 6, (metric, labels))
            compared += 1
        self.assertGreater(compared, 100)

    def test_a_new_virtual_server_moves_no_index(self):
        before = {oid: value for oid, kind, value in self.walk(root=BASE + ".1.5") if kind != "Timeticks"}
        self.tell("add")
        after = self.until(lambda: self.changed(before), "the new row does not come")
        for oid, value in before.items():
            self.assertEqual(after.get(oid), value)
        self.assertTrue(all(".6.1.4.10.0.0.1.80" in oid for oid in set(after) - set(before)))

    def two_walkers(self):
        """The first began before a virtual server was added above all others; the second sees it."""
        def walker():
            return wire.Walker(int(self.address.split(":")[1]), oid_key(BASE + ".1.5.1"))
        first = walker()
        self.assertTrue(first.step())
        self.tell("add")
        self.until(lambda: self.get(BASE + ".1.100.20.0") == "4", "the new server does not come")
        return first, walker()

    def saw_each_its_moment(self, first, second):
        """Of four servers with the same columns, the first saw all but the new one's."""
        new = [oid for oid in second.seen if oid[-8:] == [6, 1, 4, 10, 0, 0, 1, 80]]
        self.assertEqual(first.seen, [oid for oid in second.seen if oid not in new])
        self.assertEqual(4 * len(new), len(second.seen))

    def test_a_walk_that_is_overtaken_sees_one_moment(self):
        first, second = self.two_walkers()
        second.finish()
        first.finish()
        self.saw_each_its_moment(first, second)

    @staticmethod
    def still(rows):
        """But for the exporter's rows of itself, which count the questions, and for what is the time."""
        return [(oid, kind, value) for oid, kind, value in rows
                if not re.match(re.escape(BASE) + r"\.1\.(1|10|100)\.", oid) and kind != "Timeticks"]

    def changed(self, before):
        now = {oid: value for oid, kind, value in self.walk(root=BASE + ".1.5") if kind != "Timeticks"}
        return now if len(now) > len(before) else None

    def test_of_a_stopped_lbd_nothing_is_shown(self):
        self.tell("stop")
        self.until(lambda: self.get(BASE + ".1.100.3.0") == "5", "processes are not down")
        self.assertEqual(self.walk(root=BASE + ".1.6"), [])
        self.assertEqual(self.get(BASE + ".1.100.30.0"), "")
        self.tell("start")
        self.until(lambda: self.get(BASE + ".1.100.30.0") == "6", "the servers do not come back")

    def named(self, tool, how, address, table, *more):
        """What a tool of net-snmp's prints with the MIB's names."""
        return self.tool(tool, *how, "-M", peer.mib_directories(), "-m", peer.MIB, "-Ob", "-Oe", "-OU", "-OT", "-Ot",
                         *more, address, "LBD-MIB::" + table).splitlines()

    def cells(self, how, address, table):
        """{(column, index): value}, by snmptable."""
        head, *lines = [line.split("|") for line in self.named("snmptable", how, address, table, "-Ci", "-Cf", "|")
                        if "|" in line] or [[]]
        self.assertEqual(len({line[0] for line in lines}), len(lines), table)
        return {(column, line[0]): value for line in lines for column, value in zip(head[1:], line[1:])}

    def test_tables_have_what_walks_have(self):
        """By SNMPv2c or SNMPv3, over IPv4 or IPv6, a table each: but for what is the time."""
        ways = itertools.cycle([(V2C, self.address), (V3, self.address6), (V3, self.address), (V2C, self.address6)])
        mib = text_of(peer.MIB)
        ages = set(re.findall(r"^(lbd\w+) OBJECT-TYPE\n *SYNTAX TimeTicks", mib, re.M))
        compared = 0
        for table, way in zip(re.findall(r"^(lbd\w+Table) OBJECT-TYPE", mib, re.M), ways):
            if table in MOVING:
                continue
            walked = [re.match(r"LBD-MIB::(\w+)\.([\d.]+) = (.*)", line).groups()
                      for line in self.named("snmpwalk", *way, table, "-OQ") if " = No " not in line]
            expected = {(column, index): value for column, index, value in walked if column not in ages}
            found = {at: value for at, value in self.cells(*way, table).items() if at[0] not in ages}
            self.assertEqual(found, expected, table)
            compared += len(found)
        self.assertGreater(compared, 500)

    def exposition(self):
        port = free_port()
        with open(self.log, "a", encoding="utf-8") as log:
            self.start([peer.PROMETHEUS, "--run-dir", self.top + "/run", "--listen", "127.0.0.1", "--port",
                        str(port), "-n"], stderr=log)
        def fetch():
            run = subprocess.run(["curl", "-s", "http://127.0.0.1:%d/metrics" % port], check=False,
                                 stdout=subprocess.PIPE, text=True)
            return run.stdout
        return self.until(fetch, "lbd-prometheus does not answer")


class Notifications(peer.Peer):
    """As snmptrapd sees them, through a master and without."""

    def lbd_and_trapd(self):
        self.lbd()
        self.trapd()
        # TCP: of many datagrams at one go a busy receiver misses some, and each is awaited here.
        self.sink = "trap2sink tcp:127.0.0.1:%d public\n" % self.trap_port

    def arrived(self, count):
        self.until(lambda: len(set(self.numbers())) >= count, "%d notifications do not arrive" % count)

    def with_master(self, *options):
        self.lbd_and_trapd()
        self.snmpd(self.sink)
        self.subagent(*options)
        self.until(lambda: self.get(BASE + ".1.100.1.0"), "the master has no LBD-MIB")

    def test_through_a_master(self):
        self.with_master()
        self.tell("events 60")
        self.arrived(60)
        self.assertEqual(self.numbers(), list(range(1, 61)))
        first = next(trap for trap in self.traps() if BASE + ".1.104.1.1.1" in trap)
        self.assertEqual(first[BASE + ".1.104.1.7.1"].strip('"'), "VI_1")
        self.assertEqual(first[BASE + ".1.104.1.10.1"], "3571")
        self.assertFalse(any(BASE + ".1.104.1.10.2" in trap for trap in self.traps()))

    def test_by_itself(self):
        self.lbd_and_trapd()
        self.alone(config="rocommunity public\ntrap2sink udp:127.0.0.1:%d public\n" % self.trap_port)
        self.tell("events 60")
        self.arrived(60)
        self.assertEqual(self.numbers(), list(range(1, 61)))

    def test_only_those_that_were_chosen(self):
        self.with_master("--notifications", "quorum")
        self.tell("events 200")
        self.until(lambda: self.get(BASE + ".1.104.1.1.200") == "200", "the events do not come")
        kinds = {trap[".1.3.6.1.6.3.1.1.4.1.0"] for trap in self.traps()}
        # snmpd tells of its own start.
        self.assertEqual(kinds - {".1.3.6.1.6.3.1.1.5.1"}, {BASE + ".0.2"})

    def test_the_table_has_the_last_events(self):
        self.with_master()
        self.tell("events 200")
        self.arrived(200)
        self.until(lambda: self.get(BASE + ".1.104.1.1.200") == "200", "the events do not come")
        numbers = [int(value) for _, _, value in self.walk(root=BASE + ".1.104.1.1")]
        self.assertEqual(numbers, list(range(73, 201)))

    def test_master_frozen_in_a_storm(self):
        self.with_master()
        for _ in range(3):
            self.master.send_signal(signal.SIGSTOP)
            self.tell("events 10")
            self.tell("events 10")
            self.master.send_signal(signal.SIGCONT)
            self.tell("events 10")
        self.arrived(90)
        self.assertEqual(self.numbers(), list(range(1, 91)))

    def test_master_killed_ten_times_in_a_storm(self):
        """None is missing. One that was on its way when the master died may come twice, and says its number."""
        self.with_master()
        for _ in range(10):
            self.tell("events 5")
            self.master.kill()
            self.master.wait(30)
            self.tell("events 5")
            self.snmpd(self.sink)
        self.arrived(100)
        self.assertEqual(sorted(set(self.numbers())), list(range(1, 101)))
        self.assertLessEqual(len(self.numbers()), 110)

    def test_more_than_fit_while_there_is_no_master(self):
        self.with_master()
        self.stop(self.master)
        self.until(lambda: "is gone, or does not answer" in self.logged(), "it does not notice")
        self.tell("events 1500")
        self.until(lambda: "the oldest are given up" in self.logged(), "it does not say so")
        self.snmpd(self.sink)
        self.until(lambda: 1500 in self.numbers(), "the last one does not arrive")
        seen = self.numbers()
        self.assertEqual(seen, list(range(seen[0], 1501)))
        self.assertGreater(seen[0], 1500 - 1024)

    def test_the_events_are_followed_again(self):
        self.with_master()
        self.tell("events 3")
        self.arrived(3)
        self.tell("hang up")
        self.tell("events 3")
        self.arrived(6)
        self.assertEqual(self.numbers(), list(range(1, 7)))


class Alone(Roles, peer.Peer):
    """An agent that answers by itself."""

    def setUp(self):
        super().setUp()
        self.lbd()
        self.alone()

    def test_who_may_not_ask_gets_nothing(self):
        self.assertEqual(self.get(BASE + ".1.100.1.0", ["-v2c", "-c", "other"]), "")
        self.assertEqual(self.get(BASE + ".1.100.1.0", [w.replace("authpassword", "wrongpassword") for w in V3]),
                         "")

    def test_the_engine_stays_the_same_and_its_boots_grow(self):
        def engine():
            run = subprocess.run(["snmpget", *V3, "-d", "-On", self.address, "1.3.6.1.2.1.1.5.0"], check=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                 errors="replace", env=peer.ENVIRONMENT)
            dump = [line[6:].split("    ")[0] for line in run.stdout.splitlines() if re.match(r"\d{4}: ", line)]
            match = re.search("04..(80001F8804.*?)0204(.{8})0[1-4]", "".join(dump).replace(" ", ""))
            return match.group(1), int(match.group(2), 16)
        first = engine()
        self.assertEqual(self.stop(self.agent), 0)
        self.alone()
        second = engine()
        self.assertEqual(first[0], second[0])
        self.assertGreater(second[1], first[1])

    def test_two_that_walk_in_step_see_each_its_moment(self):
        first, second = self.two_walkers()
        both = [first, second]
        # A firewall mark comes before addresses.
        self.assertTrue(second.step())
        self.assertEqual(first.at, second.at)
        while both:
            both = [walker for walker in both if walker.step()]
        self.saw_each_its_moment(first, second)

    def test_it_answers_wherever_it_was_told_to(self):
        """By TCP, too, and where agentAddress in its file says."""
        self.assertEqual(self.stop(self.agent), 0)
        more = free_port()
        self.alone("--listen", "tcp:127.0.0.1:%d" % more,
                   config="rocommunity public\nagentAddress udp:127.0.0.1:%d\n" % more)
        row = [BASE + ".1.100.1.0"]
        for address in (self.address, "tcp:127.0.0.1:%d" % more, "udp:127.0.0.1:%d" % more):
            self.assertEqual([oid for oid, _, _ in self.walk(V2C, address, root=BASE + ".1.100.1")], row)

    def test_its_file_may_make_it_a_master(self):
        self.assertEqual(self.stop(self.agent), 0)
        socket = self.top + "/of-its-own"
        self.alone(config="rocommunity public\nmaster agentx\nagentXSocket %s\n" % socket)
        self.until(lambda: os.path.exists(socket), "it is no master of AgentX")

    def test_nobody_else_may_have_the_address(self):
        other = self.exporter("--listen", "udp:" + self.address, "--config", self.top + "/agent.conf")
        self.assertEqual(other.wait(60), 1)
        self.assertIn("cannot listen on udp:" + self.address, self.logged())

    def test_hostile_datagrams(self):
        """More of them: LBD_FUZZ_SNMP_WIRE."""
        roots = [[int(part) for part in root.strip(".").split(".")]
                 for root in (BASE, BASE + ".1.6.1", BASE + ".1.104.1", "1.3.6.1.2.1.1", "1.3.6.1")]
        storm = wire.Storm(int(self.address.split(":")[1]), roots)
        storm.blow(int(os.environ.get("LBD_FUZZ_SNMP_WIRE", "4000")))
        storm.close()
        self.assertGreater(storm.broken, storm.answered // 3)
        self.assertEqual(self.get(BASE + ".1.100.30.0"), "6")
        self.assertIsNone(self.agent.poll())

    def test_ten_thousand_servers(self):
        self.tell("servers 10000")
        self.until(lambda: self.get(BASE + ".1.100.30.0") == "10006", "the servers do not come")
        rows = self.tool("snmpbulkwalk", *V2C, "-On", "-Cr100", self.address, BASE + ".1.6.1.1", timeout=300)
        self.assertEqual(len(rows.splitlines()), 10006)

    def test_a_file_that_cannot_be_read(self):
        other = self.exporter("--listen", "udp:127.0.0.1:%d" % free_port(), "--config", self.top + "/none")
        self.assertEqual(other.wait(60), 1)
        self.assertIn("cannot read %s/none" % self.top, self.logged())

    def test_wrong_use(self):
        for options in (("--listen", "udp:1161"), ("--agentx", "/x", "--listen", "udp:1161"),
                        ("--mib-base", "1.2"), ("--notifications", "x"), ("--config", "x"), ("more",)):
            run = subprocess.run([peer.EXPORTER, *options], stderr=subprocess.PIPE, check=False, timeout=20)
            self.assertEqual(run.returncode, 2, options)

    def test_another_root(self):
        self.stop(self.agent)
        self.alone("--mib-base", "1.3.6.1.4.1.99999.1")
        rows = self.walk(root="1.3.6.1.4.1.99999")
        self.assertGreater(len(rows), 300)
        run = subprocess.run([peer.EXPORTER, "--print-mib", "--mib-base", "1.3.6.1.4.1.99999.1"],
                             stdout=subprocess.PIPE, text=True, check=True)
        self.assertIn("::= { lbdBase1 1 }", run.stdout)


class Subagent(Roles, peer.Peer):
    """A subagent of Debian's snmpd."""

    def setUp(self):
        super().setUp()
        self.lbd()
        self.snmpd()
        self.subagent()
        self.until(lambda: self.get(BASE + ".1.100.1.0"), "the master has no LBD-MIB")

    def test_it_is_in_sysORTable(self):
        rows = self.walk(root=".1.3.6.1.2.1.1.9")
        self.assertTrue(any("LBD-MIB" in value for _, _, value in rows), rows)

    def test_the_master_is_killed_and_comes_back(self):
        for _ in range(3):
            self.master.kill()
            self.master.wait(30)
            self.snmpd()
            self.until(lambda: self.get(BASE + ".1.100.1.0"), "not registered again")
        self.assertIsNone(self.agent.poll())
        self.assertIn("is gone, or does not answer", self.logged())

    def test_the_master_stands_still(self):
        self.master.send_signal(signal.SIGSTOP)
        self.assertEqual(self.get(BASE + ".1.100.1.0"), "")
        self.master.send_signal(signal.SIGCONT)
        self.until(lambda: self.get(BASE + ".1.100.1.0"), "no answer after that")
        self.assertIsNone(self.agent.poll())

    def test_the_directory_of_its_socket_is_replaced(self):
        """As by a package of snmpd that is installed again; the old one lives on, with a socket that has no name."""
        os.rename(self.agentx, self.agentx + ".old")
        old = self.master
        self.port = free_port()
        self.snmpd()
        self.stop(old)
        self.until(lambda: self.get(BASE + ".1.100.1.0"), "it does not find the new master")
        self.assertIsNone(self.agent.poll())

    def test_the_master_is_not_there_yet(self):
        self.stop(self.agent)
        self.stop(self.master)
        self.subagent()
        self.until(lambda: "no AgentX master" in self.logged(), "it does not say so")
        self.snmpd()
        self.until(lambda: self.get(BASE + ".1.100.1.0"), "it does not find the master")


if __name__ == "__main__":
    if not os.access(peer.EXPORTER, os.X_OK) or not shutil.which("snmpd") or not peer.mib_directories():
        print("lbd-snmp is not built, or snmpd, snmp or erlang-snmp is not installed")
        sys.exit(77)
    side_by_side.main()
