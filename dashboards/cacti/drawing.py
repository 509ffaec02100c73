# SPDX-License-Identifier: GPL-2.0-or-later
"""A graph of exporters/graph/graph.def as Cacti's templates: the same lines, areas and backgrounds, the same numbers
below. The package and names come from make.py's Maker."""

import re

import tables
from cacti import (AREA, AVERAGE, DERIVE, GAUGE, GPRINT_AVERAGE, GPRINT_LAST, GPRINT_MAX, LINE, MAX, STACK, TOTAL)

FAINT = "60"
NANOSECONDS = 10 ** 9
THOUSANDTHS = 1000
# What people call a family, where it is not its name.
NAMES = {"vrrp": "VRRP", "ipvs": "IPVS", "sync": "Synchronisation", "config": "Configuration", "event": "Events"}
SHAPES = {"LINE": LINE, "AREA": AREA, "STACK": STACK}


def title_of(family):
    return NAMES.get(family, family.replace("_", " ").capitalize())


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

    def form(self, metric):
        """Milliseconds and megabytes are common, milliconnections are not."""
        if metric.unit == "SECONDS" and self.graph.scale == 1:
            return self.maker.seconds
        return self.maker.prefixed if metric.unit == "BYTES" else self.maker.plain

    def total(self, metric):
        if metric.kind not in ("COUNTER", "COUNTERS") or metric.unit == "SECONDS":
            return 0
        return self.maker.prefixed if metric.unit == "BYTES" else self.maker.whole

    def numbers(self, source, metric, draw, colour, legend):
        return self.add(series(self.full(source), draw, colour, legend, self.form(metric), self.expression(metric),
                               AVERAGE if self.graph.scale == 0 else MAX, self.total(metric)))

    def mean(self, metric, colour, legend):
        """Sum / count; Cacti's expressions know another file's values by their letters alone."""
        (count, _), (total, _) = self.use(metric)
        line = self.add(series(self.full(total), "LINE", colour, legend, self.maker.seconds, 0, AVERAGE))
        items = self.add([{"type": GPRINT_AVERAGE, "source": self.full(count), "gprint": self.maker.plain,
                           "text": "Per second:"}])
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
                    colour, alpha = self.maker.member_colour(metric.set, number)
                    member = self.numbers(source, metric, "STACK" if number else "AREA", colour, text)
                    member[0]["alpha"] = alpha
                    items += member
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
