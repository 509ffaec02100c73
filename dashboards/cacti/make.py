#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes lbd's package for Cacti: make.py [DIRECTORY], by default the one that it is in.

    lbd_director.xml        what Cacti imports: one device template with all graphs
    snmp_queries/lbd_*.xml  the data queries, for Cacti's resource/snmp_queries

The graphs are those of exporters/graph/graph.def, as lbctl graph draws them; OIDs and names are those of LBD-MIB. The
same tables always give the same files, which are checked in ("make update-golden" writes them).
"""

import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
import tables  # noqa: E402
from cacti import GAUGE, Package, snmp_query  # noqa: E402
from drawing import Drawing, series, title_of  # noqa: E402

NOTE = "<!-- SPDX-License-Identifier: GPL-2.0-or-later. Made from the metric tables of lbd (make update-golden). -->"
BASE = ".1.3.6.1.4.1.8072.9999.9999"
OBJECTS = BASE + ".1"
SUMMARY = 100
# A row's index has room for as much in Cacti's database; one that is longer is left out, not cut.
INDEX_MOST = 255

# What people call the rows of a family; the first pattern whose variables all have a value is taken.
OBJECT = {
    "vrrp": ["{instance} ({interface} {vrid} {family})"],
    "virtual_server": ["{protocol} {virtual_server} ({group})", "{protocol} {virtual_server}"],
    "real_server": ["{protocol} {virtual_server} > {real_server}"],
    "check": ["{virtual_server} {real_server} {check} {target}"],
    "process": ["process {process}"],
    "child": ["child {process}"],
    "exporter": ["exporter {exporter} {target}"],
    "sync": ["synchronisation {role}"],
}
# Where it lists rows, Cacti has room for TITLE_MOST characters.
INDEX_TITLE = {"vrrp": "{instance} ({interface})", "virtual_server": "{virtual_server}",
               "real_server": "{real_server}", "check": "{real_server}", "exporter": "{target}"}
TITLE_MOST = 50
# Where LBD-MIB has a number of a family's rows, Cacti need not walk to see that one came or went.
COUNTED = {"virtual_server": "virtual_servers", "real_server": "real_servers", "check": "checks"}
# Of what is counted over all rows: (title, axis, [(draw, scalar, colour, legend)]).
OVERVIEW = [
    ("VRRP instances by state", "instances", [
        ("AREA", "instances_master", "GREEN", "master"), ("STACK", "instances_backup", "SKY", "backup"),
        ("STACK", "instances_fault", "VERMILLION", "fault"),
        ("STACK", "instances_initialize", "YELLOW", "initialize")]),
    ("Virtual services", "virtual services", [
        ("AREA", "virtual_servers_no_quorum", "VERMILLION", "without quorum"),
        ("LINE", "virtual_servers_sorry", "ORANGE", "served by the sorry server"),
        ("LINE", "virtual_servers", "BLACK", "all")]),
    ("Real servers by health", "real servers", [
        ("AREA", "real_servers_up", "SKY", "up"), ("STACK", "real_servers_down", "VERMILLION", "down"),
        ("STACK", "real_servers_unknown", "GREY", "unknown"),
        ("LINE", "real_servers_in_service", "BLUE", "in service"), ("LINE", "real_servers", "BLACK", "all")]),
    ("Health checks", "checks", [
        ("AREA", "checks_down", "VERMILLION", "down"), ("LINE", "checks", "BLACK", "all")]),
    ("Connections held", "connections", [
        ("AREA", "active_connections", "BLUE", "active"), ("STACK", "inactive_connections", "SKY", "inactive"),
        ("LINE", "persistent_connections", "ORANGE", "persistence templates")]),
    ("Processes down", "processes", [("AREA", "processes_down", "VERMILLION", "down or stuck")]),
]
# How opaque, where there are more things than colours.
PALER = ("FF", "A0", "50")
# Why the others are in none.
NOT_DRAWN = {
    "connection_rate": "the graph of new connections, from the counter of IPVS",
    "in_byte_rate": "the graph of traffic, from the counter of IPVS",
    "out_byte_rate": "the graph of traffic, from the counter of IPVS",
}


class Maker:
    def __init__(self):
        self.package = Package()
        self.families = tables.families()
        self.sets = tables.sets()
        self.graphs, self.tints = tables.graphs()
        self.colours, self.order = tables.palette()
        self.summary = tables.summary()
        self.mib = tables.mib_names()
        self.plain = self.package.gprint("lbd - plain", "%11.2lf")
        self.short = self.package.gprint("lbd - short", "%7.2lf")
        self.prefixed = self.package.gprint("lbd - prefixed", "%8.2lf %s")
        self.seconds = self.package.gprint("lbd - seconds", "%8.2lf %ss")
        self.whole = self.package.gprint("lbd - whole", "%9.0lf")

    def member_colour(self, name, number):
        """And how opaque it is: all members of a set are drawn, so that the colours may begin again, paler."""
        tints = self.tints.get(name, {})
        if len(tints) == len(self.sets[name]):
            return self.colours[tints[number]], "FF"
        again, which = divmod(number, len(self.order))
        return self.colours[self.order[which]], PALER[again]

    def parts(self, metric):
        """[(data source, column, text)] of what a metric consists of in LBD-MIB."""
        if metric.kind == "COUNTERS":
            return [("%s_%d" % (metric.source, number), metric.column + number, text)
                    for number, text in enumerate(self.sets[metric.set])]
        if metric.kind == "HISTOGRAM":
            return [(metric.source + "_count", metric.column, None), (metric.source + "_sum", metric.column + 1, None)]
        return [(metric.source, metric.column, None)]

    def oid(self, family, column):
        return "%s.%d%s.%d" % (OBJECTS, family.arc, "" if family.scalar else ".1", column)

    def patterns(self, family, patterns):
        variables = {text.name: "|query_%s|" % self.mib[family.arc, column] for column, text in family.texts}
        return [pattern.format(**variables) for pattern in patterns]

    def object_patterns(self, family):
        return self.patterns(family, OBJECT[family.name])

    def index_title(self, family):
        title = self.patterns(family, [INDEX_TITLE.get(family.name, OBJECT[family.name][0])])[0]
        assert len(title) <= TITLE_MOST, title
        return title

    def query_file(self, family):
        """The resource file of a family's rows, and its name."""
        fields = [("lbd%sIndex" % tables.camel(family.name), "Index", None, False)]
        fields += [(self.mib[family.arc, column], text.name.replace("_", " ").capitalize(),
                    self.oid(family, column), False) for column, text in family.texts]
        for metric in family.metrics.values():
            for _, column, text in self.parts(metric):
                if metric.unit != "TIMESTAMP":
                    friendly = metric.name.replace("_", " ").capitalize() + (": " + text if text else "")
                    fields.append((self.mib[family.arc, column], friendly, self.oid(family, column), True))
        counted = COUNTED.get(family.name)
        return snmp_query(
            "lbd - %s" % title_of(family.name), family.help, self.oid(family, tables.LABEL),
            "^%s.%d.1.[0-9]+.([0-9.]{1,%d})$" % (OBJECTS, family.arc, INDEX_MOST),
            "%s.%d.%d.0" % (OBJECTS, SUMMARY, self.summary[counted].column) if counted else None,
            self.index_title(family), fields)

    def family(self, family, graphs):
        """The graphs of a family; its data query when it has rows, else graph templates that need none."""
        made = [Drawing(self, family, graph) for graph in graphs]
        if family.scalar:
            return [drawing.scalar_templates() for drawing in made], []
        name = "lbd - %s" % title_of(family.name)
        path = "<path_cacti>/resource/snmp_queries/lbd_%s.xml" % family.name
        return [], [self.package.data_query(name, family.help, path,
                                            [drawing.indexed_templates() for drawing in made])]

    def scalar_data(self, name, oid, source, kind):
        return self.package.data_template(name, "|host_description| - %s" % name[len("lbd - "):], [(source, kind)], oid)

    def overview(self):
        for title, axis, items in OVERVIEW:
            lines = []
            for draw, scalar, colour, legend in items:
                # Names of scalars are longer than those of data sources may be.
                template, source = "lbd - All: " + scalar.replace("_", " "), scalar.split("_", 1)[-1][:19]
                self.scalar_data(template, "%s.%d.%d.0" % (OBJECTS, SUMMARY, self.summary[scalar].column), source,
                                 GAUGE)
                lines += series((template, source), draw, self.colours[colour], legend, self.plain)
            name = "lbd - All: " + title[0].lower() + title[1:] if title[:2] != "VR" else "lbd - All: " + title
            yield self.package.graph_template(name, "|host_description| - %s" % title, axis, 1000, lines)

    def make(self):
        """{file: lines}"""
        files, templates, queries = {}, list(self.overview()), []
        for family in self.families.values():
            graphs = [graph for graph in self.graphs if graph.family == family.name]
            if graphs:
                more_templates, more_queries = self.family(family, graphs)
                templates += more_templates
                queries += more_queries
                if more_queries:
                    files["snmp_queries/lbd_%s.xml" % family.name] = self.query_file(family)
        self.package.host_template("lbd director", templates, queries)
        files["lbd_director.xml"] = self.package.lines()
        return files


def main():
    directory = sys.argv[1] if len(sys.argv) > 1 else HERE
    os.makedirs(os.path.join(directory, "snmp_queries"), exist_ok=True)
    for name, lines in Maker().make().items():
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write("\n".join([NOTE] + lines) + "\n")


if __name__ == "__main__":
    main()
