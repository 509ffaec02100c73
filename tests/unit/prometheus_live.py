# SPDX-License-Identifier: GPL-2.0-or-later
"""What the live tests of lbd-prometheus share: made-up segments, an exporter on a loopback port, questions."""
import json
import os
import re
import socket
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from live_case import LiveCase  # noqa: E402

EXPORTER = os.path.abspath("lbd-prometheus")
ROWS = 200


class LiveTest(LiveCase):
    name = "prometheus"
    scheme = "http"
    context = None  # of TLS

    def setUp(self):
        super().setUp()
        self.run_dir = self.top + "/run"
        self.lbd(self.run_dir + "/stat", str(ROWS))
        self.exporter = self.start([EXPORTER, "--run-dir", self.run_dir, "--listen", "127.0.0.1",
                                    "--port", "0", "-n"] + self.options(),
                                   stderr=subprocess.PIPE, text=True)
        line = self.exporter.stderr.readline()
        self.port = int(re.search(r"listening on 127.0.0.1 port (\d+)", line).group(1))

    def options(self):
        """More options for the exporter."""
        return []

    def tearDown(self):
        self.exporter.terminate()
        _, errors = self.exporter.communicate(timeout=20)
        # A sanitizer's report, or a crash, is a failure whatever was answered.
        self.assertEqual(self.exporter.returncode, 0, errors)

    def ask(self, path="/metrics", method="GET", headers=None):
        request = urllib.request.Request(f"{self.scheme}://127.0.0.1:{self.port}{path}", method=method,
                                         headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=30, context=self.context) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def ask_until(self, condition, path="/metrics"):
        """The next tick, whenever it comes."""
        for _ in range(600):
            status, _, body = self.ask(path)
            if condition(status, body.decode()):
                return status, body.decode()
            time.sleep(0.1)
        self.fail(f"{path} never became as expected; last: {status} {body[:300]}")

    def value(self, text, pattern):
        return float(re.search("^" + pattern + r" (\S+)$", text, re.M).group(1))

    def talk(self, data, timeout=15):
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as raw:
            raw.sendall(data)
            answer = b""
            while part := raw.recv(65536):
                answer += part
            return answer

    def prometheus(self, name, options, job=""):
        """Starts a Prometheus that scrapes the exporter; returns how to ask it. `job`: more lines of YAML."""
        directory = f"{self.run_dir}/{name}"
        os.mkdir(directory)
        with open(directory + "/config.yml", "w", encoding="ascii") as file:
            file.write("global:\n  scrape_interval: 1s\nscrape_configs:\n- job_name: lbd\n"
                       f"  static_configs:\n  - targets: ['127.0.0.1:{self.port}']\n" + job)
        process = self.start(["prometheus", f"--config.file={directory}/config.yml",
                              f"--storage.tsdb.path={directory}/data", "--web.listen-address=127.0.0.1:0"]
                             + options, stderr=subprocess.PIPE, text=True)
        # These two lines come in any order.
        port, ready, said = None, False, []
        while not (port and ready) and (line := process.stderr.readline()):
            said.append(line)
            if found := re.search(r"Listening on\" address=127\.0\.0\.1:(\d+)", line):
                port = found[1]
            ready = ready or "Server is ready" in line
        self.assertTrue(ready, "".join(said))
        self.assertNotIn(port, (None, "0"), "".join(said))

        def ask(query, what="query", **parameters):
            parameters = urllib.parse.urlencode({"query": query, **parameters})
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{what}?{parameters}", timeout=30) as answer:
                data = json.load(answer)["data"]
            return data["result"] if what == "query" else data
        return ask


def main():
    if not os.access(EXPORTER, os.X_OK):
        print("lbd-prometheus is not built")
        sys.exit(77)
    unittest.main(verbosity=2)
