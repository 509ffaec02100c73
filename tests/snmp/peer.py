#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of lbd-snmp share: made-up segments, lbd-snmp, snmpd, and net-snmp's tools."""

import os
import re
import socket
import subprocess
import sys

sys_dir = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.dirname(sys_dir))
from live_case import LiveCase  # noqa: E402
from ports import free_port  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(sys_dir))
EXPORTER = os.path.abspath("lbd-snmp")
PROMETHEUS = os.path.abspath("lbd-prometheus")
LBD = os.path.abspath("tests/snmp/lbd")
MIB = os.path.join(ROOT, "mibs/LBD-MIB.txt")
BASE = ".1.3.6.1.4.1.8072.9999.9999"
V3 = ["-v3", "-u", "ops", "-l", "authPriv", "-a", "SHA-256", "-A", "authpassword", "-x", "AES", "-X",
      "privpassword"]
V2C = ["-v2c", "-c", "public"]
V1 = ["-v1", "-c", "public"]
# Rows of tests/snmp/lbd.c, as their tables index them, in the order in which they came: row I counts N << I.
SERVICES = ["6.1.4.192.0.2.1.80", "17.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.53", "0.0.0.5"]
ADDED = "6.1.4.10.0.0.1.80"
SERVERS = ["%s.1.4.10.0.0.%d.80" % (service, number) for service in SERVICES for number in (1, 2)]
INSTANCES = ["2.108.111.51.1", "2.108.111.201.1", "2.108.111.52.2"]
# Nothing of this machine's own configuration and MIBs; net-snmp makes the directory of its state.
STATE = os.path.abspath("tests/snmp/state")
ENVIRONMENT = dict(os.environ, MIBS="", SNMPCONFPATH=STATE, SNMP_PERSISTENT_DIR=STATE)


def mib_directories():
    """Debian's erlang-snmp has the modules that every SMIv2 module imports."""
    import glob
    return ":".join(glob.glob("/usr/lib/erlang/lib/snmp-*/mibs"))


class Peer(LiveCase):
    name = "snmp"
    complaint = "ERROR: AddressSanitizer"  # and no leak: the library loses an address when its master goes at a bad time

    def setUp(self):
        super().setUp()
        self.agentx = self.top + "/agentx"

    def lbd(self):
        super().lbd(self.top + "/run", program=LBD)

    def exporter(self, *options):
        return self.start_logged([EXPORTER, "--run-dir", self.top + "/run", "-n", *options])

    def alone(self, *options, config="rocommunity public\nrocommunity6 public\n"
              "createUser ops SHA-256 authpassword AES privpassword\nrouser ops priv\n"):
        """An lbd-snmp that answers by itself, and where."""
        port = free_port()
        with open(self.top + "/agent.conf", "w", encoding="utf-8") as file:
            file.write(config)
        self.agent = self.exporter("--listen", "udp:127.0.0.1:%d udp6:[::1]:%d" % (port, port), "--config",
                                   self.top + "/agent.conf", *options)
        self.address = "127.0.0.1:%d" % port
        self.address6 = "udp6:[::1]:%d" % port
        self.until(lambda: self.get("1.3.6.1.2.1.1.5.0"), "no answer")

    def snmpd(self, more=""):
        """The real one, as AgentX master; self.master is its process."""
        with open(self.top + "/snmpd.conf", "w", encoding="utf-8") as file:
            file.write("rocommunity public\nrocommunity6 public\nmaster agentx\nagentxsocket %s/master\n"
                       "createUser ops SHA-256 authpassword AES privpassword\nrouser ops priv\n%s"
                       % (self.agentx, more))
        if not hasattr(self, "port"):
            self.port = free_port()
        with open(self.top + "/snmpd.log", "a", encoding="utf-8") as log:
            self.master = self.start(
                ["snmpd", "-f", "-Le", "-C", "-c", self.top + "/snmpd.conf", "-I", "-smux",
                 "udp:127.0.0.1:%d" % self.port, "udp6:[::1]:%d" % self.port],
                stdout=log, stderr=log, env=dict(ENVIRONMENT, SNMP_PERSISTENT_DIR=self.top + "/state"))
        self.address = "127.0.0.1:%d" % self.port
        self.address6 = "udp6:[::1]:%d" % self.port

    def subagent(self, *options):
        self.agent = self.exporter("--agentx", self.agentx + "/master", *options)

    def trapd(self):
        """snmptrapd, the judge of what arrives: self.traps() reads its file."""
        self.trap_port = free_port()
        with open(self.top + "/trapd.conf", "w", encoding="utf-8") as file:
            file.write("disableAuthorization yes\ncreateUser -e 0x8000000001020304 ops SHA-256 authpassword AES "
                       "privpassword\n")
        with open(self.top + "/traps", "w", encoding="utf-8") as out:
            self.start(["snmptrapd", "-f", "-Lo", "-C", "-c", self.top + "/trapd.conf", "-n", "-On", "-Oe", "-OQ",
                        "-F", "%V|%v\\n", "udp:127.0.0.1:%d" % self.trap_port,
                        "tcp:127.0.0.1:%d" % self.trap_port], stdout=out,
                       stderr=subprocess.STDOUT, env=dict(ENVIRONMENT, SNMP_PERSISTENT_DIR=self.top + "/trapd"))
        # Who sends by TCP connects once, when he starts.
        self.until(lambda: self.listens(self.trap_port), "snmptrapd does not listen")

    @staticmethod
    def listens(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def traps(self):
        """[{OID: value}] of the notifications, in the order of their arrival."""
        with open(self.top + "/traps", encoding="utf-8", errors="replace") as file:
            lines = [line for line in file if ".1.3.6.1.6.3.1.1.4.1.0" in line]
        return [dict(part.split(" = ", 1) for part in re.split(r"[|\t]", line.strip()) if " = " in part)
                for line in lines]

    def numbers(self):
        """The events that were notified, in the order of their arrival."""
        prefix = BASE + ".1.104.1.1."
        return [int(oid[len(prefix):]) for trap in self.traps() for oid in trap if oid.startswith(prefix)]

    def tool(self, name, *arguments, check=True, timeout=60):
        run = subprocess.run([name, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             errors="replace", env=ENVIRONMENT, timeout=timeout, check=False)
        if check and run.returncode != 0:
            self.fail("%s %s: %s\n%s" % (name, " ".join(arguments), run.stderr, self.logged()))
        return run.stdout

    def get(self, oid, how=None):
        """The value as text; "" when nobody answers or there is none."""
        text = self.tool("snmpget", *(how or V2C), "-On", "-Oqv", "-t", "1", "-r", "0", self.address, oid,
                         check=False)
        return "" if "No Such" in text else text.strip().strip('"')

    def walk(self, how=None, address=None, root=BASE, bulk=False):
        """[(oid, type, value)] in the order of the answers."""
        text = self.tool("snmpbulkwalk" if bulk else "snmpwalk", *(how or V2C), "-On", "-Oe", "-OU", "-OT",
                         "-t", "5", address or self.address, root)
        return [self.parse(line) for line in text.splitlines()
                if " = " in line and not re.search(" = No (Such|more) ", line)]

    @staticmethod
    def parse(line):
        oid, rest = line.split(" = ", 1)
        match = re.match(r"([A-Za-z0-9-]+): ?(.*)$", rest)
        kind, value = match.groups() if match else ("STRING", rest)
        return oid, kind, value.strip('"')


def oid_key(oid):
    return [int(part) for part in oid.strip(".").split(".")]
