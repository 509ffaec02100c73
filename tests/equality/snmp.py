# SPDX-License-Identifier: GPL-2.0-or-later
"""SNMP as a surface: lbd-snmp walked by net-snmp's own tool with LBD-MIB as it is installed, so that names, types
and dates are what a second parser makes of them. The rules of naming are those of lbd-snmp(8), written once more."""

import glob
import os
import re
import subprocess
import tempfile
from collections import Counter
from datetime import datetime, timezone
from decimal import Decimal

from surfaces import PATIENCE, SHOWN, Different, Program, compare, free_port, until

LINE = re.compile(r"LBD-MIB::(\w+)\.([\d.]+) = (?:(Counter64|Gauge32|INTEGER|Timeticks|STRING|OID): ?)?(.*)")
# What is no family: a text and the time, and rows of the families over again.
OWN = re.compile("lbdSummary(Version|Time|VirtualServersNoQuorum|VirtualServersSorry|ProcessesDown)$|lbdWorst|lbdHistory")
STATES = ("initialize", "backup", "master", "fault")
RATES = ("connection_rate", "in_byte_rate", "out_byte_rate")


def mib_directories():
    """Debian's erlang-snmp has the modules that LBD-MIB imports."""
    return ":".join(glob.glob("/usr/lib/erlang/lib/snmp-*/mibs"))


def camel(text):
    return "".join(part[:1].upper() + part[1:] for part in re.split("[^A-Za-z0-9]", text))


def column(family, *names):
    """"lbdVrrpAdvertsSent"; what is called like its family is its name."""
    first = "name" if names[0] == family else names[0]
    return "lbd" + camel(family) + camel(first) + "".join(map(camel, names[1:]))


# --- asking ------------------------------------------------------------------------------------------------------

V2C = ["-v2c", "-c", "public"]
V3 = ["-v3", "-u", "ops", "-l", "authPriv", "-a", "SHA-256", "-A", "authpassword", "-x", "AES", "-X", "privpassword"]
WHO = "rocommunity public\nrocommunity6 public\ncreateUser ops SHA-256 authpassword AES privpassword\nrouser ops priv\n"
MASTER = "master agentx\nagentxsocket %s/agentx\nagentXPerms 0666 0755\n"


class Agent:
    """lbd-snmp that answers by itself, or for a snmpd, at a port of IPv4 and IPv6."""

    def __init__(self, build, run_dir, with_master=False):
        self.top = tempfile.TemporaryDirectory(prefix="lbd-snmp-")
        os.chmod(self.top.name, 0o755)
        self.environment = dict(os.environ, SNMPCONFPATH=self.top.name, SNMP_PERSISTENT_DIR=self.top.name + "/state",
                                MIBS="")
        self.port, self.master = free_port(), None
        where = ["udp:127.0.0.1:%d" % self.port, "udp6:[::1]:%d" % self.port]
        conf = self.write(WHO + (MASTER % self.top.name if with_master else ""))
        command = [build + "/lbd-snmp", "--run-dir", run_dir, "-n"]
        if with_master:
            self.master = Program(["snmpd", "-f", "-Le", "-C", "-c", conf, "-I", "-smux", *where],
                                  env=self.environment)
            self.master.waits_for("NET-SNMP version")
            command += ["--agentx", self.top.name + "/agentx"]
        else:
            command += ["--listen", " ".join(where), "--config", conf]
        self.agent = Program(command)
        self.agent.waits_for("answering at|has taken us on")

    def write(self, text):
        path = self.top.name + "/agent.conf"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o644)
        return path

    def __enter__(self):
        return self

    def __exit__(self, *arguments):
        self.agent.__exit__(*arguments)
        if self.master:
            self.master.__exit__(*arguments)
        self.top.cleanup()

    def walk(self, how, mib):
        """[(object, index, value)] of all of LBD-MIB, the values as net-snmp writes them with the MIB."""
        run = subprocess.run(
            ["snmpbulkwalk", *how, "-M", mib_directories(), "-m", mib, "-Ob", "-Oe", "-OU", "-OT", "-Ot", "-t", "5",
             "127.0.0.1:%d" % self.port, "LBD-MIB::lbdObjects"], check=False, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE)
        found = []
        for line in run.stdout.splitlines():
            # of the manager's own state; and the end, which is told of the last object once more
            if line.startswith("Created directory") or " = No more variables left" in line:
                continue
            match = LINE.fullmatch(line)
            if not match:
                if "No Such Object" in line or "Timeout" in line:
                    return []  # not there yet
                raise Different("cannot be read: " + line)
            found.append((match[1], match[2], match[4].strip('"')))
        return found

    def first_walk(self, how, mib):
        return until(lambda: self.walk(how, mib), "LBD-MIB")


# --- comparing ---------------------------------------------------------------------------------------------------

def instant(text):
    """A DateAndTime as net-snmp shows it with its DISPLAY-HINT, in tenths of a second."""
    match = re.fullmatch(r"(\d+)-(\d+)-(\d+),(\d+):(\d+):(\d+)\.(\d),\+0:0", text)
    if not match:
        raise Different("no DateAndTime: " + text)
    seconds = datetime(*map(int, match.groups()[:6]), tzinfo=timezone.utc).timestamp()
    return Decimal(int(seconds)) + Decimal(match[7]) / 10


