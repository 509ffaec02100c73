#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lbd-ganglia with gmond and gmetric as they are, over made-up segments."""
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import side_by_side  # noqa: E402
from live_case import LiveCase  # noqa: E402
from ports import free_port  # noqa: E402

EXPORTER = os.path.abspath("lbd-ganglia")
MANY = 2000
METADATA, STRING = 128, 133
NODE = socket.gethostname()

GMOND = """
globals {
  daemonize = no
  setuid = no
  mute = no
  deaf = no
  allow_extra_data = yes
  host_dmax = 0
  cleanup_threshold = 1
}
cluster { name = "lbd" }
udp_recv_channel { port = %(port)d bind = 127.0.0.1 buffer = 4194304 }
udp_send_channel { host = 127.0.0.1 port = %(port)d }
modules { module { name = "core_metrics" } }
collection_group {
  collect_every = 1
  time_threshold = 1
  metric { name = "heartbeat" }
}
tcp_accept_channel { port = %(port)d bind = 127.0.0.1 }
"""


class Xdr:
    """RFC 4506, as much as gmond's messages need."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self):
        self.at += 4
        return struct.unpack_from(">I", self.data, self.at - 4)[0]

    def text(self):
        length = self.number()
        self.at += (length + 3) // 4 * 4
        return self.data[self.at - (length + 3) // 4 * 4:][:length].decode()


def decode(data):
    """A datagram as a dictionary; all of it must be understood."""
    xdr = Xdr(data)
    message = {"kind": xdr.number(), "host": xdr.text(), "name": xdr.text(), "spoof": xdr.number()}
    if message["kind"] == METADATA:
        message.update(type=xdr.text(), name_again=xdr.text(), units=xdr.text(), slope=xdr.number(),
                       tmax=xdr.number(), dmax=xdr.number(),
                       extra=[(xdr.text(), xdr.text()) for _ in range(xdr.number())])
    else:
        message.update(format=xdr.text(), value=xdr.text())
    assert xdr.at == len(data), data
    return message


class Live(LiveCase):
    name = "ganglia"

    def setUp(self):
        super().setUp()
        self.sockets = []

    def tearDown(self):
        for endpoint in self.sockets:
            endpoint.close()

    def lbd(self, rows, *families):
        super().lbd(self.top + "/run/stat", str(rows), *families)

    def exporter(self, *options):
        return self.start_logged([EXPORTER, "--run-dir", self.top + "/run", "--interval", "1", "-n", *options])

    def receiver(self, family=socket.AF_INET, address="127.0.0.1"):
        endpoint = socket.socket(family, socket.SOCK_DGRAM)
        endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        endpoint.bind((address, 0))
        endpoint.settimeout(30)
        self.sockets.append(endpoint)
        return endpoint, str(endpoint.getsockname()[1])

    def configuration(self):
        """A gmond.conf, and its port."""
        port = str(free_port())
        path = "%s/gmond-%s.conf" % (self.top, port)
        with open(path, "w", encoding="utf-8") as file:
            file.write(GMOND % {"port": int(port)})
        return path, port

    def gmond(self, path):
        with open(self.top + "/gmond.log", "a", encoding="utf-8") as log:
            return self.start(["gmond", "-f", "-c", path], stdout=log, stderr=log)

    def told(self, port):
        """What gmond knows: host → name → attributes and extra data."""
        text = b""
        try:
            with socket.create_connection(("127.0.0.1", int(port)), 10) as connection:
                while data := connection.recv(1 << 16):
                    text += data
        except OSError:
            return {}
        hosts = {}
        for host in xml.etree.ElementTree.fromstring(text).iter("HOST"):
            metrics = hosts.setdefault(host.get("NAME"), {"": host.attrib})
            for metric in host.iter("METRIC"):
                metrics[metric.get("NAME")] = dict(metric.attrib, **{
                    extra.get("NAME"): extra.get("VAL") for extra in metric.iter("EXTRA_ELEMENT")})
        return hosts

    def value(self, port, name):
        """Of whichever host has it; None while there is none."""
        for metrics in self.told(port).values():
            if name in metrics:
                return metrics[name]["VAL"]
        return None

    def messages(self, endpoint, enough):
        """Datagrams by kind, name and host, until `enough` of them satisfies; as bytes."""
        seen, deadline = {}, time.monotonic() + 60
        while not enough(seen):
            self.assertLess(time.monotonic(), deadline, "%d messages" % len(seen))
            data = endpoint.recv(2048)
            self.assertLessEqual(len(data), 1472)
            message = decode(data)
            key = message["name"], message["host"]
            if message["kind"] == STRING and (METADATA, *key) not in seen:
                self.fail("a value without a description: " + message["name"])
            seen[message["kind"], *key] = data
        return seen


class Messages(Live):
    def gmetric(self, endpoint, port, description, value):
        """The two datagrams of the tool for the same metric."""
        path = self.top + "/gmetric.conf"
        with open(path, "w", encoding="utf-8") as file:
            file.write('globals { }\nudp_send_channel { host = 127.0.0.1 port = %s }\n' % port)
        extra = dict(description["extra"])
        command = ["gmetric", "-c", path, "-n", description["name"], "-v", value["value"],
                   "-t", description["type"], "-u", description["units"], "-s", "both",
                   "-x", str(description["tmax"]), "-d", str(description["dmax"]),
                   "-g", extra["GROUP"], "-T", extra["TITLE"], "-D", extra["DESC"]]
        if description["spoof"]:
            command += ["-S", description["host"]]
        subprocess.run(command, check=True)
        return endpoint.recv(2048), endpoint.recv(2048)

    def same_as_gmetric(self, last, *options):
        ours, port = self.receiver()
        theirs, other = self.receiver()
        self.lbd(3)
        self.exporter("--host", "127.0.0.1", "--port", port, "--dmax", "177", *options)
        seen = self.messages(ours, lambda seen: len(seen) > 80 and (STRING, *last) in seen)
        compared = 0
        for (kind, *key), data in seen.items():
            if kind == METADATA and (STRING, *key) in seen:
                description, value = decode(data), decode(seen[STRING, *key])
                self.assertEqual(self.gmetric(theirs, other, description, value),
                                 (data, seen[STRING, *key]))
                compared += 1
        self.assertGreater(compared, 10)
        return seen

    def test_each_byte_is_gmetrics(self):
        self.same_as_gmetric(("lbd_TCP_192.0.2.0_80_to_10.0.0.2_80_up", NODE), "--metrics", "all")

    def test_each_byte_is_gmetrics_for_another_host(self):
        spoofed = "lbd_%s_TCP_192.0.2.0_80_port_80_up" % NODE, "10.0.0.2:10.0.0.2"
        seen = self.same_as_gmetric(spoofed, "--metrics", "real_servers", "--spoof", "yes")
        self.assertEqual(decode(seen[STRING, *spoofed])["spoof"], 1)

    def test_ipv6_and_names(self):
        self.lbd(1)
        endpoint, port = self.receiver(socket.AF_INET6, "::1")
        exporter = self.exporter("--host", "::1", "--port", port)
        self.messages(endpoint, lambda seen: any(key[:2] == (STRING, "lbd_real_servers") for key in seen))
        self.assertEqual(self.stop(exporter), 0)
        endpoint, port = self.receiver()
        self.exporter("--host", "localhost", "--port", port)
        self.messages(endpoint, lambda seen: any(key[:2] == (STRING, "lbd_real_servers") for key in seen))

    def test_described_again_and_again(self):
        self.lbd(1)
        endpoint, port = self.receiver()
        self.exporter("--host", "127.0.0.1", "--port", port, "--send-metadata-interval", "2")
        values = descriptions = 0
        while descriptions < 3:
            message = decode(endpoint.recv(2048))
            if message["name"] == "lbd_real_servers":
                values += message["kind"] == STRING
                descriptions += message["kind"] == METADATA
        # two seconds are two rounds, if no round was late
        self.assertGreaterEqual(values, 2)

    def test_a_large_site(self):
        """Each of many real servers is told of, in whichever round the machine finds the time."""
        self.lbd(MANY, "real_server")
        endpoint, port = self.receiver()
        self.exporter("--host", "127.0.0.1", "--port", port, "--metrics", "real_servers", "--interval", "8")
        seen, began = set(), 0
        while len(seen) < MANY:
            message = decode(endpoint.recv(2048))
            began = began or time.monotonic()
            if message["name"].endswith("_80_up") and message["kind"] == STRING:
                seen.add(message["name"])
        print("%d real servers told in %.1f s" % (MANY, time.monotonic() - began), flush=True)


class Gmond(Live):
    def setUp(self):
        super().setUp()
        if not shutil.which("gmond"):
            self.skipTest("gmond is not installed")

    def test_values_arrive(self):
        self.lbd(3)
        path, port = self.configuration()
        self.gmond(path)
        self.exporter("--host", "127.0.0.1", "--port", port, "--metrics", "all", "--dmax", "300")
        name = "lbd_TCP_192.0.2.0_80_to_10.0.0.1_80_"
        self.tell("count 5000000000")
        self.until(lambda: self.value(port, name + "connections") == "5000000000", "no value")
        self.until(lambda: self.value(port, name + "in_bytes") == "5000000000000", "no value")
        self.until(lambda: self.value(port, name + "connections_per_second") == "0.000", "no rate")
        metrics, = self.told(port).values()
        metric = metrics[name + "connections"]
        self.assertEqual((metric["TYPE"], metric["UNITS"], metric["SLOPE"], metric["TMAX"], metric["DMAX"],
                          metric["GROUP"], metric["TITLE"]),
                         ("double", "connections", "both", "1", "300", "lbd_TCP_192.0.2.0_80",
                          "connections scheduled, TCP 192.0.2.0:80 to 10.0.0.1:80"))
        self.assertEqual(metrics["lbd_real_servers_up"]["VAL"], "3")

    def test_what_is_not_known_goes(self):
        """A stopped director's metrics are not sent, and gmond forgets them after dmax, while the others stay."""
        self.lbd(1)
        path, port = self.configuration()
        self.gmond(path)
        self.exporter("--host", "127.0.0.1", "--port", port, "--send-metadata-interval", "2",
                      "--dmax", "4")
        self.until(lambda: self.value(port, "lbd_real_servers") == "1", "no value")
        self.tell("stop director")
        self.until(lambda: self.value(port, "lbd_real_servers") is None, "still there")
        self.assertIsNotNone(self.value(port, "lbd_process_memory"))
        self.tell("start director")
        self.until(lambda: self.value(port, "lbd_real_servers") == "1", "not back")

    def test_gmond_dies_and_comes_back(self):
        self.lbd(1)
        path, port = self.configuration()
        self.exporter("--host", "127.0.0.1", "--port", port)
        self.until(lambda: "Connection refused" in self.logged(), "nobody was missed")
        for _ in range(2):
            again = self.logged().count("works again")
            gmond = self.gmond(path)
            self.until(lambda: self.value(port, "lbd_real_servers") == "1", "no value")
            self.until(lambda before=again: self.logged().count("works again") > before, "not said")
            refused = self.logged().count("Connection refused")
            gmond.kill()
            gmond.wait()
            self.until(lambda before=refused: self.logged().count("Connection refused") > before, "not missed")
        time.sleep(2.5)
        # said once each time, and each time taken back
        self.assertEqual(self.logged().count("Connection refused"), 3, self.logged())
        self.assertEqual(self.logged().count("works again"), 2, self.logged())
        self.gmond(path)
        self.until(lambda: (self.value(port, "lbd_exporters_failing") or "") != "", "own numbers are missing")

    def test_gmond_is_frozen(self):
        self.lbd(1)
        path, port = self.configuration()
        gmond = self.gmond(path)
        self.exporter("--host", "127.0.0.1", "--port", port, "--metrics", "real_servers", "--ask", "127.0.0.1",
                      "--ask-port", port)
        name = "lbd_TCP_192.0.2.0_80_to_10.0.0.0_80_connections"
        self.until(lambda: self.value(port, name), "no value")
        before = int(self.value(port, name))
        # a gmond that is slow to start is no trouble of this test
        refused = self.logged().count("trying again")
        gmond.send_signal(signal.SIGSTOP)
        self.tell("count 42")
        said = f"gmond at 127.0.0.1:{port}: no answer"
        self.until(lambda: said in self.logged(), "not said")
        time.sleep(4)
        self.assertEqual(self.logged().count(said), 1)
        gmond.send_signal(signal.SIGCONT)
        self.until(lambda: "answers again" in self.logged(), "not said")
        self.until(lambda: self.value(port, name) == str(before + 42), "no value")
        self.assertEqual(self.logged().count("trying again"), refused)

    def test_nobody_answers(self):
        """Each reason is another: nobody listens, and somebody else does."""
        self.lbd(1)
        _, port = self.receiver()
        with socket.create_server(("127.0.0.1", 0)) as other:
            answering = other.getsockname()[1]
        self.exporter("--host", "127.0.0.1", "--port", port, "--ask", "127.0.0.1", "--ask-port", str(answering))
        self.until(lambda: f"gmond at 127.0.0.1:{answering}: Connection refused" in self.logged(), "not said")
        with socket.create_server(("127.0.0.1", 0)) as other:
            self.exporter("--host", "127.0.0.1", "--port", port, "--ask", "127.0.0.1", "--ask-port",
                          str(other.getsockname()[1]))
            taken, _ = other.accept()
            with taken:
                taken.sendall(b"SSH-2.0")
                self.until(lambda: "its answer is not gmond's" in self.logged(), "not said")

    def test_real_servers_as_hosts(self):
        self.lbd(2)
        path, port = self.configuration()
        self.gmond(path)
        self.exporter("--host", "127.0.0.1", "--port", port, "--metrics", "real_servers", "--spoof", "yes")
        self.until(lambda: {"10.0.0.0", "10.0.0.1"} <= set(self.told(port)), "no hosts")
        self.until(lambda: self.told(port)["10.0.0.1"].get("lbd_%s_TCP_192.0.2.0_80_port_80_up" % NODE, {}).get("VAL") == "1",
                   "no value")
        host = self.told(port)["10.0.0.1"]
        self.assertEqual(host[""]["IP"], "10.0.0.1")
        self.assertEqual(host["lbd_%s_TCP_192.0.2.0_80_port_80_up" % NODE]["SPOOF_HOST"], "10.0.0.1:10.0.0.1")


