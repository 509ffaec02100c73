#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges scrapes of lbd-prometheus.

scrape.py monotone FILE...         no counter goes back from one file to the next
scrape.py equal FILE STATS         the IPVS counters are those of `ipvsadm -Ln --stats --exact`
scrape.py value FILE NAME [K=V...] the sum of the samples with these labels; fails if there is none
scrape.py strict FILE              it is OpenMetrics, as Debian's python3-prometheus-client understands it
scrape.py same FILE TEXT           so it is, and has all series of a scrape in text

But for those two, only the text format 0.0.4 is read, strictly: a line that is not understood is an error.
"""

import re
import sys

SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: \d+)?")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?')


def read_scrape(path):
    """Returns {(name, labels): value} and {family: type}."""
    samples, types = {}, {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                types[name] = kind
            elif line and not line.startswith("#"):
                match = SAMPLE.fullmatch(line)
                if not match:
                    sys.exit(f"{path}: not a sample: {line}")
                key = (match[1], tuple(sorted(LABEL.findall(match[2] or ""))))
                if key in samples:
                    sys.exit(f"{path}: twice: {line}")
                samples[key] = float(match[3])
    if not samples:
        sys.exit(f"{path}: no samples")
    return samples, types


def is_counter(name, types):
    if types.get(name) == "counter":
        return True
    family = re.sub(r"_(bucket|count|sum)$", "", name)
    return types.get(family) == "histogram"


def monotone(paths):
    last, seen, bad = {}, 0, 0
    for path in paths:
        samples, types = read_scrape(path)
        for key, value in samples.items():
            if not is_counter(key[0], types):
                continue
            seen += 1
            if value < last.get(key, value):
                bad += 1
                print(f"{path}: {key[0]} {dict(key[1])} went from {last[key]} to {value}")
            last[key] = value
    print(f"{seen} counter samples in {len(paths)} scrapes, {bad} went back")
    return seen > 0 and bad == 0 and len(paths) > 1


METRICS = ("connections_total", "in_packets_total", "out_packets_total",
           "in_bytes_total", "out_bytes_total")


def read_stats(path):
    """Yields (virtual server, real server or None, the five counters)."""
    service = None
    with open(path, encoding="ascii") as file:
        for line in file:
            words = line.split()
            if words[:1] == ["TCP"]:
                service = words[1]
                yield service, None, [int(word) for word in words[2:7]]
            elif words[:1] == ["->"] and words[1] != "RemoteAddress:Port":
                yield service, words[1], [int(word) for word in words[2:7]]


def equal(scrape, stats):
    samples, _ = read_scrape(scrape)
    compared = bad = nonzero = 0
    for service, server, counters in read_stats(stats):
        family = "real_server" if server else "virtual_server"
        labels = {"protocol": "TCP", "virtual_server": service}
        if server:
            labels["real_server"] = server
        for metric, value in zip(METRICS, counters):
            key = (f"lbd_{family}_{metric}", tuple(sorted(labels.items())))
            compared += 1
            nonzero += value > 0
            if samples.get(key) != value:
                bad += 1
                print(f"{key[0]} {labels}: lbd {samples.get(key)}, ipvsadm {value}")
    print(f"{compared} counters compared, {nonzero} of them not 0, {bad} differ")
    return bad == 0 and nonzero > 0


def value_of(path, name, labels):
    samples, _ = read_scrape(path)
    wanted = dict(label.split("=", 1) for label in labels)
    found = [value for (sample, have), value in samples.items()
             if sample == name and wanted.items() <= dict(have).items()]
    if found:
        total = sum(found)
        print(int(total) if total.is_integer() else f"{total:g}")
    return bool(found)


def strict(path):
    from prometheus_client.openmetrics import parser
    with open(path, encoding="utf-8") as file:
        return {(sample.name, tuple(sorted(sample.labels.items())))
                for family in parser.text_fd_to_metric_families(file) for sample in family.samples}


def same(path, text):
    samples, _ = read_scrape(text)
    found = strict(path)
    # The escapes of label values are undone by the one reader and not by the other.
    names = {key for key in samples if not any("\\" in value for _, value in key[1])}
    for name, labels in sorted(names - found):
        print(f"{path}: no {name} {dict(labels)}")
    print(f"{len(found)} series")
    return bool(found) and names <= found


def main():
    verb, arguments = sys.argv[1], sys.argv[2:]
    if verb == "monotone":
        return monotone(arguments)
    if verb == "equal":
        return equal(*arguments)
    if verb == "value":
        return value_of(arguments[0], arguments[1], arguments[2:])
    if verb == "strict":
        return bool(strict(*arguments))
    if verb == "same":
        return same(*arguments)
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
