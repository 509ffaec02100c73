# SPDX-License-Identifier: GPL-2.0-or-later
"""Ports for servers that must be told one: those that the kernel gives away by itself may be taken again."""

import random
import socket

FIRST, LAST = 10000, 30000  # below net.ipv4.ip_local_port_range
claims = []


def claim(port):
    """For as long as this process lives; False when another test has it. Abstract names go with their process."""
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind("\0lbd-tests-port-%d" % port)
    except OSError:
        name.close()
        return False
    claims.append(name)
    return True


def unused(port):
    """By UDP and TCP, IPv4 and IPv6."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp, socket.socket(socket.AF_INET6) as tcp:
        try:
            udp.bind(("::", port))
            tcp.bind(("::", port))
        except OSError:
            return False
    return True


def free_port():
    """A number that no other test, and nobody else on this machine, has."""
    for _ in range(1000):
        port = random.randrange(FIRST, LAST)
        if claim(port) and unused(port):
            return port
    raise OSError("no port is free")
