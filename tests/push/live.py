#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lbd-push against targets of every temper, over made-up segments. What it says of a bad target is read from
what it sends to a good one."""
import json
import os
import shutil
import ssl
import subprocess
import sys
import time
import unittest
import urllib.parse
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import side_by_side  # noqa: E402
from live_case import PATIENCE, LiveCase, until  # noqa: E402
from ports import free_port  # noqa: E402
import target  # noqa: E402

PUSH = os.path.abspath("lbd-push")
ROWS = 30


class Live(LiveCase):
    name = "push"
    rows = ROWS
    family = "real_server"

    def setUp(self):
        super().setUp()
        self.targets = []
        self.push = None
        self.lbd(self.top + "/run/stat", str(self.rows), self.family)

    def tearDown(self):
        status = self.stop(self.push) if self.push else 0
        for one in self.targets:
            one.close()
            self.assertEqual(one.problems, [])
        self.assertEqual(status, 0, self.logged())

    def target(self, *args, **options):
        one = target.Target(*args, **options)
        self.targets.append(one)
        return one

    def run_push(self, *options):
        self.push = self.start_logged([PUSH, "--run-dir", self.top + "/run", "-n", "--host", "lvs1", *options])

    def lines(self, *words):
        return [line for line in self.logged().splitlines() if all(word in line for word in words)]

    def file(self, name, text):
        path = self.top + "/" + name
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


def write_url(one, scheme="http"):
    return "%s://127.0.0.1:%d/api/v1/write" % (scheme, one.port)


class Series(Live):
    """What comes, and when it is marked as gone."""

    def test_what_comes(self):
        good = self.target()
        self.run_push("--remote-write", write_url(good), "--interval", "1", "--label", "dc=zrh1")
        self.assertTrue(until(lambda: len(good.requests) >= 3))
        first = good.requests[0]
        self.assertEqual(first.headers["X-Prometheus-Remote-Write-Version"], "0.1.0")
        self.assertEqual(first.headers["Content-Type"], "application/x-protobuf")
        self.assertRegex(first.headers["User-Agent"], r"^lbd-push/")
        times = [request.series[0].time for request in good.requests]
        self.assertEqual(times, sorted(times))
        self.assertGreater(len(set(times)), 1)
        for request in good.requests:
            for series in request.series:
                self.assertTrue(series.sorted, series.labels)
                self.assertEqual(series.labels["dc"], "zrh1")
                self.assertEqual(series.labels["job"], "lbd")
                self.assertEqual(series.labels["instance"], "lvs1")
        self.assertEqual(len(good.find("lbd_real_server_connections_total")), ROWS)
        self.assertAlmostEqual(times[0] / 1000, time.time(), delta=600)

    def test_what_is_gone(self):
        good = self.target()
        self.run_push("--remote-write", write_url(good), "--interval", "1")

        def servers(stale):
            return sum(series.stale == stale for series in good.samples().values()
                       if series.name == "lbd_real_server_connections_total")
        self.assertTrue(until(lambda: servers(False) == ROWS))
        self.tell("stop director")
        self.assertTrue(until(lambda: servers(True) == ROWS))
        self.tell("start director")
        self.assertTrue(until(lambda: servers(False) == ROWS))
        self.push.terminate()
        self.push.wait(PATIENCE)
        self.assertEqual(servers(True), ROWS)
        self.assertTrue(all(series.stale for series in good.samples().values()))

    def test_files(self):
        """A password, a token and headers come from files, which count anew when they change, and are seen
        neither in the list of processes nor in the log."""
        first, second = self.target(), self.target()
        password = self.file("password", "open sesame\n")
        token = self.file("token", "hush-1\n")
        self.run_push("--remote-write", write_url(first), "--interval", "1", "--user", "me",
                      "--password-file", password, "--otlp", write_url(second), "--interval", "1",
                      "--token-file", token, "--headers-file",
                      self.file("headers", "# tenant\nX-Scope-OrgID: hush-3\n"))
        self.assertTrue(until(lambda: first.requests and second.requests))
        self.assertEqual(first.requests[0].headers["Authorization"], "Basic bWU6b3BlbiBzZXNhbWU=")
        self.assertEqual(second.requests[0].headers["Authorization"], "Bearer hush-1")
        self.assertEqual(second.requests[0].headers["X-Scope-OrgID"], "hush-3")
        self.file("token", "hush-2\n")
        self.assertTrue(until(lambda: second.requests[-1].headers["Authorization"] == "Bearer hush-2"))
        with open("/proc/%d/cmdline" % self.push.pid, encoding="utf-8") as command:
            self.assertNotIn("hush", command.read())
        os.unlink(token)
        self.assertTrue(until(lambda: self.lines("cannot read " + token)))
        self.file("token", "hush-4\n")
        self.assertTrue(until(lambda: second.requests[-1].headers["Authorization"] == "Bearer hush-4"))
        self.assertTrue(until(lambda: self.lines("otlp", "delivers again")))
        self.assertNotIn("hush", self.logged())
        self.assertNotIn("sesame", self.logged())


class Tls(Live):
    def certificate(self, name, *more):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=" + name,
                        "-keyout", self.top + "/" + name + ".key", "-out", self.top + "/" + name + ".pem", *more],
                       check=True, capture_output=True, timeout=PATIENCE)
        return self.top + "/" + name + ".pem", self.top + "/" + name + ".key"

    def setUp(self):
        super().setUp()
        self.server = self.certificate("server", "-addext", "subjectAltName=IP:127.0.0.1")
        self.client = self.certificate("client")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.server)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.client[0])
        self.good = self.target(context=context)

    def test_both_sides_show_theirs(self):
        self.run_push("--remote-write", write_url(self.good, "https"), "--interval", "1", "--ca-file", self.server[0],
                      "--cert-file", self.client[0], "--key-file", self.client[1])
        self.assertTrue(until(lambda: len(self.good.requests) >= 3), self.logged())

    def test_a_stranger_gets_nothing(self):
        self.run_push("--remote-write", write_url(self.good, "https"), "--interval", "1", "--ca-file", self.client[0],
                      "--cert-file", self.client[0], "--key-file", self.client[1])
        self.assertTrue(until(lambda: self.lines("certificate")), self.logged())
        self.assertEqual(self.good.requests, [])

    def test_nothing_to_show(self):
        self.run_push("--remote-write", write_url(self.good, "https"), "--interval", "1", "--ca-file", self.server[0])
        self.assertTrue(until(lambda: self.lines("trying again")), self.logged())
        self.assertEqual(self.good.requests, [])


@unittest.skipUnless(shutil.which("prometheus"), "there is no prometheus here")
class RealPrometheus(Live):
    family = "vrrp"

    def ask(self, query):
        """{vrid: value as text}"""
        url = "http://127.0.0.1:%d/api/v1/query?" % self.port + urllib.parse.urlencode({"query": query})
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                found = json.load(answer)["data"]["result"]
        except OSError:
            return {}
        return {each["metric"].get("vrid"): each["value"][1] for each in found}

    def test_receiver(self):
        """Series are there with both kinds of histograms, and gone when lbd-push ends."""
        self.port = free_port()
        with open(self.top + "/prometheus.log", "wb") as log:
            self.start(["prometheus", "--config.file=" + self.file("prometheus.yml", "global: {scrape_interval: 1h}\n"),
                        "--storage.tsdb.path=" + self.top + "/data", "--enable-feature=native-histograms",
                        "--web.listen-address=127.0.0.1:%d" % self.port, "--web.enable-remote-write-receiver"],
                       stderr=log)
        self.tell("fill")
        self.run_push("--remote-write", "http://127.0.0.1:%d/api/v1/write" % self.port, "--interval", "1", "--label",
                      "kind=classic", "--remote-write", "http://localhost:%d/api/v1/write" % self.port, "--interval",
                      "1", "--native-histograms", "yes", "--label", "kind=native")
        native = 'lbd_vrrp_send_lateness_seconds{kind="native"}'
        self.assertTrue(until(lambda: self.ask("histogram_count(%s)" % native)), self.logged())
        self.assertTrue(until(lambda: self.ask('lbd_vrrp_send_lateness_seconds_count{kind="classic"}')), self.logged())
        self.assertEqual(self.ask("histogram_count(%s)" % native),
                         self.ask('lbd_vrrp_send_lateness_seconds_count{kind="classic"}'))
        self.assertEqual(self.ask("histogram_sum(%s)" % native),
                         self.ask('lbd_vrrp_send_lateness_seconds_sum{kind="classic"}'))
        self.push.terminate()
        self.push.wait(PATIENCE)
        self.assertTrue(until(lambda: not self.ask('{job="lbd"}')))


class Troubles(Live):
    """Each is a counter, one line when it begins and one when it is over; the other target notices nothing."""

    def watch(self, bad_port, *options, protocol="--remote-write"):
        self.bad = "http://127.0.0.1:%d/p" % bad_port
        self.good = self.target()
        self.run_push(protocol, self.bad, "--interval", "1", *options, "--remote-write",
                      write_url(self.good), "--interval", "1")

    def number(self, name, **labels):
        values = self.good.find("lbd_exporter_" + name, target=self.bad, **labels)
        return values[0] if values else 0

    def begins(self, reason, *words, state=2):
        self.assertTrue(until(lambda: self.number("errors_total", reason=reason) >= 1),
                        "no error %s counted; %s" % (reason, self.logged()))
        self.assertTrue(until(lambda: self.lines("/p: ", *words)), self.logged())
        self.assertTrue(until(lambda: self.number("state") == state))

    def is_over(self):
        self.assertTrue(until(lambda: self.lines("/p: delivers again")), self.logged())
        self.assertTrue(until(lambda: self.number("state") == 1))

    def said_once(self, *words):
        """And nothing else."""
        begun = [line for line in self.lines("/p: ") if "delivers again" not in line]
        self.assertEqual(begun, [line for line in begun if all(word in line for word in words)])
        self.assertEqual(len(begun), 1, self.logged())

    def fails(self, answer, reason, *words, state=2, protocol="--remote-write", timeout=30):
        bad = self.target(answer=answer)
        self.watch(bad.port, "--timeout", str(timeout), protocol=protocol)
        self.begins(reason, *words, state=state)
        self.assertTrue(until(lambda: self.number("errors_total", reason=reason) >= 2))
        bad.answer = target.ok
        self.is_over()
        self.said_once(*words)
        return bad

    def test_nobody_listens(self):
        place = target.silent()
        port = place.getsockname()[1]
        place.close()
        self.watch(port)
        self.begins("connect", "onnection refused")
        self.assertTrue(until(lambda: self.number("errors_total", reason="connect") >= 2))
        self.assertTrue(until(lambda: self.number("queue") > 100))
        back = self.target(port)
        self.is_over()
        self.said_once("onnection refused")
        # What waited is there, from the beginning and in order.
        times = [request.series[0].time for request in back.requests]
        self.assertEqual(times, sorted(times))
        self.assertLess(times[0], times[-1])
        # Not more than the round that is under way.
        self.assertTrue(until(lambda: self.number("queue") <= len(self.good.requests[-1].series)))
        self.assertEqual(self.number("losses_total"), 0)

    def test_never_answers(self):
        place = target.silent()
        port = place.getsockname()[1]
        self.watch(port, "--timeout", "2")
        self.begins("timeout", "imed out")
        place.close()
        self.target(port)
        self.is_over()
        self.assertEqual(len(self.lines("/p: ", "imed out")), 1, self.logged())

    def test_end(self):
        """What nobody took is not kept across a restart, which is said."""
        place = target.silent()
        self.watch(place.getsockname()[1], "--timeout", "1")
        self.begins("timeout", "imed out")
        self.assertEqual(self.stop(self.push), 0, self.logged())
        place.close()
        self.assertEqual(len(self.lines(" ends with ", "samples that it has not taken")), 1, self.logged())
        self.assertEqual(len(self.lines("/p: ", "it has not taken")), 1, self.logged())

    def test_no_such_name(self):
        self.good = self.target()
        self.bad = "http://nowhere.invalid:9/p"
        self.run_push("--otlp", self.bad, "--interval", "1", "--remote-write", write_url(self.good),
                      "--interval", "1")
        self.begins("connect", "resolve")
        self.said_once("resolve")

    def test_500_then_well(self):
        bad = self.fails(lambda handler, _: target.reply(handler, 500, b"compacting\nmore"), "unavailable",
                         "status 500: compacting")
        self.assertEqual(self.number("losses_total"), 0)
        self.assertNotIn("more", self.logged())
        self.assertEqual(bad.requests[0].series[0].time, bad.requests[1].series[0].time)

    def test_500_of_otlp_is_final(self):
        self.fails(lambda handler, _: target.reply(handler, 500), "unavailable", "status 500", "dropped",
                   protocol="--otlp")
        self.assertGreater(self.number("losses_total"), 0)

    def test_429_says_when(self):
        bad = self.fails(lambda handler, _: target.reply(handler, 429, b"slowly", Retry_After="3"),
                         "unavailable", "status 429: slowly")
        self.assertGreaterEqual(bad.requests[1].at - bad.requests[0].at, 2.9)
        self.assertEqual(self.number("losses_total"), 0)

    def test_400_is_final(self):
        self.fails(lambda handler, _: target.reply(handler, 400, b"out of \x1b[31morder"), "refused",
                   "status 400: out of ?[31morder", "dropped")
        self.assertGreater(self.number("losses_total"), 0)
        self.assertNotIn("\x1b", self.logged())

    def test_401(self):
        self.fails(lambda handler, _: target.reply(handler, 401), "authentication", "status 401")

    def test_redirection(self):
        elsewhere = self.target()
        self.fails(lambda handler, _: target.reply(handler, 307, Location=write_url(elsewhere)), "protocol",
                   "status 307", "not followed", write_url(elsewhere))
        self.assertEqual(elsewhere.requests, [])

    def test_partial_success(self):
        partial = b"\x0a\x08\x08\x03\x12\x04full"
        self.fails(lambda handler, _: target.reply(handler, 200, partial), "refused", "took all but 3", "full",
                   state=1, protocol="--otlp")
        self.assertGreaterEqual(self.number("losses_total"), 3)

    def endless(self, status):
        def answer(handler, _):
            handler.send_response(status)
            handler.end_headers()
            while True:
                handler.wfile.write(b"x" * 65536)
        return answer

    def test_endless_answer(self):
        self.fails(self.endless(503), "too-large", "status 503")
        self.assertEqual(self.number("losses_total"), 0)

    def test_endless_good_answer(self):
        self.fails(self.endless(200), "too-large", "status 200", "dropped")

    def test_endless_headers(self):
        def answer(handler, _):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                handler.wfile.write(b"X-A: " + b"y" * 1000 + b"\r\n")
        self.fails(answer, "too-large")

    def test_no_http(self):
        def answer(handler, _):
            handler.wfile.write(b"220 mail.example ESMTP\r\n")
            handler.close_connection = True
        self.fails(answer, "io")

    def test_hangs_up(self):
        def answer(handler, _):
            handler.close_connection = True
        self.fails(answer, "io")

    def test_a_drop_at_a_time(self):
        def answer(handler, _):
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            while True:
                handler.wfile.write(b"x")
                time.sleep(0.1)
        self.fails(answer, "timeout", "imed out", timeout=2)


class FullQueue(Live):
    rows = 1000

    def test_full_queue(self):
        """More than the queue holds: the oldest goes, and is counted; what comes at last is the newest."""
        good = self.target(only=b"lbd_exporter")
        place = target.silent()
        port = place.getsockname()[1]
        bad = "http://127.0.0.1:%d/p" % port
        self.run_push("--remote-write", bad, "--interval", "1", "--timeout", "60", "--queue", "1",
                      "--remote-write", write_url(good), "--interval", "3")

        def number(name):
            return (good.find("lbd_exporter_" + name, target=bad) or [0])[0]
        self.assertTrue(until(lambda: number("losses_total") > 0))
        full = number("queue")
        lost = number("losses_total")
        self.assertTrue(until(lambda: number("losses_total") > 2 * lost))
        self.assertLess(number("queue"), 2 * full)
        place.close()
        self.target(port, only=b"nothing")
        self.assertTrue(until(lambda: self.lines("/p: delivers again")))
        self.assertEqual(len(self.lines("the queue is full")), 1)


class End(Live):
    def test_ends_at_once(self):
        """A target that hangs holds up the end for seconds, not for its timeout."""
        place = target.silent()
        self.run_push("--otlp", "http://127.0.0.1:%d/" % place.getsockname()[1], "--timeout", "600")
        self.assertTrue(until(lambda: self.lines("sending to")))
        time.sleep(0.5)
        self.push.terminate()
        self.assertEqual(self.push.wait(PATIENCE), 0)
        place.close()


class CommandLine(unittest.TestCase):
    def refused(self, *options):
        run = subprocess.run([PUSH, "-n", *options], stderr=subprocess.PIPE, text=True, check=False,
                             timeout=PATIENCE)
        self.assertEqual(run.returncode, 2, run.stderr)
        return run.stderr

    def test_mistakes(self):
        self.assertIn("name a target", self.refused())
        self.assertIn("comes after the target", self.refused("--interval", "5"))
        self.assertIn("http:// or https://", self.refused("--otlp", "ftp://h/"))
        text = self.refused("--otlp", "http://me:hush@h/")
        self.assertIn("password_file", text)
        self.assertNotIn("hush", text)
        self.assertIn("given twice", self.refused("--otlp", "http://h/", "--otlp", "http://h/"))
        self.assertIn("NAME=VALUE", self.refused("--otlp", "http://h/", "--label", "x"))
        self.assertIn("1 to 3600", self.refused("--otlp", "http://h/", "--interval", "0"))
        self.assertIn("go together", self.refused("--otlp", "http://h/", "--user", "me"))
        eight = [word for i in range(9) for word in ("--otlp", "http://h/%d" % i)]
        self.assertIn("more than 8", self.refused(*eight))


if __name__ == "__main__":
    side_by_side.main()
