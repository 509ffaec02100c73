# SPDX-License-Identifier: GPL-2.0-or-later
"""The objects of a MIB file, as far as tests need them: number, name, syntax, access."""

import collections
import re

Object = collections.namedtuple("Object", "name syntax access")
Notification = collections.namedtuple("Notification", "name objects")
MIB_2 = (1, 3, 6, 1, 2, 1)
ENTERPRISES = (1, 3, 6, 1, 4, 1)
COMMENT = re.compile(r"--.*")
DEFINITION = re.compile(r"^\s*([a-z]\w*)\s+(OBJECT IDENTIFIER|OBJECT-TYPE|NOTIFICATION-TYPE|MODULE-IDENTITY)\b"
                        r"((?:\"[^\"]*\"|[^\"])*?)::=\s*\{\s*([\w-]+)\s+(\d+)\s*\}", re.M)


def parse(path):
    """({number: Object}, {number: Notification}); tables and their entries are left out."""
    with open(path, encoding="utf-8") as file:
        text = COMMENT.sub("", file.read())
    found = {name: (kind, body, parent, int(arc)) for name, kind, body, parent, arc in DEFINITION.findall(text)}

    def number(name):
        if name in ("mib-2", "enterprises"):
            return MIB_2 if name == "mib-2" else ENTERPRISES
        return number(found[name][2]) + (found[name][3],) if name in found else ()
    objects, notifications = {}, {}
    for name, (kind, body, _, _) in found.items():
        if kind == "NOTIFICATION-TYPE":
            listed = re.search(r"OBJECTS\s*\{([^}]*)\}", body)
            notifications[number(name)] = Notification(name, re.findall(r"\w+", listed.group(1)) if listed else [])
        elif kind == "OBJECT-TYPE":
            syntax = re.search(r"SYNTAX\s+(OCTET STRING|OBJECT IDENTIFIER|SEQUENCE OF|\w+)", body).group(1)
            access = re.search(r"MAX-ACCESS\s+([\w-]+)", body).group(1)
            if syntax != "SEQUENCE OF" and not re.search(r"\b(INDEX|AUGMENTS)\s*\{", body):
                objects[number(name)] = Object(name, syntax, access)
    return objects, notifications
