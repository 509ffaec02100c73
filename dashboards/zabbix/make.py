#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes lbd's template for Zabbix 6.0 and later: make.py [DIRECTORY], by default the one that it is in.

    lbd_director.json   one template: what is discovered, its items, value maps, triggers

The items are what the graphs of exporters/graph/graph.def draw; OIDs and names are those of LBD-MIB. The same tables
always give the same file, which is checked in ("make update-golden" writes it).
"""

import hashlib
import json
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tables  # noqa: E402

TEMPLATE = "lbd director by SNMP"
BASE = "1.3.6.1.4.1.8072.9999.9999.1"
SUMMARY = 100
# One that every Zabbix has, by its name and its identity.
GROUP = "Templates/Applications", "a571c0d144b14fd4a87a9d9b2aa9fcd6"
SYS_UP_TIME = "1.3.6.1.2.1.1.3.0"
# What an operator calls the rows of a family; {name} is a label or text of it.
ROWS = {
    "vrrp": "VRRP {instance} ({interface} {vrid})",
    "virtual_server": "{protocol} {virtual_server}",
    "real_server": "{protocol} {virtual_server} > {real_server}",
    "check": "Check {check} {virtual_server} > {real_server} ({target})",
}
# Its own units by those of lbd, and what brings a value into them.
UNITS = {"SECONDS": ("s", "1.0E-9"), "RATIO": ("", "0.001"), "PER_SECOND": ("", "0.001"), "BYTES": ("B", None),
         "NONE": ("", None)}
# (family, item, name, condition on its last values, severity, what to do)
TRIGGERS = [
    ("vrrp", "state", "{row} is in fault", "last({item})=%d", "HIGH", ("vrrp_state", "fault"),
     "Its interface is down, or lbd cannot use it: lbctl events."),
    ("vrrp", "state", "{row} has changed its state", "change({item})<>0", "WARNING", None,
     "A failover, or a handover: lbctl explain says why. Close it when you know."),
    ("vrrp", "dual_master", "{row}: two masters", "last({item})=1", "HIGH", None,
     "Another router advertises for this VRID beside this one: lbctl events."),
    ("virtual_server", "quorum_reached", "{row} has lost its quorum", "last({item})=0", "HIGH", None,
     "Too few of its real servers are up: lbctl status."),
    ("real_server", "health", "{row} is down", "last({item})=%d", "AVERAGE", ("health", "down"),
     "Its checks fail: lbctl events."),
]
# Of a family, beside what the graphs draw.
MORE = {"vrrp": ["dual_master"], "virtual_server": ["quorum_reached"], "real_server": ["health"]}


def uuid(*names):
    """Of version 4 by its form, the same for the same thing."""
    digits = list(hashlib.sha256("/".join(("lbd",) + names).encode()).hexdigest()[:32])
    digits[12], digits[16] = "4", "89ab"[int(digits[16], 16) % 4]
    return "".join(digits)


def told(text):
    return text.replace("_", " ")


def sentence(text):
    return text[:1].upper() + text[1:] + "."


class Maker:
    def __init__(self):
        self.families = tables.families()
        self.sets = tables.sets()
        self.mib = tables.mib_names()
        drawn, _ = tables.graphs()
        self.drawn = {}
        for graph in drawn:
            names = self.drawn.setdefault(graph.family, [])
            names += [item.metric for item in graph.items if item.metric not in names]
        self.used_sets = set()

    def row(self, family):
        return ROWS[family.name].format(**{text.name: "{#%s}" % text.name.upper() for _, text in family.texts})

    def parts(self, metric):
        """[(item, column, what it is called)]"""
        name = told(metric.name)
        if metric.kind == "COUNTERS":
            return [("%s.%s" % (metric.name, text), metric.column + number, "%s: %s" % (name, told(text)))
                    for number, text in enumerate(self.sets[metric.set])]
        if metric.kind == "HISTOGRAM":
            return [(metric.name + ".count", metric.column, name + ", number"),
                    (metric.name + ".sum", metric.column + 1, name + ", sum")]
        return [(metric.name, metric.column, name)]

    def item(self, family, metric, part, row=""):
        name, column, called = part
        key, index = "lbd.%s.%s" % (family.name, name), ".0"
        if row:
            key, index, row = key + "[{#SNMPINDEX}]", ".{#SNMPINDEX}", row + ": "
        counts = metric.kind in ("COUNTER", "COUNTERS", "HISTOGRAM")
        units, factor = UNITS["NONE" if name.endswith(".count") else metric.unit]
        steps = [{"type": "CHANGE_PER_SECOND", "parameters": [""]}] if counts else []
        if factor:
            steps.append({"type": "MULTIPLIER", "parameters": [factor]})
        found = {
            "uuid": uuid("item", key), "name": row + called, "type": "SNMP_AGENT", "key": key,
            "snmp_oid": "%s.%d%s.%d%s" % (BASE, family.arc, "" if family.scalar else ".1", column, index),
            "delay": "1m", "history": "7d", "value_type": "FLOAT" if counts or factor else "UNSIGNED",
            "description": sentence(metric.help),
        }
        if metric.kind == "STATE":
            self.used_sets.add(metric.set)
            found.update(valuemap={"name": told(metric.set)}, trends="0")
        if units:
            found["units"] = units + "ps" if counts and units == "B" else units
        if steps:
            found["preprocessing"] = steps
        return found

    def mean(self, family, metric, row):
        """Sum / number; where nothing was counted, 0."""
        key = "lbd.%s.%s.mean[{#SNMPINDEX}]" % (family.name, metric.name)
        count, total = ("last(//lbd.%s.%s.%s[{#SNMPINDEX}])" % (family.name, metric.name, part)
                        for part in ("count", "sum"))
        return {"uuid": uuid("item", key), "name": "%s: %s, mean" % (row, told(metric.name)), "type": "CALCULATED",
                "key": key, "delay": "1m", "history": "7d", "value_type": "FLOAT", "units": "s",
                "params": "%s/(%s+(%s=0))" % (total, count, count), "description": sentence(metric.help)}

    def triggers(self, family, item, key, row):
        for of, name, called, condition, severity, member, todo in TRIGGERS:
            if (of, name) == (family.name, item):
                if member:
                    condition %= self.sets[member[0]].index(member[1]) + 1
                found = {"uuid": uuid("trigger", called, of), "name": called.format(row=row), "priority": severity,
                         "expression": condition.format(item="/%s/%s" % (TEMPLATE, key)), "description": todo}
                if "change" in condition:
                    found.update(type="SINGLE", manual_close="YES", recovery_mode="NONE")
                yield found

    def discovery(self, family):
        row, items = self.row(family), []
        names = self.drawn[family.name] + [name for name in MORE.get(family.name, ())
                                           if name not in self.drawn[family.name]]
        for metric in (family.metrics[name] for name in names):
            for part in self.parts(metric):
                items.append(self.item(family, metric, part, row))
                triggers = list(self.triggers(family, part[0], items[-1]["key"], row))
                if triggers:
                    items[-1]["trigger_prototypes"] = triggers
            if metric.kind == "HISTOGRAM":
                items.append(self.mean(family, metric, row))
        columns = ["{#%s},%s.%d.1.%d" % (text.name.upper(), BASE, family.arc, column)
                   for column, text in family.texts if "{%s}" % text.name in ROWS[family.name]]
        key = "lbd.%s.discovery" % family.name
        return {"uuid": uuid("discovery", key), "name": told(family.name).replace("vrrp", "VRRP instance") + "s",
                "type": "SNMP_AGENT", "key": key, "snmp_oid": "discovery[%s]" % ",".join(columns), "delay": "5m",
                "lifetime": "30d", "description": family.help, "item_prototypes": items}

    def items(self):
        """Those of the director as a whole."""
        for scalar in tables.summary().values():
            name = self.mib[SUMMARY, scalar.column]
            if scalar.name in ("version", "time") or scalar.name.endswith("rate"):
                continue
            key = "lbd.summary." + scalar.name
            found = {"uuid": uuid("item", key), "name": told(scalar.name).capitalize(), "type": "SNMP_AGENT",
                     "key": key, "snmp_oid": "%s.%d.%d.0" % (BASE, SUMMARY, scalar.column), "delay": "1m",
                     "history": "7d", "value_type": "UNSIGNED", "description": "%s: %s." % (name, scalar.help)}
            if scalar.name == "processes_down":
                found["triggers"] = [{
                    "uuid": uuid("trigger", key), "name": "A process of lbd is down or stuck", "priority": "HIGH",
                    "expression": "last(/%s/%s)>0" % (TEMPLATE, key), "description": "lbctl status says which."}]
            yield found
        key = "lbd.uptime"
        yield {"uuid": uuid("item", key), "name": "Uptime of the agent", "type": "SNMP_AGENT", "key": key,
               "snmp_oid": SYS_UP_TIME, "delay": "1m", "history": "7d", "value_type": "FLOAT", "units": "uptime",
               "preprocessing": [{"type": "MULTIPLIER", "parameters": ["0.01"]}],
               "triggers": [{
                   "uuid": uuid("trigger", key), "name": "lbd does not answer by SNMP", "priority": "HIGH",
                   "expression": "nodata(/%s/%s,5m)=1" % (TEMPLATE, key),
                   "description": "The director, its lbd-snmp or snmpd is down, or may not be asked."}]}

    def value_maps(self):
        return [{"uuid": uuid("valuemap", name), "name": told(name),
                 "mappings": [{"value": str(number + 1), "newvalue": told(text)}
                              for number, text in enumerate(self.sets[name])]} for name in sorted(self.used_sets)]

    def make(self):
        rules = [self.discovery(self.families[name]) for name in ROWS]
        template = {
            "uuid": uuid("template"), "template": TEMPLATE, "name": TEMPLATE,
            "description": "A director of a Linux Virtual Server cluster that lbd runs; see lbd-snmp(8).",
            "groups": [{"name": GROUP[0]}], "items": list(self.items()), "discovery_rules": rules,
            "valuemaps": self.value_maps()}
        return {"zabbix_export": {"version": "6.0", "date": "2026-01-01T00:00:00Z",
                                  "groups": [{"uuid": GROUP[1], "name": GROUP[0]}], "templates": [template]}}


def main():
    directory = sys.argv[1] if len(sys.argv) > 1 else HERE
    with open(os.path.join(directory, "lbd_director.json"), "w", encoding="utf-8") as file:
        json.dump(Maker().make(), file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
