#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The package for Cacti is what its description makes; it asks for what LBD-MIB has, under its names; it refers to
nothing that is not there; what is drawn elsewhere is drawn in Cacti too (invariant 1)."""

import glob
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tree"))
import project  # noqa: E402
sys.path.insert(0, os.path.join(project.ROOT, "dashboards", "cacti"))
import cacti  # noqa: E402
import make  # noqa: E402
import tables  # noqa: E402

DIRECTORY = "dashboards/cacti"
PACKAGE = DIRECTORY + "/lbd_director.xml"
QUERIES = sorted(os.path.relpath(path, project.ROOT)
                 for path in glob.glob(os.path.join(project.ROOT, DIRECTORY, "snmp_queries/*.xml")))
HASH = re.compile(r"hash_([0-9a-f]{2})[0-9]{4}([0-9a-f]{32})")
# What every Cacti has.
OF_CACTI = {cacti.SNMP, cacti.SNMP_INDEXED, cacti.OID, cacti.INDEX_TYPE, cacti.INDEX_VALUE, cacti.OUTPUT_TYPE,
            HASH.match(cacti.TOTAL).group(2)} | {field for fields in cacti.OF_DEVICE.values() for field in fields}


def outdated():
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.executable, os.path.join(project.ROOT, DIRECTORY, "make.py"), directory], check=True)
        made = sorted(os.path.relpath(path, directory) for path in glob.glob(directory + "/**/*.xml", recursive=True))
        there = sorted(os.path.relpath(path, DIRECTORY) for path in [PACKAGE] + QUERIES)
        if made != there:
            yield "make.py writes " + ", ".join(made)
        for path in set(made) & set(there):
            with open(os.path.join(directory, path), encoding="utf-8") as file:
                if file.read() != project.read(os.path.join(DIRECTORY, path)):
                    yield path + ": run make update-golden and look at the difference"


def objects():
    """{OID: name} of LBD-MIB's readable columns and scalars."""
    families = tables.families()
    single = {family.arc for family in families.values() if family.scalar} | {make.SUMMARY}
    return {"%s.%d%s.%d" % (make.OBJECTS, arc, "" if arc in single else ".1", column): name
            for (arc, column), name in tables.mib_names().items()}


def wrong_fields(path, known):
    """Fields of a data query that are not called as LBD-MIB calls them."""
    for field in xml.etree.ElementTree.fromstring(project.read(path)).find("fields"):
        oid = field.findtext("oid")
        if oid is not None and known.get(oid) != field.tag:
            yield "%s: %s is %s" % (path, oid, known.get(oid))


def wrong_oids(text, known):
    for oid in re.findall(r"<value>(\.[0-9.]+)</value>", text):
        if not oid.endswith(".0") or oid[:-2] not in known:
            yield oid


def unknown_fields(text):
    """What graphs ask a data query for, and is not in it."""
    has = {field.tag for path in QUERIES for field in xml.etree.ElementTree.fromstring(project.read(path)).find("fields")}
    return sorted(set(re.findall(r"<snmp_field_name>(\w+)<", text)) - has)


def loose_ends(root, text):
    """References to what is neither here nor in every Cacti; names that are given twice."""
    defined = [HASH.match(node.tag).group(2) for node in root.iter() if HASH.match(node.tag)]
    yield from sorted({name for name in defined if defined.count(name) > 1})
    yield from sorted({name for _, name in HASH.findall(text)} - set(defined) - OF_CACTI)


def too_long(root):
    for node in root.iter("data_source_name"):
        if not re.fullmatch(r"\w{1,19}", node.text):
            yield node.text


def not_drawn(text):
    """Metrics that lbctl graph draws, and scalars of LBD-MIB that are neither drawn nor excused."""
    maker = make.Maker()
    sources = set(re.findall(r"<data_source_name>(\w+)<", text))
    for graph in maker.graphs:
        for item in graph.items:
            for source, _, _ in maker.parts(maker.families[graph.family].metrics[item.metric]):
                if source not in sources:
                    yield "%s.%s" % (graph.family, item.metric)
    drawn = {scalar for _, _, items in make.OVERVIEW for _, scalar, _, _ in items}
    for scalar in maker.summary:
        if (scalar in drawn) == (scalar in make.NOT_DRAWN):
            yield "summary." + scalar


def main():
    tap = project.Tap()
    text, known, fragment = project.read(PACKAGE), objects(), project.read("dashboards/fragment.am")
    root = xml.etree.ElementTree.fromstring(text)
    tap.rule("the package is what make.py makes", outdated(), QUERIES)
    tap.rule("its data queries have the names of LBD-MIB", [p for path in QUERIES for p in wrong_fields(path, known)],
             known)
    tap.rule("every OID is one of LBD-MIB", wrong_oids(text, known), re.findall(r"<value>\.", text))
    tap.rule("graphs ask for fields that data queries have", unknown_fields(text), QUERIES)
    tap.rule("nothing refers to what is not there", loose_ends(root, text), HASH.findall(text))
    tap.rule("names of data sources are as rrdtool takes them", too_long(root), list(root.iter("data_source_name")))
    tap.rule("what lbctl graph draws, and every scalar, is drawn", not_drawn(text), make.OVERVIEW)
    tap.rule("all are installed", [path for path in [PACKAGE] + QUERIES if path not in fragment], QUERIES)
    tap.end()


main()
