#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The template for Zabbix is what its description makes; it asks for what LBD-MIB has; nothing in it is there twice, or
refers to what is not there."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tree"))
import project  # noqa: E402
sys.path.insert(0, os.path.join(project.ROOT, "dashboards", "zabbix"))
import make  # noqa: E402
import tables  # noqa: E402

TEMPLATE = "dashboards/zabbix/lbd_director.json"


def outdated(text):
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.executable, os.path.join(project.ROOT, "dashboards/zabbix/make.py"), directory], check=True)
        with open(os.path.join(directory, os.path.basename(TEMPLATE)), encoding="utf-8") as file:
            if file.read() != text:
                yield TEMPLATE + ": run make update-golden and look at the difference"


def objects():
    """(table, column) of LBD-MIB."""
    return set(tables.mib_names())


def wrong_oids(text):
    known = objects()
    for arc, column in re.findall(re.escape(make.BASE) + r"\.(\d+)(?:\.1)?\.(\d+)(?=\.|,|\])", text):
        if (int(arc), int(column)) not in known:
            yield "%s.%s" % (arc, column)


def twice(text, field):
    return [value for value, count in Counter(re.findall(r'"%s": "([^"]+)"' % field, text)).items() if count > 1]


def items(template):
    return template["items"] + [item for rule in template["discovery_rules"] for item in rule["item_prototypes"]]


def loose_ends(template):
    keys = {item["key"] for item in items(template)}
    maps = {each["name"] for each in template["valuemaps"]}
    for item in items(template):
        if item.get("valuemap", {"name": None})["name"] not in maps | {None}:
            yield item["key"] + ": " + item["valuemap"]["name"]
        for trigger in item.get("triggers", []) + item.get("trigger_prototypes", []):
            for host, key in re.findall(r"/([^/]+)/([^,)]+)", trigger["expression"]):
                if host != template["template"] or key not in keys:
                    yield trigger["expression"]
        for key in re.findall(r"last\(//([^)]+)\)", item.get("params", "")):
            if key not in keys:
                yield item["params"]


def not_watched(template):
    """A trigger of the description that is nowhere, since its item is called otherwise."""
    names = [trigger["name"] for item in items(template) for trigger in item.get("trigger_prototypes", [])]
    return [called for _, _, called, *_ in make.TRIGGERS if not any(called.replace("{row}", "") in name for name in names)]


def main():
    tap = project.Tap()
    text = project.read(TEMPLATE)
    template = json.loads(text)["zabbix_export"]["templates"][0]
    tap.rule("the template is what make.py makes", outdated(text), [TEMPLATE])
    tap.rule("every OID is one of LBD-MIB", wrong_oids(text), items(template))
    tap.rule("no identity is there twice", [value for field in ("uuid", "snmp_oid") for value in twice(text, field)],
             items(template))
    tap.rule("nothing refers to what is not there", loose_ends(template), items(template))
    tap.rule("every trigger watches something", not_watched(template), make.TRIGGERS)
    tap.end()


main()
