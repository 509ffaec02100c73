#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes lbd's package for Cacti: make.py [DIRECTORY], by default the one that it is in.

    lbd_director.xml        what Cacti imports: one device template with all graphs
    snmp_queries/lbd_*.xml  the data queries, for Cacti's resource/snmp_queries

The graphs are those of exporters/graph/graph.def, as lbctl graph draws them; OIDs and names are those of LBD-MIB. The
same tables always give the same files, which are checked in ("make update-golden" writes them).
"""

import os
import re
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import tables  # noqa: E402
from cacti import (  # noqa: E402
    AREA, AVERAGE, DERIVE, GAUGE, GPRINT_AVERAGE, GPRINT_LAST, GPRINT_MAX, LINE, MAX, STACK, TOTAL, Package, snmp_query)

NOTE = "<!-- SPDX-License-Identifier: GPL-2.0-or-later. Made from the metric tables of lbd (make update-golden). -->"
BASE = ".1.3.6.1.4.1.8072.9999.9999"
OBJECTS = BASE + ".1"
SUMMARY = 100
# A row's index has room for as much in Cacti's database; one that is longer is left out, not cut.
INDEX_MOST = 255
FAINT = "60"
NANOSECONDS = 10 ** 9
THOUSANDTHS = 1000

# What people call a family, and its rows; the first pattern whose variables all have a value is taken.
NAMES = {"vrrp": "VRRP", "ipvs": "IPVS", "sync": "Synchronisation", "config": "Configuration", "event": "Events"}
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
# Why the others are in none.
NOT_DRAWN = {
    "connection_rate": "the graph of new connections, from the counter of IPVS",
    "in_byte_rate": "the graph of traffic, from the counter of IPVS",
    "out_byte_rate": "the graph of traffic, from the counter of IPVS",
}


def title_of(family):
    return NAMES.get(family, family.replace("_", " ").capitalize())


def mib_names():
    """{(arc of the table, column): name} of LBD-MIB."""
    text = tables.read("mibs/LBD-MIB.txt")
    arcs = {}
    for name, entry, arc in re.findall(r"^(lbd\w+) OBJECT(-TYPE| IDENTIFIER)[^=]*?::= \{ lbdObjects (\d+) \}",
                                       text, re.M):
        arcs[re.sub("Table$", "Entry", name)] = int(arc)
    return {(arcs[parent], int(column)): name for name, parent, column in re.findall(
        r"^(lbd\w+) OBJECT-TYPE(?:(?!OBJECT-TYPE).)*?::= \{ (lbd\w+) (\d+) \}", text, re.M | re.S) if parent in arcs}


class Maker:
    def __init__(self):
        self.package = Package()
        self.families = tables.families()
        self.sets = tables.sets()
        self.graphs, self.tints = tables.graphs()
        self.colours, self.order = tables.palette()
        self.summary = tables.summary()
        self.mib = mib_names()
        self.plain = self.package.gprint("lbd - plain", "%10.2lf")
        self.prefixed = self.package.gprint("lbd - prefixed", "%8.2lf %s")
        self.whole = self.package.gprint("lbd - whole", "%10.0lf")

    def colour(self, number):
        return self.colours[self.order[number % len(self.order)]]

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


SHAPES = {"LINE": LINE, "AREA": AREA, "STACK": STACK}


def series(source, draw, colour, legend, form, cdef=0, peak=MAX, total=0):
    """A line or area with its numbers; `peak`: where the greatest comes from; `total`: the format of their sum."""
    items = [{"type": SHAPES[draw], "colour": colour, "text": legend},
             {"type": GPRINT_LAST, "gprint": form, "text": "Current:"},
             {"type": GPRINT_AVERAGE, "gprint": form, "text": "Average:"},
             {"type": GPRINT_MAX, "gprint": form, "cf": peak, "text": "Maximum:"}]
    for item in items:
        item.update(source=source, cdef=cdef)
    if total:
        items.append({"type": GPRINT_LAST, "gprint": total, "vdef": TOTAL, "text": "In all:", "source": source})
    items[-1]["end"] = "on"
    return items


class Drawing:
    """A graph of graph.def as templates."""

    def __init__(self, maker, family, graph):
        self.maker, self.family_of, self.graph = maker, family, graph
        self.name = "lbd - %s: %s" % (title_of(family.name), graph.title)
        self.sources = {}   # {data source: (column, kind)}, in the order of the data template
        self.letters = {}   # what rrdtool calls (source, consolidation) in Cacti's command, in order of use
        self.items = self.drawn()

    def use(self, metric):
        found = []
        for source, column, text in self.maker.parts(metric):
            kind = DERIVE if metric.kind in ("COUNTER", "COUNTERS", "HISTOGRAM") else GAUGE
            self.sources[source] = (column, kind)
            found.append((source, text))
        return found

    def template_of(self, source):
        """Scalars have a data template each: Cacti's way to ask for an OID gives one value."""
        if self.family_of.scalar:
            column = self.sources[source][0]
            return "lbd - %s: %s" % (title_of(self.family_of.name), self.friendly(column))
        return self.name

    def friendly(self, column):
        name = self.maker.mib[self.family_of.arc, column][len("lbd" + tables.camel(self.family_of.name)):]
        return re.sub(r"(?<!^)([A-Z])", lambda match: " " + match.group(1).lower(), name)

    def add(self, items):
        """Notes the names that Cacti will give: it numbers what it reads from files as items use it, and writes the
        digits as letters."""
        for item in items:
            self.letters.setdefault((item["source"], item.get("cf", AVERAGE)),
                                    "".join("abcdefghij"[int(digit)] for digit in str(len(self.letters))))
        return items

    def full(self, source):
        return self.template_of(source), source

    def expression(self, metric):
        """What brings a value of LBD-MIB into the graph's scale."""
        cdef, scale = self.maker.package.cdef, self.graph.scale
        if scale == 0:
            return cdef("lbd - how many in a point", "CURRENT_DATA_SOURCE,STEPWIDTH,*")
        if metric.kind == "STATE":
            return cdef("lbd - states from 0", "CURRENT_DATA_SOURCE,1,-")
        divisor = {"SECONDS": NANOSECONDS, "RATIO": THOUSANDTHS, "PER_SECOND": THOUSANDTHS}.get(metric.unit, 1)
        if divisor == scale:
            return 0
        if divisor > scale:
            return cdef("lbd - divided by %d" % (divisor // scale), "CURRENT_DATA_SOURCE,%d,/" % (divisor // scale))
        return cdef("lbd - times %d" % (scale // divisor), "CURRENT_DATA_SOURCE,%d,*" % (scale // divisor))

    def is_prefixed(self, metric):
        """Milliseconds and megabytes are common, milliconnections are not."""
        return metric.unit == "BYTES" or (metric.unit == "SECONDS" and self.graph.scale == 1)

    def numbers(self, source, metric, draw, colour, legend):
        prefixed = self.is_prefixed(metric)
        counts = metric.kind in ("COUNTER", "COUNTERS") and metric.unit != "SECONDS"
        maker = self.maker
        return self.add(series(
            self.full(source), draw, colour, legend, maker.prefixed if prefixed else maker.plain,
            self.expression(metric), AVERAGE if self.graph.scale == 0 else MAX,
            (maker.prefixed if prefixed else maker.whole) if counts else 0))

    def mean(self, metric, colour, legend):
        """Sum / count; Cacti's expressions know another file's values by their letters alone."""
        (count, _), (total, _) = self.use(metric)
        line = self.add(series(self.full(total), "LINE", colour, legend, self.maker.prefixed, 0, AVERAGE))
        items = self.add([{"type": GPRINT_AVERAGE, "source": self.full(count), "gprint": self.maker.plain,
                           "text": "A second:"}])
        a, b = (self.letters[self.full(source), AVERAGE] for source in (total, count))
        cdef = self.maker.package.cdef("lbd - mean of nanoseconds: %s by %s" % (a, b), "%s,%s,/,%d,/" % (
            a, b, NANOSECONDS))
        for item in line:
            item["cdef"] = cdef
        line[-1]["end"], items[-1]["end"] = "", "on"
        return line + items

    def background(self, source, name, expression, colour, legend, consolidation):
        return self.add([{
            "type": AREA, "source": self.full(source), "cf": consolidation, "alpha": FAINT, "text": legend,
            "colour": self.maker.colours[colour],
            "cdef": self.maker.package.cdef("lbd - " + name, "CURRENT_DATA_SOURCE,%s,INF,UNKN,IF" % expression)}])

    def band(self, metric):
        """Of several values in one moment the greatest counts. A moment in which it changed is between two."""
        (source, _), found = self.use(metric)[0], []
        for value, colour in self.maker.tints[metric.set].items():
            found += self.background(source, "while it is %d" % (value + 1), "0.01,-,CEIL,%d,EQ" % (value + 1), colour,
                                     self.maker.sets[metric.set][value], MAX)
        return found

    def drawn(self):
        items, behind = [], []
        for item in self.graph.items:
            metric = self.family_of.metrics[item.metric]
            colour = self.maker.colours.get(item.colour)
            if item.draw == "BAND":
                behind += self.band(metric)
            elif item.draw in ("BELOW", "ABOVE"):
                name, test = ("below 1", "1,LT") if item.draw == "BELOW" else ("above 0", "0,GT")
                behind += self.background(self.use(metric)[0][0], "while it is " + name, test, item.colour,
                                          item.legend, AVERAGE)
            elif item.draw == "MEMBERS":
                for number, (source, text) in enumerate(self.use(metric)):
                    items += self.numbers(source, metric, "STACK" if number else "AREA", self.maker.colour(number),
                                          text)
            elif item.draw == "MEAN":
                items += self.mean(metric, colour, item.legend)
            else:
                items += self.numbers(self.use(metric)[0][0], metric, item.draw, colour, item.legend)
        if behind:
            behind[-1]["end"] = "on"
        return behind + items

    def base(self):
        metric = self.family_of.metrics[self.graph.items[-1].metric]
        return 1024 if metric.unit == "BYTES" and metric.kind == "GAUGE" else 1000

    def graph_template(self):
        return self.maker.package.graph_template(
            self.name, "|host_description| - %s" % self.name[len("lbd - "):], self.graph.axis, self.base(), self.items)

    def scalar_templates(self):
        for source, (column, kind) in self.sources.items():
            self.maker.scalar_data(self.template_of(source), self.maker.oid(self.family_of, column) + ".0", source, kind)
        return self.graph_template()

    def indexed_templates(self):
        """What a data query says of a graph: name, titles, fields of the data sources, template."""
        self.maker.package.data_template(self.name, "|host_description| - %s" % self.name[len("lbd - "):],
                                         [(source, kind) for source, (_, kind) in self.sources.items()])
        self.graph_template()
        titles = ["|host_description| - %s - %s" % (pattern, self.graph.title)
                  for pattern in self.maker.object_patterns(self.family_of)]
        fields = {source: self.maker.mib[self.family_of.arc, column] for source, (column, _) in self.sources.items()}
        return self.graph.title, titles, fields, self.name


def main():
    directory = sys.argv[1] if len(sys.argv) > 1 else HERE
    os.makedirs(os.path.join(directory, "snmp_queries"), exist_ok=True)
    for name, lines in Maker().make().items():
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write("\n".join([NOTE] + lines) + "\n")


if __name__ == "__main__":
    main()
