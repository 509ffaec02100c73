#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lbd-snmp before a manager that is not net-snmp's (npm's net-snmp, in JavaScript alone): by GETNEXT, GETBULK and
table, over SNMPv2c and SNMPv3, IPv4 and IPv6, in both roles, it gets each object once, in order, with the numbers
of the segments, which are those of `lbctl --json`. javascript.py DIRECTORY: one with node_modules. Runs in a build
directory."""
import itertools
import json
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "equality"))
import snmp  # noqa: E402
import surfaces  # noqa: E402
from director import BUILD, TREE, Director  # noqa: E402

MIB = TREE + "/mibs/LBD-MIB.txt"
BASE = "1.3.6.1.4.1.8072.9999.9999"
PATIENCE = 120
# Tables that count what is asked: processes, exporters.
MOVING = re.escape(BASE) + r"\.1\.(1|10)\."
TYPES = {"Counter64", "Gauge", "Integer", "OctetString", "OID", "TimeTicks"}


def objects():
    """{object identifier: name} of LBD-MIB, by net-snmp's parser."""
    run = subprocess.run(["snmptranslate", "-M", snmp.mib_directories(), "-m", MIB, "-Tz"], check=True, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return {oid: name for name, oid in re.findall(r'^"(lbd\w+)"\s+"([\d.]+)"$', run.stdout, re.M)}


class Names:
    def __init__(self):
        self.names = objects()
        self.base = len(BASE.split("."))

    def split(self, oid):
        """Name of the object and instance."""
        parts = oid.split(".")
        for length in (self.base + 4, self.base + 3):  # a column, a scalar
            name = self.names.get(".".join(parts[:length]))
            if name:
                return name, ".".join(parts[length:])
        raise surfaces.Different("%s is not in LBD-MIB" % oid)

    def tables(self):
        return [oid for oid, name in self.names.items() if name.endswith("Table") and oid.count(".") == self.base + 1]


def key(oid):
    return [int(part) for part in oid.split(".")]


def date(octets):
    """As net-snmp shows a DateAndTime."""
    year, rest = int.from_bytes(octets[:2], "big"), octets[2:]
    return "%d-%d-%d,%d:%d:%d.%d,%c%d:%d" % (year, *rest[:6], chr(rest[6]), *rest[7:])


def value(kind, text):
    if kind != "OctetString":
        return text
    octets = bytes.fromhex(text)
    return date(octets) if len(octets) == 11 and octets[8:] == b"+\0\0" else octets.decode()


def manager(packages, walks):
    run = subprocess.run(["node", HERE + "/manager.js"], cwd=packages, input=json.dumps(walks), text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE, check=False)
    if run.returncode != 0:
        raise surfaces.Different("the manager: " + run.stderr)
    return json.loads(run.stdout)


def check_walk(lines, names, truth):
    oids = [oid for oid, _, _ in lines]
    if oids != sorted(set(oids), key=key):
        raise surfaces.Different("not each once, in order")
    if {kind for _, kind, _ in lines} - TYPES:
        raise surfaces.Different("other types: %s" % {kind for _, kind, _ in lines})
    return snmp.compare_walk([(*names.split(oid), value(kind, text)) for oid, kind, text in lines], truth)


def check_tables(lines, walked, tables):
    """Of tables the client says no types. They have what the walk had, but for what is the time, and for what
    lbd-snmp counts of itself."""
    types = {oid: kind for oid, kind, _ in walked}
    still = re.compile("|".join("(?!%s)%s" % (MOVING, re.escape(table + ".")) for table in tables))
    expected = {oid: text for oid, kind, text in walked if still.match(oid) and kind != "TimeTicks"}
    found = {oid: str(int(text, 16)) if types.get(oid) == "Counter64" else text for oid, _, text in lines
             if still.match(oid) and types.get(oid) != "TimeTicks"}
    return surfaces.compare(expected, found)


def ask(packages, agents, names, truth):
    """Prints a line for each way."""
    roots = {"bulk": [BASE], "getnext": [BASE], "table": names.tables()}
    ways = list(itertools.product(agents, ("v2c", "v3"), (4, 6), roots))
    answers = iter(manager(packages, [
        {"port": agents[role].port, "version": version, "family": family, "how": how, "root": root}
        for role, version, family, how in ways for root in roots[how]]))
    walked, compared = None, 0
    for role, version, family, how in ways:
        lines = [line for _ in roots[how] for line in next(answers)]
        if how == "table":
            count = check_tables(lines, walked, roots[how])
        else:
            count, walked = check_walk(lines, names, truth), lines
        compared += count
        print("%s, SNMP%s, IPv%d, %s: %d objects, %d compared" % (role, version, family, how, len(lines), count))
    print("%d walks, %d numbers compared" % (len(ways), compared))


def main():
    packages, director = sys.argv[1], Director()
    print("lbctl --json: %d numbers" % surfaces.lbctl(BUILD, director.run_dir, director.truth))
    with snmp.Agent(BUILD, director.run_dir) as alone, snmp.Agent(BUILD, director.run_dir, True) as subagent:
        agents = {"by itself": alone, "through snmpd": subagent}
        for agent in agents.values():
            agent.first_walk(snmp.V2C, MIB)
        ask(packages, agents, Names(), director.truth.without("snmp"))
    if not director.end():
        sys.exit("the made-up director ended badly")


try:
    main()
except surfaces.Different as different:
    sys.exit(str(different))
