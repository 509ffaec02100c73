#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""check_lbd on another machine: every mode says what it says there, to the byte; whatever does not answer as an
lbd-prometheus does is UNKNOWN, in one line that says what to do."""

import http.server
import os
import re
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from made_up import EXPORTER, MODES, Case  # noqa: E402

# Of "geheim".
HASH = "$2y$04$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ."
AGE = re.compile(r"\b[0-9.]+ ?(us|ms|s|min|h|d)\b")


def without_ages(text):
    return AGE.sub("AGE", text)


class Answer(http.server.BaseHTTPRequestHandler):
    """Whatever a test wants: status, headers, and a body that may never end."""
    status, headers_out, body, endless = 200, {}, b"", False

    def do_GET(self):  # noqa: N802
        self.send_response(self.status)
        for name, value in self.headers_out.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(self.body)
            while self.endless:
                self.wfile.write(b"# " + b"x" * 65533 + b"\n")
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Remote(Case):
    def at(self, port, *options):
        return ["-H", "127.0.0.1", "-p", port, *options]

    def unknown(self, pattern, *arguments):
        status, text = self.ask("vrrp", *arguments)
        self.assertEqual(status, 3, text)
        self.assertRegex(text, pattern)
        self.assertEqual(text.count("\n"), 1)

    def same_everywhere(self, director, port):
        """The exporter reads the segments once a second, so what it says may be of a moment ago."""
        for mode in MODES:
            with self.subTest(mode=mode):
                for _ in range(100):
                    local = self.ask(mode, "-v", "--run-dir", director.dir)
                    remote = self.ask(mode, "-v", *self.at(port))
                    if without_ages(local[1]) == without_ages(remote[1]):
                        break
                    time.sleep(0.1)
                self.assertEqual(without_ages(local[1]), without_ages(remote[1]))
                self.assertEqual(local[0], remote[0])

    def test_same_lines(self):
        director = self.director()
        port = self.exporter(director)
        for line in ("recover", "fail", "stop", "start"):
            director.tell(line)
            self.same_everywhere(director, port)

    def test_torn_row(self):
        director = self.director()
        port = self.exporter(director)
        director.tell("tear")
        self.same_everywhere(director, port)
        self.unknown("changed at every try", *self.at(port))
        director.tell("mend")

    def test_pair(self):
        """What neither director can see alone."""
        one, two = self.director(), self.director()
        one.tell("fail")
        ports = self.exporter(one), self.exporter(two)
        # each exporter has its own port here, so one of the two is asked locally
        pair = ["pair", "--run-dir", one.dir, *self.at(ports[1])]
        self.settles(0, "VI_1: 127.0.0.1 is master, this machine is backup", pair)
        one.tell("recover")
        self.settles(2, "VI_1 has two masters: this machine and 127.0.0.1", pair)
        one.tell("fail")
        two.tell("fail")
        self.settles(2, "VI_1 has no master: this machine is backup, 127.0.0.1 is backup", pair)
        two.tell("stop")
        self.settles(3, "127.0.0.1: the vrrp process of lbd is down or stuck", pair)
        two.tell("start")
        two.tell("recover")
        self.settles(0, "VI_1: 127.0.0.1 is master", pair)
        both = ["pair", "-H", "127.0.0.1", "-H", "localhost", "-p", ports[1]]
        self.settles(2, "VI_1 has two masters: 127.0.0.1 and localhost", both)

    def settles(self, status, text, arguments):
        for _ in range(100):
            seen = self.ask(*arguments)
            if seen[0] == status and text in seen[1]:
                return
            time.sleep(0.1)
        self.fail("expected %d %s, saw %s" % (status, text, seen))

    def test_usage(self):
        for arguments in (["vrrp", "-p", "9165"], ["vrrp", "-H", "a/b"], ["vrrp", "-H", "a", "-p", "0"],
                          ["vrrp", "-H", "a", "-H", "b"], ["pair", "-H", "a", "-H", "b", "-H", "c"],
                          ["vrrp", "-H", "a", "--user", "x"], ["vrrp", "-H", "a", "--ca-file", "x"],
                          ["vrrp", "-H", "a", "--tls", "--client-cert", "x"]):
            self.assertEqual(self.ask(*arguments)[0], 3)

    # --- who does not answer --------------------------------------------------------------------------

    def test_nobody(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = str(closed.getsockname()[1])
            self.unknown("onnect to .*does lbd run there", *self.at(port))
            closed.listen()
            self.unknown("no whole answer in time", "-t", "1", *self.at(port))

    def serve(self, **members):
        handler = type("Made", (Answer,), members)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return self.at(str(server.server_address[1]))

    def test_others(self):
        text = {"Content-Type": "text/plain; version=0.0.4"}
        self.unknown("redirects to elsewhere .301.", *self.serve(status=301, headers_out={"Location": "/x"}))
        self.unknown("answers 404: is it an lbd-prometheus", *self.serve(status=404))
        self.unknown("of another version", *self.serve(status=400))
        self.unknown("answers with text/html", *self.serve(headers_out={"Content-Type": "text/html"}, body=b"<p>"))
        self.unknown("says nothing of the processes", *self.serve(headers_out=text, body=b"up 1\n"))
        self.unknown("no sample: x__", *self.serve(headers_out=text, body=b"x\x01|\n"))
        self.unknown("last line is not whole", *self.serve(headers_out=text, body=b"up 1"))
        self.unknown("more than 64 MB", "-t", "50", *self.serve(headers_out=text, endless=True))

    # --- TLS and passwords ----------------------------------------------------------------------------

    def file(self, director, name, text):
        path = director.dir + "/" + name
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def certificates(self, director, names="DNS:localhost,IP:127.0.0.1"):
        """An authority; from it the exporter's and ours."""
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=director.dir, check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "2")
        for name in ("server", "client"):
            self.file(director, name + ".ext", "subjectAltName=%s\n" % names)
            openssl("req", *new, "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name)
            openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-out", name + ".pem",
                    "-days", "2", "-extfile", name + ".ext")

    def test_tls_and_password(self):
        director = self.director()
        self.certificates(director)
        where = director.dir + "/"
        web = self.file(director, "web.yml", "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n"
                        "  client_ca_file: ca.pem\n  client_auth_type: RequireAndVerifyClientCert\n"
                        "basic_auth_users:\n  lbd: %s\n" % HASH)
        right = self.file(director, "right", "geheim\n")
        port = self.exporter(director, "--web-config", web)
        tls = ["--tls", "--ca-file", where + "ca.pem"]
        own = ["--client-cert", where + "client.pem", "--client-key", where + "client.key"]
        user = ["--user", "lbd", "--password-file", right]
        status, text = self.ask("health", *self.at(port, *tls, *own, *user))
        self.assertEqual(status, 0, text)
        self.unknown("asks for a user and a password .401.: --user", *self.at(port, *tls, *own))
        wrong = self.file(director, "wrong", "nichts\n")
        self.unknown("knows these not", *self.at(port, *tls, *own, "--user", "lbd", "--password-file", wrong))
        self.unknown("first line is empty",
                     *self.at(port, *tls, *own, "--user", "lbd", "--password-file", "/dev/null"))
        self.unknown("No such file", *self.at(port, *tls, *own, "--user", "lbd", "--password-file", where + "none"))
        self.unknown("--client-cert", *self.at(port, *tls, *user))
        self.unknown("does not prove who it is.*--ca-file", *self.at(port, "--tls", *own, *user))
        self.unknown("cannot be used", *self.at(port, "--tls", "--ca-file", where + "none", *own, *user))
        self.unknown("does it speak TLS. .--tls.", *self.at(port, *user))
        plain = self.exporter(director)
        self.unknown("TLS fails", *self.at(plain, *tls))

    def test_wrong_name(self):
        """A certificate of another machine proves nothing."""
        director = self.director()
        self.certificates(director, "DNS:localhost")
        web = self.file(director, "web.yml", "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n")
        port = self.exporter(director, "--web-config", web)
        tls = ["--tls", "--ca-file", director.dir + "/ca.pem", "-p", port]
        self.assertEqual(self.ask("vrrp", "-H", "localhost", *tls)[0], 0)
        self.unknown("does not prove who it is", "-H", "127.0.0.1", *tls)


if __name__ == "__main__":
    if not os.access(EXPORTER, os.X_OK):
        print("lbd-prometheus is not built")
        sys.exit(77)
    unittest.main(verbosity=2)
