#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cacti on a host of the lab: cacti.py VERB ARGUMENT..., in the directory that CACTI_TOP names.

    prepare                          outside: the database of a new Cacti, for install; its installer is slow in the lab
    install                          what is in the directory CACTI; the database goes on running
    device NAME ADDRESS PORT OPTION...   adds a director; the options are those of add_device.php
    graphs NAME QUERY GRAPH [PATTERN]    of the rows whose index is like the pattern
    poll                             again and again, in place of cron, and does not return
    wait COUNT                       until it has polled so often
    knows NAME INDEX                 succeeds when the poller has found this virtual server
    files NAME GRAPH...              which RRD is which row's
    latest NAME SOURCES GRAPH...     INDEX SOURCE VALUE, as the poller wrote it last
    sums NAME SOURCE GRAPH...        INDEX VALUE: what the archives' rates come to
    draw DIRECTORY START END LIKE    the graphs whose title is like that; says which ones rrdtool complains of
    complaints                       of Cacti itself

A GRAPH is "FAMILY: TITLE". The judge is scenarios/38-cacti.sh; how Cacti runs is in tests/cacti.
"""

import os
import re
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "cacti"), os.path.join(HERE, "..")]
import alone  # noqa: E402
import manager  # noqa: E402
import server  # noqa: E402


def database():
    return os.path.join(os.environ["CACTI"], "database")


def prepare(_):
    alone.alone(__file__)
    with tempfile.TemporaryDirectory(prefix="cacti-") as top:
        cacti = server.Cacti(top + "/cacti")
        cacti.unpack(server.package())
        cacti.start()
        try:
            cacti.install()
        finally:
            cacti.stop()
        shutil.copytree(cacti.top + "/data", database())


def install(cacti):
    cacti.unpack(server.package())
    shutil.copytree(database(), cacti.top + "/data")
    cacti.start()
    cacti.settle()
    said = cacti.import_package()
    if re.search(r"Unmet|^\[fail", said, re.M):
        raise server.Failed(said)


def poll(cacti):
    cacti.start_polling()
    cacti.cron.join()


def knows(cacti, name, index):
    sys.exit(not cacti.knows(name, index))


def of_graphs(cacti, name, graphs):
    """(index, RRD) of each row, in order."""
    for graph in graphs:
        yield from sorted(cacti.files(name, graph).items())


def files(cacti, name, *graphs):
    for index, path in of_graphs(cacti, name, graphs):
        print(index, os.path.basename(path))


def latest(cacti, name, sources, *graphs):
    for index, path in of_graphs(cacti, name, graphs):
        for source, value in cacti.latest(path).items():
            if source in sources.split(","):
                print(index, source, value)


def sums(cacti, name, source, *graphs):
    now = time.time()
    for index, path in of_graphs(cacti, name, graphs):
        rates = cacti.rates(path, source, now - 3600, now)
        print(index, "%.2f" % sum(value * server.INTERVAL for _, value in rates))


def draw(cacti, directory, start, end, like):
    os.makedirs(directory, exist_ok=True)
    drawn = cacti.draw(directory, int(start), int(end), "no values", like)
    for graph in drawn:
        if graph["complaint"]:
            print(graph["title"], graph["complaint"])
        elif os.path.getsize("%s/%03d.png" % (directory, graph["id"])) < 10000:
            print(graph["title"], "an empty picture")
    print("%d graphs" % len(drawn))


def complaints(cacti):
    for line in cacti.complaints():
        print(line)


VERBS = {
    "prepare": prepare, "install": install, "device": manager.Manager.add_device, "graphs": manager.Manager.add_graphs, "poll": poll,
    "wait": lambda cacti, count: cacti.wait_for_polls(int(count)), "knows": knows, "files": files, "latest": latest,
    "sums": sums, "draw": draw, "complaints": complaints,
}

if __name__ == "__main__":
    try:
        VERBS[sys.argv[1]](manager.Manager(os.environ.get("CACTI_TOP", "")), *sys.argv[2:])
    except server.Failed as failed:
        sys.exit(str(failed))
