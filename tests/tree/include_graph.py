#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The include graph: which directory may know of which. Draws it, then holds it against the rules."""

import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import project  # noqa: E402

# Low to high; a directory includes only lower ones. Those of one row do not know each other, but for EXCEPTIONS.
LAYERS = [["base"], ["stat"], ["conf"], ["process"], ["net", "ipvs", "check", "vrrp"], ["director"], ["control"],
          ["main"]]
EXCEPTIONS = {("vrrp", "net")}
LEVEL = {name: level for level, row in enumerate(LAYERS) for name in row}
EVENT_LIBRARY = re.compile(r"<(event2/|event\.h|evhttp\.h)")


def module_of(path):
    """lbd/check/tcp.c → check; exporters/prometheus/x.c → exporters; else None."""
    parts = path.split("/")
    if parts[0] == "lbd" and len(parts) == 3:
        return parts[1]
    return "exporters" if parts[0] == "exporters" else None


def edges():
    """(path, line, from, to, header) of each include of a header of lbd/ from another directory."""
    for path in project.c_files():
        source = module_of(path)
        for line, name in project.includes(path):
            target = name.split("/")[0]
            if source and "/" in name and target in LEVEL and target != source:
                yield path, line, source, target, name


def find_cycle(graph):
    """A list of directories that include each other in a ring, or None."""
    done, path = set(), []

    def visit(node):
        if node in path:
            return path[path.index(node):] + [node]
        if node in done:
            return None
        path.append(node)
        for following in sorted(graph.get(node, ())):
            ring = visit(following)
            if ring:
                return ring
        done.add(path.pop())
        return None
    for node in sorted(graph):
        ring = visit(node)
        if ring:
            return ring
    return None


def draw(graph):
    print("# who includes whom:")
    for node in sorted(graph, key=lambda n: LEVEL.get(n, len(LAYERS))):
        names = sorted(graph[node], key=lambda n: LEVEL[n])
        print("#   %-10s -> %s" % (node, " ".join(names)))


def is_public(target, name):
    """DIR/DIR.h is a module's public face; base is a library of several; tables (.def) are data."""
    return target == "base" or name == "%s/%s.h" % (target, target)


def compiler_flags():
    packages = ["libevent_core", "libnl-3.0", "libnl-genl-3.0", "libnl-route-3.0",
                "libprotobuf-c", "libcap", "jansson", "zlib", "cunit"]
    flags = ["-std=gnu11", "-D_GNU_SOURCE", "-fsyntax-only", "-x", "c", "-Wall", "-Wextra", "-Werror"]
    for directory in (os.path.join(project.ROOT, "lbd"), "lbd", project.ROOT, "."):
        flags += ["-I", directory]
    for package in packages:
        found = subprocess.run(["pkg-config", "--cflags", package], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, check=False)
        flags += found.stdout.decode().split()
    return flags


def compile_alone(headers):
    compiler = os.environ.get("CC", "cc").split()
    if not shutil.which(compiler[0]):
        yield "there is no compiler `%s`" % compiler[0]
        return
    flags = compiler_flags()
    for header in headers:
        text = '#include "%s"\n' % os.path.join(project.ROOT, header)
        run = subprocess.run(compiler + flags + ["-"], input=text.encode(), stderr=subprocess.PIPE,
                             stdout=subprocess.DEVNULL, check=False)
        if run.returncode != 0:
            errors = [l for l in run.stderr.decode().splitlines() if "error" in l]
            yield "%s: %s" % (header, errors[0] if errors else "the compiler failed")


def is_fragment(header):
    """A piece of another header, or one that is included several times: it says so in its first lines."""
    return re.search(r"No guard|Included by \S+ alone", project.read(header)[:400])


def is_guarded(header):
    return re.search(r"^#ifndef \w+\n#define \w+$", project.read(header), re.M)


def first_headers(path):
    """What NAME.c of a module may include first: NAME.h, or the module's own face, if they are there."""
    module = module_of(path)
    names = [re.sub(r"^lbd/", "", path[:-2]) + ".h", "%s/%s.h" % (module, module)]
    return names if os.path.exists(os.path.join(project.ROOT, path[:-2] + ".h")) else []


def main():
    tap = project.Tap()
    all_edges = list(edges())
    graph = {}
    for _, _, source, target, _ in all_edges:
        graph.setdefault(source, set()).add(target)
    draw(graph)
    ring = find_cycle(graph)
    tap.rule("no directories include each other in a ring", [" -> ".join(ring)] if ring else [], graph)
    tap.rule("a directory includes only lower layers",
             ["%s:%d: %s includes %s" % (p, l, s, n) for p, l, s, t, n in all_edges
              if s in LEVEL and LEVEL[t] >= LEVEL[s] and (s, t) not in EXCEPTIONS], all_edges)
    tap.rule("exporters read what base and stat offer, and follow events through control/control.h; lbd-snmp the "
             "published configuration; nothing else",
             ["%s:%d: %s" % (p, l, n) for p, l, s, t, n in all_edges
              if s == "exporters" and t not in ("base", "stat") and n != "control/control.h"
              and not (n == "conf/conf.h" and p.startswith("exporters/snmp/"))], all_edges)
    tap.rule("from another directory only DIR/DIR.h is included",
             ["%s:%d: %s is internal to %s" % (p, l, n, t) for p, l, s, t, n in all_edges
              if not is_public(t, n)], all_edges)
    daemon = [f for f in project.c_files() if f.startswith("lbd/")]
    unknown = sorted({module_of(f) or f for f in daemon if module_of(f) not in LEVEL})
    tap.rule("every directory of lbd/ has its place in the layers", unknown, daemon)
    tap.rule("only base/loop.c of the daemon includes the event library",
             ["%s:%d" % (p, l) for p in daemon if p != "lbd/base/loop.c"
              for l, n in project.includes(p) if EVENT_LIBRARY.match(n)], daemon)
    tap.rule("includes name the directory",
             ["%s:%d: %s" % (p, l, n) for p in project.c_files() for l, n in project.includes(p)
              if "/" not in n and n[0] != "<" and n != "config.h"], daemon)
    sources = [f for f in daemon if f.endswith(".c") and first_headers(f)]
    tap.rule("a .c file includes its own header first",
             [f for f in sources
              if next((n for _, n in project.includes(f)), None) not in first_headers(f)], sources)
    headers = [f for f in project.c_files() if f.endswith(".h") and not is_fragment(f)]
    tap.rule("headers are guarded", [h for h in headers if not is_guarded(h)], headers)
    tap.rule("headers compile alone", compile_alone(headers), headers)
    tap.end()


main()
