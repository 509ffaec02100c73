#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""exporters/snmp/keepalived_mib.def is KEEPALIVED-MIB: the objects of keepalived's own file, with the same numbers,
names, syntaxes and access, no more and no fewer."""

import os
import re
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mibfile  # noqa: E402

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


if __name__ == "__main__":
    unittest.main()
