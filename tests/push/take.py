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
import re
import sys
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../lab")]
import target  # noqa: E402

# Of lbd-prometheus alone.
ITS_OWN = ("lbd_exporter_scrapes_total", "lbd_exporter_render_duration_seconds", "lbd_exporter_torn_rows_total",
           "lbd_exporter_connections_", "lbd_exporter_bad_requests_total")
# That of the very request which waits for its answer: it is never 0 in what is sent.
MOVING = ("lbd_exporter_queue",)


def take(address, port, path):
    last = {}
    lock = threading.Lock()

    def answer(handler, request):
        with lock:
            keep(request)
        target.reply(handler, 200)

    def keep(request):
        export = target.Export(request.otlp)
        one = last.setdefault(export.resource["service.instance.id"], {"requests": 0})
        one["requests"] += 1
        one["resource"] = export.resource
        one["authorization"] = request.headers["Authorization"]
        # A round may be several requests: `points` is the last one that is whole.
        if one.get("time") != export.time:
            one["time"], one["points"], one["growing"] = export.time, one.get("growing", {}), {}
        for name, labels, value in export.samples:
            one["growing"][json.dumps([name, labels])] = value
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(last, file)
        os.rename(path + ".new", path)
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


def unescaped(samples):
    """read_scrape() leaves the escapes of label values as they are."""
    def text(value):
        return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], value)
    return {(name, tuple((k, text(v)) for k, v in labels)): value for (name, labels), value in samples.items()}


def same(before, after, path, instance, strangers=(), without=None):
    """Series whose name ends with `without` are not asked for. The rows of the processes `strangers` are passed over: started by hand, they do not see each other's."""
    from scrape import is_counter, read_scrape
    old, types = read_scrape(before)
    new, _ = read_scrape(after)
    old, new = unescaped(old), unescaped(new)
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    samples = query_samples(data) if "data" in data else otlp_samples(data, instance)
    def is_strange(labels):
        return any(labels.get(name) in strangers for name in ("process", "exporter"))
    have = {(name, tuple(sorted((k, v) for k, v in labels.items() if v))): value for name, labels, value in samples
            if not is_strange(labels)}
    bad = still = 0
    wanted = {}
    for (name, labels), value in new.items():
        if without and name.endswith(without):
            continue
        if not name.startswith(ITS_OWN) and not is_strange(dict(labels)):
            wanted[name, tuple(label for label in labels if label[1])] = (old.get((name, labels)), value)
    for key, (first, last) in wanted.items():
        value = have.get(key, math.nan)
        still += first == last
        if first is None or value == last == first:
            continue
        if value == value and first != last and (not is_counter(key[0], types) or first <= value <= last):
            continue
        if key[0] in MOVING and value == value:
            continue
        bad += 1
        print("%s: %s, not %s to %s" % (key, value, first, last))
    for key in have.keys() - wanted.keys() - {(name, tuple(label for label in labels if label[1]))
                                              for name, labels in old}:
        bad += 1
        print("%s is not in /metrics" % (key,))
    print("%d series, %d of them with a value that stood still, %d wrong" % (len(wanted), still, bad))
    return still > 100 and bad == 0


def main():
    if sys.argv[1:2] == ["--same"]:
        sys.exit(0 if same(*sys.argv[2:]) else 1)
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    take(*sys.argv[1:])


if __name__ == "__main__":
    main()
