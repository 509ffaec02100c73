# SPDX-License-Identifier: GPL-2.0-or-later
"""Grafana's JSON (schema 38, Grafana 9 and later) from a few values per panel. What is shown stands in make.py."""

import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
BASE = os.path.join(HERE, "..", "..", "lbd", "base")
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
COLOURS = {"good": "green", "other": "blue", "bad": "red", "warn": "orange", "none": "text"}
# What an operator expects a state to look like; a state that is not named here is grey.
STATE_COLOURS = {
    "vrrp_state": {"master": "good", "backup": "other", "fault": "bad"},
    "health": {"up": "good", "down": "bad"},
    "check_result": {"success": "good", "refused": "bad", "timeout": "bad", "unreachable": "bad",
                     "reset": "bad", "local": "warn", "other": "bad"},
    "child_state": {"running": "good", "waiting": "bad"},
    "reload_result": {"applied": "good", "unchanged": "good", "refused": "bad"},
    "exporter_state": {"working": "good", "failing": "bad"},
    "defence": {"ready": "good", "active": "bad", "always": "warn"},
}
YES = {0: ("no", "bad"), 1: ("yes", "good")}
NO = {0: ("no", "good"), 1: ("yes", "bad")}


def state_set(name):
    """{number: (text, colour)} of a closed set, from lbd/base/set.def."""
    with open(os.path.join(BASE, "set.def"), encoding="utf-8") as file:
        text = file.read()
    body = re.search(r"^SET\(%s,.*?^END_SET" % name, text, re.M | re.S).group(0)
    words = re.findall(r'^VALUE\(\w+, \w+, "([^"]+)"', body, re.M)
    colours = STATE_COLOURS[name]
    return {number: (word, colours.get(word, "none")) for number, word in enumerate(words)}


def mappings(states):
    return [{"type": "value", "options": {
        str(number): {"text": text, "color": COLOURS[colour], "index": number}
        for number, (text, colour) in sorted(states.items())}}]


def thresholds(steps):
    """steps: the colour from the beginning, then (value, colour)…"""
    rows = [{"color": COLOURS.get(steps[0], steps[0]), "value": None}]
    rows += [{"color": COLOURS[colour], "value": value} for value, colour in steps[1:]]
    return {"mode": "absolute", "steps": rows}


def targets(queries, instant, form):
    return [{"datasource": SOURCE, "editorMode": "code", "expr": expr, "legendFormat": legend,
             "refId": chr(ord("A") + i), "instant": instant, "range": not instant, "format": form}
            for i, (expr, legend) in enumerate(queries)]


def panel(kind, title, width, height, queries, description, unit="none", steps=("none",), states=None,
          instant=False, form="time_series", options=None, custom=None, low=None, high=None, decimals=None):
    defaults = {"unit": unit, "thresholds": thresholds(steps),
                "mappings": mappings(states) if states else [], "custom": custom or {}}
    if low is not None:
        defaults["min"] = low
    if high is not None:
        defaults["max"] = high
    if decimals is not None:
        defaults["decimals"] = decimals
    return {"type": kind, "title": title, "description": description, "datasource": SOURCE,
             "gridPos": {"w": width, "h": height}, "targets": targets(queries, instant, form),
             "fieldConfig": {"defaults": defaults, "overrides": []}, "options": options or {}}


def stat(title, expr, description, unit="none", steps=("good",), states=None, width=4, **extra):
    """One number; coloured by its thresholds, or by its state."""
    options = {"colorMode": "background", "graphMode": "none", "justifyMode": "auto", "textMode": "auto",
               "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    return panel("stat", title, width, 4, [(expr, "")], description, unit, steps, states, instant=True,
                 options=options, **extra)


def graph(title, queries, description, unit="none", width=12, low=0, **extra):
    """Lines over time, with a table of last and greatest values below."""
    options = {"legend": {"displayMode": "table", "placement": "bottom", "showLegend": True,
                          "calcs": ["lastNotNull", "max"]},
               "tooltip": {"mode": "multi", "sort": "desc"}}
    custom = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 10, "showPoints": "never",
              "spanNulls": False, "thresholdsStyle": {"mode": "line" if "steps" in extra else "off"}}
    return panel("timeseries", title, width, 9, queries, description, unit, options=options, custom=custom,
                 low=low, **extra)


