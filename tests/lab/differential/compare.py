#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""compare.py EXCEPTIONS MIB-DIRECTORY CASE KEEPALIVED-WALK LBD-WALK [CASE ...]: walks of keepalived and of lbd side by
side. They are to be the same but for the listed exceptions, each of which has to be needed.

An exception is a line "OBJECT.INDEX | keepalived | lbd | why", in which OBJECT.INDEX is a pattern, and the values
are, too, as snmpwalk writes them; - is none. With any of both it moves: it has to be there on both sides. "CASE: " in front: in that case alone."""

import collections
import fnmatch
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../snmp"))
import mibfile  # noqa: E402

MIBS = ("KEEPALIVED-MIB.txt", "VRRP-MIB.txt", "VRRPv3-MIB.txt")
Exception_ = collections.namedtuple("Exception_", "case pattern keepalived lbd why")


def names(directory):
    found = {}
    for name in MIBS:
        objects, _ = mibfile.parse(os.path.join(directory, name))
        found.update({number: thing.name for number, thing in objects.items()})
    return found


def named(number, objects):
    parts = tuple(map(int, number.strip(".").split(".")))
    for length in range(len(parts), 0, -1):
        if parts[:length] in objects:
            return ".".join([objects[parts[:length]]] + list(map(str, parts[length:])))
    return number


def walk(path, objects):
    """{OBJECT.INDEX: value}; a hexadecimal value goes on in the next line."""
    values, last = {}, None
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = re.match(r"(\.[\d.]+) = (.*)", line)
            if match:
                last = named(match.group(1), objects)
                values[last] = match.group(2).strip()
            elif last:
                values[last] += " " + line.strip()
    return values


def exceptions(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    found = []
    for line in lines:
        case, colon, rest = line.partition(": ")
        if not colon or " " in case:
            case, rest = "*", line
        found.append(Exception_(case, *(word.strip() for word in rest.split(" | "))))
        if not found[-1].why:
            sys.exit("an exception without a reason: " + line)
    return found


def fits(pattern, value):
    return value is None if pattern == "-" else value is not None and fnmatch.fnmatchcase(value, pattern)


def main():
    objects, listed = names(sys.argv[2]), exceptions(sys.argv[1])
    needed, compared, wrong = set(), 0, 0
    for case, *paths in zip(*[iter(sys.argv[3:])] * 3):
        keepalived, lbd = (walk(path, objects) for path in paths)
        for name in sorted(set(keepalived) | set(lbd)):
            mine, its = lbd.get(name), keepalived.get(name)
            compared += 1
            rules = [each for each in listed if each.case in ("*", case)
                     and fnmatch.fnmatchcase(name, each.pattern)
                     and fits(each.keepalived, its) and fits(each.lbd, mine)]
            if mine != its:
                needed.update(rules)
            else:
                needed.update(each for each in rules if each.keepalived == each.lbd == "*")
            if mine != its and not rules:
                wrong += 1
                print("%s: %s: keepalived %s, lbd %s" % (case, name, its, mine))
    for each in listed:
        if each not in needed and each.case in ("*", *sys.argv[3::3]):
            wrong += 1
            print("not needed: %s: %s | %s | %s" % each[:4])
    print("%d values compared, %d differ" % (compared, wrong))
    return 1 if wrong or compared < 1000 else 0


sys.exit(main())
