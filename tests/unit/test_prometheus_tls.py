#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lbd-prometheus behind a web-config.yml: TLS, certificates of clients, passwords, files that change; and a
Prometheus that comes in with all of it."""
import base64
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from prometheus_live import EXPORTER, LiveTest, main  # noqa: E402

# Of "geheim".
HASH = "$2y$04$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ."
RIGHT = {"Authorization": "Basic " + base64.b64encode(b"lbd:geheim").decode()}
WRONG = {"Authorization": "Basic " + base64.b64encode(b"lbd:nichts").decode()}
USERS = f"basic_auth_users:\n  lbd: {HASH}\n"
SERVER = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n"
CLIENTS = SERVER + "  client_ca_file: ca.pem\n  client_auth_type: "


class Web(LiveTest):
    scheme = "https"

    def options(self):
        self.certificate("ca")
        self.certificate("server")
        self.web_config(SERVER + USERS)
        return ["--web-config", self.run_dir + "/web.yml"]

    def web_config(self, text):
        with open(self.run_dir + "/new.yml", "w", encoding="ascii") as file:
            file.write(text)
        os.rename(self.run_dir + "/new.yml", self.run_dir + "/web.yml")

    def certificate(self, name):
        """A key and a certificate: of the CA for itself, or by the CA."""
        path = f"{self.run_dir}/{name}"
        by_ca = [] if name == "ca" else ["-CA", self.run_dir + "/ca.pem", "-CAkey", self.run_dir + "/ca.key"]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-keyout", path + ".key", "-out", path + ".pem", "-days", "2",
                        "-subj", "/CN=" + name, "-addext", "subjectAltName=IP:127.0.0.1"] + by_ca,
                       check=True, stderr=subprocess.DEVNULL)

    def trust(self, client=None, newest=None):
        context = ssl.create_default_context(cafile=self.run_dir + "/ca.pem")
        if client:
            context.load_cert_chain(f"{self.run_dir}/{client}.pem", f"{self.run_dir}/{client}.key")
        if newest:
            context.maximum_version = newest
        self.context = context

    def status(self, path="/metrics", headers=None):
        """The status, or None when there was no answer."""
        try:
            return self.ask(path, headers=headers)[0]
        except (urllib.error.URLError, OSError):
            return None

    def status_becomes(self, status, **arguments):
        for _ in range(300):
            found = self.status(**arguments)
            if found == status:
                return
            time.sleep(0.1)
        self.fail(f"still {found} instead of {status}")

    def test_passwords(self):
        self.trust()
        for path in ("/", "/metrics", "/healthz", "/nothing"):
            self.assertEqual(self.status(path), 401)
        _, headers, body = self.ask()
        self.assertTrue(headers["WWW-Authenticate"].startswith("Basic realm="))
        self.assertNotIn(b"lbd_", body)
        self.assertEqual(self.status(headers=WRONG), 401)
        status, _, body = self.ask(headers=RIGHT)
        self.assertEqual(status, 200)
        self.assertIn(b"lbd_build_info", body)
        self.assertEqual(self.status("/healthz", headers=RIGHT), 200)

    def test_plain_http_is_not_answered(self):
        self.assertNotIn(b"HTTP/1.", self.talk(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"))

    def test_old_versions_are_refused(self):
        self.trust(newest=ssl.TLSVersion.TLSv1_2)
        self.assertEqual(self.status(headers=RIGHT), 200)
        self.web_config(SERVER + "  min_version: TLS13\n" + USERS)
        self.status_becomes(None, headers=RIGHT)
        self.trust()
        self.assertEqual(self.status(headers=RIGHT), 200)

    def test_certificates_of_clients(self):
        self.certificate("client")
        self.trust()
        self.web_config(CLIENTS + "RequireAndVerifyClientCert\n")
        self.status_becomes(None)
        self.trust("client")
        self.assertEqual(self.status(), 200)
        self.web_config(CLIENTS + "VerifyClientCertIfGiven\n")
        self.trust()
        self.status_becomes(200)

    def test_changed_and_broken_files(self):
        self.trust()
        self.assertEqual(self.status(), 401)
        self.web_config(SERVER)
        self.status_becomes(200)
        self.web_config(SERVER + USERS + "more: 1\n")
        line = self.line_with("what was read before stays in force", asking=True)
        self.assertIn('web.yml:6:1: "more" is not known here', line)
        self.assertEqual(self.status(), 200)
        self.certificate("server")
        self.web_config(SERVER + USERS)
        self.status_becomes(401)

    def line_with(self, text, asking=False):
        """Of the exporter's log."""
        if asking:
            time.sleep(1.1)
            self.status()
        for line in self.exporter.stderr:
            if text in line:
                return line
        return self.fail("the exporter ended")

    def test_wrong_at_the_start(self):
        for text, message in ((SERVER.replace("server.key", "none.key"), "none.key: No such file or directory"),
                              (SERVER.replace("server.key", "ca.key"), "ca.key: key values mismatch"),
                              (SERVER.replace("server.pem", "web.yml"), "web.yml: no start line"),
                              ("x: 1\n", 'web.yml:1:1: "x" is not known here')):
            self.web_config(text)
            end = subprocess.run([EXPORTER, "--run-dir", self.run_dir, "--port", "0", "-n", "--web-config",
                                  self.run_dir + "/web.yml"], stderr=subprocess.PIPE, text=True, check=False,
                                 timeout=20)
            self.assertEqual(end.returncode, 1)
            self.assertIn(message, end.stderr)

    def test_promtool_reads_the_same_file(self):
        if not shutil.which("promtool"):
            self.skipTest("there is no promtool")
        self.web_config(CLIENTS + "RequireAndVerifyClientCert\n  min_version: TLS13\n" + USERS)
        subprocess.run(["promtool", "check", "web-config", self.run_dir + "/web.yml"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def test_real_prometheus(self):
        if not shutil.which("prometheus"):
            self.skipTest("there is no prometheus")
        self.certificate("client")
        self.web_config(CLIENTS + "RequireAndVerifyClientCert\n" + USERS)
        time.sleep(1.1)
        directory = self.run_dir
        ask = self.prometheus("tls", [], f"""  scheme: https
  basic_auth: {{username: lbd, password: geheim}}
  tls_config:
    ca_file: {directory}/ca.pem
    cert_file: {directory}/client.pem
    key_file: {directory}/client.key
""")
        for _ in range(300):
            if ask('lbd_exporter_scrapes_total{format="openmetrics"} > 1'):
                break
            time.sleep(0.2)
        else:
            self.fail("Prometheus did not get in")
        self.assertEqual(ask("up")[0]["value"][1], "1")


main()
