#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lbd-push against OpenTelemetry's own decoder (npm's @opentelemetry/otlp-transformer): it understands every
message, every field of it, and has the numbers of /metrics. otlp.py DIRECTORY: one with node_modules. Runs in a
build directory."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import take  # noqa: E402

PATIENCE = 120


def scrape(port, path):
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port, timeout=PATIENCE) as answer:
        with open(path, "wb") as file:
            file.write(answer.read())


def wait_for_requests(path, count, peer):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and peer.poll() is None:
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                found = re.search(r'"requests":(\d+)', file.read())
            if found and int(found[1]) >= count:
                return True
        time.sleep(0.2)
    return False


def run(top, packages, native, started):
    def start(command, **options):
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options))
        return started[-1]
    os.makedirs(top + "/run/stat")
    lbd = start(["tests/director/made_up", top + "/run/stat", "50"], stdin=subprocess.PIPE)
    if lbd.stdout.readline() != "ready\n":
        return "no director"
    lbd.stdin.write("fill\n")
    lbd.stdin.flush()
    lbd.stdout.readline()
    scraper = start(["./lbd-prometheus", "--run-dir", top + "/run", "--port", "0", "-n"], stderr=subprocess.PIPE)
    port = int(re.search(r"port (\d+)", scraper.stderr.readline())[1])
    peer = start(["node", HERE + "/peer.js", "0", top + "/otlp.json"], cwd=packages)
    listening = int(peer.stdout.readline() or 0)
    if not listening:
        return "the peer did not start"
    scrape(port, top + "/before.prom")
    start(["./lbd-push", "--run-dir", top + "/run", "-n", "--host", "lvs1", "--otlp",
           "http://127.0.0.1:%d/v1/metrics" % listening, "--interval", "1", "--native-histograms",
           "yes" if native else "no"])
    if not wait_for_requests(top + "/otlp.json", 12, peer):
        return "the peer did not take twelve requests"
    scrape(port, top + "/after.prom")
    if not take.same(top + "/before.prom", top + "/after.prom", top + "/otlp.json", "lvs1",
                     ("push", "prometheus"), "_bucket" if native else None):
        return "the numbers are others"
    return None


def main():
    for native in (False, True):
        top, started = tempfile.mkdtemp(prefix="lbd-otlp-"), []
        try:
            problem = run(top, sys.argv[1], native, started)
        finally:
            for process in started:
                process.kill()
                process.wait()
            shutil.rmtree(top)
        if problem:
            sys.exit(problem)


main()
