# SPDX-License-Identifier: GPL-2.0-or-later
"""Zabbix as Debian packages it, in a directory: its server, its PHP pages for their programming interface alone, and a
MariaDB of its own on a socket. Everything listens on loopback or on sockets in that directory."""

import glob
import gzip
import json
import os
import subprocess
import sys
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.dirname(HERE))
import mariadb  # noqa: E402

SERVER = """
LogFile={top}/server.log
PidFile={top}/server.pid
SocketDir={top}
DBName=zabbix
DBUser=root
DBSocket={top}/mysql.sock
ListenIP=127.0.0.1
ListenPort={port}
AllowRoot=1
AllowUnsupportedDBVersions=1
StartPollers=2
StartPollersUnreachable=1
StartTrappers=1
StartPingers=0
StartHTTPPollers=0
StartVMwareCollectors=0
StartDiscoverers=0
StartEscalators=1
StartAlerters=1
CacheUpdateFrequency=2
"""
PAGES = """<?php
$DB['TYPE'] = 'MYSQL';
$DB['SERVER'] = 'localhost';
$DB['PORT'] = '0';
$DB['DATABASE'] = 'zabbix';
$DB['USER'] = 'root';
$DB['PASSWORD'] = '';
$DB['DOUBLE_IEEE754'] = true;
$ZBX_SERVER_NAME = 'test';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
"""


class Failed(Exception):
    pass


class Zabbix:
    """package: where Debian's packages are unpacked; top: an empty directory with a short name; ports: two
    that are free."""

    def __init__(self, package, top, ports):
        self.top, self.ports = top, ports
        self.root = top + "/root"
        self.processes, self.token, self.database = [], None, mariadb.MariaDB(top)
        os.makedirs(top)
        subprocess.run(["cp", "-a", package + "/.", self.root], check=True)

    def start(self):
        self.database.start()
        self.make_tables()
        self.write("server.conf", SERVER.format(top=self.top, port=self.ports[0]))
        self.run([self.root + "/usr/sbin/zabbix_server", "-f", "-c", self.top + "/server.conf"])
        pages = self.root + "/usr/share/zabbix"
        self.write("zabbix.conf.php", PAGES)
        # Debian's has this path in it.
        subprocess.run(["sed", "-i", "s#/etc/zabbix/zabbix.conf.php#%s/zabbix.conf.php#" % self.top,
                        pages + "/include/classes/core/CConfigFile.php"], check=True)
        self.run(["php", "-d", "mysqli.default_socket=%s/mysql.sock" % self.top, "-d", "memory_limit=256M",
                  "-d", "max_execution_time=300", "-d", "post_max_size=16M",
                  "-S", "127.0.0.1:%d" % self.ports[1], "-t", pages])
        self.wait(lambda: self.answers("apiinfo.version"), "its interface does not answer")
        self.token = self.ask("user.login", username="Admin", password="zabbix")

    def write(self, name, text):
        with open("%s/%s" % (self.top, name), "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, command, **options):
        with open(self.top + "/log", "a", encoding="utf-8") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, **options))

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                process.wait(120)
        self.processes = []
        self.database.stop()

    def wait(self, condition, what, seconds=300):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = condition()
            if found:
                return found
            if any(process.poll() is not None for process in self.processes):
                break
            time.sleep(0.3)
        raise Failed(what + "\n" + self.said())

    def said(self):
        text = ""
        for path in glob.glob(self.top + "/*log"):
            with open(path, encoding="utf-8", errors="replace") as file:
                text += file.read()[-3000:]
        return text

    def make_tables(self):
        self.database.run("CREATE DATABASE zabbix CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        for part in ("schema", "data"):
            with gzip.open("%s/usr/share/zabbix-server-mysql/%s.sql.gz" % (self.root, part), "rt") as file:
                self.database.run("SET unique_checks=0; SET foreign_key_checks=0;\n" + file.read(), "zabbix")

    # --- its programming interface

    def answers(self, method):
        try:
            return self.ask(method)
        except OSError:
            return None

    def ask(self, method, *several, **parameters):
        request = {"jsonrpc": "2.0", "method": method, "params": several or parameters, "id": 1, "auth": self.token}
        if self.token is None:
            del request["auth"]
        with urllib.request.urlopen(urllib.request.Request(
                "http://127.0.0.1:%d/api_jsonrpc.php" % self.ports[1], json.dumps(request).encode(),
                {"Content-Type": "application/json-rpc"}), timeout=300) as answer:
            body = answer.read().decode()
        try:
            reply = json.loads(body)
        except ValueError as error:
            raise Failed(body[:2000]) from error
        if "error" in reply:
            raise Failed("%s: %s" % (method, reply["error"]))
        return reply["result"]


def package():
    """Where Debian's packages are unpacked (by lab_unpacked in tests/lab/outside.sh); None: nowhere."""
    root = os.path.join(os.environ.get("ZABBIX", "build/zabbix"), "package")
    return root if os.path.exists(root + "/usr/sbin/zabbix_server") else None
