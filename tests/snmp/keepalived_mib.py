#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""exporters/snmp/keepalived_mib.def is KEEPALIVED-MIB: the objects of keepalived's own file, with the same numbers,
names, syntaxes and access, no more and no fewer; and lbd-snmp answers for them, with values of these syntaxes."""

import os
import re
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mibfile  # noqa: E402
import peer  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEFINITIONS = os.path.join(ROOT, "exporters/snmp/keepalived_mib.def")
# Of Debian's package keepalived.
MIB = "/usr/share/snmp/mibs/KEEPALIVED-MIB.txt"
BASE = mibfile.ENTERPRISES + (9586, 100, 5)
ACCESS = {"NONE": "not-accessible", "READ": "read-only", "WRITE": "read-write"}


def definitions():
    """[(number, Object)] of the rows, in their order, and {table: arcs}."""
    with open(DEFINITIONS, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    rows, tables = [], {}
    for kind, inside in re.findall(r"^(TABLE|OBJECT)\(((?:[^()]|\([^()]*\))*)\)", text, re.M):
        words = re.split(r",\s*", inside)
        if kind == "TABLE":
            tables[words[0]] = tuple(map(int, words[3:]))
        else:
            rows.append((BASE + tables[words[0]] + (int(words[1]),),
                         mibfile.Object(words[2], words[3], ACCESS[words[4]])))
    return rows, tables


class KeepalivedMib(unittest.TestCase):
    def test_the_rows_are_the_mib(self):
        rows, tables = definitions()
        objects, _ = mibfile.parse(MIB)
        self.assertGreater(len(objects), 400)
        self.assertEqual(len(rows), len(dict(rows)))
        self.assertEqual(dict(rows), objects)
        # 26 tables, and the groups of scalars: two of them in two parts.
        self.assertEqual(len(tables), 26 + 6)

    def test_the_rows_ascend(self):
        numbers = [number for number, _ in definitions()[0]]
        self.assertEqual(numbers, sorted(numbers))


# What net-snmp says for each syntax; the others are INTEGER.
TYPES = {"DisplayString": ("STRING",), "InetAddress": ("STRING", "Hex-STRING"), "Counter32": ("Counter32",),
         "Counter64": ("Counter64",), "Gauge32": ("Gauge32",), "Unsigned32": ("Gauge32",),
         "InetPortNumber": ("Gauge32",), "InetAddressPrefixLength": ("Gauge32",)}
ROOT_OID = "." + ".".join(map(str, BASE))
# The columns that managers' own checks of keepalived ask for.
MANAGERS = {"Checkmk": (".2.3.1.2", ".2.3.1.4", ".2.6.1.3"),
            "Centreon": (".2.3.1.4", ".2.3.1.6", ".2.3.1.10"),
            "Zenoss": (".3.3.1.2", ".3.3.1.6", ".3.3.1.7", ".3.3.1.8", ".3.4.1.2", ".3.4.1.4", ".3.4.1.5",
                       ".3.4.1.6", ".3.4.1.7")}


class Live(peer.Peer):
    """Over made-up segments and their configuration; what keepalived says beside it: the lab's 26-snmp-differential."""

    def object_of(self, objects, oid):
        number = tuple(peer.oid_key(oid))
        return next(objects[number[:length]] for length in range(len(number), 0, -1) if number[:length] in objects)

    def test_answers(self):
        objects, _ = mibfile.parse(MIB)
        self.lbd()
        self.alone("--keepalived-mib", "yes")
        rows = self.walk(root=ROOT_OID)
        oids = [oid for oid, _, _ in rows]
        self.assertEqual(oids, sorted(set(oids), key=peer.oid_key))
        self.assertGreater(len(rows), 200)
        for oid, kind, _ in rows:
            thing = self.object_of(objects, oid)
            self.assertNotEqual(thing.access, "not-accessible")
            self.assertIn(kind, TYPES.get(thing.syntax, ("INTEGER",)), thing)
        names = {self.object_of(objects, oid).name for oid in oids}
        self.assertGreater(len(names), 150)
        # State and counters are there, and not only what is configured.
        self.assertTrue({"vrrpInstanceState", "realServerStatus", "virtualServerStatsInBytes"} <= names, names)
        v1 = [oid for oid, kind, _ in self.walk(peer.V1, root=ROOT_OID) if kind != "Counter64"]
        self.assertEqual(v1, [oid for oid, kind, _ in rows if kind != "Counter64"])

    def test_managers_find_what_they_look_for(self):
        self.lbd()
        self.alone("--keepalived-mib", "yes")
        # Checkmk's discovery wants a "linux" and keepalived's version.
        self.assertIn("linux", self.get("1.3.6.1.2.1.1.1.0").lower())
        self.assertNotIn("No Such", self.get(ROOT_OID + ".1.1.0"))
        for manager, columns in MANAGERS.items():
            for column in columns:
                self.assertGreater(len(self.walk(root=ROOT_OID + column)), 0, (manager, column))

    def test_none_unless_it_is_asked_for(self):
        self.lbd()
        self.alone()
        self.assertEqual(self.walk(root=ROOT_OID), [])


if __name__ == "__main__":
    unittest.main()
