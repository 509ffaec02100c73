#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What lbd-push sent, in the lab.

take.py ADDRESS PORT FILE       takes OTLP, and keeps in FILE, as JSON, what came last of each instance
take.py --same BEFORE AFTER FILE INSTANCE
                                FILE has what the two scrapes of /metrics have: each series, no other, each value
                                that stood still, and of each counter one in between. FILE is of the kind above,
                                or what Prometheus answers to a query.
"""
import json
import math
import os
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../lab")]
import target  # noqa: E402

# Of lbd-prometheus alone.
ITS_OWN = ("lbd_exporter_scrapes_total", "lbd_exporter_render_duration_seconds", "lbd_exporter_torn_rows_total",
           "lbd_exporter_connections_", "lbd_exporter_bad_requests_total")


def take(address, port, path):
    """One line a second is enough for who looks at the file."""
    last = {}

    def answer(handler, request):
        export = target.Export(request.otlp)
        one = last.setdefault(export.resource["service.instance.id"], {"requests": 0, "points": {}})
        one["requests"] += 1
        one["resource"] = export.resource
        one["authorization"] = request.headers["Authorization"]
        for name, labels, value in export.samples():
            one["points"][json.dumps([name, labels])] = value
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(last, file)
        os.rename(path + ".new", path)
        target.reply(handler, 200)
    taker = target.Target(int(port), answer, host=address)
    while not taker.problems:
        time.sleep(0.2)
    sys.exit(taker.problems[0])


def otlp_samples(data, instance):
    for key, value in data[instance]["points"].items():
        name, labels = json.loads(key)
        yield name, dict(labels), float(value)


def query_samples(data):
    for each in data["data"]["result"]:
        labels = each["metric"]
        name = labels.pop("__name__")
        yield name, {k: v for k, v in labels.items() if k not in ("job", "instance", "site")}, float(each["value"][1])


def same(before, after, path, instance):
    from scrape import is_counter, read_scrape
    old, types = read_scrape(before)
    new, _ = read_scrape(after)
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    samples = query_samples(data) if "data" in data else otlp_samples(data, instance)
    have = {(name, tuple(sorted((k, v) for k, v in labels.items() if v))): value for name, labels, value in samples}
    bad = still = 0
    wanted = {}
    for (name, labels), value in new.items():
        if (name, labels) in old and not name.startswith(ITS_OWN):
            wanted[name, tuple(label for label in labels if label[1])] = (old[name, labels], value)
    for key, (first, last) in wanted.items():
        value = have.get(key, math.nan)
        still += first == last
        if value == last == first or first < value <= last and is_counter(key[0], types):
            continue
        if value == value and first != last and not is_counter(key[0], types):
            continue
        bad += 1
        print("%s: %g, not %g to %g" % (key, value, first, last))
    for key in have.keys() - wanted.keys():
        bad += 1
        print("%s is not in /metrics" % (key,))
    print("%d series, %d of them with a value that stood still, %d wrong" % (len(wanted), still, bad))
    return still > 100 and bad == 0


if sys.argv[1:2] == ["--same"]:
    sys.exit(0 if same(*sys.argv[2:]) else 1)
if len(sys.argv) != 4:
    sys.exit(__doc__)
take(*sys.argv[1:])
