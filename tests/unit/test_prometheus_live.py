#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lbd-prometheus as Prometheus and its enemies see it: on a loopback port, over made-up segments."""
import concurrent.futures
import gzip
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from prometheus_live import EXPORTER, ROWS, LiveTest, main  # noqa: E402

CONNECTIONS_MOST = 128


class Live(LiveTest):
    def test_metrics(self):
        status, headers, body = self.ask()
        text = body.decode()
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertEqual(int(headers["Content-Length"]), len(body))
        self.assertEqual(text.count("\nlbd_real_server_weight{"), ROWS)
        names = re.findall(r"^# TYPE (\S+)", text, re.M)
        self.assertEqual(len(names), len(set(names)), "a family in two places")
        series = re.findall(r"^([^#\s]\S*(?:\{.*\})?) \S+$", text, re.M)
        self.assertEqual(len(series), len(set(series)), "a series twice")
        if shutil.which("promtool"):
            lint = subprocess.run(["promtool", "check", "metrics"], input=body,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            self.assertEqual((lint.returncode, lint.stdout), (0, b""))

    def test_counters_move(self):
        pattern = r'lbd_real_server_connections_total\{.*10\.0\.0\.7:80"\}'
        self.tell("count 5")
        _, text = self.ask_until(lambda _, text: self.value(text, pattern) == 5)
        self.tell("count 3")
        self.ask_until(lambda _, text: self.value(text, pattern) == 8)

    def test_gzip(self):
        _, headers, body = self.ask(headers={"Accept-Encoding": "gzip"})
        self.assertEqual(headers["Content-Encoding"], "gzip")
        self.assertEqual(headers["Vary"], "Accept, Accept-Encoding")
        self.assertEqual(int(headers["Content-Length"]), len(body))
        self.assertIn(b"lbd_build_info", gzip.decompress(body))
        for refused in ("gzip;q=0", "identity", "*;q=0"):
            _, headers, body = self.ask(headers={"Accept-Encoding": refused})
            self.assertIsNone(headers["Content-Encoding"])
            self.assertIn(b"lbd_build_info", body)

    def test_filters(self):
        text = self.ask("/metrics?family=real_server")[2].decode()
        self.assertEqual(text.count("\nlbd_real_server_weight{"), ROWS)
        self.assertNotRegex(text, "(?m)^lbd_(?!real_server_)")
        text = self.ask("/metrics?family=vrrp&family=exporter")[2].decode()
        self.assertNotIn("lbd_real_server", text)
        self.assertIn("lbd_exporter_scrapes_total", text)
        path = "/metrics?virtual_server=192.0.2.3:80&virtual_server=192.0.2.4%3A80"
        text = self.ask(path)[2].decode()
        self.assertEqual(set(re.findall('virtual_server="([^"]*)"', text)),
                         {"192.0.2.3:80", "192.0.2.4:80"})
        self.assertEqual(text.count("\nlbd_real_server_weight{"), 20)
        whole = self.ask("/metrics?virtual_server=group%20www")[2].decode()
        self.assertEqual(whole.count("\nlbd_real_server_weight{"), ROWS)
        for question, answer in (
                ("family=vrpp", "there is no such family; there are process, child, config, vrrp,"),
                ("virtual_server=192.0.2.3", "there is no such virtual server"),
                ("family=vrrp&virtual_server=192.0.2.3:80", "ask for it without"),
                ("famly=vrrp", "there are family, virtual_server, created and native"),
                ("created=yes", "it takes 0 or 1"),
                ("nothing", "NAME=VALUE")):
            status, _, body = self.ask("/metrics?" + question)
            self.assertEqual(status, 400, question)
            self.assertIn(answer, body.decode())
        _, text = self.ask_until(
            lambda _, text: self.value(text, "lbd_exporter_bad_requests_total") == 6)
        # Of a director that is down nobody knows which virtual servers it has.
        self.tell("stop director")
        self.ask_until(lambda status, _: status == 503, "/healthz")
        self.assertEqual(self.ask("/metrics?virtual_server=192.0.2.3")[::2], (200, b""))

    def test_head(self):
        status, headers, body = self.ask(method="HEAD")
        self.assertEqual((status, body), (200, b""))
        self.assertGreater(int(headers["Content-Length"]), 1000)
        answer = self.talk(b"HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertTrue(answer.endswith(b"\r\n\r\n"), "a HEAD answer with a body")

    def test_paths_and_methods(self):
        self.assertEqual(self.ask("/nothing")[0], 404)
        self.assertEqual(self.ask("/metrics/")[0], 404)
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            status, headers, _ = self.ask(method=method)
            self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))
        status, headers, body = self.ask("/")
        self.assertEqual(status, 200)
        self.assertIn(b'href="/metrics"', body)

    def test_staleness(self):
        self.assertEqual(self.ask("/healthz")[::2], (200, b"ok\n"))
        self.tell("stop director")
        status, text = self.ask_until(lambda status, _: status == 503, "/healthz")
        self.assertRegex(text, r"^director: down or stuck: last heartbeat .+ ago\n$")
        _, text = self.ask_until(lambda _, text: 'lbd_segment_up{process="director"} 0' in text)
        # Invariant 4: neither a gauge nor a counter that stands still.
        self.assertNotIn("lbd_real_server_", text)
        self.assertIn('lbd_segment_up{process="vrrp"} 1', text)
        self.assertGreater(self.value(text, r'lbd_segment_age_seconds\{process="director"\}'), 9)
        self.tell("start director")
        self.ask_until(lambda status, _: status == 200, "/healthz")
        _, text = self.ask_until(lambda _, text: "lbd_real_server_weight" in text)
        os.unlink(self.run_dir + "/stat/check")
        _, text = self.ask_until(lambda status, _: status == 503, "/healthz")
        self.assertTrue(text.startswith("check: no segment"))

    def test_fifty_scrapers(self):
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: self.ask(), range(500)))
        self.assertEqual({status for status, _, _ in answers}, {200})
        scrapes = r'lbd_exporter_scrapes_total\{format="text"\}'
        renders = "lbd_exporter_render_duration_seconds_count"
        _, text = self.ask_until(lambda _, text: self.value(text, scrapes) > 500)
        self.assertLess(self.value(text, renders), 100, "a rendering per scrape")
        self.assertEqual(self.value(text, "lbd_exporter_connections_refused_total"), 0)

    def test_limits_on_requests(self):
        big = b"GET /metrics HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20000 + b"\r\n\r\n"
        self.assertNotIn(b" 200 ", self.talk(big)[:20])
        body = b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"
        self.assertNotIn(b" 200 ", self.talk(body)[:20])
        self.assertNotIn(b" 200 ", self.talk(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n")[:20])
        self.assertEqual(self.ask()[0], 200)

    def test_hang_up_while_being_answered(self):
        for _ in range(50):
            with socket.create_connection(("127.0.0.1", self.port)) as raw:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                raw.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertEqual(self.ask()[0], 200)

    def test_connection_limit(self):
        slow = [socket.create_connection(("127.0.0.1", self.port)) for _ in range(CONNECTIONS_MOST)]
        for connection in slow:
            connection.sendall(b"GET /metrics HTTP/1.1\r\nX-")
        with self.assertRaises((OSError, urllib.error.URLError)):
            self.ask()
        for connection in slow:
            connection.close()

        def served():
            try:
                return self.ask()[2].decode()
            except OSError:
                return None
        for _ in range(600):
            if text := served():
                break
            time.sleep(0.1)
        self.assertGreaterEqual(self.value(text, "lbd_exporter_connections_refused_total"), 1)

    def test_port_in_use(self):
        second = subprocess.run([EXPORTER, "--run-dir", self.run_dir, "--port", str(self.port), "-n"],
                                stderr=subprocess.PIPE, text=True, check=False, timeout=20)
        self.assertEqual(second.returncode, 1)
        self.assertIn("Address already in use", second.stderr)

    def test_dies_with_its_parent(self):
        script = '"$0" --run-dir "$1" --port 0 -n --die-with-parent & echo $!; read -r _'
        shell = self.start(["sh", "-c", script, EXPORTER, self.run_dir], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        pid = int(shell.stdout.readline())
        self.assertIn("listening", shell.stderr.readline())
        shell.send_signal(signal.SIGKILL)
        for _ in range(600):
            try:
                with open(f"/proc/{pid}/stat", encoding="ascii") as status:
                    if status.read().rsplit(") ", 1)[1][0] in "ZX":
                        return
            except FileNotFoundError:
                return
            time.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
        self.fail("the exporter outlives its parent")


main()