def timeline(title, queries, description, states, width=12, height=8):
    """States as coloured bars over time."""
    options = {"mergeValues": True, "showValue": "auto", "alignValue": "left", "rowHeight": 0.85,
               "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
               "tooltip": {"mode": "single", "sort": "none"}}
    return panel("state-timeline", title, width, height, queries, description, states=states,
                 options=options, custom={"lineWidth": 0, "fillOpacity": 80})


def heatmap(title, expr, description, unit="s", width=24):
    """How many observations fell between which bounds, over time; expr is by `le`."""
    options = {"calculate": False, "cellGap": 1, "cellValues": {"unit": "short"},
               "color": {"mode": "scheme", "scheme": "Oranges", "exponent": 0.5, "steps": 64},
               "filterValues": {"le": 1e-9}, "legend": {"show": True},
               "tooltip": {"show": True, "yHistogram": True},
               "yAxis": {"axisPlacement": "left", "unit": unit}}
    return panel("heatmap", title, width, 10, [(expr, "{{le}}")], description, unit, form="heatmap",
                 options=options)


def table(title, columns, description, hide=(), links=(), width=24, height=9, sort=None):
    """columns: (expr, heading, unit, states or None); rows that have the same labels become one. `sort`: the
    heading whose least comes first."""
    options = {"showHeader": True, "cellHeight": "sm"}
    if sort:
        options["sortBy"] = [{"displayName": sort, "desc": False}]
    shape = panel("table", title, width, height, [(column[0], "") for column in columns], description,
                  instant=True, form="table", options=options, custom={"align": "auto", "filterable": True})
    rename, overrides = {}, []
    for i, (_, heading, unit, states) in enumerate(columns):
        rename["Value #" + chr(ord("A") + i)] = heading
        properties = [{"id": "unit", "value": unit}]
        if states:
            properties += [{"id": "mappings", "value": mappings(states)},
                           {"id": "custom.cellOptions", "value": {"type": "color-text"}}]
        overrides.append({"matcher": {"id": "byName", "options": heading}, "properties": properties})
    overrides += [{"matcher": {"id": "byName", "options": name},
                   "properties": [{"id": "links", "value": [{"title": text, "url": url}]}]}
                  for name, text, url in links]
    shape["fieldConfig"]["overrides"] = overrides
    shape["transformations"] = [
        {"id": "merge", "options": {}},
        {"id": "organize", "options": {"excludeByName": {name: True for name in ("Time", "__name__", "job", *hide)},
                                       "renameByName": rename}}]
    return shape


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"w": 24, "h": 1}}


def placed(panels):
    """Left to right, then down, 24 columns wide."""
    x = y = height = 0
    for number, shape in enumerate(panels, 1):
        place = shape["gridPos"]
        if x + place["w"] > 24:
            x, y, height = 0, y + height, 0
        place.update({"x": x, "y": y})
        shape["id"] = number
        x += place["w"]
        height = max(height, place["h"])
    return panels


def variable(name, label, query, multi):
    return {"type": "query", "name": name, "label": label, "datasource": SOURCE, "refresh": 2, "sort": 1,
            "query": {"query": query, "refId": name}, "definition": query, "multi": multi,
            "includeAll": multi, "allValue": ".*" if multi else None, "hide": 0,
            "current": {"text": ["All"], "value": ["$__all"]} if multi else {}}


def annotation(name, expr, title, colour):
    return {"name": name, "datasource": SOURCE, "enable": True, "hide": False, "iconColor": COLOURS[colour],
            "expr": expr, "titleFormat": title, "step": "10s", "useValueForTime": True}


def dashboard(uid, title, description, panels, variables=(), annotations=()):
    source = {"type": "datasource", "name": "datasource", "label": "Prometheus", "query": "prometheus",
              "refresh": 1, "hide": 0, "multi": False, "includeAll": False, "current": {}}
    return {"uid": uid, "title": title, "description": description, "tags": ["lbd"], "schemaVersion": 38,
            "version": 1, "editable": True, "graphTooltip": 1, "refresh": "10s", "timezone": "browser",
            "time": {"from": "now-1h", "to": "now"},
            "templating": {"list": [source, *variables]},
            "annotations": {"list": list(annotations)},
            "links": [{"type": "dashboards", "title": "lbd", "tags": ["lbd"], "asDropdown": False,
                       "includeVars": True, "keepTime": True, "icon": "external link", "targetBlank": False,
                       "tooltip": "", "url": ""}],
            "panels": placed(panels)}