class CommandLine(Live):
    def answer(self, *options):
        run = subprocess.run([EXPORTER, *options], check=False, text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, timeout=60)
        return run.returncode, run.stdout + run.stderr

    def test_mistakes_are_named(self):
        for option, value, right in (("--port", "0", "not a port"), ("--ttl", "256", "from 1 to 255"),
                                     ("--interval", "x", "from 1 to 3600"),
                                     ("--send-metadata-interval", "61", "from 1 to 60"),
                                     ("--metrics", "some", "real_servers"), ("--spoof", "maybe", "yes"),
                                     ("--dmax", "-1", "seconds"), ("--dmax", "100", "too short"), ("--host", "", "address")):
            status, text = self.answer(option, value)
            self.assertEqual(status, 2, text)
            self.assertIn(option, text)
            self.assertIn(right, text)

    def test_the_words_of_the_configuration(self):
        """What lbd.conf takes as metrics, the exporter takes too."""
        for word in ("summary", "vrrp", "virtual_servers", "real_servers", "all"):
            self.assertEqual(self.answer("--metrics", word, "--version")[0], 0)

    def test_a_name_that_nobody_knows(self):
        exporter = self.exporter("--host", "nobody.invalid")
        self.until(lambda: "cannot look the name up" in self.logged(), "not said")
        time.sleep(2.2)
        self.assertEqual(self.logged().count("cannot look the name up"), 1)
        self.assertEqual(self.stop(exporter), 0)

    def test_an_interface_that_is_not_there(self):
        self.exporter("--interface", "nothing0")
        self.until(lambda: "nothing0: No such device" in self.logged(), "not said")


if __name__ == "__main__":
    if not os.access(EXPORTER, os.X_OK) or not shutil.which("gmond"):
        print("lbd-ganglia is not built, or gmond is not installed")
        sys.exit(77)
    side_by_side.main()
