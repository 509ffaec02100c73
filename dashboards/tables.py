# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads lbd's own tables: metrics (lbd/stat/*.def), sets (lbd/base/set.def), graphs and their palette
(exporters/graph), the scalars of LBD-MIB (exporters/snmp/summary.def). Nothing is written down here that they say."""

import collections
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

Text = collections.namedtuple("Text", "name help label")
Metric = collections.namedtuple("Metric", "name kind set unit column source help")
Family = collections.namedtuple("Family", "name arc help texts metrics scalar")
Graph = collections.namedtuple("Graph", "family name scale title axis items")
Item = collections.namedtuple("Item", "draw metric colour legend")
Scalar = collections.namedtuple("Scalar", "name column units help")

# Columns of a family beside its metrics, as exporters/snmp/catalogue.h has them.
LABEL, INFO = 901, 921


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)


def words(text):
    """The operands of a macro: words, numbers and strings."""
    return [quoted if quoted or not word else word
            for quoted, word in re.findall(r'"((?:\\.|[^"\\])*)"|([\w-]+)', text)]


def rows(path):
    """(macro, operands) of each row of a table; a row may go over two lines."""
    for macro, operands in re.findall(r'^([A-Z_]+)\(((?:"(?:\\.|[^"\\])*"|[^")])*)\)', read(path), re.M):
        yield macro, words(operands)


def sets():
    """{name: [text of each value]}"""
    found, name = {}, None
    for macro, operands in rows("lbd/base/set.def"):
        if macro == "SET":
            name = operands[0]
            found[name] = []
        elif macro == "VALUE":
            found[name].append(operands[2])
    return found


def metric(macro, operands):
    name, rest = operands[0], operands[1:]
    if macro == "COUNTERS":
        return Metric(name, macro, rest[1], rest[2], int(rest[3]), rest[4], rest[5])
    if macro == "STATE":
        return Metric(name, macro, rest[0], "NONE", int(rest[1]), rest[2], rest[3])
    return Metric(name, macro, None, rest[0], int(rest[1]), rest[2], rest[3])


def single_families():
    """Those that have one row, which LBD-MIB shows as scalars."""
    return {operands[0] for macro, operands in rows("exporters/snmp/index.def") if macro == "SINGLE"}


def families():
    """{name: Family}, in the order of their declaration."""
    found, single = {}, single_families()
    for _, (name, _, arc, help_text, *_) in rows("lbd/stat/family.def"):
        texts, metrics, columns = [], {}, {"LABEL": LABEL, "INFO": INFO}
        for macro, operands in rows("lbd/stat/%s.def" % name):
            if macro in columns:
                texts.append((columns[macro], Text(operands[0], operands[2], macro == "LABEL")))
                columns[macro] += 1
            elif macro != "RAW":
                metrics[operands[0]] = metric(macro, operands)
        labels = [text.name for _, text in texts if text.label]
        found[name] = Family(name, int(arc), help_text, texts, metrics, name in single or labels == ["scope"])
    return found


def palette():
    """{NAME: RRGGBB} and the order in which several things take colours."""
    text = read("exporters/graph/table.c")
    order = re.search(r"colours\[\] = \{(.*?)\}", text, re.S).group(1)
    return dict(re.findall(r'^#define ([A-Z]+) "([0-9A-F]{6})"', text, re.M)), re.findall(r"[A-Z]+", order)


def graphs():
    """(graphs, {set: {value: colour}})"""
    found, tints = [], {}
    for macro, operands in rows("exporters/graph/graph.def"):
        if macro == "GRAPH":
            family, name, scale, title, axis = operands
            found.append(Graph(family.lower(), name, int(scale), title, axis, []))
        elif macro == "TINT":
            values = [value[1] for kind, value in rows("lbd/base/set.def")
                      if kind == "VALUE" and value[0] == operands[1]]
            tints.setdefault(operands[0], {})[values.index(operands[2])] = operands[3]
        elif macro != "NOT_DRAWN":
            colour, legend = operands[2:] if len(operands) > 2 else (None, None)
            found[-1].items.append(Item(macro, operands[1], colour, legend))
    return found, tints


def summary():
    """{name: Scalar} of lbdSummary."""
    return {operands[1]: Scalar(operands[1], int(operands[0]), operands[4] if len(operands) > 5 else "", operands[-1])
            for macro, operands in rows("exporters/snmp/summary.def") if macro == "SUMMARY"}


def camel(*names):
    return "".join(word[:1].upper() + word[1:] for name in names for word in re.split("[_-]", name))


def mib_names():
    """{(arc of the table, column): name} of LBD-MIB."""
    text = read("mibs/LBD-MIB.txt")
    arcs = {}
    for name, entry, arc in re.findall(r"^(lbd\w+) OBJECT(-TYPE| IDENTIFIER)[^=]*?::= \{ lbdObjects (\d+) \}",
                                       text, re.M):
        arcs[re.sub("Table$", "Entry", name)] = int(arc)
    return {(arcs[parent], int(column)): name for name, parent, column in re.findall(
        r"^(lbd\w+) OBJECT-TYPE(?:(?!OBJECT-TYPE).)*?::= \{ (lbd\w+) (\d+) \}", text, re.M | re.S) if parent in arcs}