def tenths(value):
    return value.quantize(Decimal("0.1"), rounding="ROUND_FLOOR")


def shown(metric, text):
    """The number in its base unit, as the other surfaces have it."""
    if metric.unit == "timestamp":
        return instant(text)
    if metric.kind == "state":
        return Decimal(text) - 1
    scale = {"seconds": 10 ** 9, "per_second": 1000, "ratio": 1000}.get(metric.unit, 1)
    return Decimal(text) / scale


def parts(metric):
    """[(rest of the name, number)] of all columns of a metric."""
    if metric.kind == "counters":
        return [((member,), value) for member, value in metric.values.items()]
    if metric.kind == "histogram":
        return [(("count",), metric.count), (("sum",), metric.sum)]
    return [((), tenths(metric.value) if metric.unit == "timestamp" else metric.value)]


def rows(walked):
    """{object without its instance: {index: value}}"""
    found = {}
    for name, index, value in walked:
        found.setdefault(name, {})[index] = value
    return found


def index_of(row, objects):
    """The instance whose columns of labels say what this row is."""
    first, *others = [(objects.get(column(row.family, name), {}), text) for name, text in row.labels.items()]
    found = [index for index, text in first[0].items() if text == first[1] and
             all(each.get(index) == wanted for each, wanted in others)]
    if len(found) != 1:
        raise Different("%s %s: %d such rows" % (row.family, row.labels, len(found)))
    return found[0]


def read_row(row, objects, now, expected, found):
    index = index_of(row, objects)

    def take(names, value, how):
        name = column(row.family, *names)
        expected[name, index] = value
        if index in objects.get(name, {}):
            found[name, index] = how(objects[name].pop(index))

    for name, text in {**row.labels, **row.infos}.items():
        take((name,), text, str)
    take(("since",), tenths(row.since), instant)
    for metric in row.metrics.values():
        for names, value in parts(metric):
            in_ones = metric.kind == "histogram" and names == ("count",)
            take((metric.name, *names), value, Decimal if in_ones else lambda text, metric=metric: shown(metric, text))
        if metric.unit == "timestamp" and metric.kind == "gauge":
            # the moment is known to a tenth of a second, the age to a hundredth
            take((metric.name, "age"), True, lambda text, metric=metric:
                 0 <= Decimal(text) / 100 - (now - metric.value) + Decimal("0.01") <= Decimal("0.12"))


def summary(truth):
    """{column of lbdSummary: number}: what is counted over all rows."""
    virtual, real, checks = map(truth.of, ("virtual_server", "real_server", "check"))
    found = {"virtual_servers": len(virtual), "real_servers": len(real), "checks": len(checks)}
    for state in STATES:
        found["instances_" + state] = sum(member(row, "state") == state for row in truth.of("vrrp"))
    for health in ("up", "down", "unknown"):
        found["real_servers_" + health] = sum(member(row, "health") == health for row in real)
    found["real_servers_in_service"] = sum((row.get("weight_effective") or 0) > 0 for row in real)
    found["checks_down"] = sum(member(row, "health") == "down" for row in checks)
    for name in ("active_connections", "inactive_connections", "persistent_connections") + RATES:
        found[name] = sum(row.get(name) or 0 for row in virtual)
    return {column("summary", name): Decimal(number) for name, number in found.items()}


def member(row, name):
    metric = row.metrics.get(name)
    return metric and metric.members[int(metric.value)]


def compare_walk(walked, truth):
    """[(object, index, value)] of the whole of LBD-MIB."""
    twice = [at for at, count in Counter(each[:2] for each in walked).items() if count > 1]
    if twice:
        raise Different("more than once: %s" % twice[:SHOWN])
    objects, expected, found = rows(walked), {}, {}
    now = instant(objects["lbdSummaryTime"]["0"])
    for row in truth.rows:
        read_row(row, objects, now, expected, found)
    for name, number in summary(truth).items():
        expected[name] = number
        if "0" in objects.get(name, {}):
            found[name] = Decimal(objects[name].pop("0")) / (1000 if name.endswith("Rate") else 1)
    mine = own_rows(objects)
    found.update({(name, index): value for name, instances in objects.items() for index, value in instances.items()
                  if not OWN.match(name)})
    return compare(expected, found, lambda at: any(at[0].startswith(family) and at[1] == index
                                                   for family, index in mine))


def surface(build, run_dir, truth, mib, with_master=False):
    """All digits; instants in tenths of a second. The `mib` is the file of LBD-MIB."""
    with Agent(build, run_dir, with_master) as agent:
        return compare_walk(agent.first_walk(V2C if with_master else V3, mib), truth)


def own_rows(objects):
    """Where lbd-snmp speaks of itself."""
    return [(family, index) for family in ("lbdProcess", "lbdExporter")
            for index, text in objects.get(family + "Name", {}).items() if text == "snmp"]
