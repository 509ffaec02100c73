#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""nagios4 and icinga2, headless, with the object definitions of dashboards/nagios and check_lbd over made-up
segments, and again with the passive results of lbd-nagios, that come of events alone: OK, CRITICAL, UNKNOWN and OK
again, with perfdata in what each writes. Takes a minute, so it runs under `./lab check --all`. BUILD is the build
directory."""

import grp
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from made_up import Events  # noqa: E402
sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from ports import free_port  # noqa: E402

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("BUILD", "."))
OBJECTS = os.path.join(TREE, "dashboards", "nagios")
ICINGA2 = "/usr/lib/%s-linux-gnu/icinga2/sbin/icinga2" % os.uname().machine
USER = pwd.getpwuid(os.getuid()).pw_name
GROUP = grp.getgrgid(os.getgid()).gr_name
PATIENCE = 60
STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]

NAGIOS_CFG = """
log_file={dir}/nagios.log
cfg_file={objects}/lbd-nagios.cfg
cfg_file={dir}/objects.cfg
resource_file={dir}/resource.cfg
object_cache_file={dir}/objects.cache
status_file={dir}/status.dat
status_update_interval=1
nagios_user={user}
nagios_group={group}
check_external_commands=0
command_file={dir}/nagios.cmd
lock_file={dir}/nagios.lock
temp_file={dir}/nagios.tmp
temp_path={dir}
check_result_path={dir}/results
query_socket={dir}/nagios.qh
use_syslog=0
illegal_macro_output_chars=`~$&|'"<>
interval_length=1
execute_service_checks=1
accept_passive_service_checks=0
enable_notifications=0
process_performance_data=1
service_perfdata_file={dir}/service-perfdata
service_perfdata_file_template=$SERVICEDESC$\\t$SERVICESTATE$\\t$SERVICEPERFDATA$
service_perfdata_file_mode=a
service_perfdata_file_processing_interval=0
"""

NAGIOS_OBJECTS = """
define command {{
    command_name    alive
    command_line    /bin/true
}}
define command {{
    command_name    nobody
    command_line    /bin/true
}}
define contact {{
    contact_name                    nobody
    host_notifications_enabled      0
    service_notifications_enabled   0
    service_notification_period     lbd-always
    host_notification_period        lbd-always
    service_notification_options    n
    host_notification_options       n
    service_notification_commands   nobody
    host_notification_commands      nobody
}}
define host {{
    host_name           lvs1
    address             127.0.0.1
    check_command       alive
    max_check_attempts  1
    check_period        lbd-always
    contacts            nobody
    notification_period lbd-always
}}
"""

NAGIOS_SERVICES = """
define service {{
    use                 lbd-vrrp-master
    host_name           lvs1
    contacts            nobody
    check_command       check_lbd!vrrp --expect master --run-dir {dir}
}}
define service {{
    use                 lbd-real-servers
    host_name           lvs1
    contacts            nobody
    check_command       check_lbd!real-servers -c 0 --run-dir {dir}
}}
"""

NAGIOS_PASSIVE = [("check_external_commands=0", "check_external_commands=1"),
                  ("execute_service_checks=1", "execute_service_checks=0"),
                  ("accept_passive_service_checks=0", "accept_passive_service_checks=1")]

NAGIOS_PASSIVE_SERVICES = """
define service {{
    use                 lbd-passive
    host_name           lvs1
    service_description VRRP
    contacts            nobody
}}
define service {{
    use                 lbd-passive
    host_name           lvs1
    service_description Real servers
    contacts            nobody
}}
"""

# The password is in files alone, on both sides.
NSCA_CFG = """
pid_file={dir}/nsca.pid
server_address=127.0.0.1
server_port={port}
nsca_user={user}
nsca_group={group}
command_file={dir}/nagios.cmd
password=geheim
decryption_method=1
max_packet_age=30
"""
SEND_NSCA_CFG = "password=geheim\nencryption_method=1\n"

ICINGA_CONF = """
include <itl>
include "{objects}/lbd-icinga2.conf"
const PluginDir = "{build}"
object CheckerComponent "checker" {{ }}
object PerfdataWriter "perfdata" {{
  host_perfdata_path = "{dir}/host-perfdata"
  service_perfdata_path = "{dir}/service-perfdata"
  host_temp_path = "{dir}/host-perfdata.tmp"
  service_temp_path = "{dir}/service-perfdata.tmp"
  rotation_interval = 1s
  service_format_template = "$service.name$\\t$service.state$\\t$service.perfdata$"
}}
object ExternalCommandListener "command" {{
  command_path = "{dir}/icinga2.cmd"
}}
"""

ICINGA_PASSIVE = """
object Host "lvs1" {{
  check_command = "dummy"
  vars.lbd_passive = [ "VRRP", "Real servers" ]
}}
"""

ICINGA_ACTIVE = """
object Host "lvs1" {{
  check_command = "dummy"
  vars.lbd["VRRP"] = {{ lbd_mode = "vrrp", lbd_expect = "master", lbd_run_dir = "{dir}" }}
  vars.lbd["Real servers"] = {{ lbd_mode = "real-servers", lbd_critical = "0", lbd_run_dir = "{dir}" }}
}}
"""


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


class Monitored(unittest.TestCase):
    """One made-up lbd; a tool on top of it is the business of the classes below."""

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="test_nagios-", dir="/tmp")
        os.mkdir(self.dir + "/stat")
        os.mkdir(self.dir + "/results")
        self.processes = []
        self.events = None
        self.port = 0
        self.lbd = self.start([BUILD + "/tests/director/made_up", self.dir + "/stat", "2"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.assertEqual(self.lbd.stdout.readline(), "ready\n")

    def start(self, command, **options):
        process = subprocess.Popen(command, **options)
        self.processes.append(process)
        return process

    def tearDown(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()
        if self.events:
            self.events.end()
        shutil.rmtree(self.dir)

    def passive(self, command_file, **options):
        """lbd-nagios, which has an interval of a day: what it reports, it reports of an event."""
        self.events = Events(self)
        with open(self.dir + "/lbd-nagios.log", "w", encoding="utf-8") as log:
            process = subprocess.Popen(
                [BUILD + "/lbd-nagios", "-n", "--run-dir", self.dir, "--command-file", command_file, "--host", "lvs1",
                 "--interval", "86400", "--services", 'VRRP vrrp --expect master; "Real servers" real-servers -c 0',
                 "--format", "nsca" if options else "command"], stderr=log, **options)
        self.processes.insert(1, process)
        self.events.accept()
        return process

    def happens(self, line):
        """As the processes of lbd do: numbers first, then the event that tells of them."""
        self.tell(line)
        if not self.events:
            return
        if line == "stop":
            # a control process that dies tells nobody
            self.events.end()
        elif line == "start":
            self.events = Events(self)
            self.events.accept()
        else:
            self.events.tell("vrrp")
            self.events.tell("real_server")

    def write(self, name, text):
        with open(os.path.join(self.dir, name), "w", encoding="utf-8") as file:
            file.write(text.format(dir=self.dir, objects=OBJECTS, build=BUILD, user=USER, group=GROUP,
                                   port=self.port))
        return os.path.join(self.dir, name)

    def tell(self, line):
        self.lbd.stdin.write(line + "\n")
        self.lbd.stdin.flush()
        self.assertEqual(self.lbd.stdout.readline(), "done\n")

    def shows(self, expected, perfdata, look):
        """Waits until the tool shows these states, and wrote that perfdata after that state."""
        seen = None
        for _ in range(PATIENCE * 5):
            seen = look()
            if all(seen.get(service, ("", ""))[0] == state for service, state in expected.items()) and \
               all(part in seen[service][1] for service, part in perfdata.items()):
                return
            self.assertIsNone(self.processes[-1].poll(), "the tool ended")
            time.sleep(0.2)
        self.fail("expected %s with %s, saw %s\n%s" % (expected, perfdata, seen, self.log()))

    def log(self):
        return "".join(read(self.dir + name)[-3000:] for name in ("/tool.log", "/nagios.log", "/lbd-nagios.log"))

    def story(self, look):
        well = {"VRRP": "OK", "Real servers": "OK"}
        self.shows(well, {"VRRP": "'VI_1 state'=2", "Real servers": "up=2 down=0;;0;0;2"}, look)
        self.happens("fail")
        self.shows({"VRRP": "CRITICAL", "Real servers": "CRITICAL"},
                   {"VRRP": "'VI_1 state'=1", "Real servers": "up=1 down=1;;0;0;2"}, look)
        self.happens("stop")
        self.shows({"VRRP": "UNKNOWN", "Real servers": "UNKNOWN"}, {}, look)
        self.happens("start")
        self.happens("recover")
        self.shows(well, {"VRRP": "'VI_1 state'=2", "Real servers": "up=2 down=0;;0;0;2"}, look)


class Nagios(Monitored):
    def look(self):
        """{service: (state, perfdata)} from the status file, if the perfdata file has the same."""
        written = read(self.dir + "/service-perfdata")
        seen = {}
        for block in re.findall(r"servicestatus \{\n(.*?)\n\t\}", read(self.dir + "/status.dat"), re.S):
            values = dict(line.strip().split("=", 1) for line in block.splitlines() if "=" in line)
            name, state = values["service_description"], STATES[int(values["current_state"])]
            perfdata = values["performance_data"]
            if values["has_been_checked"] == "1" and (
                    not perfdata or "%s\t%s\t%s" % (name, state, perfdata) in written):
                seen[name] = (state, perfdata)
        return seen

    def begin(self, config, objects):
        self.write("resource.cfg", "$USER1$={build}\n")
        self.write("objects.cfg", objects)
        config = self.write("nagios.cfg", config)
        verify = subprocess.run(["/usr/sbin/nagios4", "-v", config], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(verify.returncode, 0, verify.stdout)
        self.assertRegex(verify.stdout, r"Total Warnings: 0\s+Total Errors: +0")
        with open(self.dir + "/tool.log", "w", encoding="utf-8") as log:
            self.start(["/usr/sbin/nagios4", config], stdout=log, stderr=log)

    def test_active(self):
        self.begin(NAGIOS_CFG, NAGIOS_OBJECTS + NAGIOS_SERVICES)
        self.story(self.look)

    def begin_passive(self):
        config = NAGIOS_CFG
        for active, passive in NAGIOS_PASSIVE:
            self.assertIn(active, config)
            config = config.replace(active, passive)
        self.begin(config, NAGIOS_OBJECTS + NAGIOS_PASSIVE_SERVICES)

    def test_passive(self):
        self.begin_passive()
        self.passive(self.dir + "/nagios.cmd")
        self.story(self.look)

    def test_nsca(self):
        """The loop of lbd-nagios(8) between it and another machine's nsca."""
        self.port = free_port()
        send_cfg = self.write("send_nsca.cfg", SEND_NSCA_CFG)
        self.begin_passive()
        for _ in range(PATIENCE * 5):
            if os.path.exists(self.dir + "/nagios.cmd"):
                break
            time.sleep(0.2)
        subprocess.run(["/usr/sbin/nsca", "-c", self.write("nsca.cfg", NSCA_CFG), "--single"], check=True)
        for _ in range(PATIENCE * 5):
            if read(self.dir + "/nsca.pid"):
                break
            time.sleep(0.2)
        self.addCleanup(os.kill, int(read(self.dir + "/nsca.pid")), signal.SIGTERM)
        process = self.passive("/dev/stdout", stdout=subprocess.PIPE, text=True)

        def send():
            for line in process.stdout:
                subprocess.run(["/usr/sbin/send_nsca", "-H", "127.0.0.1", "-p", str(self.port), "-c", send_cfg],
                               input=line, text=True, stdout=subprocess.DEVNULL, check=True)
        sending = threading.Thread(target=send, daemon=True)
        sending.start()
        self.addCleanup(sending.join, 20)
        self.story(self.look)


class Icinga(Monitored):
    def look(self):
        """{service: (state, perfdata)} as last written by the perfdata writer."""
        seen = {}
        names = sorted(n for n in os.listdir(self.dir) if n.startswith("service-perfdata."))
        for name in names:
            for line in read(os.path.join(self.dir, name)).splitlines():
                fields = line.split("\t")
                if len(fields) == 3:
                    seen[fields[0]] = (fields[1], fields[2])
        return seen

    def begin(self, objects):
        config = self.write("icinga2.conf", ICINGA_CONF + objects)
        # its own interval is a minute; the test is not to wait that long
        with open(OBJECTS + "/lbd-icinga2.conf", encoding="utf-8") as file:
            faster = file.read().replace("_interval = 1m", "_interval = 1s")
        with open(self.dir + "/lbd-icinga2.conf", "w", encoding="utf-8") as file:
            file.write(faster)
        with open(config, encoding="utf-8") as file:
            text = file.read().replace(OBJECTS + "/", self.dir + "/")
        with open(config, "w", encoding="utf-8") as file:
            file.write(text)
        for name in ("run", "log", "lib", "cache", "spool"):
            os.mkdir(os.path.join(self.dir, name))
        command = [ICINGA2, "daemon", "-c", config]
        for name, value in (("RunAsUser", USER), ("RunAsGroup", GROUP)):
            command += ["-D", "Configuration.%s=%s" % (name, value), "-D", "%s=%s" % (name, value)]
        for name, where in (("InitRunDir", "run"), ("LogDir", "log"), ("DataDir", "lib"),
                            ("CacheDir", "cache"), ("SpoolDir", "spool")):
            command += ["-D", "Configuration.%s=%s/%s" % (name, self.dir, where)]
        verify = subprocess.run(command + ["-C"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, check=False)
        self.assertEqual(verify.returncode, 0, verify.stdout)
        with open(self.dir + "/tool.log", "w", encoding="utf-8") as log:
            self.start(command, stdout=log, stderr=log)

    def test_active(self):
        self.begin(ICINGA_ACTIVE)
        self.story(self.look)

    def test_passive(self):
        self.begin(ICINGA_PASSIVE)
        self.passive(self.dir + "/icinga2.cmd")
        self.story(self.look)


if __name__ == "__main__":
    unittest.main(verbosity=2)
